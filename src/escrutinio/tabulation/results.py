"""Results: what a rule gives on totals that are complete, and what is fixed before they are.

A result is what one completion of the outstanding ballots leads to. "Lots must be drawn" is a
result like any other, never an exception. A fact is what every completion has in common although
the result is still open.

Where several candidacies stand side by side they are in the order of their codes, so that two
results are equal exactly when the law treats them as the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from escrutinio.definition import CandidacyCode, TieRule

__all__ = [
    "CannotBeElected",
    "CannotReachRunoff",
    "Elected",
    "Fact",
    "FirstPlaceTied",
    "NobodyElected",
    "Result",
    "Runoff",
    "RunoffNeeded",
    "RunoffPlaceTied",
    "Seats",
    "SeatsBetween",
    "SeatsTied",
    "SureOfRunoffPlace",
    "SureToLead",
]


@dataclass(frozen=True, slots=True)
class Elected:
    """One candidacy is elected."""

    candidacy: CandidacyCode


@dataclass(frozen=True, slots=True)
class Runoff:
    """Nobody is elected and these go to a run-off; their order does not matter."""

    candidacies: tuple[CandidacyCode, ...]


@dataclass(frozen=True, slots=True)
class NobodyElected:
    """No candidacy meets the rule and the rule has no run-off."""


@dataclass(frozen=True, slots=True)
class FirstPlaceTied:
    """These share the first place, and but for the tie one of them would be elected."""

    candidacies: tuple[CandidacyCode, ...]
    tie: TieRule


@dataclass(frozen=True, slots=True)
class RunoffPlaceTied:
    """A run-off is needed; ``placed`` are in it, the rest of its places is tied.

    Attributes:
        placed: sure of a place.
        tied: share the last place that leads to the run-off.
        places: how many of them it has room for.
    """

    placed: tuple[CandidacyCode, ...]
    tied: tuple[CandidacyCode, ...]
    places: int


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats by candidacy; every candidacy is named, also those without a seat."""

    by_candidacy: Mapping[CandidacyCode, int]


@dataclass(frozen=True, slots=True)
class SeatsTied:
    """All seats but the last ``places`` are given; those are tied and go by ``tie``.

    Attributes:
        by_candidacy: seats without the tied ones.
        tied: share the last average.
        places: seats among them.
        tie: what the law says of the tie.
    """

    by_candidacy: Mapping[CandidacyCode, int]
    tied: tuple[CandidacyCode, ...]
    places: int
    tie: TieRule


Result: TypeAlias = (
    Elected | Runoff | NobodyElected | FirstPlaceTied | RunoffPlaceTied | Seats | SeatsTied
)


@dataclass(frozen=True, slots=True)
class CannotBeElected:
    """These are elected in no completion."""

    candidacies: tuple[CandidacyCode, ...]


@dataclass(frozen=True, slots=True)
class CannotReachRunoff:
    """These have no place in a run-off in any completion."""

    candidacies: tuple[CandidacyCode, ...]


@dataclass(frozen=True, slots=True)
class SureToLead:
    """It has more votes than every other in every completion."""

    candidacy: CandidacyCode


@dataclass(frozen=True, slots=True)
class RunoffNeeded:
    """Nobody is elected in any completion; who goes to the run-off is open."""


@dataclass(frozen=True, slots=True)
class SureOfRunoffPlace:
    """These are in the run-off in every completion that leads to one."""

    candidacies: tuple[CandidacyCode, ...]


@dataclass(frozen=True, slots=True)
class SeatsBetween:
    """The least and the most seats of one candidacy, whichever way lots would fall.

    Both are reached by a completion when no threshold is open and every ballot has one vote;
    otherwise ``least`` may be too low and ``most`` too high, never the other way.
    """

    candidacy: CandidacyCode
    least: int
    most: int


Fact: TypeAlias = (
    CannotBeElected
    | CannotReachRunoff
    | SureToLead
    | RunoffNeeded
    | SureOfRunoffPlace
    | SeatsBetween
)
