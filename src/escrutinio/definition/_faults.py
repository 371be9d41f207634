"""The faults of one file, gathered while it is read.

Two kinds. A fault of *meaning* leaves open what the author wants to say; only the author can mend
it. A fault of *spelling* does not: the text can be understood and is merely not the one accepted
way to write it (order of rows, spaces, a stale digest). ``seal_definition`` mends spelling;
everybody else refuses both.
"""

from __future__ import annotations

import re

from escrutinio.definition.limits import MAX_FAULTS
from escrutinio.errors import Fault
from escrutinio.primitives.faults import shown

__all__ = ["FaultList", "shown"]

_ROW = re.compile(r": row ([0-9]+)")
_SEAL = "'escrutinio definition seal' writes it so."


class FaultList:
    """The faults found in one file, at most ``MAX_FAULTS`` of each kind by name."""

    def __init__(self, file: str, already: tuple[Fault, ...] = ()) -> None:
        """Start with the faults a lower layer has found; their places are not named again."""
        self.file = file
        self._meaning = _Kind(file, list(already))
        self._spelling = _Kind(file, [])
        self._settled = {fault.where for fault in already}
        self._named: set[str] = set()

    def add(self, place: str, expected: str, found: str, remedy: str = "") -> None:
        """Note a fault of meaning at a place of the file; an empty place is the whole file."""
        self._append(self._meaning, place, expected, found, remedy)

    def add_spelling(self, place: str, expected: str, found: str, remedy: str = _SEAL) -> None:
        """Note a fault of spelling."""
        self._append(self._spelling, place, expected, found, remedy)

    def as_spelling(self) -> FaultList:
        """Give a list that notes every fault here, as one of spelling."""
        return _SpellingList(self)

    def _append(self, kind: _Kind, place: str, expected: str, found: str, remedy: str) -> None:
        where = f"{self.file}: {place}" if place else self.file
        if where not in self._settled:
            self._named.add(where)
            kind.append(Fault(where, expected, found, remedy))

    def is_named(self, place: str) -> bool:
        """Say whether there is a fault at a place already."""
        return f"{self.file}: {place}" in self._named

    @property
    def meaning(self) -> tuple[Fault, ...]:
        """The faults that only the author can mend, in the order of the rows."""
        return tuple(sorted(self._meaning.faults, key=_row_of)) + self._meaning.rest()

    @property
    def everything(self) -> tuple[Fault, ...]:
        """All faults in the order of the rows; at one row those of meaning first."""
        faults = sorted([*self._meaning.faults, *self._spelling.faults], key=_row_of)
        return (*faults, *self._meaning.rest(), *self._spelling.rest())


class _Kind:
    """Faults of one kind, bounded."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self._file = file
        self.faults = faults
        self._left_out = 0

    def append(self, fault: Fault) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)
        else:
            self._left_out += 1

    def rest(self) -> tuple[Fault, ...]:
        if not self._left_out:
            return ()
        return (Fault(self._file, "no faults", f"{self._left_out} more that are not listed"),)


def _row_of(fault: Fault) -> int:
    """Give the row a fault is in; 0 for what concerns the whole file, and for JSON."""
    found = _ROW.search(fault.where)
    return int(found.group(1)) if found else 0


class _SpellingList(FaultList):
    """A view of a list, for parts of a file in which every fault is one of spelling."""

    def __init__(self, target: FaultList) -> None:
        super().__init__(target.file)
        self._target = target

    def _append(self, kind: _Kind, place: str, expected: str, found: str, remedy: str) -> None:
        del kind  # Whatever the reader takes it for, here it is spelling.
        self._target.add_spelling(place, expected, found, remedy or _SEAL)
