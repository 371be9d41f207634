"""Tables of a contest's figures, put together from text that is prepared once per language.

There are thousands of divisions, and most of what their pages hold are these rows. So end tags
that HTML does not need are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import escape

from escrutinio.primitives import Names, Percent, say
from escrutinio.site.charts import Segment
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.bodies import DivisionRow
from escrutinio.site.results.contest_view import (
    KINDS,
    CategoryLine,
    ContestSection,
    share_of,
)
from escrutinio.site.results.figure_cells import FigureCells
from escrutinio.site.results.links import Links

__all__ = ["MAX_PLACES", "ContestTables"]

#: Most places that a page lists; where nobody says in which division stations are, all of them
#: stand right inside the country.
MAX_PLACES = 1_000
#: Figures of the outstanding part of a division, with the heads of their columns.
_OUTSTANDING = (
    ("registered_outstanding", "site.division.registered_outstanding"),
    ("outstanding_cap", "site.division.most_votes"),
)
#: What became of stations, in the order in which somebody should look at them.
_STATION_KINDS = ("held", "missing", "out_of_catalogue", "closed", "counted")

_CLOSE = "</tbody>\n</table>\n</div>\n"


class ContestTables:
    """Writes tables in one language, for the pages of one folder."""

    def __init__(self, words: PageWords, to: Links, cells: FigureCells) -> None:
        """Take the language, the links and the cells."""
        self._words = words
        self._to = to
        self._cells = cells
        self._openings: dict[tuple[str, tuple[str, ...]], str] = {}
        self._rows: dict[tuple[str, str], str] = {}
        self._party_lines: dict[int, Sequence[Sequence[str]]] = {}

    def votes(self, section: ContestSection, *, has_bars: bool) -> str:
        """Write votes and shares of every candidacy, the categories, and their sums.

        Args:
            section: what is shown.
            has_bars: whether every share has its bar here, and not in a picture of its own.
        """
        count, row = self._cells.count, section.row
        share = self._cells.bar if has_bars else self._cells.share
        head: tuple[str, ...] = ("page.candidacy", "page.votes", "page.share_of_valid")
        end = "\n"
        if section.has_unread:
            head = (*head, "page.totals.unread")
            end = "<td>\n"
        lines = [
            f"{self._row(item.names)}{count(item.votes)}{share(item.share)}"
            f"{count(item.unread) if section.has_unread else ''}\n"
            for item in section.candidacies
        ]
        lines.append('</tbody>\n<tbody class="sums">\n')
        categories = [(self._category(item, end), item.in_valid) for item in section.categories]
        lines += [line for line, in_valid in categories if in_valid]
        lines.append(self._sum("page.totals.valid", row.valid, end))
        lines += [line for line, in_valid in categories if not in_valid]
        lines.append(self._sum("page.totals.cast", row.cast, end))
        name = f"{section.prefix}-votes"
        return self._table(name, "page.totals.table", head, lines, " sortable")

    def lines(self, section: ContestSection) -> str:
        """Write votes and shares of every party line under its candidacy."""
        count, share = self._cells.count, self._cells.share
        parts = [
            f"{heads[0]}{count(item.votes)}{share(item.share)}\n"
            + "".join(
                [
                    f"{head}{count(votes)}{share(part)}\n"
                    for head, (votes, part) in zip(heads[1:], item.lines, strict=True)
                ]
            )
            for heads, item in zip(self._heads_of_lines(section), section.candidacies, strict=True)
            if item.lines
        ]
        return self._table(
            f"{section.prefix}-lines",
            "page.totals.lines_table",
            ("page.totals.line", "page.votes", "page.share_of_valid"),
            ["</tbody>\n<tbody>\n".join(parts)],
        )

    def children(self, section: ContestSection) -> str:
        """Write the divisions inside: stations, and what is outstanding."""
        count = self._cells.count
        # Columns in which nothing is known are left out: a dash in every row says nothing.
        known = [
            (name, key)
            for name, key in _OUTSTANDING
            if any(getattr(child.row, name) is not None for child in section.children)
        ]
        has_turnout = any(child.turnout is not None for child in section.children)
        head = (
            "page.division",
            "site.division.counted_of",
            *(f"page.counter.{kind}" for kind in KINDS[1:]),
            *(key for _, key in known),
            "page.totals.valid",
            *(("site.division.turnout",) if has_turnout else ()),
        )
        rows = []
        for child in section.children:
            row = child.row
            cells = [
                *(count(getattr(row, kind)) for kind in KINDS[1:]),
                *(count(getattr(row, name)) for name, _ in known),
                count(row.valid),
            ]
            if has_turnout:
                cells.append(f"<td class=n>{self._words.share(child.turnout, 1)}")
            rows.append(
                f'<tr><th scope=row><a href="{self._to.division(child.division.division)}">'
                f"{self._words.isolate(child.division.name)}</a>"
                f"<td class=n data-sort={row.counted}>{self._coverage(row)}"
                f"{_stack(child.segments)}{''.join(cells)}\n"
            )
        name = f"{section.prefix}-children"
        return self._table(name, "site.division.children", head, rows, " sortable wide")

    def by_division(self, section: ContestSection) -> str:
        """Write the votes of every candidacy in the divisions inside."""
        count = self._cells.count
        rows = [
            f"<tr><th scope=row>{self._words.isolate(child.division.name)}"
            f"{''.join([count(votes) for votes in child.row.candidacies])}"
            f"{count(child.row.valid)}\n"
            for child in section.children
        ]
        names = [self._words.show(item.names) for item in section.candidacies]
        head = [self._words.say("page.division"), *names, self._words.say("page.totals.valid")]
        name = f"{section.prefix}-by-division"
        opening = self._open(name, "page.totals.by_division_table", head, " sortable wide")
        return f"{opening}{''.join(rows)}{_CLOSE}"

    def stations(self, section: ContestSection) -> str:
        """List stations whose building nobody names, by what became of their sheet."""
        groups: dict[str, list[str]] = {kind: [] for kind in _STATION_KINDS}
        for line in section.places:
            (kind,) = line.by_treatment
            groups[kind].append(line.place.place)
        title = self._words.say("site.division.station_list")
        pieces = [f'<div id="{section.prefix}-places">\n<h4>{title}</h4>\n']
        left = MAX_PLACES
        for kind, stations in groups.items():
            if not stations:
                continue
            treatment = say(f"page.counter.{kind}")
            group = self._words.say(
                "site.division.station_group", treatment=treatment, number=len(stations)
            )
            listed = "".join(
                f'<li><a href="{self._to.place(station)}"><bdi>{escape(station)}</bdi></a>'
                for station in stations[:left]
            )
            left -= min(left, len(stations))
            pieces.append(f'<p>{group}</p>\n<ul class="stations">{listed}</ul>\n')
        pieces.append("</div>\n")
        return "".join(pieces)

    def places(self, section: ContestSection) -> str:
        """Write the polling places, with what became of their stations."""
        count = self._cells.count
        kinds = list(KINDS)
        if any(line.by_treatment.get("out_of_catalogue") for line in section.places):
            kinds.append("out_of_catalogue")
        head = (
            "site.division.place",
            "site.division.stations",
            *(f"page.counter.{kind}" for kind in kinds),
        )
        rows = [
            f'<tr><th scope=row><a href="{self._to.place(line.place.place)}">'
            f"<bdi>{escape(line.place.place)}</bdi></a>{count(line.stations)}"
            f"{''.join([count(line.by_treatment.get(kind, 0)) for kind in kinds])}\n"
            for line in section.places[:MAX_PLACES]
        ]
        name = f"{section.prefix}-places"
        return self._table(name, "site.division.places", head, rows, " sortable")

    def _coverage(self, row: DivisionRow) -> str:
        if row.expected is None:
            return self._words.number(row.counted)
        share = share_of(row.counted, row.expected)
        if share is None:
            return self._words.say("page.coverage.of", counted=row.counted, expected=row.expected)
        return self._words.say(
            "site.division.counted_share",
            counted=row.counted,
            expected=row.expected,
            share=Percent(share, 1),
        )

    def _table(
        self, name: str, caption: str, head: tuple[str, ...], rows: Iterable[str], kind: str = ""
    ) -> str:
        """Write a table whose head says these words."""
        opening = self._openings.get((name, head))
        if opening is None:
            texts = [self._words.say(key) for key in head]
            opening = self._openings[name, head] = self._open(name, caption, texts, kind)
        return f"{opening}{''.join(rows)}{_CLOSE}"

    def _open(self, name: str, caption: str, head: Sequence[str], kind: str) -> str:
        """Begin a table that scrolls by itself where it is wider than the page."""
        columns = "".join(f'<th scope="col" class="n">{item}</th>' for item in head[1:])
        return (
            f'<div class="scroll" role="group" aria-labelledby="{name}-caption" tabindex="0">\n'
            f'<table class="figures{kind}" id="{name}">\n'
            f'<caption id="{name}-caption">{self._words.say(caption)}</caption>\n'
            f'<thead><tr><th scope="col">{head[0]}</th>{columns}</tr></thead>\n<tbody>\n'
        )

    def _category(self, item: CategoryLine, end: str) -> str:
        return f"{self._row(item.names)}{self._cells.count(item.ballots)}<td>{end}"

    def _sum(self, key: str, figure: int | None, end: str) -> str:
        head = f"<tr class=sum><th scope=row>{self._words.say(key)}"
        return f"{head}{self._cells.count(figure)}<td>{end}"

    def _row(self, names: Names, of: str = "row") -> str:
        """Begin a row."""
        name = names.in_language(self._words.code)
        found = self._rows.get((name, of))
        if found is None:
            found = f"<tr><th scope={of}>{self._words.isolate(name)}"
            self._rows[name, of] = found
        return found

    def _heads_of_lines(self, section: ContestSection) -> Sequence[Sequence[str]]:
        """Begin the rows of every candidacy and of its party lines."""
        found = self._party_lines.get(section.position)
        if found is None:
            contest = section.contest
            found = self._party_lines[section.position] = [
                [
                    self._row(item.names, "rowgroup class=group"),
                    *(
                        self._row(line.names, "row class=inner")
                        for line in contest.options_of(item.code)
                    ),
                ]
                for item in contest.candidacies
            ]
        return found


def _stack(segments: Sequence[Segment]) -> str:
    parts = "".join(
        f'<rect fill="url(#fill-{part.kind})" x="{part.start}" width="{part.width}" height="100%"/>'
        for part in segments
    )
    return (
        f'<svg class="stack" aria-hidden="true" focusable="false">{parts}'
        '<rect class="stack-frame" fill="none" width="100%" height="100%"/></svg>'
    )
