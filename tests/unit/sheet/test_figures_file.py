"""Figures written by hand: every fault in one run, and a slip is found before it is signed."""

from __future__ import annotations

import pytest

from escrutinio.definition import decode_definition
from escrutinio.errors import ElectionRecordError, MalformedError, RefusedError
from escrutinio.sheet.figures_file import MAX_FIGURES_FILE_BYTES, decode_figures
from escrutinio.sheet.tally_sheet import (
    Correction,
    CorrectionReason,
    FormFigure,
    Seal,
    TallySheet,
    election_of,
)
from tests.vectors.definition.documents import assemble

DEFINITION = decode_definition(assemble())
SEAL = bytes(range(32)).hex()
GOOD = f"""format = "escrutinio-figures/1"
station = "N1.1"
contest = "president"
closed_at = 2030-02-28T18:20:00-04:00
seal = "{SEAL}"
[figures]
registered = 500
admitted = 412
ballots = 412
[votes]
blue = 101
green = "illegible"
red = 200
[categories]
blank = 5
null = 7
"""


def _read(text: str) -> TallySheet:
    return decode_figures(text.encode(), "n11.toml", DEFINITION)


def test_figures_are_read_into_their_places() -> None:
    """Votes stand under codes in the file and in ballot order on the sheet."""
    text = GOOD.replace('blue = 101\ngreen = "illegible"\n', 'green = "illegible"\nblue = 101\n')
    for written in (GOOD, text):
        said = _read(written)
        assert said.election == election_of(DEFINITION.identity)
        assert (said.station, said.contest, said.version) == ("N1.1", 0, 1)
        assert said.closed_at_s == 1_898_547_600
        assert said.figures == {
            FormFigure.REGISTERED: 500,
            FormFigure.ADMITTED: 412,
            FormFigure.BALLOTS: 412,
        }
        assert said.votes == (101, None, 200)
        assert said.categories == (5, 7)
        assert said.follows == Seal(bytes(range(32)))


def test_a_correction_names_the_sheet_it_corrects_and_why() -> None:
    """Version 2 and later."""
    text = GOOD.replace(f'seal = "{SEAL}"', f'version = 2\ncorrects = "{SEAL}"\nreason = "recount"')
    assert _read(text).follows == Correction(bytes(range(32)), CorrectionReason.RECOUNT)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("escrutinio-figures/1", "escrutinio-figures/2", "key format"),
        ('"president"', '"mayor"', "key contest"),
        ("blue = 101\n", "", "key votes.blue"),
        ("blue = 101", "blue = -1", "key votes.blue"),
        ("blue = 101", "blue = true", "key votes.blue"),
        ("blue = 101", "blue = 1.5", "key votes.blue"),
        ("blue = 101", "blue = 10000001", "key votes.blue"),
        ("blue = 101", 'blue = "101"', "key votes.blue"),
        ("red = 200", "red = 200\npink = 1", "key votes.pink"),
        ("null = 7\n", "", "key categories.null"),
        ("null = 7", "null = 7\nlost = 1", "key categories.lost"),
        ("registered", "register", "key figures.register"),
        ("-04:00", "", "key closed_at"),
        ("2030-02-28T18:20:00-04:00", "1898547600", "key closed_at"),
        ("18:20:00-", "18:20:00.5-", "key closed_at"),
        ("2030-", "1930-", "key closed_at"),
        ("2030-", "2130-", "key closed_at"),
        (SEAL, SEAL[:-1], "key seal"),
        (SEAL, "g" * 64, "key seal"),
        (SEAL, " " + SEAL[:-1], "key seal"),
        (f'seal = "{SEAL}"\n', "", "key seal"),
        ("station =", "version = 0\nstation =", "key version"),
        ("station =", "version = 2\nstation =", "key seal"),
        ("station =", 'reason = "recount"\nstation =', "key reason"),
        ("station =", "note = 1\nstation =", "key note"),
        ("[votes]", "[vote]", "key votes"),
    ],
)
def test_every_slip_is_named_with_its_place(old: str, new: str, place: str) -> None:
    """None of them is mended by guessing."""
    assert old in GOOD
    with pytest.raises(MalformedError) as caught:
        _read(GOOD.replace(old, new, 1))
    assert f"n11.toml: {place}" in [fault.where for fault in caught.value.faults]


def test_all_slips_are_named_in_one_run() -> None:
    """People mend a file once."""
    text = GOOD.replace("blue = 101", "blue = -1").replace("null = 7", "nul = 7")
    with pytest.raises(MalformedError) as caught:
        _read(text)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("station", ["N9.9", "N1", "n1.1"])
def test_a_station_that_nobody_lists_is_refused_before_it_is_signed(station: str) -> None:
    """A received sheet of one is a finding; signing one is a slip."""
    with pytest.raises(RefusedError, match="one of the 5 stations"):
        _read(GOOD.replace('"N1.1"', f'"{station}"'))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"votes = ",
        b"votes = []",
        b"a=" + b"[" * 5000,
        b"votes = 3\ncategories = 4\nfigures = 'x'",
        b"x" * (MAX_FIGURES_FILE_BYTES + 1),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    """Without a traceback, whatever it is."""
    with pytest.raises(ElectionRecordError):
        decode_figures(data, "n11.toml", DEFINITION)
