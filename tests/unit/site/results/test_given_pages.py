"""Pages that follow from what the publisher gives: claims with their verdicts, maps with shapes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from escrutinio.definition import Division, DivisionId
from escrutinio.errors import MalformedError
from escrutinio.operations.site_given import CLAIMS_PATH, GEOMETRY_PATH, GivenFile
from escrutinio.operations.site_source import SiteSource
from escrutinio.primitives import Names
from escrutinio.site.results.given import read_given
from escrutinio.site.results.site_maker import SiteMaker
from tests.builders import ROOT
from tests.ledger_world import Writer, official, sheet
from tests.unit.site.results.given_sites import (
    claims_file,
    given_site,
    hostile_text,
    shapes_file,
)
from tests.unit.site.results.sites import Site, core_groups, hrefs_of, read_site_page
from tests.unit.site.results.worlds import source_of

LANGUAGES = ("en", "es")


@cache
def _with_claims(world: str = "plain") -> Site:
    return given_site(world, {CLAIMS_PATH: claims_file()})


@cache
def _without() -> Site:
    return given_site("plain", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_are_in_the_navigation_of_every_page(language: str) -> None:
    site = _with_claims()
    for path in site.pages:
        if path.startswith(f"{language}/") and "wall" not in path:
            names = [href.rpartition("/")[2] for href in hrefs_of(site.page(path))]
            assert "claims.html" in names, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_country_leads_to_the_claims(language: str) -> None:
    main = next(
        item for item in _with_claims().page(f"{language}/index.html").all() if item.tag == "main"
    )
    assert "claims.html" in hrefs_of(main)


def test_without_claims_no_page_names_them() -> None:
    site = _without()
    assert not [path for path in site.files if "claims" in path]
    for path in site.pages:
        assert not [href for href in hrefs_of(site.page(path)) if "claims" in href], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_claim_source_verdict_and_file(language: str) -> None:
    text = _with_claims().page(f"{language}/claims.html").text
    assert "A claim" in text
    assert "a paper" in text
    assert claims_file().line(CLAIMS_PATH).sha256.hex() in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_claims_say_is_text_and_nothing_else(language: str) -> None:
    """Markup and quotes of a claims file stand on the page as characters, each isolated."""
    hostile = hostile_text()
    plain, wild = (
        given_site("plain", {CLAIMS_PATH: item}).page(f"{language}/claims.html")
        for item in (claims_file(), claims_file(source=hostile, speaker=hostile, title=hostile))
    )
    assert [item.tag for item in plain.all()] == [item.tag for item in wild.all()]
    assert hostile in wild.text
    named = [item.text for item in wild.all() if item.tag == "bdi"]
    assert named.count(hostile) >= 3


def test_claims_before_the_first_sheet_have_their_page() -> None:
    assert "A claim" in _with_claims("no stations").page("en/claims.html").text


def test_the_real_map_is_there_where_its_shapes_are() -> None:
    country = given_site("plain", {GEOMETRY_PATH: shapes_file("N", "S")}).page("en/index.html")
    classes = [item.attributes.get("class", "") for item in country.all()]
    assert any("chart-geo" in name for name in classes)
    outlines = [
        item for item in country.all() if item.attributes.get("id", "").startswith("shape-")
    ]
    assert len(outlines) == 2, "once for all maps"
    tiles = _without().page("en/index.html")
    assert not any("chart-geo" in item.attributes.get("class", "") for item in tiles.all())


def _divided() -> SiteSource:
    """Divide N into two parishes."""
    made = official()
    assert made.stations is not None
    parts = {"1": "N1", "2": "N1", "3": "N2", "4": "S"}
    parishes = [
        Division(DivisionId(name), DivisionId("N"), "parish", name, stations, 50 * stations)
        for name, stations in (("N1", 2), ("N2", 1))
    ]
    parish = replace(made.levels[0], code="parish", names=Names({"en": "parish"}))
    made = replace(
        made,
        levels=(*made.levels, parish),
        divisions=(*made.divisions, *parishes),
        stations=tuple(
            replace(item, division=DivisionId(parts[item.station])) for item in made.stations
        ),
    )
    log = Writer(made)
    log.add("d1", sheet("1"))
    return source_of(log, [len(log.entries)])


def test_a_division_has_the_map_of_the_divisions_inside_it() -> None:
    """Also where they have none inside: without shapes their table is short enough."""
    source = _divided()
    shapes = {GEOMETRY_PATH: shapes_file("N1", "N2")}
    pages = [
        {file.path: file.data for file in SiteMaker(groups=core_groups()).make_files(item, None)}
        for item in (source, replace(source, given=shapes))
    ]
    assert [b"chart-map" in page["en/d/N.html"] for page in pages] == [False, True]
    page = read_site_page(pages[1]["en/d/N.html"])
    drawn = {item.attributes["href"] for item in page.all() if item.tag == "use"}
    assert {href for href in drawn if "shape" in href} == {"#shape-N1", "#shape-N2"}
    assert b"chart-geo" not in pages[1]["en/index.html"], "no shapes of N and S"


@pytest.mark.parametrize("divisions", [("N",), (ROOT, "N"), (ROOT,)])
def test_too_few_shapes_leave_the_tiles(divisions: tuple[str, ...]) -> None:
    given = {GEOMETRY_PATH: shapes_file(*divisions)}
    assert given_site("plain", given).files["en/index.html"] == _without().files["en/index.html"]


def test_nothing_of_a_geometry_but_numbers_reaches_a_page() -> None:
    site = given_site("plain", {GEOMETRY_PATH: shapes_file("N", "S")})
    for path in site.pages:
        assert b"alert(1)" not in site.files[path], path


def test_the_fingerprint_tells_shapes_and_whether_there_are_claims() -> None:
    """What claims say is on one page, which is made each time."""
    tell, claims = SiteMaker().fingerprint, {CLAIMS_PATH: claims_file()}
    assert tell(claims) == tell({CLAIMS_PATH: claims_file(title="Another")})
    different = [
        tell({}),
        tell(claims),
        tell({GEOMETRY_PATH: shapes_file("N")}),
        tell({GEOMETRY_PATH: shapes_file("S")}),
        tell({GEOMETRY_PATH: shapes_file("S"), **claims}),
    ]
    assert len(set(different)) == len(different)


def test_every_fault_of_both_files_is_named() -> None:
    given = {
        CLAIMS_PATH: GivenFile("c.toml", b'format = "escrutinio-claims/1"\nno = 1\n[[claim]]\n'),
        GEOMETRY_PATH: shapes_file("N", "N", "nowhere"),
    }
    with pytest.raises(MalformedError) as caught:
        SiteMaker().check_given(given, official())
    places = [fault.where for fault in caught.value.faults]
    assert len([place for place in places if place.startswith("c.toml")]) > 2
    assert len([place for place in places if place.startswith("shapes.json")]) == 2


def test_what_is_given_is_read_as_it_was_given() -> None:
    given = read_given({CLAIMS_PATH: claims_file()}, official())
    assert given.claims is not None
    assert given.claims.claims[0].title.in_language("en") == "A claim"
    assert given.geometry is None
