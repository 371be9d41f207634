"""Tables of a contest's figures, put together from text that is prepared once per language.

There are thousands of divisions, and most of what their pages hold are these rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from markupsafe import Markup, escape

from escrutinio.primitives import Names
from escrutinio.site.charts import Segment
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.contest_view import KINDS, CategoryLine, ContestSection
from escrutinio.site.results.links import Links

__all__ = ["MAX_PLACES", "ContestTables"]

#: Most places that a page lists; where nobody says in which division stations are, all of them
#: stand right inside the country.
MAX_PLACES = 1_000


class ContestTables:
    """Writes tables in one language, for the pages of one folder."""

    def __init__(self, words: PageWords, to: Links) -> None:
        """Take the language and the links."""
        self._words = words
        self._to = to
        self._heads: dict[str, str] = {}

    def votes(self, section: ContestSection) -> Markup:
        """Write votes and shares of every candidacy, the categories, and their sums."""
        count, row = self._count, section.row
        has_unread = section.has_unread
        head = ["page.candidacy", "page.votes", "page.share_of_valid"]
        end = "</tr>\n"
        if has_unread:
            head.append("page.totals.unread")
            end = "<td></td></tr>\n"
        lines = []
        for item in section.candidacies:
            unread = f'<td class="n">{count(item.unread)}</td>' if has_unread else ""
            lines.append(
                f'<tr><th scope="row">{self._name(item.names)}</th><td class="n">'
                f'{count(item.votes)}</td><td class="n">{self._share(item.share)}</td>'
                f"{unread}</tr>\n"
            )
        lines.append('</tbody>\n<tbody class="sums">\n')
        categories = [(self._category(item, end), item.in_valid) for item in section.categories]
        lines += [line for line, in_valid in categories if in_valid]
        lines.append(self._sum("page.totals.valid", row.valid, end))
        lines += [line for line, in_valid in categories if not in_valid]
        lines.append(self._sum("page.totals.cast", row.cast, end))
        return self._table(
            f"{section.prefix}-votes", "page.totals.table", head, lines, kind="sortable"
        )

    def lines(self, section: ContestSection) -> Markup:
        """Write votes and shares of every party line under its candidacy."""
        head = ["page.totals.line", "page.votes", "page.share_of_valid"]
        rows = []
        for item in section.candidacies:
            if not item.lines:
                continue
            rows.append(
                f'</tbody>\n<tbody>\n<tr><th scope="rowgroup" class="group">'
                f'{self._name(item.names)}</th><td class="n">{self._count(item.votes)}</td>'
                f'<td class="n">{self._share(item.share)}</td></tr>\n'
            )
            rows += [
                f'<tr><th scope="row" class="inner">{self._name(line.names)}</th>'
                f'<td class="n">{self._count(line.votes)}</td>'
                f'<td class="n">{self._share(line.share)}</td></tr>\n'
                for line in item.lines
            ]
        rows[0] = rows[0].removeprefix("</tbody>\n<tbody>\n")
        return self._table(f"{section.prefix}-lines", "page.totals.lines_table", head, rows)

    def children(self, section: ContestSection) -> Markup:
        """Write the divisions inside: stations, and what is outstanding."""
        count = self._count
        head = [
            "page.division",
            "site.division.counted_of",
            "page.counter.held",
            "page.counter.missing",
            "page.counter.closed",
            "site.division.registered_outstanding",
            "site.division.most_votes",
            "page.totals.valid",
            "site.division.turnout",
        ]
        rows = []
        for child in section.children:
            row = child.row
            counted = count(row.counted)
            if row.expected is not None:
                counted = str(
                    self._words.say("page.coverage.of", counted=row.counted, expected=row.expected)
                )
            cells = "".join(
                f'<td class="n">{figure}</td>'
                for figure in (
                    count(row.held),
                    count(row.missing),
                    count(row.closed),
                    count(row.registered_outstanding),
                    count(row.outstanding_cap),
                    count(row.valid),
                    self._share(child.turnout, 1),
                )
            )
            rows.append(
                f'<tr><th scope="row"><a href="{self._to.division(child.division.division)}">'
                f"{self._words.isolate(child.division.name)}</a></th>"
                f'<td class="n" data-sort="{row.counted}">{counted}{_stack(child.segments)}</td>'
                f"{cells}</tr>\n"
            )
        return self._table(
            f"{section.prefix}-children", "site.division.children", head, rows, kind="sortable wide"
        )

    def by_division(self, section: ContestSection) -> Markup:
        """Write the votes of every candidacy in the divisions inside."""
        rows = []
        for child in section.children:
            figures = (*child.row.candidacies, child.row.valid)
            cells = "".join(f'<td class="n">{self._count(figure)}</td>' for figure in figures)
            name = self._words.isolate(child.division.name)
            rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>\n')
        return self._table(
            f"{section.prefix}-by-division",
            "page.totals.by_division_table",
            ["page.division", *(item.names for item in section.candidacies), "page.totals.valid"],
            rows,
            kind="sortable wide",
        )

    def places(self, section: ContestSection) -> Markup:
        """Write the polling places, with what became of their stations."""
        kinds = list(KINDS)
        if any(line.by_treatment.get("out_of_catalogue") for line in section.places):
            kinds.append("out_of_catalogue")
        head = ["site.division.place", "site.division.stations"]
        rows = []
        for line in section.places[:MAX_PLACES]:
            figures = (line.stations, *(line.by_treatment.get(kind, 0) for kind in kinds))
            cells = "".join(f'<td class="n">{self._count(figure)}</td>' for figure in figures)
            place = line.place.place
            rows.append(
                f'<tr><th scope="row"><a href="{self._to.place(place)}">'
                f"<bdi>{escape(place)}</bdi></a></th>{cells}</tr>\n"
            )
        return self._table(
            f"{section.prefix}-places",
            "site.division.places",
            [*head, *(f"page.counter.{kind}" for kind in kinds)],
            rows,
            kind="sortable",
        )

    def _table(
        self,
        name: str,
        caption: str,
        head: Sequence[str | Names],
        rows: Iterable[str],
        *,
        kind: str = "",
    ) -> Markup:
        """Write a table that scrolls by itself where it is wider than the page."""
        first, *others = (
            self._words.show(item) if isinstance(item, Names) else self._words.say(item)
            for item in head
        )
        columns = "".join(f'<th scope="col" class="n">{item}</th>' for item in others)
        text = (
            f'<div class="scroll" role="group" aria-labelledby="{name}-caption" tabindex="0">\n'
            f'<table class="figures {kind}" id="{name}">\n'
            f'<caption id="{name}-caption">{self._words.say(caption)}</caption>\n'
            f'<thead><tr><th scope="col">{first}</th>{columns}</tr></thead>\n<tbody>\n'
            f"{''.join(rows)}</tbody>\n</table>\n</div>\n"
        )
        return Markup(text)  # noqa: S704 -- names are isolated, everything else is our own

    def _category(self, item: CategoryLine, end: str) -> str:
        return (
            f'<tr><th scope="row">{self._name(item.names)}</th>'
            f'<td class="n">{self._count(item.ballots)}</td><td></td>{end}'
        )

    def _sum(self, key: str, figure: int | None, end: str) -> str:
        return (
            f'<tr class="sum"><th scope="row">{self._words.say(key)}</th>'
            f'<td class="n">{self._count(figure)}</td><td></td>{end}'
        )

    def _name(self, names: Names) -> str:
        name = names.in_language(self._words.code)
        found = self._heads.get(name)
        if found is None:
            found = self._heads[name] = str(self._words.isolate(name))
        return found

    def _count(self, figure: int | None) -> str:
        return self._words.number(figure)

    def _share(self, share: Fraction | None, digits: int = 2) -> str:
        return self._words.share(share, digits)


def _stack(segments: Sequence[Segment]) -> str:
    parts = "".join(
        f'<rect fill="url(#fill-{part.kind})" x="{part.start}" width="{part.width}" height="100%"/>'
        for part in segments
    )
    return (
        f'<svg class="stack" aria-hidden="true" focusable="false">{parts}'
        '<rect class="stack-frame" fill="none" width="100%" height="100%"/></svg>'
    )
