"""V19: the manifest is the log's, fits the checkpoint, and covers every file.

The rules stand in ``publication/manifest.py``. Whatever other steps have read is not read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from escrutinio.errors import (
    Fault,
    MalformedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import CHECKPOINT_PATH, Checkpoint
from escrutinio.primitives import say
from escrutinio.publication import (
    Manifest,
    ManifestFile,
    decode_manifest,
    find_strays,
    verify_manifest,
)
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES
from escrutinio.verification.record_files import MAX_FILE_BYTES, RecordFiles
from escrutinio.verification.signatures import RecordTrust
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["check_files", "check_manifest"]

_STEP = StepCode.V19
#: Unlisted files that are named one by one.
_MAX_NAMED = 5


def check_manifest(
    files: RecordFiles, checkpoint: Checkpoint, trust: RecordTrust | None, book: StepBook
) -> Manifest | None:
    """Read the manifest and hold it against the checkpoint; None when it cannot be relied on."""
    try:
        data = files.load(MANIFEST_NAME, MAX_MANIFEST_BYTES)
        if data is None:
            fault = Fault(MANIFEST_NAME, "a file of the record", "nothing there")
            book.leave(_STEP, say("verification.reason.file_missing"), fault)
            return None
        signed = decode_manifest(data)
        if trust is None:
            book.leave(_STEP, say("verification.reason.no_definition"))
            return None
        verify_manifest(signed, trust.log_key, checkpoint)
    except (MalformedError, VerificationError, UnverifiableError) as error:
        book.fail(_STEP, *error.faults)
        return None
    files.know(signed.manifest.files)
    return signed.manifest


def check_files(
    files: RecordFiles,
    manifest: Manifest,
    checkpoint: Checkpoint,
    book: StepBook,
    known: Mapping[str, ManifestFile],
    progress: Callable[[int, int], None],
) -> None:
    """Hold every file against the manifest, and look for files that it does not list.

    Args:
        files: the record.
        manifest: verified by ``check_manifest``.
        checkpoint: the record's.
        book: where it is noted.
        known: immutable files that an earlier verification found as listed, by path.
        progress: told the files done and all of them.
    """
    unread = [
        file
        for file in manifest.files
        if files.digest_of(file.path) is None and known.get(file.path) != file
    ]
    files.expect((file.path, _most_bytes(file)) for file in unread)
    for number, file in enumerate(unread, start=1):
        _read(files, file, book)
        progress(number, len(unread))
    for file in manifest.files:
        is_ahead = manifest.size > checkpoint.size and file.path == POLICY_NAME
        if files.is_altered(file.path) and not is_ahead:
            found = files.digest_of(file.path)
            _fail(file, f"{found[0]} bytes with {found[1].hex()}" if found else "", book)
    _check_strays(files, manifest, book)
    book.finish(_STEP)


def _read(files: RecordFiles, file: ManifestFile, book: StepBook) -> None:
    try:
        data = files.load(file.path, _most_bytes(file))
    except MalformedError as error:
        # Larger than listed; its digest is then another one too.
        book.fail(_STEP, *error.faults)
        return
    if data is None:
        _fail(file, "nothing there", book)
    elif hashlib.sha256(data).digest() != file.sha256 and files.digest_of(file.path) is None:
        _fail(file, "other bytes", book)


def _most_bytes(file: ManifestFile) -> int:
    return min(file.size_bytes, MAX_FILE_BYTES)


def _fail(file: ManifestFile, found: str, book: StepBook) -> None:
    expected = f"{file.size_bytes} bytes with the SHA-256 {file.sha256.hex()}"
    book.fail(_STEP, Fault(file.path, expected, found))


def _check_strays(files: RecordFiles, manifest: Manifest, book: StepBook) -> None:
    present = files.list_paths()
    if present is None:
        book.remark(_STEP, say("verification.note.no_listing"))
        return
    listed = {MANIFEST_NAME, CHECKPOINT_PATH, *(file.path for file in manifest.files)}
    strays = find_strays(present, listed)
    for path in strays:
        fault = Fault(_shown(path), "a file that the manifest lists", "one that it does not")
        book.fail(_STEP, fault)
    leftovers = sorted(set(present) - listed - set(strays))
    if leftovers:
        names = ", ".join(map(_shown, leftovers[:_MAX_NAMED]))
        book.remark(_STEP, say("verification.note.leftovers", number=len(leftovers), names=names))


def _shown(path: str) -> str:
    return ascii(path)[1:-1][:200]
