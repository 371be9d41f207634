"""Writing the public record so that no reader ever sees half of it.

    1  new immutable files        nobody reads them yet
    2  MANIFEST                   of the new size; ``tlog-policy`` after it when it changed
    3  ``checkpoint``             readers see the new size
    4  what nobody needs any more is removed

Each step is durable before the next begins. A publisher that dies leaves a record that verifies
up to its checkpoint, and the next publication, from whatever it finds, completes it.

Tiles that only the checkpoint before needs stay for one more publication: who has begun to verify
that checkpoint can finish.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from escrutinio.errors import AdapterError, Fault, RefusedError, VerificationError
from escrutinio.log import (
    CHECKPOINT_PATH,
    Checkpoint,
    EntryBundle,
    HashTile,
    LogFile,
    LogKey,
    SignedCheckpoint,
    bundles_of,
    encode_checkpoint,
    load_checkpoint,
    tiles_of,
    verify_checkpoint,
)
from escrutinio.log.tiles import TILE_WIDTH
from escrutinio.primitives.note import verify_note
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import (
    Manifest,
    ManifestFile,
    RecordReader,
    decode_manifest,
    encode_manifest,
    find_strays,
    sign_manifest,
)
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES

__all__ = [
    "MakeFile",
    "RecordState",
    "RecordStore",
    "load_record_state",
    "publish_checkpoint",
    "refuse_strays",
    "remove_old_files",
    "store_manifest",
    "store_new_files",
    "tile_paths",
]

#: Makes the bytes of a file that is not in the record yet.
MakeFile: TypeAlias = Callable[[], bytes]
#: Files stored at once: bounds the memory a first publication of a large log needs.
_BATCH_BYTES = 64 << 20


class RecordStore(RecordReader, Protocol):
    """Where a record, or the working folder of an election, is written. One writer at a time."""

    def store(self, files: Sequence[LogFile]) -> None:
        """Store files, each whole or not at all, over files of the same name; durable on return.

        Raises:
            AdapterError: the disk is full, or the like; any of the files may be stored.
        """

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files; absence is no error.

        Raises:
            AdapterError: any of them may be removed.
        """


@dataclass(frozen=True, slots=True)
class RecordState:
    """What stands in a record's folder before a publication.

    Attributes:
        present: every file.
        listed: by path, the lines of its manifest for files that are there.
        checkpoint: the published one; None before the first.
    """

    present: frozenset[str]
    listed: Mapping[str, ManifestFile]
    checkpoint: SignedCheckpoint | None

    @property
    def size(self) -> int:
        """Number of entries that are published."""
        return 0 if self.checkpoint is None else self.checkpoint.checkpoint.size


def load_record_state(record: RecordReader, key: LogKey, head: Checkpoint) -> RecordState:
    """Look at a record's folder before publishing into it.

    Args:
        record: the folder; empty before the first publication.
        key: key of the log.
        head: what is going to be published.

    Raises:
        RefusedError: a record of another log.
        VerificationError: its manifest or checkpoint is not ours, or newer than the log.
        MalformedError: its manifest or checkpoint is none.
        AdapterError: the outside world failed, or the place cannot list its files.
    """
    present = record.list_paths()
    if present is None:
        raise AdapterError.of(Fault("record", "a folder", "a place that lists no files"))
    data = record.load(MANIFEST_NAME, MAX_MANIFEST_BYTES)
    files: tuple[ManifestFile, ...] = ()
    if data is not None:
        signed = decode_manifest(data)
        if signed.manifest.origin != key.origin:
            expected = f"a record of {key.origin!a}"
            found = f"one of {signed.manifest.origin!a}"
            raise RefusedError.of(Fault(MANIFEST_NAME, expected, found, "Name another folder."))
        verify_note(signed.note, (key.text_key,), MANIFEST_NAME)
        _require_older(signed.manifest.size, signed.manifest.root, head, MANIFEST_NAME)
        files = signed.manifest.files
    checkpoint = load_checkpoint(record)
    if checkpoint is not None:
        verify_checkpoint(checkpoint, key, CHECKPOINT_PATH)
        _require_older(
            checkpoint.checkpoint.size, checkpoint.checkpoint.root, head, CHECKPOINT_PATH
        )
    there = frozenset(present)
    listed = {file.path: file for file in files if file.path in there}
    return RecordState(there, listed, checkpoint)


def _require_older(size: int, root: bytes, head: Checkpoint, where: str) -> None:
    if size > head.size or (size == head.size and root != head.root):
        expected = f"a part of the log of {head.size} entries, root {head.root.hex()}"
        raise VerificationError.of(
            Fault(where, expected, f"one of {size} entries, root {root.hex()}")
        )


def refuse_strays(state: RecordState, wanted: Iterable[str]) -> None:
    """Refuse a folder with files that no publication left there.

    Args:
        state: what stands in the folder.
        wanted: what the record is going to have; a first publication that died left some of it.

    Raises:
        RefusedError: every such file is named.
    """
    expected = set(wanted)
    strays = [
        path
        for path in find_strays(sorted(state.present), state.listed.keys())
        if path not in expected
    ]
    if strays:
        remedy = "Move it away: readers would say that the record holds more than it lists."
        raise RefusedError.of(
            *(
                Fault(f"record: {path!a}", "a file of a record", "another", remedy)
                for path in strays
            )
        )


def tile_paths(size: int, published: int) -> Iterator[str]:
    """Name the files of the log that a record holds.

    Args:
        size: number of entries it is going to have.
        published: number it has; partial tiles of that size stay.
    """
    yield from (place.path for place in bundles_of(size))
    yield from (place.path for place in tiles_of(size))
    if 0 < published < size:
        older: list[EntryBundle | HashTile] = [*bundles_of(published), *tiles_of(published)]
        yield from (place.path for place in older if place.width < TILE_WIDTH)


def store_new_files(
    record: RecordStore, state: RecordState, wanted: Mapping[str, MakeFile]
) -> dict[str, ManifestFile]:
    """Do step 1: store every file that is wanted and not listed.

    A file that is there and not listed is written again: it may be half of another publication.

    Args:
        record: the folder.
        state: what stands in it.
        wanted: every file the record is going to have, with what makes its bytes.

    Returns:
        The lines of the new manifest by path.

    Raises:
        AdapterError: the outside world failed; the next attempt goes on.
    """
    lines: dict[str, ManifestFile] = {}
    batch: list[LogFile] = []
    pending = 0
    for path, make in wanted.items():
        if path != POLICY_NAME and (known := state.listed.get(path)) is not None:
            lines[path] = known
            continue
        data = make()
        lines[path] = ManifestFile(path, len(data), hashlib.sha256(data).digest())
        # The policy may be replaced: it has to wait for the manifest.
        if path != POLICY_NAME or path not in state.present:
            batch.append(LogFile(path, data))
            pending += len(data)
        if pending > _BATCH_BYTES:
            record.store(batch)
            batch, pending = [], 0
    if batch:
        record.store(batch)
    return lines


def store_manifest(
    record: RecordStore,
    lines: Mapping[str, ManifestFile],
    head: Checkpoint,
    signer: NoteSigner,
    policy: bytes,
) -> None:
    """Do step 2.

    Args:
        record: the folder.
        lines: every file of the record.
        head: the checkpoint that is going to be published.
        signer: key of the log.
        policy: text of ``tlog-policy``.

    Raises:
        AdapterError: the outside world failed; the old or the new manifest is there.
    """
    files = tuple(lines[path] for path in sorted(lines))
    signed = sign_manifest(Manifest(head.origin, head.size, head.root, files), signer)
    for path, data in ((MANIFEST_NAME, encode_manifest(signed)), (POLICY_NAME, policy)):
        if record.load(path, MAX_MANIFEST_BYTES) != data:
            record.store([LogFile(path, data)])


def publish_checkpoint(record: RecordStore, signed: SignedCheckpoint) -> None:
    """Do step 3, or add late cosignatures.

    Raises:
        AdapterError: the outside world failed; the old or the new checkpoint is there.
    """
    if load_checkpoint(record) != signed:
        record.store([LogFile(CHECKPOINT_PATH, encode_checkpoint(signed))])


def remove_old_files(record: RecordStore, kept: Iterable[str]) -> tuple[str, ...]:
    """Do step 4: remove what is neither listed nor MANIFEST nor checkpoint; give the names.

    Raises:
        AdapterError: the outside world failed; the next publication goes on.
    """
    stay = {MANIFEST_NAME, CHECKPOINT_PATH, *kept}
    old = tuple(path for path in record.list_paths() or () if path not in stay)
    if old:
        record.remove(old)
    return old
