"""Everything a ledger remembers, as one object that can be stored.

What follows from it (who is enrolled, what the definition is now, which sheet has which digest)
is worked out again when it is loaded.
"""

from __future__ import annotations

import msgspec

from escrutinio.log.entries.model import Entry, Hold
from escrutinio.tabulation.ledger.approvals import Proposal
from escrutinio.tabulation.ledger.bulletins import PlacedBulletin
from escrutinio.tabulation.ledger.chains import StationRecords
from escrutinio.tabulation.ledger.departures import Departure

__all__ = ["LedgerState", "PlacedHold"]


class PlacedHold(msgspec.Struct, frozen=True, array_like=True):
    """An automatic hold that was logged, and the place of its entry."""

    index: int
    hold: Hold


class LedgerState(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """What the entries of a log up to a place left behind.

    Attributes:
        identity: of the definition, hexadecimal.
        size: number of entries.
        is_critical_unknown: whether one of them is of an unknown kind that is critical.
        departures: in the order in which they showed.
        stations: openings, seals and sheets.
        holds: every automatic hold.
        proposals: decisions, amendments and proclamations, in force or not.
        bulletins: every bulletin.
        audits: closing audits, by the digest of the sheet they name.
        records: entries that are kept and shown: custody, incidents, audit records, unknown kinds.
    """

    identity: str
    size: int
    is_critical_unknown: bool
    departures: list[Departure]
    stations: StationRecords
    holds: list[PlacedHold]
    proposals: list[Proposal]
    bulletins: list[PlacedBulletin]
    audits: dict[bytes, list[Entry]]
    records: list[Entry]

    @classmethod
    def empty(cls, identity: str, contests: int) -> LedgerState:
        """Give the state before the first entry."""
        return cls(
            identity=identity,
            size=0,
            is_critical_unknown=False,
            departures=[],
            stations=StationRecords({}, {}, {}, [{} for _ in range(contests)]),
            holds=[],
            proposals=[],
            bulletins=[],
            audits={},
            records=[],
        )
