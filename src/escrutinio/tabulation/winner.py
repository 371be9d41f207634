"""Rules that elect one candidacy: what they give, and what is fixed before the count is complete.

A candidacy is elected when it has more votes than every other and meets all conditions of one
clause. When nobody is elected, the first ``runoff`` places lead to a run-off; with ``runoff`` 0
nobody is elected, unless only a shared first place stands in the way, which goes by the tie rule.

Facts used without a further check:

- A tie is never settled while a ballot is outstanding: that ballot, cast for one of the tied
  candidacies, breaks it.
- A completion with a tied first place that meets the rule exists exactly when some candidacy that
  meets a clause at best can at least draw level there, so one comparison covers both "nobody can
  be elected" and "no tie can stand in the way".
"""

from __future__ import annotations

from escrutinio.definition import CandidacyCode, WinnerRule
from escrutinio.tabulation.completions import Completions, holds
from escrutinio.tabulation.results import (
    CannotBeElected,
    CannotReachRunoff,
    Elected,
    Fact,
    FirstPlaceTied,
    NobodyElected,
    Result,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    SureOfRunoffPlace,
    SureToLead,
)

__all__ = ["decide_winner", "is_winner_settled", "list_winner_facts"]


def decide_winner(rule: WinnerRule, counted: Completions) -> Result | None:
    """Apply the rule to the counted votes, as if nothing were outstanding.

    Args:
        rule: the rule of the contest.
        counted: the counted votes, with nothing outstanding.

    Returns:
        The result, or None when it hangs on a figure that the source does not show.
    """
    votes = counted.whole.votes
    most = max(votes.values())
    first = tuple(sorted(code for code in votes if votes[code] == most))
    if len(first) == 1:
        if is_elected_in_all(rule, counted, first[0]):
            return Elected(first[0])
        if is_elected_in_some(rule, counted, first[0]):
            return None
    elif not rule.runoff and most:
        if any(_meets_at_worst(rule, counted, code) for code in first):
            return FirstPlaceTied(first, rule.tie)
        if any(_meets_at_best(rule, counted, code) for code in first):
            return None
    return _decide_runoff(rule, counted) if rule.runoff else NobodyElected()


def is_winner_settled(rule: WinnerRule, completions: Completions, counted: Result) -> bool:
    """Say whether every completion leads to the same result as the counted votes.

    Args:
        rule: the rule of the contest.
        completions: the counted votes and what is outstanding.
        counted: what ``decide_winner`` gives on the counted votes.
    """
    if not completions.outstanding:
        return True
    if isinstance(counted, Elected):
        return is_elected_in_all(rule, completions, counted.candidacy)
    if isinstance(counted, Runoff):
        sure = (is_sure_of_place(rule, completions, code) for code in counted.candidacies)
        return not _electable(rule, completions) and all(sure)
    return isinstance(counted, NobodyElected) and not any(
        completions.lead(code)[1] >= 0 and _meets_at_best(rule, completions, code)
        for code in completions.whole.votes
    )


def list_winner_facts(rule: WinnerRule, completions: Completions) -> tuple[Fact, ...]:
    """List what every completion has in common while the result is open."""
    codes = sorted(completions.whole.votes)
    facts: list[Fact] = [SureToLead(code) for code in codes if completions.lead(code)[0] > 0]
    electable = _electable(rule, completions)
    excluded = tuple(code for code in codes if code not in electable)
    if rule.runoff and not electable:
        facts.append(RunoffNeeded())
    elif excluded:
        facts.append(CannotBeElected(excluded))
    if rule.runoff:
        sure = tuple(code for code in codes if is_sure_of_place(rule, completions, code))
        out = tuple(code for code in codes if not can_reach_place(rule, completions, code))
        facts += [SureOfRunoffPlace(sure)] if sure else []
        facts += [CannotReachRunoff(out)] if out else []
    return tuple(facts)


def is_elected_in_all(rule: WinnerRule, completions: Completions, code: CandidacyCode) -> bool:
    """Say whether a candidacy is elected in every completion; unknown figures count as a no."""
    return completions.lead(code)[0] > 0 and _meets_at_worst(rule, completions, code)


def is_elected_in_some(rule: WinnerRule, completions: Completions, code: CandidacyCode) -> bool:
    """Say whether some completion elects a candidacy; unknown figures count as a yes."""
    return completions.lead(code)[1] > 0 and _meets_at_best(rule, completions, code)


def is_sure_of_place(rule: WinnerRule, completions: Completions, code: CandidacyCode) -> bool:
    """Say whether a candidacy is among the first ``runoff`` places in every completion.

    It loses its place, or has to share it, when as many others as there are places reach its
    votes. The cheapest way takes those that lack least; together they cannot have more votes
    than the outstanding ballots carry, and none more than one vote of each ballot.
    """
    own = completions.votes_of(code)
    votes = completions.whole.votes
    lacking = sorted(max(0, own - votes[other]) for other in votes if other != code)
    if len(lacking) < rule.runoff:
        return True
    needed = lacking[: rule.runoff]
    ballots = completions.outstanding
    return max(needed) > ballots or sum(needed) > ballots * completions.votes_allowed


def can_reach_place(rule: WinnerRule, completions: Completions, code: CandidacyCode) -> bool:
    """Say whether a candidacy reaches, or shares, a run-off place in some completion."""
    votes = completions.whole.votes
    most = votes[code] + completions.outstanding
    return sum(votes[other] > most for other in votes) < rule.runoff


def _electable(rule: WinnerRule, completions: Completions) -> set[CandidacyCode]:
    votes = completions.whole.votes
    return {code for code in votes if is_elected_in_some(rule, completions, code)}


def _decide_runoff(rule: WinnerRule, counted: Completions) -> Result:
    votes = counted.whole.votes
    order = sorted(votes, key=lambda code: -votes[code])
    if len(order) <= rule.runoff:
        return Runoff(tuple(sorted(order)))
    last = votes[order[rule.runoff - 1]]
    placed = tuple(sorted(code for code in votes if votes[code] > last))
    tied = tuple(sorted(code for code in votes if votes[code] == last))
    places = rule.runoff - len(placed)
    if len(tied) > places:
        return RunoffPlaceTied(placed, tied, places)
    return Runoff(tuple(sorted(placed + tied)))


def _meets_at_worst(rule: WinnerRule, completions: Completions, code: CandidacyCode) -> bool:
    """Say whether some clause holds in every completion, more votes than every other apart."""
    return any(
        all(
            holds(condition, completions.extremes(code, condition).worst, unknown=False)
            for condition in clause.conditions
        )
        for clause in rule.clauses
    )


def _meets_at_best(rule: WinnerRule, completions: Completions, code: CandidacyCode) -> bool:
    """Say whether some clause holds in some completion, more votes than every other apart."""
    return any(
        all(
            holds(condition, completions.extremes(code, condition).best, unknown=True)
            for condition in clause.conditions
        )
        for clause in rule.clauses
    )
