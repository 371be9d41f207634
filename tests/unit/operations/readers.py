"""What any reader of a record demands, with nothing but the format pages and the public API."""

from __future__ import annotations

import hashlib
from pathlib import Path

from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.adapters.record_reading import ReadFolder
from escrutinio.log import (
    CHECKPOINT_PATH,
    LogKey,
    load_checkpoint,
    read_log,
    verify_checkpoint,
    verify_reading,
)
from escrutinio.log.entries import Bulletin, decode_entry
from escrutinio.publication import (
    Anchor,
    ManifestFile,
    decode_manifest,
    find_strays,
    verify_manifest,
)
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME, body_path, rows_path, zip_path
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES
from escrutinio.verification import (
    Answer,
    InOneProcess,
    ReaderInputs,
    Verified,
    verify_record,
)
from tests.unit.operations.days import Day

__all__ = ["read_record", "require_verified", "verify_with"]

#: After everything in the election.
_NOW_S = 1_911_600_000
#: Folders that were verified already, by the digest of what stands in them.
_verified: set[bytes] = set()


def read_record(folder: Path, day: Day) -> list[bytes] | None:
    """Read a record whole; None when nothing is published yet.

    1. The checkpoint is the log's, and every tile and entry hashes to it.
    2. The manifest fits the checkpoint, and every file it lists is there with its digest, but for
       pages that are being replaced: each of them is the new one or what stood there before.
    3. No file is there that has no business there.
    4. Every bulletin of the log has its files, and its body is the one that was signed.
    """
    record = RecordFolder(folder)
    key = LogKey.of(day.world.keys.log.vkey)
    signed = load_checkpoint(record)
    if signed is None:
        return None
    verify_checkpoint(signed, key, "checkpoint")
    reading = read_log(record, signed.checkpoint)
    verify_reading(reading)
    data = record.load(MANIFEST_NAME, MAX_MANIFEST_BYTES)
    assert data is not None
    manifest = decode_manifest(data)
    verify_manifest(manifest, key, signed.checkpoint)
    is_ahead = manifest.manifest.size > signed.checkpoint.size
    before = manifest.manifest.pages_before(signed.checkpoint)
    for file in manifest.manifest.files:
        if file.path == POLICY_NAME and is_ahead:
            continue
        versions = [file, before[file.path]] if file.path in before else [file]
        assert _find(folder, file.path) in versions
    for path in before.keys() - {file.path for file in manifest.manifest.files}:
        assert _find(folder, path) in (before[path], None)
    listed = before.keys() | {file.path for file in manifest.manifest.files}
    assert find_strays(record.list_paths(), listed) == []
    for index, entry in enumerate(reading.entries):
        content = decode_entry(entry, index, "entry").content
        if isinstance(content, Bulletin):
            number = content.number
            assert {body_path(number), rows_path(number), zip_path(number)} <= listed
            body = (folder / body_path(number)).read_bytes()
            assert hashlib.sha256(body).digest() == content.body
    return list(reading.entries)


def _find(folder: Path, path: str) -> ManifestFile | None:
    if not (folder / path).exists():
        return None
    found = (folder / path).read_bytes()
    return ManifestFile(path, len(found), hashlib.sha256(found).digest())


def require_verified(folder: Path, day: Day) -> None:
    """Carry out every step of a verification on what stands in a folder, once for each content.

    1. With a checkpoint it is a public record, and every step passes: exit 0.
    2. Before the first checkpoint it is no record yet, and does not pass for one.

    The reader's policy asks for no witness, because nobody asked one; see ``verify_with``.
    """
    content = _digest_of(folder)
    if content in _verified:
        return
    policy = f"{_log_line(day)}quorum none\n"
    verified = verify_with(folder, Anchor.of(day.world.definition.identity, policy))
    if (folder / CHECKPOINT_PATH).exists():
        places = [place for step in verified.steps for place in step.places]
        assert verified.answer is Answer.VERIFIED, places
    else:
        assert verified.answer is not Answer.VERIFIED
    _verified.add(content)


def verify_with(folder: Path, anchor: Anchor) -> Verified:
    """Verify a record in one process."""
    brought = ReaderInputs(now_s=_NOW_S, anchor=anchor)
    return verify_record(ReadFolder(folder), brought, InOneProcess(), lambda *_: None)


def _log_line(day: Day) -> str:
    lines = day.world.keys.policy.splitlines(keepends=True)
    return next(line for line in lines if line.startswith("log "))


def _digest_of(folder: Path) -> bytes:
    content = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        content.update(f"{digest} {path.relative_to(folder)}\n".encode())
    return content.digest()
