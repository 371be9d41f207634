"""The page of a division: its figures, the divisions and polling places inside it.

It is a function of its own figures in the newest bulletin, of those of the divisions right inside
it, of its polling places, and of its own last change. It names no newer bulletin than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import escape

from escrutinio.definition import Division
from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page
from escrutinio.site.results.contest_text import ContestText
from escrutinio.site.results.contest_view import ContestSection, view_contest
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.geo_map import draw_shapes
from escrutinio.site.results.history import LastChange, find_last_changes
from escrutinio.site.results.links import Links
from escrutinio.site.results.paths import division_path, safe_name
from escrutinio.site.results.picture import draw_patterns
from escrutinio.site.results.pictures import Pictures
from escrutinio.site.results.reasons import ReasonCounts, count_reasons
from escrutinio.site.results.view import SiteView

__all__ = ["DivisionPages", "SectionMaker"]


class SectionMaker:
    """Gathers what pages show of the contests of a division; counts reasons once for all."""

    def __init__(self, view: SiteView, divisions: Iterable[str]) -> None:
        """Take a site, and the divisions that are asked for."""
        self._view = view
        self._reasons: Sequence[ReasonCounts] = [
            count_reasons(view, position) for position in range(len(view.body.contests))
        ]
        self._changes: Sequence[Mapping[str, LastChange]] = find_last_changes(view, set(divisions))

    def sections(self, division: str) -> Sequence[ContestSection]:
        """Give what is shown of each contest that a division votes in."""
        return [
            view_contest(
                self._view,
                position,
                division,
                self._reasons[position],
                self._changes[position].get(division),
            )
            for position, _, _ in self._view.contests_in(division)
        ]


class DivisionPages:
    """The pages of all divisions but the root, whose page is that of the country."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every page."""
        return [
            division_path(language, item.division)
            for language in view.languages
            for item in _divisions(view)
        ]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the pages that may differ."""
        touched = pages.touched(since)
        wanted = [
            item
            for item in _divisions(view)
            if touched is None or item.division in touched.divisions
        ]
        maker = SectionMaker(view, [item.division for item in wanted])
        writers = [_DivisionWriter(view, pages, words) for words in pages.words]
        for item in wanted:
            sections = maker.sections(item.division)
            for writer in writers:
                yield writer.write(item, sections)


def _divisions(view: SiteView) -> Sequence[Division]:
    return [item for item in view.definition.divisions if item.parent is not None]


class _DivisionWriter:
    """Writes the pages of one language."""

    def __init__(self, view: SiteView, pages: PageFrames, words: PageWords) -> None:
        self._view = view
        self._words = words
        self._to = Links(view, "../")
        self._shell = pages.shell(words, f"{words.code}/d", is_live=True)
        pictures = Pictures(words, self._to, dict(enumerate(view.outcomes)))
        self._text = ContestText(words, self._to, pictures)
        self._levels = {level.code: words.show(level.names) for level in view.definition.levels}

    def write(self, division: Division, sections: Sequence[ContestSection]) -> LogFile:
        """Write the page of a division."""
        words, children = self._words, self._view.children.get(division.division, ())
        # Tiles where the divisions inside have divisions inside; else the table is short enough.
        shapes = self._view.shapes.inside(division.division)
        is_wide = any(self._view.children.get(item.division) for item in children)
        has_maps = is_wide or shapes is not None
        around = "".join(
            f'<li><a href="{self._to.division(item.division)}">{words.isolate(item.name)}</a></li>'
            for item in self._view.paths[division.division][:-1]
        )
        crumbs = f'<nav class="crumbs" aria-label="{words.say("site.division.around")}">'
        pieces = [
            f"{crumbs}<ol>{around}</ol></nav>\n",
            f'<p class="eyebrow">{self._levels[division.level]}</p>\n',
            f"<h1>{words.isolate(division.name)}</h1>\n",
            draw_patterns() if children else "",
            draw_shapes(shapes),
            *(self._contest(section, has_maps=has_maps) for section in sections),
        ]
        if not sections:
            pieces.append(f"<p>{words.say('site.division.no_contest')}</p>\n")
        name = f"{safe_name(division.division)}.html"
        title = escape(words.clean(division.name))
        data = self._shell.fill(title=title, main="".join(pieces), name=name)
        return LogFile(division_path(words.code, division.division), data)

    def _contest(self, section: ContestSection, *, has_maps: bool) -> str:
        outcome = ""
        if section.is_whole:
            outcome = render_page(
                "results/outcome.html.j2",
                self._words,
                view=self._view,
                section=section,
                outcomes=self._view.outcomes,
            ).decode()
        return (
            f'<article class="contest" aria-labelledby="{section.prefix}">\n'
            f'<h2 id="{section.prefix}">{self._words.show(section.contest.names)}</h2>\n'
            f"{outcome}{self._text.write(section, has_maps=has_maps)}</article>\n"
        )
