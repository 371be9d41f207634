"""The shapes of divisions, read strictly from GeoJSON.

A FeatureCollection of polygons, one feature per division, whose property ``division`` is the id
in the definition. Divisions of every level may stand in one file; a page draws those it needs.
What a file says beside that is left alone, as RFC 7946, section 6.1, asks for; but every feature
that is there must be right, because a map with one shape in the wrong place misleads.

The file comes from whoever publishes; a page of a mirror must not be broken by it. So nothing of
it but numbers reaches a page, and every size has a limit.

Reference: RFC 7946.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias, TypeGuard

from escrutinio.errors import Fault, MalformedError

__all__ = [
    "DEGREE",
    "MAX_GEOMETRY_BYTES",
    "MAX_GEOMETRY_FAULTS",
    "MAX_GEOMETRY_POINTS",
    "MAX_GEOMETRY_RINGS",
    "Geometry",
    "Point",
    "Ring",
    "decode_geometry",
]

#: Largest file decoded.
MAX_GEOMETRY_BYTES = 8 * 1024 * 1024
#: Most corners of all shapes together: three times the districts of a large country in detail.
MAX_GEOMETRY_POINTS = 300_000
#: Most rings of all shapes together; islands are rings.
MAX_GEOMETRY_RINGS = 20_000
#: Most faults named in one file.
MAX_GEOMETRY_FAULTS = 50
#: Unit of a decoded coordinate: ten millionths of a degree, about a centimetre.
DEGREE = 10_000_000

_MAX_NUMBER_CHARS = 40
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_SHOWN_CHARS = 60
_LEAST_RING = 4
_EAST, _NORTH = 360 * DEGREE, 90 * DEGREE
_HALF_TURN = 180 * DEGREE
_COORDINATES = "longitude -180 to 360 and latitude -90 to 90, in degrees (WGS 84)"
_MERIDIAN = "shapes that do not cross the 180th meridian and span at most 180 degrees of longitude"
_MERIDIAN_REMEDY = (
    "Write the longitudes east of that meridian as more than 180 (181.5 for -178.5), so that the "
    "parts lie side by side; or leave far-away parts out"
)

#: Longitude and latitude in units of ``DEGREE``, or a place on a drawing.
Point: TypeAlias = tuple[int, int]
#: Corners of a closed line, the first one not repeated.
Ring: TypeAlias = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Shapes by division.

    Attributes:
        shapes: division id to its rings, outer ones and holes alike: a place is inside when a line
            from it to the outside crosses them an odd number of times.
    """

    shapes: Mapping[str, tuple[Ring, ...]]


class _Number(str):
    """A number as the file spells it."""

    __slots__ = ()


class _Stop(Exception):  # noqa: N818  # not an error by itself: the faults are in the reader
    """A limit is reached; whatever follows is not looked at."""


def decode_geometry(data: bytes, divisions: Collection[str], where: str) -> Geometry:
    """Read the shapes of divisions.

    Args:
        data: a GeoJSON FeatureCollection.
        divisions: ids of the definition; a shape of another one is refused.
        where: name of the file, for the faults.

    Raises:
        MalformedError: not such a file; the error carries every fault, at most
            ``MAX_GEOMETRY_FAULTS``.
    """
    reader = _Reader(divisions, where)
    try:
        shapes = reader.read(data)
    except _Stop:
        shapes = {}
    if reader.faults:
        raise MalformedError.of(*reader.faults)
    return Geometry(shapes)


class _Reader:
    """Reads one file and remembers what is wrong with it and how much was read."""

    def __init__(self, divisions: Collection[str], where: str) -> None:
        self.divisions = divisions
        self.where = where
        self.faults: list[Fault] = []
        self.points = 0
        self.rings = 0

    def read(self, data: bytes) -> dict[str, tuple[Ring, ...]]:
        document = self._parse(data)
        if not _is_object(document) or document.get("type") != "FeatureCollection":
            self._fault("", "a GeoJSON object of type FeatureCollection", _show(document))
            return {}
        if document.get("crs") is not None:
            remedy = "Convert it; RFC 7946, section 4, knows one system only"
            expected = "no member crs: coordinates are longitude and latitude (WGS 84)"
            self._fault("crs", expected, _show(document["crs"]), remedy)
        features = document.get("features")
        if not _is_list(features) or not features:
            self._fault("features", "a list with at least one feature", _show(features))
            return {}
        shapes: dict[str, tuple[Ring, ...]] = {}
        for number, feature in enumerate(features):
            self._read_feature(feature, f"features[{number}]", shapes)
        self._check_width(shapes)
        return shapes

    def _parse(self, data: bytes) -> object:
        if len(data) > MAX_GEOMETRY_BYTES:
            self._fault("", f"at most {MAX_GEOMETRY_BYTES} bytes", f"{len(data)} bytes")
            raise _Stop
        try:
            return json.loads(
                data.decode("utf-8"),
                parse_float=_Number,
                parse_int=_Number,
                parse_constant=_Number,
                object_pairs_hook=self._gather,
            )
        except RecursionError:
            self._fault("", "the nesting of a GeoJSON polygon", "far deeper nesting")
        except ValueError as error:
            self._fault("", "JSON in UTF-8 without byte order mark", str(error))
        raise _Stop

    def _gather(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        gathered: dict[str, object] = {}
        for key, value in pairs:
            if key in gathered:
                self._fault("", "each key of an object once", f"{key[:_SHOWN_CHARS]} again")
            gathered[key] = value
        return gathered

    def _read_feature(self, feature: object, at: str, shapes: dict[str, tuple[Ring, ...]]) -> None:
        if not _is_object(feature) or feature.get("type") != "Feature":
            self._fault(at, "an object of type Feature", _show(feature))
            return
        properties = feature.get("properties")
        division = properties.get("division") if _is_object(properties) else None
        place = f"{at}.properties.division"
        rings = self._read_shape(feature.get("geometry"), f"{at}.geometry")
        if not isinstance(division, str) or isinstance(division, _Number):
            self._fault(place, "the id of a division, as text", _show(division))
        elif division not in self.divisions:
            self._fault(place, "a division of the definition", _show(division))
        elif division in shapes:
            self._fault(place, "each division once", f"{division} again")
        else:
            shapes[division] = rings

    def _read_shape(self, geometry: object, at: str) -> tuple[Ring, ...]:
        kind = geometry.get("type") if _is_object(geometry) else None
        # In a tuple, not a set: what is read here may be a list, which no set can be asked for.
        if not _is_object(geometry) or kind not in ("Polygon", "MultiPolygon"):
            self._fault(at, "a Polygon or a MultiPolygon", _show(kind))
            return ()
        place = f"{at}.coordinates"
        coordinates = geometry.get("coordinates")
        if kind == "Polygon":
            return self._read_polygon(coordinates, place)
        if not _is_list(coordinates) or not coordinates:
            self._fault(place, "a list of polygons", _show(coordinates))
            return ()
        return tuple(
            ring
            for number, polygon in enumerate(coordinates)
            for ring in self._read_polygon(polygon, f"{place}[{number}]")
        )

    def _read_polygon(self, polygon: object, at: str) -> tuple[Ring, ...]:
        if not _is_list(polygon) or not polygon:
            self._fault(at, "a list of rings", _show(polygon))
            return ()
        rings = []
        for number, ring in enumerate(polygon):
            self._count(ring)
            points = self._read_ring(ring, f"{at}[{number}]")
            if points:
                rings.append(points)
        return tuple(rings)

    def _count(self, ring: object) -> None:
        """Stop before more is read than a page can be made of."""
        self.rings += 1
        self.points += len(ring) if _is_list(ring) else 0
        if self.rings > MAX_GEOMETRY_RINGS:
            self._fault("", f"at most {MAX_GEOMETRY_RINGS} rings", "more", _SIMPLIFY)
            raise _Stop
        if self.points > MAX_GEOMETRY_POINTS:
            self._fault("", f"at most {MAX_GEOMETRY_POINTS} positions", "more", _SIMPLIFY)
            raise _Stop

    def _read_ring(self, ring: object, at: str) -> Ring:
        if not _is_list(ring) or len(ring) < _LEAST_RING:
            self._fault(at, f"a ring of at least {_LEAST_RING} positions", _show(ring))
            return ()
        points = []
        for number, position in enumerate(ring):
            point = _read_position(position)
            if point is None:
                self._fault(f"{at}[{number}]", _COORDINATES, _show(position))
                return ()
            points.append(point)
        if points[0] != points[-1]:
            self._fault(at, "a last position that is the first one again", _show(ring[-1]))
            return ()
        for before, after in pairwise(points):
            if abs(before[0] - after[0]) > _HALF_TURN:
                self._fault(at, _MERIDIAN, "a side of more than that", _MERIDIAN_REMEDY)
                return ()
        return tuple(points[:-1])

    def _check_width(self, shapes: Mapping[str, tuple[Ring, ...]]) -> None:
        longitudes = [point[0] for rings in shapes.values() for ring in rings for point in ring]
        if longitudes and max(longitudes) - min(longitudes) > _HALF_TURN:
            width = (max(longitudes) - min(longitudes)) // DEGREE
            self._fault("features", _MERIDIAN, f"{width} degrees", _MERIDIAN_REMEDY)

    def _fault(self, at: str, expected: str, found: str, remedy: str = "") -> None:
        place = f"{self.where}: {at}" if at else self.where
        self.faults.append(Fault(place, expected, found, remedy))
        if len(self.faults) >= MAX_GEOMETRY_FAULTS:
            raise _Stop


_SIMPLIFY = "Simplify the shapes; a page shows no more than a few thousand corners of them"


def _read_position(position: object) -> Point | None:
    """Read longitude and latitude; a height is allowed and left out."""
    if not _is_list(position) or len(position) not in {2, 3}:
        return None
    longitude, latitude = (_read_number(item) for item in position[:2])
    if longitude is None or latitude is None:
        return None
    is_on_earth = -_HALF_TURN <= longitude <= _EAST and abs(latitude) <= _NORTH
    return (longitude, latitude) if is_on_earth else None


def _read_number(item: object) -> int | None:
    if not isinstance(item, _Number) or len(item) > _MAX_NUMBER_CHARS:
        return None
    return round(Decimal(item) * DEGREE) if _NUMBER.fullmatch(item) else None


def _show(found: object) -> str:
    """Name what was found without walking through it: it may be deep and large."""
    if isinstance(found, str):
        is_number = isinstance(found, _Number)
        return str(found)[:_SHOWN_CHARS] if is_number else repr(found[:_SHOWN_CHARS])
    if _is_list(found):
        is_position = 1 < len(found) < _LEAST_RING and all(isinstance(x, str) for x in found)
        return f"[{', '.join(map(_show, found))}]" if is_position else f"a list of {len(found)}"
    if _is_object(found):
        return "an object"
    return "nothing" if found is None else repr(found)


def _is_object(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
