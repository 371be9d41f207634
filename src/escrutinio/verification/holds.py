"""V09, V10, V12 and V13: what the frozen profile keeps out is kept out, and nothing else is.

At each bulletin the checks are run again. A sheet with a finding of severity block or hold has a
hold entry before the end of the bulletin's prefix, and a hold entry names only codes that the
checks found. What is found there is a station's fault, openly shown; that it is not held would be
the record's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
            for index, codes in _held_codes(frame):
                if (digest := digests[index]) is not None:
                    found[digest] = codes
        for placed in ledger.holds[self._done :]:
            digest = placed.hold.sheet
            known = found.get(digest, frozenset()) | self._before.get(digest, frozenset())
            unfounded = [code for code in placed.hold.codes if code not in known]
            # A sheet that another one has replaced meanwhile is in no total, held or not.
            if unfounded and digest in effective:
                expected = f"codes that the checks find on the sheet at {bulletin}"
                fault = Fault(f"entry {placed.index}: 4, codes", expected, ", ".join(unfounded))
                self._book.fail(StepCode.V12, fault)
        self._done = len(ledger.holds)
        self._before = found

    def _fail_missing(self, sheet: PlacedSheet, codes: Sequence[str], bulletin: str) -> None:
        place = f"entry {sheet.index}: sheet of station {sheet.sheet.station}"
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
