"""Which sheet stands for a station, and what keeps it out of the totals."""

from __future__ import annotations

import polars as pl
import pytest

from escrutinio.log.entries.model import (
    Approval,
    Closure,
    Confirmation,
    Decision,
    DecisionKind,
    DecisionReason,
    Entry,
    Hold,
    UnknownContent,
)
from escrutinio.polling import AdmittedSeal, ClosingAudit, StationOpening
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.tabulation.ledger import (
    Ledger,
    RecordRows,
    find_findings,
    pending_holds,
    record_rows,
    tabulate_rows,
    treatment_rows,
)
from tests.ledger_world import Writer, official, sheet, transcription


def _read(log: Writer) -> Ledger:
    ledger = Ledger.begin(log.definition)
    for entry in log.entries:
        ledger.apply(entry)
    return ledger


def _rows(log: Writer) -> RecordRows:
    ledger = _read(log)
    return record_rows(ledger, ledger.genesis.contests[0])


def _fate(log: Writer, station: str = "1") -> tuple[str, int | None, str]:
    """Say what became of a station: treatment, entry, reason."""
    fates = treatment_rows(_rows(log)).filter(pl.col("station") == station)
    return fates.select("treatment", "entry", "reason").row(0)


def _steps(log: Writer) -> list[tuple[str, int]]:
    return [(item.step, item.index) for item in _read(log).departures]


def _codes(log: Writer) -> set[str]:
    ledger = _read(log)
    found = find_findings(ledger, record_rows(ledger, ledger.genesis.contests[0]))
    return {code for code in found["code"] if code.startswith("CHAIN-")}


def _day(log: Writer, admitted: int | None = 23, counters: int | None = 0) -> Entry:
    """Log the opening, the seal and the sheet of station 1."""
    opening = log.add("d1", StationOpening("1", 100, counters))
    seal = log.add("d1", AdmittedSeal("1", 0, 23, 800, opening.digest))
    return log.add("d1", sheet("1", follows=seal.digest, admitted=admitted))


def _decide(
    log: Writer,
    kind: DecisionKind,
    named: Entry | None,
    closure: Closure | None = None,
    station: str = "1",
) -> Entry:
    """Log a decision that two of the authority sign."""
    reason = DecisionReason.PAPER
    digest = None if named is None else named.digest
    proposal = log.add("a1", Decision(kind, station, 0, digest, reason, closure))
    return log.add("a2", Approval(proposal.digest))


def test_a_plain_station_is_counted_and_nothing_is_found() -> None:
    """Opening, seal and sheet in order: the sealed number stands beside the stated one."""
    log = Writer(official())
    placed = _day(log)
    assert _fate(log) == ("counted", placed.index, "")
    assert not _codes(log)
    assert not _steps(log)
    frame = _rows(log).table.frame
    assert frame.select("admitted", "check_ins", "option.A1").row(0) == (23, 23, 10)


def test_a_listed_station_without_a_sheet_is_missing() -> None:
    """Every expected station has a row from the first minute."""
    log = Writer(official())
    assert _fate(log, "4") == ("missing", None, "")


def test_the_first_sheet_counts_and_a_fork_is_a_finding() -> None:
    """A stolen key cannot rewrite what is logged, nor take it out of the count."""
    log = Writer(official())
    first = _day(log)
    log.add("d1", sheet("1", (20, 0, 0), follows=bytes(32)))
    assert _fate(log) == ("counted", first.index, "")
    assert _codes(log) == {"CHAIN-001"}
    assert not _steps(log)


def test_the_same_sheet_logged_twice_says_nothing_new() -> None:
    """A duplicate is harmless: no fork, no departure."""
    log = Writer(official())
    first = _day(log)
    log.add("d1", first.content)
    assert _fate(log) == ("counted", first.index, "")
    assert not _codes(log)
    assert not _steps(log)


def test_a_later_version_counts_from_its_approval_on() -> None:
    """Until then it is noted; from then on it is the station's sheet."""
    log = Writer(official())
    first = _day(log)
    later = log.add("b1", sheet("1", (11, 5, 7), version=2, follows=first.digest))
    log.add("b2", Confirmation(later.digest, None))
    assert _fate(log) == ("counted", first.index, "")
    assert _codes(log) == {"CHAIN-002"}
    _decide(log, DecisionKind.APPROVE, later)
    assert _fate(log) == ("counted", later.index, "approve:paper")
    assert not _codes(log)


def test_a_later_version_alone_leaves_the_station_missing() -> None:
    """Nobody approved it, so the station is outstanding, and its row says why."""
    log = Writer(official())
    log.add("d1", sheet("1", version=2, follows=bytes(range(32))))
    assert _fate(log) == ("missing", None, "not_approved")


def test_one_signature_of_two_is_no_decision() -> None:
    """k of n: the author may sign again and stays one."""
    log = Writer(official())
    first = _day(log)
    decision = Decision(DecisionKind.ANNUL, "1", 0, first.digest, DecisionReason.RULING, None)
    proposal = log.add("a1", decision)
    log.add("a1", Approval(proposal.digest))
    assert _fate(log) == ("counted", first.index, "")
    log.add("a3", Approval(proposal.digest))
    assert _fate(log) == ("closed", first.index, "annul:ruling")


def test_a_release_lifts_the_holds_before_it_and_no_later_one() -> None:
    """A new hold after a release holds again, until it is released too."""
    log = Writer(official())
    first = _day(log)
    log.add("op", Hold(first.digest, ("CHAIN-006", "SHEET-301")))
    assert _fate(log) == ("held", first.index, "CHAIN-006 SHEET-301")
    _decide(log, DecisionKind.RELEASE, first)
    assert _fate(log) == ("counted", first.index, "release:paper")
    log.add("op", Hold(first.digest, ("CHAIN-008",)))
    assert _fate(log) == ("held", first.index, "CHAIN-008 release:paper")


def test_a_decision_holds_a_sheet() -> None:
    """The reason is that of the decision."""
    log = Writer(official())
    first = _day(log)
    _decide(log, DecisionKind.HOLD, first)
    assert _fate(log) == ("held", first.index, "hold:paper")


def test_a_closed_station_is_closed_whatever_arrives() -> None:
    """Closed goes before everything else, and its row has no sheet."""
    log = Writer(official())
    _decide(log, DecisionKind.CLOSE, None, Closure.NOT_INSTALLED)
    _day(log)
    assert _fate(log) == ("closed", None, "not_installed:paper")
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    counters = tabulate_rows(ledger, rows).total.counters
    assert (counters.expected, counters.closed, counters.missing) == (4, 1, 3)
    assert not pending_holds(ledger, rows, find_findings(ledger, rows))


def test_an_annulled_sheet_stays_visible_and_adds_nothing() -> None:
    """Closed means: will add no votes."""
    log = Writer(official())
    first = _day(log)
    _decide(log, DecisionKind.ANNUL, first)
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    total = tabulate_rows(ledger, rows).total
    assert (total.counters.closed, total.counters.received, total.valid) == (1, 1, 0)
    assert rows.table.frame["status"].to_list() == ["annulled"]


def test_a_centre_needs_two_people() -> None:
    """The second is another signer of the same role; a third adds nothing."""
    log = Writer(official())
    placed = log.add("c1", sheet("3"))
    assert _fate(log, "3") == ("held", placed.index, "unconfirmed")
    log.add("c1", Confirmation(placed.digest, None))
    log.add("b1", Confirmation(placed.digest, None))
    log.add("c3", Confirmation(placed.digest, None))
    assert _fate(log, "3") == ("held", placed.index, "unconfirmed")
    assert [step for step, _ in _steps(log)] == ["V08", "V08", "V08"]
    log.add("c2", Confirmation(placed.digest, None))
    assert _fate(log, "3") == ("counted", placed.index, "")


def test_the_scan_of_the_first_confirmation_that_counts_is_kept() -> None:
    """Who may not confirm names no scan either, and a later one replaces none."""
    log = Writer(official())
    placed = log.add("c1", sheet("3"))
    log.add("c3", Confirmation(placed.digest, bytes(32)))
    assert _rows(log).copies == (None,)
    log.add("c2", Confirmation(placed.digest, b"\1" * 32))
    log.add("c2", Confirmation(placed.digest, b"\2" * 32))
    assert _rows(log).copies == (b"\1" * 32,)


def test_no_release_replaces_the_second_person() -> None:
    """Unconfirmed is no finding that a decision could lift."""
    log = Writer(official())
    placed = log.add("c1", sheet("3"))
    _decide(log, DecisionKind.RELEASE, placed, station="3")
    assert _fate(log, "3") == ("held", placed.index, "unconfirmed release:paper")


def test_an_unlisted_station_is_shown_outside_the_totals() -> None:
    """Only a board of the whole election can sign for it."""
    log = Writer(official())
    log.add("c1", sheet("nowhere"))
    placed = log.add("b1", sheet("nowhere"))
    log.add("b2", Confirmation(placed.digest, None))
    assert _fate(log, "nowhere") == ("out_of_catalogue", placed.index, "")
    assert _steps(log) == [("V08", 1)]


@pytest.mark.parametrize(
    ("signer", "content"),
    [
        ("d2", sheet("1")),
        ("c1", sheet("1")),
        ("c3", sheet("3")),
        ("a1", sheet("1")),
        ("u1", StationOpening("1", 0, 0)),
        ("d1", Hold(bytes(32), ("SHEET-301",))),
        ("op", Decision(DecisionKind.CLOSE, "1", 0, None, DecisionReason.PAPER, Closure.MERGED)),
        ("d1", ClosingAudit("2", 0, bytes(32), (1, 1, 1), (1,), 0)),
        ("stranger", UnknownContent(65100, is_critical=False)),
        (
            "s1",
            TranscribedSheet("1", 0, 1, 0, None, None, {}, (), None, (), None, None),
        ),
    ],
    ids=[
        "device of another station",
        "centre for a station with a device",
        "centre of another division",
        "authority",
        "auditor opening a station",
        "device holding",
        "operator deciding",
        "device auditing another station",
        "nobody",
        "source in an official record",
    ],
)
def test_an_entry_by_somebody_else_says_nothing(signer: str, content: object) -> None:
    """The record should not hold it: V08 names its place."""
    log = Writer(official())
    log.add(signer, content)  # type: ignore[arg-type]  # the table mixes kinds of entries
    assert _steps(log) == [("V08", 1)]
    assert _fate(log) == ("missing", None, "")


def test_signed_sheets_are_no_part_of_a_transcription_record() -> None:
    """A record of readings of copies never looks like an official one."""
    log = Writer(transcription())
    log.add("d1", sheet("1"))
    log.add("d1", StationOpening("1", 0, 0))
    assert _steps(log) == [("V08", 1), ("V08", 2)]


def test_what_names_a_missing_entry_departs() -> None:
    """The log's operator could have seen that; the station has no part in it."""
    log = Writer(official())
    first = _day(log)
    nothing = bytes(range(32))
    log.add("op", Hold(nothing, ("SHEET-301",)))
    log.add("b1", Confirmation(nothing, None))
    log.add("a1", Approval(nothing))
    reason = DecisionReason.PAPER
    log.add("a1", Decision(DecisionKind.ANNUL, "1", 0, nothing, reason, None))
    log.add("a1", Decision(DecisionKind.ANNUL, "2", 0, first.digest, reason, None))
    log.add("a1", Decision(DecisionKind.CLOSE, "nowhere", 0, None, reason, Closure.MERGED))
    assert _steps(log) == [("V10", at) for at in range(4, 10)]


def test_a_sheet_on_another_form_departs() -> None:
    """Another number of lines cannot be laid beside the definition."""
    log = Writer(official())
    log.add("d1", sheet("1", (1, 2)))
    log.add("d1", sheet("1", of=7))
    assert _steps(log) == [("V07", 1), ("V07", 2)]


def test_each_break_of_the_chain_has_its_code() -> None:
    """What the sheet names must have been logged before it."""
    plain = Writer(official())
    _day(plain, admitted=22)
    assert _codes(plain) == {"CHAIN-006"}

    counters = Writer(official())
    _day(counters, counters=3)
    assert _codes(counters) == {"CHAIN-005"}

    unreadable = Writer(official())
    _day(unreadable, counters=None)
    assert _codes(unreadable) == {"CHAIN-005"}

    no_seal = Writer(official())
    no_seal.add("d1", sheet("1"))
    assert _codes(no_seal) == {"CHAIN-003"}

    no_opening = Writer(official())
    seal = no_opening.add("d1", AdmittedSeal("1", 0, 23, 800, bytes(32)))
    no_opening.add("d1", sheet("1", follows=seal.digest))
    assert _codes(no_opening) == {"CHAIN-004"}

    two_seals = Writer(official())
    opening = two_seals.add("d1", StationOpening("1", 100, 0))
    two_seals.add("d1", AdmittedSeal("1", 0, 23, 800, opening.digest))
    second = two_seals.add("d1", AdmittedSeal("1", 0, 25, 800, opening.digest))
    two_seals.add("d1", sheet("1", follows=second.digest, admitted=25))
    assert _codes(two_seals) == {"CHAIN-006", "CHAIN-007"}


def test_an_audit_may_come_before_its_sheet() -> None:
    """Stations send when they can; the paper is compared once both are there."""
    sent = Writer(official())
    placed = _day(sent)
    late = Writer(official())
    audit = ClosingAudit("1", 0, placed.digest, (9, None, 7), (1,), 1000)
    late.add("u1", audit)
    assert not _steps(late)
    _day(late)
    assert _codes(late) == {"CHAIN-008"}


def test_what_must_be_held_is_held_once() -> None:
    """A hold entry names its codes; then nothing is pending, released or not."""
    log = Writer(official())
    placed = _day(log, admitted=22)
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    findings = find_findings(ledger, rows)
    assert pending_holds(ledger, rows, findings) == [
        Hold(placed.digest, ("CHAIN-006", "SHEET-303"))
    ]
    log.add("op", Hold(placed.digest, ("CHAIN-006", "SHEET-303")))
    _decide(log, DecisionKind.RELEASE, placed)
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    assert not pending_holds(ledger, rows, find_findings(ledger, rows))
    assert _fate(log) == ("counted", placed.index, "release:paper")


def test_rows_of_another_place_are_refused() -> None:
    """A ledger goes on; what it says then is not about the rows taken before."""
    log = Writer(official())
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    ledger.skip()
    with pytest.raises(ValueError, match="rows of 1 entries with a ledger of 2"):
        tabulate_rows(ledger, rows)


def _reading(version: int = 1, follows: bytes | None = None, votes: int = 5) -> TranscribedSheet:
    figures = {"candidacy.A": votes, "candidacy.B": 2}
    reason = None if version == 1 else 1
    return TranscribedSheet("1", 0, version, 0, None, None, figures, (), None, (), follows, reason)


def test_a_source_corrects_its_own_reading_at_once() -> None:
    """Nobody approves it, and nobody else can do it."""
    log = Writer(transcription())
    first = log.add("s1", _reading())
    log.add("s2", _reading(2, first.digest, votes=9))
    assert _steps(log) == [("V10", 2)]
    second = log.add("s1", _reading(2, first.digest, votes=6))
    assert _fate(log) == ("counted", second.index, "")
    assert len(_rows(log).table) == 1


def test_a_second_correction_of_one_reading_stands_beside_the_first() -> None:
    """The source contradicts itself; the checks see both, and a decision follows the first."""
    log = Writer(transcription())
    first = log.add("s1", _reading())
    second = log.add("s1", _reading(2, first.digest, votes=6))
    log.add("s1", _reading(2, first.digest, votes=7))
    assert len(_rows(log).table) == 2
    _decide(log, DecisionKind.APPROVE, first)
    assert _rows(log).entries == (second.index,)


def test_two_readings_of_one_station_stand_side_by_side_until_one_is_chosen() -> None:
    """The checks see both; a decision can say which one stands."""
    log = Writer(transcription())
    log.add("s1", _reading())
    other = log.add("s2", _reading(votes=6))
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    assert {"SHEET-002"} <= set(find_findings(ledger, rows)["code"])
    _decide(log, DecisionKind.APPROVE, other)
    assert _fate(log) == ("counted", other.index, "approve:paper")
    assert len(_rows(log).table) == 1
