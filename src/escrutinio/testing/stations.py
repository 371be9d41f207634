"""What each station of a simulated election signs: opening, seal, sheet, confirmation."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import replace

import msgspec

from escrutinio.definition import Station, StationKind
from escrutinio.log.entries import Confirmation, LoggedSheet
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, CustodyEvent, StationOpening
from escrutinio.sheet.tally_sheet import CorrectionReason, FormFigure
from escrutinio.testing.cases import Case
from escrutinio.testing.day import Day, Event, bulletin_time
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S, CONTEST
from escrutinio.testing.sheets import StationCount, Voters

__all__ = ["OPENING_S", "add_stations", "second_key"]

#: When polling stations open: twelve hours before they close.
OPENING_S = CLOSING_S - 43_200

#: Ballots more than voters.
_SURPLUS: Mapping[Case | None, int] = {Case.SURPLUS: 3, Case.RELEASED: 1}
#: By how much a wrong figure is wrong.
_MISTAKE = 7
_BALLOTS = list(FormFigure).index(FormFigure.BALLOTS)
#: One station in so many has its box followed, and its paper counted by hand.
_RECORDED_EVERY = 50
_TRAVEL_S = 7_200


def second_key(station: str) -> str:
    """Name the key that a station with a broken machine gets."""
    return f"device-{station} second"


def add_stations(day: Day, rng: random.Random) -> None:
    """Have every station open, close and send what it signs."""
    definition = day.election.definition
    voters = Voters(definition.contests[0], rng)
    for number, station in enumerate(definition.stations or ()):
        _Station(day, station, number, rng).run(voters.count(station.registered[CONTEST] or 0))


class _Station:
    """One station and its people."""

    def __init__(self, day: Day, station: Station, number: int, rng: random.Random) -> None:
        self.day = day
        self.station = station.station
        self.number = number
        self.rng = rng
        self.case = day.cases.get(station.station)
        self.signers = _signers_of(day, station)

    def run(self, count: StationCount) -> None:
        if self.case is Case.NOT_INSTALLED:
            return
        opened_s = OPENING_S + int(900 * self.rng.random())
        opening = self.day.add(opened_s, StationOpening(self.station, opened_s, 0), self.signers[0])
        if self.case is Case.REPLACED_KEY:
            self.signers = (second_key(self.station),)
        closed_s = CLOSING_S + int(1_200 * self.rng.random())
        arrival_s = self._arrival(closed_s)
        if self.case is Case.MISSING:
            return
        seal = self.day.add(
            arrival_s - int(300 * self.rng.random()) - 1,
            AdmittedSeal(self.station, 0, count.admitted, closed_s, opening.digest),
            self.signers[0],
        )
        sheet = self.day.add(
            arrival_s,
            self._first_sheet(count, closed_s, seal.digest),
            self.signers[0],
        )
        for signer in self.signers[1:]:
            self.day.add(arrival_s + 60, Confirmation(sheet.digest, None), signer)
        self._contradict(sheet, count, closed_s)
        self._record(sheet, count)

    def _arrival(self, closed_s: int) -> int:
        """Draw when the sheet arrives: soon at most stations, late at some."""
        if self.case is not None:
            # What is to be decided has to be there early: before the first bulletin.
            return max(closed_s, CLOSING_S + 1_300) + int(300 * self.rng.random())
        latest = self.day.bulletins * BULLETIN_EVERY_S - 2_400
        # Squared, so that most come early.
        late = self.rng.random() * self.rng.random()
        return closed_s + 600 + int(latest * late)

    def _first_sheet(self, count: StationCount, closed_s: int, seal: bytes) -> LoggedSheet:
        """State the count, or what the station makes of it."""
        if self.case is Case.UNREADABLE:
            count = replace(count, votes=(None,) * len(count.votes))
        surplus = _SURPLUS.get(self.case, 0)
        sheet = count.with_votes(0, surplus) if surplus else count
        stated = sheet.sheet(self.station, closed_s, seal)
        if self.case is Case.CORRECTED:
            figures = list(stated.figures)
            figures[_BALLOTS] = count.ballots - _MISTAKE
            stated = msgspec.structs.replace(stated, figures=tuple(figures))
        return stated

    def _contradict(self, sheet: Event, count: StationCount, closed_s: int) -> None:
        """Send a second sheet where the case has one."""
        second = count.with_votes(0, _MISTAKE) if self.case is not Case.CORRECTED else count
        if self.case is Case.FORK:
            seal = self.day.seal(self.station).digest
            content = second.sheet(self.station, closed_s, seal)
            self.day.add(sheet.time_s + 30, content, self.signers[0])
        elif self.case in {Case.CORRECTED, Case.UNAPPROVED}:
            reason = CorrectionReason.ARITHMETIC
            content = second.sheet(self.station, closed_s, sheet.digest, 2, reason)
            self.day.add(bulletin_time(1) + 300, content, self.signers[0])

    def _record(self, sheet: Event, count: StationCount) -> None:
        """Count paper by hand and follow the box, at a few stations."""
        day, time_s = self.day, sheet.time_s
        is_chosen = self.number % _RECORDED_EVERY == 0
        if is_chosen or self.case in {Case.AUDITED, Case.ANNULLED}:
            by_hand = count.with_votes(2, 4) if self.case is Case.ANNULLED else count
            audit = ClosingAudit(
                self.station,
                0,
                sheet.digest,
                by_hand.votes,
                (by_hand.blank, by_hand.null),
                time_s + 45,
            )
            day.add(time_s + 45, audit, "auditor-1")
        if is_chosen:
            seals = hashlib.sha256(f"seals of {self.station}".encode()).digest()
            sealed = Custody(self.station, CustodyEvent.SEALED, seals, time_s + 90, None)
            first = day.add(time_s + 90, sealed, self.signers[0])
            at = min(time_s + _TRAVEL_S, bulletin_time(day.bulletins) - 1)
            received = Custody(self.station, CustodyEvent.RECEIVED, seals, at, first.digest)
            day.add(at, received, "board-1")


def _signers_of(day: Day, station: Station) -> tuple[str, ...]:
    """Name who signs for a station: one for a machine, two people for everything else."""
    if station.kind is StationKind.DEVICE:
        return (f"device-{station.station}",)
    if station.kind is StationKind.PAPER:
        state = day.election.definition.path_of(station.division)[1]
        return (f"centre-{state}-1", f"centre-{state}-2")
    return ("board-1", "board-2")
