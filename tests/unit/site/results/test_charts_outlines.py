"""From shapes to outlines: where they lie, how far they may move, how large they may be."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.site.results.geo_map import draw_shapes, geo_map
from escrutinio.site.results.geometry import DEGREE, Geometry, Point, Ring
from escrutinio.site.results.map_levels import Area, Measure
from escrutinio.site.results.outlines import (
    MAX_CORNERS,
    TENTHS,
    WIDTH,
    Outlines,
    draw_outlines,
)
from escrutinio.site.results.picture import Picture
from tests.unit.site.results.drawings import parse, words_of

_STEP = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def _degrees(*points: tuple[float, float]) -> Ring:
    return tuple((round(x * DEGREE), round(y * DEGREE)) for x, y in points)


def _box(west: float, south: float, east: float, north: float) -> Ring:
    return _degrees((west, south), (east, south), (east, north), (west, north))


def _draw(**shapes: Sequence[Ring]) -> Outlines:
    drawn = draw_outlines(
        Geometry({name: tuple(rings) for name, rings in shapes.items()}), list(shapes)
    )
    assert drawn is not None
    return drawn


def _corners(path: str) -> list[list[tuple[Fraction, Fraction]]]:
    """Follow a path as a browser does."""
    rings = []
    for part in re.findall(r"M([^l]+)l([^z]*)z", path):
        numbers = [Fraction(item) for text in part for item in _STEP.findall(text)]
        x, y = Fraction(0), Fraction(0)
        ring = []
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + right, y + down
            ring.append((x, y))
        rings.append(ring)
    return rings


def _wild_line(start: Point, end: Point, rng: random.Random, depth: int) -> list[Point]:
    """Give a coast between two points, both included: halves moved sideways, again and again."""
    if not depth:
        return [start, end]
    (x, y), (to_x, to_y) = start, end
    shift = rng.uniform(-0.25, 0.25)
    middle = (
        (x + to_x) // 2 + int((to_y - y) * shift),
        (y + to_y) // 2 - int((to_x - x) * shift),
    )
    first = _wild_line(start, middle, rng, depth - 1)
    return first + _wild_line(middle, end, rng, depth - 1)[1:]


def _two_neighbours(depth: int) -> tuple[Ring, Ring, list[Point]]:
    """Give two divisions on both sides of one wild border, and the border."""
    south, north = (2 * DEGREE, 0), (2 * DEGREE, 3 * DEGREE)
    border = _wild_line(south, north, random.Random(7), depth)  # noqa: S311  # no secret
    west = (*border, (0, 3 * DEGREE), (0, 0))
    east = (*reversed(border), (4 * DEGREE, 0), (4 * DEGREE, 3 * DEGREE))
    return west, east, border


def test_north_is_up_and_east_is_right() -> None:
    drawn = _draw(A=[_box(0, 0, 1, 1)], B=[_box(1, 1, 2, 2)])
    first, second = _corners(drawn.shapes["A"].path)[0], _corners(drawn.shapes["B"].path)[0]
    assert max(x for x, _ in first) <= min(x for x, _ in second)
    assert min(y for _, y in first) >= max(y for _, y in second)


@pytest.mark.parametrize(("latitude", "ratio"), [(0, 1.0), (60, 0.5), (-60, 0.5), (45, 0.70710)])
def test_a_degree_of_longitude_is_as_wide_as_at_the_middle_latitude(
    latitude: int, ratio: float
) -> None:
    drawn = _draw(A=[_box(10, latitude - 1, 12, latitude + 1)])
    (ring,) = _corners(drawn.shapes["A"].path)
    width = max(x for x, _ in ring) - min(x for x, _ in ring)
    height = max(y for _, y in ring) - min(y for _, y in ring)
    assert abs(float(width / height) - ratio) < 0.002


def test_a_drawing_fits_its_frame_whatever_is_on_it() -> None:
    for box in ((-75, -56, -66, -17), (0, 0, 90, 1), (0, 88, 179, 90), (5, 5, 5.0001, 5.0001)):
        drawn = _draw(A=[_box(*box)])
        (ring,) = _corners(drawn.shapes["A"].path)
        assert 0 < drawn.width <= WIDTH
        assert 0 < drawn.height <= 600
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in ring)


def test_only_the_divisions_asked_for_are_drawn_and_fill_the_drawing() -> None:
    geometry = Geometry({"A": (_box(0, 0, 1, 1),), "B": (_box(50, 50, 51, 51),)})
    drawn = draw_outlines(geometry, ["A", "C"])
    assert drawn is not None
    assert set(drawn.shapes) == {"A"}
    assert drawn.width == WIDTH
    assert draw_outlines(geometry, ["C"]) is None


def test_neighbours_keep_the_same_border() -> None:
    """Simplified apart, two divisions would leave gaps between them."""
    west, east, border = _two_neighbours(10)
    drawn = _draw(W=[west], E=[east])
    (first,), (second,) = (_corners(drawn.shapes[name].path) for name in "WE")
    common = set(first) & set(second)
    assert len(border) == 1_025
    assert len(common) > 20
    edge = max(x for x, _ in second)
    assert {point for point in second if point[0] < edge} == common


def test_no_border_is_moved_by_more_than_the_tolerance() -> None:
    west, east, _ = _two_neighbours(9)
    exact = _draw(W=[west], E=[east])
    (line,) = _corners(exact.shapes["W"].path)
    scale = (WIDTH - 4) / Fraction(4 * DEGREE)
    for x, y in west:
        # The middle latitude shortens longitudes; 0.99966 is the cosine of 1.5 degrees.
        at = (2 + x * scale, 2 + (3 * DEGREE - y) * scale / Fraction("0.99965732"))
        near = min(_distance(at, a, b) for a, b in zip(line, line[1:] + line[:1], strict=True))
        assert near <= (exact.tolerance + 2) / TENTHS


def _distance(
    point: tuple[Fraction, Fraction],
    start: tuple[Fraction, Fraction],
    end: tuple[Fraction, Fraction],
) -> float:
    (x, y), (a, b), (c, d) = (tuple(map(float, item)) for item in (point, start, end))
    length = (c - a) ** 2 + (d - b) ** 2
    along = ((x - a) * (c - a) + (y - b) * (d - b)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return float(((x - a - along * (c - a)) ** 2 + (y - b - along * (d - b)) ** 2) ** 0.5)


def test_straight_borders_keep_their_corners_only() -> None:
    line = [(x / 100, 0.0) for x in range(101)]
    drawn = _draw(A=[_degrees(*line, (1, 1), (0, 1))])
    assert drawn.corners == 4


def test_holes_stay_holes() -> None:
    drawn = _draw(A=[_box(0, 0, 3, 3), _box(1, 1, 2, 2)], B=[_box(1, 1, 2, 2)])
    assert [len(ring) for ring in _corners(drawn.shapes["A"].path)] == [4, 4]
    # The code must not stand in the hole.
    x, y = drawn.shapes["A"].label
    side = WIDTH * TENTHS // 3
    assert not (side < x < 2 * side and side < y < 2 * side)


def test_a_page_carries_a_limited_number_of_corners_and_is_told_the_tolerance() -> None:
    rng = random.Random(3)  # noqa: S311  # no secret
    rings = []
    for number in range(1_600):
        x, y = number % 40, number // 40
        corners = ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y))
        points = [(a * DEGREE, b * DEGREE) for a, b in corners]
        ring = [
            point
            for start, end in pairwise(points)
            for point in _wild_line(start, end, rng, 3)[:-1]
        ]
        rings.append(tuple(ring))
    drawn = _draw(A=rings)
    assert drawn.tolerance > 6
    assert drawn.corners <= MAX_CORNERS
    assert len(drawn.shapes["A"].path) < 40_000


def test_a_division_too_small_to_be_seen_is_a_square_where_it_lies() -> None:
    drawn = _draw(A=[_box(0, 0, 90, 60)], B=[_box(30, 30, 30.01, 30.01)])
    (ring,) = _corners(drawn.shapes["B"].path)
    assert {x for x, _ in ring} == {ring[0][0], ring[0][0] + 3}
    assert drawn.shapes["B"].room == 0


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(-180 * DEGREE, -1), st.integers(-90 * DEGREE, 90 * DEGREE)),
            min_size=3,
            max_size=12,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_rings_give_a_drawing(rings: list[list[Point]]) -> None:
    """Crossing, repeated, in one place: whatever passes the decoder must not break a page."""
    drawn = _draw(A=[tuple(ring) for ring in rings], B=[tuple(rings[0])])
    assert set(drawn.shapes) == {"A", "B"}
    for outline in drawn.shapes.values():
        assert re.fullmatch(r"(M[-\d. ]+l[-\d. ]+z)+", outline.path)
    assert drawn == _draw(A=[tuple(ring) for ring in rings], B=[tuple(rings[0])])


def _area(ring: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    corners = pairwise([*ring, ring[0]])
    return abs(sum((a[0] * b[1] - b[0] * a[1] for a, b in corners), Fraction(0))) / 2


def _coast(points: int, noise: float) -> Ring:
    """Give a square of ten degrees whose sides turn at every step, as a river or a coast does."""
    rng = random.Random(5)  # noqa: S311  # a drawing, no secret
    sides = [((0, 0), (10, 0)), ((10, 0), (10, 10)), ((10, 10), (0, 10)), ((0, 10), (0, 0))]
    return _degrees(
        *(
            (
                x + (to_x - x) * step / points + rng.uniform(-noise, noise),
                y + (to_y - y) * step / points + rng.uniform(-noise, noise),
            )
            for (x, y), (to_x, to_y) in sides
            for step in range(points)
        )
    )


def test_a_border_with_more_turns_than_the_drawing_can_show_keeps_its_form() -> None:
    """Many corners fall on each tenth of a unit; they are neither kept nor taken for crossings."""
    coast = _coast(10_000, 0.004)
    drawn = _draw(A=[coast], B=[_box(10, 0, 20, 10)])
    (ring,) = _corners(drawn.shapes["A"].path)
    assert len(ring) < 100
    assert drawn.tolerance == 6, "the first one"
    (square,) = _corners(drawn.shapes["B"].path)
    assert abs(_area(ring) / _area(square) - 1) < Fraction(1, 50)


def test_a_code_stands_near_the_middle_where_there_is_room_for_it() -> None:
    """Two neighbours whose widest places touch would have their codes on one border."""
    wide_below = _degrees((0, 0), (10, 0), (8, 10), (2, 10))
    drawn = _draw(A=[wide_below], B=[_box(0, 10, 10, 20)])
    x, y = drawn.shapes["A"].label
    assert abs(x - drawn.width * TENTHS // 2) < 20
    corners = [point for ring in _corners(drawn.shapes["A"].path) for point in ring]
    middle = (min(y for _, y in corners) + max(y for _, y in corners)) / 2
    assert abs(y - middle * TENTHS) < 30


def test_the_outlines_of_a_page_stand_there_once() -> None:
    """Its maps only fill them: three maps of the same borders weigh little more than one."""
    drawn = _draw(A=[_box(0, 0, 1, 1)], B=[_box(1, 0, 2, 1)])
    paths = {path.get("id"): path for path in parse(draw_shapes(drawn)).iter("path")}
    assert {item: path.get("d") for item, path in paths.items()} == {
        "shape-A": drawn.shapes["A"].path,
        "shape-B": drawn.shapes["B"].path,
    }
    assert {path.get("fill-rule") for path in paths.values()} == {"evenodd"}
    assert draw_shapes(None) == ""


def test_a_map_has_a_link_per_shape_and_names_what_it_cannot_draw() -> None:
    drawn = _draw(A=[_box(0, 0, 1, 1)], B=[_box(1, 0, 2, 1)])
    areas = [
        Area(item, f"Land <{item}>", f"d/{item}.html", Fraction(number, 3))
        for number, item in enumerate("ABC")
    ]
    picture = geo_map(drawn, areas, Measure.COVERAGE, Picture("g", "t"), words_of())
    links = list(parse(picture).iter("a"))
    assert [link.get("href") for link in links] == ["d/A.html", "d/B.html", "#t"]
    assert links[1].findtext("title") == "B · \u2068Land <B>\u2069: 33.3\u00a0%"
    uses = [(use.get("href"), use.get("fill")) for use in parse(picture).iter("use")]
    assert uses == [("#shape-A", "url(#level-0)"), ("#shape-B", "url(#level-1)")]
    assert "so not on the map: 1." in picture
    assert "at most 0.13\u00a0% of the width" in picture
    assert [text.text for text in parse(picture).iter("text")] == ["A", "B"]


def test_fewer_than_two_shapes_are_no_map() -> None:
    areas = [Area(item, item, "", Fraction(1)) for item in "AB"]
    drawn = _draw(A=[_box(0, 0, 1, 1)])
    assert geo_map(drawn, areas, Measure.COVERAGE, Picture("g", "t"), words_of()) == ""
