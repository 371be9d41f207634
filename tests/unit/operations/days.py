"""A small election day: who signs what, for the tests of the log and of publishing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache

from escrutinio.definition import Station, StationKind
from escrutinio.log.entries import Content, LoggedSheet, sign_entry
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.primitives.keys import SigningKey
from escrutinio.sheet.tally_sheet import NOT_ON_FORM, Figure, FormFigure, election_of
from escrutinio.testing.election import CLOSING_S, CONTEST, SimulatedElection, make_election

__all__ = ["STATIONS", "Day", "small_day"]

STATIONS = 12


class Day:
    """An election whose stations can be opened, sealed and counted."""

    def __init__(self, world: SimulatedElection) -> None:
        """Take an election and its keys."""
        self.world = world
        self.election = election_of(world.definition.identity)
        self.operator = world.keys.signer("operator")
        self.log_key = world.keys.log.key
        self.stations = [
            item for item in world.definition.stations or () if item.kind is StationKind.DEVICE
        ]

    def sign(self, content: Content, name: str) -> bytes:
        """Sign an entry as a signer of the definition."""
        return sign_entry(content, self.election, self.world.keys.signer(name))

    def device(self, station: Station) -> SigningKey:
        """Give the key of a station's device."""
        return self.world.keys.signer(f"device-{station.station}")

    def report(self, station: Station, surplus: int = 0) -> list[bytes]:
        """Sign the opening, the seal and the sheet of a station.

        Args:
            station: which one.
            surplus: ballots in the box beyond the voters admitted.
        """
        name = f"device-{station.station}"
        opening = self.sign(StationOpening(station.station, CLOSING_S - 40_000, 0), name)
        admitted = station.registered[CONTEST] * 3 // 5
        follows = hashlib.sha256(opening).digest()
        seal = self.sign(AdmittedSeal(station.station, 0, admitted, CLOSING_S, follows), name)
        return [opening, seal, self.sheet(station, seal, admitted, surplus)]

    def sheet(self, station: Station, seal: bytes, admitted: int, surplus: int = 0) -> bytes:
        """Sign a sheet that shares the ballots out over the party lines."""
        cast = admitted + surplus
        lines = len(self.world.definition.contests[0].options)
        share, rest = divmod(cast - 2, lines)
        votes: list[Figure] = [share + (line < rest) for line in range(lines)]
        figures: dict[FormFigure, Figure] = {
            FormFigure.REGISTERED: station.registered[CONTEST],
            FormFigure.ADMITTED: admitted,
            FormFigure.BALLOTS: cast,
        }
        sheet = LoggedSheet(
            station.station,
            0,
            1,
            CLOSING_S + 600,
            tuple(figures.get(name, NOT_ON_FORM) for name in FormFigure),
            tuple(votes),
            (1, 1),
            hashlib.sha256(seal).digest(),
            None,
        )
        return self.sign(sheet, f"device-{station.station}")

    def reports(self, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Give the entries of some stations."""
        for station in self.stations[begin:end]:
            yield from self.report(station)


@cache
def small_day() -> Day:
    """Give an election of 12 stations."""
    return Day(make_election(STATIONS, 1))
