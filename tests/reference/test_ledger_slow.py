"""The ledger says of random logs what reading every entry again says.

Every answer is asked at two places of the log, and the ledger is stored and loaded in between.
"""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from escrutinio.tabulation.ledger import (
    Ledger,
    find_findings,
    pending_holds,
    record_rows,
    tabulate_rows,
    treatment_rows,
)
from tests.reference.random_logs import RandomLog, random_log
from tests.reference.slow_ledger import SlowLedger
from tests.reference.slow_ledger_answers import (
    SlowFinding,
    SlowRow,
    slow_chain_findings,
    slow_counters,
    slow_departures,
    slow_rows,
    slow_votes,
)

_settings = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _compare(ledger: Ledger, slow: SlowLedger) -> None:
    assert {(item.step, item.index) for item in ledger.departures} == slow_departures(slow)
    world = slow.world_before(len(slow.entries))
    assert ledger.policy == world.policy
    enrolled = {key for keys in ledger.keys_by_id().values() for key in keys}
    assert enrolled == world.keys_ever
    for position, contest in enumerate(ledger.genesis.contests):
        rows = record_rows(ledger, contest)
        treated = [SlowRow(*row[1:]) for row in treatment_rows(rows).iter_rows()]
        assert treated == slow_rows(slow, position)
        _compare_totals(ledger, slow, position)
        findings = find_findings(ledger, rows)
        chain = findings.filter(findings["code"].str.starts_with("CHAIN-"))
        found = [
            SlowFinding(rows.entries[index] or 0, code, expected, figure)
            for index, code, expected, figure in chain.select(
                "index", "code", "expected", "found"
            ).iter_rows()
        ]
        assert sorted(found, key=lambda item: item[:2]) == slow_chain_findings(slow, position)
        by_digest = {entry.digest: entry for entry in reversed(slow.entries)}
        wanted: dict[bytes, set[str]] = {}
        for index, code, severity in findings.select("index", "code", "severity").iter_rows():
            sheet = None if index is None else rows.sheets[index]
            if sheet is not None and severity in {"block", "hold"}:
                wanted.setdefault(sheet.digest, set()).add(code)
        holds = {item.sheet: item.codes for item in pending_holds(ledger, rows, findings)}
        assert holds == {
            digest: tuple(sorted(fresh))
            for digest, codes in wanted.items()
            if (fresh := codes - slow.named_codes(by_digest[digest]))
        }


def _compare_totals(ledger: Ledger, slow: SlowLedger, position: int) -> None:
    tally = tabulate_rows(ledger, record_rows(ledger, ledger.genesis.contests[position]))
    counters = {
        item.division: (
            item.counters.expected,
            item.counters.counted,
            item.counters.held,
            item.counters.closed,
        )
        for item in tally.divisions
    }
    assert counters == slow_counters(slow, position)
    if slow.is_official:
        total = tally.total
        votes = {str(code): figure for code, figure in total.candidacies.items()}
        votes |= {f"category.{code}": figure or 0 for code, figure in total.categories.items()}
        assert votes == slow_votes(slow, position)


def _walk(log: RandomLog) -> None:
    ledger = Ledger.begin(log.definition)
    half = len(log.entries) // 2
    for entry in log.entries[:half]:
        ledger.apply(entry)
    _compare(ledger, SlowLedger(log.definition, log.entries[:half]))
    stored = ledger.dump()
    loaded = Ledger.load(stored, log.definition)
    assert loaded.dump() == stored
    for entry in log.entries[half:]:
        loaded.apply(entry)
        ledger.apply(entry)
    assert loaded.dump() == ledger.dump()
    _compare(loaded, SlowLedger(log.definition, log.entries))


@given(seed=st.integers(0, 2**32))
# In a contest without party lines a candidacy withdraws in favour of another, and one of the two
# figures cannot be read.
@example(seed=5519)
@example(seed=6823)
@_settings
def test_a_log_of_signed_sheets_says_what_its_entries_say(seed: int) -> None:
    """Forks, corrections, holds, decisions, replaced keys, moves, withdrawals: all of the rules."""
    _walk(random_log(seed, is_official=True))


@given(seed=st.integers(0, 2**32))
@_settings
def test_a_log_of_transcribed_sheets_says_what_its_entries_say(seed: int) -> None:
    """Readings that repeat, corrections, decisions about readings."""
    _walk(random_log(seed, is_official=False))
