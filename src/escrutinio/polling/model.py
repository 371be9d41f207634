"""What a station and its people put on record beside the tally sheet.

Each type is one kind of entry of the log. Free text and names are not part of any: codes, ids and
digests only.

Format page: docs/formats/station-records.md.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from escrutinio.sheet.tally_sheet import Figure

__all__ = [
    "AdmittedSeal",
    "ClosingAudit",
    "Custody",
    "CustodyEvent",
    "Incident",
    "IncidentClass",
    "StationOpening",
]


class StationOpening(msgspec.Struct, frozen=True, array_like=True, tag=65002):
    """A station opens: the zero report.

    Attributes:
        station: id of the station.
        opened_at_s: when, in seconds since 1970.
        counters: sum of all its counters; 0 in a proper zero report, None where illegible.
    """

    station: str
    opened_at_s: int
    counters: Figure


class AdmittedSeal(msgspec.Struct, frozen=True, array_like=True, tag=65003):
    """The number of voters admitted, sealed before the tally.

    Attributes:
        station: id of the station.
        contest: position of the contest in the definition.
        admitted: voters admitted; None where illegible.
        closed_at_s: when the roll was closed, in seconds since 1970.
        follows: SHA-256 of the opening's entry.
    """

    station: str
    contest: int
    admitted: Figure
    closed_at_s: int
    follows: bytes


class ClosingAudit(msgspec.Struct, frozen=True, array_like=True, tag=65011):
    """Paper counted by hand at the station, against its sheet.

    Attributes:
        station: id of the station.
        contest: position of the contest in the definition.
        sheet: SHA-256 of the sheet's entry.
        votes: by hand, in the order of the sheet.
        categories: by hand, in the order of the definition.
        time_s: when, in seconds since 1970.
    """

    station: str
    contest: int
    sheet: bytes
    votes: tuple[Figure, ...]
    categories: tuple[Figure, ...]
    time_s: int


class CustodyEvent(IntEnum):
    """What happened to the box of a station."""

    SEALED = 1
    HANDED_OVER = 2
    RECEIVED = 3
    OPENED = 4
    DAMAGED = 5
    LOST = 6


class Custody(msgspec.Struct, frozen=True, array_like=True, tag=65012):
    """One step in the custody of a station's box.

    Attributes:
        station: id of the station.
        event: what happened.
        seals: SHA-256 of the numbers of the seals.
        time_s: when, in seconds since 1970.
        follows: SHA-256 of the custody entry before it; None for the first.
    """

    station: str
    event: CustodyEvent
    seals: bytes
    time_s: int
    follows: bytes | None


class IncidentClass(IntEnum):
    """What kind of incident."""

    OPENED_LATE = 1
    CLOSED_EARLY = 2
    EQUIPMENT = 3
    INTERRUPTION = 4
    VIOLENCE = 5
    OBSERVER_REFUSED = 6
    MATERIAL_MISSING = 7
    OTHER = 8


class Incident(msgspec.Struct, frozen=True, array_like=True, tag=65013):
    """Something happened at a place.

    Attributes:
        place: id of a station or a division.
        kind: what kind.
        time_s: when, in seconds since 1970.
        report: SHA-256 of a report that is kept elsewhere, or None.
    """

    place: str
    kind: IncidentClass
    time_s: int
    report: bytes | None
