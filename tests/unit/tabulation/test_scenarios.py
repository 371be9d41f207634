"""Why at most so many ballots are outstanding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from escrutinio.definition import DivisionId
from escrutinio.primitives import Percent
from escrutinio.tabulation import (
    Scenario,
    ScenarioKind,
    check_registers,
    compute_scenarios,
    widest_scenario,
)
from tests.unit.tabulation.builders import PLURALITY, Counted, Election, election


@dataclass(frozen=True)
class Printed:
    text: str
    share: Fraction


def scenarios_of(built: Election, *turnouts: Printed) -> tuple[Scenario, ...]:
    return compute_scenarios(built.definition, built.contest, built.tally, turnouts)


def test_caps_need_no_assumption() -> None:
    """Only the caps of the definition lead to "settled" without an "if"."""
    built = election(PLURALITY, Counted((5, 3), limit=40), {"north": Counted((5, 3), limit=40)})
    (caps,) = scenarios_of(built)
    assert (caps.id, caps.kind, caps.outstanding) == ("caps", ScenarioKind.CAPS, 40)
    assert caps.assumption is None
    assert caps.by_division[DivisionId("north")] == 40


def test_nothing_is_known_without_caps_and_registers() -> None:
    """An unknown cap means open, never zero."""
    assert scenarios_of(election(PLURALITY, Counted((5, 3)))) == ()


def test_each_register_and_each_turnout_is_its_own_scenario() -> None:
    """Sources differ on the register, so no one of them is chosen silently."""
    built = election(
        PLURALITY, Counted((5, 3), register_used=20), registers={"small": 100, "large": 120}
    )
    found = scenarios_of(built, Printed("59.90", Fraction(599, 1000)))
    assert {item.id: item.outstanding for item in found} == {
        "register:small": 80,
        "register:small,turnout:59.90": 47,
        "register:large": 100,
        "register:large,turnout:59.90": 59,
    }
    assert all(item.assumption is not None for item in found)


def test_a_turnout_never_rounds_a_ballot_up() -> None:
    """59 % of 4,264,361 is 2,515,972.99: there is no half of a ballot."""
    built = election(PLURALITY, Counted((5, 3)), registers={"rest": 4_264_361})
    whole, stated = scenarios_of(built, Printed("59", Fraction(59, 100)))
    assert stated.outstanding == 2_515_972
    assert stated.outstanding_registered == whole.outstanding == 4_264_361


def test_a_printed_turnout_keeps_its_decimals() -> None:
    """59.90 was printed with two decimals and is shown with two."""
    built = election(PLURALITY, Counted((5, 3)), registers={"rest": 100})
    _, stated = scenarios_of(built, Printed("59.90", Fraction(599, 1000)))
    assert stated.assumption is not None
    assert stated.assumption.values["turnout"] == Percent(Fraction(599, 1000), 2)


def test_the_definition_gives_a_register_when_no_other_is_listed() -> None:
    """A division with registered voters is enough for a bound."""
    built = election(PLURALITY, Counted((5, 3), registered=90, register_used=20))
    (only,) = scenarios_of(built)
    assert (only.id, only.outstanding) == ("register:definition", 70)


def test_a_register_smaller_than_the_counted_rolls_is_named_and_not_used() -> None:
    """A contradicted register bounds nothing; leaving it at zero would settle everything."""
    built = election(
        PLURALITY, Counted((5, 3), register_used=20), registers={"tiny": 15, "exact": 20}
    )
    assert [item.id for item in scenarios_of(built)] == ["register:exact"]
    (message,) = check_registers(built.definition, built.contest, built.tally)
    assert message.key == "outcome.register_contradicted"
    assert message.values["beyond"] == 5


def test_a_division_is_limited_by_its_own_register() -> None:
    """What a county has left is less than what the country has left."""
    built = election(
        PLURALITY,
        Counted((9, 5), registered=100, register_used=30),
        {
            "north": Counted((5, 3), registered=60, register_used=20),
            "south": Counted((4, 2), registered=40, register_used=10),
        },
    )
    (only,) = scenarios_of(built)
    assert only.by_division[DivisionId("north")] == 40
    assert only.by_division[DivisionId("south")] == 30


def test_a_larger_register_leaves_open_where_the_difference_votes() -> None:
    """Ten voters beyond all counties may vote in any of them."""
    built = election(
        PLURALITY,
        Counted((9, 5), register_used=30),
        {
            "north": Counted((5, 3), registered=60, register_used=20),
            "south": Counted((4, 2), registered=40, register_used=10),
        },
        registers={"with emigrants": 110},
    )
    (only,) = scenarios_of(built)
    assert only.by_division[DivisionId("north")] == 50
    assert only.by_division[DivisionId("south")] == 40


def test_a_division_with_a_contradicted_register_has_no_limit_of_its_own() -> None:
    """More counted than registered shows that the county's register is wrong."""
    built = election(
        PLURALITY,
        Counted((9, 5), registered=100, register_used=30),
        {"north": Counted((9, 5), registered=10, register_used=30)},
    )
    (only,) = scenarios_of(built)
    assert DivisionId("north") not in only.by_division


def test_the_first_sentence_rests_on_caps_or_on_the_largest_register() -> None:
    """Of several registers the largest is used; a turnout assumes more and never leads."""
    turnout = Printed("60", Fraction(3, 5))
    registers = {"small": 100, "large": 120}
    built = election(PLURALITY, Counted((5, 3)), registers=registers)
    widest = widest_scenario(scenarios_of(built, turnout))
    assert widest is not None
    assert widest.id == "register:large"
    with_caps = election(PLURALITY, Counted((5, 3), limit=500), registers=registers)
    widest = widest_scenario(scenarios_of(with_caps, turnout))
    assert widest is not None
    assert widest.id == "caps"
    assert widest_scenario(()) is None
