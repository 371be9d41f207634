"""Strict reading of TOML files that people write by hand; all faults in one run.

Rules:

1. A file has a largest size, is UTF-8 and valid TOML 1.0; floats stay text, so no decimal is lost.
2. Every method gives something of the right type, a placeholder when the key is absent or
   unusable, and notes what is wrong. The caller throws the objects away when there was any fault.
3. A key that nobody knows is a fault, which names the nearest known one.
4. Text for people is one line without control characters; text that must equal what another file
   has (``verbatim``) is kept as it is.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Self, TypeGuard, TypeVar

from escrutinio.errors import ElectionRecordError, Fault
from escrutinio.primitives.faults import FaultList, FloatText, shown
from escrutinio.primitives.message import Names

__all__ = ["TableReader", "decode_toml"]

WordT = TypeVar("WordT", bound=str)

#: Longest text for people, in code points.
MAX_TEXT_CHARS = 1_000
#: Longest text that must equal one of another file, in code points.
MAX_VERBATIM_CHARS = 2_000
#: Longest identifier, in code points.
MAX_ID_CHARS = 80
#: Most languages one text is given in.
MAX_LANGUAGES = 50

_SHOWN_ERROR_CHARS = 200
#: Known keys an unknown one is compared with; a contest may have thousands of candidacies.
_MOST_COMPARED = 500
#: A key as it is shown: plain, with the index of an item.
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]{1,60}(\[[0-9]+\])?", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
#: Line breaks, terminal controls and marks that turn the direction of the text after them.
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_NOBODY = Names({"en": "?"})


def decode_toml(
    data: bytes, where: str, most_bytes: int, kind: type[ElectionRecordError]
) -> dict[str, object]:
    """Parse a TOML file of bounded size.

    Args:
        data: the bytes of the file.
        where: its name, for the fault.
        most_bytes: its largest size.
        kind: the error to raise; always with one fault.
    """
    if len(data) > most_bytes:
        raise kind.of(Fault(where, f"at most {most_bytes} bytes", f"{len(data)} bytes"))
    try:
        return tomllib.loads(data.decode("utf-8"), parse_float=FloatText)
    except UnicodeDecodeError as error:
        place = f"{where}: line {data.count(10, 0, error.start) + 1}"
        found = f"byte 0x{data[error.start]:02x}"
        raise kind.of(Fault(place, "text in UTF-8", found)) from None
    except (ValueError, RecursionError) as error:
        # RecursionError: nested brackets. A plain ValueError: an integer of thousands of digits.
        found = str(error)[:_SHOWN_ERROR_CHARS]
        raise kind.of(Fault(where, "valid TOML 1.0", found)) from None


class TableReader:
    """One table of a hand-written file, read key by key.

    Attributes:
        place: where it stands in the file, such as ``claim F1 (line 40)``; may be empty.
        path: keys from there to this table, such as ``coverage``; may be empty.
    """

    def __init__(self, values: object, faults: FaultList, place: str = "", path: str = "") -> None:
        """Take what the parser gave; anything but a table is noted and treated as empty."""
        self.place = place
        self.path = path
        self._values: dict[str, object] = values if isinstance(values, dict) else {}
        self._faults = faults
        self._asked: dict[str, None] = {}
        if not isinstance(values, dict):
            self.refuse("", "a table", values)

    def fault(self, key: str, expected: str, found: str, remedy: str = "") -> None:
        """Note a fault at a key, or at the table when the key is empty."""
        full = self._path_to(key)
        self._faults.add(
            ", ".join(filter(None, (self.place, full and f"key {full}"))), expected, found, remedy
        )

    def refuse(self, key: str, expected: str, value: object, remedy: str = "") -> None:
        """Note that a value is not what was expected."""
        self.fault(key, expected, shown(value, "a table"), remedy)

    def refuse_unknown(self, known: Sequence[str] | None = None) -> None:
        """Refuse every key that nobody knows, with the nearest known one.

        Args:
            known: the keys there may be; left out, those that were asked for.
        """
        allowed = tuple(self._asked) if known is None else known
        expected = f"one of the keys {', '.join(allowed)}" if allowed else "no key"
        for key in self._values:
            if key not in allowed:
                remedy = "" if self._faults.is_full else _nearest(key, allowed)
                self.fault(key, expected, "an unknown key", remedy)

    def check_format(self, name: str) -> None:
        """Refuse another format or version than the one this program reads."""
        found = self.required("format", repr(name))
        if found not in (None, name):
            self.refuse("format", repr(name), found, "This program reads that format only.")

    def has(self, key: str) -> bool:
        """Say whether the key is there; counts as asking for it."""
        self._asked[key] = None
        return key in self._values

    def listed(self) -> tuple[str, ...]:
        """Give the keys in the order of the file, for tables whose keys are data."""
        return tuple(self._values)

    def required(self, key: str, rule: str) -> object | None:
        """Give whatever stands at a required key, or None; TOML has no null of its own."""
        return self._value(key, rule, is_required=True)

    def text(self, key: str, default: str | None = None, most: int = MAX_TEXT_CHARS) -> str:
        """Read a text for people; without a default it is required."""
        rule = f"one line of text, 1 to {most} characters"
        value = self._value(key, rule, is_required=default is None)
        if value is None:
            return default or ""
        if _is_text(value) and 0 < len(value) <= most and not _UNSHOWABLE.search(value):
            return value
        self.refuse(key, rule, value)
        return ""

    def verbatim(self, key: str, default: str | None = None) -> str:
        """Read a text that must equal one of another file; without a default it is required.

        It may be empty, and has whatever the other file has: tabs, or a line break in a header.
        """
        rule = f"a text of at most {MAX_VERBATIM_CHARS} characters"
        value = self._value(key, rule, is_required=default is None)
        if value is None:
            return default or ""
        if _is_text(value) and len(value) <= MAX_VERBATIM_CHARS:
            return value
        self.refuse(key, rule, value)
        return default or ""

    def identifier(self, key: str, default: str | None = None, most: int = MAX_ID_CHARS) -> str:
        """Read a short name without spaces; without a default it is required."""
        rule = f"letters, digits, '.', '_', '-', at most {most}"
        value = self._value(key, rule, is_required=default is None)
        if value is None:
            return default or ""
        if _is_text(value) and len(value) <= most and _IDENTIFIER.fullmatch(value):
            return value
        self.refuse(key, rule, value)
        return ""

    def names(self, key: str) -> Names:
        """Read a required text, or table of texts by language."""
        names = self.optional_names(key)
        self.required(key, "a text, or a table of texts by language")
        return names or _NOBODY

    def optional_names(self, key: str) -> Names | None:
        """Read a text, or a table of texts by language."""
        if not self.has(key):
            return None
        value = self._values[key]
        if not isinstance(value, dict):
            text = self.text(key)
            return Names({"en": text}) if text else None
        if not 0 < len(value) <= MAX_LANGUAGES:
            self.fault(key, f"1 to {MAX_LANGUAGES} languages", f"{len(value)} languages")
            return None
        inner = self.table(key)
        for language in value:
            if not _LANGUAGE.fullmatch(language):
                self.refuse(key, "language codes such as en and es", language)
        return Names({language: inner.text(language) for language in value})

    def choice(self, key: str, words: Iterable[WordT], default: WordT | None = None) -> WordT:
        """Read one word of a closed list; without a default it is required."""
        known = {str(word): word for word in words}
        rule = "one of " + ", ".join(map(repr, known))
        value = self._value(key, rule, is_required=default is None)
        first = next(iter(known.values())) if default is None else default
        if value is None:
            return first
        if _is_text(value) and value in known:
            return known[value]
        self.refuse(key, rule, value)
        return first

    def words(self, key: str, allowed: Sequence[str]) -> tuple[str, ...]:
        """Read a list of words out of a closed list, none twice."""
        found: list[str] = []
        for item in self.items(key, len(allowed)):
            if _is_text(item) and item in allowed and item not in found:
                found.append(item)
            else:
                rule = ", ".join(map(repr, allowed))
                self.refuse(key, f"words out of {rule}, each once", item)
        return tuple(found)

    def count(self, key: str, most: int, least: int = 0) -> int | None:
        """Read a whole number; absent gives None."""
        return self._count(key, self._values[key], most, least) if self.has(key) else None

    def counts(self, key: str, most_items: int, most: int) -> tuple[int, ...]:
        """Read a list of whole numbers from 0; absent gives an empty one."""
        read = (self._count(key, item, most, 0) for item in self.items(key, most_items))
        return tuple(item for item in read if item is not None)

    def items(self, key: str, most: int | None = None) -> list[object]:
        """Read a list of anything; absent gives an empty one."""
        value = self._values[key] if self.has(key) else []
        if isinstance(value, list) and (most is None or len(value) <= most):
            return value
        self.refuse(key, "a list" if most is None else f"a list of at most {most}", value)
        return []

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts, each verbatim; absent gives an empty one."""
        found = []
        for index, item in enumerate(self.items(key)):
            if _is_text(item) and len(item) <= MAX_VERBATIM_CHARS:
                found.append(item)
            else:
                rule = f"a text of at most {MAX_VERBATIM_CHARS} characters"
                self.refuse(f"{key}[{index}]", rule, item)
        return tuple(found)

    def table(self, key: str, *, is_required: bool = False) -> Self:
        """Give the reader of a table inside this one; absent gives an empty table."""
        value = self._value(key, "a table", is_required=is_required)
        return self._inner({} if value is None else value, self._path_to(key))

    def tables(self, key: str) -> list[Self]:
        """Give the readers of a list of tables; absent gives an empty list."""
        return [
            self._inner(item, f"{self._path_to(key)}[{index}]")
            for index, item in enumerate(self.items(key))
        ]

    def mapping(self, key: str) -> dict[str, str]:
        """Read a required table of texts to texts, each verbatim."""
        inner = self.table(key, is_required=True)
        return {name: inner.verbatim(name) for name in inner.listed()}

    def _inner(self, values: object, path: str) -> Self:
        return type(self)(values, self._faults, self.place, path)

    def _path_to(self, key: str) -> str:
        plain = key if not key or _PLAIN_KEY.fullmatch(key) else shown(key)
        return f"{self.path}.{plain}" if self.path and key else self.path or plain

    def _value(self, key: str, rule: str, *, is_required: bool) -> object | None:
        if not self.has(key) and is_required:
            self.fault(key, rule, "nothing", f"Add '{key}'.")
        return self._values.get(key)

    def _count(self, key: str, value: object, most: int, least: int) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        remedy = "Write it with digits only, without quotes." if _is_text(value) else ""
        self.refuse(key, f"a whole number from {least} to {most}", value, remedy)
        return None


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and not isinstance(value, FloatText)


def _nearest(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key[:MAX_ID_CHARS], known[:_MOST_COMPARED], n=1)
    return f"Did you mean '{near[0]}'?" if near else "Remove it."
