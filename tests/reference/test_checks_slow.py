"""The columns find on random tables exactly what reading sheet by sheet finds."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from escrutinio.sheet import CATALOGUE
from tests.builders import findings_of
from tests.reference.slow_checks import Finding, slow_findings
from tests.strategies import World, worlds


def _fast(world: World) -> Counter[Finding]:
    frame = findings_of(world.table, world.definition, roll=world.roll_frame)
    wanted = ["index", "code", "severity", "fields", "expected", "found"]
    return Counter(Finding(*row) for row in frame.select(wanted).iter_rows())


@given(world=worlds())
@settings(max_examples=200)
def test_columns_find_what_reading_sheet_by_sheet_finds(world: World) -> None:
    """A condition that is null in a column must not hide, or invent, a finding."""
    assert _fast(world) == Counter(slow_findings(world))


def test_random_tables_reach_every_check() -> None:
    """A comparison says nothing of a rule that no example reaches."""
    reached: set[str] = set()

    @given(world=worlds())
    @settings(max_examples=300, database=None)
    def gather(world: World) -> None:
        reached.update(finding.code for finding in slow_findings(world))

    gather()
    # SHEET-212 compares two tables and TALLY codes look at a whole tally.
    decided = {code for code in CATALOGUE if code.startswith("SHEET-")} - {"SHEET-212"}
    assert decided <= reached
