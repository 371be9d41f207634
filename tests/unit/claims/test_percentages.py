"""CLAIM-003 and CLAIM-004: printed percentages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from escrutinio.claims import PrintedShare, Verdict
from escrutinio.claims.printed import Agreement, agreement, are_compatible
from escrutinio.primitives import decimals_of
from tests.unit.claims.world import World

WORLD = World()


def _printed(text: str) -> PrintedShare:
    return PrintedShare(text, Fraction(text) / 100, decimals_of(text))


AGREEMENTS = {
    "in the middle": (Fraction(1, 2), "50.0", Agreement.ROUNDED),
    "half a unit above": (Fraction(5005, 10_000), "50.0", Agreement.ROUNDED),
    "half a unit below": (Fraction(4995, 10_000), "50.0", Agreement.ROUNDED),
    "just above half a unit": (Fraction(50051, 100_000), "50.0", Agreement.TRUNCATED),
    "just below half a unit": (Fraction(49949, 100_000), "50.0", Agreement.NONE),
    "a whole unit above": (Fraction(501, 1000), "50.0", Agreement.NONE),
    "bulletin": (Fraction(20_654_431, 21_321_805), "96.87", Agreement.ROUNDED),
}


@pytest.mark.parametrize(("exact", "text", "how"), AGREEMENTS.values(), ids=AGREEMENTS.keys())
def test_a_print_stands_for_half_a_unit_on_each_side(
    exact: Fraction, text: str, how: Agreement
) -> None:
    """The last printed decimal is all that a print promises."""
    assert agreement(exact, _printed(text)) is how


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [("44", "44.2", True), ("51.20", "51.2", True), ("44.2", "44.02", False), ("44", "45", False)],
)
def test_a_rounding_of_a_print_is_not_another_print(one: str, other: str, *, agree: bool) -> None:
    """Papers shorten percentages; that is no difference."""
    assert are_compatible(_printed(one), _printed(other)) is agree
    assert are_compatible(_printed(other), _printed(one)) is agree


def test_percentages_that_agree_are_one_statement() -> None:
    """Ten sentences that all say "agrees" bury the one that does not."""
    claim = 'valid = 1000\n[claim.votes]\nA = 512\nB = 442\n[claim.shares]\nA = "51.2"\nB = "44.2"'
    (statement,) = WORLD.check_code("CLAIM-003", claim)
    assert statement.subject == "shares"
    assert statement.figures["agreeing"] == 2
    assert statement.verdict is Verdict.SUPPORTED


def test_a_percentage_that_does_not_follow_is_named() -> None:
    """4.06 for 4.6 was printed by several papers in 2024."""
    claim = (
        'valid = 1000\n[claim.votes]\nA = 512\nrest = 46\n[claim.shares]\nA = "51.2"\nrest = "4.06"'
    )
    first, second = WORLD.check_code("CLAIM-003", claim)
    assert (first.subject, second.subject) == ("rest", "shares")
    assert first.verdict is Verdict.CONTRADICTED
    assert first.figures["share"] == Fraction(46, 1000)


def test_cutting_off_decimals_is_recognised() -> None:
    """Some offices cut decimals off; that is a rule, not a slip."""
    claim = 'valid = 1000\n[claim.votes]\nA = 518\nB = 482\n[claim.shares]\nA = "51"\nB = "48"'
    statements = WORLD.check_code("CLAIM-003", claim)
    assert [item.sentence.key for item in statements] == [
        "claim.percentages.truncated",
        "claim.percentages.agree",
    ]
    assert all(item.verdict is Verdict.SUPPORTED for item in statements)


BASES = {
    "valid votes": ("valid = 1000\ncast = 1100", "50", "valid"),
    "ballots cast, because only they fit": ("valid = 1000\ncast = 1250", "40", "cast"),
    "ballots cast, because nothing else is printed": ("cast = 1000", "50", "cast"),
}


@pytest.mark.parametrize(("totals", "share", "base"), BASES.values(), ids=BASES.keys())
def test_the_denominator_is_the_one_that_fits_and_is_named(
    totals: str, share: str, base: str
) -> None:
    """A percentage without its denominator is half a statement."""
    claim = f'{totals}\n[claim.votes]\nA = 500\n[claim.shares]\nA = "{share}"'
    (statement,) = WORLD.check_code("CLAIM-003", claim)
    assert statement.verdict is Verdict.SUPPORTED
    assert statement.figures["base_name"] == base


def test_all_options_added_are_a_denominator() -> None:
    """The first bulletin of 2024 printed no total."""
    claim = '[claim.votes]\nA = 512\nB = 442\nrest = 46\n[claim.shares]\nA = "51.2"'
    (statement,) = WORLD.check_code("CLAIM-003", claim)
    assert statement.figures["base"] == 1000
    assert statement.figures["base_name"] == "options"


def test_without_any_total_one_total_has_to_fit_all_percentages() -> None:
    """Two counts and two percentages still say something without a total."""
    fits = '[claim.votes]\nA = 512\nB = 442\n[claim.shares]\nA = "51.2"\nB = "44.2"'
    (statement,) = WORLD.check_code("CLAIM-003", fits)
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.figures["least_total"] == 1000
    # The first pair allows 999.02 to 1,000.98 and the second 998.87 to 1,001.13.
    assert statement.figures["most_total"] == 1000
    (other,) = WORLD.check_code("CLAIM-003", fits.replace("442", "482"))
    assert other.verdict is Verdict.CONTRADICTED
    assert other.sentence.key == "claim.percentages.no_total"


def test_a_percentage_of_zero_bounds_no_total() -> None:
    """0.0 % fits every large total."""
    claim = '[claim.votes]\nA = 0\nB = 0\n[claim.shares]\nA = "0.0"\nB = "0"'
    (statement,) = WORLD.check_code("CLAIM-003", claim)
    assert statement.sentence.key == "claim.percentages.total_from"


def test_one_pair_without_a_total_says_nothing() -> None:
    """Any count fits any percentage of some total."""
    assert not WORLD.check_code("CLAIM-003", '[claim.votes]\nA = 5\n[claim.shares]\nA = "50"')


SUMS = {
    "exact": ('A = "51.2"\nB = "44.2"\nrest = "4.6"', "agree"),
    "within the rounding": ('A = "33.3"\nB = "33.3"\nC = "33.3"', "agree"),
    "cut off": ('A = "33.2"\nB = "33.3"\nC = "33.3"', "truncated"),
    "below": ('A = "51.2"\nB = "44.02"\nrest = "4.06"', "below"),
    "above": ('A = "52.2"\nB = "44.2"\nrest = "4.6"', "exceed"),
    "above although some are missing": ('A = "62.2"\nB = "44.2"', "exceed"),
}


@pytest.mark.parametrize(("shares", "case"), SUMS.values(), ids=SUMS.keys())
def test_percentages_of_all_options_add_to_100(shares: str, case: str) -> None:
    """Each rounding moves the sum by at most half a unit."""
    (statement,) = WORLD.check_code("CLAIM-004", f"[claim.shares]\n{shares}")
    assert statement.sentence.key == f"claim.percentages_sum.{case}"
    is_good = case in {"agree", "truncated"}
    assert statement.verdict is (Verdict.SUPPORTED if is_good else Verdict.CONTRADICTED)


def test_some_percentages_below_100_say_nothing() -> None:
    """An exit poll that names two of ten candidates may add to 97."""
    assert not WORLD.check_code("CLAIM-004", '[claim.shares]\nA = "66.6"\nB = "30.86"')
