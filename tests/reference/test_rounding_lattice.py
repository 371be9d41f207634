"""The lattice count of the rounded-share test against counting, one point at a time."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import product
from math import comb

import pytest

from escrutinio.claims import (
    compute_rounded_shares,
    cube_section_volume,
    lattice_chance,
    lattice_points,
)
from escrutinio.claims.lattice import exact_lattice_points


def _round(step: int, total: int, steps: int) -> int:
    return (2 * step * total + steps) // (2 * steps)


def _points(options: int, total: int, steps: int) -> int:
    """Enumerate every k with sum K and keep those whose rounded counts sum to N."""
    return sum(
        1
        for free in product(range(steps + 1), repeat=options - 1)
        if (last := steps - sum(free)) >= 0
        and sum(_round(step, total, steps) for step in (*free, last)) == total
    )


@pytest.mark.parametrize("steps", range(1, 26))
def test_three_options_equal_the_enumeration(steps: int) -> None:
    """Every total up to twice the steps: coprime, common factors, ties, more steps than votes."""
    for total in range(1, 2 * steps + 8):
        assert lattice_points(total, steps) == _points(3, total, steps), (total, steps)


@pytest.mark.parametrize("steps", range(1, 26))
def test_two_options_equal_the_enumeration(steps: int) -> None:
    """With two options only ties lose a point."""
    for total in range(1, 2 * steps + 8):
        assert exact_lattice_points(2, total, steps) == _points(2, total, steps), (total, steps)


@pytest.mark.parametrize(("total", "steps"), [(600, 10), (601, 10), (137, 4), (200, 3)])
def test_the_chance_is_the_share_of_all_divisions_that_match(total: int, steps: int) -> None:
    """Divide N votes in every way and run the definition of the test on each."""
    matching = divisions = 0
    for first in range(total + 1):
        for second in range(total + 1 - first):
            counts = (first, second, total - first - second)
            steps_of = [(2 * count * steps + total) // (2 * total) for count in counts]
            rebuilt = [_round(step, total, steps) for step in steps_of]
            divisions += 1
            matching += tuple(rebuilt) == counts
    assert divisions == comb(total + 2, 2)
    # Rounded shares of a division need not sum to K, so the enumeration may find a few more.
    assert lattice_chance(3, total, steps) <= Fraction(matching, divisions)
    assert Fraction(matching, divisions) <= lattice_chance(3, total, steps) * Fraction(11, 10)


def test_it_is_fast_for_every_number_of_decimals() -> None:
    """Three decimals are 100,000 steps: far too many to enumerate, no trouble to count."""
    start = time.perf_counter()
    points = [lattice_points(10_058_774, 100 * 10**decimals) for decimals in range(4)]
    assert time.perf_counter() - start < 0.5
    assert points[1] == 376_479


def test_the_volume_is_what_many_small_cells_give() -> None:
    """Count the cells of a fine grid whose last coordinate stays in the cube."""
    cells = 40
    inside = sum(
        1
        for x, y in product(range(cells), repeat=2)
        if abs((2 * x + 1 - cells) + (2 * y + 1 - cells)) <= cells
    )
    assert abs(Fraction(inside, cells**2) - cube_section_volume(3)) < Fraction(1, cells)
    assert [cube_section_volume(options) for options in (2, 3, 4, 5)] == [
        1,
        Fraction(3, 4),
        Fraction(2, 3),
        Fraction(115, 192),
    ]


def test_the_area_formula_is_near_the_exact_count() -> None:
    """The two answers of the statistics document, 7.44184e-9 and 7.41261e-9."""
    area = cube_section_volume(3) * Fraction(1000, 10_058_774) ** 2
    exact = lattice_chance(3, 10_058_774, 1000)
    assert abs(area / exact - 1) < Fraction(1, 200)


def test_the_test_itself_is_the_literal_definition() -> None:
    """k = round(a·K/N), a' = round(k·N/K), deviation a - k·N/K."""
    counts, decimals = (617, 301, 82), 0
    result = compute_rounded_shares(counts, decimals)
    total, steps = 1000, 100
    expected = [round(Fraction(count * steps, total)) for count in counts]
    assert [share * steps for share in result.shares] == expected
    assert list(result.deviations) == [
        count - Fraction(step * total, steps) for count, step in zip(counts, expected, strict=True)
    ]
