"""Writing the public record so that no reader ever sees half of it.

    1  new immutable files        nobody reads them yet; pages under names that nobody looks for
    2  MANIFEST                   of the new size; ``tlog-policy`` after it when it changed
    3  pages                      the first page last; those that vanish go; MANIFEST without theirs
    4  ``checkpoint``             readers see the new size
    5  what nobody needs any more is removed

Each step is durable before the next begins. A publisher that dies leaves a record that verifies
up to its checkpoint, and the next publication, from whatever it finds, completes it. Of pages,
which are replaced in place, MANIFEST says in step 2 what stood there before.

Tiles that only the checkpoint before needs stay for one more publication: who has begun to verify
that checkpoint can finish.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from escrutinio.errors import (
    AdapterError,
    Fault,
    MalformedError,
    RefusedError,
    VerificationError,
)
from escrutinio.log import (
    CHECKPOINT_PATH,
    Checkpoint,
    EntryBundle,
    HashTile,
    LogFile,
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
    PagesBefore,
    RecordReader,
    SignedManifest,
    decode_manifest,
    encode_manifest,
    find_strays,
    is_page,
    sign_manifest,
)
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES
from escrutinio.tabulation.ledger import LogKeys

__all__ = [
    "MakeFile",
    "RecordState",
    "RecordStore",
    "StagedFiles",
    "load_record_state",
    "make_manifest",
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


class StagedFiles(Protocol):
    """Files between their writing and their naming."""

    def add(self, files: Sequence[LogFile]) -> None:
        """Write files under names that no reader looks for.

        Raises:
            AdapterError: the disk is full, or the like.
        """

    def place(self, paths: Sequence[str]) -> None:
        """Give added files their own names, in this order, over files of the same name.

        Each is replaced whole. All of them are on the disk before the first is named, and their
        names are on return.

        Raises:
            AdapterError: the outside world failed; the first of them may be named.
        """


class RecordStore(RecordReader, Protocol):
    """Where a record, or the working folder of an election, is written. One writer at a time."""

    def store(self, files: Sequence[LogFile]) -> None:
        """Store files, each whole or not at all, over files of the same name; durable on return.

        Raises:
            AdapterError: the disk is full, or the like; any of the files may be stored.
        """

    def staging(self) -> AbstractContextManager[StagedFiles]:
        """Give what writes files first and names them later; what has no name then is removed."""

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
        listed: by path, the lines of its manifest for files that are there; of a page that was
            being replaced the one that it is.
        checkpoint: the published one; None before the first.
        has_whole_site: whether every page is there as its manifest lists it.
        gone: files that its manifest lists and that are not there.
    """

    present: frozenset[str]
    listed: Mapping[str, ManifestFile]
    checkpoint: SignedCheckpoint | None
    has_whole_site: bool
    gone: frozenset[str]

    @property
    def size(self) -> int:
        """Number of entries that are published."""
        return 0 if self.checkpoint is None else self.checkpoint.checkpoint.size


def load_record_state(record: RecordReader, keys: LogKeys, head: Checkpoint) -> RecordState:
    """Look at a record's folder before publishing into it.

    Args:
        record: the folder; empty before the first publication.
        keys: keys of the log.
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
    files: Mapping[str, ManifestFile] = {}
    has_whole_site = True
    if data is not None:
        signed = decode_manifest(data)
        if signed.manifest.origin != head.origin:
            expected = f"a record of {head.origin!a}"
            found = f"one of {signed.manifest.origin!a}"
            raise RefusedError.of(Fault(MANIFEST_NAME, expected, found, "Name another folder."))
        _require_older(signed.manifest.size, signed.manifest.root, head, MANIFEST_NAME)
        key = keys.at(signed.manifest.size)
        verify_note(signed.note, (key.text_key,), MANIFEST_NAME)
        files = _find_standing(record, signed.manifest)
        has_whole_site = signed.manifest.before is None
    checkpoint = load_checkpoint(record)
    if checkpoint is not None:
        published = checkpoint.checkpoint
        _require_older(published.size, published.root, head, CHECKPOINT_PATH)
        verify_checkpoint(checkpoint, keys.at(published.size), CHECKPOINT_PATH)
    there = frozenset(present)
    listed = {path: file for path, file in files.items() if path in there}
    gone = files.keys() - there
    has_whole_site = has_whole_site and not any(map(is_page, gone))
    return RecordState(there, listed, checkpoint, has_whole_site, frozenset(gone))


def _find_standing(record: RecordReader, manifest: Manifest) -> dict[str, ManifestFile]:
    """Give the files of a manifest by path, and of pages that were being replaced what they are.

    A page that is neither the older nor the newer one is left out: we never sign what is not ours.
    """
    files = {file.path: file for file in manifest.files}
    for path, older in manifest.before.files.items() if manifest.before else ():
        versions = [file for file in (files.pop(path, None), older) if file is not None]
        try:
            data = record.load(path, max(file.size_bytes for file in versions))
        except MalformedError:
            continue
        digest = None if data is None else hashlib.sha256(data).digest()
        found = [file for file in versions if file.sha256 == digest]
        files |= {file.path: file for file in found}
    return files


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


def make_manifest(
    lines: Mapping[str, ManifestFile],
    head: Checkpoint,
    signer: NoteSigner,
    before: PagesBefore | None = None,
) -> SignedManifest:
    """List every file of a record.

    Args:
        lines: by path.
        head: the checkpoint that is going to be published.
        signer: key of the log.
        before: what stands in the place of pages; None when they are in place.
    """
    files = tuple(lines[path] for path in sorted(lines))
    return sign_manifest(Manifest(head.origin, head.size, head.root, files, before), signer)


def store_manifest(record: RecordStore, signed: SignedManifest, policy: bytes) -> None:
    """Do step 2, or the end of step 3.

    Args:
        record: the folder.
        signed: lists its files.
        policy: text of ``tlog-policy``.

    Raises:
        AdapterError: the outside world failed; the old or the new manifest is there.
    """
    for path, data in ((MANIFEST_NAME, encode_manifest(signed)), (POLICY_NAME, policy)):
        if record.load(path, MAX_MANIFEST_BYTES) != data:
            record.store([LogFile(path, data)])


def publish_checkpoint(record: RecordStore, signed: SignedCheckpoint) -> None:
    """Do step 4, or add late cosignatures.

    Raises:
        AdapterError: the outside world failed; the old or the new checkpoint is there.
    """
    if load_checkpoint(record) != signed:
        record.store([LogFile(CHECKPOINT_PATH, encode_checkpoint(signed))])


def remove_old_files(record: RecordStore, kept: Iterable[str]) -> tuple[str, ...]:
    """Do step 5: remove what is neither listed nor MANIFEST nor checkpoint; give the names.

    Raises:
        AdapterError: the outside world failed; the next publication goes on.
    """
    stay = {MANIFEST_NAME, CHECKPOINT_PATH, *kept}
    old = tuple(path for path in record.list_paths() or () if path not in stay)
    if old:
        record.remove(old)
    return old
