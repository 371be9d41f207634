"""What follows from the counted sheets of a contest: outcome, bounds, rule."""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.definition import Contest
from escrutinio.primitives import Message
from escrutinio.publication.cut import Cut
from escrutinio.site.page_rule import say_rule
from escrutinio.tabulation import (
    CandidacyBounds,
    Outcome,
    Scenario,
    compute_bounds,
    compute_outcome,
    compute_scenarios,
    widest_scenario,
)

__all__ = ["ContestOutcome", "OutcomeView", "view_outcome"]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """The outcome under one scenario, with the bounds of every candidacy; none without one."""

    outcome: Outcome
    bounds: tuple[CandidacyBounds, ...]


@dataclass(frozen=True, slots=True)
class ContestOutcome:
    """What follows for one contest.

    Attributes:
        contest: as amended.
        rule: the decision rule in words.
        main: what the first sentence rests on: caps, else the largest register.
        others: under the other scenarios.
    """

    contest: Contest
    rule: tuple[Message, ...]
    main: OutcomeView
    others: tuple[OutcomeView, ...]


def view_outcome(cut: Cut, position: int) -> ContestOutcome:
    """Work out what follows for a contest; no turnout is assumed.

    Args:
        cut: of the newest bulletin.
        position: of the contest.
    """
    item = cut.contests[position]
    scenarios = compute_scenarios(cut.definition, item.contest, item.tally)
    widest = widest_scenario(scenarios)

    def view(scenario: Scenario | None) -> OutcomeView:
        outcome = compute_outcome(cut.definition, item.contest, item.tally, scenario)
        bounds = () if scenario is None else compute_bounds(item.contest, item.tally, scenario)
        return OutcomeView(outcome, bounds)

    return ContestOutcome(
        contest=item.contest,
        rule=say_rule(item.contest, cut.definition),
        main=view(widest),
        others=tuple(view(scenario) for scenario in scenarios if scenario != widest),
    )
