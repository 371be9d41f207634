"""Openings and seals, read fast.

Two of three entries of a log are openings and seals, and nearly all of those have one shape. Each
pattern below matches no second spelling of anything: every number in it is the shortest that holds
its value. A payload that matches is therefore the one encoding of what was read. Whatever does not
match goes to the general reader, which decides.

    a5|a7 01 01             a map of five or seven pairs; 1: format
    02 50 ..                2: election, 16 bytes
    03 61-77|78 ..          3: station
    04 ..                   4: opening time, or contest
    05 ..                   5: a figure; above 65,535 it goes to the general reader
    06 1a ....              of a seal, 6: closing time
    0e 58 20 ..             of a seal, 14: what it follows, 32 bytes
"""

from __future__ import annotations

import re

from escrutinio.polling.model import AdmittedSeal, StationOpening
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.sheet.tally_sheet import Figure

__all__ = ["read_opening", "read_seal"]

_HEAD = (
    rb"\x01\x01\x02\x50(.{16})"
    rb"\x03([\x61-\x77]|\x78[\x18-\x40])([A-Za-z0-9][A-Za-z0-9._:/-]{0,63})"
)
_TIME = rb"\x1a((?:\x00[\x01-\xff]|[\x01-\xff].)..)"
_FIGURE = rb"(\xf6|[\x00-\x17]|\x18[\x18-\xff]|\x19[\x01-\xff].)"
_OPENING = re.compile(rb"\xa5" + _HEAD + rb"\x04" + _TIME + rb"\x05" + _FIGURE, re.DOTALL)
_SEAL = re.compile(
    rb"\xa7"
    + _HEAD
    + rb"\x04([\x00-\x17])\x05"
    + _FIGURE
    + rb"\x06"
    + _TIME
    + rb"\x0e\x58\x20(.{32})",
    re.DOTALL,
)
#: The heads of texts of one byte and more, up to the longest id of a station.
_TEXT_HEADS = tuple(encode_cbor("a" * size)[:-size] for size in range(1, 65))


def read_opening(payload: bytes) -> tuple[bytes, StationOpening] | None:
    """Give the election, 16 bytes, and the opening; None where the general reader must decide."""
    match = _OPENING.fullmatch(payload)
    if match is None:
        return None
    election, head, station, time, figure = match.groups()
    if head != _TEXT_HEADS[len(station) - 1]:
        return None
    opened_at_s = int.from_bytes(time, "big")
    return election, StationOpening(station.decode("ascii"), opened_at_s, _figure_of(figure))


def read_seal(payload: bytes) -> tuple[bytes, AdmittedSeal] | None:
    """Give the election, 16 bytes, and the seal; None where the general reader must decide."""
    match = _SEAL.fullmatch(payload)
    if match is None:
        return None
    election, head, station, contest, figure, time, follows = match.groups()
    if head != _TEXT_HEADS[len(station) - 1]:
        return None
    closed_at_s = int.from_bytes(time, "big")
    admitted = _figure_of(figure)
    seal = AdmittedSeal(station.decode("ascii"), contest[0], admitted, closed_at_s, follows)
    return election, seal


def _figure_of(spelled: bytes) -> Figure:
    if spelled == b"\xf6":
        return None
    # Above 23 the first byte only says how many follow.
    return spelled[0] if len(spelled) == 1 else int.from_bytes(spelled[1:], "big")
