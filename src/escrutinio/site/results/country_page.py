"""The country's page in every language, and the first page of the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from escrutinio.definition import RecordKind
from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.primitives import say
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.contest_text import ContestText
from escrutinio.site.results.division_page import SectionMaker
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.geo_map import draw_shapes
from escrutinio.site.results.links import Links
from escrutinio.site.results.paths import link, page_path
from escrutinio.site.results.picture import draw_patterns
from escrutinio.site.results.pictures import Pictures
from escrutinio.site.results.view import SiteView

__all__ = ["FIRST_PATH", "CountryPages", "standing_of"]

FIRST_PATH = "index.html"
#: Pages that the end of the country's page leads to, where the site has them.
_MORE = ("bulletins", "claims", "sheets", "incidents", "search", "data", "witnesses", "verify")


def standing_of(view: SiteView) -> str:
    """Say what the figures are: waiting, transcription, proclaimed, partial or preliminary."""
    if view.newest is None:
        return "waiting"
    if view.definition.record_kind is RecordKind.TRANSCRIPTION:
        return "transcription"
    if any(
        getattr(item.content, "number", None) == view.body.number
        for item in view.ledger.proclamations
    ):
        return "proclaimed"
    is_complete = all(item.divisions[0].outstanding == 0 for item in view.body.contests)
    return "preliminary" if is_complete else "partial"


class CountryPages:
    """The country's page in every language, then the first page."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every page."""
        return [*(page_path(code, "index.html") for code in view.languages), FIRST_PATH]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make all of them: they name the newest bulletin."""
        del since
        root = view.definition.root
        sections = SectionMaker(view, [root.division]).sections(root.division)
        for words in pages.words:
            path = page_path(words.code, "index.html")
            to = Links(view, "")
            pictures = Pictures(words, to, dict(enumerate(view.outcomes)))
            text = ContestText(words, to, pictures)
            yield pages.render(
                words,
                path,
                "results/country.html.j2",
                is_live=True,
                root=root,
                sections=sections,
                outcomes=view.outcomes,
                standing=standing_of(view),
                contest=partial(text.write, has_maps=True),
                patterns=draw_patterns() + draw_shapes(view.shapes.inside(root.division)),
                moment=view.moments.say,
                to=to,
                elsewhere=[
                    item.contest
                    for item in view.cut.contests
                    if item.contest.division != root.division
                ],
                links=[
                    (name, link(path, target))
                    for name in _MORE
                    if pages.has(target := page_path(words.code, f"{name}.html"))
                ],
            )
        yield pages.render(
            pages.words[0],
            FIRST_PATH,
            "results/first.html.j2",
            is_live=True,
            headlines=[_headline(view, words) for words in pages.words],
        )


def _headline(view: SiteView, words: PageWords) -> Mapping[str, object]:
    standing = say(f"site.country.standing.{standing_of(view)}")
    if view.newest is None:
        when = words.say("site.country.when_none", standing=standing)
    else:
        time = view.moments.say(view.body.time_s)
        number = view.body.number
        when = words.say("site.country.when", number=number, time=time, standing=standing)
    return {
        "code": words.code,
        "direction": words.words["site.frame.direction"],
        "href": page_path(words.code, "index.html"),
        "enter": words.say("site.country.enter"),
        "when": when,
        "contests": _headline_contests(view, words),
    }


def _headline_contests(view: SiteView, words: PageWords) -> Sequence[Mapping[str, object]]:
    lines = []
    for contest, outcome in zip(view.body.contests, view.outcomes, strict=True):
        row = contest.divisions[0]
        if row.expected is None:
            counted = words.say("page.counts.unknown", counted=row.counted)
        else:
            counted = words.say("page.counts.of", counted=row.counted, expected=row.expected)
        kind = view.definition.record_kind
        sentence = outcome.main.outcome.sentence
        lines.append(
            {
                "name": words.show(outcome.contest.names),
                "sentence": words.say(f"site.division.lead.{kind}", sentence=sentence),
                "counted": counted,
            }
        )
    return lines
