"""Every vector of the log formats, read from its file, both ways."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import escrutinio.errors
from tests.vectors.log import borrowed
from tests.vectors.log.generate import FOLDER, render_vectors
from tests.vectors.log.running import play_vector

PATHS = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    """What we accept, refuse and write is what other implementers can read in these files."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    expected = vector["expected"]
    if "error" in expected:
        error = getattr(escrutinio.errors, expected["error"])
        with pytest.raises(escrutinio.errors.ElectionRecordError) as caught:
            play_vector(vector)
        assert type(caught.value) is error, str(caught.value)
        return
    found = play_vector(vector)
    for name, value in expected.items():
        assert _chosen(found[name], value) == value, name


def _chosen(found: Any, expected: object) -> object:  # noqa: ANN401  # a part of JSON
    """Of a table, only the rows the vector names: a large tree has very many."""
    if isinstance(expected, Mapping):
        return {key: found[key] for key in expected}
    return found


def test_the_files_are_those_of_the_cases() -> None:
    """A vector that nobody can make again is a number without a reason."""
    assert {path.name: path.read_text(encoding="utf-8") for path in PATHS} == render_vectors()


def test_the_name_of_a_monitored_log_is_the_digest_of_its_origin() -> None:
    """Witnesses and mirrors file a log under this digest."""
    origin = borrowed.SUNLIGHT_CHECKPOINT.split("\n")[0]
    assert hashlib.sha256(origin.encode()).hexdigest() == borrowed.SUNLIGHT_ORIGIN_SHA256
