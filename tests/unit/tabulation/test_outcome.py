"""Settled, settled if, or open: one rule of the law of elections each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from escrutinio.definition import Base, Clause, Comparison, Rule, TieRule, WinnerRule
from escrutinio.primitives import Message
from escrutinio.tabulation import (
    CannotBeElected,
    Elected,
    FirstPlaceTied,
    NobodyElected,
    Outcome,
    OutcomeStatus,
    Result,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    Seats,
    SeatsTied,
    SureOfRunoffPlace,
    SureToLead,
    compute_bounds,
    compute_outcome,
    compute_outcome_counted,
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
    share,
)

A, B, C, D = (code(item) for item in "abcd")


def outcome_of(built: Election, ballots: int | None) -> Outcome:
    scenario = None if ballots is None else outstanding(ballots)
    return compute_outcome(built.definition, built.contest, built.tally, scenario)


def counted_alone(rule: Rule, counted: Counted) -> Outcome:
    built = election(rule, counted)
    return compute_outcome_counted(built.definition, built.contest, built.tally)


def one_clause(of: Base, value: Fraction, runoff: int, tie: TieRule = TieRule.LOTS) -> WinnerRule:
    return WinnerRule((Clause((share(value, Comparison.MORE_THAN, of),)),), runoff, tie)


RESULTS: Mapping[str, tuple[Rule, Counted, Result]] = {
    "most votes": (PLURALITY, Counted((4, 5)), Elected(B)),
    "a shared first place goes by lots": (
        PLURALITY,
        Counted((5, 5, 1)),
        FirstPlaceTied((A, B), TieRule.LOTS),
    ),
    "a shared first place goes by a new election": (
        WinnerRule((Clause(()),), 0, TieRule.NEW_ELECTION),
        Counted((5, 5, 1)),
        FirstPlaceTied((A, B), TieRule.NEW_ELECTION),
    ),
    "exactly half is not more than half": (MORE_THAN_HALF, Counted((5, 3, 2)), Runoff((A, B))),
    "the pair is in the order of the codes": (MORE_THAN_HALF, Counted((3, 1, 4)), Runoff((A, C))),
    "the second place is shared": (
        MORE_THAN_HALF,
        Counted((5, 3, 3)),
        RunoffPlaceTied((A,), (B, C), 1),
    ),
    "a shared first place leads to the run-off of both": (
        MORE_THAN_HALF,
        Counted((5, 5, 1)),
        Runoff((A, B)),
    ),
    "three share two places": (
        MORE_THAN_HALF,
        Counted((4, 4, 4)),
        RunoffPlaceTied((), (A, B, C), 2),
    ),
    "40 % and exactly 10 points": (FORTY_AND_TEN, Counted((41, 31, 28)), Elected(A)),
    "40 % and less than 10 points": (FORTY_AND_TEN, Counted((41, 32, 27)), Runoff((A, B))),
    "no run-off and no majority": (
        one_clause(Base.VALID, Fraction(1, 2), 0),
        Counted((4, 3, 3)),
        NobodyElected(),
    ),
    "blank ballots count where the law says so": (
        one_clause(Base.VALID_AND_BLANK, Fraction(1, 2), 2),
        Counted((6, 4), blank=2, null=9),
        Runoff((A, B)),
    ),
    "null ballots count where the law says so": (
        one_clause(Base.CAST, Fraction(1, 2), 2),
        Counted((6, 4), null=2),
        Runoff((A, B)),
    ),
    "no votes at all": (PLURALITY, Counted((0, 0)), NobodyElected()),
    "seats by highest averages": (
        dhondt(8),
        Counted((100_000, 80_000, 30_000, 20_000)),
        Seats({A: 4, B: 3, C: 1, D: 0}),
    ),
    "equal averages are no tie when there is a seat for each": (
        dhondt(3),
        Counted((4, 2)),
        Seats({A: 2, B: 1}),
    ),
    "equal averages on the last seat go by lots": (
        dhondt(2),
        Counted((4, 2)),
        SeatsTied({A: 1, B: 0}, (A, B), 1, TieRule.LOTS),
    ),
    "a list below the threshold gets no seat": (
        dhondt(3, share(Fraction(1, 5), Comparison.AT_LEAST)),
        Counted((51, 30, 19)),
        Seats({A: 2, B: 1, C: 0}),
    ),
    "no list reaches the threshold": (
        dhondt(3, share(Fraction(3, 5), Comparison.AT_LEAST)),
        Counted((50, 50)),
        NobodyElected(),
    ),
}


@pytest.mark.parametrize("name", RESULTS)
def test_result_on_the_counted_sheets_alone(name: str) -> None:
    """Each rule on complete totals; ties and lots are results, not errors."""
    rule, counted, result = RESULTS[name]
    outcome = counted_alone(rule, counted)
    assert outcome.result == result
    assert outcome.status is OutcomeStatus.SETTLED_IF
    assert outcome.condition == Message("outcome.assume.nothing_added", {})


def test_a_lead_as_large_as_what_is_outstanding_is_not_settled() -> None:
    """A tie means lots, which is another outcome."""
    built = election(PLURALITY, Counted((15, 5)))
    assert outcome_of(built, 9).status is OutcomeStatus.SETTLED
    assert outcome_of(built, 10).status is OutcomeStatus.OPEN


def test_settled_needs_no_assumption_and_settled_if_names_it() -> None:
    """A register is somebody's statement; the reader is told whose."""
    built = election(PLURALITY, Counted((15, 5), limit=9, register_used=20), registers={"x": 29})
    caps, register = compute_scenarios(built.definition, built.contest, built.tally)
    plain = compute_outcome(built.definition, built.contest, built.tally, caps)
    assumed = compute_outcome(built.definition, built.contest, built.tally, register)
    assert (plain.status, plain.condition) == (OutcomeStatus.SETTLED, None)
    assert assumed.status is OutcomeStatus.SETTLED_IF
    assert assumed.condition == register.assumption


def test_without_any_bound_the_outcome_is_open_and_numbers_remain() -> None:
    """No bound, no claim: not even that somebody can no longer be elected."""
    built = election(PLURALITY, Counted((15, 5, 0), stations=(10, 5)))
    outcome = outcome_of(built, None)
    assert outcome.status is OutcomeStatus.OPEN
    assert outcome.facts == ()
    assert outcome.standing.outstanding is None
    assert outcome.standing.settled_below == 9
    assert outcome.standing.votes_per_missing_station == 2


def test_blank_ballots_alone_can_take_a_majority_away() -> None:
    """Where shares are taken of ballots cast, nobody needs to vote for a rival."""
    built = election(one_clause(Base.CAST, Fraction(1, 2), 2), Counted((11, 9)))
    assert outcome_of(built, 1).status is OutcomeStatus.SETTLED
    assert outcome_of(built, 2).status is OutcomeStatus.OPEN


def test_an_open_outcome_lists_what_is_already_fixed() -> None:
    """A run-off is certain and one place in it, the other is not."""
    built = election(MORE_THAN_HALF, Counted((40, 30, 29, 1)))
    outcome = outcome_of(built, 5)
    assert outcome.result is None
    assert outcome.counted == Runoff((A, B))
    assert outcome.facts[:3] == (SureToLead(A), RunoffNeeded(), SureOfRunoffPlace((A,)))


def test_candidacies_that_can_no_longer_be_elected_are_listed() -> None:
    """The first question of a newsroom while the count is open."""
    outcome = outcome_of(election(PLURALITY, Counted((40, 38, 29))), 5)
    assert CannotBeElected((C,)) in outcome.facts


def test_a_figure_the_source_does_not_show_leaves_the_outcome_open() -> None:
    """Without the null ballots nobody can say what half of the ballots is."""
    built = election(one_clause(Base.CAST, Fraction(1, 2), 2), Counted((11, 9), blank=None))
    outcome = outcome_of(built, 0)
    assert (outcome.status, outcome.counted) == (OutcomeStatus.OPEN, None)
    assert outcome.standing.settled_below is None
    other_rule = election(PLURALITY, Counted((11, 9), blank=None))
    assert outcome_of(other_rule, 0).result == Elected(A)


def test_a_county_without_a_tally_counts_for_neither_side() -> None:
    """A source with national totals only cannot show in how many counties a share is reached."""
    built = election(half_and_spread(1), Counted((60, 40)))
    nowhere = outcome_of(built, 0)
    assert nowhere.result == Runoff((A, B)), "a level without divisions is reached nowhere"
    with_county = election(half_and_spread(1), Counted((60, 40)), {"north": Counted((60, 40))})
    hidden = replace(with_county.tally, divisions=with_county.tally.divisions[:1])
    outcome = compute_outcome(with_county.definition, with_county.contest, hidden, outstanding(0))
    assert (outcome.status, outcome.counted) == (OutcomeStatus.OPEN, None)


def test_a_shared_first_place_has_no_leader() -> None:
    """Naming one of two equals would be a choice."""
    standing = outcome_of(election(PLURALITY, Counted((5, 5, 1))), 3).standing
    assert (standing.leader, standing.lead) == (None, 0)
    second = outcome_of(election(PLURALITY, Counted((9, 5, 5))), 3).standing
    assert (second.leader, second.runner_up, second.lead) == (A, None, 4)


def test_a_single_candidacy_is_settled_for_any_number_of_ballots() -> None:
    """No largest number is printed where there is none."""
    outcome = outcome_of(election(PLURALITY, Counted((5,))), 1_000)
    assert outcome.result == Elected(A)
    assert outcome.standing.settled_below is None


def test_unread_figures_are_said() -> None:
    """Their room is inside the outstanding ballots; the reader is told that they exist."""
    built = election(PLURALITY, Counted((15, 5), unknown={A: 2, B: 1}))
    keys = {item.key: item for item in outcome_of(built, 4).arithmetic}
    assert keys["outcome.arithmetic.unread"].values["figures"] == 3


def test_several_votes_per_ballot_widen_the_share_of_others() -> None:
    """One ballot adds one vote to one candidacy, and two to its rivals together."""
    built = election(PLURALITY, Counted((10, 5, 5)), votes_allowed=2)
    first = compute_bounds(built.contest, built.tally, outstanding(10))[0]
    assert (first.least, first.most) == (10, 20)
    assert (first.least_share, first.most_share) == (Fraction(1, 4), Fraction(2, 3))


def test_shares_without_votes_are_not_zero_but_unknown() -> None:
    """Nothing counted and nothing outstanding has no share."""
    built = election(PLURALITY, Counted((0, 0)))
    bounds = compute_bounds(built.contest, built.tally, outstanding(0))
    assert [(item.least_share, item.most_share) for item in bounds] == [(None, None)] * 2


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Message):
        yield value.key
        for item in value.values.values():
            yield from _keys(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _keys(item)


def test_nobody_is_called_elected_before_the_rule_allows_it() -> None:
    """An open outcome says who has the most votes on the counted sheets, and no more."""
    outcome = outcome_of(election(FORTY_AND_TEN, Counted((60, 40))), 50)
    assert list(_keys(outcome.sentence)) == [
        "outcome.is_open",
        "outcome.has_most",
        "outcome.open.can_change",
    ]
    assert not [key for key in _keys(outcome.arithmetic) if key.startswith("outcome.result")]
