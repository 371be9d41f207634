"""Exact rounding and decimal text.

Counts are integers and shares are fractions; nothing here touches a binary float.
"""

from __future__ import annotations

import re
from fractions import Fraction

from escrutinio.errors import Fault, MalformedError

__all__ = ["ceil_fraction", "decimals_of", "format_fraction", "parse_decimal", "round_half_up"]

#: Longest decimal text accepted; nobody prints a share with more.
MAX_DECIMAL_TEXT = 40

_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]+))?", re.ASCII)


def round_half_up(numerator: int, denominator: int) -> int:
    """Round numerator/denominator to the nearest integer, halves upwards.

    Args:
        numerator: any integer.
        denominator: a positive integer.

    Reference: ``round(x/y) = (2x+y) // (2y)``, the form used by the rounded-share test.
    """
    return (2 * numerator + denominator) // (2 * denominator)


def ceil_fraction(value: Fraction) -> int:
    """Give the least integer that is not below the value."""
    return -(-value.numerator // value.denominator)


def parse_decimal(text: str, where: str) -> Fraction:
    """Read a printed decimal such as ``51.20`` exactly.

    Args:
        text: digits, at most one point, no sign, no exponent, no leading zeros.
        where: place of the text, for the error.

    Raises:
        MalformedError: the text is written in any other way.
    """
    match = _DECIMAL.fullmatch(text) if len(text) <= MAX_DECIMAL_TEXT else None
    if match is None:
        raise MalformedError.of(
            Fault(where, "a decimal number such as 51.2, written as text", repr(text[:60]))
        )
    return Fraction(text)


def decimals_of(text: str) -> int:
    """Count the decimals of a printed number: 1 for ``51.2``, 2 for ``51.20``."""
    return len(text.partition(".")[2])


def format_fraction(value: Fraction, digits: int) -> str:
    """Write a fraction with that many decimals, rounded half up, away from locale.

    Args:
        value: any fraction; negative values round like their positive twin.
        digits: number of decimals, at least 0.
    """
    scaled = round_half_up(abs(value.numerator) * 10**digits, value.denominator)
    whole, rest = divmod(scaled, 10**digits)
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"
