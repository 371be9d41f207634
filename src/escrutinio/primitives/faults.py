"""The faults of one hand-written file, gathered while it is read, and how they show a value."""

from __future__ import annotations

import datetime as dt

from escrutinio.errors import ElectionRecordError, Fault

__all__ = ["MAX_LISTED_FAULTS", "FaultList", "FloatText", "shown"]

#: Most faults of a hand-written file named in one run; the rest is counted.
MAX_LISTED_FAULTS = 200

_SHOWN_CHARS = 60
_SHOWN_ITEMS = 3
#: Python refuses to write out integers of thousands of digits, which TOML can hold in base 16.
_SHOWN_BITS = 200


class FloatText(str):
    """The text of a TOML float; kept as text so that no decimal is lost in a fault."""

    __slots__ = ()


class FaultList:
    """The faults of one file, at most ``MAX_LISTED_FAULTS`` of them by name."""

    def __init__(self, file: str) -> None:
        """Start without faults."""
        self._file = file
        self._faults: list[Fault] = []
        self._left_out = 0

    @property
    def is_full(self) -> bool:
        """Whether further faults are only counted."""
        return len(self._faults) >= MAX_LISTED_FAULTS

    def add(self, place: str, expected: str, found: str, remedy: str = "") -> None:
        """Note a fault at a place of the file; an empty place is the whole file."""
        if self.is_full:
            self._left_out += 1
            return
        where = f"{self._file}: {place}" if place else self._file
        self._faults.append(Fault(where, expected, found, remedy))

    def raise_any(self, kind: type[ElectionRecordError]) -> None:
        """Raise every fault noted so far as one error of that kind."""
        if self._left_out:
            more = Fault(self._file, "no faults", f"{self._left_out} more that are not listed")
            raise kind.of(*self._faults, more)
        if self._faults:
            raise kind.of(*self._faults)


def shown(value: object, table: str = "an object") -> str:
    """Show a value in a fault: short, on one line, with control characters escaped.

    Args:
        value: what a JSON or TOML file has.
        table: what people call a value with keys in that format.
    """
    if isinstance(value, FloatText):
        text = f"the number {value}"
    elif isinstance(value, str):
        # A cell may have megabytes; only what is shown is escaped.
        text = repr(value[: _SHOWN_CHARS + 1])
    elif isinstance(value, list | tuple):
        is_short = len(value) <= _SHOWN_ITEMS and not any(
            isinstance(item, list | dict) for item in value
        )
        text = f"[{', '.join(map(shown, value))}]" if is_short else f"a list of {len(value)}"
    elif isinstance(value, dict):
        text = table
    else:
        text = _shown_atom(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


def _shown_atom(value: object) -> str:
    if isinstance(value, dt.date | dt.time):
        return f"the date {value.isoformat()} without quotes"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"a number of {value.bit_length()} bits"
    return str(value)
