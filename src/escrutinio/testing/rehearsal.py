"""A simulated election, published with the same code as a real one.

    1  the genesis entry; what was logged before polling stations close is published
    2  until each bulletin is due: what has arrived is submitted, then the bulletin is published
    3  the authority proclaims the last bulletin; the record is published once more

Every published checkpoint is cosigned by all witnesses. An attack (``attacks``) changes the day,
the publisher's memory or the files, and leaves the rest to the honest code: what it publishes is
as consistent as somebody who holds every key of the publisher can make it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from escrutinio.errors import RefusedError
from escrutinio.log.entries import Approval, Content, Entry, Proclamation
from escrutinio.operations import (
    ElectionLog,
    RecordStore,
    Submission,
    Workspace,
    begin_election,
    publish_record,
    submit_entries,
)
from escrutinio.operations.site_source import PageMaker
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.testing.cases import find_cases
from escrutinio.testing.day import BULLETINS, Day, Event, bulletin_time
from escrutinio.testing.election import CLOSING_S, SimulatedElection
from escrutinio.testing.officials import add_officials
from escrutinio.testing.stations import add_stations
from escrutinio.testing.witnesses import SimulatedWitnesses

__all__ = ["Rehearsal", "make_day"]

#: When the record is first published, before there is any result.
_FIRST_S = CLOSING_S - 3_600
#: Seconds from the last bulletin to its proclamation.
_PROCLAMATION_S = 600


def make_day(election: SimulatedElection, bulletins: int = BULLETINS) -> Day:
    """Make the day of an election; the same election has the same day.

    Args:
        election: whose day it is.
        bulletins: number of bulletins of the evening.
    """
    day = Day(election, find_cases(election.definition), bulletins)
    rng = random.Random(f"day {election.keys.seed}")  # noqa: S311  # a rehearsal, no secret
    add_stations(day, rng)
    add_officials(day, rng)
    return day


@dataclass
class Rehearsal:
    """A day that is being published.

    Attributes:
        day: what happens.
        workspace: the publisher's working folder, empty before.
        record: the public record, empty before.
        pages: makes the pages of the site.
        has_early_pages: whether they are made with every bulletin, of what the publisher believes
            then; else with the last publication alone, of the log. One that has lied is found out
            when pages are made of the log, as anybody's would be.
    """

    day: Day
    workspace: Workspace = field(repr=False)
    record: RecordStore = field(repr=False)
    pages: PageMaker | None = None
    has_early_pages: bool = False

    def __post_init__(self) -> None:
        """Begin the log."""
        keys = self.day.election.keys
        self.operator = keys.signer("operator")
        self.log: ElectionLog = begin_election(
            self.workspace, self.day.election.files, keys.log.key, self.operator
        )
        self.witnesses: Sequence[NoteSigner] = keys.witnesses
        #: What a reader kept, where an attack is about that; by name of the file.
        self.kept: dict[str, bytes] = {}
        self._arrived_s = 0
        self._published = 0
        self._is_proclaimed = False

    def run(self) -> None:
        """Publish the whole day, or what is left of it."""
        self.run_to(self.day.bulletins)
        if not self._is_proclaimed:
            self.proclaim()

    def run_to(self, number: int) -> None:
        """Publish the day up to a bulletin; 0 for what comes before the first."""
        if not self._arrived_s:
            self.log_until(_FIRST_S)
            self.publish(_FIRST_S, has_bulletin=False)
        while self._published < number:
            self.log_next()
            self.publish(bulletin_time(self._published), has_bulletin=True)

    def log_next(self) -> int:
        """Log what arrives before the next bulletin, and give when that one is due.

        Whoever calls this publishes the bulletin, or does not.
        """
        self._published += 1
        time_s = bulletin_time(self._published)
        self.log_until(time_s)
        return time_s

    def log_until(self, time_s: int) -> None:
        """Log what has arrived by a time."""
        self.submit(item for item in self.day.arrivals() if self._arrived_s <= item.time_s < time_s)
        self._arrived_s = time_s

    def submit(self, events: Iterable[Event]) -> None:
        """Log entries as a publisher does that looks at each.

        Raises:
            RefusedError: every publisher would refuse one of them.
        """
        answers = submit_entries(
            self.log,
            [
                Submission(f"{type(event.content).__name__} of {event.signer}", event.data)
                for event in events
            ],
        )
        if faults := [fault for answer in answers for fault in answer.faults]:
            raise RefusedError.of(*faults)

    def plant(self, data: bytes, content: Content | None = None, signer: str = "") -> int:
        """Log bytes whatever they are, as a publisher does that lies; give their place.

        Args:
            data: the entry.
            content: what the publisher takes it for; None when it says nothing to anybody.
            signer: whose entry the publisher takes it for.
        """
        ledger = self.log.ledger
        place = ledger.size
        if content is None:
            ledger.skip()
        else:
            key = self.day.key(signer).public.raw
            ledger.apply(Entry(place, hashlib.sha256(data).digest(), key, content))
        self.log.append([data])
        return place

    def publish(self, time_s: int, *, has_bulletin: bool, is_last: bool = False) -> None:
        """Publish the record, and have it cosigned."""
        witnesses = SimulatedWitnesses(self.witnesses, time_s)
        bulletin_s = time_s if has_bulletin else None
        pages = self.pages if (has_bulletin if self.has_early_pages else is_last) else None
        publish_record(self.log, self.record, self.operator, bulletin_s, witnesses, pages)

    def proclaim(self) -> None:
        """Proclaim the newest bulletin."""
        self._is_proclaimed = True
        placed = self.log.ledger.bulletins[-1]
        time_s = placed.bulletin.time_s + _PROCLAMATION_S
        content = Proclamation(placed.digest, placed.bulletin.number, time_s)
        proclamation = self.day.sign(time_s, content, "authority-1")
        approval = self.day.sign(time_s + 300, Approval(proclamation.digest), "authority-3")
        self.submit([proclamation, approval])
        self.publish(time_s + 360, has_bulletin=False, is_last=True)
