"""Decision rules: how totals become an outcome.

A rule that elects one candidacy is a list of alternative clauses. A candidacy is elected when it
has more votes than every other and meets all conditions of at least one clause. Real laws in
these terms:

========================================  =======================================================
plurality                                 one clause without conditions
more than half, else a run-off            share of valid > 1/2; run-off between the first two
40 % and 10 points (Bolivia, Argentina)   share > 1/2, *or* share >= 2/5 and lead >= 1/10
half plus 25 % in 24 counties (Kenya)     share of valid > 1/2 and spread: 1/4 in >= 24 counties
========================================  =======================================================

A rule that fills seats uses D'Hondt's highest averages, with an optional threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

__all__ = [
    "Base",
    "Clause",
    "Comparison",
    "Condition",
    "Lead",
    "Rule",
    "SeatsRule",
    "Share",
    "Spread",
    "TieRule",
    "WinnerRule",
]


class Base(StrEnum):
    """What a share is taken of."""

    VALID = "valid"
    VALID_AND_BLANK = "valid_and_blank"
    CAST = "cast"


class Comparison(StrEnum):
    """Whether the exact value itself is enough."""

    MORE_THAN = ">"
    AT_LEAST = ">="

    def holds(self, left: Fraction | int, right: Fraction | int) -> bool:
        """Compare exactly."""
        return left > right if self is Comparison.MORE_THAN else left >= right


class TieRule(StrEnum):
    """What the law says when the first two have the same number of votes."""

    LOTS = "lots"
    NEW_ELECTION = "new_election"
    RUNOFF = "runoff"


@dataclass(frozen=True, slots=True)
class Share:
    """The candidacy's votes as a share of a base."""

    of: Base
    comparison: Comparison
    value: Fraction


@dataclass(frozen=True, slots=True)
class Lead:
    """The distance to the next candidacy as a share of a base."""

    of: Base
    comparison: Comparison
    value: Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """A share reached in a number of divisions of one level."""

    of: Base
    comparison: Comparison
    value: Fraction
    level: str
    divisions: int


Condition: TypeAlias = Share | Lead | Spread


@dataclass(frozen=True, slots=True)
class Clause:
    """Conditions that must all hold; none at all is plurality."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class WinnerRule:
    """Elects one candidacy.

    Attributes:
        clauses: alternatives; one is enough.
        runoff: how many candidacies go to a run-off when nobody is elected; 0 for none.
        tie: what happens when the first place is shared.
    """

    clauses: tuple[Clause, ...]
    runoff: int
    tie: TieRule


@dataclass(frozen=True, slots=True)
class SeatsRule:
    """Fills seats by D'Hondt's highest averages.

    Attributes:
        seats: how many.
        threshold: share a candidacy needs to take part, or None.
        tie: what happens when the last seat is tied.
    """

    seats: int
    threshold: Share | None
    tie: TieRule


Rule: TypeAlias = WinnerRule | SeatsRule
