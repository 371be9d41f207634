"""The words of a site: the same as of any page, remembered where they repeat.

A national site says the same few hundred sentences on thousands of pages.
"""

from __future__ import annotations

from fractions import Fraction

from markupsafe import Markup, escape

from escrutinio.primitives import Message, Names, Value, round_half_up
from escrutinio.site.language import HOLE, Language
from escrutinio.site.page_words import PageWords, trusted

__all__ = ["SiteWords"]

#: Counts below this are written once; most figures of single stations are.
_REMEMBERED_COUNTS = 10_000
#: A space that does not break lines, between a number and its sign.
_NARROW = "\u00a0"


class SiteWords(PageWords):
    """A language whose answers are HTML, and which remembers sentences without values."""

    def __init__(self, language: Language) -> None:
        """Take a language."""
        super().__init__(language)
        self._said: dict[str, Markup] = {}
        self._counts: dict[int, Markup] = {}
        self._names: dict[str, Markup] = {}
        self._sentences: dict[str, list[str]] = {}

    def text(self, message: Message) -> Markup:
        """Put a message into words."""
        pieces = self._sentences.get(message.key)
        if pieces is None:
            if message.key not in self.words:
                return super().text(message)
            pieces = self._sentences[message.key] = HOLE.split(self.words[message.key])
        if len(pieces) > 1:
            # What stands between the pieces of a sentence are the names of its values.
            pieces = list(pieces)
            for at in range(1, len(pieces), 2):
                value = message.values.get(pieces[at])
                pieces[at] = f"{{{pieces[at]}}}" if value is None else self.show(value)
        return trusted("".join(pieces))

    def say(self, key: str, **values: Value) -> Markup:
        """Give the sentence of a key."""
        if values:
            return super().say(key, **values)
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = super().say(key)
        return found

    def number(self, value: int | None) -> Markup:
        """Write a count, or a dash where it is not known."""
        if value is None or value >= _REMEMBERED_COUNTS:
            return super().number(value)
        found = self._counts.get(value)
        if found is None:
            found = self._counts[value] = super().number(value)
        return found

    def percent(self, share: Fraction, digits: int = 2) -> str:
        """Write a share as a percentage."""
        if share.numerator < 0 or not digits:
            return super().percent(share, digits)
        step: int = 10**digits
        # One division of whole numbers; the general way makes three fractions first.
        whole, rest = divmod(round_half_up(share.numerator * 100 * step, share.denominator), step)
        return f"{self.count(whole)}{self.point}{rest:0{digits}d}{_NARROW}%"

    def show(self, value: Value) -> Markup:
        """Write one value; names repeat on every page."""
        if type(value) is int:
            return self.number(value)
        if not isinstance(value, Names):
            return super().show(value)
        name = value.in_language(self.code)
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self.isolate(name)
        return found

    def isolate(self, text: str) -> Markup:
        """Write text that somebody else wrote."""
        shown = escape(self.clean(text))
        return trusted(f"<bdi>{shown}</bdi>")
