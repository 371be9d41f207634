"""V11 to V18 at one bulletin: everything it says, computed again from the log before it.

A bulletin's entry comes after the place it is about. So the published bodies are asked first for
which places to stop at. That is only a hint: what counts is that the entry, when it comes, holds
the digest of that body and says what was computed at that place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from escrutinio.definition import Definition
from escrutinio.errors import Fault, MalformedError
from escrutinio.log import Digest
from escrutinio.log.entries.model import Bulletin, Entry
from escrutinio.primitives import say
from escrutinio.publication import (
    ExportFile,
    compose_bulletin,
    find_all_findings,
    iter_exports,
    take_cut,
)
from escrutinio.publication.bulletin_body import MAX_BODY_BYTES, ComposedBulletin
from escrutinio.publication.cut import Cut
from escrutinio.publication.layout import (
    BODY_NAME,
    MAX_BULLETIN_NUMBER,
    ROWS_NAME,
    body_path,
    rows_path,
)
from escrutinio.publication.rows_csv import MAX_ROWS_BYTES, decode_rows
from escrutinio.tabulation.ledger import Ledger
from escrutinio.verification.body_reading import BodyHead, find_counter_faults, read_head
from escrutinio.verification.differences import (
    MAX_DIFFERENCES,
    find_differences,
    find_line_differences,
)
from escrutinio.verification.holds import HoldSteps
from escrutinio.verification.ports import Workers
from escrutinio.verification.published_exports import ExportSteps
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.steps import StepBook, StepCode

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BULLETIN_STEPS", "BulletinSteps", "read_heads"]

#: Steps that are carried out at bulletins and nowhere else.
BULLETIN_STEPS = (
    StepCode.V11,
    StepCode.V12,
    StepCode.V13,
    StepCode.V14,
    StepCode.V15,
    StepCode.V17,
    StepCode.V18,
)
#: Parts of a body that are not about totals, and the step they belong to.
_PARTS = {
    "checkpoint": StepCode.V16,
    "previous": StepCode.V16,
    "number": StepCode.V16,
    "time_s": StepCode.V16,
    "changes": StepCode.V16,
    "counted": StepCode.V17,
    "outcomes": StepCode.V17,
}


def read_heads(files: RecordFiles, first: int, book: StepBook) -> list[BodyHead]:
    """Ask the published bodies, from a number on, where they belong; rising places only."""
    heads: list[BodyHead] = []
    for number in range(first, MAX_BULLETIN_NUMBER + 1):
        path = body_path(number)
        try:
            data = files.load(path, MAX_BODY_BYTES)
        except MalformedError as error:
            book.fail(StepCode.V15, *error.faults)
            continue
        if data is None:
            break
        head = read_head(number, path, data)
        if isinstance(head, Fault):
            book.fail(StepCode.V15, head)
        elif heads and head.size < heads[-1].size:
            expected = f"at least {heads[-1].size}, as the bulletin before"
            fault = Fault(f"{path}: checkpoint.size", expected, str(head.size))
            book.fail(StepCode.V16, fault)
        else:
            heads.append(head)
    return heads


@dataclass(frozen=True, slots=True)
class _Before:
    """The bulletin before, as far as the next one needs it."""

    number: int
    rows_csv: bytes


class BulletinSteps:
    """Carries out the steps of every bulletin of a log, in order."""

    def __init__(
        self,
        files: RecordFiles,
        genesis: Definition,
        book: StepBook,
        workers: Workers,
        holds: int = 0,
    ) -> None:
        """Begin with a record; ``holds`` of its log were looked at before."""
        self._files = files
        self._genesis = genesis
        self._book = book
        self._holds = HoldSteps(book, holds)
        self._exports = ExportSteps(files, book, workers)
        self._computed: dict[int, tuple[BodyHead, ComposedBulletin]] = {}
        self._before: _Before | None = None
        self.checked = 0

    def at_place(self, ledger: Ledger, root: Digest, head: BodyHead, *, is_newest: bool) -> None:
        """Compute a bulletin again at the place it is about, and hold what was published to it.

        Args:
            ledger: at that place.
            root: root of the log there.
            head: the published body.
            is_newest: whether its exports stand unpacked too.
        """
        place = f"bulletin {head.number}"
        cut = take_cut(ledger)
        findings = find_all_findings(ledger, [item.records for item in cut.contests])
        self._holds.check(ledger, cut, findings, place)
        previous_rows = self._rows_before(ledger, head.number)
        last = ledger.bulletins[-1] if ledger.bulletins else None
        composed = compose_bulletin(
            cut,
            head.number,
            head.time_s,
            root,
            previous=None if last is None else last.digest,
            previous_rows=previous_rows,
        )
        self._compare_body(head, composed)
        self._compare_rows(head.number, composed.rows_csv)
        self._compare_exports(cut, composed, findings, is_newest=is_newest)
        self._computed[head.number] = head, composed
        # The next one reads them back from the file's own bytes, as everybody else has to.
        self._before = _Before(head.number, composed.rows_csv)

    def at_entry(self, entry: Entry, bulletin: Bulletin) -> None:
        """Hold the entry of a bulletin to what was computed at the place it names."""
        place = f"entry {entry.index}"
        found = self._computed.pop(bulletin.number, None)
        if found is None:
            path = body_path(bulletin.number) if 0 < bulletin.number <= MAX_BULLETIN_NUMBER else ""
            fault = Fault(f"{place}: 8, body", f"a body of that digest at {path}", "none")
            for step in BULLETIN_STEPS:
                self._book.leave(step, say("verification.reason.body_missing"), fault)
            return
        head, composed = found
        digest = hashlib.sha256(head.data).digest()
        if digest != bulletin.body or len(head.data) != bulletin.body_bytes:
            expected = f"{bulletin.body_bytes} bytes with the SHA-256 {bulletin.body.hex()}"
            fault = Fault(head.path, expected, f"{len(head.data)} bytes with {digest.hex()}")
            self._book.fail(StepCode.V15, fault)
        ours, theirs = msgspec.to_builtins(composed.entry), msgspec.to_builtins(bulletin)
        for name, mine, published in zip(_ENTRY_FIELDS, ours[1:], theirs[1:], strict=True):
            if mine != published and name not in {"body", "body_bytes"}:
                step = StepCode.V15 if name == "figures" else StepCode.V16
                differences = islice(find_differences(mine, published), MAX_DIFFERENCES)
                for where, expected, shown in differences:
                    self._book.fail(step, Fault(f"{place}: {name}{where}", expected, shown))
        self.checked += 1

    def finish(self, newest: int | None) -> None:
        """Note bodies that no entry of the log stands for, and files that no bulletin has.

        Args:
            newest: number of the last bulletin in the log; None where files of a later one may be
                there, because its publication is under way.
        """
        if newest is not None:
            self._exports.finish(newest)
        for head, _ in self._computed.values():
            fault = Fault(head.path, "an entry of the log that holds its digest", "none")
            self._book.fail(StepCode.V15, fault)

    def _rows_before(self, ledger: Ledger, number: int) -> pl.DataFrame | None:
        """Give the rows of the bulletin before: as computed, or as an earlier run verified them."""
        if not ledger.bulletins:
            return None
        if self._before is not None and self._before.number == number - 1:
            return decode_rows(self._before.rows_csv, rows_path(number - 1))
        path = rows_path(number - 1) if number > 1 else rows_path(1)
        try:
            data = self._files.load(path, MAX_ROWS_BYTES)
            if data is not None:
                return decode_rows(data, path)
            fault = Fault(path, "the rows of the bulletin before", "nothing there")
            self._book.leave(StepCode.V16, say("verification.reason.file_missing"), fault)
        except MalformedError as error:
            self._book.fail(StepCode.V15, *error.faults)
        return None

    def _compare_body(self, head: BodyHead, composed: ComposedBulletin) -> None:
        book = self._book
        published = msgspec.json.decode(head.data)
        faults = find_counter_faults(published, self._genesis, head.path)
        book.fail(StepCode.V14, *islice(faults, MAX_DIFFERENCES))
        if head.data == composed.body:
            return
        computed = msgspec.json.decode(composed.body)
        named: dict[StepCode, int] = {}
        for place, expected, found in find_differences(computed, published):
            step = _step_of(place)
            named[step] = named.get(step, 0) + 1
            if named[step] <= MAX_DIFFERENCES:
                book.fail(step, Fault(f"{head.path}: {place}", expected, found))
        if not named:
            fault = Fault(head.path, "canonical JSON", "another spelling of the same values")
            book.fail(StepCode.V15, fault)

    def _compare_rows(self, number: int, computed: bytes) -> None:
        path = rows_path(number)
        try:
            published = self._files.load(path, MAX_ROWS_BYTES)
        except MalformedError as error:
            self._book.fail(StepCode.V15, *error.faults)
            return
        if published is None:
            fault = Fault(path, "the rows of the bulletin", "nothing there")
            self._book.leave(StepCode.V15, say("verification.reason.file_missing"), fault)
        elif published != computed:
            differences = find_line_differences(computed, published, path)
            for fault in islice(differences, MAX_DIFFERENCES):
                self._book.fail(StepCode.V15, fault)
                if _is_dropped(fault):
                    self._book.fail(StepCode.V16, fault)

    def _compare_exports(
        self,
        cut: Cut,
        composed: ComposedBulletin,
        findings: list[pl.DataFrame],
        *,
        is_newest: bool,
    ) -> None:
        def compute() -> Iterator[ExportFile]:
            yield ExportFile(BODY_NAME, composed.body)
            yield ExportFile(ROWS_NAME, composed.rows_csv)
            yield from iter_exports(cut, composed, findings)

        self._exports.check(composed.entry.number, compute, is_newest=is_newest)


#: Attributes of ``Bulletin`` in the order of its array, behind the tag.
_ENTRY_FIELDS = Bulletin.__struct_fields__


def _step_of(place: str) -> StepCode:
    """Give the step that a part of a body belongs to."""
    for part in _names_of(place):
        if part in _PARTS:
            return _PARTS[part]
        if part == "divisions":
            break
    return StepCode.V15


def _names_of(place: str) -> Iterator[str]:
    for part in place.split("."):
        yield part.partition("[")[0]


def _is_dropped(fault: Fault) -> bool:
    """Say whether a row was published as missing, or not at all, that the log has a sheet for."""
    published, computed = fault.found.split(","), fault.expected.split(",")
    column = 3
    was = computed[column] if len(computed) > column else "missing"
    now = published[column] if len(published) > column else "missing"
    return was != now == "missing"
