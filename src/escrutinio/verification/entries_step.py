"""V07 to V10, and every other step that a single entry can fail: the log, entry by entry.

Bundles are decoded and their signatures checked elsewhere, perhaps in many processes; the entries
come back in order and are taken by the ledger, which knows what each may say at its place. An
entry that cannot be read says nothing, and everything after it is checked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from escrutinio.definition import Signer
from escrutinio.errors import Fault
from escrutinio.log.entries import Bulletin, Entry, Unread, read_entries
from escrutinio.log.entries.tasks import ReadEntries, Shared, Task, do_task
from escrutinio.primitives import say
from escrutinio.sheet.tally_sheet import election_of
from escrutinio.tabulation.ledger import Ledger
from escrutinio.verification.body_reading import BodyHead
from escrutinio.verification.bulletins import BULLETIN_STEPS, BulletinSteps
from escrutinio.verification.entry_work import entry_tasks, key_tasks
from escrutinio.verification.log_stream import LogStream
from escrutinio.verification.ports import Progress, Workers
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["EntrySteps"]


class EntrySteps:
    """Takes the entries of a log into a ledger, stopping where bulletins are about."""

    def __init__(
        self,
        ledger: Ledger,
        stream: LogStream,
        bulletins: BulletinSteps,
        heads: Sequence[BodyHead],
        book: StepBook,
    ) -> None:
        """Begin where the ledger is.

        Args:
            ledger: at the place from which the stream reads.
            stream: the log; it notes the root of each place that a head names.
            bulletins: what to do there.
            heads: of the bulletins to compute again, in order of their places.
            book: where steps are noted.
        """
        self._ledger = ledger
        self._stream = stream
        self._bulletins = bulletins
        self._heads = list(heads)
        self._newest = heads[-1] if heads else None
        self._book = book
        #: Those of now; a million are not kept for entries that are all signed as they should be.
        self._keys: Mapping[bytes, Sequence[bytes]] | None = None
        self._changes = 0

    def run(
        self, size: int, signers: Sequence[Signer], workers: Workers, progress: Progress
    ) -> None:
        """Read to the end of a checkpoint; notes V02 for keys, V07, V08 and what bulletins say.

        Args:
            size: of the checkpoint.
            signers: whose keys are looked at whether they are points.
            workers: who decodes and checks signatures.
            progress: told how far it is.
        """
        bundles = self._stream.read()
        tasks: Iterator[Task] = chain(key_tasks(signers), entry_tasks(bundles))
        for result in workers.run(do_task, self._shared(), tasks):
            self._book.fail(StepCode.V02, *result.faults)
            self._take(result)
            progress("entries", self._ledger.size, size)
        self._go_to(size)
        self._stop_here()

    def _shared(self) -> Shared:
        ledger = self._ledger
        return Shared(election_of(ledger.genesis.identity), ledger.keys_by_id())

    def _take(self, result: ReadEntries) -> None:
        if not result.unread:
            for entry in result.entries():
                self._apply(entry)
            return
        both: list[Entry | Unread] = [*result.entries(), *result.unread]
        for item in sorted(both, key=lambda item: item.index):
            if isinstance(item, Entry):
                self._apply(item)
            elif (again := self._read_again(item)) is not None:
                self._apply(again)
            else:
                self._go_to(item.index)
                self._stop_here()
                self._ledger.skip()

    def _apply(self, entry: Entry) -> None:
        ledger = self._ledger
        if ledger.size != entry.index:
            self._go_to(entry.index)
        if self._heads and self._heads[0].size == entry.index:
            self._stop_here()
        ledger.apply(entry)
        if type(entry.content) is Bulletin and ledger.bulletins:
            placed = ledger.bulletins[-1]
            if placed.index == entry.index:
                self._bulletins.at_entry(entry, placed.bulletin)

    def _read_again(self, unread: Unread) -> Entry | None:
        """Try an entry under the keys that were enrolled meanwhile; else note why it fails."""
        if unread.data is not None:
            self._go_to(unread.index)
            election = election_of(self._ledger.genesis.identity)
            entries, again = read_entries([unread.data], unread.index, self._keys_now(), election)
            if entries:
                return entries[0]
            unread = again[0]
        step = StepCode(unread.step)
        if unread.is_unverifiable and step is StepCode.V07:
            self._book.leave(step, say("verification.reason.later_version"), *unread.faults)
        elif unread.is_unverifiable and self._ledger.is_critical_unknown:
            # What this version does not know may have enrolled them.
            self._book.leave(step, say("verification.reason.critical_unknown"), *unread.faults)
        else:
            # An entry whose signer nobody enrolled has no place in the log.
            self._book.fail(step, *unread.faults)
        return None

    def _keys_now(self) -> Mapping[bytes, Sequence[bytes]]:
        if self._keys is None or len(self._ledger.changes) != self._changes:
            self._keys, self._changes = self._ledger.keys_by_id(), len(self._ledger.changes)
        return self._keys

    def _go_to(self, size: int) -> None:
        """Pass over entries that are not known, stopping where bulletins are about."""
        while self._ledger.size < size:
            self._stop_here()
            following = self._heads[0].size if self._heads else size
            self._ledger.skip(min(following, size) - self._ledger.size)

    def _stop_here(self) -> None:
        while self._heads and self._heads[0].size <= self._ledger.size:
            head = self._heads.pop(0)
            root = self._stream.roots.get(head.size)
            if head.size != self._ledger.size or root is None or not self._stream.is_whole:
                expected = "entries that hash to the checkpoint"
                fault = Fault(f"bulletin {head.number}", expected, "some that do not")
                for step in BULLETIN_STEPS:
                    self._book.leave(step, say("verification.reason.log_not_whole"), fault)
                continue
            is_newest = head is self._newest
            self._bulletins.at_place(self._ledger, root, head, is_newest=is_newest)
