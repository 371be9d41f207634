"""Family S: which station a sheet is of, and whether it may be there at all.

In every table the first sheet has the finding and the second, its neighbour, does not.
"""

from __future__ import annotations

import pytest

from tests.builders import codes_of, contest, definition, findings_of, sheets, station

PLAIN = contest()


def test_station_outside_the_catalogue() -> None:
    """A sheet of a station nobody listed is shown, and never added."""
    election = definition(PLAIN, stations={"2": station("N")})
    table = sheets(PLAIN, "station A B null\n1 5 5 0\n2 5 5 0")
    assert codes_of(table, election) == {1: {"SHEET-001"}}


def test_without_a_list_the_division_decides_who_is_in_the_catalogue() -> None:
    """Where stations are not listed, a sheet must at least be of a known division."""
    table = sheets(PLAIN, "station division A B null\n1 X 5 5 0\n2 N 5 5 0\n3 . 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-001"}, 3: {"SHEET-001"}}


def test_a_source_without_divisions_is_about_the_whole_area() -> None:
    """A file that names no division is not a file of strangers."""
    table = sheets(PLAIN, "station A B null\n1 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {}


def test_division_outside_the_area_of_the_contest_is_out_of_the_catalogue() -> None:
    """A contest of the north has no sheets from the south."""
    north = contest(division="N")
    table = sheets(north, "station division A B null\n1 S 5 5 0\n2 N 5 5 0")
    assert codes_of(table, definition(north)) == {1: {"SHEET-001"}}
    listed = definition(north, stations={"1": station("S"), "2": station("N")})
    assert codes_of(table, listed) == {1: {"SHEET-001"}}


def test_two_differing_sheets_of_one_station_block_each_other() -> None:
    """Which one stands is a person's decision, so neither is counted."""
    table = sheets(PLAIN, "station A B null\n1 5 5 0\n2 5 5 0\n1 5 6 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-002"}, 3: {"SHEET-002"}}


def test_an_unreadable_figure_is_no_copy_of_a_readable_one() -> None:
    """Two sheets agree when every figure does; an unknown figure agrees with none."""
    table = sheets(PLAIN, "station A B null\n1 5 5 0\n1 5 ? 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-002"}, 2: {"SHEET-002", "SHEET-101"}}


@pytest.mark.parametrize("status", ["annulled", "not_installed", "merged", "lost", "challenged"])
def test_a_decision_about_a_station_contradicts_a_sheet_of_it(status: str) -> None:
    """Annulled and counted at once: a person must say which record is right."""
    text = f"station status A B null\n1 sheet 5 5 0\n1 {status} 5 5 0"
    found = codes_of(sheets(PLAIN, text), definition(PLAIN))
    assert "SHEET-002" in found[1]
    assert "SHEET-002" in found[2]


@pytest.mark.parametrize("status", ["not_delivered", "not_read"])
def test_a_record_without_a_sheet_contradicts_none(status: str) -> None:
    """A first cut says "not delivered", a later one has the sheet: nothing is in dispute."""
    text = f"station status A B null\n1 {status} 0 0 0\n1 sheet 5 5 0"
    assert codes_of(sheets(PLAIN, text), definition(PLAIN)) == {1: {"SHEET-104"}}


def test_a_rehearsal_sheet_does_not_block_the_real_one() -> None:
    """Nobody may stop a station's sheet with a sheet of a test."""
    text = "station wrong:phase A B null\n1 yes 9 9 0\n1 no 5 5 0"
    assert codes_of(sheets(PLAIN, text), definition(PLAIN)) == {1: {"SHEET-008"}}


def test_one_station_in_two_divisions_is_a_conflict_unless_a_list_says_where_it_is() -> None:
    """The same figures in two divisions would be counted in one and missed in the other."""
    table = sheets(PLAIN, "station division A B null\n1 N 5 5 0\n1 S 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-002"}, 2: {"SHEET-002"}}
    listed = definition(PLAIN, stations={"1": station("N")})
    assert codes_of(table, listed) == {1: {"SHEET-010"}, 2: {"SHEET-010", "SHEET-011"}}


def test_sheet_of_another_contest() -> None:
    """A sheet filed under the wrong contest would add votes nobody cast there."""
    table = sheets(PLAIN, "station wrong:contest A B null\n1 yes 5 5 0\n2 no 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-003"}}


def test_option_not_shown_by_the_source() -> None:
    """A total without one of the candidacies looks whole and is not."""
    three = contest("A B C")
    table = sheets(three, "station A B null\n1 5 5 0")
    assert codes_of(table, definition(three)) == {0: {"SHEET-004"}}


def test_missing_party_line_is_named() -> None:
    """With party lines, one missing line hides votes of its candidacy."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    found = findings_of(sheets(lined, "station a1 b1 null\n1 5 5 0"), definition(lined))
    assert found.select("code", "fields").rows() == [("SHEET-004", "option.a2")]
    whole = sheets(lined, "station a1 A b1 null\n1 5 7 5 0")
    assert codes_of(whole, definition(lined)) == {}


def test_two_readings_name_different_stations() -> None:
    """The number on the form, the code and the file name must be of one station."""
    table = sheets(PLAIN, "station also_station A B null\n1 7 5 5 0\n2 2 5 5 0\n3 . 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-005"}}


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("incomplete_parts", "SHEET-006"),
        ("document_kind", "SHEET-007"),
        ("unsigned", "SHEET-106"),
        ("poor_image", "SHEET-109"),
        ("difference_unexplained", "SHEET-208"),
    ],
)
def test_marks_of_the_source_are_findings(mark: str, code: str) -> None:
    """What the source says of a sheet beside its figures must reach the reader."""
    table = sheets(PLAIN, f"station mark:{mark} A B null\n1 yes 5 5 0\n2 no 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {code}}


def test_sheet_of_a_rehearsal() -> None:
    """Training sheets have stood in official totals before."""
    table = sheets(PLAIN, "station wrong:phase A B null\n1 yes 5 5 0\n2 no 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-008"}}


def test_one_image_for_two_stations() -> None:
    """One scan cannot prove two sheets; the same station may name it twice."""
    table = sheets(
        PLAIN,
        "station image A B null\n1 p.jpg 5 5 0\n2 q.jpg 5 5 0\n3 p.jpg 4 6 0\n4 . 1 1 0\n5 . 1 2 0",
    )
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-009"}, 3: {"SHEET-009"}}


def test_the_same_sheet_again() -> None:
    """A sheet met twice is one sheet; the reader sees that it is counted once."""
    table = sheets(PLAIN, "station A B null\n1 5 5 0\n2 5 5 0\n1 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-010"}, 3: {"SHEET-010"}}


def test_two_records_without_a_sheet_are_not_a_sheet_met_twice() -> None:
    """Nothing is counted once where there is nothing to count."""
    table = sheets(PLAIN, "station status A B null\n1 not_read 0 0 0\n1 not_read 0 0 0")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-104"}, 2: {"SHEET-104"}}


def test_source_places_the_station_in_another_division_than_the_list() -> None:
    """Totals per division are then the list's, and whoever compares must know."""
    election = definition(PLAIN, stations={"1": station("N"), "2": station("S")})
    table = sheets(PLAIN, "station division A B null\n1 S 5 5 0\n2 S 5 5 0")
    assert codes_of(table, election) == {1: {"SHEET-011"}}


def test_a_source_may_name_a_larger_division_than_the_list() -> None:
    """A file with states only is not wrong about stations listed by municipality."""
    election = definition(
        PLAIN, tree={"N": "R", "S": "R", "N1": "N"}, stations={"1": station("N1")}
    )
    for division, found in (("N", {}), ("N1", {}), ("R", {}), ("S", {1: {"SHEET-011"}})):
        table = sheets(PLAIN, f"station division A B null\n1 {division} 5 5 0")
        assert codes_of(table, election) == found
