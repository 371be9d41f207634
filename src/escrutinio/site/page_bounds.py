"""Worst case against best case, and what is settled, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.definition import Base, CandidacyCode, Contest, Share, WinnerRule
from escrutinio.operations import ContestReport
from escrutinio.primitives import Message, Names, say
from escrutinio.site.charts import Range, Scale, fit_scale
from escrutinio.site.page_totals import MAX_ROWS, choose_charted
from escrutinio.tabulation import CandidacyBounds, Outcome, ScenarioKind, widest_scenario

__all__ = ["BoundsRow", "BoundsView", "OutcomeView", "Threshold", "main_outcome", "view_bounds"]


@dataclass(frozen=True, slots=True)
class BoundsRow:
    """What one candidacy can end with."""

    names: Names
    counted: int
    counted_share: Fraction | None
    bounds: CandidacyBounds
    range: Range | None
    is_charted: bool


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of the valid votes that the rule names."""

    place: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One scenario.

    Attributes:
        outcome: status, sentence and arithmetic.
        rows: candidacies in the order of the contest; empty without bounds.
        scale: of the ranges.
        thresholds: lines across the ranges.
        relation: whether the ranges of the first two can meet, or None.
        not_charted: candidacies without a range in the picture.
        not_listed: candidacies without a row.
    """

    outcome: Outcome
    rows: tuple[BoundsRow, ...]
    scale: Scale
    thresholds: tuple[Threshold, ...]
    relation: Message | None
    not_charted: int
    not_listed: int


@dataclass(frozen=True, slots=True)
class BoundsView:
    """The section on bounds and outcome.

    Attributes:
        main: the scenario that the first sentence of the page rests on.
        others: the other scenarios that assume no turnout.
        turnouts: outcomes under a stated turnout.
    """

    main: OutcomeView
    others: tuple[OutcomeView, ...]
    turnouts: tuple[Outcome, ...]


def main_outcome(report: ContestReport) -> Outcome:
    """Give the outcome that the first sentence rests on: caps, else the largest register."""
    widest = widest_scenario(report.scenarios)
    outcomes = report.lasting_outcomes
    return next((item for item in outcomes if item.scenario == widest), outcomes[0])


def view_bounds(report: ContestReport) -> BoundsView:
    """Gather what the section on bounds shows."""
    main = main_outcome(report)
    return BoundsView(
        main=_view(report, main),
        others=tuple(_view(report, item) for item in report.lasting_outcomes if item != main),
        turnouts=tuple(
            item
            for item in report.outcomes
            if item.scenario is not None and item.scenario.kind is ScenarioKind.TURNOUT
        ),
    )


def _view(report: ContestReport, outcome: Outcome) -> OutcomeView:
    contest, total = report.contest, report.tally.total
    bounds = report.bounds.get(outcome.scenario.id, ()) if outcome.scenario else ()
    shares = [item.most_share for item in bounds if item.most_share is not None]
    scale = fit_scale([*shares, *_shares_of_rule(contest)])
    charted = choose_charted(contest, total)
    by_code = {item.candidacy: item for item in bounds}
    rows = []
    for item in contest.candidacies[:MAX_ROWS]:
        found = by_code.get(item.code)
        if found is None:
            continue
        votes = total.candidacies.get(item.code, 0)
        share = Fraction(votes, total.valid) if total.valid else None
        is_charted = item.code in charted
        band = _range(found, share, scale)
        rows.append(BoundsRow(item.names, votes, share, found, band, is_charted))
    return OutcomeView(
        outcome=outcome,
        rows=tuple(rows),
        scale=scale,
        thresholds=tuple(
            Threshold(scale.place(share), share) for share in _shares_of_rule(contest)
        ),
        relation=_relation(contest, by_code, outcome),
        not_charted=len(contest.candidacies) - len(charted) if bounds else 0,
        not_listed=len(bounds) - len(rows),
    )


def _range(bounds: CandidacyBounds, counted: Fraction | None, scale: Scale) -> Range | None:
    if bounds.least_share is None or bounds.most_share is None:
        return None
    return scale.range(bounds.least_share, bounds.most_share, counted or Fraction(0))


def _shares_of_rule(contest: Contest) -> tuple[Fraction, ...]:
    """Give the shares of valid votes that the rule names; other bases are another axis."""
    if not isinstance(contest.rule, WinnerRule):
        return ()
    found = {
        condition.value
        for clause in contest.rule.clauses
        for condition in clause.conditions
        if isinstance(condition, Share) and condition.of is Base.VALID
    }
    return tuple(sorted(found))


def _relation(
    contest: Contest, bounds: Mapping[CandidacyCode, CandidacyBounds], outcome: Outcome
) -> Message | None:
    """Say in votes whether the first can fall to what the second can reach."""
    standing = outcome.standing
    first, second = standing.leader, standing.runner_up
    if first is None or second is None or standing.spare is None:
        return None
    if first not in bounds or second not in bounds:
        return None
    return say(
        "page.bounds.apart" if standing.spare > 0 else "page.bounds.overlap",
        leader=contest.name_of(first),
        least=bounds[first].least,
        runner_up=contest.name_of(second),
        most=bounds[second].most,
    )
