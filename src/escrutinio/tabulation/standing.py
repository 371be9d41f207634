"""Standing: the numbers behind an outcome, each exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.definition import CandidacyCode, Contest, WinnerRule
from escrutinio.tabulation.bounds import Scenario
from escrutinio.tabulation.completions import Completions
from escrutinio.tabulation.model import ContestTally

__all__ = ["Standing", "compute_standing", "find_settled_below"]

#: No election has more ballots; an outcome settled for so many is settled for any number.
MOST_BALLOTS = 10**12


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers behind an outcome.

    Attributes:
        leader: the only candidacy with the most votes on the counted sheets, or None when the
            first place is shared.
        runner_up: the only candidacy with the next most votes, or None when there is no such.
        lead: votes between the first place and the next on the counted sheets.
        outstanding: the most ballots that can still be added; None when that is not known.
        spare: ``lead - outstanding``; above zero nobody can draw level with the leader.
        break_even_turnout: ``lead / outstanding registered voters``: the turnout outside the
            counted sheets at which the lead could be gone. None for seats and without a register.
        settled_below: the largest number of outstanding ballots for which the result on the
            counted sheets would be settled, the limits of the divisions kept. None when there is
            no such number (a figure the rule needs is not shown) or no largest (nothing can
            change the result, such as a single candidacy).
        unsettling_turnout: the least turnout outside the counted sheets with which the result
            could change: ``(settled_below + 1) / outstanding registered voters``. Equal to
            ``break_even_turnout`` where most votes alone decide.
        stations_outstanding: missing and held stations, or None when unknown.
        votes_per_missing_station: votes the runner-up would have to gain on the leader in each
            outstanding station to draw level. None for seats and where the number is unknown.
    """

    leader: CandidacyCode | None
    runner_up: CandidacyCode | None
    lead: int
    outstanding: int | None
    spare: int | None
    break_even_turnout: Fraction | None
    settled_below: int | None
    unsettling_turnout: Fraction | None
    stations_outstanding: int | None
    votes_per_missing_station: Fraction | None


def compute_standing(
    contest: Contest,
    tally: ContestTally,
    completions: Completions,
    scenario: Scenario | None,
    settled_below: int | None,
) -> Standing:
    """Work out the numbers of an outcome.

    Args:
        contest: the contest the tally is of.
        tally: what is counted so far.
        completions: the counted votes and what is outstanding.
        scenario: why at most so many ballots are outstanding, or None.
        settled_below: from ``find_settled_below``.
    """
    votes = completions.whole.votes
    first, second = sorted([*votes.values(), 0], reverse=True)[:2]
    lead = first - second
    outstanding = scenario.outstanding if scenario else None
    registered = scenario.outstanding_registered if scenario else None
    stations = tally.total.counters.outstanding
    elects_one = isinstance(contest.rule, WinnerRule)
    return Standing(
        leader=_only_one_with(first, votes),
        runner_up=_only_one_with(second, votes),
        lead=lead,
        outstanding=outstanding,
        spare=None if outstanding is None else lead - outstanding,
        break_even_turnout=Fraction(lead, registered) if registered and elects_one else None,
        settled_below=settled_below,
        unsettling_turnout=Fraction(settled_below + 1, registered)
        if registered and settled_below is not None
        else None,
        stations_outstanding=stations,
        votes_per_missing_station=Fraction(lead, stations) if stations and elects_one else None,
    )


def find_settled_below(is_settled: Callable[[int], bool]) -> int | None:
    """Give the largest number of outstanding ballots for which a result is settled, or None.

    Args:
        is_settled: whether it is settled with so many outstanding ballots; once False it stays
            False for every larger number.
    """
    if not is_settled(0):
        return None
    high = 1
    while is_settled(high):
        high *= 2
        if high > MOST_BALLOTS:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_settled(middle) else (low, middle)
    return low


def _only_one_with(number: int, votes: Mapping[CandidacyCode, int]) -> CandidacyCode | None:
    found = [code for code in votes if votes[code] == number]
    return found[0] if len(found) == 1 else None
