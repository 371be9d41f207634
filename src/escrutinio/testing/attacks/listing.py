"""Signing the manifest of a record again, so that it lists what somebody put there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from escrutinio.log import LogFile
from escrutinio.operations import RecordStore
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import ManifestFile, decode_manifest, encode_manifest, sign_manifest
from escrutinio.publication.layout import MANIFEST_NAME

__all__ = ["list_files", "load_file", "read_lines", "store_listed"]

_MAX_FILE_BYTES = 1 << 30


def load_file(record: RecordStore, path: str) -> bytes:
    """Load a file that is there.

    Raises:
        LookupError: it is not.
    """
    data = record.load(path, _MAX_FILE_BYTES)
    if data is None:
        raise LookupError(path)
    return data


def read_lines(record: RecordStore) -> dict[str, ManifestFile]:
    """Give the lines of a record's manifest by path."""
    manifest = decode_manifest(load_file(record, MANIFEST_NAME)).manifest
    return {line.path: line for line in manifest.files}


def list_files(record: RecordStore, lines: Mapping[str, ManifestFile], signer: NoteSigner) -> None:
    """Sign a manifest with other lines, for the same checkpoint."""
    manifest = decode_manifest(load_file(record, MANIFEST_NAME)).manifest
    files = tuple(lines[path] for path in sorted(lines))
    signed = sign_manifest(replace(manifest, files=files), signer)
    record.store([LogFile(MANIFEST_NAME, encode_manifest(signed))])


def store_listed(record: RecordStore, files: Mapping[str, bytes], signer: NoteSigner) -> None:
    """Store files and list them in the manifest, signed again."""
    record.store([LogFile(path, data) for path, data in files.items()])
    lines = read_lines(record)
    for path, data in files.items():
        lines[path] = ManifestFile(path, len(data), hashlib.sha256(data).digest())
    list_files(record, lines, signer)
