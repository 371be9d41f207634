"""Strict reading of one JSON object, key by key, that goes on after a fault.

Each ``read_*`` method takes a key, notes what is wrong with its value, and always gives something
of the right type: a placeholder when the value cannot be used. So one run names every fault; the
caller throws the objects away when there was any. msgspec would stop at the first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._words import CODE, CODE_RULE, LANGUAGE, read_label
from escrutinio.definition.limits import MAX_COUNT, MAX_LANGUAGES, MAX_NAME_CHARS
from escrutinio.primitives import JsonValue, Names
from escrutinio.primitives.canonical import show_key

__all__ = ["NO_CODE", "ObjectReader", "refuse_repeats"]

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

#: Stands for a code that could not be read; no rule is applied to it.
NO_CODE = ""


class _Nothing:
    """Stands for a key that is not there, which is not the same as null."""


_NOTHING = _Nothing()


class ObjectReader:
    """One JSON object.

    Attributes:
        path: its place in the document; empty for the document itself.
        faults: takes what is wrong.
        is_object: whether there is an object at all; if not, that is the only fault noted.
    """

    def __init__(self, value: JsonValue, path: str, faults: FaultList) -> None:
        """Take the value that should be an object."""
        self.path = path
        self.faults = faults
        self.is_object = isinstance(value, dict)
        self._fields: dict[str, JsonValue] = dict(value) if isinstance(value, dict) else {}
        self._refused: set[str] = set()
        if not self.is_object:
            faults.add(path, "an object", shown(value))

    def place(self, key: str) -> str:
        """Give the place of a key in the document."""
        shown_key = show_key(key)
        return f"{self.path}.{shown_key}" if self.path else shown_key

    def close(self) -> None:
        """Refuse every key that was not asked for."""
        for key in self._fields:
            self.faults.add(self.place(key), "no such key", shown(key), "Remove it.")

    def keys(self) -> tuple[str, ...]:
        """Give the keys not yet read, for objects whose keys are data."""
        return tuple(self._fields)

    def has(self, key: str) -> bool:
        """Say whether a key is there and not yet read."""
        return key in self._fields

    def take(self, key: str) -> JsonValue:
        """Take the value at a key that is there, whatever it is."""
        return self._fields.pop(key)

    def take_null(self, key: str) -> bool:
        """Say whether null stands at a key, and if so take it."""
        is_null = self._fields.get(key, _NOTHING) is None
        if is_null:
            del self._fields[key]
        return is_null

    def read(self, key: str, expected: str) -> JsonValue | _Nothing:
        """Take whatever stands at a required key."""
        value = self._fields.pop(key, _NOTHING)
        if isinstance(value, _Nothing) and self.is_object:
            self.faults.add(self.place(key), expected, "nothing")
            self._refused.add(key)
        return value

    def is_readable(self, key: str) -> bool:
        """Say whether nothing was wrong with the value at a key, so that rules may use it."""
        return self.is_object and key not in self._refused

    def refuse(self, key: str, expected: str, value: JsonValue | _Nothing) -> None:
        """Note that a value is not what was expected; a missing one has been noted already."""
        if not isinstance(value, _Nothing):
            self.faults.add(self.place(key), expected, shown(value))
            self._refused.add(key)

    def read_word(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        """Read text of a fixed shape."""
        value = self.read(key, expected)
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.refuse(key, expected, value)
        return NO_CODE

    def read_code(self, key: str) -> str:
        """Read a code."""
        return self.read_word(key, CODE, CODE_RULE)

    def read_text(self, key: str, most: int) -> str:
        """Read text for people."""
        expected = f"a text of 1 to {most} characters"
        value = self.read(key, expected)
        if isinstance(value, str):
            return read_label(value, self.place(key), most, self.faults)
        self.refuse(key, expected, value)
        return ""

    def read_choice(self, key: str, choices: Iterable[ChoiceT]) -> ChoiceT:
        """Read one of a closed set of words."""
        known = {str(choice): choice for choice in choices}
        expected = "one of " + ", ".join(known)
        value = self.read(key, expected)
        if isinstance(value, str) and value in known:
            return known[value]
        self.refuse(key, expected, value)
        return next(iter(known.values()))

    def read_boolean(self, key: str) -> bool:
        """Read true or false."""
        value = self.read(key, "true or false")
        if isinstance(value, bool):
            return value
        self.refuse(key, "true or false", value)
        return False

    def read_integer(self, key: str, least: int, most: int) -> int:
        """Read a whole number within bounds; the placeholder is the least one."""
        expected = f"a whole number from {least} to {most}"
        value = self.read(key, expected)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.refuse(key, expected, value)
        return least

    def read_known_count(self, key: str) -> int | None:
        """Read a count, or null where it is unknown."""
        return None if self.take_null(key) else self.read_integer(key, 0, MAX_COUNT)

    def read_fraction(self, key: str) -> Fraction:
        """Read a share above 0 and at most 1, written ``[numerator, denominator]``."""
        expected = "a share [numerator, denominator] in lowest terms, above 0 and at most 1"
        value = self.read(key, expected)
        if isinstance(value, list) and len(value) == len(("numerator", "denominator")):
            over, under = value
            if isinstance(over, int) and isinstance(under, int) and _is_share(over, under):
                share = Fraction(over, under)
                if share.denominator != under:
                    lowest = f"[{share.numerator}, {share.denominator}], in lowest terms"
                    self.faults.add_spelling(self.place(key), lowest, f"[{over}, {under}]")
                return share
        self.refuse(key, expected, value)
        return Fraction(1, 2)

    def read_names(self, key: str) -> Names:
        """Read what something is called, by language."""
        reader = self.read_object(key)
        languages = reader.keys()
        if reader.is_object and not 1 <= len(languages) <= MAX_LANGUAGES:
            expected = f"names in 1 to {MAX_LANGUAGES} languages"
            self.faults.add(reader.path, expected, str(len(languages)))
        by_language = {}
        for language in languages[:MAX_LANGUAGES]:
            if LANGUAGE.fullmatch(language) is None:
                expected = "a language code of two or three small letters"
                self.faults.add(reader.place(language), expected, shown(language))
            by_language[language] = reader.read_text(language, MAX_NAME_CHARS)
        return Names(by_language)

    def read_object(self, key: str) -> ObjectReader:
        """Read an object inside this one."""
        value = self.read(key, "an object")
        if isinstance(value, _Nothing):
            return _absent(self.place(key), self.faults)
        return ObjectReader(value, self.place(key), self.faults)

    def read_optional_object(self, key: str) -> ObjectReader | None:
        """Read an object, or null where there is none."""
        return None if self.take_null(key) else self.read_object(key)

    def read_list(self, key: str, least: int, most: int) -> list[JsonValue]:
        """Read a list of bounded length; a longer one is cut."""
        expected = f"a list of {least} to {most}"
        value = self.read(key, expected)
        if not isinstance(value, list):
            self.refuse(key, expected, value)
            return []
        if not least <= len(value) <= most:
            self.refuse(key, expected, value)
        return value[:most]

    def read_objects(self, key: str, least: int, most: int) -> list[ObjectReader]:
        """Read a list of objects."""
        return [
            ObjectReader(item, f"{self.place(key)}[{index}]", self.faults)
            for index, item in enumerate(self.read_list(key, least, most))
        ]


def refuse_repeats(codes: Iterable[tuple[str, str]], faults: FaultList) -> None:
    """Refuse a code that something earlier in the list has already.

    Args:
        codes: pairs of a code and its place in the document.
        faults: takes the repeats.
    """
    first: dict[str, str] = {}
    for code, place in codes:
        if code != NO_CODE and first.setdefault(code, place) != place:
            faults.add(place, "a code used once", f"{shown(code)}, also at {first[code]}")


def _absent(path: str, faults: FaultList) -> ObjectReader:
    """Give a reader of an object whose absence has been noted."""
    reader = ObjectReader({}, path, faults)
    reader.is_object = False
    return reader


def _is_share(over: int, under: int) -> bool:
    is_whole = not isinstance(over, bool) and not isinstance(under, bool)
    return is_whole and 0 < over <= under <= MAX_COUNT
