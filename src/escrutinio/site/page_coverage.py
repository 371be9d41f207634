"""Coverage as the page shows it: of what, never one percentage alone."""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.definition import Definition, DivisionId
from escrutinio.operations import ContestReport
from escrutinio.site.charts import Segment, stack
from escrutinio.site.page_totals import MAX_ROWS
from escrutinio.tabulation import Counters, DivisionTally

__all__ = ["KINDS", "CoverageRow", "CoverageView", "view_coverage"]

#: What becomes of the expected stations, in the order of the bars.
KINDS = ("counted", "held", "missing", "closed")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Stations of one division.

    Attributes:
        name: what the division is called.
        depth: levels below the whole contest.
        counters: stations by what became of their sheet.
        segments: of its bar.
    """

    name: str
    depth: int
    counters: Counters
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The section on coverage.

    Attributes:
        whole: the contest.
        first_level: the divisions right below it.
        deeper: all others, at most ``MAX_ROWS``.
        first_level_left_out: divisions of the first level without a bar and row.
        deeper_left_out: deeper divisions without a row.
        largest_sheet: most valid votes on one counted sheet, or None.
    """

    whole: CoverageRow
    first_level: tuple[CoverageRow, ...]
    deeper: tuple[CoverageRow, ...]
    first_level_left_out: int
    deeper_left_out: int
    largest_sheet: int | None


def view_coverage(report: ContestReport, definition: Definition) -> CoverageView:
    """Gather what the section on coverage shows, divisions in the order of the definition."""
    top = len(definition.path_of(report.contest.division))
    rows = [_row(item, definition, top) for item in report.tally.divisions[1:]]
    first = [row for row in rows if row.depth == 1]
    deeper = [row for row in rows if row.depth > 1]
    return CoverageView(
        whole=_row(report.tally.total, definition, top),
        first_level=tuple(first[:MAX_ROWS]),
        deeper=tuple(deeper[:MAX_ROWS]),
        first_level_left_out=max(len(first) - MAX_ROWS, 0),
        deeper_left_out=max(len(deeper) - MAX_ROWS, 0),
        largest_sheet=max(report.tally.valid_per_sheet.values, default=None),
    )


def _row(tally: DivisionTally, definition: Definition, top: int) -> CoverageRow:
    division: DivisionId = tally.division
    counters = tally.counters
    parts = [(kind, int(getattr(counters, kind) or 0)) for kind in KINDS]
    return CoverageRow(
        name=definition.division_by_id[division].name,
        depth=len(definition.path_of(division)) - top,
        counters=counters,
        segments=stack(parts),
    )
