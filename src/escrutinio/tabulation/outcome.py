"""Outcome: whether the result is settled, settled if something holds, or open, and why.

*Settled* means: the same candidacy elected, the same run-off or the same seats in every
completion of what is outstanding, where outstanding ballots may be blank, null or not cast at all.
With a register total or a turnout assumed the most one can say is "settled if". Otherwise the
outcome is open, and lists what every completion has in common.

More outstanding ballots allow every completion that fewer allow, so an outcome settled for some
number is settled for every smaller one. ``settled_below`` is found by halving for this reason.

Reference: design, section 4 (Bulletin); statistics, sections 3.1 and 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from escrutinio.definition import (
    Contest,
    ContestCode,
    Definition,
    SeatsRule,
    WinnerRule,
)
from escrutinio.primitives import Message
from escrutinio.tabulation._sentences import say_arithmetic, say_fact, say_open, say_result
from escrutinio.tabulation.bounds import Scenario
from escrutinio.tabulation.completions import Completions, prepare_completions
from escrutinio.tabulation.model import ContestTally
from escrutinio.tabulation.results import Fact, Result
from escrutinio.tabulation.scenarios import nothing_added
from escrutinio.tabulation.seats import decide_seats, is_seats_settled, list_seat_bounds
from escrutinio.tabulation.standing import Standing, compute_standing, find_settled_below
from escrutinio.tabulation.winner import decide_winner, is_winner_settled, list_winner_facts

__all__ = ["Outcome", "OutcomeStatus", "compute_outcome", "compute_outcome_counted"]


class OutcomeStatus(StrEnum):
    """What can be said before everything is counted."""

    SETTLED = "settled"
    SETTLED_IF = "settled_if"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows for one contest under one scenario.

    Attributes:
        contest: which one.
        scenario: why at most so many ballots are outstanding; None when no reason is known.
        status: settled, settled if, or open.
        result: what every completion leads to; None when open.
        counted: what the counted sheets alone lead to; None when that hangs on a figure the
            source does not show.
        facts: what every completion has in common although the result is open; empty when it is
            not, as the result says more.
        condition: what has to be true for a result that is ``settled_if``; else None.
        standing: the numbers behind it.
        sentence: the outcome in one or two sentences.
        notes: the facts as sentences.
        arithmetic: how it follows, as sentences.
    """

    contest: ContestCode
    scenario: Scenario | None
    status: OutcomeStatus
    result: Result | None
    counted: Result | None
    facts: tuple[Fact, ...]
    condition: Message | None
    standing: Standing
    sentence: Message
    notes: tuple[Message, ...]
    arithmetic: tuple[Message, ...]


def compute_outcome(
    definition: Definition, contest: Contest, tally: ContestTally, scenario: Scenario | None
) -> Outcome:
    """Say what is fixed, whatever the outstanding ballots say.

    **Assumes the counted sheets are true documents, each counted once.**

    Args:
        definition: the election.
        contest: the contest the tally is of.
        tally: what is counted so far.
        scenario: why at most so many ballots are outstanding; None when nothing is known, which
            leaves the outcome open and still gives the numbers that need no bound.
    """
    completions = prepare_completions(definition, contest, tally, scenario)
    counted = _decide(contest, completions)
    below = find_settled_below(
        lambda ballots: _is_settled(contest, completions.with_outstanding(ballots), counted)
    )
    standing = compute_standing(contest, tally, completions, scenario, below)
    is_fixed = scenario is not None and _is_settled(contest, completions, counted)
    result = counted if is_fixed else None
    condition = scenario.assumption if scenario is not None and is_fixed else None
    facts = () if is_fixed or scenario is None else _list_facts(contest, completions)
    return Outcome(
        contest=contest.code,
        scenario=scenario,
        status=_status(is_fixed=is_fixed, condition=condition),
        result=result,
        counted=counted,
        facts=facts,
        condition=condition,
        standing=standing,
        sentence=say_open(contest, tally, scenario, is_shown=counted is not None)
        if result is None
        else say_result(contest, result, scenario),
        notes=tuple(say_fact(contest, fact) for fact in facts),
        arithmetic=say_arithmetic(
            definition, contest, tally, completions, standing, counted, scenario
        ),
    )


def compute_outcome_counted(
    definition: Definition, contest: Contest, tally: ContestTally
) -> Outcome:
    """Say what the counted sheets alone lead to, as if nothing were outstanding.

    A figure that cannot be read on them counts as zero; the arithmetic says how many there are.

    Returns:
        An outcome that is settled if nothing is added; open only when the rule needs a figure
        that the source does not show.
    """
    return compute_outcome(definition, contest, tally, nothing_added())


def _status(*, is_fixed: bool, condition: Message | None) -> OutcomeStatus:
    if not is_fixed:
        return OutcomeStatus.OPEN
    return OutcomeStatus.SETTLED if condition is None else OutcomeStatus.SETTLED_IF


def _decide(contest: Contest, completions: Completions) -> Result | None:
    """Apply the rule of the contest to the counted votes."""
    rule, counted = contest.rule, completions.with_outstanding(0)
    if isinstance(rule, SeatsRule):
        return decide_seats(rule, counted)
    return decide_winner(rule, counted)


def _is_settled(contest: Contest, completions: Completions, counted: Result | None) -> bool:
    rule = contest.rule
    if counted is None:
        return False
    if isinstance(rule, SeatsRule):
        return is_seats_settled(rule, completions, counted)
    return is_winner_settled(rule, completions, counted)


def _list_facts(contest: Contest, completions: Completions) -> tuple[Fact, ...]:
    rule = contest.rule
    if isinstance(rule, WinnerRule):
        return list_winner_facts(rule, completions)
    return list_seat_bounds(rule, completions)
