"""Times of entries as pages write them: for a reader by the clocks of the election, for a program.

The time zone is the one that the definition names, by the time-zone data of whoever makes the
pages. Where that does not know it, times are in UTC. Either way each says what it is.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from markupsafe import Markup

from escrutinio.primitives import Message, say
from escrutinio.primitives.spelling import utc
from escrutinio.site.page_words import PageWords

__all__ = ["Moments"]

_REMEMBERED_TIMES = 1_000


class Moments:
    """Times in one time zone."""

    def __init__(self, zone: str) -> None:
        """Take the name of a zone, such as ``America/Caracas``."""
        self._zone: dt.tzinfo
        try:
            self._zone = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            # KeyError: unknown, or no data on this machine. ValueError, OSError: no name of a zone.
            self._zone = dt.UTC
        # Each is written once for every language.
        self._utc = lru_cache(_REMEMBERED_TIMES)(utc)
        self._minutes: dict[tuple[str, int], Markup] = {}

    def say(self, time_s: int) -> Message:
        """Say a time with its date and its distance from UTC.

        Args:
            time_s: seconds since 1970, 0 to 2^32 - 1 as entries hold them.
        """
        moment = dt.datetime.fromtimestamp(time_s, self._zone)
        date = say(
            "page.date.day",
            day=str(moment.day),
            month=say(f"page.month.{moment:%m}"),
            year=str(moment.year),
        )
        return say("site.moment", date=date, time=f"{moment:%H:%M}", zone=_name_offset(moment))

    def show(self, words: PageWords, time_s: int) -> Markup:
        """Write a time with its date, and once more for programs."""
        minute = (words.code, time_s // 60)
        found = self._minutes.get(minute)
        if found is None:
            # Many stations close at the same minute.
            found = self._minutes[minute] = words.text(self.say(time_s))
        return Markup(  # noqa: S704 -- a sentence of the catalogue, and digits
            f'<time datetime="{self._utc(time_s)}">{found}</time>'
        )


def _name_offset(moment: dt.datetime) -> str:
    """Name the distance from UTC: ``UTC``, ``UTC-4`` with a minus sign, ``UTC+5:30``."""
    minutes = int((moment.utcoffset() or dt.timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
