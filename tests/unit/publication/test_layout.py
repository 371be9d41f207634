"""Where the files of a record stand, and which files have no business there."""

from __future__ import annotations

import pytest

from escrutinio.errors import MalformedError
from escrutinio.publication import find_strays, is_page, require_record_path
from escrutinio.publication.layout import (
    MAX_BULLETIN_NUMBER,
    MAX_PATH_CHARS,
    body_path,
    bulletin_of,
    export_path,
    rows_path,
    scan_path,
    zip_path,
)

LISTED = (
    "README.txt",
    "bulletins/000001.zip",
    "bulletins/000001/bulletin.json",
    "bulletins/000002/bulletin.json",
    "data/000001/findings.csv",
    "data/000002/findings.csv",
    "tile/0/000",
)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../other",
        "data/../../other",
        "data//file",
        "data/",
        ".hidden",
        "data/.hidden",
        "data\\file",
        "data/a b",
        "data/\u00e9",
        "data/file\n",
        "a" * (MAX_PATH_CHARS + 1),
    ],
)
def test_a_path_that_could_lead_out_of_the_folder_is_refused(path: str) -> None:
    """Paths come from a manifest that a stranger wrote."""
    with pytest.raises(MalformedError):
        require_record_path(path, "manifest")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("index.html", True),
        ("assets/site.css", True),
        ("en/index.html", True),
        ("pt-BR/d/17.html", True),
        ("zh-Hant/p/1.html", True),
        ("en", False),
        ("en/", False),
        ("index.htm", False),
        ("other.html", False),
        ("tile/0/000", False),
        ("data/000001/index.html", False),
        ("bulletins/000001/en/index.html", False),
        ("scans/index.html", False),
        ("EN/index.html", False),
        ("en-/index.html", False),
        ("MANIFEST", False),
    ],
)
def test_a_page_is_told_by_its_path(path: str, expected: bool) -> None:  # noqa: FBT001  # a case
    """Only pages are replaced in place; no evidence may ever pass for one."""
    assert is_page(path) == expected


def test_every_path_of_the_layout_is_a_path_of_a_record() -> None:
    """What we write, every reader must accept."""
    paths = (body_path(1), rows_path(MAX_BULLETIN_NUMBER), zip_path(12), export_path(3, "a.csv"))
    for path in (*paths, scan_path(bytes(32)), "tile/entries/x001/x234/067.p/255"):
        require_record_path(path, "layout")
    assert [bulletin_of(path) for path in paths] == [
        ("bulletins", 1),
        ("bulletins", MAX_BULLETIN_NUMBER),
        ("bulletins", 12),
        ("data", 3),
    ]


@pytest.mark.parametrize("number", [0, -1, MAX_BULLETIN_NUMBER + 1])
def test_a_number_without_a_folder_is_refused(number: int) -> None:
    """Six digits keep the folders in order; a seventh would be a second spelling."""
    with pytest.raises(MalformedError):
        body_path(number)


@pytest.mark.parametrize(
    "path",
    [
        ".MANIFEST.x1.part",
        "en/p/.0417.html.x1.part",
        "bulletins/000003/.bulletin.json.k.part",
        "bulletins/000003/bulletin.json",
        "bulletins/000003.zip",
        "data/000003/findings.csv",
        "data/000000/findings.csv",
        "tile/0/001.p/9",
        "tile/entries/000.p/3",
        f"scans/{'ab' * 32}",
        "MANIFEST",
        "checkpoint",
    ],
)
def test_what_a_publisher_that_died_left_is_no_stray(path: str) -> None:
    """Otherwise every crash would make an honest record fail."""
    assert find_strays([path], LISTED) == []


@pytest.mark.parametrize(
    "path",
    [
        "index.php",
        "index.html",
        "assets/site.js",
        "en/p/0417.html",
        "signers.csv",
        "bulletins/000002/more.csv",
        "bulletins/000007.zip",
        "data/000007/findings.csv",
        "bulletins/000002.zip",
        "bulletins/000001/rows.csv",
        "data/000002/other.csv",
        "data/other.csv",
        "tile/0/1",
        "tile/x",
        "scans/a.png",
        ".htaccess",
        "checkpoint.intended",
        ".lock",
        "../escaped",
    ],
)
def test_a_file_that_no_publication_leaves_is_a_stray(path: str) -> None:
    """Numbers that nobody signed must not stand beside those that are signed."""
    assert find_strays([*LISTED, path], LISTED) == [path]
