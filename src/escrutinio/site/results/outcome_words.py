"""The outcome that a bulletin states, in words.

The body of a bulletin holds codes and numbers; here they become the sentences that ``check`` and
the report say (``tabulation/outcome.py``), so that a bulletin of any age reads the same.

Format page: docs/formats/bulletin-body.md, Outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from escrutinio.definition import CandidacyCode, Contest, Definition
from escrutinio.primitives import Message, Names, say
from escrutinio.tabulation import OutcomeStatus

__all__ = ["StatedOutcome", "read_outcomes"]


class _Result(msgspec.Struct):
    """What every completion leads to; which fields are there depends on the kind."""

    kind: str
    candidacy: str | None = None
    candidacies: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    places: int = 0
    tie: str | None = None
    seats: tuple[tuple[str, int], ...] = ()


class _Scenario(msgspec.Struct):
    """Why at most so many ballots are outstanding."""

    id: str
    kind: str
    outstanding: int
    register: int | None


class _Outcome(msgspec.Struct):
    status: OutcomeStatus
    result: _Result | None
    scenario: _Scenario | None


class _Contest(msgspec.Struct):
    contest: str
    outcomes: tuple[_Outcome, ...]
    changes: tuple[msgspec.Raw, ...] | None


class _Body(msgspec.Struct):
    contests: tuple[_Contest, ...]


_DECODER = msgspec.json.Decoder(_Body)


@dataclass(frozen=True, slots=True)
class StatedOutcome:
    """What a bulletin says of a contest.

    Attributes:
        contest: which one, as it was frozen.
        status: settled, settled if, or open.
        sentence: the outcome in words.
        changes: number of stations that changed otherwise than from missing to counted since the
            bulletin before; 0 in the first.
    """

    contest: Contest
    status: OutcomeStatus
    sentence: Message
    changes: int


def read_outcomes(body: bytes, definition: Definition) -> tuple[StatedOutcome, ...]:
    """Say the outcome of each contest of a bulletin.

    Of several scenarios the one that says most is taken: settled without an assumption, then
    settled if something holds, then open; of several such the one with most outstanding.

    Args:
        body: ``bulletin.json``, whose digest stands in a verified entry.
        definition: the genesis definition, which names every candidacy there ever was.
    """
    stated = []
    for item in _DECODER.decode(body).contests:
        contest = definition.contest(item.contest)
        if contest is not None:
            best = _strongest(item.outcomes)
            sentence = _say(contest, best)
            stated.append(StatedOutcome(contest, best.status, sentence, len(item.changes or ())))
    return tuple(stated)


def _strongest(outcomes: Sequence[_Outcome]) -> _Outcome:
    order = list(OutcomeStatus)
    return min(
        outcomes,
        key=lambda item: (
            order.index(item.status),
            0 if item.scenario is None else -item.scenario.outstanding,
        ),
    )


def _say(contest: Contest, outcome: _Outcome) -> Message:
    scenario, result = outcome.scenario, outcome.result
    if result is None or scenario is None:
        return _say_open(scenario)
    what = _say_result(contest, result)
    if scenario.register is not None:
        register = _name_of_register(contest, scenario.id)
        condition = say("outcome.assume.register", registered=scenario.register, register=register)
        return say("outcome.settled_if", condition=condition, result=what)
    return say("outcome.settled" if scenario.outstanding else "outcome.complete", result=what)


def _say_open(scenario: _Scenario | None) -> Message:
    if scenario is None:
        return say("outcome.open.unbounded")
    return say("outcome.open.can_change", outstanding=scenario.outstanding)


def _name_of_register(contest: Contest, scenario: str) -> Names | Message:
    identifier = scenario.partition(":")[2]
    for total in contest.register_totals:
        if total.id == identifier:
            return total.names
    return say("site.outcome.register_definition")


def _say_result(contest: Contest, result: _Result) -> Message:
    names = tuple(contest.name_of(CandidacyCode(code)) for code in result.candidacies)
    match result.kind:
        case "elected":
            elected = contest.name_of(CandidacyCode(result.candidacy or ""))
            return say("outcome.result.elected", candidacy=elected)
        case "runoff":
            return say("outcome.result.runoff", candidacies=names)
        case "nobody_elected":
            return say("outcome.result.nobody")
        case "first_place_tied":
            tie = say(f"outcome.tie.{result.tie}")
            return say("outcome.result.first_place_tied", candidacies=names, tie=tie)
        case "runoff_place_tied":
            tied = tuple(contest.name_of(CandidacyCode(code)) for code in result.tied)
            return say("outcome.result.runoff_place_tied", candidacies=tied, places=result.places)
        case _:
            return _say_seats(contest, result)


def _say_seats(contest: Contest, result: _Result) -> Message:
    seats = tuple(
        say(
            "outcome.result.seats_of",
            candidacy=contest.name_of(CandidacyCode(code)),
            seats=number,
        )
        for code, number in result.seats
    )
    if not result.tied:
        return say("outcome.result.seats", seats=seats)
    return say(
        "outcome.result.seats_tied",
        seats=seats,
        candidacies=tuple(contest.name_of(CandidacyCode(code)) for code in result.tied),
        places=result.places,
        tie=say(f"outcome.tie.{result.tie}"),
    )
