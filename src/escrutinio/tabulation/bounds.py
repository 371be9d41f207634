"""Bounds: the least and the most each candidacy can end with.

Scenario = a reason why at most so many ballots are outstanding. ``caps`` needs no assumption: it
adds the caps the definition gives every outstanding station. A register total, or a stated
turnout, is an assumption, and the outcome under it is at best "settled if". ``scenarios.py``
lists them.

A figure that cannot be read on a counted sheet is outstanding too: its cap is inside
``outstanding_cap``, and ``register_used`` leaves room for it.

Reference: design, section 4 (Bulletin); statistics, sections 3.1 and 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from escrutinio.definition import CandidacyCode, Contest, DivisionId, RegisterTotal
from escrutinio.primitives import Message
from escrutinio.tabulation.model import ContestTally

__all__ = ["CandidacyBounds", "Scenario", "ScenarioKind", "compute_bounds", "votes_for_others"]


class ScenarioKind(StrEnum):
    """Where the number of outstanding ballots comes from."""

    CAPS = "caps"
    REGISTER = "register"
    TURNOUT = "turnout"
    NOTHING_ADDED = "nothing_added"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A reason why at most so many ballots are outstanding.

    Attributes:
        id: stable name, such as ``caps`` or ``register:nationals`` or
            ``register:nationals,turnout:59.97``.
        kind: where the number comes from.
        outstanding: the most ballots that can still be added, anywhere.
        by_division: the most that can be added in a division, where that is known; a value above
            ``outstanding`` says nothing, and the other divisions have no limit of their own.
        outstanding_registered: registered voters outstanding, or None under ``caps``.
        register: the register total assumed, or None.
        turnout: the stated turnout assumed outside the counted sheets, as a share, or None.
        assumption: what has to be true for this number to hold; None under ``caps``.
    """

    id: str
    kind: ScenarioKind
    outstanding: int
    by_division: Mapping[DivisionId, int]
    outstanding_registered: int | None
    register: RegisterTotal | None
    turnout: Fraction | None
    assumption: Message | None


@dataclass(frozen=True, slots=True)
class CandidacyBounds:
    """The least and the most a candidacy can end with under one scenario.

    Attributes:
        candidacy: whose.
        least: votes counted; nothing outstanding goes to it.
        most: votes counted and everything outstanding.
        least_share: share of valid votes when everything outstanding goes to others as valid
            votes; None when there are no votes at all.
        most_share: share of valid votes when everything outstanding goes to it.
    """

    candidacy: CandidacyCode
    least: int
    most: int
    least_share: Fraction | None
    most_share: Fraction | None


def compute_bounds(
    contest: Contest, tally: ContestTally, scenario: Scenario
) -> tuple[CandidacyBounds, ...]:
    """Bound every candidacy's votes and its share of valid votes.

    One ballot gives one candidacy at most one vote; with several votes per ballot the valid votes
    of the others can grow by as many per ballot, though never more than there are others.

    Returns:
        One item per candidacy, in the order of the contest.
    """
    total, added = tally.total, scenario.outstanding
    others_added = added * votes_for_others(contest)
    bounds = []
    for candidacy in contest.candidacies:
        votes = total.candidacies.get(candidacy.code, 0)
        bounds.append(
            CandidacyBounds(
                candidacy=candidacy.code,
                least=votes,
                most=votes + added,
                least_share=_share(votes, total.valid + others_added),
                most_share=_share(votes + added, total.valid + added),
            )
        )
    return tuple(bounds)


def votes_for_others(contest: Contest) -> int:
    """Give the most valid votes one ballot can add without a vote for one given candidacy."""
    others = min(contest.votes_allowed, len(contest.candidacies) - 1)
    return others or int(any(item.in_valid and item.in_ballots for item in contest.categories))


def _share(votes: int, base: int) -> Fraction | None:
    return Fraction(votes, base) if base else None
