"""The published vectors of bulletins: made again from the days, and recomputed from entries."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from escrutinio.primitives import encode_canonical, sha256_hex
from tests.vectors.bulletin.generate import DAYS, FOLDER, render_day
from tests.vectors.bulletin.reading import ReadDay

#: Every bulletin of every vector: name of the file, number.
BULLETINS = [
    (path.stem, bulletin["number"])
    for path in sorted(FOLDER.glob("*.json"))
    for bulletin in json.loads(path.read_text(encoding="utf-8"))["bulletins"]
]


@cache
def _day(name: str) -> ReadDay:
    return ReadDay(FOLDER / f"{name}.json")


def _bulletin(name: str, number: int) -> dict[str, Any]:
    bulletin: dict[str, Any] = _day(name).vector["bulletins"][number - 1]
    return bulletin


@pytest.mark.parametrize("name", DAYS)
def test_a_vector_is_what_its_day_gives(name: str) -> None:
    """A vector nobody can make again is a number without a source."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert render_day(name) == text, "run: python -m tests.vectors.bulletin.generate"


def test_every_day_has_a_vector() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(DAYS)


@pytest.mark.parametrize(("name", "number"), BULLETINS)
def test_a_bulletin_follows_from_the_entries_before_its_place(name: str, number: int) -> None:
    """This is the promise: whoever has the log recomputes every byte of a bulletin."""
    expected = _bulletin(name, number)
    composed = _day(name).compose(number, _day(name).ledger_at(expected["size"]))
    assert composed.entry.root.hex() == expected["root"]
    assert composed.body.decode() == expected["body"]
    assert composed.rows_csv.decode() == expected["rows"]
    assert composed.entry.body.hex() == expected["body_sha256"]


@pytest.mark.parametrize(("name", "number"), BULLETINS)
def test_a_body_is_canonical_and_names_its_rows(name: str, number: int) -> None:
    """The body is written by a fast encoder; it must be the canonical form of the format."""
    bulletin = _bulletin(name, number)
    document = json.loads(bulletin["body"])
    assert encode_canonical(document).decode() == bulletin["body"]
    assert document["rows"]["sha256"] == sha256_hex(bulletin["rows"].encode())
    assert document["rows"]["rows"] == bulletin["rows"].count("\n") - 1
    assert document["checkpoint"] == {"size": bulletin["size"], "root": bulletin["root"]}
