"""What is taken into the log, what is there already, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.log.entries import (
    Amendment,
    Approval,
    Bulletin,
    Genesis,
    Hold,
    KeyReplaced,
    NationalFigures,
    PolicyReplaced,
    sign_entry,
)
from escrutinio.operations import ElectionLog, Submission, begin_election, submit_entries
from escrutinio.polling import StationOpening
from escrutinio.primitives.cose import sign_message
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, encode_vkey
from escrutinio.testing.election import CLOSING_S
from tests.unit.operations.days import small_day

DAY = small_day()
STATION = DAY.stations[0].station
OPENING = StationOpening(STATION, CLOSING_S - 40_000, 0)
DEVICE = f"device-{STATION}"
STRANGER = SigningKey(b"\x05" * 32)
FIGURES = NationalFigures(12, 0, 0, 12, 0, 0, 0, (0,) * 10)


@pytest.fixture
def election(tmp_path: Path) -> Iterator[ElectionLog]:
    """Give an election that has begun, open for writing."""
    with writing_workspace(tmp_path / "election") as workspace:
        yield begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)


def _submit(election: ElectionLog, *entries: bytes, skip_refused: bool = False) -> list[str]:
    """Submit, and give each answer in a word or two."""
    submissions = [Submission(f"file {number}", data) for number, data in enumerate(entries)]
    answers = submit_entries(election, submissions, skip_refused=skip_refused)
    words = []
    for answer in answers:
        if answer.is_refused:
            words.append("refused")
        elif answer.index is None:
            words.append("waits")
        else:
            words.append(f"{'new' if answer.is_new else 'known'} {answer.index}")
    return words


def test_entries_get_their_places_in_order(election: ElectionLog) -> None:
    """The place is final as soon as the answer is given."""
    assert _submit(election, *DAY.report(DAY.stations[0])) == ["new 1", "new 2", "new 3"]
    assert election.writer.size == election.ledger.size == 4


def test_the_same_bytes_are_logged_once(election: ElectionLog) -> None:
    """Sending again after a lost answer is harmless, in one call and in two."""
    first, *_ = DAY.report(DAY.stations[0])
    assert _submit(election, first, first) == ["new 1", "known 1"]
    assert _submit(election, first) == ["known 1"]
    assert election.writer.size == 2


POLICY_OF_ANOTHER_LOG = DAY.world.keys.policy.replace(
    DAY.world.keys.policy.split()[1],
    encode_vkey(NoteSigner("other.example/log", STRANGER).vkey),
)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no message": (lambda: b"hello", "COSE_Sign1"),
    "empty": (lambda: b"", "COSE_Sign1"),
    "larger than an entry": (lambda: bytes(65_536), "at most 65535 bytes"),
    "by a stranger": (lambda: sign_entry(OPENING, DAY.election, STRANGER), "key"),
    "altered": (lambda: DAY.sign(OPENING, DEVICE)[:-1] + b"\x00", "does not verify"),
    "of another election": (
        lambda: sign_entry(OPENING, bytes(16), DAY.world.keys.signer(DEVICE)),
        "of the election",
    ),
    "of another station": (
        lambda: DAY.sign(OPENING, f"device-{DAY.stations[1].station}"),
        "signer",
    ),
    "by a role that may not": (lambda: DAY.sign(OPENING, "auditor-1"), "signer"),
    "a genesis": (lambda: DAY.sign(Genesis(bytes(32), 5), "operator"), "publishing makes them"),
    "a hold": (
        lambda: DAY.sign(Hold(bytes(32), ("SHEET-301",)), "operator"),
        "publishing makes them",
    ),
    "a bulletin": (
        lambda: DAY.sign(
            Bulletin(1, CLOSING_S, 1, bytes(32), None, bytes(32), 5, (FIGURES,)), "operator"
        ),
        "publishing makes them",
    ),
    "of a critical kind that nobody knows": (
        lambda: sign_message(
            DAY.world.keys.signer("authority-1"), 65_300, b"\xa2\x01\x01\x02\x50" + DAY.election
        ),
        "critical",
    ),
    "a policy of another log": (
        lambda: DAY.sign(Amendment(PolicyReplaced(POLICY_OF_ANOTHER_LOG)), "authority-1"),
        "key of this log",
    ),
    "an approval of nothing": (
        lambda: DAY.sign(Approval(bytes(32)), "authority-1"),
        "entry",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused_with_its_reason_and_nothing_is_logged(
    election: ElectionLog, case: str
) -> None:
    """Neither it nor what came with it; afterwards the log goes on as if nothing had been."""
    make, reason = REFUSED[case]
    good = DAY.sign(OPENING, DEVICE)
    submissions = [Submission("good", good), Submission("bad", make())]
    answers = submit_entries(election, submissions)
    assert [answer.index for answer in answers] == [None, None]
    assert not answers[0].is_refused
    assert reason in "\n".join(str(fault) for fault in answers[1].faults)
    assert election.writer.size == election.ledger.size == 1
    assert _submit(election, good) == ["new 1"]


def test_the_others_are_logged_when_refused_ones_are_skipped(election: ElectionLog) -> None:
    """Their places are those they have without the refused ones."""
    report = DAY.report(DAY.stations[0])
    mixed = [report[0], b"bad", report[1], b"worse", report[0], report[2]]
    assert _submit(election, *mixed, skip_refused=True) == [
        "new 1",
        "refused",
        "new 2",
        "refused",
        "known 1",
        "new 3",
    ]
    assert election.ledger.departures == []


def test_a_second_sheet_of_a_station_is_logged(election: ElectionLog) -> None:
    """That a station contradicts itself must be seen, not refused."""
    station = DAY.stations[0]
    opening, seal, sheet = DAY.report(station)
    other = DAY.sheet(station, seal, 100)
    assert _submit(election, opening, seal, sheet, other) == ["new 1", "new 2", "new 3", "new 4"]


def test_a_key_enrolled_in_the_same_call_signs_from_its_place_on(election: ElectionLog) -> None:
    """An amendment is in force from the place at which it is approved, and not before."""
    key = SigningKey(b"\x06" * 32)
    proposal = DAY.sign(Amendment(KeyReplaced(DEVICE, key.public.raw)), "authority-1")
    approval = DAY.sign(Approval(hashlib.sha256(proposal).digest()), "authority-2")
    opening = sign_entry(OPENING, DAY.election, key)
    assert _submit(election, opening) == ["refused"]
    assert _submit(election, proposal, opening, approval) == ["waits", "refused", "waits"]
    assert _submit(election, proposal, approval, opening) == ["new 1", "new 2", "new 3"]
    assert _submit(election, DAY.sign(OPENING, DEVICE)) == ["refused"]
