"""How often counts look like rounded shares by chance: exact numbers.

Symbols of statistics, section 2.1: counts a_1..a_m with total N, K = 100·10^d steps of the
printed share, unit u = N/K votes.

    k_i  = round(a_i·K/N)        a'_i = round(k_i·N/K)        match_i = (a'_i == a_i)

Null hypothesis in words: every way of dividing N votes among m options is equally likely (for
the exact count), or the position of each count inside its cell of width u is uniform (for the
area formula). Halves are rounded upwards, round(x/y) = (2x+y) // (2y).

What the answer does not show: why counts lie on the lattice.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial, gcd

__all__ = [
    "cube_section_volume",
    "exact_lattice_points",
    "lattice_chance",
    "lattice_points",
]

_EXACT_OPTIONS = 3


def lattice_points(total: int, steps: int) -> int:
    """Count k = (k_1, k_2, k_3) >= 0 with sum K whose rounded counts round(k_i·N/K) sum to N.

    Takes O(K) steps. With g = gcd(N, K) and K' = K/g, N' = N/g, write k_i·N = q_i·K - s_i·g with
    the residue s_i = round(k_i·N/K)·K' - k_i·N' in (-K'/2, K'/2]. The rounded counts sum to N
    exactly when s_1 + s_2 + s_3 = 0, which depends on the k_i modulo K' only. A residue class
    with a + b + c = t·K' (0 <= a, b, c < K') has C(g - t + 2, 2) members, t = 0, 1, 2. Classes
    with t = 1 and t = 2 are exchanged by k -> -k, which changes the sign of every s except the
    tie s = K'/2; so it is enough to count all pairs of residues and the classes with a tie.

    Args:
        total: N, at least 1.
        steps: K, at least 1.

    Reference: statistics, section 2.1, "exact count on the lattice simplex". The slow literal
        version is in tests/reference/test_rounding_lattice.py.
    """
    common = gcd(total, steps)
    period, step = steps // common, total // common
    has_tie = period % 2 == 0
    all_pairs = _pairs_within(period)
    # One of three is zero: the other two are opposite, which fails only for the tie.
    edge = period - 1 - has_tie
    tie_low = tie_high = 0
    if has_tie:
        # k_1 at the tie: s_1 = K'/2, so s_2 must be negative; k_2 < K'/2 gives t = 1.
        half = period // 2
        tie_low = sum(1 for k in range(1, half) if 2 * (k * step % period) < period)
        tie_high = half - 1 - tie_low
    inner = (all_pairs - 1 - 3 * edge - 3 * (tie_low + tie_high)) // 2
    once, twice = 3 * edge + inner + 3 * tie_low, inner + 3 * tie_high
    return comb(common + 2, 2) + once * comb(common + 1, 2) + twice * comb(common, 2)


def _pairs_within(period: int) -> int:
    """Count pairs of residues in (-K'/2, K'/2] with -K'/2 <= s_1 + s_2 < K'/2."""
    low, high = -((period - 1) // 2), period // 2
    least, most = -(period // 2), (period - 1) // 2
    return sum(
        max(min(high, most - first) - max(low, least - first) + 1, 0)
        for first in range(low, high + 1)
    )


def exact_lattice_points(options: int, total: int, steps: int) -> int | None:
    """Count the lattice points for two or three options; None for more.

    Two options: k_2 = K - k_1, and the rounded counts sum to N unless k_1 is a tie.
    """
    if options == _EXACT_OPTIONS:
        return lattice_points(total, steps)
    if options == _EXACT_OPTIONS - 1:
        common = gcd(total, steps)
        return steps + 1 - (common if (steps // common) % 2 == 0 else 0)
    return None


def cube_section_volume(options: int) -> Fraction:
    """Give the volume of {x in [-1/2, 1/2]^m : sum x = 0}, projected on m - 1 of its axes.

    The density of a sum of m uniform numbers at its centre (Irwin and Hall): 3/4 for m = 3,
    2/3 for m = 4.
    """
    half = Fraction(options, 2)
    terms = (
        (-1) ** j * comb(options, j) * (half - j) ** (options - 1)
        for j in range((options + 1) // 2)
    )
    return sum(terms, start=Fraction(0)) / factorial(options - 1)


def lattice_chance(options: int, total: int, steps: int) -> Fraction:
    """Give the chance that all counts equal their rounded shares times the total.

    Two and three options: lattice points over all divisions of the total, C(N + m - 1, m - 1).
    More: the area formula, volume times (K/N)^(m - 1).
    """
    points = exact_lattice_points(options, total, steps)
    if points is not None:
        return Fraction(points, comb(total + options - 1, options - 1))
    return cube_section_volume(options) * Fraction(steps, total) ** (options - 1)
