"""An election day as a list: who signs which entry, when it arrives, and when is published.

    Day         what happens, in order of time
    Event       an entry that reaches the publisher
    bulletins   when each is due

Nothing is published here; ``rehearsal.py`` does that with the same code as a real publisher.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from escrutinio.log.entries import Content, LoggedSheet, sign_entry
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.primitives.keys import SigningKey
from escrutinio.testing.cases import Case
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S, SimulatedElection

__all__ = ["BULLETINS", "Day", "Event", "bulletin_after", "bulletin_time"]

#: Bulletins of the evening.
BULLETINS = 6


@dataclass(frozen=True, slots=True)
class Event:
    """An entry that reaches the publisher.

    Attributes:
        time_s: when, in seconds since 1970.
        content: what it says.
        signer: name of the key that signs it, see ``SimulatedKeys.signer``.
        data: the entry.
    """

    time_s: int
    content: Content
    signer: str
    data: bytes = field(repr=False)

    @property
    def digest(self) -> bytes:
        """SHA-256 of the entry."""
        return hashlib.sha256(self.data).digest()


@dataclass(slots=True)
class Day:
    """Everything that reaches the publisher of a simulated election.

    Attributes:
        election: whose day it is.
        cases: by station id, what is special about it.
        bulletins: number of bulletins of the evening; six are enough for every case.
        events: in any order; they arrive in order of their times, and of equal times in this order.
    """

    election: SimulatedElection
    cases: Mapping[str, Case]
    bulletins: int = BULLETINS
    events: list[Event] = field(default_factory=list)
    _keys: dict[str, SigningKey] = field(default_factory=dict, repr=False)

    @property
    def identity(self) -> bytes:
        """What stands in every entry: the first 16 bytes of the election's identity."""
        return bytes.fromhex(self.election.definition.identity)[:16]

    def key(self, signer: str) -> SigningKey:
        """Give the key of a signer."""
        if signer not in self._keys:
            self._keys[signer] = self.election.keys.signer(signer)
        return self._keys[signer]

    def sign(self, time_s: int, content: Content, signer: str) -> Event:
        """Sign what somebody says."""
        data = sign_entry(content, self.identity, self.key(signer))
        return Event(time_s, content, signer, data)

    def add(self, time_s: int, content: Content, signer: str) -> Event:
        """Sign what somebody says and have it arrive."""
        event = self.sign(time_s, content, signer)
        self.events.append(event)
        return event

    def arrivals(self) -> Iterator[Event]:
        """Give the events in the order in which they arrive."""
        yield from sorted(self.events, key=lambda event: event.time_s)

    def opening(self, station: str) -> Event:
        """Give the opening of a station."""
        return self.find(lambda item: isinstance(item, StationOpening) and item.station == station)

    def seal(self, station: str) -> Event:
        """Give the sealed number of a station."""
        return self.find(lambda item: isinstance(item, AdmittedSeal) and item.station == station)

    def sheet(self, station: str, version: int = 1) -> Event:
        """Give the first sheet of this version of a station."""
        return self.find(
            lambda item: (
                isinstance(item, LoggedSheet) and (item.station, item.version) == (station, version)
            )
        )

    def find(self, is_wanted: Callable[[Content], bool]) -> Event:
        """Give the first event with such a content.

        Raises:
            LookupError: there is none.
        """
        for event in self.events:
            if is_wanted(event.content):
                return event
        raise LookupError

    def replace(self, old: Event, new: Event) -> None:
        """Have another event in the place of one."""
        self.events[self.events.index(old)] = new

    def drop(self, event: Event) -> None:
        """Have an event not happen."""
        self.events.remove(event)

    def plain_station(self, position: int = 0) -> str:
        """Give a station at which nothing special happens and whose sheet arrives early.

        Args:
            position: 0 for the first; those that follow, and begin again at the end.
        """
        early = sorted(
            (event for event in self.events if isinstance(event.content, LoggedSheet)),
            key=lambda event: event.time_s,
        )
        plain = [
            event.content.station
            for event in early
            if isinstance(event.content, LoggedSheet)
            and event.content.station not in self.cases
            and event.signer.startswith("device-")
        ]
        return plain[position % len(plain)]

    def station_of(self, case: Case) -> str:
        """Give the station of a case.

        Raises:
            LookupError: the election is too small to have one.
        """
        for station, found in self.cases.items():
            if found is case:
                return station
        raise LookupError(case.value)


def bulletin_after(time_s: int) -> int:
    """Give the number of the first bulletin that is due after a time."""
    return max(time_s - CLOSING_S, 0) // BULLETIN_EVERY_S + 1


def bulletin_time(number: int) -> int:
    """Give when a bulletin is due, in seconds since 1970; the first is number 1."""
    return CLOSING_S + number * BULLETIN_EVERY_S
