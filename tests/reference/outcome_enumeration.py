"""Every completion of a tiny election, one by one, and the rules applied to each as written.

Slow and literal on purpose: nothing here knows which completions are the extreme ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from escrutinio.definition import (
    Base,
    CandidacyCode,
    Clause,
    Comparison,
    Condition,
    Lead,
    SeatsRule,
    Share,
    Spread,
    WinnerRule,
)
from escrutinio.tabulation import (
    Elected,
    FirstPlaceTied,
    NobodyElected,
    Result,
    Runoff,
    RunoffPlaceTied,
    Seats,
    SeatsTied,
)

Votes = dict[CandidacyCode, int]


@dataclass(frozen=True)
class Place:
    """Counted, or completed, votes of one county; ``marked`` ballots carry the votes."""

    votes: Votes
    marked: int
    blank: int
    null: int

    def base(self, base: Base) -> int:
        valid = sum(self.votes.values())
        return {
            Base.VALID: valid,
            Base.VALID_AND_BLANK: valid + self.blank,
            Base.CAST: self.marked + self.blank + self.null,
        }[base]


def add_places(places: list[Place]) -> Place:
    return Place(
        {code: sum(place.votes[code] for place in places) for code in places[0].votes},
        sum(place.marked for place in places),
        sum(place.blank for place in places),
        sum(place.null for place in places),
    )


def completions(
    places: list[Place], limits: list[int], outstanding: int, votes_allowed: int
) -> Iterator[list[Place]]:
    """Give every way to add at most so many ballots, in each place at most its limit."""
    if not places:
        yield []
        return
    for first, used in _place_completions(
        places[0], min(limits[0], outstanding), _ballots(places[0].votes, votes_allowed)
    ):
        for rest in completions(places[1:], limits[1:], outstanding - used, votes_allowed):
            yield [first, *rest]


def _ballots(votes: Votes, votes_allowed: int) -> list[tuple[CandidacyCode, ...] | str]:
    """Give every way to fill in one ballot."""
    marks: list[tuple[CandidacyCode, ...] | str] = ["blank", "null"]
    for number in range(1, votes_allowed + 1):
        marks += combinations(sorted(votes), number)
    return marks


def _place_completions(
    place: Place, left: int, marks: list[tuple[CandidacyCode, ...] | str]
) -> Iterator[tuple[Place, int]]:
    if not marks:
        yield place, 0
        return
    mark, others = marks[0], marks[1:]
    for number in range(left + 1):
        for completed, used in _place_completions(
            _with_ballots(place, mark, number), left - number, others
        ):
            yield completed, used + number


def _with_ballots(place: Place, mark: tuple[CandidacyCode, ...] | str, number: int) -> Place:
    if mark == "blank":
        return replace(place, blank=place.blank + number)
    if mark == "null":
        return replace(place, null=place.null + number)
    votes = {code: count + (number if code in mark else 0) for code, count in place.votes.items()}
    return replace(place, votes=votes, marked=place.marked + number)


def value_of(condition: Condition, code: CandidacyCode, places: list[Place]) -> Fraction | int:
    whole = add_places(places)
    if isinstance(condition, Spread):
        share = Share(condition.of, condition.comparison, condition.value)
        return sum(place.base(condition.of) > 0 and meets(share, code, [place]) for place in places)
    base = whole.base(condition.of)
    others = [votes for other, votes in whole.votes.items() if other != code]
    part = whole.votes[code]
    if isinstance(condition, Lead):
        part -= max(others, default=0)
    return Fraction(part, base) if base else Fraction(0)


def meets(condition: Condition, code: CandidacyCode, places: list[Place]) -> bool:
    value = value_of(condition, code, places)
    if isinstance(condition, Spread):
        return value >= condition.divisions
    if condition.comparison is Comparison.MORE_THAN:
        return value > condition.value
    return value >= condition.value


def decide(rule: WinnerRule | SeatsRule, places: list[Place]) -> Result:
    if isinstance(rule, SeatsRule):
        return _decide_seats(rule, places)
    votes = add_places(places).votes
    first = sorted(code for code in votes if votes[code] == max(votes.values()))

    def meets_all(code: CandidacyCode, clause: Clause) -> bool:
        return all(meets(condition, code, places) for condition in clause.conditions)

    meeting = [code for code in first if any(meets_all(code, item) for item in rule.clauses)]
    if meeting and votes[first[0]] and len(first) == 1:
        return Elected(first[0])
    if rule.runoff:
        return _decide_runoff(rule, votes)
    if meeting and votes[first[0]]:
        return FirstPlaceTied(tuple(first), rule.tie)
    return NobodyElected()


def _decide_runoff(rule: WinnerRule, votes: Votes) -> Result:
    """Take the codes whose place is sure, then those that may be drawn into what is left."""
    ahead = {code: sum(other > votes[code] for other in votes.values()) for code in votes}
    level = {code: sum(other == votes[code] for other in votes.values()) for code in votes}
    sure = tuple(sorted(code for code in votes if ahead[code] + level[code] <= rule.runoff))
    tied = tuple(
        sorted(code for code in votes if ahead[code] < rule.runoff < ahead[code] + level[code])
    )
    return RunoffPlaceTied(sure, tied, rule.runoff - len(sure)) if tied else Runoff(sure)


def _decide_seats(rule: SeatsRule, places: list[Place]) -> Result:
    """Write down all averages, largest first, and cut the list after the last seat."""
    votes = add_places(places).votes
    taking_part = [
        code
        for code in votes
        if votes[code] and (rule.threshold is None or meets(rule.threshold, code, places))
    ]
    averages = sorted(
        (
            (Fraction(votes[code], number), code)
            for code in taking_part
            for number in range(1, rule.seats + 2)
        ),
        reverse=True,
    )
    if not averages:
        return NobodyElected()
    last = averages[rule.seats - 1][0]
    seats = {code: sum(item == code and avg > last for avg, item in averages) for code in votes}
    tied = sorted(item for average, item in averages if average == last)
    left = rule.seats - sum(seats.values())
    if len(tied) > left:
        return SeatsTied(seats, tuple(tied), left, rule.tie)
    return Seats({code: seats[code] + tied.count(code) for code in votes})


def seats_in(result: Result, code: CandidacyCode) -> tuple[int, int]:
    """Give the fewest and the most seats of a candidacy, whichever way lots fall."""
    if isinstance(result, Seats):
        return result.by_candidacy[code], result.by_candidacy[code]
    if isinstance(result, SeatsTied):
        own = result.by_candidacy[code]
        return own, own + (code in result.tied)
    return 0, 0


def is_among_first(votes: Mapping[CandidacyCode, int], code: CandidacyCode, places: int) -> bool:
    """Say whether a candidacy has one of the first places without having to share the last."""
    return sum(votes[other] >= votes[code] for other in votes) <= places
