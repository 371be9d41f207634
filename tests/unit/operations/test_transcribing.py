"""What a source's rows are to its earlier readings: new, there already, a correction, refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.definition import encode_definition
from escrutinio.errors import RefusedError
from escrutinio.log.entries import Amendment, Approval, KeyReplaced, sign_entry
from escrutinio.operations import (
    ElectionLog,
    ReceivedFile,
    Submission,
    begin_election,
    read_transcriptions,
    submit_entries,
    submit_readings,
)
from escrutinio.primitives.keys import SigningKey
from escrutinio.sheet import CellState, decode_profile
from escrutinio.sheet.tally_sheet import CorrectionReason
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.sheet.transcribed_table import transcribe_table
from tests.builders import contest, sheets
from tests.ledger_world import transcription

CONTEST = contest("A B")
ELECTION = transcription(CONTEST)
COPYING, RECOUNT = CorrectionReason.COPYING, CorrectionReason.RECOUNT


#: A table of station, votes for A and registered voters; and one whose voters are not taken.
PROFILE = """
format = "escrutinio-profile/1"
source = "s1"
names = "A source"
sheet_type = "handwritten"
station = { parts = [{ column = "station" }] }
[special]
"???" = "illegible"
[contest.president]
absent = ["candidacy.B"]
[contest.president.columns]
"candidacy.A" = "a"
"registered" = "n"
"""
WITHOUT = PROFILE.replace('"registered" = "n"\n', "")
EMPTY, ILLEGIBLE = -int(CellState.EMPTY), -int(CellState.ILLEGIBLE)


def _received(text: str) -> ReceivedFile:
    data = text.encode()
    return ReceivedFile("table.csv", data, hashlib.sha256(data).hexdigest(), len(data))


def _key(name: str) -> SigningKey:
    return SigningKey(hashlib.sha256(name.encode()).digest())


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ElectionLog]:
    """Give a record of transcriptions that has begun, open for writing."""
    with writing_workspace(tmp_path / "election") as workspace:
        yield begin_election(workspace, encode_definition(ELECTION), _key("log"), _key("op"))


def _rows(*lines: str) -> list[TranscribedSheet]:
    """Read rows of station, image, votes for A and B."""
    table = sheets(CONTEST, "\n".join(["station image A B", *lines]))
    return list(transcribe_table(table, ELECTION))


def _submit(
    log: ElectionLog, *lines: str, reason: CorrectionReason | None = None, source: str = "s1"
) -> list[str]:
    """Submit rows, and give each answer in a word or two."""
    words = []
    for answer in submit_readings(log, _rows(*lines), _key(source), reason):
        if answer.is_refused:
            words.append("refused")
        elif answer.index is None:
            words.append("waits")
        else:
            kind = "corrects" if answer.is_correction else "new" if answer.is_new else "known"
            words.append(f"{kind} {answer.index}")
    return words


def _standing(log: ElectionLog, station: str = "1") -> list[tuple[int, int, int]]:
    """Give version and votes of the readings that stand for a station."""
    found = []
    for placed in log.ledger.chains(0)[station].effective_sheets():
        assert isinstance(placed.sheet, TranscribedSheet)
        figures = placed.sheet.figures
        row = placed.sheet.version, figures["candidacy.A"], figures["candidacy.B"]
        found.append(row)
    return found


def test_rolls_are_for_rows_that_show_none() -> None:
    """What a sheet itself shows is never replaced by what another table says."""
    profile = decode_profile(PROFILE.encode(), "profile", ELECTION)
    table = _received("station,a,n\n1,5,100\n2,6,\n3,7,\n4,8,???\n")
    rolls = (_received("station,a,n\n1,5,999\n2,6,200\n4,8,300\n"), profile)
    figures = [row.figures for row in read_transcriptions([table], ELECTION, profile, rolls)]
    assert [row["registered"] for row in figures] == [100, 200, EMPTY, ILLEGIBLE]
    without = decode_profile(WITHOUT.encode(), "profile", ELECTION)
    figures = [row.figures for row in read_transcriptions([table], ELECTION, without, rolls)]
    assert [row.get("registered") for row in figures] == [999, 200, None, 300]


def test_rows_that_are_there_are_not_added_again(log: ElectionLog) -> None:
    """In one file, in another run, and in a run that corrects others."""
    assert _submit(log, "1 . 10 5", "2 . 7 7", "1 . 10 5") == ["new 1", "new 2", "known 1"]
    assert _submit(log, "2 . 7 7", "1 . 10 5") == ["known 2", "known 1"]
    assert _submit(log, "2 . 7 7", "1 . 11 5", reason=COPYING) == ["known 2", "corrects 3"]
    assert not log.ledger.departures


def test_a_row_that_differs_is_refused_without_a_reason(log: ElectionLog) -> None:
    """Nothing is logged, and every such row is named with what differs."""
    _submit(log, "1 . 10 5", "2 . 7 7")
    assert _submit(log, "1 . 11 5", "2 . 8 6", "3 . 1 1") == ["refused", "refused", "waits"]
    assert log.writer.size == 3
    rows = _rows("1 p 11 5")
    (answer,) = submit_readings(log, rows, _key("s1"))
    (fault,) = answer.faults
    assert fault.where == "president, station 1"
    assert fault.expected == "what entry 1 says"
    assert fault.found.startswith("candidacy.A 11 instead of 10; copy ")
    assert "--correct" in fault.remedy


def test_a_correction_names_what_it_corrects_and_replaces_it(log: ElectionLog) -> None:
    """Version after version, each with its reason; what was read before stays in the log."""
    _submit(log, "1 . 10 5")
    assert _submit(log, "1 . 11 5", reason=COPYING) == ["corrects 2"]
    assert _submit(log, "1 . 11 6", reason=RECOUNT) == ["corrects 3"]
    first, second, third = (item.sheet for item in log.ledger.chains(0)["1"].sheets)
    placed = log.ledger.chains(0)["1"].sheets
    assert (first.version, second.version, third.version) == (1, 2, 3)
    assert (second.follows, third.follows) == (placed[0].digest, placed[1].digest)
    assert isinstance(third, TranscribedSheet)
    assert third.reason == RECOUNT
    assert _standing(log) == [(3, 11, 6)]
    assert not log.ledger.departures


def test_repeating_a_correction_is_harmless(log: ElectionLog) -> None:
    """With the reason and without it; and so is the first file, which the log has too."""
    _submit(log, "1 . 10 5")
    _submit(log, "1 . 11 5", reason=COPYING)
    assert _submit(log, "1 . 11 5", reason=COPYING) == ["known 2"]
    assert _submit(log, "1 . 11 5") == ["known 2"]
    assert _submit(log, "1 . 10 5") == ["known 1"]
    assert _submit(log, "1 . 10 5", "1 . 11 5", reason=COPYING) == ["known 1", "known 2"]
    assert _standing(log) == [(2, 11, 5)]


def test_a_source_can_go_back_to_what_it_read_first(log: ElectionLog) -> None:
    """As one version more, when it says so."""
    _submit(log, "1 . 10 5")
    _submit(log, "1 . 11 5", reason=COPYING)
    assert _submit(log, "1 . 10 5", reason=COPYING) == ["corrects 3"]
    assert _standing(log) == [(3, 10, 5)]


def test_two_copies_of_one_station_stay_two_readings(log: ElectionLog) -> None:
    """A second copy is told from a correction by the row of the first one."""
    _submit(log, "1 p 10 5")
    assert _submit(log, "1 q 10 6") == ["refused"]
    assert _submit(log, "1 p 10 5", "1 q 10 6") == ["known 1", "new 2"]
    assert _standing(log) == [(1, 10, 5), (1, 10, 6)]


def test_a_copy_tells_which_reading_is_corrected(log: ElectionLog) -> None:
    """Of two readings the one of the same image, or the only one that is not repeated."""
    _submit(log, "1 p 10 5", "1 q 10 6")
    assert _submit(log, "1 q 10 7", reason=COPYING) == ["corrects 3"]
    assert _standing(log) == [(1, 10, 5), (2, 10, 7)]
    assert _submit(log, "1 r 9 9", "1 q 10 7", reason=COPYING) == ["corrects 4", "known 3"]
    assert _standing(log) == [(2, 10, 7), (2, 9, 9)]
    assert _submit(log, "1 q 1 1", "1 r 2 2", "1 s 3 3", reason=COPYING) == [
        "corrects 5",
        "corrects 6",
        "new 7",
    ]


@pytest.mark.parametrize("reason", [None, COPYING])
@pytest.mark.parametrize(
    "rows", [("1 . 1 1",), ("1 . 1 1", "1 . 2 2"), ("1 . 1 1", "1 p 10 5", "1 . 2 2")]
)
def test_a_row_is_refused_where_it_could_correct_several(
    log: ElectionLog, rows: tuple[str, ...], reason: CorrectionReason | None
) -> None:
    """Nobody guesses which reading a source meant."""
    _submit(log, "1 p 10 5", "1 . 10 6")
    if len(rows) == 1:
        assert _submit(log, *rows, reason=reason) == ["refused"]
    else:
        assert set(_submit(log, *rows, reason=reason)) <= {"refused", "known 1"}
    assert log.writer.size == 3


def test_a_source_corrects_its_own_readings_alone(log: ElectionLog) -> None:
    """What another source read of the same station is another reading."""
    _submit(log, "1 . 10 5")
    assert _submit(log, "1 . 11 5", source="s2") == ["new 2"]
    assert _submit(log, "1 . 12 5", source="s2", reason=COPYING) == ["corrects 3"]
    assert _standing(log) == [(1, 10, 5), (2, 12, 5)]


def test_a_source_goes_on_under_its_new_key(log: ElectionLog) -> None:
    """The key is replaced, the source is the same: it repeats and corrects what it read."""
    _submit(log, "1 . 10 5")
    amendment = sign_entry(
        Amendment(KeyReplaced("s1", _key("new").public.raw)), log.election, _key("a1")
    )
    approval = Approval(hashlib.sha256(amendment).digest())
    entries = [amendment, sign_entry(approval, log.election, _key("a2"))]
    submit_entries(log, [Submission("file", data) for data in entries])
    assert _submit(log, "1 . 10 5", source="new") == ["known 1"]
    assert _submit(log, "1 . 11 5", source="new", reason=COPYING) == ["corrects 4"]
    with pytest.raises(RefusedError, match="enrolled as source"):
        _submit(log, "1 . 12 5", reason=COPYING)
    assert not log.ledger.departures


def test_nobody_else_signs_readings(log: ElectionLog) -> None:
    """One fault for the key, not one for each row."""
    with pytest.raises(RefusedError, match="enrolled as source"):
        _submit(log, "1 . 10 5", "2 . 10 5", source="op")


def test_every_row_that_no_entry_can_have_is_named(log: ElectionLog) -> None:
    """Beside the rows that differ, in one run."""
    _submit(log, "1 . 10 5")
    good, differs = _rows("2 . 10 5", "1 . 11 5")
    bad = [msgspec.structs.replace(good, station=name) for name in ("a b", "c d")]
    answers = submit_readings(log, [good, differs, *bad], _key("s1"))
    assert [answer.is_refused for answer in answers] == [False, True, True, True]
    assert [fault.where for answer in answers[2:] for fault in answer.faults] == [
        "president, station a b: content: 3, station",
        "president, station c d: content: 3, station",
    ]
