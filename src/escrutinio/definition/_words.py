"""The small words of a definition: codes, ids, names, dates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from escrutinio.definition._faults import FaultList, shown

__all__ = [
    "ANYTHING",
    "CHECK",
    "CODE",
    "CODE_RULE",
    "COUNT",
    "ID",
    "ID_RULE",
    "LANGUAGE",
    "LIMIT",
    "TIME_ZONE",
    "is_date",
    "read_label",
]

#: Any text, for words that are compared and not matched.
ANYTHING = re.compile(r"(?s).*")
#: Code of a level, contest, candidacy, party line or category.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
CODE_RULE = "a code of 1 to 40 of A-Z a-z 0-9 . _ - that begins with a letter or digit"
#: Id of a division, station or polling place.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
ID_RULE = "an id of 1 to 64 of A-Z a-z 0-9 . _ : / - that begins with a letter or digit"
#: A count in a table, in its one spelling.
COUNT = re.compile(r"0|[1-9][0-9]{0,9}")
#: Language code of ISO 639.
LANGUAGE = re.compile(r"[a-z]{2,3}")
#: Name in the IANA time zone database; whether it is there depends on the reader's version.
TIME_ZONE = re.compile(r"(?=.{1,64}\Z)[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")
#: Code of a check of the catalogue, such as SHEET-001 or TALLY-001.
CHECK = re.compile(r"[A-Z]{3,8}-[0-9]{3}")
#: Name of a limit of the sheet checks.
LIMIT = re.compile(r"[a-z][a-z0-9_]{0,59}")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Characters that do not show, or that make a name show as another one: control characters, line
# and paragraph separators, marks of direction, the byte order mark, and bytes that were no UTF-8.
# Joiners (U+200C, U+200D) stay allowed: Persian and Indic names need them.
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def is_date(text: str) -> bool:
    """Say whether the text is a day of the calendar, written ``YYYY-MM-DD``."""
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_label(text: str, place: str, most: int, faults: FaultList) -> str:
    """Read a name or a note for people, and give it in its one spelling.

    Args:
        text: as it stands in the file.
        place: where it stands.
        most: the most code points it may have.
        faults: takes what is wrong with it.

    Returns:
        The text in Unicode normalization form C, without space around it.
    """
    if len(text) > most:
        faults.add(place, f"at most {most} characters", f"{len(text)} characters")
        return ""
    if (unseen := _UNSEEN.search(text)) is not None:
        found = f"U+{ord(unseen.group()):04X} in {shown(text)}"
        faults.add(place, "text of visible characters in UTF-8, without line breaks", found)
        return ""
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        faults.add(place, "a text", shown(text))
    elif plain != text:
        expected = f"{shown(plain)} in Unicode normalization form C, without space around it"
        faults.add_spelling(place, expected, f"another spelling, {shown(text)}")
    return plain
