"""Writing: a log that grows on a store, and survives a crash between any two steps.

    step 1  bundles and tiles of the new size        nobody reads them yet
    step 2  ``checkpoint.intended``, signed          from here on this size has this root for ever
    step 3  the witnesses are asked for cosignatures (by the caller)
    step 4  ``checkpoint``                           readers see the new size
    step 5  ``checkpoint`` again, with late cosignatures; the same text

Each step is durable before the next begins. After a crash

- before step 2 is done, the files of step 1 are remains that nothing signed points to; the next
  append writes over them;
- after step 2 the log continues from the intended checkpoint, whose files are all there, and
  steps 3 and 4 are done again. The same text is signed and cosigned, never another one of its size.

So there are never two checkpoints of one size. What cannot be noticed here is an old copy of the
whole store put back in place: witnesses notice it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from escrutinio.errors import (
    AdapterError,
    Fault,
    RefusedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log.appending import EMPTY_EDGE, Edge, LogFile, append_entries
from escrutinio.log.checkpoint import (
    Checkpoint,
    LogKey,
    SignedCheckpoint,
    decode_checkpoint,
    encode_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from escrutinio.log.cosignature import Cosigner, add_cosignatures
from escrutinio.log.merkle import EMPTY_ROOT
from escrutinio.log.reading import LogReader, load_edge, load_entries
from escrutinio.log.tiles import TILE_WIDTH, EntryBundle
from escrutinio.primitives.note import MAX_NOTE_BYTES, NoteSignature
from escrutinio.primitives.vkey import NoteSigner

__all__ = [
    "CHECKPOINT_PATH",
    "INTENDED_PATH",
    "LogStore",
    "LogWriter",
    "create_log",
    "load_checkpoint",
    "open_log",
]

CHECKPOINT_PATH = "checkpoint"
INTENDED_PATH = "checkpoint.intended"


class LogStore(LogReader, Protocol):
    """Where a log is written. One writer at a time: the adapter holds a lock."""

    def store(self, files: Sequence[LogFile]) -> None:
        """Store files, each whole or not at all, over files of the same name.

        - Atomic: each file. A reader sees the old bytes or the new ones.
        - Durable on return: all of them, and their names.
        - Not promised: an order among them. A crash leaves any of them stored and the others not.
        - May be retried: always, with the same files.
        - Absence is never an error here: folders are made as needed.

        Raises:
            AdapterError: the disk is full, or the like; any of the files may be stored.
        """


def load_checkpoint(reader: LogReader, path: str = CHECKPOINT_PATH) -> SignedCheckpoint | None:
    """Load a checkpoint without verifying it; None when there is none.

    Raises:
        MalformedError: a file that is no checkpoint.
        AdapterError: the outside world failed.
    """
    data = reader.load(path, MAX_NOTE_BYTES)
    return None if data is None else decode_checkpoint(data, path)


def create_log(store: LogStore, signer: NoteSigner) -> LogWriter:
    """Begin a log: publish the checkpoint of no entries.

    Raises:
        RefusedError: there is a log.
        AdapterError: the outside world failed; ``open_log`` or another attempt goes on.
    """
    for path in (INTENDED_PATH, CHECKPOINT_PATH):
        if store.load(path, MAX_NOTE_BYTES) is not None:
            raise RefusedError.of(Fault(path, "no log", "one that was begun before"))
    signed = sign_checkpoint(Checkpoint(signer.name, 0, EMPTY_ROOT), signer)
    store.store([LogFile(INTENDED_PATH, encode_checkpoint(signed))])
    writer = LogWriter(store, signer, signed, EMPTY_EDGE, ())
    writer.publish()
    return writer


def open_log(
    store: LogStore, signer: NoteSigner, key_at: Callable[[int], LogKey] | None = None
) -> LogWriter:
    """Go on with a log, after a proper end or a crash.

    1. The intended and the published checkpoint are signed by the log's key for their size.
    2. The published one is not larger; of the same size it has the same text.
    3. The intended one is stored again: a crash may have come before its name was durable.
    4. Its edge hashes to its root, and the entries of the partial bundle to the edge.

    Args:
        store: where the log is written.
        signer: key that signs from now on.
        key_at: gives the key that signs for a size; without it, it has always been the signer's.

    Raises:
        UnverifiableError: no log, no intended checkpoint, or a file is missing.
        VerificationError: files contradict each other or the signer.
        MalformedError: a file is not what it should be.
        AdapterError: the outside world failed.
    """
    intended = load_checkpoint(store, INTENDED_PATH)
    published = load_checkpoint(store, CHECKPOINT_PATH)
    if intended is None:
        found = "nothing there" if published is None else "only a published one"
        remedy = "Bring back the whole folder: a newer checkpoint may have been cosigned."
        raise UnverifiableError.of(
            Fault(INTENDED_PATH, "the last checkpoint that was signed", found, remedy)
        )
    own = LogKey.of(signer.vkey)
    head = intended.checkpoint
    verify_checkpoint(intended, key_at(head.size) if key_at else own, INTENDED_PATH)
    if published is not None:
        last = published.checkpoint
        verify_checkpoint(published, key_at(last.size) if key_at else own, CHECKPOINT_PATH)
        if last.size > head.size or (last.size == head.size and last != head):
            expected = f"a part of the log of {head.size} entries that was signed last"
            raise VerificationError.of(
                Fault(CHECKPOINT_PATH, expected, f"{last.size} entries, root {last.root.hex()}")
            )
    store.store([LogFile(INTENDED_PATH, encode_checkpoint(intended))])
    edge = load_edge(store, head)
    tail = _load_tail(store, head.size)
    append_entries(edge, tail, ())
    return LogWriter(store, signer, intended, edge, tail)


def _load_tail(store: LogStore, size: int) -> tuple[bytes, ...]:
    index, width = divmod(size, TILE_WIDTH)
    return tuple(load_entries(store, EntryBundle(index, width))) if width else ()


@dataclass(slots=True)
class LogWriter:
    """A log open for writing; made by ``create_log`` and ``open_log``.

    Attributes:
        store: where it is written.
        signer: key of the log.
        signed: the last checkpoint that was signed, published or not.
        edge: edge of its tree.
        tail: the entries of its partial bundle.
        is_broken: a step failed in a way that leaves unknown what is stored; open the log again.
    """

    store: LogStore
    signer: NoteSigner
    signed: SignedCheckpoint
    edge: Edge
    tail: tuple[bytes, ...]
    is_broken: bool = False

    @property
    def size(self) -> int:
        """Number of entries that were signed for."""
        return self.signed.checkpoint.size

    def append(self, entries: Sequence[bytes]) -> SignedCheckpoint:
        """Do steps 1 and 2; on return the entries are durable and their places final.

        Nothing is published: call ``publish``, with or without having asked witnesses.

        Args:
            entries: 0 or more, each of at most 65,535 bytes.

        Returns:
            The checkpoint to have cosigned and to publish.

        Raises:
            MalformedError: an entry is too long; nothing was written.
            AdapterError: the outside world failed. Open the log again: it has the entries or not.
        """
        self._require_whole()
        if not entries:
            return self.signed
        appended = append_entries(self.edge, self.tail, entries)
        head = Checkpoint(self.signer.name, appended.edge.size, appended.edge.compute_root())
        # A failure below may come after the name of the file was changed. Going on from memory
        # could then sign another root for a size that is signed already.
        self.is_broken = True
        self.store.store(appended.files)
        # A crash here leaves files that no checkpoint points to.
        signed = sign_checkpoint(head, self.signer)
        self.store.store([LogFile(INTENDED_PATH, encode_checkpoint(signed))])
        # A crash here leaves a log that continues from this checkpoint.
        self.signed, self.edge, self.tail = signed, appended.edge, appended.tail
        self.is_broken = False
        return signed

    def publish(
        self, lines: Sequence[NoteSignature] = (), cosigners: Sequence[Cosigner] = ()
    ) -> SignedCheckpoint:
        """Do step 4, or step 5 when this size is published already.

        Cosignatures that are on the published checkpoint of this size stay on it.

        Args:
            lines: what witnesses answered.
            cosigners: the witnesses whose lines are taken; others' are left out.

        Returns:
            The checkpoint as published.

        Raises:
            VerificationError: a line by one of the cosigners does not verify; nothing changed.
            AdapterError: the outside world failed; the old or the new checkpoint is published.
        """
        self._require_whole()
        published = load_checkpoint(self.store)
        is_same = published is not None and published.checkpoint == self.signed.checkpoint
        current = published if published is not None and is_same else self.signed
        signed = add_cosignatures(current, lines, cosigners)
        if not is_same or signed != published:
            self.store.store([LogFile(CHECKPOINT_PATH, encode_checkpoint(signed))])
        return signed

    def _require_whole(self) -> None:
        if self.is_broken:
            raise AdapterError.of(
                Fault("log", "a log open for writing", "one whose last step failed"),
                retryable=True,
            )
