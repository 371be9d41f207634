"""The chain of bulletins: numbers, links, sizes and times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from escrutinio.definition import BulletinSchedule
from escrutinio.log.entries.model import Bulletin
from escrutinio.tabulation.ledger.departures import Departure, depart

__all__ = ["PlacedBulletin", "find_bulletin_departures"]

_STEP = "V16"


class PlacedBulletin(msgspec.Struct, frozen=True, array_like=True):
    """A bulletin that was logged: its place, the digest of its entry and what it says."""

    index: int
    digest: bytes
    bulletin: Bulletin


def find_bulletin_departures(
    placed: PlacedBulletin,
    before: Sequence[PlacedBulletin],
    schedule: BulletinSchedule | None,
    not_before_s: int | None,
    *,
    is_proclaimed: bool,
) -> Iterator[Departure]:
    """Hold a bulletin against those before it and against what the definition promised.

    Args:
        placed: the bulletin that is logged now.
        before: all bulletins before it.
        schedule: when bulletins are due, or None.
        not_before_s: before which nothing is published, in seconds since 1970, or None.
        is_proclaimed: whether a proclamation is in force, after which none is due.
    """
    bulletin, index = placed.bulletin, placed.index
    last = before[-1] if before else None
    number = 1 if last is None else last.bulletin.number + 1
    previous = None if last is None else last.digest
    if bulletin.number != number:
        yield depart(_STEP, index, "3, number", str(number), str(bulletin.number))
    if bulletin.previous != previous:
        expected = "null" if previous is None else previous.hex()
        found = "null" if bulletin.previous is None else bulletin.previous.hex()
        yield depart(_STEP, index, "7, bulletin before", expected, found)
    if bulletin.size > index:
        expected = f"at most {index}, the entries before it"
        yield depart(_STEP, index, "5, size", expected, str(bulletin.size))
    if last is not None and bulletin.size < last.bulletin.size:
        expected = f"at least {last.bulletin.size}, as the bulletin before"
        yield depart(_STEP, index, "5, size", expected, str(bulletin.size))
    if last is not None and bulletin.time_s <= last.bulletin.time_s:
        expected = f"later than {last.bulletin.time_s}, the bulletin before"
        yield depart(_STEP, index, "4, time", expected, str(bulletin.time_s))
    if not_before_s is not None and bulletin.time_s < not_before_s:
        expected = f"at or after {not_before_s}, before which nothing is published"
        yield depart(_STEP, index, "4, time", expected, str(bulletin.time_s))
    if schedule is not None and not is_proclaimed:
        since = schedule.begin_s if last is None else max(last.bulletin.time_s, schedule.begin_s)
        if bulletin.time_s > since + schedule.every_s:
            expected = f"at most {schedule.every_s} seconds after {since}"
            yield depart(_STEP, index, "4, time", expected, str(bulletin.time_s))
