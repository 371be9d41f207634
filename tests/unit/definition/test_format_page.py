"""The page of the format shows what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from escrutinio.definition import limits, seal_definition
from tests.vectors.definition.documents import assemble, assemble_with_trust, document

PAGE = (Path(__file__).resolve().parents[3] / "docs/formats/definition.md").read_text("utf-8")


def _block(language: str, index: int) -> bytes:
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return blocks[index].encode()


def test_the_example_seals_to_the_first_vector() -> None:
    """Who types the example in gets the identity of ``good.json``."""
    sealed = seal_definition(_block("json", 0), _block("csv", 0), _block("csv", 1))
    assert sealed == assemble()


def test_the_example_of_trust_seals_to_the_first_vector_of_version_2() -> None:
    """Who adds the second example to the first gets the identity of ``good-2.json``."""
    draft = document() | json.loads(_block("json", 1))
    sealed = seal_definition(
        json.dumps(draft).encode(), _block("csv", 0), _block("csv", 1), _block("csv", 2)
    )
    assert sealed == assemble_with_trust()


def test_the_page_names_every_key() -> None:
    """A key without a line on the page has no agreed meaning."""
    document = json.loads(assemble_with_trust().definition)
    keys = set(document) | set(document["trust"]) | set(document["trust"]["bulletins"])
    keys |= set(document["contests"][0])
    assert not [key for key in keys if f"`{key}`" not in PAGE]


@pytest.mark.parametrize("name", sorted(set(limits.__all__) - {"MAX_FAULTS"}))
def test_the_page_states_every_limit(name: str) -> None:
    """Two readers with different limits would disagree on what is a definition."""
    value = getattr(limits, name)
    shown = f"{value // 2**20} MiB" if value % 2**20 == 0 else f"{value:,}"
    assert re.search(rf"(?<![\d,]){shown}(?![\d,])", PAGE)
