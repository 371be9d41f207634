"""Words made safe to stand in HTML.

Every name, id and file name comes from files that somebody else wrote. Each is escaped and stands
in its own ``<bdi>``, so that neither its markup nor its writing direction reaches the sentence
around it.
"""

from __future__ import annotations

import re
from fractions import Fraction

from markupsafe import Markup, escape

from escrutinio.primitives import Message, Names, Value, say
from escrutinio.site.language import Language

__all__ = ["PageWords", "trusted"]

#: Characters that no HTML page may hold, lone surrogates among them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Parts of a date: year and month, or year, month and day.
_MONTH_PARTS = 2
_DAY_PARTS = 3


class PageWords(Language):
    """A language whose every answer is HTML."""

    def __init__(self, language: Language) -> None:
        """Take a language; its sentences are escaped once, before any value goes into them."""
        words = {key: str(escape(sentence)) for key, sentence in language.words.items()}
        super().__init__(language.code, words)

    def text(self, message: Message) -> Markup:
        """Put a message into words, with every name in it isolated."""
        return trusted(super().text(message))

    def show(self, value: Value) -> Markup:
        """Write one value; strings and names come from outside."""
        if isinstance(value, str):
            return self.isolate(value)
        if isinstance(value, Names):
            return self.isolate(value.in_language(self.code))
        return trusted(super().show(value))

    def say(self, key: str, **values: Value) -> Markup:
        """Give the sentence of a key."""
        return self.text(say(key, **values))

    def isolate(self, text: str) -> Markup:
        """Write text that somebody else wrote."""
        return Markup("<bdi>{}</bdi>").format(self.clean(text))

    def clean(self, text: str) -> str:
        """Replace what cannot stand in a page; for places where no element may stand."""
        return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)

    def share(self, share: Fraction | None, digits: int = 2) -> Markup:
        """Write a share as a percentage, or a dash where there is nothing to take it of."""
        return self.say("page.none") if share is None else trusted(self.percent(share, digits))

    def number(self, value: int | None) -> Markup:
        """Write a count, or a dash where it is not known."""
        return self.say("page.none") if value is None else trusted(self.count(value))

    def date(self, text: str) -> Markup:
        """Write a date, ``YYYY-MM-DD`` or ``YYYY-MM``; anything else is shown as it is."""
        parts = text.split("-")
        month = self.words.get(f"page.month.{parts[1]}") if len(parts) > 1 else None
        if month is None or len(parts) not in {_MONTH_PARTS, _DAY_PARTS}:
            return self.isolate(text)
        values: dict[str, Value] = {"year": parts[0], "month": say(f"page.month.{parts[1]}")}
        if len(parts) == _MONTH_PARTS:
            return self.say("page.date.month", **values)
        return self.say("page.date.day", day=parts[2].lstrip("0"), **values)


def trusted(text: str) -> Markup:
    """Say that a text is HTML."""
    # Made of escaped sentences, numbers and isolated names. ``Markup`` itself would first look
    # whether the text can escape itself, hundreds of thousands of times.
    return str.__new__(Markup, text)
