"""A simulated day, published: it verifies, and what went wrong is found and treated."""

from __future__ import annotations

import pytest

from escrutinio.log import CHECKPOINT_PATH
from escrutinio.testing import Case
from escrutinio.testing.held import CHECKPOINT_NAME, RECEIPT_NAME, SHEET_NAME
from escrutinio.verification import Answer
from tests.unit.testing.reading import finished, kept, new_rehearsal, read_record

#: What stands behind each case in the last bulletin: treatment and reason.
TREATED = {
    Case.SURPLUS: ("held", "SHEET-303"),
    Case.UNREADABLE: ("held", "SHEET-103"),
    Case.FORK: ("counted", ""),
    Case.CORRECTED: ("counted", "approve:paper"),
    Case.UNAPPROVED: ("counted", ""),
    Case.ANNULLED: ("closed", "annul:recount"),
    Case.NOT_INSTALLED: ("closed", "not_installed:not_opened"),
    Case.RELEASED: ("counted", "release:paper"),
    Case.COMPLAINT: ("counted", "release:ruling"),
    Case.REPLACED_KEY: ("counted", ""),
    Case.MOVED: ("counted", ""),
    Case.AUDITED: ("counted", ""),
}


@pytest.mark.parametrize("stations", [1, 2, 100])
def test_honest_record_verifies_at_every_size(stations: int) -> None:
    rehearsal = new_rehearsal(stations)
    rehearsal.run()
    assert read_record(rehearsal).answer is Answer.VERIFIED


def test_honest_record_agrees_with_what_a_reader_kept() -> None:
    """A reader with a checkpoint, a sheet and its receipt finds all of them in the record."""
    held = (CHECKPOINT_NAME, SHEET_NAME, RECEIPT_NAME)
    assert read_record(finished(), held=held, papers=kept()).answer is Answer.VERIFIED


def test_every_case_is_found_and_treated() -> None:
    """An honest record shows what its stations did wrong, and what became of it."""
    rehearsal = finished()
    number = len(rehearsal.log.ledger.bulletins)
    data = rehearsal.record.load(f"bulletins/{number:06}/rows.csv", 1 << 20)
    assert data is not None
    rows = [line.split(",") for line in data.decode().splitlines()[1:]]
    treated = {row[1]: (row[3], row[6]) for row in rows}
    cases = rehearsal.day.cases
    assert {case: treated[station] for station, case in cases.items()} == TREATED


def test_record_is_proclaimed_and_cosigned() -> None:
    rehearsal = finished()
    assert len(rehearsal.log.ledger.proclamations) == 1
    checkpoint = rehearsal.record.load(CHECKPOINT_PATH, 1 << 16)
    assert checkpoint is not None
    # The log and its three witnesses.
    assert checkpoint.decode().count("\n— ") == 4


def test_no_entry_of_an_honest_day_departs_from_the_rules() -> None:
    assert not finished().log.ledger.departures


def test_private_keys_stand_nowhere_in_the_record() -> None:
    """Keys of a rehearsal are no secret, but what writes them would write real ones too."""
    rehearsal = finished()
    keys = rehearsal.day.election.keys
    signers = rehearsal.day.election.definition.trust
    assert signers is not None
    seeds = [keys.log.key.seed, *(keys.signer(item.signer).seed for item in signers.signers)]
    for path in rehearsal.record.list_paths() or ():
        data = rehearsal.record.load(path, 1 << 26) or b""
        assert not [seed for seed in seeds if seed in data or seed.hex().encode() in data]
