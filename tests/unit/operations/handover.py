"""Records around the place where a log gets another key, honest and not.

    before      published under the old key
    handed_over the authority has named the new key, two of three; published under the new key
    unapproved  one of the authority has named it; still the old key's log

What an attacker signs again is a copy of one of them with another key's checkpoint and manifest.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from escrutinio.adapters.election_folder import open_workspace, writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.adapters.record_reading import ReadFolder
from escrutinio.log import SignedCheckpoint, decode_checkpoint, encode_checkpoint, sign_checkpoint
from escrutinio.log.entries import Amendment, Approval, PolicyReplaced
from escrutinio.operations import (
    ElectionLog,
    Submission,
    begin_election,
    find_anchor,
    make_receipts,
    open_election,
    publish_record,
    submit_entries,
)
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.note import Note
from escrutinio.primitives.vkey import NoteSigner, encode_vkey
from escrutinio.publication import (
    Anchor,
    Manifest,
    ManifestFile,
    decode_manifest,
    encode_manifest,
    sign_manifest,
)
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S
from escrutinio.testing.keys import LOG_ORIGIN
from escrutinio.verification import InOneProcess, ReaderInputs, Verified, verify_record
from tests.unit.operations.days import small_day

__all__ = [
    "DAY",
    "NEW",
    "NEW_POLICY",
    "OLD",
    "OLD_POLICY",
    "Records",
    "anchor_with",
    "approve",
    "records",
    "sign_again",
    "verify",
]

DAY = small_day()
OLD = NoteSigner(LOG_ORIGIN, DAY.log_key)
NEW = NoteSigner(LOG_ORIGIN, SigningKey(b"\x11" * 32))
_OLD_VKEY = encode_vkey(OLD.vkey)
# What is looked at here is the log's key; that witnesses are needed other tests show.
OLD_POLICY = f"log {_OLD_VKEY}\nquorum none\n"
NEW_POLICY = DAY.world.keys.policy.replace(_OLD_VKEY, encode_vkey(NEW.vkey))
_NOW_S = 1_911_600_000


@dataclass(frozen=True)
class Records:
    """The folders, and what a reader kept from the time of the old key."""

    before: Path
    handed_over: Path
    unapproved: Path
    working_folder: Path
    receipt: bytes
    anchor_now: Anchor


def approve(policy: str) -> list[bytes]:
    """Sign an amendment of the policy by two of the authority."""
    amendment = DAY.sign(Amendment(PolicyReplaced(policy)), "authority-1")
    return [amendment, DAY.sign(Approval(hashlib.sha256(amendment).digest()), "authority-2")]


@cache
def records() -> Records:
    """Publish them once per run of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="escrutinio-handover-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    election, record = folder / "election", RecordFolder(folder / "record")
    amendment, approval = approve(NEW_POLICY)
    with writing_workspace(election) as workspace:
        log = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
        _submit(log, *DAY.reports(0, 2))
        publish_record(log, record, DAY.operator, _time_s(1))
        shutil.copytree(folder / "record", folder / "before")
        (receipt,) = make_receipts(log, [3]).values()
        _submit(log, amendment)
        publish_record(log, record, DAY.operator, None)
        shutil.copytree(folder / "record", folder / "unapproved")
        log.save()
    with writing_workspace(election) as workspace:
        log = open_election(workspace, NEW.key)
        _submit(log, approval, *DAY.reports(2, 3))
        publish_record(log, record, DAY.operator, _time_s(2))
    return Records(
        folder / "before",
        folder / "record",
        folder / "unapproved",
        election,
        receipt,
        find_anchor(open_workspace(election)),
    )


def _time_s(number: int) -> int:
    return CLOSING_S + number * BULLETIN_EVERY_S


def _submit(log: ElectionLog, *entries: bytes) -> None:
    submissions = [Submission("file", data) for data in entries]
    answers = submit_entries(log, submissions)
    assert all(answer.is_new for answer in answers), answers


def anchor_with(policy: str) -> Anchor:
    """Give what a reader holds from elsewhere."""
    return Anchor.of(DAY.world.definition.identity, policy)


def sign_again(record: Path, *signers: NoteSigner, policy: str | None = None) -> None:
    """Sign a record's checkpoint by all, and its manifest by the first, of whatever is there."""
    head = decode_checkpoint((record / "checkpoint").read_bytes(), "checkpoint").checkpoint
    notes = [sign_checkpoint(head, signer).note for signer in signers]
    lines = tuple(line for note in notes for line in note.signatures)
    signed = SignedCheckpoint(head, Note(notes[0].text, lines))
    (record / "checkpoint").write_bytes(encode_checkpoint(signed))
    if policy is not None:
        (record / "tlog-policy").write_text(policy)
    manifest = decode_manifest((record / "MANIFEST").read_bytes()).manifest
    files = tuple(
        ManifestFile(file.path, len(data), hashlib.sha256(data).digest())
        for file in manifest.files
        for data in [(record / file.path).read_bytes()]
    )
    fresh = sign_manifest(Manifest(head.origin, head.size, head.root, files), signers[0])
    (record / "MANIFEST").write_bytes(encode_manifest(fresh))


def verify(record: Path, anchor: Anchor | None, **inputs: object) -> Verified:
    """Verify a record in one process."""
    brought = ReaderInputs(now_s=_NOW_S, anchor=anchor, **inputs)  # type: ignore[arg-type]  # as named by the test
    return verify_record(ReadFolder(record), brought, InOneProcess(), lambda *_: None)
