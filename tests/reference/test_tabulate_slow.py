"""Columns add up random tables exactly as reading record by record does."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from escrutinio.definition import CandidacyCode
from escrutinio.sheet import Roster
from escrutinio.tabulation.registered import SheetRolls
from escrutinio.tabulation.treatment import treat_sheets
from tests.builders import contest, findings_of, tally_of
from tests.reference.slow_tally import slow_tally, slow_treatments
from tests.strategies import World, worlds


@given(world=worlds())
@settings(max_examples=100)
def test_every_record_is_treated_by_the_first_rule_that_fits(world: World) -> None:
    """What becomes of a record decides the totals; the order of the rules is the design's."""
    roster = Roster.of(world.definition, world.contest, world.roll_frame)
    findings = findings_of(world.table, world.definition, roll=world.roll_frame)
    treated = treat_sheets(world.table, findings, roster)
    assert treated.get_column("treatment").to_list() == slow_treatments(world)


@given(world=worlds())
@settings(max_examples=200)
def test_columns_add_up_what_reading_record_by_record_adds_up(world: World) -> None:
    """Counters, totals, caps, register used, histograms, first places and ties: all of them."""
    fast = tally_of(world.table, world.definition, world.roll_frame)
    slow = slow_tally(world)
    for found, expected in zip(fast.divisions, slow.divisions, strict=True):
        assert found == expected
    assert fast == slow


@given(
    sheets=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 12))),
    registered=st.integers(0, 80),
)
@settings(max_examples=300)
def test_knapsack_of_rolls_equals_taking_voter_by_voter(
    sheets: list[tuple[int, int, int]], registered: int
) -> None:
    """Taking the best single voter each time is the fractional knapsack, word for word."""
    frame = pl.DataFrame(
        [(roll, mine + others, mine) for mine, others, roll in sheets],
        schema={"known_roll": pl.Int64, "valid": pl.Int64, "votes.A": pl.Int64},
        orient="row",
    )
    rolls = SheetRolls.of(frame, contest("A"))
    assert (rolls is None) == (not sheets)
    if rolls is None:
        return
    mine = _best_voters([(votes, roll) for votes, _, roll in sheets], registered)
    others = _best_voters([(votes, roll) for _, votes, roll in sheets], registered)
    assert rolls.most_votes_among(CandidacyCode("A"), registered) == mine
    assert rolls.most_other_votes_among(CandidacyCode("A"), registered) == others


def _best_voters(sheets: list[tuple[int, int]], registered: int) -> int:
    voters = sorted(
        (Fraction(votes, roll) for votes, roll in sheets for _ in range(roll)), reverse=True
    )
    total = sum(voters[:registered], start=Fraction(0))
    return -(-total.numerator // total.denominator)


def test_nearly_equal_sheets_are_taken_in_exact_order() -> None:
    """Two shares may agree in ten decimals; taking the lower first would lose a vote."""
    roll = 10_000_000
    shares = [(5_000_001, roll), (5_000_001 * 2 - 1, roll * 2 - 3)]
    frame = pl.DataFrame(
        [(size, votes, votes) for votes, size in shares],
        schema={"known_roll": pl.Int64, "valid": pl.Int64, "votes.A": pl.Int64},
        orient="row",
    )
    rolls = SheetRolls.of(frame, contest("A"))
    assert rolls is not None
    best = max(Fraction(votes, size) for votes, size in shares)
    for registered in (1, 3, 1_000_003, 9_999_999):
        share = best * registered
        expected = -(-share.numerator // share.denominator)
        assert rolls.most_votes_among(CandidacyCode("A"), registered) == expected
