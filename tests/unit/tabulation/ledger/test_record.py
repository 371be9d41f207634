"""The record as a whole: genesis, bulletins, proclamation, unknown entries, stored ledgers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escrutinio.definition import BulletinSchedule
from escrutinio.errors import MalformedError, UsageError
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    Bulletin,
    Genesis,
    Hold,
    Proclamation,
    StationMoved,
    UnknownContent,
)
from escrutinio.polling import Incident, IncidentClass
from escrutinio.primitives import sha256_hex
from escrutinio.tabulation.ledger import Ledger
from tests.builders import contest, definition
from tests.ledger_world import Writer, official, sheet


def _read(log: Writer) -> Ledger:
    ledger = Ledger.begin(log.definition)
    for entry in log.entries:
        ledger.apply(entry)
    return ledger


def _steps(log: Writer) -> list[tuple[str, int]]:
    return [(item.step, item.index) for item in _read(log).departures]


def _bulletin(number: int, time_s: int, size: int, previous: bytes | None) -> Bulletin:
    return Bulletin(number, time_s, size, bytes(32), previous, bytes(32), 10, ())


def test_a_definition_without_signers_opens_no_log() -> None:
    """Nobody could sign anything in it."""
    with pytest.raises(UsageError, match="trust"):
        Ledger.begin(definition(contest("A B")))


def test_the_genesis_is_the_first_entry_and_of_this_definition() -> None:
    """V01: without it the log is about anything."""
    made = official()
    twice = Writer(made)
    twice.add("op", twice.entries[0].content)
    assert _steps(twice) == [("V01", 1)]
    other = Writer(made)
    other.entries.clear()
    other.add("op", Genesis(bytes(32), 1000))
    assert _steps(other) == [("V01", 0)]
    none = Writer(made)
    none.entries.clear()
    none.add("d1", sheet("1"))
    assert _steps(none) == [("V01", 0)]
    skipped = Ledger.begin(made)
    skipped.skip(3)
    assert [(item.step, item.index) for item in skipped.departures] == [("V01", 0)]
    assert skipped.size == 3


def test_the_genesis_states_the_size_of_the_definition() -> None:
    """Checked where the caller knows it."""
    log = Writer(official())
    ledger = Ledger.begin(log.definition, genesis_bytes=999)
    ledger.apply(log.entries[0])
    assert [item.expected for item in ledger.departures] == ["999 bytes"]


def test_entries_come_in_order() -> None:
    """A gap would be an entry that nobody took or passed over."""
    log = Writer(official())
    log.add("d1", sheet("1"))
    ledger = Ledger.begin(log.definition)
    with pytest.raises(ValueError, match="entry 1 where entry 0 is next"):
        ledger.apply(log.entries[1])


def test_bulletins_in_a_chain_depart_nowhere() -> None:
    """Numbers, links, sizes and times, on schedule."""
    log = Writer(official(schedule=BulletinSchedule(100, 50), not_before_s=100))
    first = log.add("op", _bulletin(1, 120, 1, None))
    log.add("d1", sheet("1"))
    log.add("op", _bulletin(2, 170, 3, first.digest))
    assert not _steps(log)
    assert [item.bulletin.number for item in _read(log).bulletins] == [1, 2]


@pytest.mark.parametrize(
    ("number", "time_s", "size", "link"),
    [
        (3, 150, 2, "last"),
        (2, 150, 2, "none"),
        (2, 150, 3, "last"),
        (2, 150, 0, "last"),
        (2, 120, 2, "last"),
        (2, 171, 2, "last"),
    ],
    ids=["number", "link", "beyond its place", "smaller than before", "time", "late"],
)
def test_a_bulletin_out_of_the_chain_departs(
    number: int, time_s: int, size: int, link: str
) -> None:
    """V16: a reader sees that one was dropped, changed, or came when none was due any more."""
    log = Writer(official(schedule=BulletinSchedule(100, 50)))
    first = log.add("op", _bulletin(1, 120, 1, None))
    log.add("op", _bulletin(number, time_s, size, first.digest if link == "last" else bytes(32)))
    assert _steps(log) == [("V16", 2)]


def test_the_first_bulletin_is_due_one_distance_after_the_beginning() -> None:
    """And none comes before the time before which nothing is published."""
    late = Writer(official(schedule=BulletinSchedule(100, 50)))
    late.add("op", _bulletin(1, 151, 1, None))
    assert _steps(late) == [("V16", 1)]
    early = Writer(official(not_before_s=100))
    early.add("op", _bulletin(1, 99, 1, None))
    assert _steps(early) == [("V16", 1)]


def test_after_the_proclamation_no_bulletin_is_due() -> None:
    """The gap may then be of any length."""
    log = Writer(official(schedule=BulletinSchedule(100, 50)))
    first = log.add("op", _bulletin(1, 120, 1, None))
    proposal = log.add("a1", Proclamation(first.digest, 1, 130))
    log.add("a3", Approval(proposal.digest))
    log.add("op", _bulletin(2, 9000, 1, first.digest))
    assert not _steps(log)
    assert [item.index for item in _read(log).proclamations] == [2]


def test_a_proclamation_names_a_bulletin_that_is_there() -> None:
    """V20: by its digest and by its number."""
    log = Writer(official())
    first = log.add("op", _bulletin(1, 120, 1, None))
    log.add("a1", Proclamation(first.digest, 2, 130))
    log.add("a1", Proclamation(bytes(32), 1, 130))
    assert _steps(log) == [("V20", 2), ("V20", 3)]


def test_unknown_entries_are_kept_and_critical_ones_remembered() -> None:
    """A later version may have put something in them on which totals depend."""
    log = Writer(official())
    log.add("d1", UnknownContent(65100, is_critical=False))
    assert not _read(log).is_critical_unknown
    log.add("op", UnknownContent(65300, is_critical=True))
    ledger = _read(log)
    assert ledger.is_critical_unknown
    assert [item.index for item in ledger.records] == [1, 2]
    assert not ledger.departures


def test_an_incident_is_at_a_station_or_in_a_division() -> None:
    """Who may report it must be enrolled for that place."""
    log = Writer(official())
    for signer, place in (("u1", "1"), ("u1", "N"), ("u1", "S"), ("d1", "1"), ("d1", "N")):
        log.add(signer, Incident(place, IncidentClass.OTHER, 1, None))
    assert _steps(log) == [("V08", 3), ("V08", 5)]


def _stored() -> tuple[Writer, bytes]:
    log = Writer(official())
    placed = log.add("d1", sheet("1"))
    log.add("op", Hold(placed.digest, ("CHAIN-003",)))
    moved = log.add("a1", Amendment(StationMoved("1", "S", "")))
    log.add("a2", Approval(moved.digest))
    return log, _read(log).dump()


def test_a_stored_ledger_goes_on_where_it_was() -> None:
    """Amendments are in force again, and the same entries lead to the same state."""
    log, data = _stored()
    ledger = Ledger.load(data, log.definition)
    assert ledger.dump() == data
    assert ledger.definition == _read(log).definition
    entry = log.add("c3", sheet("1"))
    ledger.apply(entry)
    assert ledger.dump() == _read(log).dump()


def test_a_stored_ledger_of_another_election_is_refused() -> None:
    """Its entries were about other stations and keys."""
    log, data = _stored()
    other = replace(log.definition, identity=sha256_hex(b"another election"))
    with pytest.raises(MalformedError, match="election"):
        Ledger.load(data, other)


@pytest.mark.parametrize("cut", [0, 5, 25, -1], ids=["nothing", "format", "beginning", "end"])
def test_a_stored_ledger_that_was_cut_is_refused(cut: int) -> None:
    """A file that was not written to its end is no state."""
    log, data = _stored()
    with pytest.raises(MalformedError):
        Ledger.load(data[:cut], log.definition)


def test_a_stored_ledger_with_bytes_after_it_is_refused() -> None:
    """There is one spelling of a state."""
    log, data = _stored()
    with pytest.raises(MalformedError):
        Ledger.load(data + b"\x00", log.definition)
