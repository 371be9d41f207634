"""Entries read in a process of its own: what is sent there, what is done, and what comes back.

Such a process loads this module and what it needs, which is neither verification nor the
data-frame engine: a process that starts soon and stays small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from escrutinio.definition import Signer, verify_signer_keys
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.bulk import Unread, read_entries
from escrutinio.log.entries.model import Entry

__all__ = ["EntryTask", "KeyTask", "ReadEntries", "Shared", "Task", "do_task"]


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
