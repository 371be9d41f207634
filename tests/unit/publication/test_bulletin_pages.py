"""The examples on the pages of the bulletin's files are what the program writes."""

from __future__ import annotations

import json
import re

from tests.unit.publication.exported import day_of, exports_of, last_bulletin
from tests.vectors.bulletin.generate import BODY_PAGE, render_body_page
from tests.vectors.exports.generate import PAGE as EXPORTS_PAGE


def test_the_examples_of_a_body_and_its_rows_are_those_of_the_vector() -> None:
    page = BODY_PAGE.read_text(encoding="utf-8")
    assert render_body_page(day_of("full"), page) == page


def test_the_page_describes_every_field_of_a_body() -> None:
    """A second implementation is written from the page alone."""
    text = BODY_PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z0-9_]+)`", text))
    assert _keys(json.loads(last_bulletin("full").composed.body)) <= named


def _keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def test_the_page_names_every_export() -> None:
    text = EXPORTS_PAGE.read_text(encoding="utf-8")
    for name in exports_of("full"):
        assert f"`{name.replace('president', '<contest>')}`" in text


def test_every_id_of_the_nist_report_is_of_a_kind_on_the_page() -> None:
    kinds = set(re.findall(r"`([a-z]+)/<", EXPORTS_PAGE.read_text(encoding="utf-8")))
    ids = {
        found
        for name in ("full", "governor", "seats", "transcription")
        for found in re.findall(rb'"@id":"([a-z]+)/', exports_of(name)["nist.json"])
    }
    assert {item.decode() for item in ids} <= kinds
