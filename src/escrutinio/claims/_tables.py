"""Strict reading of one TOML table, key by key, that goes on after a fault.

Every method gives something of the right type, or None when the key is absent or unusable, and
notes what is wrong; so one run names every fault. The caller throws the objects away when there
was any.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from escrutinio.claims.limits import (
    MAX_COUNT,
    MAX_FAULTS,
    MAX_ID_CHARS,
    MAX_LANGUAGES,
    MAX_SHARE_DECIMALS,
    MAX_TEXT_CHARS,
)
from escrutinio.claims.model import PrintedShare
from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives import Names, decimals_of, parse_decimal

__all__ = ["FaultList", "FloatText", "TableReader"]

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

_SHOWN_CHARS = 60
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_IDENTIFIER_RULE = f"letters, digits, '.', '_', '-', at most {MAX_ID_CHARS}"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_PERCENT = 1_000
#: Line breaks, terminal controls and marks that turn the direction of the text after them.
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class FloatText(str):
    """The text of a TOML float; kept as text so that no decimal is lost in the fault."""

    __slots__ = ()


class FaultList:
    """The faults of one file, at most ``MAX_FAULTS`` of them by name."""

    def __init__(self, file: str) -> None:
        """Start without faults."""
        self._file = file
        self._faults: list[Fault] = []
        self._left_out = 0

    def add(self, place: str, expected: str, found: str, remedy: str = "") -> None:
        """Note a fault at a place of the file; an empty place is the whole file."""
        if len(self._faults) < MAX_FAULTS:
            where = f"{self._file}: {place}" if place else self._file
            self._faults.append(Fault(where, expected, found, remedy))
        else:
            self._left_out += 1

    def raise_any(self) -> None:
        """Raise every fault noted so far as one error."""
        if self._left_out:
            more = Fault(self._file, "no faults", f"{self._left_out} more that are not listed")
            raise MalformedError.of(*self._faults, more)
        if self._faults:
            raise MalformedError.of(*self._faults)


def shown(value: object) -> str:
    """Show a value in a fault: short, on one line."""
    if isinstance(value, FloatText):
        return f"the number {value[:_SHOWN_CHARS]}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, dt.date | dt.time):
        return f"the date {value.isoformat()} without quotes"
    text = repr(value[: _SHOWN_CHARS + 1]) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


class TableReader:
    """One TOML table.

    Attributes:
        place: where it stands in the file, such as ``claim F1 (line 40)``.
        path: keys from there to this table, such as ``coverage``.
    """

    def __init__(
        self, values: Mapping[str, object], place: str, faults: FaultList, path: str = ""
    ) -> None:
        """Take the table and where its faults go."""
        self.place = place
        self.path = path
        self._values = values
        self._faults = faults

    def refuse_others(self, allowed: Sequence[str]) -> None:
        """Refuse every key that is not in the list, and show the list."""
        for key in self._values:
            if key not in allowed:
                self.fault(key, f"one of the keys {', '.join(allowed)}", "this unknown key")

    def fault(self, key: str, expected: str, found: str, remedy: str = "") -> None:
        """Note a fault at a key."""
        full = f"{self.path}.{key}" if self.path and key else self.path or key
        named = f"key {full[:_SHOWN_CHARS]}" if full else ""
        self._faults.add(", ".join(filter(None, (self.place, named))), expected, found, remedy)

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self._values

    def listed(self) -> tuple[str, ...]:
        """Give the keys in the order of the file."""
        return tuple(self._values)

    def text(self, key: str, *, required: bool = False, limit: int = MAX_TEXT_CHARS) -> str:
        """Read a text; absent gives an empty one."""
        value = self._present(key, "a text", required=required)
        if value is None:
            return ""
        if (
            isinstance(value, str)
            and not isinstance(value, FloatText)
            and 0 < len(value) <= limit
            and not _UNSHOWABLE.search(value)
        ):
            return value
        self.fault(key, f"one line of text, 1 to {limit} characters", shown(value))
        return ""

    def identifier(self, key: str, *, required: bool = False) -> str:
        """Read a short name without spaces; absent gives an empty one."""
        value = self._present(key, _IDENTIFIER_RULE, required=required)
        if value is None:
            return ""
        if (
            isinstance(value, str)
            and not isinstance(value, FloatText)
            and len(value) <= MAX_ID_CHARS
            and _IDENTIFIER.fullmatch(value)
        ):
            return value
        self.fault(key, _IDENTIFIER_RULE, shown(value))
        return ""

    def date(self, key: str) -> str:
        """Read a required day or month."""
        rule = 'a day or month such as "2024-07-29" or "2024-07"'
        value = self._present(key, rule, required=True)
        if value is None:
            return ""
        if isinstance(value, str) and _is_date(value):
            return value
        remedy = "Put it in quotes." if isinstance(value, dt.date) else ""
        self.fault(key, rule, shown(value), remedy)
        return ""

    def names(self, key: str, *, required: bool = False) -> Names | None:
        """Read a text, or a table of texts by language."""
        value = self._present(key, "a text, or a table of texts by language", required=required)
        if value is None:
            return None
        if not isinstance(value, dict):
            text = self.text(key)
            return Names({"en": text}) if text else None
        if not 0 < len(value) <= MAX_LANGUAGES:
            self.fault(key, f"1 to {MAX_LANGUAGES} languages", f"{len(value)} languages")
            return None
        inner = self.table(key)
        for language in value:
            if not _LANGUAGE.fullmatch(language):
                self.fault(key, "language codes such as en and es", shown(language))
        return Names({language: inner.text(language, required=True) for language in value})

    def choice(self, key: str, kinds: type[ChoiceT], default: ChoiceT | None) -> ChoiceT:
        """Read one word of a closed list; without a default it is required."""
        first = next(iter(kinds))
        rule = "one of " + ", ".join(f'"{kind.value}"' for kind in kinds)
        value = self._present(key, rule, required=default is None)
        if value is None:
            return first if default is None else default
        if isinstance(value, str) and value in {kind.value for kind in kinds}:
            return kinds(value)
        self.fault(key, rule, shown(value))
        return first

    def count(self, key: str, limit: int = MAX_COUNT, least: int = 0) -> int | None:
        """Read a whole number."""
        return self._count(key, self._values.get(key), limit, least) if self.has(key) else None

    def counts(self, key: str, most: int) -> tuple[int, ...]:
        """Read a list of whole numbers."""
        read = (self._count(key, item, MAX_COUNT, 0) for item in self._list(key, most))
        return tuple(item for item in read if item is not None)

    def share(self, key: str) -> PrintedShare | None:
        """Read a percentage as printed."""
        return self._share(key, self._values.get(key)) if self.has(key) else None

    def shares(self, key: str, most: int) -> tuple[PrintedShare, ...]:
        """Read a list of percentages as printed."""
        read = (self._share(key, item) for item in self._list(key, most))
        return tuple(item for item in read if item is not None)

    def words(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Read a list of words out of a closed list, none twice."""
        found: list[str] = []
        for item in self._list(key, len(allowed)):
            if isinstance(item, str) and item in allowed and item not in found:
                found.append(item)
            else:
                rule = ", ".join(f'"{word}"' for word in allowed)
                self.fault(key, f"words out of {rule}, each once", shown(item))
        return tuple(found)

    def table(self, key: str) -> TableReader:
        """Give the reader of a table inside this one; absent gives an empty table."""
        value = self._values.get(key, {})
        path = f"{self.path}.{key}" if self.path else key
        if not isinstance(value, dict):
            self.fault(key, "a table", shown(value))
            value = {}
        return TableReader(value, self.place, self._faults, path)

    def _present(self, key: str, rule: str, *, required: bool) -> object | None:
        if key not in self._values and required:
            self.fault(key, rule, "nothing")
        return self._values.get(key)

    def _list(self, key: str, most: int) -> list[object]:
        value = self._values.get(key, [])
        if isinstance(value, list) and len(value) <= most:
            return value
        self.fault(key, f"a list of at most {most}", shown(value))
        return []

    def _count(self, key: str, value: object, limit: int, least: int) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= limit:
            return value
        remedy = "Write it with digits only, without quotes." if isinstance(value, str) else ""
        self.fault(key, f"a whole number from {least} to {limit}", shown(value), remedy)
        return None

    def _share(self, key: str, value: object) -> PrintedShare | None:
        rule = 'a percentage as printed, such as "51.20"'
        if isinstance(value, FloatText) or (isinstance(value, int) and not isinstance(value, bool)):
            remedy = (
                f'Write it as text, so that its decimals are kept: "{value[:40]}".'
                if (isinstance(value, FloatText))
                else "Write it as text, in quotes."
            )
            self.fault(key, rule, shown(value), remedy)
            return None
        if not isinstance(value, str):
            self.fault(key, rule, shown(value))
            return None
        return self._printed(key, rule, value)

    def _printed(self, key: str, rule: str, text: str) -> PrintedShare | None:
        try:
            percent = parse_decimal(text, key)
        except MalformedError:
            self.fault(key, rule, shown(text), "Use a point, no sign and no % sign.")
            return None
        if percent > _MOST_PERCENT or decimals_of(text) > MAX_SHARE_DECIMALS:
            limits = f"at most {_MOST_PERCENT} % with at most {MAX_SHARE_DECIMALS} decimals"
            self.fault(key, limits, shown(text))
            return None
        return PrintedShare(text, percent / 100, decimals_of(text))


def _is_date(text: str) -> bool:
    if not _DAY.fullmatch(text) and not _MONTH.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text if _DAY.fullmatch(text) else f"{text}-01")
    except ValueError:
        return False
    return True
