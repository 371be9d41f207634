"""When an exact share agrees with a printed percentage.

A print with d decimals stands for every share within half a unit of its last decimal. Some
offices cut decimals off instead of rounding (PREP in Mexico does); that is recognised and named,
never counted as a disagreement.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from escrutinio.claims.model import PrintedShare

__all__ = ["Agreement", "agreement", "are_compatible", "half_unit"]


class Agreement(StrEnum):
    """How an exact share agrees with a print."""

    ROUNDED = "rounded"
    TRUNCATED = "truncated"
    NONE = "none"


def half_unit(printed: PrintedShare) -> Fraction:
    """Give half a unit of the last printed decimal, as a share of one."""
    return Fraction(1, 200 * 10**printed.decimals)


def agreement(exact: Fraction, printed: PrintedShare) -> Agreement:
    """Compare an exact share with a printed one.

    Args:
        exact: a share of one, not a percentage.
        printed: what the source prints.
    """
    if abs(exact - printed.share) <= half_unit(printed):
        return Agreement.ROUNDED
    if printed.share <= exact < printed.share + 2 * half_unit(printed):
        return Agreement.TRUNCATED
    return Agreement.NONE


def are_compatible(one: PrintedShare, other: PrintedShare) -> bool:
    """Say whether two prints can be of the same share: ``44`` and ``44.2`` can.

    The print with more decimals, taken as it stands, must agree with the other.
    """
    fine, coarse = (one, other) if one.decimals >= other.decimals else (other, one)
    return agreement(fine.share, coarse) is not Agreement.NONE
