"""The data dictionary: every column of every table has words in both languages."""

from __future__ import annotations

import re

import pytest

from escrutinio.publication.exports.columns import (
    DIVISION_COLUMNS,
    FINDING_COLUMNS,
    ROW_COLUMNS,
    SHEET_COLUMNS,
    describe_column,
)
from escrutinio.publication.exports.dictionary import DICTIONARY_NAMES
from escrutinio.sheet.fields import PARTED, is_known_field
from tests.builders import contest
from tests.unit.publication.exported import DAYS, exports_of, last_bulletin

TABLES = {
    "rows": ROW_COLUMNS,
    "sheets": SHEET_COLUMNS,
    "divisions": DIVISION_COLUMNS,
    "findings": FINDING_COLUMNS,
}
#: One of every kind of field that a form can have; ``sheet/fields.py`` lists them.
FIELDS = [
    "candidacy.A",
    "option.a",
    "category.null",
    "registered",
    "admitted",
    "admitted.men",
    "absent",
    "check_ins",
    "stated.valid",
    "stated.cast",
    "stated.cast.box",
    "ballots_received",
    "ballots_used",
    "ballots_used.day",
    "ballots_unused",
    "ballots_spoiled",
    "ballots_lost",
    "ballots_unaccounted",
    "list_votes",
    "nominal_votes",
    "surplus",
    "deficit",
    "twin.stated.valid",
]


@pytest.mark.parametrize("table", TABLES)
def test_every_description_is_in_both_languages_and_of_its_own(table: str) -> None:
    for name, words in TABLES[table].items():
        assert set(words.by_language) == set(DICTIONARY_NAMES), name
        assert all(text.strip() for text in words.by_language.values()), name
        assert len(set(words.by_language.values())) == len(words.by_language), name


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_that_a_form_can_have_is_described(field: str) -> None:
    assert is_known_field(field, contest("A", lines={"A": "a"}))
    assert describe_column(field, SHEET_COLUMNS).in_language("es")


def test_the_parts_of_split_fields_are_described() -> None:
    for whole in PARTED:
        assert describe_column(f"{whole}.part", SHEET_COLUMNS).in_language("es")


@pytest.mark.parametrize("language", DICTIONARY_NAMES)
@pytest.mark.parametrize("name", DAYS)
def test_every_column_of_every_table_stands_in_the_dictionary(name: str, language: str) -> None:
    text = exports_of(name)[DICTIONARY_NAMES[language]].decode()
    sections = dict(re.findall(r"^## (\S+\.csv)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    tables = {file: data for file, data in exports_of(name).items() if file.endswith(".csv")}
    tables["rows.csv"] = last_bulletin(name).composed.rows_csv
    assert set(sections) == set(tables)
    for file, data in tables.items():
        described = re.findall(r"^\| `([^`]+)` \| \S", sections[file], re.MULTILINE)
        assert described == data.decode().partition("\n")[0].split(",")


def test_codes_have_their_names_in_the_language() -> None:
    exports = exports_of("full")
    assert "| `option.blue` | Blue | `candidacy.rios` |" in exports["dictionary.md"].decode()
    assert "| `option.blue` | Azul | `candidacy.rios` |" in exports["diccionario.md"].decode()
    assert "| `candidacy.vega` | Eva Vega | withdrawn |" in exports["dictionary.md"].decode()
