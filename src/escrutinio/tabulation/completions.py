"""Completions: every way the outstanding ballots may still turn out.

At most ``outstanding`` ballots are added, in a division at most its own limit. Each is a vote for
a candidacy (with ``votes_allowed`` above one, for several), a blank or null ballot, or not cast.

Nothing is enumerated. For each condition of a clause the worst and the best value are reached by
known completions:

- worst for candidacy c: every ballot goes to the strongest rival. This keeps c's votes, raises
  every base by the most it can rise, and lowers c's lead by the most it can fall, all at once.
- best for c: every ballot goes to c. As c's votes are part of every base, no share can rise more.
- a spread is broken, or reached, in the divisions where that takes the fewest ballots, cheapest
  first; the ballots used there also go to the strongest rival, or to c.

So c is elected in every completion when some clause holds at the worst values, and in none when
no clause holds at the best. Both directions are exact as long as no two spread conditions have to
be broken, or reached, together; with more than one conservatively assume that what can be done
for each can be done for all, which may leave an outcome open that is settled, never the reverse.

Reference: statistics, section 3.1; compared with full enumeration in tests/reference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from escrutinio.definition import (
    Base,
    CandidacyCode,
    Condition,
    Contest,
    Definition,
    DivisionId,
    Lead,
    Spread,
    WinnerRule,
)
from escrutinio.tabulation.bounds import Scenario, votes_for_others
from escrutinio.tabulation.model import ContestTally, DivisionTally

__all__ = ["Area", "Completions", "Extremes", "holds", "prepare_completions"]

#: Code of the tally category that ``Base.VALID_AND_BLANK`` adds to the valid votes.
BLANK = "blank"

#: Code of the category of sources that do not tell blank from null ballots.
BLANK_AND_NULL = "blank_and_null"


@dataclass(frozen=True, slots=True)
class Area:
    """Counted votes of one area, and what shares of them are taken of.

    Attributes:
        votes: by candidacy; every candidacy of the contest is in it.
        bases: a base is None where the source does not show it.
    """

    votes: Mapping[CandidacyCode, int]
    bases: Mapping[Base, int | None]


@dataclass(frozen=True, slots=True)
class Extremes:
    """The worst and the best value of a condition over all completions.

    A value is a share for ``Share`` and ``Lead`` and a number of divisions for ``Spread``; None
    when the source does not show what it needs.
    """

    worst: Fraction | int | None
    best: Fraction | int | None


@dataclass(frozen=True, slots=True)
class Completions:
    """Counted votes and the limits of what may be added to them.

    Attributes:
        whole: the area of the contest.
        areas: by level, for the levels that a spread condition names; None for a division the
            tally says nothing of.
        limits: the most ballots of a division, where that is known.
        outstanding: the most ballots in all.
        votes_allowed: candidacies one ballot can vote for.
        votes_for_others: valid votes one ballot can add without a vote for a given candidacy.
    """

    whole: Area
    areas: Mapping[str, Mapping[DivisionId, Area | None]]
    limits: Mapping[DivisionId, int]
    outstanding: int
    votes_allowed: int
    votes_for_others: int

    def with_outstanding(self, ballots: int) -> Completions:
        """Give the same with another number of outstanding ballots, limits kept."""
        return replace(self, outstanding=ballots)

    def votes_of(self, candidacy: CandidacyCode) -> int:
        """Give the votes counted for a candidacy."""
        return self.whole.votes[candidacy]

    def strongest_rival(self, candidacy: CandidacyCode) -> int:
        """Give the most votes counted for any other candidacy; 0 without another."""
        votes = self.whole.votes
        return max((votes[other] for other in votes if other != candidacy), default=0)

    def lead(self, candidacy: CandidacyCode) -> tuple[int, int]:
        """Give the least and the greatest lead over the strongest rival, in votes."""
        lead = self.votes_of(candidacy) - self.strongest_rival(candidacy)
        added_to_rival = self.outstanding if len(self.whole.votes) > 1 else 0
        return lead - added_to_rival, lead + self.outstanding

    def extremes(self, candidacy: CandidacyCode, condition: Condition) -> Extremes:
        """Give the worst and the best value of a condition for a candidacy."""
        if isinstance(condition, Spread):
            return self._spread(candidacy, condition)
        base = self.whole.bases[condition.of]
        if base is None:
            return Extremes(None, None)
        votes = self.votes_of(candidacy)
        worst, best = votes, votes + self.outstanding
        if isinstance(condition, Lead):
            worst, best = self.lead(candidacy)
        grown = base + self._growth_without(condition.of) * self.outstanding
        return Extremes(_share(worst, grown), _share(best, base + self.outstanding))

    def _growth_without(self, base: Base) -> int:
        """Give the most one ballot adds to a base without a vote for a given candidacy."""
        if base is Base.VALID:
            return self.votes_for_others
        return 1 if base is Base.CAST else max(self.votes_for_others, 1)

    def _spread(self, candidacy: CandidacyCode, condition: Spread) -> Extremes:
        """Give the fewest and the most divisions of the level in which the share is reached."""
        areas = self.areas[condition.level]
        sure, lost_for, gained_for, unknown = 0, [], [], 0
        for division, area in areas.items():
            base = None if area is None else area.bases[condition.of]
            if area is None or base is None:
                unknown += 1
                continue
            limit = min(self.outstanding, self.limits.get(division, self.outstanding))
            votes = area.votes[candidacy]
            if _reached(condition, votes, base):
                sure += 1
                lost_for.append(self._cost_of_losing(condition, votes, base, limit))
            else:
                gained_for.append(_cost_of_gaining(condition, votes, base, limit))
        lost = _affordable(lost_for, self.outstanding)
        gained = _affordable(gained_for, self.outstanding)
        return Extremes(sure - lost, sure + gained + unknown)

    def _cost_of_losing(self, condition: Spread, votes: int, base: int, limit: int) -> int | None:
        """Give the fewest ballots of others that take the share away, or None above the limit."""
        growth = self._growth_without(condition.of)
        return _fewest(limit, lambda added: not _reached(condition, votes, base + growth * added))


def holds(condition: Condition, value: Fraction | int | None, *, unknown: bool) -> bool:
    """Say whether a value of ``Completions.extremes`` meets its condition.

    Args:
        condition: the condition.
        value: its worst or best value.
        unknown: the answer when the source does not show the value.
    """
    if value is None:
        return unknown
    if isinstance(condition, Spread):
        return value >= condition.divisions
    return condition.comparison.holds(value, condition.value)


def prepare_completions(
    definition: Definition, contest: Contest, tally: ContestTally, scenario: Scenario | None
) -> Completions:
    """Gather what a rule needs to know of the counted votes and of what is outstanding.

    Args:
        definition: the election.
        contest: the contest the tally is of.
        tally: what is counted so far.
        scenario: why at most so many ballots are outstanding; None for the counted sheets alone.
    """
    rule = contest.rule
    levels = {
        condition.level
        for clause in (rule.clauses if isinstance(rule, WinnerRule) else ())
        for condition in clause.conditions
        if isinstance(condition, Spread)
    }
    return Completions(
        whole=_area(contest, tally.total),
        areas={level: _areas(definition, contest, tally, level) for level in levels},
        limits=scenario.by_division if scenario else {},
        outstanding=scenario.outstanding if scenario else 0,
        votes_allowed=contest.votes_allowed,
        votes_for_others=votes_for_others(contest),
    )


def _areas(
    definition: Definition, contest: Contest, tally: ContestTally, level: str
) -> dict[DivisionId, Area | None]:
    """Give the counted votes of every division of a level; None where they are not known.

    A source may place sheets only in a larger division (a feed of wards that does not name their
    county). The smaller divisions inside it are then unknown, and not divisions without votes.
    """
    counted = {item.division: item for item in tally.divisions}
    placed: dict[DivisionId, int] = {}
    for item in tally.divisions:
        parent = definition.division_by_id[item.division].parent
        if parent is not None:
            placed[parent] = placed.get(parent, 0) + item.counters.counted
    vague = {
        division
        for division, stations in placed.items()
        if division in counted and counted[division].counters.counted > stations
    }
    areas: dict[DivisionId, Area | None] = {}
    for division in definition.divisions:
        path = definition.path_of(division.division)
        if division.level == level and contest.division in path:
            found = counted.get(division.division)
            is_told = found is not None and vague.isdisjoint(path[:-1])
            areas[division.division] = _area(contest, found) if found and is_told else None
    return areas


def _area(contest: Contest, tally: DivisionTally) -> Area:
    return Area(
        votes={item.code: tally.candidacies.get(item.code, 0) for item in contest.candidacies},
        bases={
            Base.VALID: tally.valid,
            Base.VALID_AND_BLANK: _valid_and_blank(contest, tally),
            Base.CAST: _cast(contest, tally),
        },
    )


def _cast(contest: Contest, tally: DivisionTally) -> int | None:
    """Give the ballots cast, or None where they may hold the votes that cannot be read.

    With several votes per ballot the ballots of a sheet are known although a figure on it is
    not. What that figure adds would then be added to the ballots a second time.
    """
    is_counted_twice = contest.votes_allowed > 1 and any(tally.unknown.values())
    return None if is_counted_twice else tally.cast


def _valid_and_blank(contest: Contest, tally: DivisionTally) -> int | None:
    """Add the blank ballots, or give None where the source does not show them by themselves."""
    category = {item.code: item for item in contest.categories}
    for code, item in category.items():
        if code == BLANK:
            blank = tally.categories.get(code)
            if item.in_valid:
                return tally.valid
            return None if blank is None else tally.valid + blank
    return None if BLANK_AND_NULL in category else tally.valid


def _share(part: int, base: int) -> Fraction:
    """Give part of base; without any votes every share is zero."""
    return Fraction(part, base) if base else Fraction(0)


def _reached(condition: Spread, votes: int, base: int) -> bool:
    """Say whether a division reaches the share; one without votes does not."""
    wanted = condition.value
    return base > 0 and condition.comparison.holds(
        votes * wanted.denominator, wanted.numerator * base
    )


def _cost_of_gaining(condition: Spread, votes: int, base: int, limit: int) -> int | None:
    """Give the fewest ballots for a candidacy that reach the share, or None above the limit."""
    return _fewest(limit, lambda added: _reached(condition, votes + added, base + added))


def _fewest(limit: int, is_enough: Callable[[int], bool]) -> int | None:
    """Give the least number up to the limit that is enough; more than enough is enough too."""
    found = bisect_left(range(limit + 1), True, key=is_enough)  # noqa: FBT003
    return found if found <= limit else None


def _affordable(costs: Sequence[int | None], budget: int) -> int:
    """Count how many of these can be paid for, cheapest first."""
    paid = 0
    for number, cost in enumerate(sorted(cost for cost in costs if cost is not None)):
        paid += cost
        if paid > budget:
            return number
    return sum(cost is not None for cost in costs)
