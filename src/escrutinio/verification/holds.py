"""V09, V10, V12 and V13: what the frozen profile keeps out is kept out, and nothing else is.

At each bulletin the checks are run again. A sheet with a finding of severity block or hold has a
hold entry before the end of the bulletin's prefix, and a hold entry names only codes that the
checks found. A code is named once for each sheet: holding it again for what a decision released
would take the decision back. What is found there is a station's fault, openly shown; that it is
not held would be the record's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import polars as pl

from escrutinio.errors import Fault
from escrutinio.publication.cut import Cut
from escrutinio.sheet import is_held
from escrutinio.tabulation.ledger import Ledger, PlacedSheet, pending_holds
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["HoldSteps"]

_LINKS = frozenset({"CHAIN-003", "CHAIN-004", "CHAIN-005", "CHAIN-007"})
_VERSIONS = frozenset({"CHAIN-001", "CHAIN-002"})
_BALLOTS = frozenset({
    "SHEET-301", "SHEET-302", "SHEET-303", "SHEET-304", "SHEET-306", "CHAIN-006",
})  # fmt: skip
#: What a step of its own is about, beside V12.
_FAMILIES = (
    (StepCode.V09, _LINKS),
    (StepCode.V10, _VERSIONS),
    (StepCode.V13, _BALLOTS),
)


class HoldSteps:
    """Holds the holds of a log against its findings, bulletin by bulletin."""

    def __init__(self, book: StepBook, holds: int = 0) -> None:
        """Begin; ``holds`` of the log were looked at before."""
        self._book = book
        self._done = holds
        self._before: Mapping[bytes, frozenset[str]] = {}
        self._named: dict[bytes, set[str]] | None = None
        self._reported: set[tuple[bytes, str]] = set()

    def check(
        self, ledger: Ledger, cut: Cut, findings: Sequence[pl.DataFrame], bulletin: str
    ) -> None:
        """Look at the place of a bulletin.

        Args:
            ledger: at that place.
            cut: the count there.
            findings: of each contest.
            bulletin: which one, for the error.
        """
        found: dict[bytes, frozenset[str]] = {}
        effective: set[bytes] = set()
        for item, frame in zip(cut.contests, findings, strict=True):
            records = item.records
            if pending := pending_holds(ledger, records, frame):
                sheets = {placed.digest: placed for placed in records.sheets if placed is not None}
                for hold in pending:
                    self._fail_missing(sheets[hold.sheet], hold.codes, bulletin)
            digests = records.digests
            effective.update(digest for digest in digests if digest is not None)
            for index, held in _held_codes(frame):
                if (digest := digests[index]) is not None:
                    found[digest] = held
        named = self._codes_named(ledger)
        for placed in ledger.holds[self._done :]:
            digest, codes = placed.hold.sheet, set(placed.hold.codes)
            place = f"entry {placed.index}: 4, codes"
            # A sheet that another one has replaced meanwhile is in no total, held or not.
            known = found.get(digest, frozenset()) | self._before.get(digest, frozenset())
            if digest in effective and (unfounded := codes - known):
                expected = f"codes that the checks find on the sheet at {bulletin}"
                self._fail_codes(place, expected, unfounded)
            if again := codes & named.setdefault(digest, set()):
                self._fail_codes(place, "codes that no earlier hold of the sheet names", again)
            named[digest] |= codes
        self._done = len(ledger.holds)
        self._before = found

    def _codes_named(self, ledger: Ledger) -> dict[bytes, set[str]]:
        """Give the codes that the holds looked at so far name, by sheet."""
        if self._named is None:
            self._named = {}
            for placed in ledger.holds[: self._done]:
                self._named.setdefault(placed.hold.sheet, set()).update(placed.hold.codes)
        return self._named

    def _fail_codes(self, place: str, expected: str, codes: AbstractSet[str]) -> None:
        self._book.fail(StepCode.V12, Fault(place, expected, ", ".join(sorted(codes))))

    def _fail_missing(self, sheet: PlacedSheet, codes: Sequence[str], bulletin: str) -> None:
        # A sheet that stays unheld is named at the first bulletin that counts it.
        codes = [code for code in codes if (sheet.digest, code) not in self._reported]
        self._reported.update((sheet.digest, code) for code in codes)
        if not codes:
            return
        place = f"entry {sheet.index}: sheet of station {sheet.station}"
        fault = Fault(place, f"a hold entry for {', '.join(codes)} before {bulletin}", "none")
        self._book.fail(StepCode.V12, fault)
        for step, family in _FAMILIES:
            if not family.isdisjoint(codes):
                self._book.fail(step, fault)


def _held_codes(findings: pl.DataFrame) -> Iterator[tuple[int, frozenset[str]]]:
    held = findings.filter(is_held() & pl.col("index").is_not_null()).select("index", "code")
    codes: dict[int, set[str]] = {}
    for index, code in held.iter_rows():
        codes.setdefault(index, set()).add(code)
    for index, names in codes.items():
        yield index, frozenset(names)
