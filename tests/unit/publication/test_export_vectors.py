"""The published vectors of exports: made again from the entries of the log, byte by byte."""

from __future__ import annotations

import io
import json
from functools import cache

import polars as pl
import pytest

from tests.vectors.bulletin.generate import DAYS
from tests.vectors.bulletin.generate import FOLDER as BULLETINS
from tests.vectors.bulletin.reading import ReadDay
from tests.vectors.exports.generate import FOLDER, ZIP_NAME, render_exports, render_vectors


def _published(name: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (FOLDER / name).iterdir()}


@cache
def _remade(name: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    day = ReadDay(BULLETINS / f"{name}.json")
    composed, files = day.exports(len(day.vector["bulletins"]))
    return dict(render_exports(composed, files)), {file.name: file.data for file in files}


def test_the_vectors_are_those_of_the_days() -> None:
    """A vector nobody can make again is a number without a source."""
    written = {f"{name}/{file}": data for name in DAYS for file, data in _published(name).items()}
    assert written == render_vectors(), "run: python -m tests.vectors.exports.generate"
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert folders == set(DAYS)


@pytest.mark.parametrize("name", DAYS)
def test_every_export_follows_from_the_entries_before_its_place(name: str) -> None:
    """Whoever has the log makes the same files; this is what step V18 asks."""
    assert _remade(name)[0] == _published(name)


@pytest.mark.parametrize("name", DAYS)
def test_the_parquet_of_a_vector_is_the_csv_beside_it(name: str) -> None:
    """So that its cells need no file of their own."""
    _, files = _remade(name)
    tables = [file for file in files if file.endswith(".parquet")]
    assert tables
    for file in tables:
        frame = pl.read_parquet(io.BytesIO(files[file]))
        assert frame.write_csv().encode() == _published(name)[file.replace(".parquet", ".csv")]


@pytest.mark.parametrize("name", DAYS)
def test_the_zip_of_a_vector_holds_every_export_in_order(name: str) -> None:
    listed = [item["name"] for item in json.loads(_published(name)[ZIP_NAME])["entries"]]
    assert listed == ["bulletin.json", "rows.csv", *_remade(name)[1]]
