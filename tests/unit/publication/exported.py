"""The exports of a bulletin as a reader finds them: by name, and read with Python's own reader."""

from __future__ import annotations

import csv
import io
from functools import cache

from escrutinio.publication import export_files
from tests.vectors.bulletin.cases import full_day, governor_day, seats_day, transcription_day
from tests.vectors.bulletin.day import Day, DayBulletin

__all__ = ["DAYS", "day_of", "exports_of", "last_bulletin", "records"]

DAYS = {
    "full": full_day,
    "governor": governor_day,
    "seats": seats_day,
    "transcription": transcription_day,
}


@cache
def day_of(name: str) -> Day:
    """Give a day by its name."""
    return DAYS[name]()


def last_bulletin(name: str) -> DayBulletin:
    """Give the last bulletin of a day."""
    return day_of(name).bulletins[-1]


@cache
def exports_of(name: str) -> dict[str, bytes]:
    """Give every export of the last bulletin of a day."""
    item = last_bulletin(name)
    files = export_files(item.cut, item.composed, item.findings)
    return {file.name: file.data for file in files}


def records(data: bytes) -> list[dict[str, str]]:
    """Read a CSV file with Python's own reader."""
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))
