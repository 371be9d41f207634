"""Exact rounding and decimal text."""

from __future__ import annotations

from fractions import Fraction

import pytest

from escrutinio.errors import MalformedError
from escrutinio.primitives import (
    Sha256Hex,
    ceil_fraction,
    decimals_of,
    format_fraction,
    parse_decimal,
    round_half_up,
    sha256_hex,
)


@pytest.mark.parametrize(
    ("over", "under", "rounded"),
    [(1, 2, 1), (3, 2, 2), (-1, 2, 0), (-3, 2, -1), (49, 100, 0), (7, 7, 1), (0, 3, 0)],
)
def test_halves_round_upwards(over: int, under: int, rounded: int) -> None:
    """Newspapers round 51.25 to 51.3; Python's round() would sometimes say 51.2."""
    assert round_half_up(over, under) == rounded


@pytest.mark.parametrize(
    ("value", "least"), [(Fraction(5, 2), 3), (Fraction(-5, 2), -2), (Fraction(4), 4)]
)
def test_the_least_integer_not_below(value: Fraction, least: int) -> None:
    """More than half of five votes is three votes, not two and a half."""
    assert ceil_fraction(value) == least


def test_a_printed_share_is_read_exactly() -> None:
    """51.20 as a binary float is not 51.20; the decimals say how it was rounded."""
    assert parse_decimal("51.20", "claim") == Fraction(256, 5)
    assert decimals_of("51.20") == 2
    assert decimals_of("51") == 0


@pytest.mark.parametrize(
    "text", ["", "51,2", "+1", "-1", "1e3", ".5", "5.", "01", "1 000", "\u0665", "9" * 41, "1.2.3"]
)
def test_another_spelling_of_a_decimal_is_refused(text: str) -> None:
    """One spelling; a comma could be a thousand or a tenth."""
    with pytest.raises(MalformedError, match="claim: expected a decimal number"):
        parse_decimal(text, "claim")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(10**20, 3), 1, "33333333333333333333.3"),
    ],
)
def test_a_fraction_is_written_rounded_half_up(value: Fraction, digits: int, text: str) -> None:
    """The same figures on every machine, whatever its locale."""
    assert format_fraction(value, digits) == text


def test_a_digest_is_64_hexadecimal_digits() -> None:
    """The empty text's digest is in FIPS 180-4's examples."""
    expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_hex(b"") == Sha256Hex(expected)
