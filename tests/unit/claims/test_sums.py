"""CLAIM-001 and CLAIM-002: printed parts against printed totals."""

from __future__ import annotations

import pytest

from escrutinio.claims import Verdict
from escrutinio.definition import Category, CategoryCode
from escrutinio.primitives import Names
from tests.unit.claims.world import NULL, World

BLANK = Category(CategoryCode("blank"), Names({"en": "blank"}), in_ballots=True, in_valid=True)
WORLD = World()

OPTIONS = {
    "all options, equal": ("valid = 100\n[claim.votes]\nA = 60\nB = 30\nC = 10", "equal", 0),
    "one vote off": ("valid = 100\n[claim.votes]\nA = 60\nB = 30\nC = 11", "differ", 1),
    "the rest together": ("valid = 100\n[claim.votes]\nA = 60\nrest = 40", "equal", 0),
    "others not attributed": ("valid = 100\n[claim.votes]\nA = 60\nothers = [30, 11]", "differ", 1),
    "some options above the total": ("valid = 80\n[claim.votes]\nA = 60\nB = 30", "exceed", 10),
}


@pytest.mark.parametrize(("claim", "case", "off"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options_are_added_against_the_valid_votes(claim: str, case: str, off: int) -> None:
    """A digit slip in one option shows in the sum."""
    (statement,) = WORLD.check_code("CLAIM-001", claim)
    assert statement.sentence.key == f"claim.options.{case}"
    assert statement.figures["difference"] == off
    assert statement.verdict is (Verdict.SUPPORTED if case == "equal" else Verdict.CONTRADICTED)


def test_some_options_below_the_total_say_nothing() -> None:
    """The options that are not printed may hold the difference."""
    assert not WORLD.check_code("CLAIM-001", "valid = 100\n[claim.votes]\nA = 60\nB = 30")


def test_a_category_the_law_counts_as_valid_belongs_to_the_sum() -> None:
    """In Peru or Colombia blank votes have their own place; the definition says which."""
    world = World(categories=(BLANK,))
    votes = "[claim.votes]\nA = 60\nB = 30\nC = 5"
    (whole,) = world.check_code("CLAIM-001", f"valid = 100\n{votes}\n[claim.categories]\nblank = 5")
    assert whole.verdict is Verdict.SUPPORTED
    assert not world.check_code("CLAIM-001", f"valid = 100\n{votes}")


BALLOTS = {
    "equal": ("valid = 100\ncast = 103\n[claim.categories]\nnull = 3", "equal"),
    "differ": ("valid = 100\ncast = 104\n[claim.categories]\nnull = 3", "differ"),
    "exceed": ("valid = 100\ncast = 99", "exceed"),
}


@pytest.mark.parametrize(("claim", "case"), BALLOTS.values(), ids=BALLOTS.keys())
def test_ballots_are_added_against_the_ballots_cast(claim: str, case: str) -> None:
    """Valid and null votes are all that was in the boxes."""
    (statement,) = World(categories=(NULL,)).check_code("CLAIM-002", claim)
    assert statement.sentence.key == f"claim.ballots.{case}"


def test_null_votes_that_are_not_printed_may_fill_the_gap() -> None:
    """A gap between valid and cast is what null votes are."""
    assert not WORLD.check_code("CLAIM-002", "valid = 100\ncast = 103")
