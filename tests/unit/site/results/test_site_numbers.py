"""Every number of the pages is the one of the bulletin and of the exports, in both languages."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from escrutinio.site import LANGUAGES, load_language
from tests.unit.site.reading import Element, number_in
from tests.unit.site.results.sites import Site, simulated_site

STATIONS, BULLETIN = 60, 4
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def site() -> Site:
    return simulated_site(STATIONS, BULLETIN)


@pytest.fixture(scope="module")
def body(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.files[f"bulletins/{BULLETIN:06d}/bulletin.json"])
    return found


def _rows(site: Site, name: str) -> list[dict[str, str]]:
    data = site.files[f"data/{BULLETIN:06d}/{name}"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data)))


def _cells(table: Element) -> dict[str, list[str]]:
    return {
        cells[0].text: [cell.text for cell in cells[1:]]
        for row in table.all("tr")
        if (cells := [cell for cell in row.children if isinstance(cell, Element)])
    }


def _number(text: str, language: str) -> int | None:
    return None if text == "–" else number_in(text, language)


def _division_path(site: Site, language: str, division: str) -> str:
    path = f"{language}/d/{division}.html"
    return path if path in site.files else f"{language}/index.html"


def _names(site: Site, kind: str, language: str) -> dict[str, str]:
    """Give the names of candidacies or party lines by their code, in the order of the ballot."""
    definition = json.loads(site.files["definition.json"])
    return {
        item["code"]: item["names"].get(language) or next(iter(item["names"].values()))
        for item in definition["contests"][0][kind]
    }


def _sheets(site: Site) -> list[dict[str, str]]:
    (name,) = [
        path
        for path in site.files
        if path.startswith(f"data/{BULLETIN:06d}/sheets") and path.endswith(".csv")
    ]
    return _rows(site, name.rpartition("/")[2])


@both_languages
def test_the_totals_of_every_division_are_those_of_the_bulletin(
    site: Site, body: dict[str, Any], language: str
) -> None:
    """Who compares a page with the bulletin finds the same votes for every candidacy."""
    (contest,) = body["contests"]
    names = _names(site, "candidacies", language)
    for row in contest["divisions"]:
        page = site.page(_division_path(site, language, row["division"]))
        shown = _cells(page.by_id("c1-votes"))
        for code, votes in zip(contest["candidacies"], row["candidacies"], strict=True):
            assert number_in(shown[names[code]][0], language) == votes
        valid = {"en": "Valid votes", "es": "Votos válidos"}[language]
        assert number_in(shown[valid][0], language) == row["valid"]


@both_languages
def test_the_counters_of_every_division_are_those_of_the_bulletin(
    site: Site, body: dict[str, Any], language: str
) -> None:
    """Expected, counted, held, missing and closed stand on each page, and add up there too."""
    kinds = ("expected", "counted", "held", "missing", "closed", "received", "out_of_catalogue")
    for row in body["contests"][0]["divisions"]:
        page = site.page(_division_path(site, language, row["division"]))
        figures = [
            _number(cell.text, language)
            for line in page.by_id("c1-counters").all("tr")
            for cell in line.children
            if isinstance(cell, Element) and cell.tag == "td"
        ]
        assert figures == [row[kind] for kind in kinds]
        expected, *parts = figures[:5]
        assert expected == sum(part or 0 for part in parts)


@both_languages
def test_the_children_of_a_division_have_the_figures_of_the_bulletin(
    site: Site, body: dict[str, Any], language: str
) -> None:
    by_division = {row["division"]: row for row in body["contests"][0]["divisions"]}
    words = load_language(language)
    page = site.page(f"{language}/index.html")
    rows = [row for row in page.by_id("c1-children").all("tr") if list(row.all("a"))]
    assert len(rows) == sum(key.count("-") == 1 for key in by_division)
    for row in rows:
        (anchor,) = row.all("a")
        division = anchor.attributes["href"].removeprefix("d/").removesuffix(".html")
        figures = by_division[division]
        cells = [cell.text for cell in row.all("td")]
        separator = {"en": " of ", "es": " de "}[language]
        share = words.percent(Fraction(figures["counted"], figures["expected"]), 1)
        assert cells[0] == f"{figures['counted']}{separator}{figures['expected']} ({share})"
        found = [_number(cell, language) for cell in cells[1:7]]
        assert found == [
            figures[name]
            for name in (
                "held",
                "missing",
                "closed",
                "registered_outstanding",
                "outstanding_cap",
                "valid",
            )
        ]


@both_languages
def test_every_sheet_is_shown_with_the_figures_of_the_export(site: Site, language: str) -> None:
    """A voter's own station: each figure of each line, read back from its page."""
    options = _names(site, "options", language)
    for row in _sheets(site):
        page = site.page(f"{language}/p/{row['polling_place'] or row['station']}.html")
        station = page.by_id(f"s-{row['station']}")
        if not row["entry"]:
            continue
        (proof,) = [
            item
            for item in station.by_class("proof")
            if item.attributes["data-entry"] == row["entry"]
        ]
        assert proof.attributes["data-station"] == row["station"]
        assert row["digest"] in station.text
        tables = [item for item in station.all("table") if "sheet" in item.attributes["class"]]
        at = [item.attributes["data-entry"] for item in station.by_class("proof")].index(
            row["entry"]
        )
        lines = _cells(tables[2 * at + 1])
        for code, name in options.items():
            shown = lines[name][0]
            stated = row[f"option.{code}"]
            assert shown.isdigit() == bool(stated)
            if stated:
                assert number_in(shown, language) == int(stated)


@both_languages
def test_every_expected_station_has_its_row_with_what_became_of_it(
    site: Site, language: str
) -> None:
    """Also a station of which nothing arrived; nobody has to guess whether it was left out."""
    words = {
        "en": {"counted": "counted", "held": "held", "missing": "missing", "closed": "closed"},
        "es": {
            "counted": "contada",
            "held": "retenida",
            "missing": "faltante",
            "closed": "cerrada",
        },
    }[language]
    rows = list(
        csv.DictReader(io.StringIO(site.files[f"bulletins/{BULLETIN:06d}/rows.csv"].decode()))
    )
    places = {row["station"]: row["polling_place"] or row["station"] for row in _sheets(site)}
    kinds: Counter[str] = Counter()
    for row in rows:
        page = site.page(f"{language}/p/{places.get(row['station'], row['station'])}.html")
        station = page.by_id(f"s-{row['station']}")
        (became,) = station.by_class("became")
        kinds[row["treatment"]] += 1
        if row["treatment"] in words:
            assert became.text.split(": ")[1].startswith(words[row["treatment"]])
    assert {"counted", "held", "missing", "closed"} <= kinds.keys()
