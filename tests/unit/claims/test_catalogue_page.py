"""The reference page of the tests is the catalogue, written out."""

from __future__ import annotations

from pathlib import Path

from escrutinio.claims import catalogue_markdown


def test_the_reference_page_is_the_catalogue(repository: Path) -> None:
    """Write it again with the following two lines of Python, in the root of the repository.

    from escrutinio.claims import catalogue_markdown
    print(catalogue_markdown(), end="", file=open("docs/reference/claim-tests.md", "w"))
    """
    page = repository / "docs" / "reference" / "claim-tests.md"
    assert page.read_text(encoding="utf-8") == catalogue_markdown()
