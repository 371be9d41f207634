"""What a claim prints about the options of its contest, as a list.

A claim may name some candidacies, give the others together (``rest``), or give figures of others
it does not attribute (``others``). Every test sees the same list, in the order of the definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from escrutinio.claims.model import Claim, PrintedShare
from escrutinio.definition import Contest
from escrutinio.primitives import Message, Names, say

__all__ = [
    "Base",
    "Front",
    "Printed",
    "bases_of",
    "front_by_shares",
    "front_by_votes",
    "printed_options",
    "prints_all_shares",
    "prints_all_votes",
    "valid_categories",
    "valid_of",
]

_REST = "rest"
_FRONT = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """One option as a claim prints it.

    Attributes:
        subject: candidacy code, ``other-n``, or ``rest``.
        name: what pages call it.
        votes: as printed, or None.
        share: as printed, or None.
    """

    subject: str
    name: Names | Message
    votes: int | None
    share: PrintedShare | None


class Base(StrEnum):
    """What the printed percentages of a claim can be taken of."""

    VALID = "valid"
    OPTIONS = "options"
    CAST = "cast"

    @property
    def words(self) -> Message:
        """What the base is called in a sentence."""
        return say(f"claim.base.{self.value}")


def printed_options(claim: Claim, contest: Contest) -> tuple[Printed, ...]:
    """List the options a claim prints: named ones first, then others, then the rest."""
    figures = claim.figures
    named = [
        Printed(item.code, item.names, figures.votes.get(item.code), figures.shares.get(item.code))
        for item in contest.candidacies
        if item.code in figures.votes or item.code in figures.shares
    ]
    number = max(len(figures.other_votes), len(figures.other_shares))
    others = [
        Printed(
            f"other-{index + 1}",
            say("claim.option.other", place=index + 1),
            figures.other_votes[index] if figures.other_votes else None,
            figures.other_shares[index] if figures.other_shares else None,
        )
        for index in range(number)
    ]
    rest = []
    if figures.rest_votes is not None or figures.rest_share is not None:
        name = say("claim.option.rest")
        rest = [Printed(_REST, name, figures.rest_votes, figures.rest_share)]
    return (*named, *others, *rest)


def prints_all_votes(claim: Claim, contest: Contest) -> bool:
    """Say whether the printed votes are those of every option."""
    figures = claim.figures
    if not figures.votes:
        return False
    printed = len(figures.votes) + len(figures.other_votes)
    return figures.rest_votes is not None or printed >= len(contest.candidacies)


def prints_all_shares(claim: Claim, contest: Contest) -> bool:
    """Say whether the printed percentages are those of every option."""
    figures = claim.figures
    if not figures.shares:
        return False
    printed = len(figures.shares) + len(figures.other_shares)
    return figures.rest_share is not None or printed >= len(contest.candidacies)


def valid_categories(claim: Claim, contest: Contest) -> int | None:
    """Add the categories the law counts as valid, or None when one of them is not printed."""
    codes = [category.code for category in contest.categories if category.in_valid]
    printed = claim.figures.categories
    if any(code not in printed for code in codes):
        return None
    return sum(printed[code] for code in codes)


def valid_of(claim: Claim, contest: Contest) -> tuple[int, Base] | None:
    """Give the valid votes: as printed, else all options added when all are printed."""
    if claim.figures.valid is not None:
        return claim.figures.valid, Base.VALID
    extra = valid_categories(claim, contest)
    if extra is None or not prints_all_votes(claim, contest):
        return None
    votes = (option.votes for option in printed_options(claim, contest))
    return sum(count for count in votes if count is not None) + extra, Base.OPTIONS


def bases_of(claim: Claim, contest: Contest) -> tuple[tuple[int, Base], ...]:
    """Give what percentages can be taken of, likeliest first; none of them is zero."""
    valid = valid_of(claim, contest)
    bases = [valid] if valid else []
    if claim.figures.cast is not None:
        bases.append((claim.figures.cast, Base.CAST))
    return tuple(base for base in bases if base[0] > 0)


@dataclass(frozen=True, slots=True)
class Front:
    """The first two options of a claim by its own figures.

    Attributes:
        first: the leader; always a candidacy that the claim names.
        second: the next option.
        is_shared: whether both have the same figure, so that nobody leads.
    """

    first: Printed
    second: Printed
    is_shared: bool

    @property
    def lead(self) -> int:
        """Votes between the first and the second; 0 where only percentages are printed."""
        return (self.first.votes or 0) - (self.second.votes or 0)


def front_by_votes(claim: Claim, contest: Contest) -> Front | None:
    """Give the first two options by printed votes, or None when the claim does not show them."""
    options = printed_options(claim, contest)
    return _front(
        [(option.votes, option) for option in options if option.votes is not None], contest
    )


def front_by_shares(claim: Claim, contest: Contest) -> Front | None:
    """Give the first two options by printed percentages, or None when it does not show them."""
    options = printed_options(claim, contest)
    return _front(
        [(option.share.share, option) for option in options if option.share is not None], contest
    )


def _front(figures: Sequence[tuple[int | Fraction, Printed]], contest: Contest) -> Front | None:
    """Sort by figure; "rest" is several options, so it may not hide the second place."""
    singles = [item for item in figures if item[1].subject != _REST]
    singles.sort(key=lambda item: (-item[0], item[1].subject))
    if len(singles) < _FRONT:
        return None
    (first, leader), (second, runner_up) = singles[:_FRONT]
    hidden = any(figure > second for figure, option in figures if option.subject == _REST)
    is_named = any(item.code == leader.subject for item in contest.candidacies)
    if hidden or not is_named:
        return None
    return Front(leader, runner_up, is_shared=first == second)
