"""Every vector of the format, one file per case, read as another implementation would."""

from __future__ import annotations

from pathlib import Path

import pytest

from escrutinio.definition import (
    Definition,
    DefinitionFiles,
    check_definition,
    decode_definition,
    encode_definition,
    verify_signer_keys,
)
from escrutinio.errors import MalformedError
from tests.vectors.definition.generate import FOLDER, read_vector, render_vectors

VECTORS = sorted(FOLDER.glob("*.json"))
#: What these vectors break is not for ``decode`` but for ``verify_signer_keys`` to say.
POINTS = "signers-point-"


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_gives_what_it_says(path: Path) -> None:
    """A good definition has the stated identity; a bad one is refused, naming the stated places.

    Both doors must agree: what ``check`` names, ``decode`` raises.
    """
    files, expected = read_vector(path)
    faults = check_definition(files)
    assert [fault.where for fault in faults] == expected.get("refused", [])
    if not faults:
        definition = _read(files)
        assert definition.identity == expected["identity"]
        assert encode_definition(definition) == files
        return
    with pytest.raises(MalformedError) as caught:
        _read(files)
    if path.stem.startswith(POINTS):
        assert [fault.where for fault in caught.value.faults] == ["signers.csv: signer auditor-1"]
    else:
        assert caught.value.faults == faults


def _read(files: DefinitionFiles) -> Definition:
    """Read a definition as verification does."""
    definition = decode_definition(files)
    if definition.trust is not None:
        verify_signer_keys(definition.trust.signers)
    return definition


def test_the_vectors_are_those_the_cases_give() -> None:
    """A vector that no case explains, or a case without a vector, would prove nothing."""
    written = {path.name: path.read_text(encoding="utf-8") for path in VECTORS}
    assert written == render_vectors(), "run: python -m tests.vectors.definition.generate"


def test_there_are_good_vectors_and_bad_ones() -> None:
    """An empty folder would pass every test above."""
    good = [path for path in VECTORS if path.stem.startswith("good")]
    assert len(good) >= 12
    assert len(VECTORS) - len(good) >= 160
    assert len([path for path in VECTORS if path.stem.startswith(POINTS)]) == 4
