"""The signed sheet: its size, its fit with a definition, and its way into the sheet table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from escrutinio.adapters import load_definition
from escrutinio.definition import Definition, StationId
from escrutinio.errors import MalformedError, RefusedError, UnverifiableError
from escrutinio.sheet import CellState
from escrutinio.sheet.qr_text import MAX_QR_CHARS, decode_qr_text, encode_qr_text
from escrutinio.sheet.signed import decode_signed_sheet, encode_sheet, sign_sheet
from escrutinio.sheet.signed_table import signed_sheets_table
from escrutinio.sheet.tally_sheet import (
    FormFigure,
    Seal,
    TallySheet,
    election_of,
    find_contest,
)
from tests.builders import codes_of, contest, definition, sheets, station, tally_of
from tests.vectors.sheet.cases import KEY
from tests.vectors.sheet.sheets import EXAMPLE, worst_sheet

FORM = (FormFigure.REGISTERED, FormFigure.ADMITTED, FormFigure.BALLOTS)


def _sheet(election: Definition, at: str, votes: str, null: str, *form: int | None) -> TallySheet:
    """Build a sheet; ``?`` is a figure that nobody can read."""
    votes_read, null_read = (
        tuple(None if word == "?" else int(word) for word in text.split()) for text in (votes, null)
    )
    return TallySheet(
        election=election_of(election.identity),
        station=StationId(at),
        contest=0,
        version=1,
        closed_at_s=1_898_550_000,
        figures=dict(zip(FORM, form, strict=False)),
        votes=votes_read,
        categories=null_read,
        follows=Seal(bytes(32)),
    )


def test_the_worst_case_of_38_lines_fits_a_printed_code() -> None:
    """340 bytes make a QR of 4 cm. Every figure has three bytes, every field is there."""
    data = sign_sheet(worst_sheet(38), KEY)
    assert len(data) <= 340
    assert len(encode_qr_text(data)) <= 515


def test_a_sheet_of_the_real_ballot_fits_as_well(repository: Path) -> None:
    """Venezuela 2024: 38 lines, one category; station ids of its scheme."""
    election = load_definition(repository / "examples" / "ve-2024")
    sheet = replace(
        worst_sheet(len(election.contests[0].options)),
        election=election_of(election.identity),
        station=StationId("240101001.02.15"),
        contest=0,
        categories=(65_535,),
    )
    assert find_contest(sheet, election, "sheet") == election.contests[0]
    assert len(sign_sheet(sheet, KEY)) <= 325


def test_the_contest_and_its_lines_are_those_of_the_definition() -> None:
    """A good signature under another election's sheet must not count here."""
    election = definition(contest("A B", categories="null blank"), contest("X Y Z", code="mayor"))
    good = _sheet(election, "1", "1 2", "0 0")
    assert find_contest(good, election, "entry 7").code == "president"
    assert find_contest(
        replace(good, contest=1, votes=(1, 2, 3), categories=(0,)), election, "entry 7"
    ).code == "mayor"  # fmt: skip
    for wrong, place in (
        (replace(good, election=bytes(16)), "2, election"),
        (replace(good, contest=2), "4, contest"),
        (replace(good, votes=(1, 2, 3)), "10, votes"),
        (replace(good, categories=()), "11, tally categories"),
    ):
        with pytest.raises(RefusedError) as caught:
            find_contest(wrong, election, "entry 7")
        assert [fault.where for fault in caught.value.faults] == [f"entry 7: {place}"]


def test_party_lines_take_the_place_of_candidacies() -> None:
    """Votes stand in the order of the ballot, which is that of the lines."""
    lines = contest("A B", lines={"A": "a1 a2", "B": "b1"})
    election = definition(lines)
    sheet = _sheet(election, "1", "3 2 1", "0")
    assert find_contest(sheet, election, "sheet") == lines
    table = signed_sheets_table([sheet], election, lines, source="log")
    assert table.fields == ("option.a1", "option.a2", "option.b1", "category.null")
    assert dict(table.sums()) == dict(zip(table.fields, (3, 2, 1, 0), strict=True))


ONE = contest("A B", cap=100)


def _election() -> Definition:
    return definition(
        ONE, stations={"1": station("N", 40), "2": station("N", 40), "3": station("S", 40)}
    )


def test_signed_sheets_become_the_table_that_text_becomes() -> None:
    """From here on nothing knows whether a figure was signed or transcribed."""
    election = _election()
    made = [
        _sheet(election, "1", "10 5", "1", 40, 16, 16),
        _sheet(election, "2", "? 5", "1", 40, None, 16),
        _sheet(election, "3", "7 5", "?", 40),
    ]
    table = signed_sheets_table(made, election, ONE, source="log")
    expected = sheets(
        ONE,
        """
        station A  B null registered admitted stated.cast
        1       10 5 1    40         16       16
        2       ?  5 1    40         ?        16
        3       7  5 ?    40         ~        ~
        """,
    )
    assert table.fields == expected.fields
    assert table.source == "log"
    assert table.frame.select(sorted(table.frame.columns)).equals(
        expected.frame.select(sorted(expected.frame.columns))
    )
    assert codes_of(table, election) == codes_of(expected, election)
    assert tally_of(table, election) == replace(tally_of(expected, election), source="log")


def test_checks_find_on_signed_sheets_what_they_find_elsewhere() -> None:
    """Three surplus ballots, and a form that adds up its own totals wrongly."""
    election = _election()
    surplus = _sheet(election, "1", "10 6", "3", 40, 16, 19)
    wrong = replace(
        _sheet(election, "2", "10 5", "1", 40, 16, 16),
        figures={
            **dict(zip(FORM, (40, 16, 16), strict=True)),
            FormFigure.STATED_VALID: 14,
            FormFigure.STATED_CAST: 17,
        },
    )
    good = _sheet(election, "3", "10 5", "1", 40, 16, 16)
    found = codes_of(
        signed_sheets_table([surplus, wrong, good], election, ONE, source="log"), election
    )
    assert "SHEET-201" in found[2]
    assert "SHEET-204" in found[2]
    assert "SHEET-303" in found[1]
    # One null vote among sixteen is called many; on a good sheet nothing else is found.
    assert found[3] == {"SHEET-401"}


def test_a_form_without_a_figure_gives_no_column_for_it() -> None:
    """Absent everywhere is not on this source; a zero would be a claim."""
    election = _election()
    table = signed_sheets_table([_sheet(election, "1", "1 2", "0")], election, ONE, source="log")
    assert table.fields == ("candidacy.A", "candidacy.B", "category.null")
    assert table.frame.select(table.state("registered")).item() == CellState.NOT_ON_SOURCE


def test_no_sheets_give_an_empty_table() -> None:
    """Before the first sheet arrives there is a table too."""
    table = signed_sheets_table([], _election(), ONE, source="log")
    assert len(table) == 0
    assert table.fields == ("candidacy.A", "candidacy.B", "category.null")


def test_a_table_refuses_a_sheet_of_another_contest() -> None:
    """And names it."""
    election = definition(ONE, contest("A B", code="mayor"))
    other = replace(_sheet(election, "7", "1 2", "0"), contest=1)
    with pytest.raises(RefusedError, match=r"sheet 1, station 7: 4, contest"):
        signed_sheets_table([other], election, ONE, source="log")


def test_a_sheet_outside_the_format_is_not_signed() -> None:
    """Every fault is named at once."""
    bad = replace(EXAMPLE, version=0, votes=(1, -2, 3), closed_at_s=-1)
    with pytest.raises(MalformedError) as caught:
        sign_sheet(bad, KEY)
    assert [fault.where for fault in caught.value.faults] == [
        "sheet: 5, version",
        "sheet: 6, closing time",
        "sheet: 10, votes[1]",
        "sheet: 15, reason",
    ]


def test_a_sheet_of_a_later_format_is_not_called_wrong(repository: Path) -> None:
    """Who cannot read it must say so, and never pass it."""
    path = repository / "tests/vectors/sheet/later-format.json"
    data = bytes.fromhex(json.loads(path.read_text(encoding="utf-8"))["input"])
    with pytest.raises(UnverifiableError, match="format 2"):
        decode_signed_sheet(data, "entry 7")


@pytest.mark.parametrize(
    "text", ["", "ESC1", "esc1:BB8", "ESC2:BB8", "HC1:BB8", " ESC1:BB8", "ESC1:bb8", "ESC1:BB8\n"]
)
def test_a_code_with_another_prefix_or_case_is_refused(text: str) -> None:
    """A shop's code, a health certificate, or a reader that adds a line end."""
    with pytest.raises(MalformedError):
        decode_qr_text(text, "code")


def test_what_no_code_holds_is_neither_written_nor_read() -> None:
    """Version 40 at level L has 4296 characters."""
    with pytest.raises(MalformedError, match="4296"):
        encode_qr_text(bytes(3000))
    with pytest.raises(MalformedError, match="4296"):
        decode_qr_text("ESC1:" + "0" * MAX_QR_CHARS, "code")


def test_the_sheet_says_nothing_twice() -> None:
    """The payload of the page's example, byte by byte, in the order of the keys."""
    payload = encode_sheet(EXAMPLE)
    assert payload.startswith(bytes.fromhex("ac 0101 0250") + EXAMPLE.election)
    assert payload.endswith(bytes.fromhex("0e5820") + bytes(range(32)))
