"""Family B: what a station can hold at most.

In every table the first sheet has the finding and the second, its neighbour, does not.
"""

from __future__ import annotations

import polars as pl

from escrutinio.definition import SheetType
from tests.builders import codes_of, contest, definition, findings_of, sheets, station

PLAIN = contest()


def _rows_with(code: str, found: dict[int, set[str]]) -> set[int]:
    return {row for row, codes in found.items() if code in codes}


def test_more_votes_than_registered_voters() -> None:
    """The oldest sign of a stuffed box, and of a mistyped figure."""
    table = sheets(PLAIN, "station A B null registered\n1 5 5 1 10\n2 5 5 0 10\n3 5 5 0 0")
    assert _rows_with("SHEET-301", codes_of(table, definition(PLAIN))) == {1}
    lenient = definition(PLAIN, limits={"extra_voters_allowed": 1})
    assert _rows_with("SHEET-301", codes_of(table, lenient)) == set()


def test_published_roll_counts_before_the_one_on_the_sheet() -> None:
    """A sheet cannot raise its own roll to fit its votes."""
    election = definition(PLAIN, stations={"1": station("N", 9), "2": station("N", 10)})
    table = sheets(PLAIN, "station A B null registered\n1 5 5 0 500\n2 5 5 0 10")
    assert _rows_with("SHEET-301", codes_of(table, election)) == {1}


def test_an_unreadable_figure_does_not_hide_an_excess() -> None:
    """Known ballots above the roll are too many, whatever the unreadable figure is."""
    table = sheets(PLAIN, "station A B null registered\n1 11 ? 0 10\n2 10 ? 0 10")
    assert _rows_with("SHEET-301", codes_of(table, definition(PLAIN))) == {1}


def test_a_candidacy_with_more_votes_than_voters() -> None:
    """Often two figures typed into one cell."""
    table = sheets(PLAIN, "station A B null admitted\n1 11 ? 0 10\n2 10 ? 0 10")
    assert _rows_with("SHEET-302", codes_of(table, definition(PLAIN))) == {1}


def test_votes_of_a_candidacy_are_those_of_all_its_lines() -> None:
    """Thirteen lines of one candidacy can hide what one line would show."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    text = "station a1 a2 b1 null stated.cast\n1 6 6 0 0 11\n2 6 5 0 0 11"
    assert _rows_with("SHEET-302", codes_of(sheets(lined, text), definition(lined))) == {1}


def test_more_votes_than_voters_admitted() -> None:
    """Ballots without voters; the excess is shown and never removed."""
    table = sheets(
        PLAIN,
        "station A B null admitted.men admitted.women\n1 5 5 1 5 5\n2 5 5 0 5 5\n3 9 9 9 ? 5",
    )
    found = findings_of(table, definition(PLAIN))
    row = found.filter(pl.col("code") == "SHEET-303").select("station", "expected", "found")
    assert row.rows() == [("1", 10, 11)]


def test_more_voters_admitted_than_checked_in() -> None:
    """The book of voters and the device were both at the door."""
    table = sheets(
        PLAIN, "station A B null admitted check_ins\n1 5 5 0 10 9\n2 5 5 0 10 10\n3 5 5 0 10 ?"
    )
    assert _rows_with("SHEET-304", codes_of(table, definition(PLAIN))) == {1}


def test_roll_on_the_sheet_differs_from_the_published_one() -> None:
    """The sheet cannot change the roll, so totals use the published one."""
    election = definition(
        PLAIN, stations={"1": station("N", 40), "2": station("N", 41), "3": station("N")}
    )
    table = sheets(PLAIN, "station A B null registered\n1 5 5 0 41\n2 5 5 0 41\n3 5 5 0 41")
    assert _rows_with("SHEET-305", codes_of(table, election)) == {1}


def test_more_ballots_than_the_station_can_have() -> None:
    """The cap is what bounds rest on, so no sheet above it may be counted unseen."""
    capped = contest(cap=10)
    table = sheets(capped, "station A B null\n1 5 5 1\n2 5 5 0\n3 11 ? 0\n4 10 ? 0")
    assert _rows_with("SHEET-306", codes_of(table, definition(capped))) == {1, 3}
    election = definition(capped, stations={"1": station("N", cap=11), "2": station("N")})
    assert _rows_with("SHEET-306", codes_of(table, election)) == {3}


def test_roll_is_zero_or_missing() -> None:
    """Turnout of such a station cannot be known; it has no part in any share of the roll."""
    table = sheets(PLAIN, "station A B null registered\n1 5 5 0 0\n2 5 5 0 10\n3 5 5 0 .")
    assert _rows_with("SHEET-307", codes_of(table, definition(PLAIN))) == {1, 3}


def test_a_source_without_any_roll_is_not_blamed_for_each_station() -> None:
    """One missing column is no finding about thirty thousand stations."""
    table = sheets(PLAIN, "station A B null\n1 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {}


def test_roll_from_another_file() -> None:
    """A second release without rolls is checked against the rolls of the first."""
    table = sheets(PLAIN, "station A B null\n1 5 6 0\n2 5 5 0\n3 5 5 0")
    roll = pl.DataFrame({"station": ["1", "2"], "roll": [10, 10]})
    found = findings_of(table, definition(PLAIN), roll=roll)
    assert set(found.select("station", "code").rows()) == {("1", "SHEET-301"), ("3", "SHEET-307")}


def test_handwritten_slips_warn_and_excess_over_the_roll_holds() -> None:
    """People slip in sums; more votes than voters on the roll waits for a decision anyway."""
    text = "station A B null registered admitted\n1 5 6 0 10 10"
    hand = findings_of(sheets(PLAIN, text, SheetType.HANDWRITTEN), definition(PLAIN))
    severities = dict(hand.select("code", "severity").iter_rows())
    assert severities["SHEET-303"] == "warn"
    assert severities["SHEET-301"] == "hold"
