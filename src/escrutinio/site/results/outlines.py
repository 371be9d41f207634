"""From shapes on the earth to outlines on a page: projected, simplified, written as paths.

Projection: equirectangular, with the longitudes shortened by the cosine of the middle latitude.
Shapes of a country look right, north is up, and the arithmetic is that of integers and
fractions: the same bytes on every machine. It is no projection to measure areas in.

Simplification: Douglas and Peucker (1973) on every stretch of border between two places where
borders meet. Those are found on the earth: on the drawing, where a place is a tenth of a unit, the
turns of a detailed coast meet everywhere. A border of two divisions is simplified once, whichever
of them is looked at, so no gap opens between neighbours. Where the tolerance leaves more corners
than a page should carry, it is doubled; the outlines say what it was. Rings smaller than a square
of twice the tolerance are left out, and a division of which nothing else is left is a small square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from escrutinio.primitives import round_half_up
from escrutinio.site.results.geometry import DEGREE, Geometry, Point, Ring

__all__ = ["MAX_CORNERS", "TENTHS", "WIDTH", "Outline", "Outlines", "draw_outlines"]

#: Places on a drawing are integers in tenths of its unit, which is about a pixel of a phone.
TENTHS = 10
#: Largest width and height of a drawing, in units.
WIDTH, HEIGHT = 480, 600
#: Most corners of all outlines together; about 30 kB of a page.
MAX_CORNERS = 4_000

_MARGIN = 20
#: First tolerance: how far a border may be moved, in tenths.
_TOLERANCE = 6
#: Half the side of the square that stands for a division too small to be seen, in tenths.
_DOT = 15
#: A stretch of border is simplified in pieces of so many corners, so that time stays in
#: proportion to the number of corners whatever the border does.
_PIECE = 400
#: Half the height of a code on the map, in tenths, and where it is tried, in parts of the height.
_HALF_CODE, _CODE_STEPS = 70, 16
#: Width beyond which more room is no better place for a code, in tenths.
_ENOUGH = 600
_PI = Fraction(31415926535897932, 10**16)
_COSINE_TERMS, _COSINE_DIGITS = 14, 12
#: The narrowest that a degree of longitude is drawn, near a pole.
_LEAST_COSINE = Fraction(1, 100)
_SHIFT = 64


@dataclass(frozen=True, slots=True)
class Outline:
    """One division on a drawing.

    Attributes:
        path: data of an SVG path, in units; to be filled by the even-odd rule.
        label: middle of a place with room for a code, in tenths.
        room: its width in tenths; zero where there is none.
    """

    path: str
    label: Point
    room: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A ring on the drawing.

    Attributes:
        points: its corners, in tenths; no two in a row are the same.
        cuts: positions of those where borders meet, rising.
    """

    points: Ring
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outlines:
    """The outlines of some divisions.

    Attributes:
        width: of the drawing, in units.
        height: of the drawing, in units.
        tolerance: how far a border may have been moved, in tenths of a unit.
        corners: how many there are.
        shapes: outline by division id.
    """

    width: int
    height: int
    tolerance: int
    corners: int
    shapes: Mapping[str, Outline]


def draw_outlines(geometry: Geometry, divisions: Iterable[str]) -> Outlines | None:
    """Draw some divisions as large as they fit; None when none of them has a shape.

    Args:
        geometry: shapes of divisions.
        divisions: which ones to draw; those without a shape are left out.
    """
    chosen = {item: geometry.shapes[item] for item in divisions if geometry.shapes.get(item)}
    if not chosen:
        return None
    width, height, projected = _project(chosen)
    tolerance = _TOLERANCE
    while True:
        drawn = {
            division: _simplify_shape(lines, tolerance) for division, lines in projected.items()
        }
        corners = sum(len(ring) for rings in drawn.values() for ring in rings)
        if corners <= MAX_CORNERS:
            break
        tolerance *= 2
    shapes = {division: _outline(rings, projected[division]) for division, rings in drawn.items()}
    return Outlines(width, height, tolerance, corners, shapes)


def _project(
    shapes: Mapping[str, Sequence[Ring]],
) -> tuple[int, int, Mapping[str, Sequence[_Line]]]:
    """Give width and height in units, and the rings in tenths; y grows downwards."""
    points = [point for rings in shapes.values() for ring in rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    cosine = _cosine(Fraction(south + north, 2 * DEGREE))
    room = (WIDTH * TENTHS - 2 * _MARGIN, HEIGHT * TENTHS - 2 * _MARGIN)
    scale = min(room[0] / (max(east - west, 1) * cosine), Fraction(room[1], max(north - south, 1)))
    # Fixed point: an integer multiplication per coordinate instead of a fraction.
    by_x = round_half_up(*(scale * cosine * 2**_SHIFT).as_integer_ratio())
    by_y = round_half_up(*(scale * 2**_SHIFT).as_integer_ratio())

    def place(point: Point) -> Point:
        x, y = (point[0] - west) * by_x >> _SHIFT, (north - point[1]) * by_y >> _SHIFT
        return x + _MARGIN, y + _MARGIN

    meeting = _find_meeting_places(ring for rings in shapes.values() for ring in rings)
    projected = {
        division: tuple(
            _line([place(point) for point in ring], [point in meeting for point in ring])
            for ring in rings
        )
        for division, rings in shapes.items()
    }
    right, bottom = place((east, south))
    return -(-(right + _MARGIN) // TENTHS), -(-(bottom + _MARGIN) // TENTHS), projected


def _cosine(degrees: Fraction) -> Fraction:
    """Give a cosine by its series, rounded to twelve decimals: the same on every machine."""
    square = (degrees * _PI / 180) ** 2
    total = term = Fraction(1)
    for number in range(1, _COSINE_TERMS):
        term = -term * square / (2 * number * (2 * number - 1))
        total += term
    return max(Fraction(round(total * 10**_COSINE_DIGITS), 10**_COSINE_DIGITS), _LEAST_COSINE)


def _line(places: Sequence[Point], are_meeting: Sequence[bool]) -> _Line:
    """Leave out points that fall together with the one before them."""
    points: list[Point] = []
    cuts = set()
    for point, is_meeting in zip(places, are_meeting, strict=True):
        if not points or points[-1] != point:
            points.append(point)
        if is_meeting:
            cuts.add(len(points) - 1)
    if len(points) > 1 and points[-1] == points[0]:
        points.pop()
        cuts = {cut % len(points) for cut in cuts}
    return _Line(tuple(points), tuple(sorted(cuts)))


def _find_meeting_places(rings: Iterable[Ring]) -> frozenset[Point]:
    """Find the points from which borders go to more than two others."""
    neighbours: dict[Point, tuple[Point, Point]] = {}
    meeting = set()
    for repeating in rings:
        ring = [point for before, point in pairwise((repeating[-1], *repeating)) if before != point]
        for index, point in enumerate(ring):
            before, after = ring[index - 1], ring[(index + 1) % len(ring)]
            pair = (before, after) if before < after else (after, before)
            if neighbours.setdefault(point, pair) != pair:
                meeting.add(point)
    return frozenset(meeting)


def _simplify_shape(lines: Sequence[_Line], tolerance: int) -> Sequence[Ring]:
    least = 4 * tolerance * tolerance
    simplified = (_simplify_ring(line, tolerance) for line in lines)
    return [ring for ring in simplified if _area(ring) >= least]


def _simplify_ring(line: _Line, tolerance: int) -> Ring:
    simplified: list[Point] = []
    for stretch in _stretches(line):
        # Both neighbours must get the same corners, so both begin at the same end.
        is_forward = stretch <= stretch[::-1]
        kept = _simplify(stretch if is_forward else stretch[::-1], tolerance)
        simplified += kept[:-1] if is_forward else kept[:0:-1]
    return tuple(simplified)


def _stretches(line: _Line) -> Iterator[Ring]:
    """Cut a ring where borders meet, or else at its least point; ends belong to both parts."""
    ring = line.points
    cuts = line.cuts or (min(range(len(ring)), key=ring.__getitem__),)
    turned = ring[cuts[0] :] + ring[: cuts[0] + 1]
    ends = [index - cuts[0] for index in cuts] + [len(ring)]
    for start, end in pairwise(ends):
        yield turned[start : end + 1]


def _simplify(points: Ring, tolerance: int) -> list[Point]:
    """Keep both ends and every corner without which the line would move by more than that."""
    kept = {0, len(points) - 1}
    kept.update(range(0, len(points), _PIECE))
    ends = sorted(kept)
    stack = list(pairwise(ends))
    while stack:
        first, last = stack.pop()
        start, end = points[first], points[last]
        farthest, most = 0, tolerance * tolerance
        for index in range(first + 1, last):
            square = _square_of_distance(points[index], start, end)
            if square > most:
                farthest, most = index, square
        if farthest:
            kept.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [points[index] for index in sorted(kept)]


def _square_of_distance(point: Point, start: Point, end: Point) -> int:
    """Give the square of the distance to a piece of a line, rounded down."""
    x, y = point[0] - start[0], point[1] - start[1]
    to_x, to_y = end[0] - start[0], end[1] - start[1]
    length = to_x * to_x + to_y * to_y
    along = x * to_x + y * to_y
    if along <= 0 or not length:
        return x * x + y * y
    if along >= length:
        return (point[0] - end[0]) ** 2 + (point[1] - end[1]) ** 2
    across = x * to_y - y * to_x
    return across * across // length


def _area(ring: Ring) -> int:
    """Give the area in square tenths, rounded down."""
    corners = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in corners)) // 2


def _outline(rings: Sequence[Ring], before: Sequence[_Line]) -> Outline:
    """Write one division; one too small to be seen is a small square where it lies."""
    if not rings:
        x, y = before[0].points[0]
        west, east, north, south = x - _DOT, x + _DOT, y - _DOT, y + _DOT
        square = ((west, north), (east, north), (east, south), (west, south))
        return Outline(_write([square]), (x, y), 0)
    label, room = _find_room(rings)
    return Outline(_write(rings), label, room)


def _write(rings: Iterable[Ring]) -> str:
    """Write rings as a path: where each begins, then steps from corner to corner."""
    parts = []
    for ring in rings:
        parts.append(f"M{_join(ring[:1])}l")
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]
        parts.append(f"{_join(steps)}z")
    return "".join(parts)


def _join(pairs: Iterable[Point]) -> str:
    text = " ".join(_tenths(number) for pair in pairs for number in pair)
    return text.replace(" -", "-")


def _tenths(number: int) -> str:
    whole, rest = divmod(abs(number), TENTHS)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if number < 0 else text


def _find_room(rings: Sequence[Ring]) -> tuple[Point, int]:
    """Find a wide place, near the middle, that is inside along its upper and its lower edge."""
    ys = [point[1] for ring in rings for point in ring]
    top, bottom = min(ys), max(ys)
    middle = (top + bottom) // 2
    best, rank = (0, (rings[0][0][0], middle)), (0, 0)
    for step in range(1, _CODE_STEPS):
        y = top + (bottom - top) * step // _CODE_STEPS
        upper, lower = _inside(rings, y - _HALF_CODE), _inside(rings, y + _HALF_CODE)
        for left, right in _common(upper, lower):
            found = (min(right - left, _ENOUGH), -abs(y - middle))
            if found > rank:
                best, rank = (right - left, ((left + right) // 2, y)), found
    return best[1], best[0]


def _inside(rings: Sequence[Ring], y: int) -> list[Point]:
    """Give the parts of a horizontal line that lie inside."""
    crossings = sorted(
        a[0] + (y - a[1]) * (b[0] - a[0]) // (b[1] - a[1])
        for ring in rings
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
        if (a[1] <= y) != (b[1] <= y)
    )
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _common(upper: Sequence[Point], lower: Sequence[Point]) -> Iterator[Point]:
    for left, right in upper:
        for start, end in lower:
            if max(left, start) < min(right, end):
                yield max(left, start), min(right, end)
