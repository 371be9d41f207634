"""The body of a bulletin as objects, as far as pages show it.

Only bodies of the log itself are read here: their digests stand in entries that were verified.

Format page: docs/formats/bulletin-body.md.
"""

from __future__ import annotations

import msgspec

__all__ = ["Body", "ChangeItem", "ContestBody", "DivisionRow", "decode_body"]


class DivisionRow(msgspec.Struct, frozen=True, gc=False):
    """Counters and totals of one division; fields as on the format page."""

    division: str
    expected: int | None
    counted: int
    held: int
    missing: int | None
    closed: int
    received: int
    out_of_catalogue: int
    candidacies: tuple[int, ...]
    options: tuple[int | None, ...] | None
    categories: tuple[int | None, ...]
    unknown: tuple[int, ...]
    valid: int
    cast: int | None
    registered: int
    registered_stations: int
    cast_where_registered: int
    outstanding_cap: int | None
    unreadable: int
    registered_outstanding: int | None
    registered_outstanding_stations: int | None
    new: int | None

    @property
    def accounted(self) -> int:
        """Stations whose fate is known."""
        return self.counted + self.held + self.closed

    @property
    def surplus(self) -> int:
        """Stations beyond the expected number; above zero the counters do not add up."""
        return 0 if self.expected is None else max(self.accounted - self.expected, 0)

    @property
    def outstanding(self) -> int | None:
        """Stations that can still add votes: held and missing."""
        return None if self.missing is None else self.missing + self.held


class ChangeItem(msgspec.Struct, frozen=True, gc=False, rename={"before": "from"}):
    """A station that changed otherwise than from missing to counted.

    Attributes:
        station: its id.
        before: its treatment in the bulletin before; None where it had no row.
        from_division: division of that row.
        from_entry: entry of the sheet behind it.
        from_why: its reason.
        to: its treatment now; None where it has no row.
        division: division of that row.
        entry: entry of the sheet behind it.
        why: its reason.
    """

    station: str
    before: str | None
    from_division: str | None
    from_entry: int | None
    from_why: str | None
    to: str | None
    division: str | None
    entry: int | None
    why: str | None


class ContestBody(msgspec.Struct, frozen=True):
    """One contest of a bulletin.

    Attributes:
        contest: its code.
        position: its place in the definition.
        candidacies: codes, as amended.
        options: codes of the party lines, as amended.
        categories: codes of the tally categories, with those of void withdrawals.
        divisions: the contest's own area first.
        changes: stations that changed since the bulletin before; None in the first.
    """

    contest: str
    position: int
    candidacies: tuple[str, ...]
    options: tuple[str, ...]
    categories: tuple[str, ...]
    divisions: tuple[DivisionRow, ...]
    changes: tuple[ChangeItem, ...] | None


class Body(msgspec.Struct, frozen=True):
    """A bulletin's body."""

    number: int
    time_s: int
    contests: tuple[ContestBody, ...]


_DECODER = msgspec.json.Decoder(Body)


def decode_body(data: bytes) -> Body:
    """Read a body whose digest stands in a verified entry."""
    return _DECODER.decode(data)
