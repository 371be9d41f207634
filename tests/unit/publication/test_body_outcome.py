"""Results, facts, bounds and standing as values: typed, exact, without a sentence."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from escrutinio.definition import CandidacyCode, TieRule
from escrutinio.primitives import JsonValue, encode_canonical
from escrutinio.publication.body_outcome import (
    describe_fact,
    describe_outcomes,
    describe_result,
)
from escrutinio.tabulation import (
    CannotBeElected,
    CannotReachRunoff,
    Elected,
    Fact,
    FirstPlaceTied,
    NobodyElected,
    Result,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    Seats,
    SeatsBetween,
    SeatsTied,
    SureOfRunoffPlace,
    SureToLead,
)
from tests.builders import contest, definition, sheets, tally_of

A, B, C = (CandidacyCode(code) for code in "ABC")

RESULTS: list[tuple[Result, JsonValue]] = [
    (Elected(A), {"kind": "elected", "candidacy": "A"}),
    (Runoff((A, B)), {"kind": "runoff", "candidacies": ["A", "B"]}),
    (NobodyElected(), {"kind": "nobody_elected"}),
    (
        FirstPlaceTied((A, B), TieRule.LOTS),
        {"kind": "first_place_tied", "candidacies": ["A", "B"], "tie": "lots"},
    ),
    (
        RunoffPlaceTied((A,), (B, C), 1),
        {"kind": "runoff_place_tied", "placed": ["A"], "tied": ["B", "C"], "places": 1},
    ),
    (Seats({A: 2, B: 0}), {"kind": "seats", "seats": [["A", 2], ["B", 0]]}),
    (
        SeatsTied({A: 1, B: 1}, (A, B), 1, TieRule.NEW_ELECTION),
        {
            "kind": "seats_tied",
            "seats": [["A", 1], ["B", 1]],
            "tied": ["A", "B"],
            "places": 1,
            "tie": "new_election",
        },
    ),
]
FACTS: list[tuple[Fact, JsonValue]] = [
    (CannotBeElected((B,)), {"kind": "cannot_be_elected", "candidacies": ["B"]}),
    (CannotReachRunoff((C,)), {"kind": "cannot_reach_runoff", "candidacies": ["C"]}),
    (SureToLead(A), {"kind": "sure_to_lead", "candidacy": "A"}),
    (RunoffNeeded(), {"kind": "runoff_needed"}),
    (SureOfRunoffPlace((A,)), {"kind": "sure_of_runoff_place", "candidacies": ["A"]}),
    (SeatsBetween(A, 1, 3), {"kind": "seats_between", "candidacy": "A", "least": 1, "most": 3}),
]


@pytest.mark.parametrize(("result", "value"), RESULTS)
def test_a_result_says_which_kind_it_is(result: Result, value: JsonValue) -> None:
    assert describe_result(result) == value


@pytest.mark.parametrize(("fact", "value"), FACTS)
def test_a_fact_says_which_kind_it_is(fact: Fact, value: JsonValue) -> None:
    assert describe_fact(fact) == value


def test_every_kind_of_result_and_fact_is_tried_here() -> None:
    """A new kind without a spelling would stop a count on election night."""
    assert {type(result) for result, _ in RESULTS} == set(get_args(Result))
    assert {type(fact) for fact, _ in FACTS} == set(get_args(Fact))


def _describe(*, cap: int | None = None, registers: dict[str, int] | None = None) -> Any:  # noqa: ANN401  # JSON of any shape
    race = contest("A B", cap=cap, registers=registers)
    election = definition(race, expected={"R": 3})
    table = sheets(
        race,
        """
        station A  B null registered
        1       60 10 0   100
        2       50 10 0   100
        """,
    )
    found = describe_outcomes(election, race, tally_of(table, election))
    encode_canonical(found)  # Floats, fractions and foreign objects have no place in a body.
    return found


def test_a_settled_outcome_has_no_condition() -> None:
    (outcome,) = _describe(cap=70)["outcomes"]
    assert (outcome["status"], outcome["condition"]) == ("settled", None)
    assert outcome["result"] == {"kind": "elected", "candidacy": "A"}
    assert outcome["standing"]["spare"] == 20
    assert outcome["facts"] == []


def test_what_must_be_true_is_the_scenario() -> None:
    (outcome,) = _describe(registers={"roll": 270})["outcomes"]
    assert (outcome["status"], outcome["condition"]) == ("settled_if", "register:roll")
    assert outcome["scenario"]["register"] == 270


def test_shares_are_fractions_in_lowest_terms() -> None:
    (outcome,) = _describe(cap=70)["outcomes"]
    first, second = outcome["bounds"]
    assert first == {
        "candidacy": "A",
        "least": 110,
        "most": 180,
        "least_share": [11, 20],
        "most_share": [9, 10],
    }
    assert second["least_share"] == [1, 10]


def test_without_a_reason_for_a_bound_the_outcome_is_open() -> None:
    found = _describe()
    (outcome,) = found["outcomes"]
    assert found["counted"] == {"kind": "elected", "candidacy": "A"}
    assert (outcome["scenario"], outcome["bounds"]) == (None, None)
    assert (outcome["status"], outcome["result"]) == ("open", None)
    assert outcome["standing"]["settled_below"] == 89
