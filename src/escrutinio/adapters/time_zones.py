"""Times as the clocks of a place show them, by the time-zone data of the machine."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

__all__ = ["local_time"]


def local_time(at_s: int, zone: str) -> str:
    """Write a time with its offset and its zone.

    Such as ``2030-03-01 18:20:00 -04:00 (America/Caracas)``. Where the machine does not know the
    zone, the time is in UTC and says so.

    Args:
        at_s: seconds since 1970 in UTC.
        zone: IANA name.
    """
    try:
        there: dt.tzinfo = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        # KeyError: unknown, or no data on this machine. ValueError and OSError: no name of a zone.
        there, zone = dt.UTC, "UTC"
    time = dt.datetime.fromtimestamp(at_s, there)
    offset = time.strftime("%z")
    return f"{time:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:5]} ({zone})"
