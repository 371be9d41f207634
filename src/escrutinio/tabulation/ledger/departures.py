"""Where a record departs from the rules.

What a station does wrong and the record openly shows is no departure: it is a finding.
"""

from __future__ import annotations

import msgspec

__all__ = ["Departure", "depart"]


class Departure(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One place at which the record is not as the rules demand.

    Attributes:
        step: code of the verification step that fails there.
        index: place of the entry at which it shows.
        where: the entry and the part of it.
        expected: what a correct record has there.
        found: what is there instead.
    """

    step: str
    index: int
    where: str
    expected: str
    found: str


def depart(step: str, index: int, part: str, expected: str, found: str) -> Departure:
    """Name a departure of one entry.

    Args:
        step: code of the verification step.
        index: place of the entry.
        part: the part of the entry that is meant.
        expected: what a correct record has there.
        found: what is there instead.
    """
    return Departure(step, index, f"entry {index}: {part}", expected, found)
