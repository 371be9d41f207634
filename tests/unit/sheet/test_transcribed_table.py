"""A source's table as transcribed sheets, and the sheets as a table again."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from escrutinio.errors import MalformedError, RefusedError
from escrutinio.sheet.payload import decode_fields
from escrutinio.sheet.transcribed import STATUSES, TRANSCRIBED_KIND, TranscribedSheet
from escrutinio.sheet.transcribed_table import transcribe_table, transcribed_table
from tests.builders import codes_of, contest, definition, sheets, station

ONE = contest("A B", categories="null")
ELECTION = definition(ONE, stations={item: station("S", 40) for item in ("1", "2", "3", "4")})
TABLE = """
    station status    also_station image A  B  null registered mark:unsigned wrong:phase
    1       sheet     1            p     10 5  1    40         no            no
    2       sheet     3            p     ?  -  .    40         yes           no
    3       sheet     .            .     7  5  1    ~          no            yes
    4       annulled  .            .     .  .  .    ~          no            no
"""


def test_a_row_is_said_in_full() -> None:
    """What is unreadable, empty, dashed or not there stays four things."""
    readings = list(transcribe_table(sheets(ONE, TABLE), ELECTION))
    assert readings[1] == TranscribedSheet(
        station="2",
        contest=0,
        version=1,
        status=0,
        division=None,
        copy=hashlib.sha256(b"p").digest(),
        figures={"candidacy.A": -3, "candidacy.B": -2, "category.null": -1, "registered": 40},
        marks=("unsigned",),
        also_station="3",
        wrong=(),
        follows=None,
        reason=None,
    )
    assert readings[2].figures == {"candidacy.A": 7, "candidacy.B": 5, "category.null": 1}
    assert readings[2].wrong == ("phase",)
    assert STATUSES[readings[3].status] == "annulled"


def test_the_table_that_comes_back_is_the_table() -> None:
    """But for the order of its columns and the names of images, which became digests."""
    table = sheets(ONE, TABLE)
    back = transcribed_table(list(transcribe_table(table, ELECTION)), ELECTION, ONE, "test")
    images = ["image"]
    left = table.frame.drop(images)
    assert back.frame.drop(images).select(left.columns).equals(left)
    assert set(back.frame.columns) == set(table.frame.columns)
    assert back.frame.get_column("image").to_list()[:2] == [hashlib.sha256(b"p").hexdigest()] * 2
    assert codes_of(back, ELECTION) == codes_of(table, ELECTION)
    assert "SHEET-009" in codes_of(back, ELECTION)[1]


def test_an_image_named_by_its_digest_keeps_it() -> None:
    """Else nobody could find the scan that was read."""
    digest = "ab" * 32
    table = sheets(ONE, f"station image A B\n1 {digest} 1 2")
    assert next(transcribe_table(table, ELECTION)).copy == bytes.fromhex(digest)


def test_no_readings_give_an_empty_table() -> None:
    """Before the first reading there is a table too."""
    table = transcribed_table([], ELECTION, ONE, "log")
    assert len(table) == 0
    assert table.fields == ()


def test_a_reading_that_fits_no_sheet_of_the_contest_is_refused() -> None:
    """By its number, with the field or the contest it names."""
    good = next(transcribe_table(sheets(ONE, "station A B\n1 1 2"), ELECTION))
    other = msgspec.structs.replace(good, contest=1, figures={"candidacy.C": 1, "votes": 2})
    with pytest.raises(RefusedError) as caught:
        transcribed_table([good, other], ELECTION, ONE, "log")
    assert [fault.where for fault in caught.value.faults] == [
        "sheet 2, station 1: 4, contest",
        "sheet 2, station 1: 9, figures",
        "sheet 2, station 1: 9, figures",
    ]


def test_a_contest_of_no_definition_is_refused() -> None:
    """Its position would be another contest's."""
    other = contest("A B", code="mayor")
    with pytest.raises(RefusedError, match="mayor"):
        list(transcribe_table(sheets(other, "station A B\n1 1 2"), ELECTION))
    with pytest.raises(RefusedError, match="mayor"):
        transcribed_table([], ELECTION, other, "log")


def test_an_id_that_no_entry_can_have_is_found_when_it_is_encoded() -> None:
    """A source may name stations as it likes; the log has one alphabet."""
    reading = next(transcribe_table(sheets(ONE, "station A B\n1 1 2"), ELECTION))
    spaced = msgspec.structs.replace(reading, station="mesa 1")
    with pytest.raises(MalformedError, match="3, station"):
        TRANSCRIBED_KIND.encode(spaced, bytes(16))
    payload = TRANSCRIBED_KIND.encode(reading, bytes(16))
    assert TRANSCRIBED_KIND.decode(decode_fields(payload, "x"), "x") == reading
