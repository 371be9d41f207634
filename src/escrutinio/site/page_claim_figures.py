"""Figures of a claim as it prints them, and the pictures that hold them against the sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.claims import Claim, PrintedShare, Statement, Verdict
from escrutinio.claims.catalogue import PARTIAL_TOTAL
from escrutinio.claims.options import Printed, printed_options, valid_of
from escrutinio.operations import ContestReport
from escrutinio.primitives import Message, Names, Percent, say
from escrutinio.site.charts import fit_scale, place

__all__ = [
    "AnnouncedChart",
    "FigureRow",
    "PairChart",
    "PairRow",
    "list_figures",
    "view_announced",
    "view_pairs",
]

_REST = "rest"
#: Decimals of a share that is worked out from printed votes.
_COMPUTED_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as printed: a number, a share with its decimals, or both."""

    name: Names | Message
    number: int | None
    share: Percent | None


@dataclass(frozen=True, slots=True)
class PairRow:
    """A printed share beside the share on the sheets."""

    name: Names | Message
    printed: Percent
    sheets: Percent
    printed_width: str
    sheets_width: str


@dataclass(frozen=True, slots=True)
class PairChart:
    """Printed shares beside the sheets'.

    Attributes:
        rows: options in the order of the definition.
        is_computed: whether the printed shares were worked out from printed votes.
    """

    rows: tuple[PairRow, ...]
    is_computed: bool


@dataclass(frozen=True, slots=True)
class AnnouncedChart:
    """An announced number beside the least or the most that the sheets allow.

    Attributes:
        direction: ``least`` or ``most``.
        announced: votes as announced.
        bound: the least or the most they can be by the sheets.
        announced_width: of its bar.
        bound_width: of its bar.
    """

    direction: str
    announced: int
    bound: int
    announced_width: str
    bound_width: str


def list_figures(claim: Claim, report: ContestReport) -> Iterator[FigureRow]:
    """List everything a claim prints, options first."""
    for option in printed_options(claim, report.contest):
        yield FigureRow(option.name, option.votes, _as_printed(option.share))
    figures = claim.figures
    for name, number in (
        ("valid", figures.valid),
        ("cast", figures.cast),
        ("registered", figures.registered),
    ):
        if number is not None:
            yield FigureRow(say(f"claim.figure.{name}"), number, None)
    for category in report.contest.categories:
        if category.code in figures.categories:
            yield FigureRow(category.names, figures.categories[category.code], None)
    if figures.turnout is not None:
        yield FigureRow(say("claim.figure.turnout"), None, _as_printed(figures.turnout))
    if figures.margin is not None:
        yield FigureRow(say("page.claims.margin"), None, _as_printed(figures.margin))
    yield from _coverage(claim)


def _coverage(claim: Claim) -> Iterator[FigureRow]:
    coverage = claim.coverage
    if coverage is None:
        return
    unit = say(f"page.claims.coverage_of.{coverage.of}")
    if coverage.percent is not None:
        yield FigureRow(unit, None, _as_printed(coverage.percent))
    for name, number in (
        ("stations", coverage.stations),
        ("stations_expected", coverage.stations_expected),
        ("registered", coverage.registered),
    ):
        if number is not None:
            yield FigureRow(say(f"page.claims.coverage_{name}"), number, None)


def view_pairs(claim: Claim, report: ContestReport, source: str) -> PairChart | None:
    """Put the printed shares of a claim beside the shares on the sheets.

    Returns:
        None for a claim without shares, one about another set of sheets, or without any sheets.
    """
    if not report.tally.total.valid or claim.dataset not in {"", source}:
        return None
    options = printed_options(claim, report.contest)
    as_printed = {item.subject: share for item in options if (share := _as_printed(item.share))}
    printed = as_printed or _computed(claim, report, options)
    sheets = _on_sheets(options, report)
    shown = [item for item in options if item.subject in printed and item.subject in sheets]
    if not shown:
        return None
    shares = [share for item in shown for share in (printed[item.subject], sheets[item.subject])]
    scale = fit_scale([share.share for share in shares])
    rows = tuple(
        PairRow(
            name=item.name,
            printed=printed[item.subject],
            sheets=sheets[item.subject],
            printed_width=scale.place(printed[item.subject].share),
            sheets_width=scale.place(sheets[item.subject].share),
        )
        for item in shown
    )
    return PairChart(rows, is_computed=not as_printed)


def _computed(
    claim: Claim, report: ContestReport, options: Sequence[Printed]
) -> Mapping[str, Percent]:
    """Work the shares out from printed votes, where their total is printed too."""
    valid = valid_of(claim, report.contest)
    if valid is None or not valid[0]:
        return {}
    return {
        item.subject: Percent(Fraction(item.votes, valid[0]), _COMPUTED_DECIMALS)
        for item in options
        if item.votes is not None
    }


def _on_sheets(options: Sequence[Printed], report: ContestReport) -> Mapping[str, Percent]:
    """Give the share on the sheets of each option; "rest" is whoever is not named.

    An option the source does not attribute has no counterpart, and then nor has "rest".
    """
    total = report.tally.total
    votes = {
        str(item.code): total.candidacies.get(item.code, 0) for item in report.contest.candidacies
    }
    named = [item.subject for item in options if item.subject in votes]
    if all(item.subject in votes or item.subject == _REST for item in options):
        votes[_REST] = sum(votes.values()) - sum(votes[code] for code in named)
    return {code: Percent(Fraction(number, total.valid)) for code, number in votes.items()}


def view_announced(statement: Statement) -> AnnouncedChart | None:
    """Picture a contradicted partial total: what was announced, and what the sheets allow."""
    if statement.code != PARTIAL_TOTAL.code or statement.verdict is not Verdict.CONTRADICTED:
        return None
    announced, bound = statement.figures.get("announced"), statement.figures.get("bound")
    if not isinstance(announced, int) or not isinstance(bound, int):
        return None
    largest = max(announced, bound)
    return AnnouncedChart(
        direction=statement.subject.rpartition(":")[2],
        announced=announced,
        bound=bound,
        announced_width=place(announced, largest),
        bound_width=place(bound, largest),
    )


def _as_printed(share: PrintedShare | None) -> Percent | None:
    return None if share is None else Percent(share.share, share.decimals)
