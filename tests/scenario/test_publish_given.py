"""Claims and shapes that a newsroom gives to its site, from the command line to the pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenario.newsroom import Newsroom
from tests.unit.site.results.sites import read_site_page

CLAIMS = """\
format = "escrutinio-claims/1"
turnouts = ["80"]

[[claim]]
id = "B1"
kind = "bulletin"
date = "2030-07-28"
source = "a paper"
speaker = { en = "the council", es = "el consejo" }
title = { en = "First bulletin", es = "Primer boletín" }
asserts = ["irreversible"]
valid = 90
cast = 93
[claim.coverage]
of = "stations"
percent = "75"
[claim.votes]
A = 40
B = 50
[claim.shares]
A = "44.44"
B = "55.56"

[[claim]]
id = "N1"
kind = "parallel"
date = "2030-07-28"
source = "the newsroom"
speaker = "the newsroom"
title = "What the sheets add up to"
dataset = "s1"
[claim.coverage]
of = "stations"
stations = 3
[claim.votes]
A = 61
B = 53
"""
#: Of a contest, a kind and a code that nobody knows.
BAD_CLAIMS = CLAIMS.replace('"bulletin"', '"rumour"').replace("A = 61", "Z = 61")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Give a newsroom whose log has three sheets."""
    return Newsroom(tmp_path)


def _statements(page: bytes) -> list[str]:
    return [
        " ".join(item.text.split())
        for item in read_site_page(page).all()
        if item.attributes.get("class") == "statement"
    ]


def _shapes(*divisions: str) -> str:
    rings = [[[x, 0], [x + 1, 0], [x + 1, 2], [x, 2], [x, 0]] for x in range(len(divisions))]
    features = [
        {
            "type": "Feature",
            "properties": {"division": division},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for division, ring in zip(divisions, rings, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def _drawn(files: dict[str, bytes]) -> set[str]:
    """Give the outlines that the maps of the country fill."""
    uses = [item for item in read_site_page(files["es/index.html"]).all() if item.tag == "use"]
    return {href for item in uses if (href := item.attributes["href"]).startswith("#shape")}


def test_the_page_says_of_each_claim_what_check_says(newsroom: Newsroom) -> None:
    """The same tests, words and figures, whether the ground is a table or a bulletin."""
    claims = newsroom.write("claims.toml", CLAIMS)
    newsroom.publish(20, "--claims", claims)
    newsroom.verify()
    for language in ("en", "es"):
        report = newsroom.folder / f"{language}.html"
        options = ("--claims", claims, "--html", report, "--lang", language)
        newsroom.run("check", *newsroom.sheets, *options, code=1)
        said = _statements(newsroom.files()[f"{language}/claims.html"])
        assert said == _statements(report.read_bytes())
        assert len(said) > 10


def test_claims_stay_change_and_go(newsroom: Newsroom) -> None:
    """Each publication is a whole record; whoever publishes without the option changes nothing."""
    claims = newsroom.write("claims.toml", CLAIMS)
    newsroom.publish(20)
    without = newsroom.files()
    newsroom.publish(None, "--claims", claims)
    first = newsroom.files()
    assert first["assets/claims.toml"] == CLAIMS.encode()
    newsroom.publish(21)
    newsroom.verify()
    later = newsroom.files()
    assert later["assets/claims.toml"] == CLAIMS.encode()
    assert later["en/claims.html"] != first["en/claims.html"], "it names the newer bulletin"
    newsroom.write("claims.toml", CLAIMS.replace("B = 53", "B = 99"))
    output = newsroom.publish(None, "--claims", claims)
    assert "written: 6" in output, "claims, note, two pages of claims, two of data"
    newsroom.verify()
    assert b"99" in newsroom.files()["es/claims.html"]
    newsroom.publish(None, "--no-claims")
    newsroom.verify()
    assert not [path for path in newsroom.files() if "claims" in path]
    assert newsroom.files()["en/index.html"].count(b"claims") == without["en/index.html"].count(
        b"claims"
    )


def test_a_map_has_the_shapes_that_were_given(newsroom: Newsroom) -> None:
    shapes = newsroom.write("shapes.geojson", _shapes("N", "S"))
    newsroom.publish(20, "--geometry", shapes)
    newsroom.verify()
    files = newsroom.files()
    assert files["assets/geometry.geojson"] == shapes.read_bytes()
    assert _drawn(files) == {"#shape-N", "#shape-S"}
    newsroom.publish(21, "--no-geometry")
    newsroom.verify()
    assert not _drawn(newsroom.files())


def test_every_fault_is_named_and_nothing_is_written(newsroom: Newsroom) -> None:
    """Neither the log nor the record moves: the next bulletin is the one that would have been."""
    newsroom.publish(20)
    before = newsroom.files()
    claims = newsroom.write("claims.toml", BAD_CLAIMS)
    shapes = newsroom.write("shapes.geojson", _shapes("N", "N", "nowhere"))
    output = newsroom.publish(21, "--claims", claims, "--geometry", shapes, code=3)
    for part in ("rumour", "Z", "N again", "nowhere", "claims.toml", "shapes.geojson"):
        assert part in output
    assert newsroom.files() == before
    assert "Bulletin 2 is published" in newsroom.publish(21)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--claims", "missing.toml"), "missing.toml"),
        (("--claims", ".", "--no-claims"), "--claims or --no-claims"),
        (("--geometry", ".", "--no-geometry"), "--geometry or --no-geometry"),
        (("--claims", ".", "--no-site"), "--no-site"),
        (("--no-geometry", "--no-site"), "--no-site"),
    ],
    ids=lambda item: " ".join(item) if isinstance(item, tuple) else "",
)
def test_options_that_cannot_be_followed(
    newsroom: Newsroom, options: tuple[str, ...], part: str
) -> None:
    assert part in newsroom.publish(20, *options, code=2)
    assert not newsroom.record.exists()


def test_files_have_a_largest_size(newsroom: Newsroom) -> None:
    """Pages of every reader follow from them."""
    claims = newsroom.write("claims.toml", "#" * (4 << 20) + "\n")
    assert "at most 4194304 bytes" in newsroom.publish(20, "--claims", claims, code=3)
    shapes = newsroom.write("shapes.geojson", " " * (8 << 20) + "{}")
    assert "at most 8388608 bytes" in newsroom.publish(20, "--geometry", shapes, code=3)
