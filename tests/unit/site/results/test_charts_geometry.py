"""Reading shapes: strictly, with limits, and every fault with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.errors import MalformedError
from escrutinio.site.results.geometry import (
    DEGREE,
    MAX_GEOMETRY_BYTES,
    MAX_GEOMETRY_FAULTS,
    MAX_GEOMETRY_POINTS,
    MAX_GEOMETRY_RINGS,
    Geometry,
    decode_geometry,
)

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
IDS = ("A", "B")


def _feature(division: object = "A", **geometry: Any) -> dict[str, Any]:  # noqa: ANN401  # any JSON
    geometry = {"type": "Polygon", "coordinates": [SQUARE], **geometry}
    return {"type": "Feature", "properties": {"division": division}, "geometry": geometry}


def _file(*features: object, **more: object) -> bytes:
    document = {"type": "FeatureCollection", "features": features, **more}
    return json.dumps(document).encode()


def _decode(data: bytes) -> Geometry:
    return decode_geometry(data, IDS, "geometry.geojson")


def _faults(data: bytes) -> list[str]:
    with pytest.raises(MalformedError) as caught:
        _decode(data)
    return [str(fault) for fault in caught.value.faults]


def test_a_polygon_becomes_rings_of_exact_numbers() -> None:
    ring = [[-66.9036063, 10.4805937], [-66, 10], [-65.5, 11.25], [-66.9036063, 10.4805937]]
    shapes = _decode(_file(_feature(coordinates=[ring]))).shapes
    assert shapes == {
        "A": (((-669036063, 104805937), (-66 * DEGREE, 10 * DEGREE), (-655000000, 112500000)),)
    }


def test_holes_and_islands_are_rings_of_the_division() -> None:
    hole = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.2]]
    island = [[[5, 5], [6, 5], [6, 6], [5, 5]]]
    multi = _feature("B", type="MultiPolygon", coordinates=[[SQUARE, hole], island])
    assert [len(ring) for ring in _decode(_file(_feature(), multi)).shapes["B"]] == [4, 3, 3]


def test_heights_and_what_else_a_file_says_are_left_alone() -> None:
    """RFC 7946 allows both; programs that make maps write them."""
    ring = [[*point, 100.5] for point in SQUARE]
    feature = {**_feature(coordinates=[ring]), "id": 3, "bbox": [0, 0, 1, 1]}
    feature["properties"]["NAME"] = "Ünïcode"
    assert _decode(_file(feature, name="states")).shapes == _decode(_file(_feature())).shapes


def test_small_numbers_may_have_an_exponent() -> None:
    data = _file(_feature()).replace(b"[1, 1]", b"[1e0, 9.5E-05]")
    assert _decode(data).shapes["A"][0][2] == (DEGREE, 950)


MALFORMED = {
    "no json": (b"{", "geometry.geojson: expected JSON in UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf{}", "expected JSON in UTF-8"),
    "latin": (b'"\xe9"', "expected JSON in UTF-8"),
    "list": (b"[]", "FeatureCollection, found a list of 0"),
    "feature alone": (json.dumps(_feature()).encode(), "type FeatureCollection, found an object"),
    "no features": (_file(), "features: expected a list with at least one feature"),
    "features an object": (_file(features={}), "features: expected a list with at least one"),
    "not a feature": (_file(7), "features[0]: expected an object of type Feature, found 7"),
    "other system": (_file(_feature(), crs={"type": "name"}), "crs: expected no member crs"),
    "no division": (_file(_feature(None)), "properties.division: expected the id of a division"),
    "number": (_file(_feature(7)), "the id of a division, as text, found 7"),
    "unknown": (_file(_feature("Z")), "a division of the definition, found 'Z'"),
    "twice": (_file(_feature(), _feature()), "features[1].properties.division: expected each"),
    "point": (_file(_feature(type="Point")), "a Polygon or a MultiPolygon, found 'Point'"),
    "list as type": (_file(_feature(type=["Polygon"])), "expected a Polygon or a MultiPolygon"),
    "no geometry": (
        _file({"type": "Feature", "properties": {"division": "A"}, "geometry": None}),
        "features[0].geometry: expected a Polygon or a MultiPolygon, found nothing",
    ),
    "no rings": (_file(_feature(coordinates=[])), "expected a list of rings, found a list of 0"),
    "no polygons": (
        _file(_feature(type="MultiPolygon", coordinates=[])),
        "expected a list of polygons",
    ),
    "ring a number": (_file(_feature(coordinates=[5])), "a ring of at least 4 positions, found 5"),
    "short ring": (
        _file(_feature(coordinates=[SQUARE[:3]])),
        "coordinates[0]: expected a ring of at least 4 positions, found a list of 3",
    ),
    "open ring": (
        _file(_feature(coordinates=[SQUARE[:4]])),
        "a last position that is the first one again, found [0, 1]",
    ),
    "projected": (
        _file(_feature(coordinates=[[[500000, 1], *SQUARE]])),
        "latitude -90 to 90, in degrees (WGS 84), found [500000, 1]",
    ),
    "beyond the pole": (_file(_feature(coordinates=[[[0, 90.1], *SQUARE]])), "latitude -90 to 90"),
    "text": (_file(_feature(coordinates=[[["0", "0"], *SQUARE]])), "found ['0', '0']"),
    "one number": (_file(_feature(coordinates=[[[0], *SQUARE]])), "found a list of 1"),
    "nested": (_file(_feature(coordinates=[[[[0], [0]], *SQUARE]])), "longitude -180 to 360"),
    "true": (_file(_feature(coordinates=[[[True, 0], *SQUARE]])), "longitude -180 to 360"),
    "not a number": (_file(_feature(coordinates=[[[float("nan"), 0], *SQUARE]])), "[NaN, 0]"),
    "infinite": (_file(_feature(coordinates=[[[float("inf"), 0], *SQUARE]])), "[Infinity, 0]"),
    "long number": (
        _file(_feature()).replace(b"[1, 1]", b"[1." + b"1" * 5_000 + b", 1]"),
        "longitude -180 to 360",
    ),
    "long integer": (
        _file(_feature()).replace(b"[1, 1]", b"[" + b"1" * 5_000 + b", 1]"),
        "longitude -180 to 360",
    ),
    "large exponent": (_file(_feature()).replace(b"[1, 1]", b"[1e999, 1]"), "found [1e999, 1]"),
    "exponent": (_file(_feature()).replace(b"[1, 1]", b"[1e99, 1]"), "found [1e99, 1]"),
    "key twice": (
        _file(_feature()).replace(b'"division": "A"', b'"division": "A", "division": "B"'),
        "each key of an object once, found division again",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_geometry_is_refused_with_its_place(case: str) -> None:
    data, expected = MALFORMED[case]
    faults = _faults(data)
    assert expected in faults[0], faults


def test_every_fault_of_a_file_is_named_up_to_a_limit() -> None:
    assert len(_faults(_file(_feature("Y"), _feature("Z"), 5))) == 3
    assert len(_faults(_file(*[7] * 1_000))) == MAX_GEOMETRY_FAULTS


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_ends_in_a_fault(opening: bytes) -> None:
    assert "deeper nesting" in _faults(opening * 200_000)[0]


def test_a_file_is_of_limited_size() -> None:
    spaces = b" " * (MAX_GEOMETRY_BYTES + 1)
    (fault,) = _faults(spaces)
    assert fault.endswith(f"expected at most {MAX_GEOMETRY_BYTES} bytes, found {len(spaces)} bytes")


def test_a_file_has_a_limited_number_of_positions_and_rings() -> None:
    ring = [[0, 0]] * (MAX_GEOMETRY_POINTS + 1)
    assert (
        f"at most {MAX_GEOMETRY_POINTS} positions"
        in _faults(_file(_feature(coordinates=[ring])))[0]
    )
    rings = [SQUARE] * (MAX_GEOMETRY_RINGS + 1)
    assert f"at most {MAX_GEOMETRY_RINGS} rings" in _faults(_file(_feature(coordinates=rings)))[0]


def _box(west: float, east: float) -> list[list[list[float]]]:
    return [[[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]]]


def test_a_shape_across_the_180th_meridian_is_refused_with_the_remedy() -> None:
    """Drawn as it stands it would be a band around the earth."""
    (fault,) = _faults(_file(_feature(coordinates=_box(178, -179))))
    assert "features[0].geometry.coordinates[0]: expected shapes that do not cross" in fault
    assert "Write the longitudes east of that meridian as more than 180" in fault


def test_parts_on_both_sides_of_it_are_refused_too() -> None:
    """A file cut at the meridian, as RFC 7946 has it, is 360 degrees wide."""
    parts = (_feature(coordinates=_box(178, 180)), _feature("B", coordinates=_box(-180, -179)))
    (fault,) = _faults(_file(*parts))
    assert "found 360 degrees" in fault


def test_longitudes_beyond_180_mend_it() -> None:
    parts = (_feature(coordinates=_box(178, 180)), _feature("B", coordinates=_box(180, 181)))
    assert set(_decode(_file(*parts)).shapes) == {"A", "B"}


_LEAF = st.sampled_from([None, True, "A", "Polygon", "Feature", "division", 0, 1, 7.5, -181, 1e300])
_ANY = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "division"]), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(feature=_ANY, properties=_ANY, kind=_ANY, coordinates=_ANY, ring=st.lists(_ANY, max_size=6))
def test_any_json_is_either_read_or_refused(
    feature: object, properties: object, kind: object, coordinates: object, ring: list[object]
) -> None:
    """Whatever stands in any place of a file, the answer is never another error."""
    files = (
        _file(feature),
        _file({"type": "Feature", "properties": properties, "geometry": kind}),
        _file(_feature(type=kind)),
        _file(_feature(coordinates=coordinates)),
        _file(_feature(coordinates=[[*SQUARE[:4], *ring, [0, 0]]])),
    )
    for data in files:
        try:
            shapes = _decode(data).shapes
        except MalformedError:
            continue
        assert set(shapes) <= set(IDS)
