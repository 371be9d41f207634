"""Write the vector of bulletins, and the examples on the pages about their files.

Run ``python -m tests.vectors.bulletin.generate``. The vector is one file: the definition's files as
text, every entry of the log as hexadecimal digits, and each bulletin with its place, its body and
its rows as text. A second implementation reads the entries before the place and must give the same
texts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from escrutinio.publication import export_files
from tests.vectors.bulletin.cases import full_day
from tests.vectors.bulletin.day import Day

__all__ = ["BODY_PAGE", "EXPORTS_PAGE", "PATH", "render_body_page", "render_day", "render_exports"]

PATH = Path(__file__).resolve().parent / "day.json"
_FORMATS = Path(__file__).resolve().parents[3] / "docs" / "formats"
BODY_PAGE = _FORMATS / "bulletin-body.md"
EXPORTS_PAGE = _FORMATS / "exports.md"
_WHY = (
    "five stations and one that nobody lists: a device, a sheet of two people, one of one person, "
    "one held for more ballots than were admitted and later released, a corrected sheet that was "
    "approved, a station closed, one moved, a candidacy withdrawn in favour of another"
)
#: Lists of which the example on the page shows the first item only.
_SHORTENED = ("divisions", "outcomes", "changes")
_WIDTH = 96


def render_day(day: Day) -> str:
    """Give the text of the vector."""
    files = day.files
    vector = {
        "description": _WHY,
        "definition": {
            "definition.json": files.definition.decode(),
            "divisions.csv": files.divisions.decode(),
            "stations.csv": (files.stations or b"").decode(),
            "signers.csv": (files.signers or b"").decode(),
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
    page = _with_block(page, "json", 0, _lay_out(document) + "\n")
    return _with_block(page, "text", 0, composed.rows_csv.decode())


def render_exports(day: Day, page: str) -> str:
    """Give the page about the exports with the examples of a day: the first lines of two tables."""
    item = day.bulletins[-1]
    files = export_files(item.cut, item.composed, item.findings)
    tables = {file.name: file.data.decode() for file in files if file.name.endswith(".csv")}
    for place, (name, lines) in enumerate((("sheets", 3), ("divisions", 2))):
        shown = tables[f"{name}-president.csv"].splitlines(keepends=True)[:lines]
        page = _with_block(page, "text", place, "".join(shown))
    return page


def _with_block(page: str, kind: str, place: int, text: str) -> str:
    blocks = list(re.finditer(rf"^```{kind}\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    start, end = blocks[place].span(1)
    return page[:start] + text + page[end:]


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
    day = full_day()
    PATH.write_text(render_day(day), encoding="utf-8")
    for path, render in ((BODY_PAGE, render_body_page), (EXPORTS_PAGE, render_exports)):
        path.write_text(render(day, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
