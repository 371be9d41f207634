"""Votes and rolls of single sheets, for a coverage printed as a share of the register."""

from __future__ import annotations

import pytest

from escrutinio.definition import CandidacyCode
from escrutinio.tabulation.registered import SheetRolls
from tests.builders import contest, definition, sheets, tally_of

A = CandidacyCode("A")
PLAIN = contest()


def _rolls(text: str) -> SheetRolls | None:
    rolls = tally_of(sheets(PLAIN, text), definition(PLAIN)).registered_votes
    assert rolls is None or isinstance(rolls, SheetRolls)
    return rolls


SHEETS = "station A B null registered\n1 30 0 0 40\n2 9 1 0 10\n3 5 15 0 20"


@pytest.mark.parametrize(
    ("registered", "votes"),
    [(0, 0), (-5, 0), (1, 1), (10, 9), (11, 10), (14, 12), (50, 39), (60, 42), (70, 44), (999, 44)],
)
def test_most_votes_that_so_many_voters_can_hold(registered: int, votes: int) -> None:
    """The best sheets first, the last in part, rounded up: never less than the truth."""
    rolls = _rolls(SHEETS)
    assert rolls is not None
    assert rolls.most_votes_among(A, registered) == votes


def test_most_votes_of_the_others() -> None:
    """The same for the valid votes that are not the candidacy's."""
    rolls = _rolls(SHEETS)
    assert rolls is not None
    assert rolls.most_other_votes_among(A, 10) == 8
    assert rolls.most_other_votes_among(A, 20) == 15


@pytest.mark.parametrize(
    "text",
    [
        "station A B null registered\n1 5 5 0 40\n2 5 5 0 0",
        "station A B null registered\n1 5 5 0 40\n2 5 5 0 ?",
        "station A B null\n1 5 5 0",
        "station A B null registered\n1 ? ? 0 40",
    ],
    ids=["a zero roll", "an unreadable roll", "no rolls", "no readable sheet"],
)
def test_without_every_roll_there_is_no_answer(text: str) -> None:
    """A sheet of unknown size could hold any part of the register."""
    assert _rolls(text) is None
