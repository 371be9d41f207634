"""Family N: checks of a tally, beyond any single sheet.

Codes and words: ``sheet/checks/tally.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from escrutinio.definition import Contest, Definition, DivisionId
from escrutinio.tabulation.model import ContestTally

__all__ = ["TallyFinding", "check_tally"]


@dataclass(frozen=True, slots=True)
class TallyFinding:
    """One finding about a division.

    Attributes:
        code: ``TALLY-nnn``.
        division: which one.
        expected: figure it should not be beyond.
        found: figure it has.
    """

    code: str
    division: DivisionId
    expected: int
    found: int


def check_tally(
    definition: Definition, contest: Contest, tally: ContestTally
) -> Iterator[TallyFinding]:
    """Give the findings about the divisions of a tally.

    Args:
        definition: gives what is known of stations and registers.
        contest: gives the register totals that circulate.
        tally: what adding the sheets gave.
    """
    for item in tally.divisions:
        counters = item.counters
        if counters.surplus and counters.expected is not None:
            yield TallyFinding("TALLY-001", item.division, counters.expected, counters.accounted)
        registered = definition.division_by_id[item.division].registered
        if registered is not None and item.register_used > registered:
            yield TallyFinding("TALLY-002", item.division, registered, item.register_used)
    total = tally.total
    for register in contest.register_totals:
        if total.register_used > register.registered:
            yield TallyFinding(
                "TALLY-002", total.division, register.registered, total.register_used
            )
    if 0 < total.registered_stations < total.counters.counted:
        yield TallyFinding(
            "TALLY-003", total.division, total.counters.counted, total.registered_stations
        )
