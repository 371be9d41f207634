"""Geometry of the pictures, exact until it is written.

Every picture is a list of rows with one bar each. Positions are percentages of the width of the
bar, so that the same page fits a phone and a desktop. Nothing here knows a colour, a language or
an order of importance: rows stand in the order they are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.primitives import round_half_up

__all__ = ["Range", "Scale", "Segment", "Tick", "fit_scale", "place", "span", "stack"]

#: Decimals of a position in percent; a thousandth of a percent is less than a pixel anywhere.
DECIMALS = 3
#: Where a scale may end, and the distance of its ticks, both in percent.
_ENDS = ((5, 1), (10, 2), (20, 5), (30, 10), (40, 10), (50, 10), (60, 20), (80, 20), (100, 20))


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar."""

    kind: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Range:
    """A band from the least to the most, with a mark inside it."""

    start: str
    width: str
    mark: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the bars, with the share it stands for."""

    place: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis of shares from zero to ``end``."""

    end: Fraction
    ticks: tuple[Tick, ...]

    def place(self, share: Fraction) -> str:
        """Give the position of a share."""
        return place(share, self.end)

    def range(self, least: Fraction, most: Fraction, mark: Fraction) -> Range:
        """Give a band on this scale."""
        start, width = span(least, most, self.end)
        return Range(start, width, self.place(mark))


def place(part: Fraction | int, whole: Fraction | int) -> str:
    """Give where a part of the whole lies, as a percentage; outside is moved to the edge."""
    # In integers: a page has hundreds of positions, and fractions would reduce each of them.
    above, below = part.numerator * whole.denominator, part.denominator * whole.numerator
    if below <= 0:
        above, below = 0, 1
    unit = 10**DECIMALS
    written = round_half_up(100 * unit * min(max(above, 0), below), below)
    return f"{written // unit}.{written % unit:0{DECIMALS}}%"


def span(least: Fraction | int, most: Fraction | int, whole: Fraction | int) -> tuple[str, str]:
    """Give start and width of a band."""
    return place(least, whole), place(max(most - least, 0), whole)


def stack(parts: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    """Put parts side by side so that together they fill the bar; empty parts are left out."""
    whole = sum(number for _, number in parts)
    segments, before = [], 0
    for kind, number in parts:
        if number > 0:
            segments.append(Segment(kind, *span(before, before + number, whole)))
        before += number
    return tuple(segments)


def fit_scale(shares: Sequence[Fraction]) -> Scale:
    """Choose the shortest scale that holds all shares and ends on a round percentage."""
    largest = max(shares, default=Fraction(1)) * 100
    end, step = next((item for item in _ENDS if item[0] >= largest), _ENDS[-1])
    ticks = tuple(
        Tick(place(percent, end), Fraction(percent, 100)) for percent in range(0, end + 1, step)
    )
    return Scale(Fraction(end, 100), ticks)
