"""Sites whose publisher gives claims or shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from escrutinio.operations.site_given import CLAIMS_PATH, GEOMETRY_PATH, GivenFile
from escrutinio.site.results.site_maker import SiteMaker
from tests.unit.site.results.sites import Site
from tests.unit.site.results.worlds import HOSTILE, WORLDS

__all__ = ["claims_file", "given_site", "hostile_text", "shapes_file", "whole_given_site"]

#: At two of four stations A has 30 votes and B 14; a paper has fewer for all of them.
_ANNOUNCED = """
[[claim]]
id = "K2"
kind = "bulletin"
date = "2030-06-02"
contest = "president"
source = "a paper"
speaker = { en = "the council", es = "el consejo" }
title = { en = "Final bulletin", es = "Boletín final" }
asserts = ["irreversible"]
[claim.coverage]
of = "stations"
percent = "100"
[claim.votes]
A = 3
B = 2
[claim.shares]
A = "60"
B = "40"
"""


def hostile_text() -> str:
    """Give markup and quotes; control characters and overrides of direction are refused before."""
    return HOSTILE.replace("\x07", "").replace("\u202e", "")


def claims_file(*, has_bulletin: bool = False, **texts: str) -> GivenFile:
    """Write a claim whose texts are somebody else's, and perhaps one that sheets contradict."""
    words = {"source": "a paper", "speaker": "somebody", "title": "A claim", **texts}
    lines = [f"{key} = {json.dumps(text)}" for key, text in words.items()]
    claim = 'id = "K1"\nkind = "statement"\ndate = "2030-06-02"\ncontest = "president"\n'
    figures = '[claim.shares]\nA = "51.2"\n'
    text = "\n".join(('format = "escrutinio-claims/1"\n[[claim]]', claim, *lines, figures))
    return GivenFile("claims.toml", (text + _ANNOUNCED * has_bulletin).encode())


def shapes_file(*divisions: str) -> GivenFile:
    """Write a square for each division, side by side."""
    features = [
        {
            "type": "Feature",
            "properties": {"division": division, "name": HOSTILE},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]],
            },
        }
        for x, division in enumerate(divisions)
    ]
    return GivenFile(
        "shapes.json", json.dumps({"type": "FeatureCollection", "features": features}).encode()
    )


def given_site(world: str, given: Mapping[str, GivenFile]) -> Site:
    """Make the whole site of one of ``WORLDS``."""
    source = replace(WORLDS[world](), given=given)
    return Site({file.path: file.data for file in SiteMaker().make_files(source, None)})


@cache
def whole_given_site(world: str) -> Site:
    """Give a site with claims of every kind of verdict, and with shapes of all divisions."""
    text = hostile_text() if world == "hostile" else "A claim"
    claims = claims_file(has_bulletin=True, source=text, speaker=text, title=text)
    site = given_site(world, {CLAIMS_PATH: claims, GEOMETRY_PATH: shapes_file("N", "S")})
    return Site({**site.files, "README.txt": b"", CLAIMS_PATH: claims.data})
