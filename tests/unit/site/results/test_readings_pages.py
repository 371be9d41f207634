"""A record of readings shows what it is: who read, that no station signed, what is not known."""

from __future__ import annotations

import pytest

from escrutinio.site import LANGUAGES, load_language
from tests.unit.site.results.sites import Site
from tests.unit.site.results.worlds import site_of_world

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def site() -> Site:
    return site_of_world("stations not listed")


@both_languages
def test_a_reading_is_not_shown_as_a_signed_sheet(site: Site, language: str) -> None:
    """The word "signed" would give a reader's typing the weight of a station's signature."""
    words = load_language(language)
    page = site.page(f"{language}/p/1.html")
    assert words.word("site.place.reading", version=1) in page.text
    assert words.word("site.place.reading", version=2) in page.text
    assert words.word("site.place.reading_means") in page.text
    assert words.word("site.place.reader") in page.text
    assert words.word("site.place.signer") not in page.text
    assert words.word("site.place.copy_named") in page.text


def test_a_reading_offers_a_proof_and_no_code(site: Site) -> None:
    """There is no signed sheet to draw; that the reading is in the log is proven all the same."""
    for proof in site.page("en/p/1.html").by_class("proof"):
        assert "data-reading" in proof.attributes
        assert proof.attributes["data-root"]
    for proof in site_of_world("odd chains").page("en/p/1.html").by_class("proof"):
        assert "data-reading" not in proof.attributes


@both_languages
def test_the_first_page_says_who_read_and_what_that_is_worth(site: Site, language: str) -> None:
    words = load_language(language)
    text = site.page(f"{language}/index.html").text
    said = words.word("site.country.standing_means.transcription", sources=("s1", "s2"))
    assert said in text
    sentence = words.word("site.division.lead.transcription", sentence="").strip()
    assert sentence in text


@both_languages
def test_stations_without_a_building_are_listed_by_what_became_of_them(
    site: Site, language: str
) -> None:
    """A table with a row of ones and noughts for each station is no way to find one."""
    words = load_language(language)
    page = site.page(f"{language}/d/N.html")
    listed = page.by_id("c1-places")
    assert [item.text for item in listed.all("a")] == ["1", "2", "77"]
    counted = words.word("page.counter.counted")
    assert words.word("site.division.station_group", treatment=counted, number=3) in listed.text
    unnamed = site.page(f"{language}/d/S.html")
    assert words.word("site.division.missing_unnamed") in unnamed.text


@both_languages
def test_what_nobody_knows_is_no_column_of_dashes(site: Site, language: str) -> None:
    """Without a list of stations the rolls of the missing ones are not known: a column less."""
    words = load_language(language)
    table = site.page(f"{language}/index.html").by_id("c1-children")
    heads = [item.text for item in table.all("th") if item.attributes["scope"] == "col"]
    assert words.word("site.division.registered_outstanding") not in heads
    assert words.word("page.counter.missing") in heads
    listed = site_of_world("transcription").page(f"{language}/index.html").by_id("c1-children")
    heads = [item.text for item in listed.all("th") if item.attributes["scope"] == "col"]
    assert words.word("site.division.registered_outstanding") in heads
