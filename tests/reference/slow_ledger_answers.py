"""What follows from a log for stations and totals, literally: station by station, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from escrutinio.definition import Contest
from escrutinio.log.entries.model import (
    Bulletin,
    Closure,
    Decision,
    DecisionKind,
    Entry,
    Genesis,
    LoggedSheet,
    Proclamation,
    WithdrawnVotes,
)
from escrutinio.polling import AdmittedSeal, ClosingAudit, StationOpening
from escrutinio.sheet import SheetStatus
from escrutinio.sheet.tally_sheet import NOT_ON_FORM
from escrutinio.sheet.transcribed import TranscribedSheet
from tests.reference.slow_ledger import SlowLedger

__all__ = [
    "SlowFinding",
    "SlowRow",
    "slow_chain_findings",
    "slow_counters",
    "slow_departures",
    "slow_rows",
    "slow_votes",
]

_BEST_FIRST = ("counted", "repeated", "held", "closed", "missing", "out_of_catalogue")
_STATUSES = tuple(SheetStatus)


class SlowRow(NamedTuple):
    """What became of one station."""

    station: str
    division: str | None
    treatment: str
    entry: int | None
    version: int | None
    reason: str


class SlowFinding(NamedTuple):
    """One finding of the chain checks."""

    entry: int
    code: str
    expected: int | None
    found: int | None


# --- departures ---------------------------------------------------------------------------------


def slow_departures(log: SlowLedger) -> set[tuple[str, int]]:
    """Give step and place of everything in which the record departs from the rules."""
    found = {(step, entry.index) for entry in log.entries for step in log.complaints(entry)}
    found |= set(_genesis_departures(log))
    for place, change in log.amendments(len(log.entries)):
        if not log.is_applicable(log.world_before(place), change):
            found.add(("V02", place))
    bulletins = [entry for entry, _ in log.of_kind(Bulletin)]
    for at, entry in enumerate(bulletins):
        if not _is_chained(log, entry, bulletins[at - 1] if at else None):
            found.add(("V16", entry.index))
    return found


def _genesis_departures(log: SlowLedger) -> Iterator[tuple[str, int]]:
    if not log.entries:
        return
    if not isinstance(log.entries[0].content, Genesis):
        yield "V01", 0
    for entry, genesis in log.of_kind(Genesis):
        if entry.index > 0 or genesis.identity.hex() != log.definition.identity:
            yield "V01", entry.index


def _is_chained(log: SlowLedger, entry: Entry, last: Entry | None) -> bool:
    bulletin, before = entry.content, None if last is None else last.content
    assert isinstance(bulletin, Bulletin)
    assert before is None or isinstance(before, Bulletin)
    rules = [bulletin.size <= entry.index]
    if before is None or last is None:
        rules += [bulletin.number == 1, bulletin.previous is None]
    else:
        rules += [bulletin.number == before.number + 1, bulletin.previous == last.digest]
        rules += [bulletin.size >= before.size, bulletin.time_s > before.time_s]
    earliest, schedule = log.trust.publish_not_before_s, log.trust.bulletins
    if earliest is not None:
        rules.append(bulletin.time_s >= earliest)
    is_proclaimed = any(
        isinstance(item.content, Proclamation) and log.in_force_at(item, entry.index) is not None
        for item in log.entries[: entry.index]
    )
    if schedule is not None and not is_proclaimed:
        since = schedule.begin_s
        if before is not None and before.time_s > since:
            since = before.time_s
        rules.append(bulletin.time_s - since <= schedule.every_s)
    return all(rules)


# --- stations -----------------------------------------------------------------------------------


def slow_rows(log: SlowLedger, contest: int) -> list[SlowRow]:
    """Give what became of every station that is expected or has sheets, in order of its id."""
    area = log.definition.contests[contest].division
    divisions = log.world_before(len(log.entries)).divisions
    listed = {item for item, division in divisions.items() if log.is_in(division, area)}
    logged = {log.place_of(item)[0] for item in log.sheets() if log.place_of(item)[1] == contest}
    rows = []
    for station in sorted(listed | logged | _closed_stations(log, contest)):
        found = _readings(log, station, contest)
        if station not in listed:
            found = [row._replace(treatment="out_of_catalogue", division=None) for row in found]
        else:
            found = [row._replace(division=divisions[station]) for row in found]
        rows.append(min(found, key=lambda row: _BEST_FIRST.index(row.treatment)))
    return rows


def _closed_stations(log: SlowLedger, contest: int) -> set[str]:
    return {
        decision.station
        for entry, decision in log.of_kind(Decision)
        if decision.kind is DecisionKind.CLOSE
        and decision.contest == contest
        and log.in_force_at(entry) is not None
    }


def _readings(log: SlowLedger, station: str, contest: int) -> list[SlowRow]:
    closures = [item for _, item in log.decisions(station, contest) if item.closure is not None]
    if closures:
        word = {Closure.NOT_INSTALLED: "not_installed", Closure.MERGED: "merged"}
        last = closures[-1]
        assert last.closure is not None
        reason = f"{word[last.closure]}:{last.reason.name.lower()}"
        return [SlowRow(station, None, "closed", None, None, reason)]
    rows: list[SlowRow] = []
    for sheet in log.effective(station, contest):
        treatment, reason = _treat(log, sheet)
        if treatment == "counted" and "counted" in {row.treatment for row in rows}:
            treatment = "repeated"
        version = log.version_of(sheet)
        rows.append(SlowRow(station, None, treatment, sheet.index, version, reason))
    if not rows:
        reason = "not_approved" if log.sheets_of(station, contest) else ""
        rows.append(SlowRow(station, None, "missing", None, None, reason))
    return rows


def _treat(log: SlowLedger, sheet: Entry) -> tuple[str, str]:
    annulled = log.last_reason(sheet, DecisionKind.ANNUL)
    if annulled is not None:
        return "closed", f"annul:{annulled}"
    holds = log.hold_words(sheet)
    words = [
        *holds,
        *(
            f"{kind.name.lower()}:{reason}"
            for kind in (DecisionKind.APPROVE, DecisionKind.RELEASE)
            if (reason := log.last_reason(sheet, kind)) is not None
        ),
    ]
    status = SheetStatus.SHEET
    if isinstance(sheet.content, TranscribedSheet):
        status = _STATUSES[sheet.content.status]
    treatment = "held" if holds or status.is_held else "counted"
    if status.is_missing:
        treatment = "missing"
    elif status.is_closed:
        treatment = "closed"
    return treatment, " ".join(words)


# --- totals -------------------------------------------------------------------------------------


def slow_counters(log: SlowLedger, contest: int) -> Mapping[str, tuple[int, int, int, int]]:
    """Give expected, counted, held and closed stations of every division of a contest."""
    rows = slow_rows(log, contest)
    divisions = log.world_before(len(log.entries)).divisions
    area = log.definition.contests[contest].division
    counters = {}
    for division in log.parents:
        if not log.is_in(division, area):
            continue
        expected = sum(log.is_in(place, division) for place in divisions.values())
        inside = [row for row in rows if row.division and log.is_in(row.division, division)]
        counts = [
            sum(row.treatment == treatment for row in inside)
            for treatment in ("counted", "held", "closed")
        ]
        counters[division] = (expected, counts[0], counts[1], counts[2])
    return counters


def slow_votes(log: SlowLedger, contest: int) -> Mapping[str, int]:
    """Add the votes of every candidacy and category over the counted sheets of a signed record.

    Of what a candidacy inherits the readable part is added; a withdrawn candidacy's own category
    takes the votes of a sheet when all of them can be read.
    """
    made = log.definition.contests[contest]
    withdrawn = log.world_before(len(log.entries)).withdrawn
    changes = [item for item in withdrawn if item.contest == contest]
    totals: dict[str, int] = {item.code: 0 for item in made.candidacies}
    totals |= {f"category.{item.code}": 0 for item in made.categories}
    for change in changes:
        del totals[change.candidacy]
        if change.votes is WithdrawnVotes.VOID:
            totals[f"category.withdrawn:{change.candidacy}"] = 0
    entries = {row.entry for row in slow_rows(log, contest) if row.treatment == "counted"}
    for entry in log.entries:
        if entry.index not in entries or not isinstance(entry.content, LoggedSheet):
            continue
        for code, lines in _lines_on(entry.content, made).items():
            place: str = code
            for change in changes:
                if change.candidacy == place:
                    is_void = change.votes is WithdrawnVotes.VOID
                    place = f"category.withdrawn:{place}" if is_void else str(change.heir)
            if place in totals and (not place.startswith("category.") or None not in lines):
                totals[place] += sum(line or 0 for line in lines)
        for item, figure in zip(made.categories, entry.content.categories, strict=True):
            totals[f"category.{item.code}"] += figure or 0
    return totals


def _lines_on(sheet: LoggedSheet, contest: Contest) -> Mapping[str, list[int | None]]:
    owners = [item.candidacy for item in contest.options]
    owners = owners or [item.code for item in contest.candidacies]
    lines: dict[str, list[int | None]] = {}
    for owner, figure in zip(owners, sheet.votes, strict=True):
        lines.setdefault(owner, []).append(figure)
    return lines


# --- chain findings -----------------------------------------------------------------------------


def slow_chain_findings(log: SlowLedger, contest: int) -> list[SlowFinding]:
    """Give the findings about what the log holds around each effective sheet."""
    if not log.is_official:
        return []
    found: list[SlowFinding] = []
    for row in slow_rows_of_sheets(log, contest):
        found += _findings_of(log, row)
    return sorted(found, key=lambda item: (item.entry, item.code))


def slow_rows_of_sheets(log: SlowLedger, contest: int) -> list[Entry]:
    """Give the effective sheets that nobody annulled, of stations that nobody closed."""
    stations = {log.place_of(item)[0] for item in log.sheets() if log.place_of(item)[1] == contest}
    stations -= _closed_stations(log, contest)
    sheets = [item for station in stations for item in log.effective(station, contest)]
    return [item for item in sheets if log.last_reason(item, DecisionKind.ANNUL) is None]


def _findings_of(log: SlowLedger, entry: Entry) -> Iterator[SlowFinding]:
    sheet = entry.content
    assert isinstance(sheet, LoggedSheet)
    others = log.sheets_of(sheet.station, sheet.contest)
    versions = [log.version_of(item) for item in others]
    most = max(versions.count(version) for version in versions)
    if most > 1:
        yield SlowFinding(entry.index, "CHAIN-001", 1, most)
    waiting = [
        log.version_of(item)
        for item in others
        if log.version_of(item) > 1 and log.last_reason(item, DecisionKind.APPROVE) is None
    ]
    if waiting:
        yield SlowFinding(entry.index, "CHAIN-002", sheet.version, max(waiting))
    seals = [
        (item, seal)
        for item, seal in log.of_kind(AdmittedSeal, entry.index)
        if (seal.station, seal.contest) == (sheet.station, sheet.contest)
    ]
    first = _first_version(log, entry)
    named = None
    if first is not None and isinstance(first.content, LoggedSheet):
        follows = first.content.follows
        named = next(
            (pair for pair in seals if pair[0].digest == follows and pair[0].index < first.index),
            None,
        )
    if named is None:
        yield SlowFinding(entry.index, "CHAIN-003", None, None)
    else:
        if not any(
            item.digest == named[1].follows and opening.station == sheet.station
            for item, opening in log.of_kind(StationOpening, named[0].index)
        ):
            yield SlowFinding(entry.index, "CHAIN-004", None, None)
        if named[0].digest != seals[0][0].digest:
            yield SlowFinding(entry.index, "CHAIN-007", None, None)
    for _, opening in log.of_kind(StationOpening, entry.index):
        if opening.station == sheet.station and opening.counters != 0:
            yield SlowFinding(entry.index, "CHAIN-005", 0, opening.counters)
            break
    admitted = sheet.figures[1]
    sealed = seals[0][1].admitted if seals else None
    if sealed is not None and admitted not in {None, NOT_ON_FORM, sealed}:
        yield SlowFinding(entry.index, "CHAIN-006", sealed, admitted)
    yield from _audit_findings(log, entry, sheet)


def _first_version(log: SlowLedger, entry: Entry) -> Entry | None:
    """Follow a correction back to the first version, through sheets logged before each other."""
    current: Entry | None = entry
    while current is not None and log.version_of(current) > 1:
        assert isinstance(current.content, LoggedSheet)
        named = log.sheet(current.content.follows, current.index)
        is_ours = named is not None and log.place_of(named) == log.place_of(entry)
        current = named if is_ours else None
    return current


def _audit_findings(log: SlowLedger, entry: Entry, sheet: LoggedSheet) -> Iterator[SlowFinding]:
    different = 0
    for _, audit in log.of_kind(ClosingAudit):
        if audit.sheet != entry.digest:
            continue
        if (audit.station, audit.contest) != (sheet.station, sheet.contest):
            continue
        pairs = [
            *zip(audit.votes, sheet.votes, strict=True),
            *zip(audit.categories, sheet.categories, strict=True),
        ]
        different = max(different, sum(None not in pair and pair[0] != pair[1] for pair in pairs))
    if different:
        yield SlowFinding(entry.index, "CHAIN-008", 0, different)
