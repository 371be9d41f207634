"""The pages of which there is one per language: their numbers, files, sections and feeds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import pytest

from escrutinio.log.entries.model import DecisionReason
from escrutinio.polling import CustodyEvent, IncidentClass
from escrutinio.primitives import Message
from escrutinio.sheet import CATALOGUE
from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.results.embed_page import FRAMED
from escrutinio.site.results.outcome_words import read_outcomes
from escrutinio.site.results.reason_words import reason_groups, say_group, say_reason
from escrutinio.site.results.sheets_page import gather_sections
from escrutinio.site.results.site_maker import SiteMaker
from escrutinio.site.results.view import view_site
from tests.unit.site.reading import Element, number_in
from tests.unit.site.results.sites import Site, hrefs_of, site_of
from tests.unit.site.results.test_site_pages import missing_addresses
from tests.unit.site.results.whole_sites import (
    begin_rehearsal,
    single_pages_of_world,
    whole_site,
)
from tests.unit.site.results.worlds import WORLDS

STATIONS = 60
NUMBER = 6
MOST_BYTES = 100_000
ATOM = "{http://www.w3.org/2005/Atom}"
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def site() -> Site:
    """Give the record after its proclamation."""
    return whole_site(STATIONS, 7)


def _body(site: Site, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(site.files[f"bulletins/{number:06d}/bulletin.json"])
    return found


def _rows(site: Site, number: int) -> list[dict[str, str]]:
    text = site.files[f"bulletins/{number:06d}/rows.csv"].decode()
    return list(csv.DictReader(io.StringIO(text)))


def _cells(table: Element) -> dict[str, list[str]]:
    return {
        cells[0].text: [cell.text for cell in cells[1:]]
        for row in table.all("tr")
        if (cells := [cell for cell in row.children if isinstance(cell, Element)])
    }


def _numbers_of(sentence: str, key: str, language: str) -> dict[str, int]:
    """Read the values out of a sentence of a catalogue."""
    pattern = re.escape(load_language(language).words[key]).replace(r"\{", "{").replace(r"\}", "}")
    found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[0-9.,]+)", pattern), sentence)
    assert found, sentence
    return {name: number_in(text, language) for name, text in found.groupdict().items()}


# --- bulletins ------------------------------------------------------------------------------------


@both_languages
def test_every_bulletin_is_listed_with_its_own_counters(site: Site, language: str) -> None:
    page = site.page(f"{language}/bulletins.html")
    for number in range(1, NUMBER + 1):
        area = _body(site, number)["contests"][0]["divisions"][0]
        section = next(page.all("section", **{"aria-labelledby": f"b-{number}"}))
        lines = [item.text for item in section.all("p")]
        beginning = load_language(language).words["page.coverage.sum"].split("{")[0]
        (line,) = [text for text in lines if text.startswith(beginning)]
        assert _numbers_of(line, "page.coverage.sum", language) == {
            name: area[name] for name in ("expected", "counted", "held", "missing", "closed")
        }


@pytest.mark.parametrize("name", ["bulletins.html", "data.html", "sheets.html"])
def test_every_download_has_the_size_and_digest_of_its_file(site: Site, name: str) -> None:
    """Who has a file from elsewhere holds it against this page."""
    shown = 0
    for row in site.page(f"en/{name}").all("tr"):
        cells = [cell for cell in row.children if isinstance(cell, Element)]
        path = cells[0].text
        if cells[0].tag == "th" and path in site.files:
            digest, size = cells[-1].text, number_in(cells[-2].text, "en")
            assert size == len(site.files[path])
            assert digest == hashlib.sha256(site.files[path]).hexdigest()
            assert f"../{path}" in hrefs_of(row)
            shown += 1
    assert shown


def test_the_page_of_data_offers_every_file_that_is_no_tile_and_no_page(site: Site) -> None:
    page = site.page("en/data.html")
    offered = set(hrefs_of(page))
    pages = (*(f"{code}/" for code in LANGUAGES), "assets/", "tile/", "index.html")
    data = [path for path in site.files if not path.startswith(pages)]
    missing = [
        path
        for path in data
        if f"../{path}" not in offered and not re.fullmatch(r"bulletins/00000[1-4]/.*", path)
    ]
    assert missing == []


@both_languages
def test_the_feed_has_an_item_per_bulletin_that_leads_to_its_page(
    site: Site, language: str
) -> None:
    feed = ET.fromstring(site.files[f"{language}/feed.xml"])  # noqa: S314  # our own bytes
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == NUMBER
    assert len({item.findtext(f"{ATOM}id") for item in entries}) == NUMBER
    times = [item.findtext(f"{ATOM}updated") or "" for item in entries]
    assert times == sorted(times, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == times[0]
    for item in entries:
        link = item.find(f"{ATOM}link")
        assert link is not None
        assert f"{language}/{link.attrib['href']}" in site.files


def test_a_feed_before_the_first_bulletin_is_empty_and_whole() -> None:
    feed = ET.fromstring(whole_site(STATIONS, 0).files["en/feed.xml"])  # noqa: S314  # our own bytes
    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated") == "2030-07-28T00:00:00Z"


@both_languages
def test_every_change_is_listed_and_every_added_station_counted(site: Site, language: str) -> None:
    """Whoever looks for what was taken back finds it by the station."""
    changed = 0
    for number in range(2, NUMBER + 1):
        contest = _body(site, number)["contests"][0]
        page = site.page(f"{language}/b/{number:06d}.html")
        added = next(
            _numbers_of(item.text, "site.changes.added", language)
            for item in page.all("p")
            if item.text.startswith(
                load_language(language).words["site.changes.added"].split("{")[0]
            )
        )
        assert added == {"number": contest["divisions"][0]["new"]}
        shown = [row.text for row in page.all("th", scope="row")]
        assert shown == [item["station"] for item in contest["changes"]]
        changed += len(shown)
    assert changed


def test_the_list_for_programs_names_every_bulletin(site: Site) -> None:
    listed = json.loads(site.files["assets/bulletins.json"])
    assert [item["number"] for item in listed["bulletins"]] == list(range(1, NUMBER + 1))
    for item in listed["bulletins"]:
        body = _body(site, item["number"])
        assert (item["time_s"], item["size"], item["root"]) == (
            body["time_s"],
            body["checkpoint"]["size"],
            body["checkpoint"]["root"],
        )
        assert {item["body"], item["rows"], item["zip"]} <= site.files.keys()
    assert listed["election"] == _body(site, 1)["election"]


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_a_bulletin_says_what_the_country_page_says(world: str) -> None:
    """Two ways to the same sentence: from the body, and from the count itself."""
    source = WORLDS[world]()
    if source.bulletin is None:
        pytest.skip("no bulletin")
    view = view_site(source, LANGUAGES)
    stated = read_outcomes(source.bulletin.body, source.ledger.genesis)
    for item, computed in zip(stated, view.outcomes, strict=True):
        outcomes = [
            computed.main.outcome,
            *(other.outcome for other in computed.others),
        ]
        of_status = [outcome for outcome in outcomes if outcome.status is item.status]
        assert of_status
        if item.status != "open":
            assert item.sentence in [outcome.sentence for outcome in of_status]


# --- sheets to look at ----------------------------------------------------------------------------


@both_languages
def test_every_sheet_that_does_not_count_is_under_its_reasons(site: Site, language: str) -> None:
    """None is hidden, and none that counts is shown as held."""
    page = site.page(f"{language}/sheets.html")
    expected: dict[str, set[str]] = {}
    for row in _rows(site, NUMBER):
        if row["treatment"] in {"held", "closed"}:
            for name in reason_groups(row["reason"]):
                expected.setdefault(name, set()).add(row["station"])
    assert expected
    for name, stations in expected.items():
        section = next(page.all("section", **{"aria-labelledby": f"r-{name}"}))
        assert {row.text for row in section.all("th", scope="row")} == stations
    summary = next(table for table in page.all("table") if list(table.all(id="sections")))
    counts = {
        href.removeprefix("#r-"): int(cells[0])
        for row in summary.all("tr")
        for href in hrefs_of(row)
        for cells in [[c.text for c in row.children if isinstance(c, Element)][1:]]
    }
    assert {name: counts[name] for name in expected} == {
        name: len(stations) for name, stations in expected.items()
    }


def test_every_fate_of_a_sheet_has_its_section() -> None:
    """Forks, later versions that nobody approved, corrections, strangers' sheets."""
    view = view_site(WORLDS["odd chains"](), LANGUAGES)
    sections = {item.name: item for item in gather_sections(view)}
    assert {"corrected", "unapproved", "not_installed", "out_of_catalogue", "SHEET-301"} <= set(
        sections
    )
    (corrected,) = sections["corrected"].sheets
    assert (corrected.row.station, corrected.votes, corrected.at_stake) == ("1", 24, 2)
    (unapproved,) = [item for item in sections["unapproved"].sheets if item.row.station == "1"]
    assert unapproved.at_stake == 1
    (held,) = sections["SHEET-301"].sheets
    assert held.at_stake == 60  # the cap of its station
    (stranger,) = sections["out_of_catalogue"].sheets
    assert stranger.at_stake == 0


def test_what_is_most_at_stake_comes_first() -> None:
    view = view_site(WORLDS["odd chains"](), LANGUAGES)
    for section in gather_sections(view):
        stakes = [item.at_stake for item in section.sheets if item.at_stake is not None]
        assert stakes == sorted(stakes, reverse=True)


@pytest.mark.parametrize(
    ("reason", "groups"),
    [
        ("", ()),
        ("SHEET-301 unconfirmed", ("SHEET-301", "unconfirmed")),
        ("hold:complaint hold:ruling release:paper", ("hold",)),
        ("not_installed:not_opened", ("not_installed",)),
        ("approve:paper", ()),
    ],
)
def test_reasons_are_gathered_by_what_they_are(reason: str, groups: tuple[str, ...]) -> None:
    assert reason_groups(reason) == groups


def _keys_in(message: Message) -> set[str]:
    inner = (item for item in message.values.values() if isinstance(item, Message))
    return {message.key}.union(*(_keys_in(item) for item in inner))


@both_languages
def test_every_reason_has_words(language: str) -> None:
    """A word of ``rows.csv`` that a page cannot say is a fate that nobody explains."""
    words = load_language(language).words
    kinds = ("hold", "annul", "approve", "release", "not_installed", "merged")
    reasons = [f"{kind}:{item.name.lower()}" for kind in kinds for item in DecisionReason]
    keys: set[str] = set()
    for reason in (*reasons, "unconfirmed", "not_approved", *CATALOGUE):
        (message,) = say_reason(reason)
        keys |= _keys_in(message)
        for group in reason_groups(reason):
            keys |= _keys_in(say_group(group))
    keys |= _keys_in(say_group("source")) | _keys_in(say_group("out_of_catalogue"))
    keys |= {f"site.incident.{item.name.lower()}" for item in IncidentClass}
    keys |= {f"site.custody.{item.name.lower()}" for item in CustodyEvent}
    assert keys <= words.keys()


# --- incidents, wall, small pages -----------------------------------------------------------------


@both_languages
def test_what_stands_in_the_log_beside_sheets_is_shown(site: Site, language: str) -> None:
    """Of the rehearsed evening: decisions, amendments, incidents, boxes, audits, a proclamation."""
    page = site.page(f"{language}/incidents.html")
    rows = Counter(
        section.attributes["aria-labelledby"]
        for section in page.all("section")
        for _ in section.all("th", scope="row")
    )
    assert rows["proclamation"] == 1
    assert rows["decisions"] >= 5
    assert rows["amendments"] == 4
    assert rows["incidents"] >= 1
    assert rows["audits"] >= 1
    assert rows["unknown"] == 1
    assert "[site." not in page.text


def _votes(site: Site, division: str) -> list[int]:
    (contest,) = _body(site, NUMBER)["contests"]
    row = next(item for item in contest["divisions"] if item["division"] == division)
    return [*row["candidacies"], row["valid"]]


@both_languages
def test_the_wall_has_the_figures_of_the_bulletin(site: Site, language: str) -> None:
    """In the order of the ballot, whoever leads."""
    (table,) = site.page(f"{language}/wall.html").all("table")
    cells = list(_cells(table).values())[1:]
    assert [number_in(row[0], language) for row in cells] == _votes(site, "EJ")


@both_languages
def test_every_address_for_a_frame_is_a_page_that_can_stand_in_one(
    site: Site, language: str
) -> None:
    """The style sheet looks for the id; the link out of the frame leads to the whole page."""
    framed = [
        href.partition("#")
        for href in hrefs_of(site.page(f"{language}/embed.html"))
        if href.endswith(FRAMED)
    ]
    assert len(framed) > 1
    for path, _, anchor in framed:
        body = site.page(f"{language}/{path}").by_id(anchor)
        (note,) = body.by_class("framed")
        (out,) = note.all("a")
        assert out.attributes == {"href": path.rpartition("/")[2], "target": "_top"}


# --- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("bulletins", [0, 1, 7])
def test_every_address_of_a_whole_record_is_there(bulletins: int) -> None:
    site = whole_site(STATIONS, bulletins)
    assert [item for item in missing_addresses(site) if "verify.html" not in item] == []


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_every_election_has_its_pages_and_every_page_its_words(world: str) -> None:
    """Without stations, with one, with hostile names, with 200 options: small, and no key shows."""
    site = single_pages_of_world(world)
    for path in site.pages:
        text = site.page(path).text
        assert "[site." not in text, path
        assert "[page." not in text, path
        assert len(site.files[path]) < MOST_BYTES, path
        assert b"<script>alert" not in site.files[path], path


def test_pages_made_little_by_little_equal_pages_made_at_once() -> None:
    """The single pages, the changes of each bulletin, the index and the small pages."""
    rehearsal, maker = begin_rehearsal(STATIONS), SiteMaker()
    for bulletin in range(NUMBER + 1):
        rehearsal.run_to(bulletin)
        site = site_of(rehearsal, maker)
    rehearsal.run()
    site = site_of(rehearsal, maker)
    assert site.files == whole_site(STATIONS, 7).files
