"""Write the vectors of announced figures: ``python -m tests.vectors.announced.generate``.

One file per case: ``description``; ``input``, the text of the file; ``expected``: what was
announced, or under ``refused`` the name of the error with the places it names. The example of the
page is the first of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from escrutinio.verification import decode_announcement
from tests.vectors.writing import (
    answer_or_refusal,
    render_vector,
    with_block,
    write_page,
    write_vectors,
)

__all__ = ["FOLDER", "PAGE", "read_announcement", "render_page", "render_vectors"]

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[2] / "docs" / "formats" / "announced.md"

EXAMPLE = """\
format = "escrutinio-announced/1"
bulletin = 7
[contest.president]
counted = 24000
valid = 9700000
[contest.president.votes]
rios = 5150092
soto = 4445978
"""
EVERYTHING = """\
format = "escrutinio-announced/1"   # from the radio
bulletin = 999999

[contest.president]
expected = 30026
counted = 30000
held = 20
missing = 5
closed = 1
valid = 0
cast = 10_000_000_000

[contest."governor.N"]
votes = { "list-1" = 12 }
"""


def _cases() -> dict[str, tuple[str, str]]:
    head = EXAMPLE[: EXAMPLE.index("[")]
    return {
        "good": ("the example of the page", EXAMPLE),
        "good-everything": ("every figure, two contests, another spelling", EVERYTHING),
        "good-nothing-said": (
            "a contest of which no figure was said",
            f"{head}[contest.president]\n",
        ),
        "empty": ("what is required is named", ""),
        "not-toml": ("TOML", "bulletin: 7\n"),
        "format-later": ("another version", _replace("announced/1", "announced/2")),
        "bulletin-missing": ("which bulletin", _replace("bulletin = 7\n", "")),
        "bulletin-zero": ("bulletins begin with 1", _replace("= 7", "= 0")),
        "bulletin-text": ("a number", _replace("= 7", '= "7"')),
        "bulletin-true": ("a truth value is no number", _replace("= 7", "= true")),
        "contest-missing": ("something was announced", head),
        "contest-empty": ("of some contest", f"{head}[contest]\n"),
        "contest-number": ("a table", f"{head}[contest]\npresident = 3\n"),
        "figure-text": ("no quotation marks", _replace("24000", '"24000"')),
        "figure-fraction": ("whole numbers", _replace("24000", "24000.0")),
        "figure-negative": ("from 0", _replace("24000", "-1")),
        "figure-large": ("up to ten thousand million", _replace("24000", "10000000001")),
        "figure-true": ("a truth value is no number", _replace("24000", "true")),
        "votes-text": ("no quotation marks", _replace("5150092", '"5150092"')),
        "votes-number": ("a table by candidacy", f"{head}[contest.president]\nvotes = 3\n"),
        "unknown-key": ("a word that is mistyped is not passed over", _replace("valid", "vaild")),
        "unknown-key-above": (
            "nor one above",
            _replace("[contest.president]\n", "source = 1\n[contest.president]\n"),
        ),
        "three-faults": (
            "all are named",
            _replace("= 7", "= 0").replace("24000", "-1").replace("5150092", '"x"'),
        ),
    }


def _replace(before: str, after: str) -> str:
    assert EXAMPLE.count(before) == 1, before
    return EXAMPLE.replace(before, after)


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors = {}
    for name, (why, text) in _cases().items():
        vector: dict[str, Any] = {"description": why, "input": text}
        vector["expected"] = answer_or_refusal(read_announcement, vector)
        vectors[f"{name}.json"] = render_vector(vector)
    return vectors


def read_announcement(vector: dict[str, Any]) -> dict[str, Any]:
    """Decode an announcement, and write what it says as JSON."""
    announced = decode_announcement(vector["input"].encode(), "announced.toml")
    return {
        "bulletin": announced.bulletin,
        "contests": {
            code: {"figures": dict(item.figures), "votes": dict(item.votes)}
            for code, item in announced.contests.items()
        },
    }


def render_page(page: str) -> str:
    """Give the page about announced figures with the first vector as its example."""
    return with_block(page, "toml", 0, EXAMPLE)


def main() -> None:
    """Write the files, and the example of the page."""
    write_vectors(FOLDER, render_vectors())
    write_page(PAGE, render_page)


if __name__ == "__main__":
    main()
