"""A format is a page, an example on it, and vectors that others can test their program with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

FORMATS = ROOT / "docs" / "formats"
VECTORS = ROOT / "tests" / "vectors"
PAGES = sorted(path for path in FORMATS.glob("*.md") if path.name != "README.md")
#: Nothing is decided by reading it, so there is nothing to test; it has a schema.
WITHOUT_VECTORS = {"verification-report.md"}
#: Not a format: numbers drawn from a seed.
WITHOUT_PAGE = {"draws"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_format_has_an_example_and_says_where_its_vectors_are(page: Path) -> None:
    """Rules alone are read in two ways; an example and a vector decide which is right."""
    text = page.read_text(encoding="utf-8")
    assert re.search(r"^```[a-z]+\n", text, re.MULTILINE), "no example"
    if page.name in WITHOUT_VECTORS:
        assert ".schema.json)" in text
    else:
        assert "\n## Test vectors\n" in text
        assert "tests/vectors/" in text or "examples/" in text


def test_every_folder_of_vectors_has_a_page_that_explains_it() -> None:
    """A vector that nobody can read tests nothing but us."""
    linked = {
        folder
        for page in PAGES
        for folder in re.findall(r"tests/vectors/(\w+)", page.read_text(encoding="utf-8"))
    }
    folders = {path.name for path in VECTORS.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert folders - WITHOUT_PAGE == linked
