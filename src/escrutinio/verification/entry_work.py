"""V07 and V08, the part that needs nothing but its arguments: decoding and signatures.

This is nearly all of the time a verification takes, so it is cut into tasks that many processes
can do. A task holds about a bundle and never more than ``MAX_TASK_BYTES``, so that what is on its
way at one time is bounded too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from escrutinio.definition import Signer
from escrutinio.log.entries.tasks import EntryTask, KeyTask
from escrutinio.verification.log_stream import Bundle

__all__ = ["entry_tasks", "key_tasks"]

#: Most bytes of entries in one task, unless a single entry has more.
MAX_TASK_BYTES = 512 << 10
#: Keys looked at in one task; a point takes libsodium half as long as a signature.
KEYS_PER_TASK = 512


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
