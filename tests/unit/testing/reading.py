"""Verifying a simulated record the way a reader does who holds its anchor."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import cache

from escrutinio.log import decode_checkpoint
from escrutinio.operations import make_anchor
from escrutinio.testing import (
    FilesInMemory,
    Rehearsal,
    SimulatedElection,
    make_day,
    make_election,
    workspace_in_memory,
)
from escrutinio.testing.held import (
    ANNOUNCED_NAME,
    CHECKPOINT_NAME,
    HELD_AT,
    HELD_FOLDER,
    RECEIPT_NAME,
    SHEET_NAME,
    keep_papers,
)
from escrutinio.verification import (
    InOneProcess,
    NamedCheckpoint,
    ReaderInputs,
    Verified,
    decode_announcement,
    decode_paper,
    verify_record,
)

__all__ = ["SEED", "STATIONS", "Source", "finished", "kept", "new_rehearsal", "read_record"]

#: The smallest election in which every case has a station.
STATIONS, SEED = 20, 7
#: The shortest evening in which every case comes to its end.
BULLETINS = 6
#: A day after the election.
_NOW_S = 1_911_600_000


class Source(FilesInMemory):
    """A record in memory."""

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Nothing is fetched ahead."""


def new_rehearsal(stations: int = STATIONS, seed: int = SEED) -> Rehearsal:
    """Begin a day."""
    day = make_day(make_election(stations, seed), BULLETINS)
    return Rehearsal(day, workspace_in_memory(), Source())


@cache
def _published() -> Rehearsal:
    rehearsal = new_rehearsal()
    rehearsal.run()
    return rehearsal


def finished() -> Rehearsal:
    """Give a day that was published whole, with files of its own to alter."""
    rehearsal = copy.copy(_published())
    record = Source()
    record.files = dict(_published().record.files)  # type: ignore[attr-defined]  # made above
    rehearsal.record = record
    return rehearsal


@cache
def kept() -> Mapping[str, bytes]:
    """Give what a reader kept of the honest record."""
    rehearsal = new_rehearsal()
    rehearsal.run_to(HELD_AT)
    return keep_papers(rehearsal)


def read_record(
    rehearsal: Rehearsal,
    election: SimulatedElection | None = None,
    held: Iterable[str] = (),
    papers: Mapping[str, bytes] | None = None,
) -> Verified:
    """Verify the record of a rehearsal.

    Args:
        rehearsal: that has published it.
        election: which one the reader's anchor is of; else that of the rehearsal.
        held: names of what the reader holds.
        papers: what they hold, by name.
    """
    papers, names = papers or {}, set(held)
    older, announced = [], []
    if CHECKPOINT_NAME in names:
        place = f"{HELD_FOLDER}/{CHECKPOINT_NAME}"
        older.append(NamedCheckpoint(place, decode_checkpoint(papers[CHECKPOINT_NAME], place)))
    if ANNOUNCED_NAME in names:
        place = f"{HELD_FOLDER}/{ANNOUNCED_NAME}"
        announced.append(decode_announcement(papers[ANNOUNCED_NAME], place))
    inputs = ReaderInputs(
        now_s=_NOW_S,
        anchor=make_anchor((election or rehearsal.day.election).definition),
        older=tuple(older),
        announced=tuple(announced),
        papers=tuple(
            decode_paper(papers[name], f"{HELD_FOLDER}/{name}")
            for name in (SHEET_NAME, RECEIPT_NAME)
            if name in names
        ),
    )
    record = rehearsal.record
    if not isinstance(record, Source):
        raise TypeError(record)
    return verify_record(record, inputs, InOneProcess(), lambda *_: None)
