"""Laws of a log: a source's sheets add up to what ``check`` adds up, whatever is logged around."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from escrutinio.definition import Definition, RecordKind, SheetType
from escrutinio.sheet import CellState, SheetTable
from escrutinio.sheet.transcribed_table import transcribe_table
from escrutinio.tabulation.ledger import (
    Ledger,
    find_findings,
    pending_holds,
    record_rows,
    tabulate_rows,
)
from tests.builders import findings_of, tally_of
from tests.ledger_world import Writer, official
from tests.reference.random_logs import random_log
from tests.strategies import World, worlds


def _with_signers(made: Definition) -> Definition:
    return replace(made, record_kind=RecordKind.TRANSCRIPTION, trust=official().trust)


def _shows_every_field(table: SheetTable) -> bool:
    absent = int(CellState.NOT_ON_SOURCE)
    shown = [(table.state(field) != absent).any().alias(field) for field in table.fields]
    return len(table) > 0 and all(table.frame.select(shown).row(0))


@given(world=worlds())
@settings(max_examples=100, deadline=None)
def test_readings_in_a_log_add_up_to_what_check_adds_up(world: World) -> None:
    """The same sheets, found and held by entries instead of findings: the same tally."""
    assume(world.sheet_type is SheetType.MACHINE)
    log = Writer(_with_signers(world.definition))
    for reading in transcribe_table(world.table, world.definition):
        log.add("s1", reading)
    # Rows that are equal in everything are one entry; a field that is on no sheet has no column.
    assume(len({entry.digest for entry in log.entries}) == len(log.entries))
    assume(_shows_every_field(world.table))
    ledger = Ledger.begin(log.definition)
    for entry in log.entries:
        ledger.apply(entry)
    rows = record_rows(ledger, world.contest)
    findings = find_findings(ledger, rows)
    expected = findings_of(world.table, log.definition)
    columns = ["index", "code", "severity", "station", "fields", "expected", "found"]
    key = ["index", "code", "fields"]
    assert findings.select(columns).sort(key).equals(expected.select(columns).sort(key))
    for hold in pending_holds(ledger, rows, findings):
        ledger.apply(log.add("op", hold))
    tally = tabulate_rows(ledger, record_rows(ledger, world.contest))
    assert replace(tally, source="test") == tally_of(world.table, log.definition)


@given(seed=st.integers(0, 2**32), cut=st.integers(0, 60))
@settings(max_examples=50, deadline=None)
def test_a_stored_ledger_goes_on_as_if_nothing_had_happened(seed: int, cut: int) -> None:
    """Incremental verification gives the same guarantee as one run."""
    log = random_log(seed, is_official=True)
    whole = Ledger.begin(log.definition)
    parts = Ledger.begin(log.definition)
    for entry in log.entries:
        if entry.index == cut:
            parts = Ledger.load(parts.dump(), log.definition)
        whole.apply(entry)
        parts.apply(entry)
    assert parts.dump() == whole.dump()
    assert parts.definition == whole.definition
    assert parts.keys_by_id() == whole.keys_by_id()
