"""What any reader of a record demands, with nothing but the format pages and the public API."""

from __future__ import annotations

import hashlib
from pathlib import Path

from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.log import LogKey, load_checkpoint, read_log, verify_checkpoint, verify_reading
from escrutinio.log.entries import Bulletin, decode_entry
from escrutinio.publication import decode_manifest, find_strays, verify_manifest
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME, body_path, rows_path, zip_path
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES
from tests.unit.operations.days import Day

__all__ = ["read_record"]


def read_record(folder: Path, day: Day) -> list[bytes] | None:
    """Read a record whole; None when nothing is published yet.

    1. The checkpoint is the log's, and every tile and entry hashes to it.
    2. The manifest fits the checkpoint, and every file it lists is there with its digest.
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
    for file in manifest.manifest.files:
        if file.path == POLICY_NAME and is_ahead:
            continue
        found = (folder / file.path).read_bytes()
        assert (len(found), hashlib.sha256(found).digest()) == (file.size_bytes, file.sha256)
    listed = {file.path for file in manifest.manifest.files}
    assert find_strays(record.list_paths(), listed) == []
    for index, entry in enumerate(reading.entries):
        content = decode_entry(entry, index, "entry").content
        if isinstance(content, Bulletin):
            number = content.number
            assert {body_path(number), rows_path(number), zip_path(number)} <= listed
            body = (folder / body_path(number)).read_bytes()
            assert hashlib.sha256(body).digest() == content.body
    return list(reading.entries)
