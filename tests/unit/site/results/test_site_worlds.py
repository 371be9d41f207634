"""Pages of unusual elections: nothing breaks them, and nothing that others wrote becomes markup."""

from __future__ import annotations

import re

import pytest

from escrutinio.site import LANGUAGES
from escrutinio.site.results.contest_tables import MAX_PLACES
from escrutinio.site.results.site_maker import SiteMaker
from tests.ledger_world import Writer, transcription, unlisted
from tests.unit.site.results.sites import core_groups, hrefs_of, read_site_page
from tests.unit.site.results.test_site_pages import missing_addresses
from tests.unit.site.results.worlds import HOSTILE, WORLDS, reading, site_of_world, source_of

every_world = pytest.mark.parametrize("world", WORLDS)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@every_world
def test_pages_are_whole_and_every_address_is_there(world: str) -> None:
    """Reading a page back fails where an element is left open, or closed twice."""
    site = site_of_world(world)
    assert missing_addresses(site) == []
    for path in site.pages:
        page = site.page(path)
        assert len(list(page.all("h1"))) == 1
        ids = [item.attributes["id"] for item in page.all() if "id" in item.attributes]
        assert len(ids) == len(set(ids)), path
        assert "[site." not in page.text, path


def test_what_others_wrote_is_text() -> None:
    """A name is shown as it is written, and opens no element, ends no attribute."""
    site = site_of_world("hostile")
    for path in site.pages:
        text = site.files[path].decode()
        assert "<script>alert" not in text
        assert '<b title="' not in text
        assert "\x07" not in text
        assert not re.search(r'="[^"]*<', text)
    for language in LANGUAGES:
        page = site.page(f"{language}/index.html")
        assert HOSTILE.replace("\x07", "\ufffd") in page.by_id("c1").text


@both_languages
def test_the_fate_of_every_version_is_said(language: str) -> None:
    """Nobody has to guess why one of two sheets counts and the other does not."""
    site = site_of_world("odd chains")
    words = {
        "en": {
            "1": (
                "A decision put another sheet",
                "another sheet of the same version",
                "It is in the totals",
                "a later version counts only",
            ),
            "2": ("while it is held", "after the newest bulletin"),
            "3": ("Not in force: it waits for approval", "It is in the totals"),
            "4": ("No sheet of this station",),
            "9": ("does not list this station",),
        },
        "es": {
            "1": (
                "Una decisión puso otra acta",
                "otra acta de la misma versión",
                "Está en los totales",
                "una versión posterior cuenta solo",
            ),
            "2": ("mientras esté retenida", "después del último boletín"),
            "3": ("No está en vigor: espera aprobación", "Está en los totales"),
            "4": ("No se ha registrado ningún acta",),
            "9": ("no lista esta mesa",),
        },
    }[language]
    for station, sentences in words.items():
        page = site.page(f"{language}/p/{station}.html")
        for sentence in sentences:
            assert sentence in page.text, (station, sentence)


@both_languages
def test_a_transcription_says_so_on_every_page_and_names_its_source(language: str) -> None:
    """Readings of copies must never be taken for official results."""
    site = site_of_world("transcription")
    for path in site.pages:
        if path.startswith(f"{language}/"):
            (banner,) = site.page(path).by_class("transcription")
            assert "s1" in banner.text
    reading = site.page(f"{language}/p/1.html")
    assert bytes(32).hex() in reading.text
    assert {"en": "illegible", "es": "ilegible"}[language] in reading.text
    assert len(reading.by_class("proof")) == 2


def test_a_rehearsal_says_so_on_every_page() -> None:
    site = site_of_world("one station, a rehearsal")
    for path in site.pages:
        assert site.page(path).by_class("test")


def test_a_place_in_two_divisions_has_one_page_that_both_name() -> None:
    """An id with other characters than a path may have is written so that it has no twin."""
    site = site_of_world("places")
    path = "p/School_3a1_2fa.html"
    assert f"en/{path}" in site.files
    for division in ("N", "S"):
        assert f"../{path}" in hrefs_of(site.page(f"en/d/{division}.html"))


def test_contests_of_smaller_areas_are_named_on_the_first_page() -> None:
    site = site_of_world("several contests")
    assert {"d/N.html", "d/S.html"} <= set(hrefs_of(site.page("en/index.html")))
    outcome = site.page("en/d/N.html").by_id("c2-outcome")
    assert outcome.text == "What follows"


def test_a_country_whose_stations_nobody_lists_names_the_first_places_only() -> None:
    """A page of 25,000 rows opens on no phone; each station still has its own page."""
    log = Writer(unlisted(transcription()))
    for number in range(MAX_PLACES + 7):
        log.add("s1", reading(f"{number:05d}", 3, division=None))
    maker = SiteMaker(groups=core_groups())
    source = source_of(log, [len(log.entries)])
    files = {file.path: file.data for file in maker.make_files(source, None)}
    page = read_site_page(files["en/index.html"])
    assert len(list(page.by_id("c1-places").all("a"))) == MAX_PLACES
    assert "Not listed here: 7." in page.text
    assert len([path for path in files if path.startswith("en/p/")]) == MAX_PLACES + 7
