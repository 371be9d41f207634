"""Every vector of manifests, anchors, rows, announced figures and folders, read and written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from escrutinio.publication import (
    Anchor,
    decode_rows,
    encode_anchor,
    encode_manifest,
    encode_rows,
    sign_manifest,
)
from tests.vectors.anchor import generate as anchors
from tests.vectors.announced import generate as announcements
from tests.vectors.manifest import generate as manifests
from tests.vectors.manifest.cases import LOG
from tests.vectors.record import generate as folders
from tests.vectors.rows import generate as rows
from tests.vectors.writing import answer_or_refusal

Vector = dict[str, Any]


def _read_manifest(vector: Vector) -> dict[str, Any]:
    signed = manifests.read_manifest(vector)
    data = vector["input"].encode()
    assert encode_manifest(signed) == data
    # Signing is deterministic: the log writes the same bytes again, but for lines of others.
    written = encode_manifest(sign_manifest(signed.manifest, LOG))
    assert data.startswith(written)
    assert len(signed.note.signatures) > 1 or data == written
    return manifests.words_of(signed, vector)


def _read_anchor(vector: Vector) -> dict[str, Any]:
    found = anchors.read_anchor(vector)
    written = encode_anchor(Anchor.of(found["identity"], found["policy"])).decode()
    assert (written == vector["input"]) == vector["expected"]["is_written"]
    return found


def _read_rows(vector: Vector) -> dict[str, Any]:
    data = rows.bytes_of(vector)
    assert encode_rows(decode_rows(data, "rows.csv")) == data
    return rows.read_rows(vector)


READERS: Mapping[str, Callable[[Vector], dict[str, Any]]] = {
    "anchor": _read_anchor,
    "announced": announcements.read_announcement,
    "manifest": _read_manifest,
    "record": folders.read_case,
    "rows": _read_rows,
}
GENERATORS = {
    module.FOLDER.name: module for module in (anchors, announcements, folders, manifests, rows)
}
#: Fewest good and bad vectors of each folder; an empty folder would pass every other test.
LEAST = {
    "anchor": (6, 28),
    "announced": (3, 20),
    "manifest": (10, 73),
    "record": (26, 21),
    "rows": (6, 23),
}
PATHS = [path for name in READERS for path in sorted(GENERATORS[name].FOLDER.glob("*.json"))]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_vector_gives_what_it_says(path: Path) -> None:
    """A good one says the same both ways; a bad one gives the stated error at the stated place."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    assert answer_or_refusal(READERS[path.parent.name], vector) == vector["expected"]


@pytest.mark.parametrize("name", READERS)
def test_the_vectors_are_those_of_the_cases(name: str) -> None:
    """A vector nobody can make again is a number without a reason."""
    written = {
        path.name: path.read_text(encoding="utf-8")
        for path in GENERATORS[name].FOLDER.glob("*.json")
    }
    assert written == GENERATORS[name].render_vectors(), (
        f"run: python -m tests.vectors.{name}.generate"
    )


@pytest.mark.parametrize("name", READERS)
def test_what_is_called_good_is_accepted_and_nothing_else(name: str) -> None:
    """The answers are made by the program; the names are not."""
    vectors = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["expected"]
        for path in GENERATORS[name].FOLDER.glob("*.json")
    }
    accepted = {stem for stem, expected in vectors.items() if "refused" not in expected}
    if name == "record":
        called_good = {stem for stem in vectors if stem.startswith(("path-good", "files-"))}
        clean = {stem for stem in accepted if not vectors[stem].get("strays")}
        assert clean == {stem for stem in vectors if "good" in stem}
    else:
        called_good = {stem for stem in vectors if stem.startswith("good")}
    assert accepted == called_good
    least_good, least_bad = LEAST[name]
    assert len(accepted) >= least_good
    assert len(vectors) - len(accepted) >= least_bad


@pytest.mark.parametrize(
    "module", [anchors, announcements, manifests], ids=lambda item: item.PAGE.stem
)
def test_the_example_of_the_page_is_the_first_vector(module: Any) -> None:  # noqa: ANN401  # a module
    """A reader who types the example in has a file that every reader accepts."""
    page = module.PAGE.read_text(encoding="utf-8")
    assert module.render_page(page) == page
    vector = json.loads((module.FOLDER / "good.json").read_text(encoding="utf-8"))
    assert vector["input"] in page
