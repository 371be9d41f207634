"""Write the vectors of a record's folder: ``python -m tests.vectors.record.generate``.

One file per case. ``path-….json``: ``description``; ``input``, a path; ``expected``: the bulletin
that it belongs to and whether it is a page, or under ``refused`` the name of the error.
``files-….json``: ``input`` names
the files that are there (``present``) and those that the manifest lists (``listed``);
``expected``: which of them make step V19 fail (``strays``), and which are tolerated and no part
of the record (``tolerated``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from escrutinio.publication import find_strays, require_record_path
from escrutinio.publication.layout import bulletin_of, is_page
from tests.vectors.writing import answer_or_refusal, render_vector, write_vectors

__all__ = ["FOLDER", "read_case", "render_vectors"]

FOLDER = Path(__file__).resolve().parent

LISTED = (
    "README.txt",
    "bulletins/000001.zip",
    "bulletins/000001/bulletin.json",
    "bulletins/000001/rows.csv",
    "bulletins/000002.zip",
    "bulletins/000002/bulletin.json",
    "bulletins/000002/rows.csv",
    "data/000002/findings.csv",
    "definition.json",
    "tile/0/000.p/23",
    "tile/entries/000.p/23",
    "tlog-policy",
)
_WHOLE = ("MANIFEST", "checkpoint", *LISTED)

_PATHS = {
    "good-name": ("in the folder itself", "README.txt"),
    "good-bulletin": ("of bulletin 1", "bulletins/000001/bulletin.json"),
    "good-zip": ("of bulletin 12", "bulletins/000012.zip"),
    "good-last-bulletin": ("there are no more", "data/999999/findings.csv"),
    "good-tile": ("a tile", "tile/entries/x001/x234/067.p/255"),
    "good-first-page": ("the first page", "index.html"),
    "good-page": ("a page in a language", "en/p/0417.html"),
    "good-page-of-a-region": ("a page in a language of a region", "pt-BR/index.html"),
    "good-asset": ("what pages need", "assets/site.css"),
    "good-four-letters": ("no language", "tile/index.html"),
    "good-other-page": ("one page alone stands outside of these folders", "other.html"),
    "good-signs": ("these three signs stand inside a part", "a-b_c.d/0"),
    "good-longest": ("200 characters", "a" * 200),
    "empty": ("a path names a file", ""),
    "long": ("more than 200 characters", "a" * 201),
    "absolute": ("it leads elsewhere", "/README.txt"),
    "parent": ("it leads out of the folder", "../README.txt"),
    "parent-inside": ("it may lead out of the folder", "data/../../README.txt"),
    "parent-at-end": ("so may this", "data/.."),
    "here": ("a second spelling", "./README.txt"),
    "hidden": ("a part begins with a letter or a digit", ".htaccess"),
    "hidden-folder": ("every part does", ".git/config"),
    "hyphen-first": ("it would be an option of a command", "-rf"),
    "underscore-first": ("letters and digits only", "_config.yml"),
    "folder": ("no file", "data/"),
    "two-strokes": ("a second spelling", "data//findings.csv"),
    "backslash": ("a way out on some systems", "data\\findings.csv"),
    "colon": ("a drive, or a stream, on some systems", "C:README.txt"),
    "space": ("another character", "data/a b"),
    "percent": ("a server may take it for an escape", "a%2e%2e"),
    "tilde": ("a shell may take it for a home", "~/README.txt"),
    "line-feed": ("another character", "README.txt\n"),
    "nul": ("it ends a name on most systems", "README.txt\u0000"),
    "other-letter": ("ASCII only", "r\u00e9sum\u00e9"),
    "other-digit": ("ASCII only", "\u0661"),
}
_FILES: dict[str, tuple[str, Sequence[str]]] = {
    "good": ("what a finished publication leaves", ()),
    "good-of-one-that-died": (
        "what a publisher that died may leave",
        (
            ".MANIFEST.x1.part",
            "data/000002/.findings.csv.x2.part",
            "bulletins/000003.zip",
            "bulletins/000003/bulletin.json",
            "bulletins/000003/any.txt",
            "data/000003/findings.csv",
            "data/000001/findings.csv",
            "tile/0/000.p/9",
            "tile/entries/x001/000",
            f"scans/{'ab' * 32}",
        ),
    ),
    "root": ("nothing else stands in the folder", ("index.php", "signers.csv", ".htaccess")),
    "log": ("what belongs to the log's writer", ("checkpoint.intended", ".lock", "log/checkpoint")),
    "bulletin-listed": ("nobody adds to a bulletin that is listed", ("bulletins/000002/more.csv",)),
    "bulletin-before": ("nor to one before it", ("bulletins/000001/more.csv",)),
    "bulletin-too-late": ("two above the newest", ("bulletins/000004.zip", "data/000004/a.csv")),
    "bulletin-seven-digits": ("no number of a bulletin", ("bulletins/0000003.zip",)),
    "data-listed": ("a folder of which something is listed", ("data/000002/other.csv",)),
    "data-no-number": ("no folder of a bulletin", ("data/other.csv", "data/000001")),
    "data-zip": ("packed exports stand elsewhere", ("data/000001.zip", "data/000003.zip")),
    "tile-other-spelling": ("no tile", ("tile/0/1", "tile/0/000.p/0", "tile/entries/000.p/256")),
    "scan-name": ("a scan is named by its SHA-256", ("scans/a.png", f"scans/{'AB' * 32}")),
    "part-name": ("half a file is hidden", ("MANIFEST.part", ".part")),
    "page": (
        "pages are listed before they are written",
        ("index.html", "en/index.html", "en/p/0417.html", "assets/site.css"),
    ),
    "good-page-without-name": (
        "a page that has no name yet",
        ("en/p/.0417.html.x1.part", ".index.html.x.part"),
    ),
    "no-path": ("a name that no file of a record has", ("../escaped", "a b")),
}


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    cases: dict[str, tuple[str, Any]] = {f"path-{name}": case for name, case in _PATHS.items()}
    cases |= {
        f"files-{name}": (why, {"present": [*_WHOLE, *more], "listed": list(LISTED)})
        for name, (why, more) in _FILES.items()
    }
    vectors = {}
    for name, (why, given) in cases.items():
        vector: dict[str, Any] = {"description": why, "input": given}
        vector["expected"] = answer_or_refusal(read_case, vector)
        vectors[f"{name}.json"] = render_vector(vector)
    return vectors


def read_case(vector: dict[str, Any]) -> dict[str, Any]:
    """Say what a path is, or what the files of a folder are."""
    given = vector["input"]
    if isinstance(given, str):
        require_record_path(given, "path")
        place = bulletin_of(given)
        return {"bulletin": None if place is None else place[1], "page": is_page(given)}
    present, listed = given["present"], given["listed"]
    strays = find_strays(present, listed)
    known = {"MANIFEST", "checkpoint", *listed, *strays}
    return {"strays": strays, "tolerated": [path for path in present if path not in known]}


def main() -> None:
    """Write the files."""
    write_vectors(FOLDER, render_vectors())


if __name__ == "__main__":
    main()
