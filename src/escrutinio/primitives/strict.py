"""Strict reading of tables that people write by hand (TOML), all faults in one run.

A ``StrictTable`` hands out the values of one table by key and type, notes a fault for each value
that is not what was asked for, and at the end notes every key nobody asked for. Nothing is
raised until the whole file has been looked at.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from escrutinio.errors import Fault
from escrutinio.primitives.message import Names

__all__ = ["StrictTable"]

T = TypeVar("T")

#: Longest text accepted in one value.
MAX_TEXT = 2000


class StrictTable:
    """One table of a hand-written file, with the list of faults it shares with its parent."""

    def __init__(self, table: object, where: str, faults: list[Fault]) -> None:
        """Take what the parser gave; anything but a table is noted and treated as empty."""
        self.where = where
        self.faults = faults
        self.asked: set[str] = set()
        if isinstance(table, dict):
            self.table: dict[str, Any] = table
        else:
            self.table = {}
            self.fault("", "a table", table)

    def fault(self, key: str, expected: str, found: object, remedy: str = "") -> None:
        """Note one fault at a key of this table."""
        place = f"{self.where}, {key}" if key else self.where
        shown = found if isinstance(found, str) and " " in found else repr(found)
        self.faults.append(Fault(place, expected, str(shown)[:80], remedy))

    def has(self, key: str) -> bool:
        """Say whether the key is there; counts as asking for it."""
        self.asked.add(key)
        return key in self.table

    def _get(self, key: str, kind: type[T], expected: str, default: T | None) -> T | None:
        self.asked.add(key)
        if key not in self.table:
            if default is None:
                self.fault(key, expected, "nothing there", f"Add '{key}'.")
            return default
        value = self.table[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, expected, value)
            return default
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; without a default it is required."""
        value = self._get(key, str, "a text", default)
        if value is not None and len(value) > MAX_TEXT:
            self.fault(key, f"at most {MAX_TEXT} characters", f"{len(value)} characters")
            return ""
        return value if value is not None else ""

    def count(self, key: str, default: int | None = None, most: int = 10**9) -> int:
        """Give an integer from 0 to ``most``; without a default it is required."""
        value = self._get(key, int, f"a whole number from 0 to {most}", default)
        if value is not None and not 0 <= value <= most:
            self.fault(key, f"a whole number from 0 to {most}", value)
            return 0
        return value if value is not None else 0

    def choice(self, key: str, choices: Mapping[str, T], default: str | None = None) -> T:
        """Give the meaning of one of a closed set of words."""
        expected = "one of " + ", ".join(repr(choice) for choice in choices)
        value = self._get(key, str, expected, default)
        if value is not None and value in choices:
            return choices[value]
        if value is not None:
            self.fault(key, expected, value)
        return next(iter(choices.values()))

    def names(self, key: str) -> Names:
        """Give names by language: a text, or a table of language code to text."""
        value = self.table.get(key)
        if isinstance(value, str):
            return Names({"en": self.text(key)})
        inner = self.inner(key)
        names = {language: inner.text(language) for language in inner.table}
        if not names:
            inner.fault("", "a name in at least one language", "none")
        return Names(names or {"en": "?"})

    def inner(self, key: str, *, optional: bool = False) -> StrictTable:
        """Give the table at a key; a missing optional one is empty."""
        self.asked.add(key)
        if optional and key not in self.table:
            return StrictTable({}, f"{self.where}.{key}", self.faults)
        if key not in self.table:
            self.fault(key, "a table", "nothing there", f"Add '[{key}]'.")
            return StrictTable({}, f"{self.where}.{key}", self.faults)
        return StrictTable(self.table[key], f"{self.where}, {key}", self.faults)

    def items(self, key: str) -> list[StrictTable]:
        """Give the tables of a list at a key; missing is an empty list."""
        self.asked.add(key)
        value = self.table.get(key, [])
        if not isinstance(value, list):
            self.fault(key, "a list of tables", value)
            return []
        return [
            StrictTable(item, f"{self.where}, {key}[{index}]", self.faults)
            for index, item in enumerate(value)
        ]

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; missing is empty."""
        self.asked.add(key)
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(key, "a list of texts", value)
            return ()
        return tuple(value)

    def mapping(self, key: str, *, optional: bool = False) -> dict[str, str]:
        """Give a table of texts to texts."""
        inner = self.inner(key, optional=optional)
        return {name: inner.text(name) for name in inner.table}

    def finish(self) -> None:
        """Note every key that nobody asked for, with the nearest known one."""
        for key in self.table:
            if key not in self.asked:
                near = difflib.get_close_matches(key, self.asked, n=1)
                remedy = f"Did you mean '{near[0]}'?" if near else "Remove it."
                known = ", ".join(sorted(self.asked))
                self.fault(key, f"one of the keys {known}", "an unknown key", remedy)
