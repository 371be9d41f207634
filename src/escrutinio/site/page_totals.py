"""Totals as the page shows them: candidacies in the order of the definition, never by votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.definition import Candidacy, Category, Contest, Definition, Division
from escrutinio.operations import ContestReport
from escrutinio.primitives import Names
from escrutinio.site.charts import Scale, fit_scale
from escrutinio.tabulation import DivisionTally

__all__ = [
    "CategoryRow",
    "DivisionVotes",
    "TotalsRow",
    "TotalsView",
    "choose_charted",
    "view_totals",
]

#: Most candidacies a picture shows: those with most votes, still in the order of the definition.
MAX_CHARTED = 24
#: Most rows of any table of the page; the JSON report has the rest.
MAX_ROWS = 500
#: Most candidacies for which votes by division are one table; with more, the table is unreadable.
MAX_COLUMNS = 16


@dataclass(frozen=True, slots=True)
class LineRow:
    """Votes of one party line."""

    names: Names
    votes: int
    share: Fraction | None


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """Votes of one candidacy.

    Attributes:
        names: what it is called.
        votes: votes on the counted sheets.
        share: of the valid votes; None without any.
        width: of its bar.
        first: counted sheets on which it has more votes than every other.
        unread: counted sheets on which its figure cannot be read.
        lines: its party lines, when the source shows them and there is more than one.
        is_charted: whether the picture has a bar for it.
    """

    names: Names
    votes: int
    share: Fraction | None
    width: str
    first: int
    unread: int
    lines: tuple[LineRow, ...]
    is_charted: bool


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """Ballots of one tally category; None where the source does not show it."""

    names: Names
    ballots: int | None
    in_valid: bool


@dataclass(frozen=True, slots=True)
class DivisionVotes:
    """Votes of every candidacy in one division."""

    name: str
    votes: tuple[int, ...]
    valid: int


@dataclass(frozen=True, slots=True)
class TotalsView:
    """The section on totals.

    Attributes:
        rows: candidacies, at most ``MAX_ROWS``.
        not_charted: candidacies without a bar.
        not_listed: candidacies without a row.
        scale: of the bars.
        categories: tally categories.
        total: the tally of the whole contest.
        turnout: ballots over the rolls of the stations whose roll is known, or None.
        has_lines: whether any party lines are shown.
        has_unread: whether any figure cannot be read.
        ties: sheets on which the first place is shared.
        columns: names of the candidacies in the table by division; empty when there is none.
        divisions: votes by division.
        divisions_left_out: divisions without a row.
    """

    rows: tuple[TotalsRow, ...]
    not_charted: int
    not_listed: int
    scale: Scale
    categories: tuple[CategoryRow, ...]
    total: DivisionTally
    turnout: Fraction | None
    has_lines: bool
    has_unread: bool
    ties: int
    columns: tuple[Names, ...]
    divisions: tuple[DivisionVotes, ...]
    divisions_left_out: int


def choose_charted(contest: Contest, total: DivisionTally) -> frozenset[str]:
    """Choose whom the pictures show: everybody, or the ones with most votes when they are many."""
    order = {item.code: number for number, item in enumerate(contest.candidacies)}
    by_votes = sorted(order, key=lambda code: (-total.candidacies.get(code, 0), order[code]))
    return frozenset(by_votes[:MAX_CHARTED])


def view_totals(report: ContestReport, definition: Definition) -> TotalsView:
    """Gather what the section on totals shows."""
    contest, total = report.contest, report.tally.total
    charted = choose_charted(contest, total)
    votes = {item.code: total.candidacies.get(item.code, 0) for item in contest.candidacies}
    base = _base(report)
    shares = [share for code in votes if (share := _share(votes[code], base)) is not None]
    scale = fit_scale(shares)
    rows = tuple(
        _row(item, report, scale, is_charted=item.code in charted)
        for item in contest.candidacies[:MAX_ROWS]
    )
    divisions = _divisions(report, definition)
    return TotalsView(
        rows=rows,
        not_charted=len(contest.candidacies) - len(charted),
        not_listed=len(contest.candidacies) - len(rows),
        scale=scale,
        categories=tuple(_category(item, total) for item in contest.categories),
        total=total,
        turnout=_share(total.cast_where_registered, total.registered if base else 0),
        has_lines=any(row.lines for row in rows),
        has_unread=any(total.unknown.values()),
        ties=report.tally.ties,
        columns=tuple(item.names for item in contest.candidacies) if divisions else (),
        divisions=tuple(divisions[:MAX_ROWS]),
        divisions_left_out=max(len(divisions) - MAX_ROWS, 0),
    )


def _row(item: Candidacy, report: ContestReport, scale: Scale, *, is_charted: bool) -> TotalsRow:
    tally, total = report.tally, report.tally.total
    votes = total.candidacies.get(item.code, 0)
    base = _base(report)
    share = _share(votes, base)
    options = report.contest.options_of(item.code)
    shown = total.options if len(options) > 1 else None
    return TotalsRow(
        names=item.names,
        votes=votes,
        share=share,
        width=scale.place(share or Fraction(0)),
        first=tally.first_places.get(item.code, 0),
        unread=total.unknown.get(item.code, 0),
        lines=()
        if shown is None
        else tuple(
            LineRow(line.names, shown.get(line.code, 0), _share(shown.get(line.code, 0), base))
            for line in options
        ),
        is_charted=is_charted,
    )


def _base(report: ContestReport) -> int:
    """Give the valid votes shares are taken of; 0, and so no share, while a candidacy is hidden."""
    return report.tally.total.valid if report.shows_all_candidacies else 0


def _category(item: Category, total: DivisionTally) -> CategoryRow:
    return CategoryRow(item.names, total.categories.get(item.code), item.in_valid)


def _divisions(report: ContestReport, definition: Definition) -> Sequence[DivisionVotes]:
    """Give the votes of each division below the whole, when they fit one table."""
    candidacies = report.contest.candidacies
    if len(candidacies) > MAX_COLUMNS:
        return ()
    names: dict[str, Division] = {item.division: item for item in definition.divisions}
    return [
        DivisionVotes(
            names[row.division].name,
            tuple(row.candidacies.get(item.code, 0) for item in candidacies),
            row.valid,
        )
        for row in report.tally.divisions[1:]
    ]


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
