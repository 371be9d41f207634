"""What a map says of a division, and in which of five steps.

A step has its lightness and its pattern, the same for every measure; a map shows how much, never
who is ahead.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from markupsafe import Markup, escape

from escrutinio.primitives import Message, Number, Percent, round_half_up, say
from escrutinio.site.charts import fit_scale
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.charts_svg import round_end
from escrutinio.site.results.picture import draw_swatch, list_legend, plain_name

__all__ = ["LEVELS", "Area", "LevelScale", "Measure", "fit_levels", "give_short_codes"]

#: Steps of a map.
LEVELS = 5
#: Longest code of a division on a map, in letters.
MAX_CODE = 4
_ABBREVIATION = 3
#: Letters of a name that a code may be made of.
_LETTERS_TRIED = 12
_REMEMBERED_MAPS = 16
_THOUSAND, _MILLION = 1_000, 1_000_000
#: Below so many thousands or millions a shortened count keeps one decimal.
_KEEPS_DECIMAL = 10


class Measure(Enum):
    """What a map shows."""

    COVERAGE = "coverage"  # counted of expected stations
    OUTSTANDING = "outstanding"  # registered voters of held and missing stations
    TURNOUT = "turnout"  # ballots of registered voters at counted stations
    SHARE = "share"  # of the valid votes, of one candidacy that the reader chose


@dataclass(frozen=True, slots=True)
class Area:
    """One division of a map.

    Attributes:
        division: its id.
        name: what it is called.
        href: address of its page, as the page with the map names it.
        value: a share, or a count of voters; None where there is nothing to show.
    """

    division: str
    name: str
    href: str
    value: Fraction | int | None


@dataclass(frozen=True, slots=True)
class LevelScale:
    """Five equal steps from zero to ``end``.

    Attributes:
        measure: what is shown.
        end: upper end of the last step; what lies beyond belongs to it.
    """

    measure: Measure
    end: Fraction

    @property
    def is_share(self) -> bool:
        """Whether values are shares and not counts."""
        return self.measure is not Measure.OUTSTANDING

    def fill(self, value: Fraction | int | None) -> str:
        """Give the id of a value's pattern: ``level-0`` to ``level-4``, or ``level-none``."""
        if value is None:
            return "level-none"
        return f"level-{min(max(int(value * LEVELS / self.end), 0), LEVELS - 1)}"

    def say_short(self, value: Fraction | int | None, words: PageWords) -> Markup:
        """Write a value so that it fits a tile."""
        if value is None:
            return words.say("page.none")
        return words.text(_percent(value, 0) if self.is_share else _short_count(int(value)))

    def say_full(self, value: Fraction | int | None, words: PageWords) -> Markup:
        """Write a value as exactly as a map says it."""
        if value is None:
            return words.say("site.chart.map.none")
        return words.text(_percent(value, 1)) if self.is_share else words.number(int(value))

    def say_area(self, code: str, area: Area, words: PageWords) -> Markup:
        """Give the text of a division's link: what stands on the map, the name, the value."""
        value = self.say_full(area.value, words)
        name = escape(plain_name(area.name, words))
        return Markup(f"{escape(code)} · {name}: {value}")  # noqa: S704 -- escaped

    def list_steps(self, words: PageWords, *, has_none: bool) -> Markup:
        """Write the legend."""
        edges = [self.end * step / LEVELS for step in range(LEVELS + 1)]
        items = [
            (
                draw_swatch(f"level-{step}"),
                words.say(
                    "site.chart.step" if step < LEVELS - 1 else "site.chart.step_last",
                    low=self._edge(edges[step]),
                    high=self._edge(edges[step + 1]),
                ),
            )
            for step in range(LEVELS)
        ]
        if has_none:
            items.append((draw_swatch("level-none"), words.say("site.chart.map.none")))
        return list_legend(items)

    def _edge(self, value: Fraction) -> Percent | int:
        return Percent(value, 0) if self.is_share else int(value)


def fit_levels(measure: Measure, areas: Sequence[Area]) -> LevelScale:
    """Choose the steps: for coverage always fifths of everything, else as far as values reach."""
    values = [area.value for area in areas if area.value is not None]
    if measure is Measure.OUTSTANDING:
        return LevelScale(measure, Fraction(round_end(max(values, default=0))))
    if measure is Measure.COVERAGE:
        return LevelScale(measure, Fraction(1))
    return LevelScale(measure, fit_scale([Fraction(value) for value in values]).end)


def _percent(share: Fraction | int, digits: int) -> Message:
    """Write a share; what is not all is never rounded to all, nor what is something to nothing."""
    value, all_of_it = Fraction(share), 10 ** (digits + 2)
    rounded = round_half_up(value.numerator * all_of_it, value.denominator)
    if value < 1 and rounded >= all_of_it:
        return say("site.chart.above", share=Percent(Fraction(all_of_it - 1, all_of_it), digits))
    if value > 0 and rounded == 0:
        return say("site.chart.below", share=Percent(Fraction(1, all_of_it), digits))
    return say("site.chart.plain", value=Percent(value, digits))


def _short_count(value: int) -> Message:
    if value < _THOUSAND:
        return say("site.chart.plain", value=value)
    # 999,950 and more would round to a thousand thousands.
    is_millions = round_half_up(value, _THOUSAND) >= _THOUSAND
    unit = _MILLION if is_millions else _THOUSAND
    digits = 1 if value < _KEEPS_DECIMAL * unit else 0
    key = "site.chart.millions" if is_millions else "site.chart.thousands"
    return say(key, number=Number(Fraction(value, unit), digits))


def give_short_codes(areas: Sequence[Area]) -> tuple[str, ...]:
    """Give every division a code that fits a map; no two have the same one.

    Ids that are short codes with letters, such as ``VE-A``, stand as they are, without what all
    of them begin with. Otherwise the code is made of the letters of the name, and where those
    are taken it is a number.
    """
    divisions, names = [area.division for area in areas], [area.name for area in areas]
    return _codes_of_ids(divisions) or _codes_of_names(tuple(names))


@lru_cache(_REMEMBERED_MAPS)
def _codes_of_names(all_names: tuple[str, ...]) -> tuple[str, ...]:
    """Make codes of names; a page has several maps of the same divisions, in every language."""
    taken: set[str] = set()
    found = []
    names = _drop_common_words(all_names)
    for number, name in enumerate(names, start=1):
        code = next(code for code in _candidates(name, number) if code not in taken)
        taken.add(code)
        found.append(code)
    return tuple(found)


def _codes_of_ids(ids: Sequence[str]) -> tuple[str, ...] | None:
    first, last = min(ids), max(ids)
    same = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    # A code is cut off where a separator stands, not in the middle of a word.
    start = max((first.rfind(mark, 0, same) + 1 for mark in "-_."), default=0)
    codes = tuple(item[start:] for item in ids)
    are_codes = all(
        1 <= len(code) <= MAX_CODE and code.isalnum() and any(map(str.isalpha, code))
        for code in codes
    )
    return codes if are_codes else None


def _drop_common_words(names: Sequence[str]) -> list[str]:
    """Leave out words that every name begins with: ``State of``."""
    parts = [name.split() for name in names]
    while all(len(words) > 1 for words in parts) and len({words[0] for words in parts}) == 1:
        parts = [words[1:] for words in parts]
    return [" ".join(words) for words in parts]


def _candidates(name: str, number: int) -> Iterator[str]:
    """Give codes for a name, the most natural one first, without end."""
    letters = _letters(name)[:_LETTERS_TRIED]
    if len(letters) < _ABBREVIATION:
        yield from ["".join(letters)] if letters else []
    for rest in combinations(letters[1:], _ABBREVIATION - 1):
        yield "".join((letters[0], *rest))
    while True:
        yield str(number)
        number += 1


def _letters(name: str) -> list[str]:
    """Give the letters and digits of a name in capitals, each with the marks that belong to it."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFC", name.upper()):
        if character.isalnum():
            letters.append(character)
        elif unicodedata.category(character).startswith("M") and letters:
            letters[-1] += character
    return letters
