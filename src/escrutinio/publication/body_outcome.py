"""What follows from the counted sheets, as values of a bulletin's body.

No sentence stands here: a reader makes them, in its own language, from what is typed and exact.
A share is ``[numerator, denominator]`` in lowest terms.

Format page: docs/formats/bulletin-body.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from escrutinio.definition import CandidacyCode, Contest, Definition
from escrutinio.primitives import JsonValue
from escrutinio.tabulation import (
    CandidacyBounds,
    CannotBeElected,
    CannotReachRunoff,
    ContestTally,
    Elected,
    Fact,
    FirstPlaceTied,
    NobodyElected,
    Outcome,
    Result,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    Scenario,
    Seats,
    SeatsBetween,
    SeatsTied,
    Standing,
    SureOfRunoffPlace,
    SureToLead,
    compute_bounds,
    compute_outcome,
    compute_scenarios,
)

__all__ = ["describe_fact", "describe_outcomes", "describe_result"]


def describe_outcomes(
    definition: Definition, contest: Contest, tally: ContestTally
) -> dict[str, JsonValue]:
    """Give what the counted sheets lead to, and bounds and outcome under every scenario.

    No turnout is assumed.

    Args:
        definition: the election, as amended.
        contest: the contest, as amended.
        tally: what is counted so far.

    Returns:
        ``counted``, and ``outcomes``: one item per scenario, in the order of
        ``compute_scenarios``; where there is no scenario, a single item without one, whose
        outcome is open.
    """
    scenarios = compute_scenarios(definition, contest, tally) or (None,)
    outcomes = [compute_outcome(definition, contest, tally, scenario) for scenario in scenarios]
    # What the counted sheets lead to is the same under every scenario.
    counted = outcomes[0].counted
    return {
        "counted": None if counted is None else describe_result(counted),
        "outcomes": [
            {
                "scenario": None if outcome.scenario is None else _scenario(outcome.scenario),
                "bounds": None
                if outcome.scenario is None
                else [_bounds(item) for item in compute_bounds(contest, tally, outcome.scenario)],
                **_outcome(outcome),
            }
            for outcome in outcomes
        ],
    }


def _scenario(scenario: Scenario) -> JsonValue:
    register = scenario.register
    return {
        "id": scenario.id,
        "kind": scenario.kind.value,
        "outstanding": scenario.outstanding,
        "outstanding_registered": scenario.outstanding_registered,
        "register": None if register is None else register.registered,
    }


def _bounds(bounds: CandidacyBounds) -> JsonValue:
    return {
        "candidacy": bounds.candidacy,
        "least": bounds.least,
        "most": bounds.most,
        "least_share": _fraction(bounds.least_share),
        "most_share": _fraction(bounds.most_share),
    }


def _outcome(outcome: Outcome) -> dict[str, JsonValue]:
    # What has to be true for "settled if" is the scenario itself.
    condition = outcome.scenario.id if outcome.scenario and outcome.condition else None
    return {
        "status": outcome.status.value,
        "condition": condition,
        "result": None if outcome.result is None else describe_result(outcome.result),
        "facts": [describe_fact(fact) for fact in outcome.facts],
        "standing": _standing(outcome.standing),
    }


def describe_result(result: Result) -> JsonValue:  # noqa: PLR0911  # one per kind of result
    """Give a result as an object whose ``kind`` says which one it is."""
    match result:
        case Elected(candidacy):
            return {"kind": "elected", "candidacy": candidacy}
        case Runoff(candidacies):
            return {"kind": "runoff", "candidacies": _codes(candidacies)}
        case NobodyElected():
            return {"kind": "nobody_elected"}
        case FirstPlaceTied(candidacies, tie):
            codes = _codes(candidacies)
            return {"kind": "first_place_tied", "candidacies": codes, "tie": tie.value}
        case RunoffPlaceTied(placed, tied, places):
            return {
                "kind": "runoff_place_tied",
                "placed": _codes(placed),
                "tied": _codes(tied),
                "places": places,
            }
        case Seats(by_candidacy):
            return {"kind": "seats", "seats": [list(item) for item in by_candidacy.items()]}
        case SeatsTied(by_candidacy, tied, places, tie):
            return {
                "kind": "seats_tied",
                "seats": [list(item) for item in by_candidacy.items()],
                "tied": _codes(tied),
                "places": places,
                "tie": tie.value,
            }


def describe_fact(fact: Fact) -> JsonValue:
    """Give a fact as an object whose ``kind`` says which one it is."""
    match fact:
        case CannotBeElected(candidacies):
            return {"kind": "cannot_be_elected", "candidacies": _codes(candidacies)}
        case CannotReachRunoff(candidacies):
            return {"kind": "cannot_reach_runoff", "candidacies": _codes(candidacies)}
        case SureToLead(candidacy):
            return {"kind": "sure_to_lead", "candidacy": candidacy}
        case RunoffNeeded():
            return {"kind": "runoff_needed"}
        case SureOfRunoffPlace(candidacies):
            return {"kind": "sure_of_runoff_place", "candidacies": _codes(candidacies)}
        case SeatsBetween(candidacy, least, most):
            return {
                "kind": "seats_between",
                "candidacy": candidacy,
                "least": least,
                "most": most,
            }


def _standing(standing: Standing) -> JsonValue:
    return {
        "leader": standing.leader,
        "runner_up": standing.runner_up,
        "lead": standing.lead,
        "outstanding": standing.outstanding,
        "spare": standing.spare,
        "break_even_turnout": _fraction(standing.break_even_turnout),
        "settled_below": standing.settled_below,
        "unsettling_turnout": _fraction(standing.unsettling_turnout),
        "stations_outstanding": standing.stations_outstanding,
        "votes_per_missing_station": _fraction(standing.votes_per_missing_station),
    }


def _codes(codes: Iterable[CandidacyCode]) -> JsonValue:
    return [str(code) for code in codes]


def _fraction(value: Fraction | None) -> JsonValue:
    return None if value is None else [value.numerator, value.denominator]
