"""Times of entries as pages write them: in UTC, for a reader and for a program."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from escrutinio.primitives import Message, say
from escrutinio.site.page_words import PageWords
from escrutinio.verification import utc

__all__ = ["say_moment", "show_moment"]


def say_moment(time_s: int) -> Message:
    """Say a time with its date.

    Args:
        time_s: seconds since 1970, 0 to 2^32 - 1 as entries hold them.
    """
    moment = dt.datetime.fromtimestamp(time_s, dt.UTC)
    date = say(
        "page.date.day",
        day=str(moment.day),
        month=say(f"page.month.{moment:%m}"),
        year=str(moment.year),
    )
    return say("site.moment", date=date, time=f"{moment:%H:%M}")


def show_moment(words: PageWords, time_s: int) -> Markup:
    """Write a time with its date, and once more for programs."""
    return Markup('<time datetime="{}">{}</time>').format(
        utc(time_s), words.text(say_moment(time_s))
    )
