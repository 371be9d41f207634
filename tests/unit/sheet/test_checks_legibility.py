"""Family L: what could be read, and what became of the sheet."""

from __future__ import annotations

import pytest

from tests.builders import codes_of, contest, definition, findings_of, sheets, tally_of

PLAIN = contest()


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("0", {}),
        (".", {1: {"SHEET-102"}}),
        ("-", {1: {"SHEET-102"}}),
        ("?", {1: {"SHEET-101"}}),
        ("~", {}),
    ],
    ids=["zero", "empty", "dash", "illegible", "not on source"],
)
def test_zero_empty_dash_illegible_and_not_on_source_are_five_things(
    cell: str, found: dict[int, set[str]]
) -> None:
    """Only a zero is a number; reading the others as zero takes votes away from somebody."""
    table = sheets(PLAIN, f"station A B null\n1 {cell} 5 0\n2 5 5 0")
    assert codes_of(table, definition(PLAIN)) == found
    total = tally_of(table, definition(PLAIN)).total
    assert total.candidacies == {"A": 5, "B": 10}
    assert total.unknown == {"A": 0 if cell == "0" else 1, "B": 0}


def test_number_of_unreadable_figures_is_counted() -> None:
    """The reader sees how much of the sheet is lost, the tally categories included."""
    table = sheets(contest("A B C"), "station A B C null\n1 ? ? 5 ?\n2 . 5 - 5")
    found = findings_of(table, definition(contest("A B C")))
    assert found.select("code", "found").rows() == [("SHEET-101", 3), ("SHEET-102", 2)]


def test_no_vote_figure_can_be_read() -> None:
    """A sheet without one readable vote is no sheet to count, whatever else it shows."""
    table = sheets(PLAIN, "station A B null\n1 ? . 3\n2 ? 0 3")
    found = codes_of(table, definition(PLAIN))
    assert "SHEET-103" in found[1]
    assert "SHEET-103" not in found[2]


def test_votes_of_the_candidacy_can_be_read_though_its_lines_cannot() -> None:
    """What the form gives twice must be unreadable twice before the sheet is held."""
    lined = contest(lines={"A": "a1 a2", "B": "b1"})
    table = sheets(lined, "station A B a1 a2 b1 null\n1 5 5 ? ? ? 0")
    assert codes_of(table, definition(lined)) == {1: {"SHEET-101"}}
    assert tally_of(table, definition(lined)).total.candidacies == {"A": 5, "B": 5}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("not_delivered", "SHEET-104"),
        ("not_read", "SHEET-104"),
        ("lost", "SHEET-107"),
        ("destroyed", "SHEET-107"),
        ("challenged", "SHEET-107"),
        ("annulled", "SHEET-110"),
        ("not_installed", "SHEET-111"),
        ("merged", "SHEET-111"),
    ],
)
def test_every_fate_of_a_sheet_is_named(status: str, code: str) -> None:
    """A station without a sheet in the totals must say why; figures beside it prove nothing."""
    table = sheets(PLAIN, f"station status A B null\n1 {status} ? 99 .\n2 sheet 5 5 0")
    assert codes_of(table, definition(PLAIN)) == {1: {code}}


@pytest.mark.parametrize("field", ["stated.valid", "stated.cast"])
def test_total_left_blank_is_no_wrong_sum(field: str) -> None:
    """People fill in the parts and forget the total: another slip, with another remedy."""
    table = sheets(PLAIN, f"station A B null {field}\n1 5 5 0 .\n2 5 5 0 10\n3 5 5 0 ?\n4 0 0 0 .")
    found = codes_of(table, definition(PLAIN))
    assert found == {1: {"SHEET-108"}, 4: {"SHEET-403"}}


def test_blank_total_beside_an_unreadable_part_is_still_blank() -> None:
    """One unknown figure must not hide another finding of the sheet."""
    table = sheets(PLAIN, "station A B null stated.valid\n1 5 ? 0 .")
    assert codes_of(table, definition(PLAIN)) == {1: {"SHEET-101", "SHEET-108"}}
