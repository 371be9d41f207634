"""Times as people write them on the command line, as seconds since 1970."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from escrutinio.errors import Fault, UsageError

__all__ = ["read_time", "show_time"]


def read_time(text: str | None, option: str) -> int:
    """Read a time, such as ``2024-07-29T00:10:00-04:00``; None is now.

    Raises:
        UsageError: no date with time and zone, or one before 1970.
    """
    if text is None:
        return int(time.time())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.microsecond or moment.timestamp() < 0:
        expected = "a time with its zone, such as 2024-07-29T00:10:00-04:00"
        raise UsageError.of(Fault(option, expected, ascii(text[:60])))
    return int(moment.timestamp())


def show_time(time_s: int) -> str:
    """Write a time in UTC."""
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
