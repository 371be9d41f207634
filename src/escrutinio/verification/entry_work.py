"""V07 and V08, the part that needs nothing but its arguments: decoding and signatures.

This is nearly all of the time a verification takes, so it is cut into tasks that many processes
can do. A task holds about a bundle and never more than ``MAX_TASK_BYTES``, so that what is on its
way at one time is bounded too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from escrutinio.definition import Signer, verify_signer_keys
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.bulk import Unread, read_entries
from escrutinio.log.entries.model import Entry
from escrutinio.verification.log_stream import Bundle

__all__ = [
    "EntryTask",
    "KeyTask",
    "ReadEntries",
    "Shared",
    "Task",
    "do_task",
    "entry_tasks",
    "key_tasks",
]

#: Most bytes of entries in one task, unless a single entry has more.
MAX_TASK_BYTES = 512 << 10
#: Keys looked at in one task; a point takes libsodium half as long as a signature.
KEYS_PER_TASK = 512


@dataclass(frozen=True, slots=True)
class Shared:
    """What every task needs.

    Attributes:
        election: first 16 bytes of the definition's identity.
        keys: kid to the keys of the genesis definition that have it.
    """

    election: bytes
    keys: Mapping[bytes, Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class KeyTask:
    """Enrolled keys, to be looked at whether they are points."""

    signers: Sequence[Signer]


@dataclass(frozen=True, slots=True)
class EntryTask:
    """Consecutive entries, to be decoded and their signatures checked."""

    first: int
    entries: Sequence[bytes]


Task: TypeAlias = KeyTask | EntryTask


@dataclass(frozen=True, slots=True)
class ReadEntries:
    """What came of one task.

    Attributes:
        end: index after the last entry of the task; 0 for keys.
        packed: the entries that could be read, as MessagePack.
        unread: the others.
        faults: keys that are none.
    """

    end: int
    packed: bytes
    unread: Sequence[Unread]
    faults: Sequence[Fault] = ()

    def entries(self) -> list[Entry]:
        """Give the entries that could be read, in order."""
        return _DECODER.decode(self.packed)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Entry])


def do_task(shared: Shared, task: Task) -> ReadEntries:
    """Do one task; called in a worker process."""
    if isinstance(task, KeyTask):
        try:
            verify_signer_keys(task.signers)
        except MalformedError as error:
            return ReadEntries(0, _ENCODER.encode([]), (), error.faults)
        return ReadEntries(0, _ENCODER.encode([]), ())
    entries, unread = read_entries(task.entries, task.first, shared.keys, shared.election)
    return ReadEntries(task.first + len(task.entries), _ENCODER.encode(entries), unread)


def key_tasks(signers: Sequence[Signer]) -> Iterator[KeyTask]:
    """Cut the enrolled keys into tasks."""
    for begin in range(0, len(signers), KEYS_PER_TASK):
        yield KeyTask(signers[begin : begin + KEYS_PER_TASK])


def entry_tasks(bundles: Iterable[Bundle]) -> Iterator[EntryTask]:
    """Cut bundles into tasks; entries that are not those of the log are left out."""
    for bundle in bundles:
        run: list[bytes] = []
        size_bytes = 0
        for index, entry in enumerate(bundle.entries, start=bundle.first):
            if run and (entry is None or size_bytes + len(entry) > MAX_TASK_BYTES):
                yield EntryTask(index - len(run), run)
                run, size_bytes = [], 0
            if entry is not None:
                run.append(entry)
                size_bytes += len(entry)
        if run:
            yield EntryTask(bundle.first + len(bundle.entries) - len(run), run)
