"""Seats by D'Hondt's highest averages, and which seats are fixed before the count is complete.

A candidacy with T votes has the averages T/1, T/2, T/3, …; the seats go to the largest averages
of all candidacies that reach the threshold. Equal averages on the last seat are a tie.

The seats s are fixed exactly when, for every i with a seat and every other j that can reach the
threshold with all outstanding ballots R:

    T_i / s_i  >  (T_j + R) / (s_j + 1)          and i reaches the threshold without any of them

because the seats stay s exactly while the last average of every i beats the next average of every
j, and each such comparison alone is hardest when j gets all ballots. That completion also gives j
its best chance at the threshold, so no comparison needs a completion that another one excludes.

Reference: V. D'Hondt, Système pratique et raisonné de représentation proportionnelle (1882).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from escrutinio.definition import CandidacyCode, SeatsRule
from escrutinio.primitives import ceil_fraction
from escrutinio.tabulation.completions import Completions, holds
from escrutinio.tabulation.results import NobodyElected, Result, Seats, SeatsBetween, SeatsTied

__all__ = [
    "allocate_seats",
    "ballots_to_take_a_seat",
    "decide_seats",
    "is_seats_settled",
    "list_seat_bounds",
]


def allocate_seats(
    votes: Mapping[CandidacyCode, int], seats: int
) -> tuple[dict[CandidacyCode, int], tuple[CandidacyCode, ...]]:
    """Give each seat to the largest average.

    Args:
        votes: of the candidacies that take part; one without votes gets no seat.
        seats: how many, at least 0.

    Returns:
        Seats by candidacy, and the candidacies that tie for what is left of the seats; none tie
        when every seat is given. Without any votes no seat is given and nobody ties.
    """
    given = dict.fromkeys(votes, 0)
    left = seats if any(votes.values()) else 0
    while left:
        average = {code: Fraction(votes[code], given[code] + 1) for code in votes}
        largest = max(average.values())
        next_in_line = tuple(sorted(code for code in votes if average[code] == largest))
        if len(next_in_line) > left:
            return given, next_in_line
        for code in next_in_line:
            given[code] += 1
        left -= len(next_in_line)
    return given, ()


def decide_seats(rule: SeatsRule, counted: Completions) -> Result | None:
    """Apply the rule to the counted votes, as if nothing were outstanding.

    Returns:
        The result, or None when the threshold hangs on a figure that the source does not show.
    """
    votes = counted.whole.votes
    taking_part = {code: votes[code] for code in votes if _can_take_part(rule, counted, code)}
    if any(votes[code] and not _surely_takes_part(rule, counted, code) for code in taking_part):
        return None
    given, tied = allocate_seats(taking_part, rule.seats)
    seats = {code: given.get(code, 0) for code in votes}
    if tied:
        return SeatsTied(seats, tied, rule.seats - sum(seats.values()), rule.tie)
    return Seats(seats) if any(seats.values()) else NobodyElected()


def is_seats_settled(rule: SeatsRule, completions: Completions, counted: Result) -> bool:
    """Say whether every completion leads to the same seats as the counted votes.

    Args:
        rule: the rule of the contest.
        completions: the counted votes and what is outstanding.
        counted: what ``decide_seats`` gives on the counted votes.
    """
    ballots, votes = completions.outstanding, completions.whole.votes
    if not ballots:
        return True
    rivals = [code for code in votes if _can_take_part(rule, completions, code)]
    if isinstance(counted, NobodyElected):
        return not rivals
    if not isinstance(counted, Seats):
        return False
    seats = counted.by_candidacy
    holders = [code for code in votes if seats[code]]
    return all(_surely_takes_part(rule, completions, code) for code in holders) and all(
        votes[holder] * (seats[rival] + 1) > (votes[rival] + ballots) * seats[holder]
        for holder in holders
        for rival in rivals
        if rival != holder
    )


def ballots_to_take_a_seat(
    completions: Completions, seats: Mapping[CandidacyCode, int]
) -> tuple[int, CandidacyCode, CandidacyCode] | None:
    """Give the fewest ballots that put a seat in question, who gains by them and who loses.

    The threshold is not looked at. None when only one candidacy stands, or nobody has a seat.
    """
    votes = completions.whole.votes
    return min(
        (
            (-(-votes[holder] * (seats[rival] + 1) // seats[holder]) - votes[rival], rival, holder)
            for holder in votes
            for rival in votes
            if seats[holder] and rival != holder
        ),
        default=None,
    )


def list_seat_bounds(rule: SeatsRule, completions: Completions) -> tuple[SeatsBetween, ...]:
    """Give the least and the most seats of every candidacy over all completions."""
    return tuple(
        SeatsBetween(
            code, _least_seats(rule, completions, code), _most_seats(rule, completions, code)
        )
        for code in sorted(completions.whole.votes)
    )


def _can_take_part(rule: SeatsRule, completions: Completions, code: CandidacyCode) -> bool:
    threshold = rule.threshold
    return threshold is None or holds(
        threshold, completions.extremes(code, threshold).best, unknown=True
    )


def _surely_takes_part(rule: SeatsRule, completions: Completions, code: CandidacyCode) -> bool:
    threshold = rule.threshold
    return threshold is None or holds(
        threshold, completions.extremes(code, threshold).worst, unknown=False
    )


def _most_seats(rule: SeatsRule, completions: Completions, code: CandidacyCode) -> int:
    """Give its seats when it gets every outstanding ballot and wins every lot.

    The same ballots push rivals below the threshold, so only those sure to take part are in its
    way. It has s seats when at most ``seats - s`` averages of rivals are above its s-th.
    """
    votes = completions.whole.votes
    own = votes[code] + completions.outstanding
    if not own or not _can_take_part(rule, completions, code):
        return 0
    rivals = [
        votes[other]
        for other in votes
        if other != code and _surely_takes_part(rule, completions, other)
    ]
    seats = rule.seats
    # The t-th average of a rival is above own/s as long as t < rival * s / own.
    while sum(max(0, -(-rival * seats // own) - 1) for rival in rivals) > rule.seats - seats:
        seats -= 1
    return seats


def _least_seats(rule: SeatsRule, completions: Completions, code: CandidacyCode) -> int:
    """Give its seats when rivals share the outstanding ballots as badly for it as they can.

    It loses its s-th seat, or has to draw lots for it, when rivals together have
    ``seats - s + 1`` averages that reach its s-th. The fewest ballots for that are found exactly;
    rivals that may reach the threshold are taken as if they did.
    """
    votes = completions.whole.votes
    if not votes[code] or not _surely_takes_part(rule, completions, code):
        return 0
    rivals = [
        votes[other]
        for other in votes
        if other != code and _can_take_part(rule, completions, other)
    ]
    low, high = 0, rule.seats
    while low < high:
        middle = (low + high + 1) // 2
        wanted = rule.seats - middle + 1
        if _can_have_averages(rivals, wanted, Fraction(votes[code], middle), completions):
            high = middle - 1
        else:
            low = middle
    return low


def _can_have_averages(
    rivals: list[int], wanted: int, average: Fraction, completions: Completions
) -> bool:
    """Say whether the outstanding ballots give rivals so many averages that reach this one.

    A rival with v votes has n such averages when v + x >= n * average for the x it gets. One
    rival gets at most one vote of each ballot, all together as many as ballots carry.
    """
    budget = completions.outstanding * completions.votes_for_others
    free = [int(rival / average) for rival in rivals]
    missing = wanted - sum(free)
    if missing <= 0:
        return True
    # Without rounding, every vote already in hand and every vote of the budget counts in full.
    if sum(rivals) + budget < wanted * average:
        return False
    prices = []
    for rival, has in zip(rivals, free, strict=True):
        most = min(missing, int((rival + completions.outstanding) / average) - has)
        steps = range(1, most + 1)
        prices.append([0, *(ceil_fraction((has + step) * average) - rival for step in steps)])
    return _fewest_votes(prices, missing, budget) <= budget


def _fewest_votes(prices: list[list[int]], wanted: int, budget: int) -> int:
    """Give the fewest votes that buy so many averages, or budget + 1 when that is not enough.

    Args:
        prices: by rival, the votes for 0, 1, 2, … averages more.
        wanted: averages to buy.
        budget: votes there are.
    """
    fewest = [0] + [budget + 1] * wanted
    for price in prices:
        fewest = [
            min(fewest[total - own] + price[own] for own in range(min(total + 1, len(price))))
            for total in range(wanted + 1)
        ]
    return min(fewest[wanted], budget + 1)
