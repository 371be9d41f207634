"""Entries about single stations: openings, seals, sheets, confirmations, holds, audits."""

from __future__ import annotations

from escrutinio.definition import Role, Signer
from escrutinio.log.entries.model import Confirmation, Entry, Hold, LoggedSheet
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, Incident, StationOpening
from escrutinio.sheet.fields import is_known_field
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.tabulation.ledger.chains import (
    OpenHold,
    PlacedOpening,
    PlacedSeal,
    PlacedSheet,
)
from escrutinio.tabulation.ledger.position import Position
from escrutinio.tabulation.ledger.state import PlacedHold

__all__ = ["StationEntries"]

_A_SHEET = "a sheet that was logged before"


class StationEntries:
    """Adds to a position what entries about stations say.

    Each method takes the entry, its content and its signer, whose role may sign this kind.
    """

    def __init__(self, position: Position) -> None:
        """Work on a position."""
        self._at = position
        self._known_fields: list[set[str]] = [set() for _ in position.shapes]

    def open_station(self, entry: Entry, opening: StationOpening, signer: Signer) -> None:
        """Take the zero report of a station."""
        if not self._covers(entry, signer, opening.station):
            return
        station = self._at.enrolment.id_of(opening.station)
        placed = PlacedOpening(entry.index, station, opening.counters)
        self._at.state.stations.add_opening(entry.digest, placed)

    def seal(self, entry: Entry, seal: AdmittedSeal, signer: Signer) -> None:
        """Take the sealed number of admitted voters."""
        at = self._at
        if not self._covers(entry, signer, seal.station):
            return
        if not at.is_contest(entry, seal.contest):
            return
        stations = at.state.stations
        opening = stations.openings.get(seal.follows)
        names_opening = opening is not None and opening.station == seal.station
        station = at.enrolment.id_of(seal.station)
        placed = PlacedSeal(entry.index, station, seal.contest, seal.admitted, names_opening)
        stations.add_seal(entry.digest, placed)

    def log_sheet(self, entry: Entry, sheet: LoggedSheet, signer: Signer) -> None:
        """Take a signed sheet."""
        at = self._at
        if not self._covers(entry, signer, sheet.station):
            return
        if not at.is_contest(entry, sheet.contest):
            return
        if (len(sheet.votes), len(sheet.categories)) != at.shapes[sheet.contest]:
            self._note_shape(entry, len(sheet.votes), len(sheet.categories), sheet.contest)
            return
        if entry.digest in at.sheets:
            return
        stations, station = at.state.stations, at.enrolment.id_of(sheet.station)
        chain = stations.chain_of(station, sheet.contest)
        corrected = None
        if sheet.version > 1:
            corrected = at.sheet_of(sheet.follows, sheet.station, sheet.contest)
        broken = stations.find_broken_links(sheet, chain, corrected)
        placed = PlacedSheet.of(entry, signer, sheet, station, broken)
        if (seal := stations.first_seal(chain)) is not None:
            placed.sealed = seal.admitted
        chain.sheets.append(placed)
        at.sheets[entry.digest] = placed

    def transcribe(self, entry: Entry, sheet: TranscribedSheet, signer: Signer) -> None:
        """Take a source's reading of a copy; a later version replaces what it names."""
        at = self._at
        if not at.is_contest(entry, sheet.contest) or not self._has_known_fields(entry, sheet):
            return
        if entry.digest in at.sheets:
            return
        station = at.enrolment.id_of(sheet.station)
        chain = at.state.stations.chain_of(station, sheet.contest)
        if sheet.version > 1:
            corrected = at.sheet_of(sheet.follows, sheet.station, sheet.contest)
            if corrected is None or corrected.signer != signer.signer:
                expected = f"{_A_SHEET}, of this station, contest and source"
                at.depart("V10", entry, "14, follows", expected, _hex(sheet.follows))
                return
            standing = corrected.stand()
            # A second correction of one reading stands beside the first, and both are checked.
            if standing.replaced_by is None:
                standing.replaced_by = len(chain.sheets)
        placed = PlacedSheet.of(entry, signer, sheet, station)
        chain.sheets.append(placed)
        at.sheets[entry.digest] = placed

    def confirm(self, entry: Entry, confirmation: Confirmation, signer: Signer) -> None:
        """Count a second person behind a sheet."""
        placed = self._at.sheets.get(confirmation.sheet)
        if placed is None:
            self._at.depart("V10", entry, "3, sheet", _A_SHEET, confirmation.sheet.hex())
            return
        is_role = signer.role is placed.role and signer.signer != placed.signer
        if not is_role or not self._at.enrolment.covers(signer, placed.station):
            expected = f"another {placed.role} than {placed.signer}, for {placed.station}"
            self._at.depart("V08", entry, "signer", expected, _who(signer))
            return
        standing = placed.stand()
        if signer.signer not in standing.confirmed_by:
            standing.confirmed_by.append(signer.signer)
            standing.scan = standing.scan or confirmation.scan

    def hold(self, entry: Entry, hold: Hold, _: Signer) -> None:
        """Keep a sheet out of the totals, as the frozen profile demands."""
        placed = self._at.sheets.get(hold.sheet)
        if placed is None:
            self._at.depart("V10", entry, "3, sheet", _A_SHEET, hold.sheet.hex())
            return
        self._at.state.holds.append(PlacedHold(entry.index, hold))
        standing = placed.stand()
        standing.holds.append(OpenHold(entry.index, hold.codes, None))
        standing.codes = sorted({*standing.codes, *hold.codes})

    def audit_closing(self, entry: Entry, audit: ClosingAudit, signer: Signer) -> None:
        """Keep a count by hand; its sheet may come later."""
        at = self._at
        if not self._covers(entry, signer, audit.station):
            return
        if not at.is_contest(entry, audit.contest):
            return
        if (len(audit.votes), len(audit.categories)) != at.shapes[audit.contest]:
            self._note_shape(entry, len(audit.votes), len(audit.categories), audit.contest)
            return
        at.state.audits.setdefault(audit.sheet, []).append(entry)

    def keep(self, entry: Entry, record: Custody | Incident, signer: Signer) -> None:
        """Keep what happened to a box or at a place."""
        place = record.place if isinstance(record, Incident) else record.station
        if not self._at.enrolment.covers_place(signer, place):
            self._at.depart("V08", entry, "signer", f"a signer for {place}", _who(signer))
            return
        self._at.state.records.append(entry)

    def _covers(self, entry: Entry, signer: Signer, station: str) -> bool:
        if signer.scope == station and signer.role is Role.DEVICE:
            return True
        if self._at.enrolment.covers(signer, station):
            return True
        self._at.depart("V08", entry, "signer", f"a signer for {station}", _who(signer))
        return False

    def _note_shape(self, entry: Entry, votes: int, categories: int, contest: int) -> None:
        shape = self._at.shapes[contest]
        expected = f"{shape[0]} votes and {shape[1]} tally categories"
        found = f"{votes} and {categories}"
        self._at.depart("V07", entry, "votes, tally categories", expected, found)

    def _has_known_fields(self, entry: Entry, sheet: TranscribedSheet) -> bool:
        contest = self._at.genesis.contests[sheet.contest]
        known = self._known_fields[sheet.contest]
        if not sheet.figures.keys() <= known:
            unknown = sheet.figures.keys() - known
            known.update(name for name in unknown if is_known_field(name, contest))
            if wrong := sorted(unknown - known):
                expected = f"fields of {contest.code}"
                self._at.depart("V07", entry, "9, figures", expected, ", ".join(wrong)[:80])
                return False
        return True


def _who(signer: Signer) -> str:
    return f"{signer.signer}, {signer.role} for {signer.scope}"


def _hex(digest: bytes | None) -> str:
    return "null" if digest is None else digest.hex()
