"""Where every page of a record stands, and how one page names another.

    index.html                  the first page: headline in every language, and the way in
    en/index.html               the country
    en/d/<division>.html        a division
    en/p/<place>.html           a polling place; each of its stations is an anchor, #s-<station>
    en/bulletins.html ...       pages of which there is one
    assets/...                  style, scripts, pictures

Every link is relative, so that a site works under any path of a server and from ``file:``. An id
stands in a path as it is, but for what no path of a record has: any other character than letters,
digits, ``.`` and ``-`` is written as ``_`` and its two hexadecimal digits.
"""

from __future__ import annotations

import posixpath
import re

__all__ = ["division_path", "link", "page_path", "place_path", "safe_name", "station_anchor"]

_OTHER = re.compile(r"[^A-Za-z0-9.-]")


def safe_name(identifier: str) -> str:
    """Write an id of ASCII characters as part of a path; different ids have different names."""
    if identifier.isascii() and identifier.isalnum():
        return identifier
    return _OTHER.sub(lambda found: f"_{ord(found[0]):02x}", identifier)


def page_path(language: str, name: str) -> str:
    """Give the path of a page of which there is one: ``bulletins.html``, ``feed.xml``."""
    return f"{language}/{name}"


def division_path(language: str, division: str) -> str:
    """Give the path of a division's page."""
    return f"{language}/d/{safe_name(division)}.html"


def place_path(language: str, place: str) -> str:
    """Give the path of a polling place's page; a station without a place is a place by its id."""
    return f"{language}/p/{safe_name(place)}.html"


def station_anchor(station: str) -> str:
    """Give the id of a station's part of its page."""
    return f"s-{safe_name(station)}"


def link(source: str, target: str) -> str:
    """Give the address of a file of the record as a page names it.

    Args:
        source: path of the page.
        target: path of the file, perhaps with an anchor.
    """
    return posixpath.relpath(target, posixpath.dirname(source) or ".")
