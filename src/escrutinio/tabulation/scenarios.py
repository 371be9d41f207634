"""Scenarios: every reason the definition gives why at most so many ballots are outstanding.

================================  ===============================================================
``caps``                          the caps of all outstanding stations; no assumption
``register:<id>``                 a register total holds; minus what the counted sheets need of it
``register:<id>,turnout:<text>``  and only that share of the rest votes, text as printed
``nothing_added``                 the counted sheets alone
================================  ================================================================

Reference: design, section 4 (Bulletin); statistics, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Protocol

from escrutinio.definition import Contest, Definition, DivisionId, RegisterTotal
from escrutinio.primitives import Message, Names, Percent, decimals_of, say
from escrutinio.tabulation.bounds import Scenario, ScenarioKind
from escrutinio.tabulation.model import ContestTally

__all__ = [
    "DEFINITION_REGISTER",
    "StatedTurnout",
    "check_registers",
    "compute_scenarios",
    "nothing_added",
    "widest_scenario",
]

#: Id of the register total that the definition itself gives the division of a contest.
DEFINITION_REGISTER = "definition"


class StatedTurnout(Protocol):
    """A turnout as a source prints it; ``claims.PrintedShare`` is one."""

    @property
    def text(self) -> str:
        """The percentage with the decimals it was printed with, such as ``59.97``."""
        ...

    @property
    def share(self) -> Fraction:
        """The same as an exact share, such as 5997/10000."""
        ...


def compute_scenarios(
    definition: Definition,
    contest: Contest,
    tally: ContestTally,
    turnouts: Sequence[StatedTurnout] = (),
) -> tuple[Scenario, ...]:
    """List every reason the definition gives why at most so many ballots are outstanding.

    Args:
        definition: the election.
        contest: the contest the tally is of.
        tally: what is counted so far.
        turnouts: turnouts that circulate, assumed outside the counted sheets.

    Returns:
        ``caps`` when every outstanding station has one, then each register total in the order of
        the definition, followed by the same register under each turnout. A register smaller than
        the rolls already counted is left out; ``check_registers`` names it. Nothing at all when
        nothing is known: the outcome is then open.
    """
    scenarios = []
    if tally.total.outstanding_cap is not None:
        scenarios.append(_caps_scenario(tally, tally.total.outstanding_cap))
    for register in _registers_of(definition, contest):
        if register.registered >= tally.total.register_used:
            whole = _register_scenario(definition, tally, register)
            scenarios.append(whole)
            scenarios += [_turnout_scenario(whole, register, turnout) for turnout in turnouts]
    return tuple(scenarios)


def check_registers(
    definition: Definition, contest: Contest, tally: ContestTally
) -> tuple[Message, ...]:
    """Name each register total that is smaller than the rolls of the counted sheets.

    Such a register contradicts the sheets, so no bound can rest on it.
    """
    used = tally.total.register_used
    return tuple(
        say(
            "outcome.register_contradicted",
            register=register.names,
            registered=register.registered,
            used=used,
            beyond=used - register.registered,
        )
        for register in _registers_of(definition, contest)
        if register.registered < used
    )


def widest_scenario(scenarios: Sequence[Scenario]) -> Scenario | None:
    """Give the scenario a first sentence rests on: caps, else the largest register.

    Turnouts are never chosen: they assume more than a register does.
    """
    caps = (item for item in scenarios if item.kind is ScenarioKind.CAPS)
    registers = [item for item in scenarios if item.kind is ScenarioKind.REGISTER]
    return next(caps, max(registers, key=lambda item: item.outstanding, default=None))


def nothing_added() -> Scenario:
    """Assume that nothing is outstanding: the counted sheets alone."""
    return Scenario(
        id=ScenarioKind.NOTHING_ADDED.value,
        kind=ScenarioKind.NOTHING_ADDED,
        outstanding=0,
        by_division={},
        outstanding_registered=None,
        register=None,
        turnout=None,
        assumption=say("outcome.assume.nothing_added"),
    )


def _caps_scenario(tally: ContestTally, outstanding: int) -> Scenario:
    return Scenario(
        id=ScenarioKind.CAPS.value,
        kind=ScenarioKind.CAPS,
        outstanding=outstanding,
        by_division={
            item.division: item.outstanding_cap
            for item in tally.divisions
            if item.outstanding_cap is not None
        },
        outstanding_registered=None,
        register=None,
        turnout=None,
        assumption=None,
    )


def _registers_of(definition: Definition, contest: Contest) -> Iterator[RegisterTotal]:
    """Give the contest's register totals, else what the definition says of its division."""
    yield from contest.register_totals
    registered = definition.division_by_id[contest.division].registered
    if not contest.register_totals and registered is not None:
        names = Names({"en": "definition of the election", "es": "definición de la elección"})
        yield RegisterTotal(DEFINITION_REGISTER, registered, names, "")


def _register_scenario(
    definition: Definition, tally: ContestTally, register: RegisterTotal
) -> Scenario:
    outstanding = register.registered - tally.total.register_used
    return Scenario(
        id=f"{ScenarioKind.REGISTER}:{register.id}",
        kind=ScenarioKind.REGISTER,
        outstanding=outstanding,
        by_division=_room_by_division(definition, tally, register),
        outstanding_registered=outstanding,
        register=register,
        turnout=None,
        assumption=say(
            "outcome.assume.register", register=register.names, registered=register.registered
        ),
    )


def _turnout_scenario(whole: Scenario, register: RegisterTotal, turnout: StatedTurnout) -> Scenario:
    """Assume the turnout over everything outside; a single division may still vote in full."""
    exact = turnout.share * whole.outstanding
    outstanding = exact.numerator // exact.denominator
    return Scenario(
        id=f"{whole.id},{ScenarioKind.TURNOUT}:{turnout.text}",
        kind=ScenarioKind.TURNOUT,
        outstanding=outstanding,
        by_division=whole.by_division,
        outstanding_registered=whole.outstanding,
        register=register,
        turnout=turnout.share,
        assumption=say(
            "outcome.assume.turnout",
            register=register.names,
            registered=register.registered,
            turnout=Percent(turnout.share, decimals_of(turnout.text)),
        ),
    )


def _room_by_division(
    definition: Definition, tally: ContestTally, register: RegisterTotal
) -> dict[DivisionId, int]:
    """Give what each division's own register leaves outside its counted sheets.

    A register total larger than what the definition knows of all divisions of a level leaves
    open where the difference votes: conservatively assume in each of them. A division whose
    sheets hold more than its register has no limit of its own.
    """
    counted = {item.division: item for item in tally.divisions}
    inside = [item for item in definition.divisions if item.division in counted]
    known: dict[str, int] = {}
    for division in inside:
        known[division.level] = known.get(division.level, 0) + (division.registered or 0)
    room: dict[DivisionId, int] = {}
    for division in inside:
        used = counted[division.division].register_used
        if division.registered is not None and division.registered >= used:
            beyond = max(0, register.registered - known[division.level])
            room[division.division] = division.registered + beyond - used
    return room
