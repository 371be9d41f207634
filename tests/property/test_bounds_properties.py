"""Laws of bounds and outcomes: more sheets never say less, and names and order say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.definition import CandidacyCode, Rule, SeatsRule
from escrutinio.tabulation import (
    CannotBeElected,
    CannotReachRunoff,
    Elected,
    Fact,
    FirstPlaceTied,
    NobodyElected,
    Outcome,
    OutcomeStatus,
    Result,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    Seats,
    SeatsBetween,
    SeatsTied,
    SureOfRunoffPlace,
    SureToLead,
    compute_bounds,
    compute_outcome,
    compute_scenarios,
)
from tests.unit.tabulation.builders import (
    FORTY_AND_TEN,
    MORE_THAN_HALF,
    PLURALITY,
    Counted,
    Election,
    code,
    dhondt,
    election,
    half_and_spread,
    outstanding,
)

CODES = "abcd"
COUNTIES = ("north", "south", "west")
RULES: Mapping[str, Rule] = {
    "plurality": PLURALITY,
    "more than half": MORE_THAN_HALF,
    "40 % and 10 points": FORTY_AND_TEN,
    "half and spread": half_and_spread(2),
    "seats": dhondt(5),
}


@dataclass(frozen=True)
class Sheet:
    """A tally sheet with the roll of its station, which is also the cap of its ballots."""

    county: str
    roll: int
    votes: tuple[int, ...]
    blank: int


@st.composite
def sheets(draw: st.DrawFn, size: int) -> Sheet:
    votes = tuple(draw(st.integers(0, 40)) for _ in range(size))
    blank = draw(st.integers(0, 5))
    roll = sum(votes) + blank + draw(st.integers(0, 30))
    return Sheet(draw(st.sampled_from(COUNTIES)), roll, votes, blank)


@st.composite
def counts(draw: st.DrawFn) -> list[Sheet]:
    size = draw(st.integers(2, 4))
    return draw(st.lists(sheets(size), min_size=1, max_size=8))


def count_up_to(rule: Rule, every: list[Sheet], counted: int) -> Election:
    """Count the first sheets; the others are outstanding with their caps and rolls."""
    counties = {item: _add(every, counted, item) for item in COUNTIES}
    registers = {"roll": sum(sheet.roll for sheet in every), "larger": 10_000}
    return election(rule, _add(every, counted, None), counties, registers=registers)


def _add(every: list[Sheet], counted: int, county: str | None) -> Counted:
    inside = [
        (place < counted, sheet)
        for place, sheet in enumerate(every)
        if county in (None, sheet.county)
    ]
    arrived = [sheet for is_counted, sheet in inside if is_counted]
    return Counted(
        votes=tuple(
            sum(sheet.votes[line] for sheet in arrived) for line in range(len(every[0].votes))
        ),
        blank=sum(sheet.blank for sheet in arrived),
        limit=sum(sheet.roll for is_counted, sheet in inside if not is_counted),
        registered=sum(sheet.roll for _, sheet in inside),
        register_used=sum(sheet.roll for sheet in arrived),
        stations=(len(inside), len(arrived)),
    )


def outcomes_of(built: Election) -> dict[str, Outcome]:
    scenarios = compute_scenarios(built.definition, built.contest, built.tally)
    return {
        item.id: compute_outcome(built.definition, built.contest, built.tally, item)
        for item in scenarios
    }


@given(counts())
def test_a_further_sheet_never_widens_a_bound(every: list[Sheet]) -> None:
    """What was impossible with fewer sheets stays impossible with more."""
    steps = [count_up_to(PLURALITY, every, number) for number in range(len(every) + 1)]
    for before, after in pairwise(steps):
        earlier = compute_scenarios(before.definition, before.contest, before.tally)
        later = compute_scenarios(after.definition, after.contest, after.tally)
        assert [item.id for item in earlier] == ["caps", "register:roll", "register:larger"]
        for old, new in zip(earlier, later, strict=True):
            old_bounds = compute_bounds(before.contest, before.tally, old)
            new_bounds = compute_bounds(after.contest, after.tally, new)
            for wide, narrow in zip(old_bounds, new_bounds, strict=True):
                assert wide.least <= narrow.least
                assert narrow.most <= wide.most
                if wide.least_share is not None and narrow.least_share is not None:
                    assert wide.least_share <= narrow.least_share
                if wide.most_share is not None and narrow.most_share is not None:
                    assert narrow.most_share <= wide.most_share


@pytest.mark.parametrize("name", RULES)
@given(every=counts())
def test_a_further_sheet_never_unsettles_an_outcome(name: str, every: list[Sheet]) -> None:
    """A sentence that was published as settled is never taken back by an honest sheet."""
    steps = [count_up_to(RULES[name], every, number) for number in range(len(every) + 1)]
    for before, after in pairwise(steps):
        later = outcomes_of(after)
        for scenario, old in outcomes_of(before).items():
            if old.status is not OutcomeStatus.OPEN:
                assert later[scenario].status is old.status
                assert later[scenario].result == old.result
            elif isinstance(RULES[name], SeatsRule):
                _assert_seats_inside(old, later[scenario])


def _assert_seats_inside(old: Outcome, new: Outcome) -> None:
    """Check that the seats a candidacy may end with never become more."""
    narrow = {item.candidacy: item for item in new.facts if isinstance(item, SeatsBetween)}
    for wide in old.facts:
        assert isinstance(wide, SeatsBetween)
        if isinstance(new.result, Seats):
            assert wide.least <= new.result.by_candidacy[wide.candidacy] <= wide.most
        elif wide.candidacy in narrow:
            assert wide.least <= narrow[wide.candidacy].least
            assert narrow[wide.candidacy].most <= wide.most


@st.composite
def totals(draw: st.DrawFn) -> tuple[tuple[int, ...], int, tuple[int, ...]]:
    """Give votes, outstanding ballots, and an order to put the candidacies in."""
    votes = tuple(draw(st.lists(st.integers(0, 60), min_size=2, max_size=4)))
    order = tuple(draw(st.permutations(range(len(votes)))))
    return votes, draw(st.integers(0, 30)), order


@pytest.mark.parametrize("name", RULES)
@given(case=totals())
def test_relabelling_candidacies_relabels_the_outcome(
    name: str, case: tuple[tuple[int, ...], int, tuple[int, ...]]
) -> None:
    """Nothing depends on what a candidacy is called."""
    votes, ballots, order = case
    new_codes = [CODES[place] for place in order]
    new = dict(zip(map(code, CODES), map(code, new_codes), strict=False))
    plain = _outcome(RULES[name], votes, CODES, ballots)
    renamed = _outcome(RULES[name], votes, new_codes, ballots)
    assert renamed.status is plain.status
    assert renamed.result == (None if plain.result is None else _rename(plain.result, new))
    assert _unordered(renamed.facts) == _unordered(
        tuple(_rename_fact(item, new) for item in plain.facts)
    )
    assert renamed.standing.settled_below == plain.standing.settled_below
    leader = plain.standing.leader
    assert renamed.standing.leader == (None if leader is None else new[leader])


@pytest.mark.parametrize("name", RULES)
@given(case=totals())
def test_the_order_of_candidacies_changes_nothing(
    name: str, case: tuple[tuple[int, ...], int, tuple[int, ...]]
) -> None:
    """Place on the ballot is no advantage, not even in a tie."""
    votes, ballots, order = case
    plain = _outcome(RULES[name], votes, CODES, ballots)
    shuffled = _outcome(
        RULES[name],
        tuple(votes[place] for place in order),
        [CODES[place] for place in order],
        ballots,
    )
    assert shuffled.status is plain.status
    assert shuffled.result == plain.result
    assert shuffled.facts == plain.facts
    assert shuffled.standing == plain.standing


@pytest.mark.parametrize("name", RULES)
@given(case=totals())
def test_settled_below_is_the_last_settled_number(
    name: str, case: tuple[tuple[int, ...], int, tuple[int, ...]]
) -> None:
    """One ballot more than the printed number leaves the outcome open, none fewer does."""
    votes, _, _ = case
    below = _outcome(RULES[name], votes, CODES, 0).standing.settled_below
    assert below is not None
    for ballots in range(below + 4):
        outcome = _outcome(RULES[name], votes, CODES, ballots)
        assert (outcome.status is OutcomeStatus.SETTLED) == (ballots <= below)
        assert outcome.standing.settled_below == below


def _outcome(rule: Rule, votes: tuple[int, ...], codes: list[str] | str, ballots: int) -> Outcome:
    counted = Counted(votes)
    built = election(rule, counted, {"north": counted, "south": counted}, codes=list(codes))
    return compute_outcome(built.definition, built.contest, built.tally, outstanding(ballots))


New = Mapping[CandidacyCode, CandidacyCode]


def _codes(codes: tuple[CandidacyCode, ...], new: New) -> tuple[CandidacyCode, ...]:
    return tuple(sorted(new[item] for item in codes))


def _rename(result: Result, new: New) -> Result:
    if isinstance(result, Elected):
        return Elected(new[result.candidacy])
    if isinstance(result, Runoff):
        return Runoff(_codes(result.candidacies, new))
    if isinstance(result, FirstPlaceTied):
        return FirstPlaceTied(_codes(result.candidacies, new), result.tie)
    if isinstance(result, RunoffPlaceTied):
        return RunoffPlaceTied(_codes(result.placed, new), _codes(result.tied, new), result.places)
    return result if isinstance(result, NobodyElected) else _rename_seats(result, new)


def _rename_seats(result: Seats | SeatsTied, new: New) -> Result:
    seats = {new[item]: number for item, number in result.by_candidacy.items()}
    if isinstance(result, SeatsTied):
        return SeatsTied(seats, _codes(result.tied, new), result.places, result.tie)
    return Seats(seats)


def _rename_fact(fact: Fact, new: New) -> Fact:
    if isinstance(fact, SureToLead):
        return SureToLead(new[fact.candidacy])
    if isinstance(fact, SeatsBetween):
        return SeatsBetween(new[fact.candidacy], fact.least, fact.most)
    if isinstance(fact, RunoffNeeded):
        return fact
    kinds = (CannotBeElected, CannotReachRunoff, SureOfRunoffPlace)
    kind = next(item for item in kinds if isinstance(fact, item))
    return kind(_codes(fact.candidacies, new))


def _unordered(facts: tuple[Fact, ...]) -> list[str]:
    return sorted(map(repr, facts))
