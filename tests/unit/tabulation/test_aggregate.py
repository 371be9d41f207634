"""From sheets to sums: what counts, what does not, and what may still come."""

from __future__ import annotations

import polars as pl
import pytest

from escrutinio.definition import CandidacyCode
from escrutinio.sheet import Roster
from escrutinio.tabulation.model import ContestTally, Counters, Histogram
from escrutinio.tabulation.treatment import treat_sheets
from tests.builders import contest, definition, findings_of, sheets, station, tally_of

A = CandidacyCode("A")
PLAIN = contest()
ELECTION = definition(PLAIN, expected={"R": 6, "N": 3, "S": 3})


def _tally(text: str) -> ContestTally:
    return tally_of(sheets(PLAIN, text), ELECTION)


def _treatments(text: str) -> list[str]:
    table = sheets(PLAIN, text)
    roster = Roster.of(ELECTION, PLAIN)
    treated = treat_sheets(table, findings_of(table, ELECTION), roster)
    return [str(item) for item in treated.get_column("treatment").to_list()]


def test_every_record_is_treated_once() -> None:
    """The six fates of a record, one of each."""
    text = (
        "station division status A B null\n1 N sheet 5 5 0\n1 N sheet 5 5 0\n2 N not_read 9 9 9\n"
        "3 N annulled 9 9 9\n4 S lost 9 9 9\n5 S sheet ? . 0\n6 X sheet 9 9 9"
    )
    assert _treatments(text) == [
        *("counted", "repeated", "missing", "closed", "held", "held", "out_of_catalogue"),
    ]
    total = _tally(text).total
    assert total.candidacies == {"A": 5, "B": 5}
    assert total.counters == Counters(
        expected=6, counted=1, held=2, closed=1, received=4, out_of_catalogue=1
    )
    assert (total.counters.missing, total.counters.outstanding) == (2, 4)


def test_a_sheet_after_a_record_without_one_is_counted() -> None:
    """The first record of a station must not make its only sheet a repetition."""
    text = "station division status A B null\n1 N not_read 0 0 0\n1 N sheet 5 5 0"
    assert _treatments(text) == ["missing", "counted"]
    assert _tally(text).total.candidacies == {"A": 5, "B": 5}


def test_a_copy_of_an_annulled_sheet_is_held() -> None:
    """A decision and a sheet contradict each other; neither is followed silently."""
    text = "station division status A B null\n1 N annulled 5 5 0\n1 N sheet 5 5 0"
    assert _treatments(text) == ["closed", "held"]
    total = _tally(text).total
    assert total.candidacies == {"A": 0, "B": 0}
    assert (total.counters.held, total.counters.closed) == (1, 0)


def test_differing_sheets_count_once_even_where_a_profile_does_not_hold_them() -> None:
    """A second sheet is a new version or a conflict, and never added."""
    lenient = definition(PLAIN, severities={"SHEET-002": "warn"})
    table = sheets(PLAIN, "station division A B null\n1 N 5 5 0\n1 S 6 6 0")
    tally = tally_of(table, lenient)
    assert tally.total.candidacies == {"A": 5, "B": 5}
    assert [item.counters.counted for item in tally.divisions] == [1, 1, 0]


def test_a_station_in_two_divisions_is_one_station() -> None:
    """Counters are in stations; a conflict about the place must not make two of one."""
    tally = _tally("station division A B null\n1 S 5 5 0\n1 N 5 5 0")
    assert [item.counters.held for item in tally.divisions] == [1, 1, 0]


@pytest.mark.parametrize("status", ["not_installed", "merged", "not_delivered", "not_read"])
def test_where_no_sheet_arrived_none_is_received(status: str) -> None:
    """A merged station sends no sheet of its own."""
    assert (
        _tally(f"station division status A B null\n1 N {status} 0 0 0").total.counters.received == 0
    )


def test_sheets_outside_the_contest_are_out_of_the_catalogue_and_nowhere_else() -> None:
    """A sheet from the south adds nothing to a contest of the north, and is not lost either."""
    north = contest(division="N")
    election = definition(north, tree={"N": "R", "S": "R", "N1": "N", "S1": "S"})
    table = sheets(north, "station division A B null\n1 S1 9 9 9\n2 N1 5 5 0\n3 R 9 9 9\n4 . 9 9 9")
    tally = tally_of(table, election)
    assert [item.division for item in tally.divisions] == ["N", "N1"]
    assert tally.total.counters.out_of_catalogue == 3
    assert all(item.candidacies == {"A": 5, "B": 5} for item in tally.divisions)


def test_divisions_add_up_to_the_top() -> None:
    """A source may name divisions of different levels; each sheet counts in all around it."""
    election = definition(PLAIN, tree={"N": "R", "S": "R", "N1": "N", "N2": "N"})
    text = "station division A B null\n1 N1 1 0 0\n2 N2 10 0 0\n3 N 100 0 0\n4 R 1000 0 0"
    votes = {
        item.division: item.candidacies[A]
        for item in tally_of(sheets(PLAIN, text), election).divisions
    }
    assert votes == {"R": 1111, "N": 111, "S": 0, "N1": 1, "N2": 10}


def test_a_table_in_which_every_sheet_is_held() -> None:
    """Nothing is counted; everything is shown."""
    tally = _tally("station division A B null\n1 N ? ? 0\n2 S ? ? 0")
    assert tally.total.candidacies == {"A": 0, "B": 0}
    assert (tally.total.counters.held, tally.total.cast, tally.ties) == (2, 0, 0)
    assert tally.valid_per_sheet == Histogram((), ())
    assert tally.registered_votes is None


def test_a_source_without_any_votes_counts_nothing() -> None:
    """A list of rolls read as sheets has unknown votes, not zero ones."""
    table = sheets(PLAIN, "station registered\n1 40")
    tally = tally_of(table, ELECTION)
    assert tally.total.unknown == {"A": 1, "B": 1}
    assert tally.votes_per_sheet[A] == Histogram((), ())


def test_readable_lines_of_an_unreadable_candidacy_are_counted() -> None:
    """Twelve readable lines of thirteen are votes that nobody disputes."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    table = sheets(lined, "station a1 a2 b1 null\n1 5 ? 7 0\n2 1 1 1 0")
    total = tally_of(table, definition(lined)).total
    assert total.candidacies == {"A": 7, "B": 8}
    assert total.options == {"a1": 6, "a2": 1, "b1": 8}
    assert total.unknown == {"A": 1, "B": 0}
    assert (total.valid, total.cast) == (15, 15)


def test_lines_and_candidacies_on_one_source_are_counted_once() -> None:
    """The candidacy's own figure counts; where it cannot be read, its lines do."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    table = sheets(lined, "station A a1 a2 b1 null\n1 10 5 5 5 1\n2 ? 2 3 5 1")
    total = tally_of(table, definition(lined, severities={"SHEET-401": "info"})).total
    assert total.candidacies == {"A": 15, "B": 10}
    assert (total.valid, total.cast, total.unknown) == (25, 27, {"A": 0, "B": 0})


def test_hidden_category_leaves_the_ballots_cast_unknown() -> None:
    """Without null votes there is no turnout, only votes."""
    total = tally_of(sheets(PLAIN, "station A B\n1 5 5"), ELECTION).total
    assert (total.valid, total.cast, total.categories) == (10, None, {"null": None})


def test_several_votes_per_ballot_are_not_ballots() -> None:
    """Ballots are those stated, else the least that can carry the votes, and then unknown."""
    three = contest("A B C", votes_allowed=3)
    election = definition(three)
    hidden = tally_of(sheets(three, "station A B C null\n1 10 10 9 1"), election).total
    assert (hidden.valid, hidden.cast, hidden.register_used) == (29, None, 11)
    stated = tally_of(sheets(three, "station A B C null stated.cast\n1 9 9 9 1 12"), election)
    assert (stated.total.cast, stated.total.register_used) == (12, 12)


def test_turnout_is_of_the_stations_whose_roll_is_known() -> None:
    """A numerator without its denominator would raise the turnout."""
    table = sheets(PLAIN, "station A B null registered\n1 5 5 0 40\n2 5 6 0 0\n3 5 7 0 .")
    total = tally_of(table, definition(PLAIN)).total
    assert (total.registered, total.registered_stations) == (40, 1)
    assert (total.cast_where_registered, total.cast) == (10, 33)
    assert total.register_used == 40 + 11 + 12


def test_an_unreadable_figure_leaves_the_rest_of_the_roll_open() -> None:
    """Whoever bounds the rest must not count those voters as gone."""
    table = sheets(PLAIN, "station A B null registered\n1 5 ? 0 40\n2 5 5 ? 40\n3 5 5 0 40")
    assert tally_of(table, definition(PLAIN)).total.register_used == 5 + 10 + 40


def test_first_places_and_ties() -> None:
    """Over the sheets that show every candidacy."""
    tally = _tally("station division A B null\n1 N 5 4 0\n2 N 5 5 0\n3 S 0 0 0\n4 S 9 ? 0")
    assert (tally.first_places, tally.ties) == ({"A": 1, "B": 0}, 2)
    assert tally.votes_per_sheet[A] == Histogram((5, 0), (2, 1))
    assert tally.others_per_sheet[A] == Histogram((5, 4, 0), (1, 1, 1))
    assert tally.valid_per_sheet == Histogram((10, 9, 0), (1, 1, 1))


#: Name of a case to table and the most ballots that can still come, with ten as the cap.
CAPS = {
    "missing stations": ("station division A B null\n1 N 5 5 0\n2 N 5 5 0", 40),
    "a held station, within its cap": ("station division A B null\n1 N ? ? 3", 60),
    "a held station above its cap": ("station division A B null\n1 N 9 9 9", 77),
    "a closed station": ("station division status A B null\n1 N annulled 9 9 9", 50),
    "an unreadable figure": ("station division A B null\n1 N 5 ? 1", 54),
    "an unreadable category": ("station division A B null\n1 N 5 3 ?", 52),
    "a sheet out of the catalogue": ("station division A B null\n1 X 5 5 0", 60),
}


@pytest.mark.parametrize("name", CAPS)
def test_most_ballots_that_can_still_come(name: str) -> None:
    """The worst case rests on this sum; it must leave nothing outstanding out."""
    text, most = CAPS[name]
    capped = contest(cap=10)
    election = definition(capped, expected={"R": 6, "N": 3, "S": 3})
    assert tally_of(sheets(capped, text), election).total.outstanding_cap == most
    listed = {str(n): station("N" if n < 4 else "S", cap=10) for n in range(1, 7)}
    by_station = definition(contest(), stations=listed, expected={"R": 6, "N": 3, "S": 3})
    if "X" not in text:
        assert tally_of(sheets(PLAIN, text), by_station).total.outstanding_cap == most


def test_only_the_caps_of_outstanding_stations_matter() -> None:
    """A counted station needs no cap any more."""
    listed = {"1": station("N"), "2": station("S", cap=10)}
    election = definition(PLAIN, stations=listed, expected={"R": 2, "N": 1, "S": 1})
    counted = sheets(PLAIN, "station A B null\n1 5 5 0")
    assert tally_of(counted, election).total.outstanding_cap == 10
    other = sheets(PLAIN, "station A B null\n2 5 5 0")
    assert tally_of(other, election).total.outstanding_cap is None


def test_more_stations_than_expected_leave_no_bound() -> None:
    """A surplus in one division would hide the missing stations of another."""
    capped = contest(cap=10)
    election = definition(capped, expected={"R": 4, "N": 1, "S": 3})
    table = sheets(capped, "station division A B null\n1 N 5 0 0\n2 N 5 0 0\n3 S 5 0 0")
    bounds = {item.division: item.outstanding_cap for item in tally_of(table, election).divisions}
    assert bounds == {"R": None, "N": None, "S": 20}


def test_unreadable_votes_can_be_on_ballots_already_known() -> None:
    """With three votes a ballot, the ballots of a sheet can carry the unreadable figure."""
    three = contest("A B C", votes_allowed=3, cap=10)
    election = definition(three, expected={"R": 1})
    table = sheets(three, "station A B C null stated.cast\n1 5 5 ? 0 9")
    total = tally_of(table, election).total
    assert (total.outstanding_cap, total.register_used) == (10, 0)


def test_sums_are_exact_beyond_any_float() -> None:
    """Sums of a continent must not be rounded."""
    rows = "\n".join(f"{n} N 9999999 1 0" for n in range(1000))
    tally = tally_of(sheets(PLAIN, f"station division A B null\n{rows}"), definition(PLAIN))
    assert tally.total.valid == 10_000_000 * 1000
    assert isinstance(tally.total.valid, int)


def test_a_roll_from_another_file_gives_the_votes_their_rolls() -> None:
    """A coverage printed as a share of the register needs each sheet's roll."""
    table = sheets(PLAIN, "station division A B null\n1 N 5 5 0\n2 N 8 2 0")
    roll = pl.DataFrame({"station": ["1", "2"], "roll": [10, 20]})
    votes = tally_of(table, ELECTION, roll).registered_votes
    assert votes is not None
    assert votes.most_votes_among(A, 10) == 5
    assert votes.most_other_votes_among(A, 15) == 6
    assert tally_of(table, ELECTION).registered_votes is None
