"""What is known of the stations beside the sheets."""

from __future__ import annotations

import pytest

from escrutinio.errors import MalformedError
from escrutinio.sheet import Roster, SheetTable, roll_from_sheets
from tests.builders import contest, definition, sheets, station

PLAIN = contest()
KNOWN = ["station", "known", "listed_division", "roll", "cap"]


def test_a_list_gives_division_roll_and_cap() -> None:
    """The published list is what the sheets are held against."""
    capped = contest(cap=99)
    listed = {"1": station("N", 40, 50), "2": station("S")}
    roster = Roster.of(definition(capped, stations=listed), capped)
    table = sheets(capped, "station division A B null\n1 S 5 5 0\n2 S 5 5 0\n3 N 5 5 0")
    assert roster.attach(table).select(KNOWN).rows() == [
        ("1", True, "N", 40, 50),
        ("2", True, "S", None, 99),
        ("3", False, None, None, 99),
    ]


def test_rolls_of_another_file_fill_what_the_list_does_not_say() -> None:
    """The list itself stays the first word."""
    listed = {"1": station("N", 40), "2": station("N")}
    table = sheets(PLAIN, "station A B null registered\n1 0 0 0 41\n2 0 0 0 42\n3 0 0 0 43")
    roster = Roster.of(definition(PLAIN, stations=listed), PLAIN, roll_from_sheets(table))
    assert roster.attach(table).get_column("roll").to_list() == [40, 42, 43]


def test_rolls_of_the_contest_are_those_of_the_contest() -> None:
    """Voters registered for one contest need not be for another."""
    mayor = contest(code="mayor")
    listed = {"1": station("N", 40, of="president")}
    roster = Roster.of(definition(PLAIN, mayor, stations=listed), mayor)
    table = sheets(mayor, "station A B null\n1 5 5 0")
    assert roster.attach(table).get_column("roll").to_list() == [None]


def _rolls(text: str) -> SheetTable:
    return sheets(PLAIN, text)


def test_a_roll_needs_one_figure_per_station() -> None:
    """The same figure twice is one figure, an unreadable one none, and two are a contradiction."""
    rolls = roll_from_sheets(_rolls("station A B null registered\n1 0 0 0 5\n1 0 0 0 5\n2 0 0 0 ?"))
    assert rolls.rows() == [("1", 5)]
    with pytest.raises(MalformedError, match=r"station 1: expected one number .* found 5 and 6"):
        roll_from_sheets(_rolls("station A B null registered\n1 0 0 0 6\n1 0 0 0 5"))


def test_a_source_without_rolls_says_so() -> None:
    """Every station would seem to have no voters."""
    with pytest.raises(MalformedError, match="rolls-profile"):
        roll_from_sheets(_rolls("station A B null\n1 0 0 0"))
