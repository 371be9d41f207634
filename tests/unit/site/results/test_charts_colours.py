"""Colours of bars and maps: told apart without seeing colours, and readable on every ground."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from importlib import resources
from itertools import pairwise

import pytest

from escrutinio.primitives import Names
from escrutinio.site.results.charts_svg import (
    OutstandingBar,
    ResultBar,
    StationCounts,
    counters_bar,
    outstanding_bars,
    results_bars,
    turnout_bar,
)
from escrutinio.site.results.geo_map import geo_map
from escrutinio.site.results.geometry import DEGREE, Geometry
from escrutinio.site.results.map_levels import LEVELS, Area, Measure
from escrutinio.site.results.outlines import draw_outlines
from escrutinio.site.results.picture import Picture, draw_patterns
from escrutinio.site.results.tile_map import tile_map
from tests.unit.site.results.drawings import words_of

ASSETS = resources.files("escrutinio.site") / "assets"
CHARTS = (ASSETS / "charts.css").read_text("utf-8")
SITE = (ASSETS / "palette.css").read_text("utf-8")

#: Linear RGB as somebody sees it whose eyes lack one kind of cones, severity 1.0.
#: Source: Machado, Oliveira and Fernandes (2009), table of matrices.
EYES = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
THEMES = ("light", "dark", "print")


def _tokens(css: str) -> list[dict[str, str]]:
    """Give the custom properties of every ``:root`` of a style sheet, in its order."""
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    ]


def _theme(name: str) -> Mapping[str, str]:
    site, charts = _tokens(SITE), _tokens(CHARTS)
    number = THEMES.index(name)
    later = {} if number == 0 else site[number] | charts[number]
    return site[0] | charts[0] | later


def _linear(colour: str) -> list[float]:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * item for item in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]


def _luminance(colour: str, eyes: str = "all cones") -> float:
    seen = [
        min(max(sum(a * b for a, b in zip(row, _linear(colour), strict=True)), 0.0), 1.0)
        for row in EYES[eyes]
    ]
    return float(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2])


def _lightness(colour: str, eyes: str) -> float:
    luminance = _luminance(colour, eyes)
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def _contrast(first: str, second: str) -> float:
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", EYES)
def test_every_step_of_a_map_is_lighter_or_darker_than_the_last(theme: str, eyes: str) -> None:
    """CIE lightness, out of 100: ten is far more than what is just seen side by side."""
    tokens = _theme(theme)
    steps = [_lightness(tokens[f"level-{number}"], eyes) for number in range(LEVELS)]
    sign = 1 if theme == "dark" else -1
    assert all(sign * (after - before) >= 10 for before, after in pairwise(steps)), steps


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_written_on_a_map_can_be_read_on_ground_and_pattern(theme: str) -> None:
    """WCAG 1.4.3: 4.5 to 1."""
    tokens = _theme(theme)
    for number in range(LEVELS):
        ink = tokens["on-low" if number < 3 else "on-high"]
        for ground in (f"level-{number}", f"level-{number}-line"):
            assert ground not in tokens or _contrast(ink, tokens[ground]) >= 4.5, ground
    for ground in ("level-none", "level-none-line"):
        assert _contrast(tokens["text"], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_bars_edges_and_marks_stand_out_from_the_page(theme: str) -> None:
    """WCAG 1.4.11: 3 to 1. Solid part and band also differ in height, by eye and in print."""
    tokens = _theme(theme)
    for name in ("ink", "range", "edge", "mark"):
        assert _contrast(tokens[name], tokens["page"]) >= 3, name
    assert _contrast(tokens["ink"], tokens["missing"]) >= 3
    assert _contrast(tokens["mark"], tokens["range"]) >= 3


def test_every_colour_is_a_property_that_the_sheets_define() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", CHARTS))
    assert used <= {*_tokens(SITE)[0], *_tokens(CHARTS)[0]}
    for block in _tokens(CHARTS)[1:]:
        assert set(block) == set(_tokens(CHARTS)[0])


def _all_classes() -> set[str]:
    words = words_of()
    rows = [ResultBar(Names({"en": "A"}), 1, *[Fraction(1, 2)] * 3)]
    areas = [Area(item, item, "", value) for item, value in (("A", Fraction(1)), ("B", None))]
    areas += [Area(f"x{n}", f"x{n}", "", Fraction(n, 5)) for n in range(60)]
    square = ((0, 0), (DEGREE, 0), (DEGREE, DEGREE), (0, DEGREE))
    outlines = draw_outlines(Geometry({"A": (square,), "B": (square,)}), "AB")
    assert outlines is not None
    drawn = (
        draw_patterns(),
        results_bars(rows, Picture("a", "t"), words, outstanding=5, thresholds=[Fraction(1, 2)]),
        counters_bar(StationCounts(1, 1, 0, 0, 0), Picture("b", "t"), words),
        turnout_bar(1, 2, 3, Picture("c", "t"), words),
        outstanding_bars([OutstandingBar("A", 1, 1)], Picture("d", "t"), words),
        tile_map(areas, Measure.COVERAGE, Picture("e", "t"), words),
        geo_map(outlines, areas, Measure.COVERAGE, Picture("f", "t"), words),
    )
    return {
        name
        for text in drawn
        for names in re.findall(r'class="([^"]+)"', text)
        for name in names.split()
    }


def test_every_class_that_is_drawn_has_a_rule_and_every_rule_a_drawing() -> None:
    """A name misspelt in one of the two leaves a black shape, or a rule that nobody needs."""
    styled = set(re.findall(r"\.(chart[\w-]*)", CHARTS))
    drawn = _all_classes()
    # What only groups parts, or needs no rule: the start of an axis is where text begins anyway.
    unstyled = {"chart-drawing", "chart-at-start"}
    assert drawn - styled <= unstyled
    assert styled - drawn == set()
