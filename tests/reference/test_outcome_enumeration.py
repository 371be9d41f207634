"""The outcome follows from known extreme completions; here it is compared with all of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escrutinio.definition import (
    Base,
    Clause,
    Comparison,
    Condition,
    Lead,
    Rule,
    SeatsRule,
    Share,
    Spread,
    TieRule,
    WinnerRule,
)
from escrutinio.tabulation import (
    CannotBeElected,
    CannotReachRunoff,
    Elected,
    Outcome,
    OutcomeStatus,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    Scenario,
    SeatsBetween,
    SureOfRunoffPlace,
    SureToLead,
    compute_outcome,
)
from escrutinio.tabulation.completions import prepare_completions
from tests.reference.outcome_enumeration import (
    Place,
    add_places,
    completions,
    decide,
    is_among_first,
    seats_in,
    value_of,
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
    share,
)

BASES = st.sampled_from(list(Base))
COMPARISONS = st.sampled_from(list(Comparison))
VALUES = st.sampled_from([Fraction(part, 20) for part in (1, 2, 5, 8, 9, 10, 11, 14)])


@dataclass(frozen=True)
class Tiny:
    """An election small enough to write down every completion."""

    rule: Rule
    places: tuple[Place, ...]
    limits: tuple[int, ...]
    outstanding: int
    votes_allowed: int = 1

    def build(self) -> Election:
        counties = {f"county{number}": _counted(place) for number, place in enumerate(self.places)}
        whole = _counted(add_places(list(self.places)))
        return election(self.rule, whole, counties, votes_allowed=self.votes_allowed)

    def scenario(self) -> Scenario:
        limits = {f"county{number}": limit for number, limit in enumerate(self.limits)}
        return outstanding(self.outstanding, limits)

    def outcome(self) -> Outcome:
        built = self.build()
        return compute_outcome(built.definition, built.contest, built.tally, self.scenario())

    def all_completions(self, ballots: int | None = None) -> list[list[Place]]:
        most = self.outstanding if ballots is None else ballots
        return list(completions(list(self.places), list(self.limits), most, self.votes_allowed))


def _counted(place: Place) -> Counted:
    return Counted(tuple(place.votes.values()), place.blank, place.null, cast=place.base(Base.CAST))


@st.composite
def places(draw: st.DrawFn, size: int, votes_allowed: int) -> Place:
    votes = {code("abcd"[number]): draw(st.integers(0, 9)) for number in range(size)}
    least = max(*votes.values(), -(-sum(votes.values()) // votes_allowed))
    marked = draw(st.integers(least, sum(votes.values())))
    return Place(votes, marked, draw(st.integers(0, 2)), draw(st.integers(0, 2)))


@st.composite
def tiny_elections(
    draw: st.DrawFn,
    rules: st.SearchStrategy[Rule],
    counties: int = 1,
    votes_allowed: int = 1,
    most_outstanding: int = 5,
) -> Tiny:
    size = draw(st.integers(2, 4 if counties == 1 and votes_allowed == 1 else 3))
    counted = tuple(draw(places(size, votes_allowed)) for _ in range(counties))
    limits = tuple(draw(st.integers(0, most_outstanding)) for _ in range(counties))
    total = draw(st.integers(0, min(most_outstanding, sum(limits))))
    return Tiny(draw(rules), counted, limits, total, votes_allowed)


def conditions() -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(Share, BASES, COMPARISONS, VALUES), st.builds(Lead, BASES, COMPARISONS, VALUES)
    )


@st.composite
def winner_rules(draw: st.DrawFn, spreads: int = 0) -> WinnerRule:
    """Any rule of up to two clauses, with so many spread conditions among them."""
    clauses = [draw(st.lists(conditions(), max_size=2)) for _ in range(draw(st.integers(1, 2)))]
    for _ in range(spreads):
        spread = Spread(draw(BASES), draw(COMPARISONS), draw(VALUES), "county", 2)
        draw(st.sampled_from(clauses)).append(spread)
    built = tuple(Clause(tuple(items)) for items in clauses)
    return WinnerRule(built, draw(st.sampled_from([0, 2, 3])), draw(st.sampled_from(TieRule)))


def seats_rules(*, threshold: bool) -> st.SearchStrategy[SeatsRule]:
    thresholds = st.builds(Share, BASES, COMPARISONS, VALUES) if threshold else st.none()
    return st.builds(SeatsRule, st.integers(1, 7), thresholds, st.sampled_from(TieRule))


def check_exactly(tiny: Tiny) -> None:
    """Compare status, result and the number of ballots the result can stand."""
    outcome = tiny.outcome()
    results = [decide(tiny.rule, item) for item in tiny.all_completions()]
    same = all(result == results[0] for result in results)
    assert (outcome.status is OutcomeStatus.SETTLED) == same
    assert outcome.result == (results[0] if same else None)
    assert outcome.counted == decide(tiny.rule, list(tiny.places))
    for ballots in range(tiny.outstanding + 1):
        fewer = [decide(tiny.rule, item) for item in tiny.all_completions(ballots)]
        is_settled = all(result == outcome.counted for result in fewer)
        below = outcome.standing.settled_below
        assert is_settled == (below is None or ballots <= below)


def check_winner_facts(tiny: Tiny) -> None:
    """Compare each fact of an open outcome with what all completions have in common."""
    outcome, rule = tiny.outcome(), tiny.rule
    assert isinstance(rule, WinnerRule)
    if outcome.status is not OutcomeStatus.OPEN:
        return
    every = tiny.all_completions()
    totals = [add_places(item).votes for item in every]
    results = [decide(rule, item) for item in every]
    codes = sorted(totals[0])
    electable = {item.candidacy for item in results if isinstance(item, Elected)}
    expected: list[object] = [
        SureToLead(item)
        for item in codes
        if all(votes[item] > votes[other] for votes in totals for other in votes if other != item)
    ]
    if rule.runoff and all(isinstance(item, Runoff | RunoffPlaceTied) for item in results):
        expected.append(RunoffNeeded())
    elif set(codes) - electable:
        expected.append(CannotBeElected(tuple(sorted(set(codes) - electable))))
    if rule.runoff:
        sure = [
            item
            for item in codes
            if all(is_among_first(votes, item, rule.runoff) for votes in totals)
        ]
        out = [
            item
            for item in codes
            if all(sum(votes[j] > votes[item] for j in votes) >= rule.runoff for votes in totals)
        ]
        expected += [SureOfRunoffPlace(tuple(sure))] if sure else []
        expected += [CannotReachRunoff(tuple(out))] if out else []
    assert list(outcome.facts) == expected


def check_seat_bounds(tiny: Tiny) -> None:
    """Compare the least and the most seats of an open outcome with all completions."""
    results = [decide(tiny.rule, item) for item in tiny.all_completions()]
    for fact in tiny.outcome().facts:
        assert isinstance(fact, SeatsBetween)
        possible = [seats_in(result, fact.candidacy) for result in results]
        assert fact.least == min(least for least, _ in possible)
        assert fact.most == max(most for _, most in possible)


@pytest.mark.parametrize(
    "rule",
    [PLURALITY, MORE_THAN_HALF, FORTY_AND_TEN],
    ids=["plurality", "more than half", "40 % and 10 points"],
)
@given(data=st.data())
def test_real_rules_equal_the_enumeration(rule: WinnerRule, data: st.DataObject) -> None:
    """The rules of most countries: any completion that changes the result leaves it open."""
    tiny = data.draw(tiny_elections(st.just(rule)))
    check_exactly(tiny)
    check_winner_facts(tiny)


@given(tiny_elections(winner_rules()))
def test_any_clauses_equal_the_enumeration(tiny: Tiny) -> None:
    """Every base, both comparisons, shares and leads, run-offs of two and three, every tie."""
    check_exactly(tiny)
    check_winner_facts(tiny)


@given(tiny_elections(winner_rules(), votes_allowed=2, most_outstanding=3))
def test_several_votes_per_ballot_equal_the_enumeration(tiny: Tiny) -> None:
    """Two rivals can gain from the same ballot, and votes and ballots grow apart."""
    check_exactly(tiny)
    check_winner_facts(tiny)


@settings(max_examples=25)
@given(tiny_elections(st.just(half_and_spread(2)), counties=3, most_outstanding=3))
def test_half_and_spread_equals_the_enumeration(tiny: Tiny) -> None:
    """Kenya: the adversary may win over the total, or the cheapest counties."""
    check_exactly(tiny)
    check_winner_facts(tiny)


@settings(max_examples=25)
@given(tiny_elections(winner_rules(spreads=1), counties=3, most_outstanding=3))
def test_a_spread_among_any_clauses_equals_the_enumeration(tiny: Tiny) -> None:
    """Ballots that take a county away also count against the shares of other clauses."""
    check_exactly(tiny)
    check_winner_facts(tiny)


@settings(max_examples=25)
@given(tiny_elections(winner_rules(spreads=2), counties=3, most_outstanding=3))
def test_two_spreads_never_settle_what_is_open(tiny: Tiny) -> None:
    """With two spreads the answer may be too careful, never too bold."""
    outcome = tiny.outcome()
    results = [decide(tiny.rule, item) for item in tiny.all_completions()]
    if outcome.status is OutcomeStatus.SETTLED:
        assert all(result == outcome.result for result in results)


@settings(max_examples=25)
@given(tiny_elections(winner_rules(spreads=1), counties=2, most_outstanding=3))
def test_printed_extremes_are_reached(tiny: Tiny) -> None:
    """The worst and best value of a condition are printed; both must really occur."""
    built = tiny.build()
    prepared = prepare_completions(built.definition, built.contest, built.tally, tiny.scenario())
    every = tiny.all_completions()
    assert isinstance(tiny.rule, WinnerRule)
    for clause in tiny.rule.clauses:
        for condition in clause.conditions:
            for candidacy in built.contest.candidacies:
                values = [value_of(condition, candidacy.code, item) for item in every]
                extremes = prepared.extremes(candidacy.code, condition)
                assert (extremes.worst, extremes.best) == (min(values), max(values))


@pytest.mark.parametrize("threshold", [False, True], ids=["no threshold", "threshold"])
@given(data=st.data())
def test_seats_equal_the_enumeration(threshold: bool, data: st.DataObject) -> None:  # noqa: FBT001
    """D'Hondt: the comparison in pairs is exact, and so is the threshold."""
    check_exactly(data.draw(tiny_elections(seats_rules(threshold=threshold))))


@given(tiny_elections(seats_rules(threshold=True), votes_allowed=2, most_outstanding=3))
def test_seats_with_several_votes_equal_the_enumeration(tiny: Tiny) -> None:
    """Open lists where a ballot carries several votes."""
    check_exactly(tiny)


@pytest.mark.parametrize("votes_allowed", [1, 2])
@given(data=st.data())
def test_seat_bounds_equal_the_enumeration(votes_allowed: int, data: st.DataObject) -> None:
    """Without a threshold the least and the most seats are both reached."""
    most_outstanding = 5 if votes_allowed == 1 else 3
    tiny = data.draw(
        tiny_elections(
            seats_rules(threshold=False),
            votes_allowed=votes_allowed,
            most_outstanding=most_outstanding,
        )
    )
    check_seat_bounds(tiny)


@given(tiny_elections(seats_rules(threshold=True)))
def test_seat_bounds_with_a_threshold_hold(tiny: Tiny) -> None:
    """A threshold in play may make the bounds wider than needed, never too narrow."""
    results = [decide(tiny.rule, item) for item in tiny.all_completions()]
    for fact in tiny.outcome().facts:
        assert isinstance(fact, SeatsBetween)
        possible = [seats_in(result, fact.candidacy) for result in results]
        assert fact.least <= min(least for least, _ in possible)
        assert fact.most == max(most for _, most in possible)


def place(*votes: int, marked: int | None = None) -> Place:
    counted = {code("abcd"[number]): figure for number, figure in enumerate(votes)}
    return Place(counted, sum(votes) if marked is None else marked, 0, 0)


def spread(value: Fraction, counties: int, comparison: Comparison) -> Spread:
    return Spread(Base.VALID, comparison, value, "county", counties)


def one_clause(*items: Condition, runoff: int = 0) -> WinnerRule:
    return WinnerRule((Clause(items),), runoff, TieRule.LOTS)


HALF = Fraction(1, 2)

#: Rare cases that random elections seldom hit; each is named by what it would catch.
CORNERS: dict[str, tuple[Tiny, OutcomeStatus]] = {
    "only a tie of which one half meets the rule stands in the way": (
        Tiny(
            one_clause(spread(HALF, 2, Comparison.MORE_THAN)),
            (place(0, 9), place(5, 0), place(2, 0)),
            (0, 2, 0),
            2,
        ),
        OutcomeStatus.OPEN,
    ),
    "a rival cannot gain two votes from one ballot": (
        Tiny(one_clause(share(Fraction(9, 10)), runoff=2), (place(6, 6, 3),), (2,), 2, 2),
        OutcomeStatus.SETTLED,
    ),
    "two rivals gain from the same ballot": (
        Tiny(one_clause(share(Fraction(9, 10)), runoff=2), (place(6, 5, 5),), (1,), 1, 2),
        OutcomeStatus.OPEN,
    ),
    "one ballot adds two valid votes to others": (
        Tiny(one_clause(share(HALF), runoff=2), (place(10, 4, 4),), (1,), 1, 2),
        OutcomeStatus.OPEN,
    ),
    "the cheapest county is not the first": (
        Tiny(
            one_clause(spread(HALF, 3, Comparison.AT_LEAST)),
            (place(9, 0), place(5, 3), place(3, 3), place(3, 3)),
            (3, 3, 3, 3),
            3,
        ),
        OutcomeStatus.OPEN,
    ),
    "a county without votes is not reached": (
        Tiny(
            one_clause(spread(HALF, 2, Comparison.AT_LEAST)),
            (place(9, 1), place(0, 0)),
            (1, 1),
            1,
        ),
        OutcomeStatus.OPEN,
    ),
    "a single candidacy and blank ballots": (
        Tiny(
            one_clause(Share(Base.VALID_AND_BLANK, Comparison.MORE_THAN, HALF)),
            (place(2),),
            (2,),
            2,
        ),
        OutcomeStatus.OPEN,
    ),
}


@pytest.mark.parametrize("name", CORNERS)
def test_corner(name: str) -> None:
    """A case that a plausible shortcut in the code would get wrong."""
    tiny, status = CORNERS[name]
    check_exactly(tiny)
    check_winner_facts(tiny)
    assert tiny.outcome().status is status


def test_rivals_below_the_threshold_free_their_seats() -> None:
    """The ballots that a list gains also push its rivals under the threshold."""
    rule = dhondt(3, share(Fraction(1, 4), Comparison.AT_LEAST))
    check_seat_bounds(Tiny(rule, (place(10, 9, 7),), (3,), 3))


def test_a_list_loses_no_seat_to_votes_that_cannot_be_cast() -> None:
    """With two votes per ballot the budget is larger than what one rival can get."""
    check_seat_bounds(Tiny(dhondt(2), (place(3, 0, 2),), (2,), 2, 2))


def test_a_list_loses_a_seat_to_two_rivals_on_the_same_ballots() -> None:
    """With two votes per ballot two rivals gain at once."""
    check_seat_bounds(Tiny(dhondt(4), (place(5, 7, 2),), (2,), 2, 2))


def test_a_seat_may_hang_on_the_threshold_alone() -> None:
    """One blank ballot can push a list below the threshold and free its seat."""
    rule = dhondt(20, share(Fraction(1, 20), Comparison.AT_LEAST, Base.CAST))
    tiny = Tiny(rule, (place(95, 5),), (1,), 1)
    check_exactly(tiny)
    assert tiny.outcome().status is OutcomeStatus.OPEN
