"""Family P: figures that are possible and unusual; none of them excludes a sheet."""

from __future__ import annotations

import polars as pl
import pytest

from escrutinio.sheet import CATALOGUE
from escrutinio.sheet.checks.plausibility import largest_common_factor
from tests.builders import codes_of, contest, definition, findings_of, sheets, tally_of

PLAIN = contest()


def _rows_with(code: str, text: str, **limits: int) -> set[int]:
    table = sheets(PLAIN, text)
    found = codes_of(table, definition(PLAIN, limits=limits))
    return {row for row, codes in found.items() if code in codes}


def test_nothing_unusual_excludes_a_sheet() -> None:
    """An odd sheet may be true; only its own numbers or a decision keep it out."""
    entries = [entry for code, entry in CATALOGUE.items() if code.startswith("SHEET-4")]
    assert {severity for e in entries for severity in (e.machine, e.handwritten)} == {
        "warn",
        "info",
    }
    table = sheets(PLAIN, "station A B null\n1 100 0 0\n2 0 0 0")
    assert tally_of(table, definition(PLAIN)).total.candidacies == {"A": 100, "B": 0}


@pytest.mark.parametrize("category", ["blank", "null"])
def test_many_blank_or_null_votes(category: str) -> None:
    """Three in a hundred, unless the definition was calibrated otherwise."""
    ballot = contest(categories="blank null")
    other = "null" if category == "blank" else "blank"
    text = f"station A B {category} {other}\n1 50 47 3 0\n2 50 48 2 0\n3 0 0 0 0\n4 ? 50 3 0"
    found = codes_of(sheets(ballot, text), definition(ballot))
    assert {row for row, codes in found.items() if "SHEET-401" in codes} == {1}


def test_ballots_and_admitted_voters_differ_by_more_than_usual() -> None:
    """Two in a hundred or fifteen ballots; an unreadable sheet has no difference."""
    text = (
        "station A B null admitted\n1 50 50 0 102\n2 50 50 0 101\n3 50 ? 0 200\n"
        "4 500 500 0 1015\n5 500 500 0 1014"
    )
    assert _rows_with("SHEET-402", text, difference_percent=2) == {1, 4}


def test_no_votes_cast() -> None:
    """A station where nobody voted may not have opened."""
    assert _rows_with("SHEET-403", "station A B null\n1 0 0 0\n2 0 0 1\n3 0 ? 0") == {1}
    assert _rows_with("SHEET-403", "station A B\n1 0 0\n2 0 1") == {1}


def test_turnout_far_from_the_usual() -> None:
    """Under 20 or over 98 in a hundred, at stations of some size."""
    text = (
        "station A B null registered\n1 99 0 0 100\n2 98 0 0 100\n3 19 0 0 100\n4 20 0 0 100\n"
        "5 49 0 0 49\n6 99 ? 0 100\n7 19 ? 0 100"
    )
    # Sheet 6 has too many ballots whatever the unreadable figure is; sheet 7 may have enough.
    assert _rows_with("SHEET-404", text) == {1, 3, 6}


def test_one_candidacy_has_every_vote() -> None:
    """At a large station somebody nearly always votes otherwise."""
    text = "station A B null\n1 50 0 0\n2 49 1 0\n3 49 0 0\n4 50 ? 0\n5 50 50 0"
    assert _rows_with("SHEET-405", text) == {1}


def test_a_main_candidacy_has_none() -> None:
    """Nobody for the second force of the country: a column may be missing."""
    three = contest("A B C")
    text = "station A B C null\n1 30 0 30 0\n2 30 30 0 0\n3 30 30 1 0\n4 30 30 30 0"
    found = codes_of(sheets(three, text), definition(three))
    assert {row for row, codes in found.items() if "SHEET-405" in codes} == {1, 2}
    small = definition(three, limits={"main_share_percent": 35})
    assert codes_of(sheets(three, text), small) == {}


def test_lines_of_one_candidacy_are_judged_together() -> None:
    """A party line without votes is usual; a candidacy is what voters choose."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    text = "station a1 a2 b1 null\n1 30 30 0 0\n2 60 0 30 0\n3 0 60 30 0"
    found = codes_of(sheets(lined, text), definition(lined))
    assert {row for row, codes in found.items() if "SHEET-405" in codes} == {1}


def test_the_same_figures_at_another_station() -> None:
    """Four candidacies rarely repeat by chance; a copied sheet always does."""
    four = contest("A B C D", categories="")
    text = (
        "station status A B C D\n1 sheet 20 15 10 6\n2 sheet 20 15 10 7\n3 sheet 20 15 10 6\n"
        "4 sheet 4 3 2 1\n5 sheet 4 3 2 1\n6 sheet 50 1 0 0\n7 sheet 50 1 0 0\n"
        "8 annulled 20 15 10 7"
    )
    found = findings_of(sheets(four, text), definition(four))
    repeats = found.filter(pl.col("code") == "SHEET-406").select("station", "found")
    assert repeats.rows() == [("1", 2), ("3", 2)]


def test_one_station_met_twice_does_not_copy_another() -> None:
    """The same sheet again has its own code."""
    four = contest("A B C D", categories="")
    text = "station A B C D\n1 20 15 10 6\n1 20 15 10 6"
    assert codes_of(sheets(four, text), definition(four)) == {1: {"SHEET-010"}, 2: {"SHEET-010"}}


def test_figures_typed_one_row_off() -> None:
    """Where all neighbours vote 80 to 15, a sheet with 15 to 80 may be swapped."""
    four = contest("A B C", categories="")
    usual = "\n".join(f"{n} N 80 15 5" for n in range(2, 30))
    text = f"station division A B C\n1 N 15 80 5\n{usual}\n30 S 15 80 5"
    found = codes_of(sheets(four, text), definition(four))
    assert found == {1: {"SHEET-407"}}


def test_swapped_figures_are_sought_within_the_division() -> None:
    """A region that votes otherwise is not a typing error."""
    three = contest("A B C", categories="")
    north = "\n".join(f"n{n} N 80 15 5" for n in range(5))
    south = "\n".join(f"s{n} S 15 80 5" for n in range(5))
    table = sheets(three, f"station division A B C\n{north}\n{south}")
    assert codes_of(table, definition(three)) == {}


def test_every_figure_of_a_column_is_a_multiple() -> None:
    """A share of a larger total, rounded, or a program that adds eight at a time."""
    rows = "\n".join(f"{n} {8 * n} {n} 0" for n in range(1, 31))
    table = sheets(PLAIN, f"station A B null\n{rows}\n31 0 7 0\n32 . 9 0")
    found = findings_of(table, definition(PLAIN)).filter(pl.col("index").is_null())
    assert found.select("code", "fields", "found").rows() == [("SHEET-408", "candidacy.A (x8)", 30)]


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ([12, 24, 36], (12, 3)),
        ([12, 24, 36, 0, None], (12, 3)),
        ([12, 24, 36, 7], None),
        ([12, 24], None),
        ([12, 12, 24], None),
        ([13, 26, 39], None),
    ],
    ids=["twelves", "zero and null say nothing", "one other", "few", "two figures", "thirteens"],
)
def test_largest_common_factor(figures: list[int | None], found: tuple[int, int] | None) -> None:
    """One figure that is no multiple clears the column."""
    assert largest_common_factor(pl.Series(figures, dtype=pl.Int64), 3) == found
