"""CLAIM-007: when it runs, on whom, and what it says."""

from __future__ import annotations

from fractions import Fraction

from escrutinio.claims import (
    Basis,
    EvidenceClass,
    Verdict,
    compute_rounded_shares,
    lattice_chance,
)
from tests.unit.claims.world import Sheet, World

WORLD = World()
FIRST_BULLETIN = "[claim.votes]\nA = 5150092\nB = 4445978\nrest = 462704"


def test_the_coarsest_match_is_reported() -> None:
    """A match at one decimal implies the finer ones; only the coarsest is a statement."""
    counts = (5_150_092, 4_445_978, 462_704)
    results = [compute_rounded_shares(counts, decimals) for decimals in range(4)]
    assert [result.matches for result in results] == [0, 3, 3, 3]
    (statement,) = WORLD.check_code("CLAIM-007", FIRST_BULLETIN)
    assert statement.figures["decimals"] == 1
    assert statement.figures["lattice_points"] == 376_479


def test_a_match_is_an_indicator_and_says_what_it_may_mean() -> None:
    """The sentence gives the number and the innocent way to get it, and decides nothing."""
    (statement,) = WORLD.check_code("CLAIM-007", FIRST_BULLETIN)
    assert statement.verdict is Verdict.INDICATOR
    assert statement.evidence_class is EvidenceClass.INDICATOR
    assert statement.sentence.key == "claim.rounded.match"
    keys = [line.key for line in statement.arithmetic]
    assert "claim.rounded.elsewhere" in keys
    assert keys[-1] == "claim.rounded.meaning"
    assert statement.figures["chance_elsewhere"] == 10 * Fraction(statement.figures["chance"])


def test_no_match_is_said_too() -> None:
    """A test that speaks only when it fires hides how often it is run."""
    claim = "valid = 1234567\n[claim.votes]\nA = 700001\nB = 500003"
    (statement,) = WORLD.check_code("CLAIM-007", claim)
    assert statement.sentence.key == "claim.rounded.some"
    assert statement.sentence.values["matches"] == 0
    assert statement.sentence.values["number"] == 3, "what is left of the total is an option"


def test_many_options_are_tested_again_in_three_groups() -> None:
    """The first bulletin came in three groups, so the second is compared in the same form."""
    world = World(codes=("A", "B", "C", "D"))
    claim = "[claim.votes]\nA = 700001\nB = 500003\nC = 31\nD = 7"
    statements = world.check_code("CLAIM-007", claim)
    assert [item.subject for item in statements] == ["all", "grouped"]
    assert [item.figures["options"] for item in statements] == [4, 3]


def test_small_elections_are_left_alone() -> None:
    """Below 50 votes per step a match is nothing rare."""
    (small,) = WORLD.check_code("CLAIM-007", "[claim.votes]\nA = 2400\nB = 2000\nC = 599")
    assert small.sentence.key == "claim.rounded.too_small"
    assert small.verdict is Verdict.UNCHECKABLE
    (enough,) = WORLD.check_code("CLAIM-007", "[claim.votes]\nA = 2400\nB = 2000\nC = 601")
    assert enough.verdict is Verdict.INDICATOR


def test_it_needs_two_counts_and_a_total() -> None:
    """One count, or two without a total, have no shares."""
    assert not WORLD.check_code("CLAIM-007", "valid = 100000\n[claim.votes]\nA = 51200")
    assert not WORLD.check_code("CLAIM-007", "[claim.votes]\nA = 51200\nB = 48800")


def test_options_beyond_the_total_cannot_be_tested() -> None:
    """Shares of a total that is too small mean nothing; the sum check says what is wrong."""
    claim = "valid = 100000\n[claim.votes]\nA = 512000\nB = 48800"
    (statement,) = WORLD.check_code("CLAIM-007", claim)
    assert statement.verdict is Verdict.UNCHECKABLE


def test_the_sheets_are_tested_like_anybody_else() -> None:
    """The test is run on every side's figures alike."""
    world = WORLD.with_sheets(Sheet({"A": 5_150_092, "B": 4_445_978, "C": 462_704}))
    (statement,) = [item for item in world.check() if item.claims == ("sheets:copies",)]
    assert statement.figures["decimals"] == 1
    assert statement.basis is Basis.TRUE_COPIES


def test_more_than_three_options_use_the_area_formula() -> None:
    """Four options: 2/3 of the cube of steps."""
    assert lattice_chance(4, 1_000_000, 1000) == Fraction(2, 3) / 1000**3
    result = compute_rounded_shares((400_000, 300_000, 200_000, 100_000), 0)
    assert result.is_full_match
    assert result.points is None
