"""Words: one catalogue file per language, numbers written as that language writes them.

A catalogue (``words/<language>.toml``) gives a sentence per message key, with the names of its
values in braces: ``"{leader} leads by {lead} votes"``. A new language is a new file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from escrutinio.primitives import (
    Chance,
    Message,
    Names,
    Number,
    Percent,
    Value,
    format_fraction,
)

__all__ = ["HOLE", "LANGUAGES", "Language", "load_language"]

LANGUAGES = ("en", "es")
#: The name of a value in a sentence.
HOLE = re.compile(r"\{([a-z_0-9]+)\}")
#: A space that does not break lines, between a number and its sign.
_NARROW = "\u00a0"


class Language:
    """One language: its sentences and how it writes numbers."""

    def __init__(self, code: str, words: Mapping[str, str]) -> None:
        """Take the language code and its flat catalogue of key to sentence."""
        self.code = code
        self.words = words
        self.group = words["number.group"]
        self.point = words["number.point"]
        self.group_from = int(words["number.group_from"])

    def text(self, message: Message) -> str:
        """Put a message into words.

        A key that the catalogue lacks is shown with its values instead of being hidden; the
        tests make sure that no key of the program is missing.
        """
        sentence = self.words.get(message.key)
        if sentence is None:
            shown = ", ".join(f"{name} = {self.show(v)}" for name, v in message.values.items())
            return f"[{message.key}] {shown}".strip()

        def fill(match: re.Match[str]) -> str:
            value = message.values.get(match.group(1))
            return match.group(0) if value is None else self.show(value)

        return HOLE.sub(fill, sentence)

    def word(self, key: str, **values: Value) -> str:
        """Give the sentence of a key: ``word("report.totals")``."""
        return self.text(Message(key, values))

    def show(self, value: Value) -> str:
        """Write one value as this language writes it."""
        match value:
            case int():
                shown = self.count(value)
            case str():
                shown = value
            case Names():
                shown = value.in_language(self.code)
            case Percent():
                shown = self.percent(value.share, value.digits)
            case Number():
                shown = self.decimal(value.value, value.digits)
            case Chance():
                shown = self._chance(value.value)
            case Message():
                shown = self.text(value)
            case _:
                shown = self.words["list.separator"].join(self.show(item) for item in value)
        return shown

    def count(self, value: int) -> str:
        """Write a count with grouped digits; four digits stay together in Spanish."""
        digits = str(abs(value))
        if len(digits) >= self.group_from:
            digits = f"{abs(value):,}".replace(",", self.group)
        return f"-{digits}" if value < 0 else digits

    def decimal(self, value: Fraction, digits: int) -> str:
        """Write an exact number with that many decimals."""
        text = format_fraction(value, digits)
        whole, _, rest = text.partition(".")
        sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        shown = sign + self.count(int(whole))
        return f"{shown}{self.point}{rest}" if rest else shown

    def percent(self, share: Fraction, digits: int = 2) -> str:
        """Write a share as a percentage."""
        return f"{self.decimal(100 * share, digits)}{_NARROW}%"

    def name(self, names: Names) -> str:
        """Give a name in this language."""
        return names.in_language(self.code)

    def _chance(self, value: Fraction) -> str:
        if value == 0:
            return "0"
        exponent = 0
        mantissa = value
        while mantissa < 1:
            mantissa *= 10
            exponent -= 1
        shown = self.decimal(mantissa, 3)
        one_in = self.count(round(1 / value))
        power = f"{shown} × 10^{exponent}" if exponent else shown
        return self.words["chance.form"].replace("{power}", power).replace("{one_in}", one_in)


@cache
def load_language(code: str) -> Language:
    """Read a language's catalogue from the package.

    Raises:
        KeyError: there is no catalogue of that name.
    """
    if code not in LANGUAGES:
        raise KeyError(code)
    text = resources.files("escrutinio.site").joinpath("words", f"{code}.toml").read_text("utf-8")
    return Language(code, _flatten(tomllib.loads(text)))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{name}."))
        else:
            flat[name] = value
    return flat
