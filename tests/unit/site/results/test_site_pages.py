"""The pages of a site as files: complete, linked, small, the same however often they are made."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from escrutinio.log import LogFile
from escrutinio.operations.site_source import MADE_BY_PATH, SiteSince, SiteSource
from escrutinio.site import LANGUAGES
from escrutinio.site.results.site_maker import SiteMaker
from escrutinio.testing import FilesInMemory, make_election, workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day
from tests.unit.site.results.sites import (
    Site,
    core_groups,
    hrefs_of,
    simulated_site,
    site_of,
)

STATIONS = 60
MOST_BYTES = 100_000
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def _is_page(path: str) -> bool:
    return path == "index.html" or path.partition("/")[0] in {*LANGUAGES, "assets"}


def _pages(site: Site) -> dict[str, bytes]:
    return {path: data for path, data in site.files.items() if _is_page(path)}


def _begin(stations: int) -> Rehearsal:
    return Rehearsal(make_day(make_election(stations, 1)), workspace_in_memory(), FilesInMemory())


def missing_addresses(site: Site) -> list[str]:
    """Name every address of a page that leads nowhere."""
    pages = {path: site.page(path) for path in site.pages}
    anchors = {
        path: {item.attributes.get("id") for item in page.all()} for path, page in pages.items()
    }
    missing = []
    for path, page in pages.items():
        for href in hrefs_of(page):
            if href == "data:,":
                continue
            assert not re.match(r"[a-z]+:|/", href), href
            target, _, anchor = unquote(href).partition("#")
            folder, name = posixpath.split(path)
            found = posixpath.normpath(posixpath.join(folder, target or name))
            # What follows a "=" is for the script of the page that verifies.
            is_lost = bool(anchor) and "=" not in anchor and anchor not in anchors[found]
            if found not in site.files or is_lost:
                missing.append(f"{path}: {href}")
    return missing


@pytest.mark.parametrize("bulletins", [0, 1, 4])
def test_every_address_that_a_page_names_is_there(bulletins: int) -> None:
    """From a stick or a mirror nobody can ask for a page that was left out."""
    assert missing_addresses(simulated_site(STATIONS, bulletins)) == []


def test_pages_load_nothing_inline_and_nothing_from_elsewhere() -> None:
    """Their own policy forbids it; a browser would leave such a style or script out."""
    site = simulated_site(STATIONS, 4)
    for path in site.pages:
        text = site.files[path].decode()
        assert "default-src &#39;none&#39;" in text
        assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=|https?:", text), path


@pytest.mark.parametrize("bulletins", [0, 4])
def test_pages_are_small(bulletins: int) -> None:
    """A bad phone network; the first page with its style and script too."""
    site = simulated_site(STATIONS, bulletins)
    assert {
        path: len(site.files[path]) for path in site.pages if len(site.files[path]) > MOST_BYTES
    } == {}
    styles = ["assets/palette.css", "assets/site.css", "assets/charts.css"]
    first = ["index.html", *styles, "assets/site.js"]
    assert sum(len(site.files.get(path, b"")) for path in first) < MOST_BYTES


def test_the_same_record_gives_the_same_bytes() -> None:
    """Two publishers, or one twice, make the same site: mirrors can be compared by digest."""
    first, second = _begin(60), _begin(60)
    for rehearsal in (first, second):
        rehearsal.run_to(3)
    assert _pages(site_of(first)) == _pages(site_of(second))


def test_pages_made_little_by_little_equal_pages_made_at_once() -> None:
    """Over a whole evening: sheets, holds, decisions, corrections, a moved station, a proclamation.

    What is left alone is exactly what would come out the same.
    """
    rehearsal = _begin(STATIONS)
    rehearsal.run_to(0)
    site_of(rehearsal)
    for bulletin in range(1, 7):
        rehearsal.run_to(bulletin)
        site = site_of(rehearsal)
        if bulletin < 6:
            whole = simulated_site(STATIONS, bulletin)
            assert _pages(site) == _pages(whole)
    rehearsal.run()
    site = site_of(rehearsal)
    again = _begin(STATIONS)
    again.run()
    assert _pages(site) == _pages(site_of(again))


class _Counting(SiteMaker):
    """Remembers which files it was asked for."""

    made: list[str]

    def make_files(self, source: SiteSource, since: SiteSince | None) -> Iterator[LogFile]:
        self.made = []
        for file in super().make_files(source, since):
            self.made.append(file.path)
            yield file


def test_only_what_may_differ_is_made_again() -> None:
    """Publishing once more must not take as long as the first time."""
    rehearsal, maker = _begin(300), _Counting(groups=core_groups())
    rehearsal.run_to(5)
    site = site_of(rehearsal, maker)
    whole = len(maker.made)
    rehearsal.run_to(6)
    site_of(rehearsal, maker)
    places = [path for path in maker.made if "/p/" in path]
    assert 0 < len(places) < len([path for path in site.pages if "/p/" in path]) / 2
    assert len(maker.made) < whole / 2


def test_a_place_page_names_no_newer_bulletin_than_the_first_with_its_sheets() -> None:
    """So that it stays as it is while the count goes on elsewhere."""
    early, late = simulated_site(STATIONS, 4), simulated_site(STATIONS, 5)
    same = [
        path for path in early.pages if "/p/" in path and early.files[path] == late.files.get(path)
    ]
    assert len(same) > len([path for path in early.pages if "/p/" in path]) / 2


@both_languages
def test_before_the_first_bulletin_every_station_has_a_row_and_all_are_missing(
    language: str,
) -> None:
    """Nobody can say later that a station was never expected."""
    site = simulated_site(STATIONS, 0)
    pages = [path for path in site.pages if path.startswith(f"{language}/p/")]
    rows = [item for path in pages for item in site.page(path).by_class("became")]
    assert len(rows) == STATIONS
    assert all("b-missing" in row.attributes["class"] for row in rows)
    counters = site.page(f"{language}/index.html").by_id("c1-counters").text
    assert str(STATIONS) in counters


def test_the_first_page_has_the_headline_in_every_language() -> None:
    page = simulated_site(STATIONS, 4).page("index.html")
    assert [item.attributes["lang"] for item in page.by_class("headline")] == list(LANGUAGES)
    for language in LANGUAGES:
        assert f"{language}/index.html" in hrefs_of(page)


def test_the_note_on_what_made_the_pages_is_no_page_of_a_group() -> None:
    """The publisher writes it; two writers of one file would disagree."""
    site = simulated_site(STATIONS, 1)
    assert MADE_BY_PATH in site.files
