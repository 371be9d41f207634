"""Every vector of the format, one file per case, read as another implementation would."""

from __future__ import annotations

from pathlib import Path

import pytest

from escrutinio.definition import check_definition, decode_definition, encode_definition
from escrutinio.errors import MalformedError
from tests.vectors.definition.generate import FOLDER, read_vector, render_vectors

VECTORS = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_gives_what_it_says(path: Path) -> None:
    """A good definition has the stated identity; a bad one is refused, naming the stated places.

    Both doors must agree: what ``check`` names, ``decode`` raises.
    """
    files, expected = read_vector(path)
    faults = check_definition(files)
    assert [fault.where for fault in faults] == expected.get("refused", [])
    if not faults:
        definition = decode_definition(files)
        assert definition.identity == expected["identity"]
        assert encode_definition(definition) == files
        return
    with pytest.raises(MalformedError) as caught:
        decode_definition(files)
    assert caught.value.faults == faults


def test_the_vectors_are_those_the_cases_give() -> None:
    """A vector that no case explains, or a case without a vector, would prove nothing."""
    written = {path.name: path.read_text(encoding="utf-8") for path in VECTORS}
    assert written == render_vectors(), "run: python -m tests.vectors.definition.generate"


def test_there_are_good_vectors_and_bad_ones() -> None:
    """An empty folder would pass every test above."""
    good = [path for path in VECTORS if path.stem.startswith("good")]
    assert len(good) >= 8
    assert len(VECTORS) - len(good) >= 100
