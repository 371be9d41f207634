"""The page about exports and the files that are written say the same of every column."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import polars as pl
import pytest

from escrutinio.primitives import Names
from escrutinio.publication.exports.columns import (
    DIVISION_COLUMNS,
    FINDING_COLUMNS,
    SHEET_COLUMNS,
)
from escrutinio.publication.exports.divisions import division_rows
from escrutinio.publication.exports.findings import finding_rows
from escrutinio.publication.exports.sheets import sheet_rows
from tests.unit.publication.exported import DAYS, exports_of, last_bulletin
from tests.vectors.exports.generate import PAGE, render_page, render_vectors

TEXT = PAGE.read_text(encoding="utf-8")
TYPES = {pl.String(): "text", pl.Int64(): "number"}
#: Columns that stand for as many as the definition has of something, by what they begin with.
FAMILIES = {
    "level.": "level.<level>",
    "name.": "name.<level>",
    "option.": "option.<option>",
    "candidacy.": "candidacy.<candidacy>",
    "category.": "category.<category>",
    "unknown.": "unknown.<candidacy>",
}
#: What only some forms have; the page names two of them and says where the others are described.
FURTHER = {
    "admitted.",
    "absent",
    "stated.",
    "twin.",
    "ballots_received",
    "ballots_used",
    "ballots_used.",
    "ballots_unused",
    "ballots_spoiled",
    "ballots_lost",
    "ballots_unaccounted",
    "list_votes",
    "nominal_votes",
    "surplus",
    "deficit",
}


def _section(title: str) -> str:
    return re.split(r"^#{2,3} ", TEXT.partition(f"\n### {title}\n")[2], flags=re.MULTILINE)[0]


def _described(title: str) -> dict[str, str]:
    """Give the columns of a table of the page in their order, with their type."""
    row = re.compile(r"^\| (`[^|]+`) \| (text|number) \| \S.* \| \S.* \|$", re.MULTILINE)
    rows = row.findall(_section(title))
    return {name: kind for names, kind in rows for name in re.findall(r"`([^`]+)`", names)}


def _named(column: str) -> str:
    family = next((key for key in FAMILIES if column.startswith(key)), column)
    return FAMILIES.get(family, column)


def _tables(name: str) -> Iterator[tuple[str, pl.DataFrame]]:
    item = last_bulletin(name)
    for contest in item.cut.contests:
        yield "sheets", sheet_rows(item.cut.definition, contest)
        yield "divisions", division_rows(item.cut.definition, contest)
    yield "findings", finding_rows(item.cut.contests, item.findings)


@pytest.mark.parametrize("name", DAYS)
def test_every_column_stands_on_the_page_in_its_place_with_its_type(name: str) -> None:
    """A second implementation writes the header from the page alone."""
    for title, frame in _tables(name):
        described = _described(title)
        written = {_named(column): TYPES[kind] for column, kind in frame.schema.items()}
        assert list(written) == [column for column in described if column in written]
        assert written == {column: described[column] for column in written}
        missing = set(described) - set(written)
        assert missing <= {"candidacy.<candidacy>", "option.<option>"}, title


def test_a_column_is_empty_only_where_the_page_says_when() -> None:
    """Who reads "never" writes no branch for an empty cell."""
    never = re.compile(r"^\| (`[^|]+`) \|.*\| never \|$", re.MULTILINE)
    for title in ("sheets", "divisions", "findings"):
        full = {
            column
            for names in never.findall(_section(title))
            for column in re.findall(r"`([^`]+)`", names)
        }
        assert full
        for name in DAYS:
            for kind, frame in _tables(name):
                if kind == title:
                    counts = {_named(item.name): item.null_count() for item in frame if item.len()}
                    assert not [column for column in full if counts.get(column)]


@pytest.mark.parametrize(
    ("title", "columns"),
    [
        ("sheets", SHEET_COLUMNS),
        ("divisions", DIVISION_COLUMNS),
        ("findings", FINDING_COLUMNS),
    ],
)
def test_the_page_and_the_dictionary_know_the_same_columns(
    title: str, columns: Mapping[str, Names]
) -> None:
    known = {FAMILIES.get(name, name) for name in columns if name not in FURTHER}
    described = set(_described(title))
    assert described - known <= {"stated.cast"}
    assert known <= described


def test_the_header_of_findings_is_spelled_out() -> None:
    header = exports_of("full")["findings.csv"].decode().partition("\n")[0]
    assert f"`{header}`" in _section("findings")


def test_the_examples_and_the_keys_of_the_page_are_what_the_program_writes() -> None:
    """The order of keys decides bytes."""
    assert render_page(TEXT, render_vectors()) == TEXT, "run: tests.vectors.exports.generate"


@pytest.mark.parametrize("name", DAYS)
def test_every_object_of_the_report_has_its_keys_in_the_order_of_the_page(name: str) -> None:
    classes = dict(re.findall(r"^([A-Z]\w+): (.+)$", TEXT, re.MULTILINE))
    seen = set()
    for part in _objects(json.loads(exports_of(name)["nist.json"])):
        first, *keys = part
        assert first == "@type"
        kind = str(part["@type"]).removeprefix("ElectionResults.")
        listed = classes[kind].split(", ")
        assert keys == [key for key in (item.rstrip("?") for item in listed) if key in part]
        assert {item for item in listed if not item.endswith("?")} <= set(keys)
        seen.add(kind)
    assert {"ElectionReport", "ReportingUnit", "VoteCounts"} <= seen


@pytest.mark.parametrize("name", DAYS)
def test_the_keys_of_the_side_file_are_those_of_the_page(name: str) -> None:
    document = json.loads(exports_of(name)["nist-side.json"])
    described = set(re.findall(r"`([a-z_]+)`", _section("The side file")))
    keys = set(document) | set(document["contests"][0]) | set(document["contests"][0]["stations"])
    assert keys <= described
    left_out = {"new", "registered_outstanding", "registered_outstanding_stations"}
    body = json.loads(last_bulletin(name).composed.body)["contests"][0]["divisions"][0]
    assert set(document["contests"][0]["divisions"][0]) == {"id", *body} - left_out
    assert left_out <= described


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
