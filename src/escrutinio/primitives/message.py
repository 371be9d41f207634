"""Sentences before they have a language.

Every stage below the pages and the command line says what it has to say as a ``Message``: a
permanent key and the values that go into the sentence. The words themselves stand in one
catalogue file per language (``site/words/en.toml``, ``es.toml``), so that the program, the page
and the report cannot say different things, and a third language is a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

__all__ = ["Chance", "Message", "Names", "Number", "Percent", "Value", "say"]


@dataclass(frozen=True, slots=True)
class Names:
    """What one thing is called, by language code (``en``, ``es``, …).

    Attributes:
        by_language: language code to name; never empty.
    """

    by_language: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """Give the name in that language, else in English, else the first one there is."""
        names = self.by_language
        return names.get(language) or names.get("en") or next(iter(names.values()))


@dataclass(frozen=True, slots=True)
class Percent:
    """A share to be shown as a percentage; exact inside, rounded only when shown."""

    share: Fraction
    digits: int = 2


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number to be shown with decimals."""

    value: Fraction
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability to be shown in scientific notation and as "1 in n"."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence without its language: a key of the word catalogues, and its values."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


#: What may stand in a sentence. An int is a count and is shown with digit grouping, a string is
#: shown as it is, a tuple as a list.
Value: TypeAlias = "int | str | Names | Percent | Number | Chance | Message | tuple[Value, ...]"


def say(key: str, **values: Value) -> Message:
    """Build a message: ``say("outcome.lead", leader=names, votes=12)``."""
    return Message(key, values)
