"""The format page: its example is a claims file, and it names every key and limit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from escrutinio.claims import decode_claims
from escrutinio.claims._claim_reading import CLAIM_KEYS
from escrutinio.claims.limits import MAX_CLAIMS, MAX_CLAIMS_BYTES, MAX_COUNT, MAX_TURNOUTS
from tests.unit.claims.world import World


@pytest.fixture
def page(repository: Path) -> str:
    """Read the page."""
    return (repository / "docs" / "formats" / "claims.md").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_read(page: str) -> None:
    """An example that the program refuses is worse than none."""
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    claims = decode_claims(example.encode(), [World(codes=("NM", "EG", "X")).contest], "page")
    assert [claim.id for claim in claims.claims] == ["F1", "B1"]


def test_the_page_names_every_key(page: str) -> None:
    """A key without a description is a guess."""
    missing = [key for key in CLAIM_KEYS if f"`{key}`" not in page and f"claim.{key}]" not in page]
    assert not missing


def test_the_page_names_the_limits(page: str) -> None:
    """Limits are part of the format."""
    assert f"{MAX_CLAIMS:,} claims" in page
    assert f"{MAX_CLAIMS_BYTES // 2**20} MiB" in page
    assert f"0 to {MAX_COUNT:,}" in page
    assert f"up to {MAX_TURNOUTS} turnouts" in page
