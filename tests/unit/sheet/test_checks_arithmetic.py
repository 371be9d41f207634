"""Family A: the sheet's own arithmetic.

In every table the first sheet has the finding and the second, its neighbour, does not.
"""

from __future__ import annotations

import pytest

from tests.builders import codes_of, contest, definition, findings_of, sheets

PLAIN = contest()

#: Name of a case to code and table. The third sheet has an unreadable figure: undecided.
CASES = {
    "options do not add up to the valid votes": (
        "SHEET-201",
        "station A B null stated.valid\n1 5 6 0 12\n2 5 6 0 11\n3 5 6 0 ?",
    ),
    "valid and null do not add up to the votes cast": (
        "SHEET-202",
        "station A B null stated.cast\n1 5 6 4 11\n2 5 6 4 15\n3 5 6 ? 30",
    ),
    "ballots by box do not add up to the sum of the options": (
        "SHEET-202",
        "station A B null stated.cast.day stated.cast.post\n1 5 6 0 5 5\n2 5 6 0 5 6\n3 5 6 0 5 ?",
    ),
    "parts of the admitted voters do not add up": (
        "SHEET-203",
        (
            "station A B null admitted admitted.men admitted.women\n"
            "1 5 6 0 11 5 5\n2 5 6 0 11 5 6\n3 5 6 0 11 ? 5"
        ),
    ),
    "stated total differs from the publisher's own sum": (
        "SHEET-204",
        (
            "station A B null stated.valid twin.stated.valid\n1 5 6 0 11 12\n2 5 6 0 11 11\n"
            "3 5 6 0 11 ?"
        ),
    ),
    "figures and words differ": (
        "SHEET-205",
        "station A B null twin.candidacy.A\n1 5 6 0 6\n2 5 6 0 5\n3 5 6 0 ?",
    ),
    "box ticked equal does not fit": (
        "SHEET-206",
        (
            "station A B null admitted mark:ticked_equal\n1 5 6 0 12 yes\n2 5 6 0 11 yes\n"
            "3 5 ? 0 12 yes"
        ),
    ),
    "box ticked more does not fit": (
        "SHEET-206",
        (
            "station A B null admitted mark:ticked_more\n1 5 6 0 11 yes\n2 5 6 0 10 yes\n"
            "3 5 ? 0 12 yes"
        ),
    ),
    "box ticked fewer does not fit": (
        "SHEET-206",
        "station A B null admitted mark:ticked_fewer\n1 5 6 0 11 yes\n2 5 6 0 12 yes\n3 5 ? 0 1 no",
    ),
    "surplus is not the difference": (
        "SHEET-207",
        "station A B null admitted surplus\n1 5 6 0 10 2\n2 5 6 0 10 1\n3 5 ? 0 10 9",
    ),
    "deficit is not the difference": (
        "SHEET-207",
        "station A B null admitted deficit\n1 5 6 0 12 0\n2 5 6 0 12 1\n3 5 ? 0 12 9",
    ),
    "registered are not those who came and those who did not": (
        "SHEET-209",
        (
            "station A B null registered admitted absent\n1 5 6 0 20 11 8\n2 5 6 0 20 11 9\n"
            "3 5 6 0 20 11 ?"
        ),
    ),
    "ballots received are not all accounted for": (
        "SHEET-210",
        (
            "station A B null ballots_received ballots_used ballots_unused ballots_spoiled\n"
            "1 5 6 0 20 11 8 0\n2 5 6 0 20 11 8 1\n3 5 6 0 20 11 ? 0"
        ),
    ),
    "ballots that were not recorded on receipt are given back": (
        "SHEET-210",
        (
            "station A B null ballots_received ballots_used ballots_lost ballots_unaccounted\n"
            "1 5 6 0 20 19 2 0\n2 5 6 0 20 19 2 1\n3 5 6 0 20 19 2 ?"
        ),
    ),
    "list and nominal votes do not add up": (
        "SHEET-211",
        (
            "station A B null list_votes nominal_votes stated.valid\n"
            "1 5 6 0 6 4 11\n2 5 6 0 6 5 11\n"
            "3 5 6 0 6 ? 11"
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_arithmetic_of_one_sheet(name: str) -> None:
    """Each slip has its own code, and an unreadable figure proves none."""
    code, text = CASES[name]
    found = codes_of(sheets(PLAIN, text), definition(PLAIN))
    assert {row for row, codes in found.items() if code in codes} == {1}


@pytest.mark.parametrize("name", CASES)
def test_figures_that_are_no_sheet_are_not_reckoned(name: str) -> None:
    """A record without a sheet has no arithmetic, whatever stands in its cells."""
    code, text = CASES[name]
    header, first, *_ = text.splitlines()
    record = f"{header} status\n{first} not_read"
    found = codes_of(sheets(PLAIN, record), definition(PLAIN))
    assert found == {1: {"SHEET-104"}}
    assert code not in found[1]


def test_expected_and_found_are_shown() -> None:
    """Whoever looks at the paper needs both numbers."""
    table = sheets(PLAIN, "station A B null stated.valid stated.cast\n1 5 6 4 12 14")
    found = findings_of(table, definition(PLAIN)).select("code", "fields", "expected", "found")
    assert found.rows()[:2] == [
        ("SHEET-201", "votes, stated.valid", 11, 12),
        ("SHEET-202", "votes, categories, stated.cast", 15, 14),
    ]


def test_two_boxes_ticked_contradict_each_other() -> None:
    """A form says equal, more or fewer; two ticks say nothing."""
    text = "station A B null admitted mark:ticked_equal mark:ticked_more\n1 5 6 0 11 yes yes"
    assert codes_of(sheets(PLAIN, text), definition(PLAIN)) == {1: {"SHEET-206"}}


def test_sums_are_undecided_where_the_source_hides_an_option() -> None:
    """A source without one candidacy would seem to contradict every total it prints."""
    three = contest("A B C")
    table = sheets(three, "station A B null stated.valid stated.cast\n1 5 6 0 20 20")
    assert codes_of(table, definition(three)) == {0: {"SHEET-004"}}


def test_sums_are_undecided_where_the_source_hides_a_category() -> None:
    """Without the null votes the ballots cast cannot be reckoned."""
    table = sheets(PLAIN, "station A B stated.cast admitted deficit\n1 5 6 14 14 0")
    assert codes_of(table, definition(PLAIN)) == {}


def test_category_that_counts_as_valid_is_added_to_the_valid_votes() -> None:
    """Some laws count blank votes as valid."""
    blank = contest(categories="blank:valid null")
    table = sheets(blank, "station A B blank null stated.valid\n1 50 60 1 0 110\n2 50 60 1 0 111")
    assert codes_of(table, definition(blank)) == {1: {"SHEET-201"}}


def test_several_votes_per_ballot_bound_the_sum_and_do_not_predict_it() -> None:
    """With three votes a ballot, 10 valid ballots hold from nothing to 30 votes."""
    three = contest("A B C", votes_allowed=3)
    text = "station A B C null stated.valid\n1 10 10 11 0 10\n2 10 10 10 0 10\n3 1 0 0 0 10"
    assert codes_of(sheets(three, text), definition(three)) == {1: {"SHEET-201"}}


def test_votes_are_not_ballots_where_a_ballot_carries_several() -> None:
    """Thirty votes of ten voters on a roll of twelve are no excess."""
    three = contest("A B C", votes_allowed=3)
    text = "station A B C null registered admitted\n1 10 10 10 0 12 10\n2 10 10 11 0 12 10"
    assert codes_of(sheets(three, text), definition(three)) == {2: {"SHEET-302", "SHEET-303"}}


def test_ballots_differ_between_contests_of_one_station() -> None:
    """Every voter gets every ballot; large differences need a look."""
    other = contest(code="assembly")
    table = sheets(PLAIN, "station A B null\n1 5 5 0\n2 5 5 0\n3 5 ? 0\n4 5 5 0")
    beside = sheets(
        other,
        "station status A B null stated.cast\n"
        "1 sheet 6 5 0 11\n2 sheet 5 5 0 10\n3 sheet 9 9 0 18\n4 not_read 0 0 0 3",
    )
    found = codes_of(table, definition(PLAIN, other), beside)
    assert {row for row, codes in found.items() if "SHEET-212" in codes} == {1}


def test_a_contest_with_two_versions_of_a_station_is_nothing_to_compare_with() -> None:
    """Taking the first version would make the finding depend on the order of the file."""
    other = contest(code="assembly")
    table = sheets(PLAIN, "station A B null\n1 5 5 0")
    text = "station A B null stated.cast\n1 6 5 0 11\n1 5 5 0 10"
    assert codes_of(table, definition(PLAIN, other), sheets(other, text)) == {}


def test_party_lines_do_not_add_up_to_the_candidacy() -> None:
    """A form with both must agree with itself; the difference is shown, never doubled."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    table = sheets(lined, "station A a1 a2 b1 null\n1 9 5 5 5 0\n2 10 5 5 5 0\n3 9 5 ? 5 0")
    found = codes_of(table, definition(lined))
    assert {row for row, codes in found.items() if "SHEET-213" in codes} == {1}


def test_lines_and_candidacy_on_one_source_are_not_added_twice() -> None:
    """The votes of a candidacy and of its lines are the same votes."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    text = "station A B a1 a2 b1 null stated.valid stated.cast\n1 10 5 5 5 5 1 15 16"
    assert codes_of(sheets(lined, text), definition(lined)) == {1: {"SHEET-401"}}


def test_a_source_may_show_lines_of_some_and_sums_of_others() -> None:
    """Then the valid votes are those lines and those sums, each vote once."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    text = "station a1 a2 B null stated.valid\n1 5 5 5 0 16\n2 5 5 5 0 15"
    assert codes_of(sheets(lined, text), definition(lined)) == {1: {"SHEET-201"}}
