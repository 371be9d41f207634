"""V21: what a reader holds (receipts, signed sheets, QR texts) is in the log, unconflicted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from escrutinio.errors import (
    ElectionRecordError,
    Fault,
    MalformedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import (
    TILE_WIDTH,
    EntryBundle,
    LogProof,
    SignedCheckpoint,
    decode_proof,
    prove_consistency,
    verify_checkpoint,
    verify_proof,
)
from escrutinio.log.entries import LoggedSheet, decode_entry
from escrutinio.log.reading import load_entries
from escrutinio.primitives import say
from escrutinio.primitives.cose import find_signer
from escrutinio.primitives.keys import PublicKey
from escrutinio.sheet.qr_text import QR_PREFIX, decode_qr_text
from escrutinio.sheet.tally_sheet import election_of
from escrutinio.tabulation.ledger import Ledger
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.signatures import RecordTrust
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["HeldPaper", "HeldReceipt", "HeldSheet", "check_papers", "decode_paper"]

_STEP = StepCode.V21
_PROOF_BEGINS = b"c2sp.org/tlog-proof"


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A receipt: the proof that an entry is in the log."""

    name: str
    proof: LogProof


@dataclass(frozen=True, slots=True)
class HeldSheet:
    """A signed sheet: the bytes of its entry."""

    name: str
    data: bytes


HeldPaper: TypeAlias = HeldReceipt | HeldSheet


def decode_paper(data: bytes, where: str) -> HeldPaper:
    """Read a paper: a ``.tlog-proof`` file, a signed sheet, or the text of its QR code.

    Raises:
        MalformedError: none of them.
    """
    if data.startswith(_PROOF_BEGINS):
        return HeldReceipt(where, decode_proof(data, where))
    if data.startswith(QR_PREFIX.encode()):
        text = data.decode("ascii", errors="replace").removesuffix("\n").removesuffix("\r")
        data = decode_qr_text(text, where)
    received = decode_entry(data, 0, where)
    if not isinstance(received.content, LoggedSheet):
        raise MalformedError.of(Fault(where, "a tally sheet", type(received.content).__name__))
    return HeldSheet(where, data)


def check_papers(
    papers: Sequence[HeldPaper],
    ledger: Ledger,
    files: RecordFiles,
    signed: SignedCheckpoint,
    trust: RecordTrust,
    book: StepBook,
) -> None:
    """Look for everything a reader holds in a log that was read whole; notes V21."""
    if not papers:
        book.skip(_STEP, say("verification.reason.none_given"))
        return
    for paper in papers:
        if isinstance(paper, HeldSheet):
            _check_sheet(paper, ledger, book)
        else:
            _check_receipt(paper, ledger, files, signed, trust, book)
    book.finish(_STEP)


def _check_sheet(paper: HeldSheet, ledger: Ledger, book: StepBook) -> None:
    received = decode_entry(paper.data, 0, paper.name)
    sheet = received.content
    keys = ledger.keys_by_id().get(received.message.kid, ())
    try:
        if received.election != election_of(ledger.genesis.identity):
            expected = f"the election {election_of(ledger.genesis.identity).hex()}"
            raise UnverifiableError.of(Fault(paper.name, expected, received.election.hex()))
        find_signer(received.message, [PublicKey(key) for key in keys], paper.name)
    except (UnverifiableError, VerificationError) as error:
        # Anybody can write a sheet that nobody enrolled has signed; the log need not have it.
        book.leave(_STEP, say("verification.reason.paper_not_genuine"), *error.faults)
        return
    digest = hashlib.sha256(paper.data).digest()
    if isinstance(sheet, LoggedSheet) and sheet.contest < len(ledger.genesis.contests):
        _check_standing(paper.name, digest, sheet, ledger, book)


def _check_standing(
    name: str, digest: bytes, sheet: LoggedSheet, ledger: Ledger, book: StepBook
) -> None:
    chain = ledger.chains(sheet.contest).get(sheet.station)
    sheets = () if chain is None else chain.sheets
    placed = next((item for item in sheets if item.digest == digest), None)
    place = f"{name}: station {sheet.station}"
    if placed is None:
        fault = Fault(place, f"an entry of the log with the SHA-256 {digest.hex()}", "none")
        book.fail(_STEP, fault)
        return
    others = [item for item in sheets if item.version == sheet.version and item is not placed]
    if others:
        # The log shows both, and which one counts: the station's fault, not the record's.
        note = "verification.note.paper_conflicts"
        other = str(others[0].index)
        book.remark(_STEP, say(note, name=name, entry=str(placed.index), other=other))
    else:
        note = "verification.note.paper_found"
        book.remark(_STEP, say(note, name=name, entry=str(placed.index)))


def _check_receipt(
    paper: HeldReceipt,
    ledger: Ledger,
    files: RecordFiles,
    signed: SignedCheckpoint,
    trust: RecordTrust,
    book: StepBook,
) -> None:
    proof, head = paper.proof, signed.checkpoint
    theirs = proof.checkpoint.checkpoint
    key = trust.key_at(theirs.size)
    try:
        verify_checkpoint(proof.checkpoint, key, paper.name)
    except ElectionRecordError as error:
        book.leave(_STEP, say("verification.reason.paper_not_genuine"), *error.faults)
        return
    if theirs.size > head.size:
        expected = f"a receipt of at most {head.size} entries"
        fault = Fault(paper.name, expected, f"one of {theirs.size}")
        book.leave(_STEP, say("verification.reason.record_is_older"), fault)
        return
    try:
        prove_consistency(files, theirs, head)
        number, position = divmod(proof.index, TILE_WIDTH)
        width = min(head.size - number * TILE_WIDTH, TILE_WIDTH)
        if proof.index >= theirs.size:
            fault = Fault(f"{paper.name}: index", f"below {theirs.size}", str(proof.index))
            raise MalformedError.of(fault)
        entry = load_entries(files, EntryBundle(number, width))[position]
        verify_proof(proof, entry, key, paper.name)
    except VerificationError as error:
        places = (
            Fault(f"{paper.name}: {item.where}", item.expected, item.found) for item in error.faults
        )
        book.fail(_STEP, *places)
        return
    except (MalformedError, UnverifiableError) as error:
        book.leave(_STEP, say("verification.reason.paper_not_genuine"), *error.faults)
        return
    content = _content_of(entry, proof.index)
    if isinstance(content, LoggedSheet) and content.contest < len(ledger.genesis.contests):
        _check_standing(paper.name, hashlib.sha256(entry).digest(), content, ledger, book)
    else:
        book.remark(
            _STEP, say("verification.note.paper_found", name=paper.name, entry=str(proof.index))
        )


def _content_of(entry: bytes, index: int) -> object:
    try:
        return decode_entry(entry, index, f"entry {index}").content
    except ElectionRecordError:
        return None
