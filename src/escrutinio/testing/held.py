"""What a reader kept from the evening: a checkpoint, a sheet, its receipt, an announcement.

Whoever holds such things notices what a record alone cannot show.
"""

from __future__ import annotations

from collections.abc import Mapping

from escrutinio.log import CHECKPOINT_PATH, load_checkpoint, prove_entry
from escrutinio.log.proof import encode_proof
from escrutinio.primitives.note import MAX_NOTE_BYTES
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.testing.rehearsal import Rehearsal

__all__ = [
    "ANNOUNCED_NAME",
    "CHECKPOINT_NAME",
    "HELD_AT",
    "HELD_FOLDER",
    "RECEIPT_NAME",
    "SHEET_NAME",
    "keep_papers",
]

#: Bulletin after which the reader keeps them.
HELD_AT = 5
#: Where they stand beside the record.
HELD_FOLDER = "held"
CHECKPOINT_NAME = "checkpoint"
SHEET_NAME = "sheet.txt"
RECEIPT_NAME = "sheet.tlog-proof"
ANNOUNCED_NAME = "announced.toml"


def keep_papers(rehearsal: Rehearsal) -> Mapping[str, bytes]:
    """Keep what a reader can keep now, by name of the file.

    Args:
        rehearsal: just after a bulletin.
    """
    election, record = rehearsal.log, rehearsal.record
    checkpoint = record.load(CHECKPOINT_PATH, MAX_NOTE_BYTES)
    signed = load_checkpoint(record)
    if checkpoint is None or signed is None:
        raise LookupError(CHECKPOINT_PATH)
    sheet = rehearsal.day.sheet(rehearsal.day.plain_station())
    receipt = prove_entry(record, signed, election.places()[sheet.digest])
    return {
        CHECKPOINT_NAME: checkpoint,
        SHEET_NAME: f"{encode_qr_text(sheet.data)}\n".encode(),
        RECEIPT_NAME: encode_proof(receipt),
        ANNOUNCED_NAME: _announce(rehearsal),
    }


def _announce(rehearsal: Rehearsal) -> bytes:
    """Write down what was announced of the newest bulletin."""
    bulletin = rehearsal.log.ledger.bulletins[-1].bulletin
    contest = rehearsal.day.election.definition.contests[0]
    figures = bulletin.figures[0]
    lines = [
        'format = "escrutinio-announced/1"',
        f"bulletin = {bulletin.number}",
        f"[contest.{contest.code}]",
        f"counted = {figures.counted}",
        f"valid = {figures.valid}",
        f"[contest.{contest.code}.votes]",
        *(
            f"{item.code} = {votes}"
            for item, votes in zip(contest.candidacies, figures.votes, strict=True)
        ),
    ]
    return "".join(f"{line}\n" for line in lines).encode()
