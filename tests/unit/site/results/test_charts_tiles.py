"""Maps of tiles: every division has one, of one size, beside its neighbours in the list."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.primitives import say
from escrutinio.site import LANGUAGES
from escrutinio.site.results.map_levels import (
    LEVELS,
    Area,
    LevelScale,
    Measure,
    fit_levels,
    give_short_codes,
)
from escrutinio.site.results.picture import Picture
from escrutinio.site.results.tile_map import MAX_TILES, lay_tiles, tile_map
from tests.unit.site.results.drawings import parse, words_of

PICTURE = Picture("m", "table")


def _areas(*values: Fraction | int | None) -> list[Area]:
    return [
        Area(f"{number:02}", f"Name {chr(65 + number)}bc", f"d/{number:02}.html", value)
        for number, value in enumerate(values)
    ]


def _named(*names: str) -> tuple[str, ...]:
    return give_short_codes(
        [Area(f"{number}", name, "", None) for number, name in enumerate(names)]
    )


@pytest.mark.parametrize("number", [2, 3, 24, 48, 49, 335, MAX_TILES])
def test_neighbours_in_the_list_are_neighbours_on_the_map_and_no_tiles_overlap(
    number: int,
) -> None:
    _, tiles = lay_tiles(number)
    # Middles of hexagons that share a side are 52 pixels apart, or 51.97 to the next row.
    for before, after in pairwise(tiles):
        assert (before.x - after.x) ** 2 + (before.y - after.y) ** 2 in {52**2, 26**2 + 45**2}
    assert len(set(tiles)) == number
    for index, tile in enumerate(tiles):
        near = [item for item in tiles[index + 1 :] if abs(item.y - tile.y) <= 45]
        assert all((tile.x - i.x) ** 2 + (tile.y - i.y) ** 2 >= 26**2 + 45**2 for i in near)


def test_the_states_of_a_country_fit_a_phone_at_full_size() -> None:
    """328 pixels are left of 360; a code must not shrink until nobody can read it."""
    for number in range(2, 49):
        columns, tiles = lay_tiles(number)
        assert columns <= 6
        assert max(tile.x for tile in tiles) + 26 <= 340


def test_every_tile_is_a_link_with_code_name_and_value() -> None:
    drawn = tile_map(_areas(Fraction(1, 2), None), Measure.COVERAGE, PICTURE, words_of())
    links = list(parse(drawn).iter("a"))[:2]
    assert [link.get("href") for link in links] == ["d/00.html", "d/01.html"]
    assert ["".join(link.itertext()) for link in links] == [
        "ABC · \u2068Name Abc\u2069: 50.0\u00a0%ABC50\u00a0%",
        "BBC · \u2068Name Bbc\u2069: no figureBBC–",
    ]
    assert [link.find("use") is not None for link in links] == [True, True]
    assert 'fill="url(#level-2)"' in drawn
    assert 'fill="url(#level-none)"' in drawn


def test_a_map_of_links_is_a_group_and_not_one_image() -> None:
    """Inside an image a screen reader finds no links."""
    drawn = tile_map(_areas(0, 1), Measure.OUTSTANDING, PICTURE, words_of())
    assert 'role="group" aria-labelledby="m-title"' in drawn
    assert 'role="img"' not in drawn


@pytest.mark.parametrize("number", [0, 1, MAX_TILES + 1])
def test_what_is_no_map_is_not_drawn(number: int) -> None:
    areas = [Area(f"{n}", "A", "", None) for n in range(number)]
    assert tile_map(areas, Measure.COVERAGE, PICTURE, words_of()) == ""


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_has_itswords_of(measure: Measure, language: str) -> None:
    values = (2, 3) if measure is Measure.OUTSTANDING else (Fraction(1, 3), Fraction(1, 2))
    drawn = tile_map(_areas(*values), measure, PICTURE, words_of(language))
    assert "[site." not in drawn
    assert len(list(parse(drawn).iter("li"))) == LEVELS


def test_a_name_can_neither_leave_its_place_nor_turn_the_text_around_it() -> None:
    areas = [
        Area("1", "</title><script>\u2069\u202e", '"><b>', Fraction(1)),
        Area("2", "\u05d0\u05d1\u05d2", "2.html", Fraction(0)),
    ]
    drawn = tile_map(areas, Measure.COVERAGE, PICTURE, words_of())
    root = parse(drawn)
    assert not list(root.iter("script"))
    assert next(link.get("href") for link in root.iter("a")) == '"><b>'
    assert "\u2068</title><script>\u2069:" in "".join(root.itertext())
    assert "\u202e" not in drawn


def test_the_same_share_looks_the_same_whoever_has_it() -> None:
    """A map of shares says how much; it knows no candidacy and nobody who is ahead."""
    values = (Fraction(1, 5), Fraction(2, 5))
    drawn = [
        tile_map(_areas(*values), Measure.SHARE, Picture("m", "t", say(title)), words_of())
        for title in ("page.totals.title", "page.votes")
    ]
    assert drawn[0].replace("Totals", "Votes") == drawn[1]


@pytest.mark.parametrize(
    ("value", "fill"),
    [
        (Fraction(0), "level-0"),
        (Fraction(1999, 10000), "level-0"),
        (Fraction(1, 5), "level-1"),
        (Fraction(4, 5), "level-4"),
        (Fraction(1), "level-4"),
        (Fraction(3, 2), "level-4"),
        (Fraction(-1), "level-0"),
        (None, "level-none"),
    ],
)
def test_a_value_has_its_step(value: Fraction | None, fill: str) -> None:
    assert LevelScale(Measure.TURNOUT, Fraction(1)).fill(value) == fill


def test_coverage_is_always_of_everything_and_other_measures_as_far_as_they_reach() -> None:
    """A map of coverage on election night and one a day later must compare."""
    small = _areas(Fraction(1, 50), Fraction(1, 40))
    assert fit_levels(Measure.COVERAGE, small).end == 1
    assert fit_levels(Measure.SHARE, small).end == Fraction(1, 20)
    assert fit_levels(Measure.OUTSTANDING, _areas(0, 7_001)).end == 10_000
    assert fit_levels(Measure.OUTSTANDING, _areas(None, None)).end == 5


@pytest.mark.parametrize(
    ("measure", "value", "short", "full"),
    [
        (Measure.COVERAGE, Fraction(1), "100\u00a0%", "100.0\u00a0%"),
        (Measure.COVERAGE, Fraction(0), "0\u00a0%", "0.0\u00a0%"),
        (Measure.COVERAGE, Fraction(9_999, 10_000), ">99\u00a0%", ">99.9\u00a0%"),
        (Measure.COVERAGE, Fraction(1, 10_000), "<1\u00a0%", "<0.1\u00a0%"),
        (Measure.COVERAGE, Fraction(995, 1_000), ">99\u00a0%", "99.5\u00a0%"),
        (Measure.TURNOUT, Fraction(3, 2), "150\u00a0%", "150.0\u00a0%"),
        (Measure.OUTSTANDING, 999, "999", "999"),
        (Measure.OUTSTANDING, 1_000, "1.0k", "1,000"),
        (Measure.OUTSTANDING, 123_456, "123k", "123,456"),
        (Measure.OUTSTANDING, 999_499, "999k", "999,499"),
        (Measure.OUTSTANDING, 999_500, "1.0M", "999,500"),
        (Measure.OUTSTANDING, 12_345_678, "12M", "12,345,678"),
    ],
)
def test_what_is_not_all_is_never_rounded_to_all(
    measure: Measure, value: Fraction | int, short: str, full: str
) -> None:
    scale = LevelScale(measure, Fraction(1))
    assert scale.say_short(value, words_of()).unescape() == short
    assert scale.say_full(value, words_of()).unescape() == full


def test_a_large_map_scrolls_in_its_own_frame() -> None:
    areas = [Area(f"{n}", f"N{n}", "", Fraction(0)) for n in range(100)]
    drawn = tile_map(areas, Measure.COVERAGE, PICTURE, words_of())
    assert '<div class="chart-scroll">' in drawn
    assert 'class="chart-map chart-wide"' in drawn


def test_ids_that_are_short_codes_stand_as_they_are() -> None:
    areas = [Area(item, "Name", "", None) for item in ("VE-A", "VE-B", "VE-AB")]
    assert give_short_codes(areas) == ("A", "B", "AB")


def test_codes_of_the_territory_that_only_count_are_replaced_by_letters_of_the_name() -> None:
    assert _named("Distrito Capital", "Áncash", "La Paz") == ("DIS", "ÁNC", "LAP")


def test_words_that_every_name_begins_with_are_left_out() -> None:
    assert _named("State of Ohio", "State of Utah") == ("OHI", "UTA")


def test_names_that_begin_alike_have_different_codes() -> None:
    assert _named("Barinas", "Barlovento", "Barinas", "Bar", "Ba") == (
        "BAR",
        "BAL",
        "BAI",
        "4",
        "BA",
    )


def test_a_name_without_letters_has_a_number() -> None:
    assert _named("???", "2", "!") == ("1", "2", "3")


def test_marks_stay_with_their_letter() -> None:
    assert _named("दिल्ली", "गोवा")[0] == "दिल्ली"


@given(st.lists(st.text(max_size=12), min_size=1, max_size=60))
def test_no_two_divisions_have_the_same_code(names: list[str]) -> None:
    codes = _named(*names)
    assert len(set(codes)) == len(names)
    assert all(re.fullmatch(r"\S+", code) for code in codes)
