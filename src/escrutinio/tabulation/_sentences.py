"""What an outcome says, before it has a language.

Keys are permanent; the words stand in the catalogues. "Elected" is said only where the rule
allows it; before that a candidacy "has the most votes on the counted sheets". The basis of a
sentence, such as "if the sheets of this source are true copies", is added by the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from escrutinio.definition import (
    CandidacyCode,
    Comparison,
    Condition,
    Contest,
    Definition,
    Lead,
    SeatsRule,
    Spread,
    WinnerRule,
)
from escrutinio.primitives import Message, Number, Percent, Value, say
from escrutinio.tabulation.bounds import Scenario, ScenarioKind
from escrutinio.tabulation.completions import Completions
from escrutinio.tabulation.model import ContestTally
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
    Seats,
    SeatsBetween,
    SeatsTied,
    SureOfRunoffPlace,
    SureToLead,
)
from escrutinio.tabulation.seats import ballots_to_take_a_seat
from escrutinio.tabulation.standing import Standing

__all__ = ["say_arithmetic", "say_fact", "say_open", "say_result"]


def say_result(contest: Contest, result: Result, scenario: Scenario | None) -> Message:
    """Say a fixed result, with the condition under which it is fixed."""
    what = _say_what(contest, result)
    if scenario is not None and scenario.assumption is None and not scenario.outstanding:
        return say("outcome.complete", result=what)
    if scenario is None or scenario.assumption is None:
        return say("outcome.settled", result=what)
    if scenario.kind is ScenarioKind.NOTHING_ADDED:
        return say("outcome.on_counted_sheets", result=what)
    return say("outcome.settled_if", result=what, condition=scenario.assumption)


def say_open(
    contest: Contest, tally: ContestTally, scenario: Scenario | None, *, is_shown: bool
) -> Message:
    """Say who has the most votes on the counted sheets, and why the outcome is open.

    Args:
        contest: the contest the tally is of.
        tally: what is counted so far.
        scenario: why at most so many ballots are outstanding, or None when nothing is known.
        is_shown: whether the source shows every figure that the rule needs.
    """
    votes = {item.code: tally.total.candidacies.get(item.code, 0) for item in contest.candidacies}
    most = max(votes.values())
    first = [code for code in votes if votes[code] == most]
    if not most:
        standing = say("outcome.no_votes")
    elif len(first) > 1:
        standing = say("outcome.share_first", candidacies=_names(contest, first), votes=most)
    else:
        standing = say("outcome.has_most", candidacy=contest.name_of(first[0]), votes=most)
    return say(
        "outcome.is_open", standing=standing, reason=_say_why_open(scenario, is_shown=is_shown)
    )


def say_fact(contest: Contest, fact: Fact) -> Message:
    """Say what every completion has in common."""
    if isinstance(fact, SureToLead):
        return say("outcome.fact.sure_to_lead", candidacy=contest.name_of(fact.candidacy))
    if isinstance(fact, RunoffNeeded):
        return say("outcome.fact.runoff_needed")
    if isinstance(fact, SeatsBetween):
        key = (
            "outcome.fact.seats_fixed" if fact.least == fact.most else "outcome.fact.seats_between"
        )
        name = contest.name_of(fact.candidacy)
        return say(key, candidacy=name, least=fact.least, most=fact.most)
    keys: Mapping[type[Fact], str] = {
        CannotBeElected: "outcome.fact.cannot_be_elected",
        CannotReachRunoff: "outcome.fact.cannot_reach_runoff",
        SureOfRunoffPlace: "outcome.fact.sure_of_runoff_place",
    }
    return say(keys[type(fact)], candidacies=_names(contest, fact.candidacies))


def say_arithmetic(
    definition: Definition,
    contest: Contest,
    tally: ContestTally,
    completions: Completions,
    standing: Standing,
    counted: Result | None,
    scenario: Scenario | None,
) -> tuple[Message, ...]:
    """Say how an outcome follows: the numbers of the standing, then each condition."""
    rule = contest.rule
    sentences: list[Message] = []
    if scenario is not None and scenario.register is not None and scenario.turnout is None:
        sentences.append(
            say(
                "outcome.arithmetic.register_used",
                registered=scenario.register.registered,
                used=tally.total.register_used,
                outstanding=scenario.outstanding,
            )
        )
    if isinstance(rule, WinnerRule):
        sentences += _say_lead(contest, completions, standing)
        sentences += _say_conditions(definition, contest, rule, completions, standing)
        sentences += _say_runoff_gap(rule, completions)
    else:
        sentences += _say_next_seat(contest, completions, rule, counted)
    sentences += _say_what_is_missing(standing)
    unread = sum(tally.total.unknown.values())
    return (*sentences, *([say("outcome.arithmetic.unread", figures=unread)] if unread else []))


def _say_what(contest: Contest, result: Result) -> Message:
    """Say a result without saying how sure it is."""
    if isinstance(result, Seats | SeatsTied):
        return _say_seats(contest, result)
    if isinstance(result, NobodyElected):
        return say("outcome.result.nobody")
    if isinstance(result, Elected):
        return say("outcome.result.elected", candidacy=contest.name_of(result.candidacy))
    if isinstance(result, Runoff):
        return say("outcome.result.runoff", candidacies=_names(contest, result.candidacies))
    if isinstance(result, FirstPlaceTied):
        tied = _names(contest, result.candidacies)
        tie = say(f"outcome.tie.{result.tie}")
        return say("outcome.result.first_place_tied", candidacies=tied, tie=tie)
    tied = _names(contest, result.tied)
    return say("outcome.result.runoff_place_tied", candidacies=tied, places=result.places)


def _say_seats(contest: Contest, result: Seats | SeatsTied) -> Message:
    seats = tuple(
        say(
            "outcome.result.seats_of",
            candidacy=item.names,
            seats=result.by_candidacy[item.code],
        )
        for item in contest.candidacies
    )
    if isinstance(result, Seats):
        return say("outcome.result.seats", seats=seats)
    return say(
        "outcome.result.seats_tied",
        seats=seats,
        candidacies=_names(contest, result.tied),
        places=result.places,
        tie=say(f"outcome.tie.{result.tie}"),
    )


def _say_why_open(scenario: Scenario | None, *, is_shown: bool) -> Message:
    if not is_shown:
        return say("outcome.open.not_shown")
    if scenario is None:
        return say("outcome.open.unbounded")
    if scenario.assumption is None:
        return say("outcome.open.can_change", outstanding=scenario.outstanding)
    return say(
        "outcome.open.can_change_even_if",
        outstanding=scenario.outstanding,
        condition=scenario.assumption,
    )


def _say_lead(contest: Contest, completions: Completions, standing: Standing) -> Iterator[Message]:
    """Say the lead, what is outstanding, and what remains between them."""
    votes = completions.whole.votes
    if standing.leader is not None:
        leader = contest.name_of(standing.leader)
        if standing.runner_up is not None:
            yield say(
                "outcome.arithmetic.lead",
                leader=leader,
                leader_votes=votes[standing.leader],
                runner_up=contest.name_of(standing.runner_up),
                runner_up_votes=votes[standing.runner_up],
                lead=standing.lead,
            )
        else:
            yield say("outcome.arithmetic.lead_alone", leader=leader, lead=standing.lead)
    if standing.spare is not None and standing.outstanding:
        key = "outcome.arithmetic.spare" if standing.spare > 0 else "outcome.arithmetic.no_spare"
        yield say(
            key,
            lead=standing.lead,
            outstanding=standing.outstanding,
            difference=abs(standing.spare),
        )
    if standing.break_even_turnout is not None and standing.leader is not None:
        yield say("outcome.arithmetic.break_even", turnout=Percent(standing.break_even_turnout, 1))


def _say_conditions(
    definition: Definition,
    contest: Contest,
    rule: WinnerRule,
    completions: Completions,
    standing: Standing,
) -> Iterator[Message]:
    """Say for the leader what each clause demands, and its worst and best value."""
    if standing.leader is None:
        return
    for number, clause in enumerate(rule.clauses, start=1):
        for condition in clause.conditions:
            extremes = completions.extremes(standing.leader, condition)
            values: dict[str, Value] = {
                "clause": number,
                "candidacy": contest.name_of(standing.leader),
                "needed": Percent(condition.value),
                "base": say(f"outcome.base.{condition.of}"),
            }
            if extremes.worst is None or extremes.best is None:
                yield say("outcome.condition.not_shown", **values)
                continue
            if isinstance(condition, Spread):
                level = next(item for item in definition.levels if item.code == condition.level)
                values |= {"divisions": condition.divisions, "level": level.names}
                values |= {"worst": int(extremes.worst), "best": int(extremes.best)}
            else:
                values |= {
                    "worst": Percent(Fraction(extremes.worst)),
                    "best": Percent(Fraction(extremes.best)),
                }
            yield say(_condition_key(condition), **values)


def _condition_key(condition: Condition) -> str:
    name = "spread" if isinstance(condition, Spread) else "share"
    name = "lead" if isinstance(condition, Lead) else name
    strictness = "more_than" if condition.comparison is Comparison.MORE_THAN else "at_least"
    return f"outcome.condition.{name}_{strictness}"


def _say_runoff_gap(rule: WinnerRule, completions: Completions) -> Iterator[Message]:
    """Say how many votes lie between the last place of a run-off and the next."""
    order = sorted(completions.whole.votes.values(), reverse=True)
    if 0 < rule.runoff < len(order):
        gap = order[rule.runoff - 1] - order[rule.runoff]
        yield say("outcome.arithmetic.runoff_gap", places=rule.runoff, gap=gap)


def _say_next_seat(
    contest: Contest, completions: Completions, rule: SeatsRule, counted: Result | None
) -> Iterator[Message]:
    """Say which seat the fewest outstanding ballots would put in question."""
    yield say("outcome.arithmetic.seats", seats=rule.seats)
    if isinstance(counted, Seats):
        nearest = ballots_to_take_a_seat(completions, counted.by_candidacy)
        if nearest is not None:
            ballots, rival, holder = nearest
            yield say(
                "outcome.arithmetic.next_seat",
                ballots=ballots,
                rival=contest.name_of(rival),
                holder=contest.name_of(holder),
            )


def _say_what_is_missing(standing: Standing) -> Iterator[Message]:
    """Say the condition that needs no register: how many ballots the result can stand."""
    if standing.settled_below is not None:
        yield say("outcome.arithmetic.settled_below", ballots=standing.settled_below)
    if standing.stations_outstanding and standing.votes_per_missing_station:
        yield say(
            "outcome.arithmetic.per_station",
            stations=standing.stations_outstanding,
            votes=Number(standing.votes_per_missing_station),
        )


def _names(contest: Contest, codes: Iterable[CandidacyCode]) -> tuple[Value, ...]:
    """Give the names in the order of the contest, whatever the order of the codes."""
    wanted = set(codes)
    return tuple(item.names for item in contest.candidacies if item.code in wanted)
