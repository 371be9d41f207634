"""Write the vectors of ``rows.csv``: ``python -m tests.vectors.rows.generate``.

One file per case: ``description``; ``input``, the text of the file or ``{"base64": …}``;
``expected``: its rows, an empty cell as null, or under ``refused`` the name of the error with the
places it names.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from escrutinio.publication import decode_rows
from tests.vectors.bulletin.cases import full_day
from tests.vectors.writing import answer_or_refusal, render_vector, write_vectors

__all__ = ["FOLDER", "bytes_of", "read_rows", "render_vectors"]

FOLDER = Path(__file__).resolve().parent

HEADER = b"contest,station,division,treatment,entry,version,reason\n"
GOOD = HEADER + (
    b"president,N1.1,N1,counted,3,1,\n"
    b"president,N1.2,N1,held,6,2,SHEET-302 unconfirmed\n"
    b"president,S1.1,,missing,,,\n"
)


def _cases() -> dict[str, tuple[str, bytes]]:
    day = full_day()
    good = {
        f"good-bulletin-{item.composed.entry.number}": (
            f"of bulletin {item.composed.entry.number} of tests/vectors/bulletin/day.json",
            item.composed.rows_csv,
        )
        for item in day.bulletins
    }
    return {
        "good": ("one counted, one held, one missing in no division anybody knows", GOOD),
        "good-no-rows": ("nobody is expected yet", HEADER),
        "good-largest-number": ("numbers are below 2^63", _replace(b",3,", b",%d," % (2**63 - 1))),
        **good,
        "empty": ("the header is always there", b""),
        "header-missing": ("the header is the first line", GOOD[len(HEADER) :]),
        "header-word": ("its words are fixed", _replace(b"reason\n", b"why\n")),
        "header-order": ("and so is their order", _replace(b"entry,version", b"version,entry")),
        "header-longer": ("no column more", _replace(b"reason\n", b"reason,note\n")),
        "cell-more": ("seven cells a line", _replace(b"3,1,\n", b"3,1,,\n")),
        "cell-less": ("seven cells a line", _replace(b"3,1,\n", b"3,1\n")),
        "quotation-marks": ("no cell needs them", _replace(b"N1.1", b'"N1.1"')),
        "quotation-mark-inside": ("no cell holds one", _replace(b"N1.1", b'N"1')),
        "number-plus": ("no signs", _replace(b",3,", b",+3,")),
        "number-minus": ("no signs", _replace(b",3,", b",-3,")),
        "number-minus-zero": ("no signs", _replace(b",3,", b",-0,")),
        "number-leading-zero": ("no leading zeros", _replace(b",3,", b",03,")),
        "number-fraction": ("whole numbers", _replace(b",3,", b",3.0,")),
        "number-exponent": ("digits only", _replace(b",3,", b",3e0,")),
        "number-word": ("digits only", _replace(b",3,", b",three,")),
        "number-space": ("no spaces", _replace(b",3,", b", 3,")),
        "number-large": ("numbers are below 2^63", _replace(b",3,", b",%d," % 2**63)),
        "carriage-returns": ("lines end in a line feed", GOOD.replace(b"\n", b"\r\n")),
        "carriage-return-once": ("every one of them", _replace(b"missing,,,\n", b"missing,,,\r\n")),
        "no-last-line-feed": ("the last line too", GOOD[:-1]),
        "empty-line": ("no line is empty", GOOD + b"\n"),
        "byte-order-mark": ("none", b"\xef\xbb\xbf" + GOOD),
        "not-utf-8": ("UTF-8", _replace(b"N1.1", b"N\xff.1")),
    }


def _replace(before: bytes, after: bytes) -> bytes:
    assert GOOD.count(before) == 1, before
    return GOOD.replace(before, after)


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors = {}
    for name, (why, data) in _cases().items():
        vector: dict[str, Any] = {"description": why, "input": _shown(data)}
        vector["expected"] = answer_or_refusal(read_rows, vector)
        vectors[f"{name}.json"] = render_vector(vector)
    return vectors


def _shown(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def bytes_of(vector: dict[str, Any]) -> bytes:
    """Give the bytes of a vector's file."""
    given = vector["input"]
    return given.encode() if isinstance(given, str) else base64.b64decode(given["base64"])


def read_rows(vector: dict[str, Any]) -> dict[str, Any]:
    """Decode rows, and write them as JSON."""
    rows = decode_rows(bytes_of(vector), "rows.csv")
    return {"rows": [list(row) for row in rows.iter_rows()]}


def main() -> None:
    """Write the files."""
    write_vectors(FOLDER, render_vectors())


if __name__ == "__main__":
    main()
