"""Write the vectors of bulletins, and the examples on the page about their bodies.

Run ``python -m tests.vectors.bulletin.generate``. One file per day: the definition's files as text,
null for one that there is not; every entry of the log as hexadecimal digits; and each bulletin with
its place, its body and its rows as text. A second implementation reads the entries before the place
and must give the same texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.vectors.bulletin.cases import (
    full_day,
    governor_day,
    seats_day,
    transcription_day,
    unlisted_day,
)
from tests.vectors.bulletin.day import Day
from tests.vectors.writing import with_block, write_page, write_vectors

__all__ = [
    "BODY_PAGE",
    "DAYS",
    "FOLDER",
    "render_body_page",
    "render_day",
]

FOLDER = Path(__file__).resolve().parent
BODY_PAGE = FOLDER.parents[2] / "docs" / "formats" / "bulletin-body.md"
_FULL = (
    "five stations and one that nobody lists: a device, a sheet of two people, one of one person, "
    "one held for more ballots than were admitted and later released, a corrected sheet that was "
    "approved, a station closed, one moved, a candidacy withdrawn in favour of another"
)
_TRANSCRIPTION = (
    "what a source read on copies, in two bulletins: stations are not listed, and not every cell "
    "is a number"
)
#: Name of each file, how the day is made, and what happens on it.
DAYS: dict[str, tuple[Callable[[], Day], str]] = {
    "day": (full_day, _FULL),
    "governor": (governor_day, "two contests, one of them in one state, with a run-off"),
    "seats": (seats_day, "lists win seats; one station has reported"),
    "transcription": (transcription_day, _TRANSCRIPTION),
    "unlisted": (
        unlisted_day,
        "readings of stations that nobody lists, in divisions that there are and that are not",
    ),
}
#: Lists of which the example on the page shows the first item only.
_SHORTENED = ("divisions", "outcomes", "changes")
_WIDTH = 96


def render_day(name: str) -> str:
    """Give the text of a vector."""
    make, why = DAYS[name]
    day = make()
    files = day.files
    vector = {
        "description": why,
        "definition": {
            file: None if data is None else data.decode()
            for file, data in (
                ("definition.json", files.definition),
                ("divisions.csv", files.divisions),
                ("stations.csv", files.stations),
                ("signers.csv", files.signers),
            )
        },
        "entries": [data.hex() for data in day.entries],
        "bulletins": [
            {
                "number": item.composed.entry.number,
                "time_s": item.composed.entry.time_s,
                "size": item.composed.entry.size,
                "root": item.composed.entry.root.hex(),
                "body_sha256": item.composed.entry.body.hex(),
                "body": item.composed.body.decode(),
                "rows": item.composed.rows_csv.decode(),
            }
            for item in day.bulletins
        ],
    }
    return json.dumps(vector, ensure_ascii=False, indent=1) + "\n"


def render_body_page(day: Day, page: str) -> str:
    """Give the page about the body with the examples of a day: a part of its body, and its rows."""
    composed = day.bulletins[-1].composed
    document = json.loads(composed.body)
    for name in _SHORTENED:
        del document["contests"][0][name][1:]
    page = with_block(page, "json", 0, _lay_out(document) + "\n")
    return with_block(page, "text", 0, composed.rows_csv.decode())


def _lay_out(value: object, indent: int = 0) -> str:
    """Write JSON with a line break only where a line would be too long."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= _WIDTH or not isinstance(value, dict | list):
        return line
    inner, pad = indent + 2, " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{pad}{json.dumps(key)}: {_lay_out(item, inner)}" for key, item in value.items()]
    else:
        parts = [pad + _lay_out(item, inner) for item in value]
    begin, end = ("{", "}") if isinstance(value, dict) else ("[", "]")
    return begin + "\n" + ",\n".join(parts) + "\n" + " " * indent + end


def main() -> None:
    """Write the files."""
    write_vectors(FOLDER, {f"{name}.json": render_day(name) for name in DAYS})
    write_page(BODY_PAGE, lambda page: render_body_page(full_day(), page))


if __name__ == "__main__":
    main()
