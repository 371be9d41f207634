"""Parquet: text and whole numbers only, and a damaged file is a fault like any other."""

from __future__ import annotations

import io
from datetime import date

import polars as pl
import pytest

from escrutinio.errors import MalformedError
from escrutinio.sheet import decode_parquet
from tests.unit.sheet.profiles import profile


def _stored(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


def test_text_and_whole_numbers_are_read() -> None:
    """Unnamed columns are left out, and missing ones are left to the profile to name."""
    frame = pl.DataFrame(
        {
            "a": ["1", None],
            "b": pl.Series([1, None], dtype=pl.UInt16),
            "c": pl.Series(["x", "y"], dtype=pl.Categorical),
            "d": pl.Series(["x", "y"], dtype=pl.Enum(["x", "y"])),
            "e": pl.Series([None, None], dtype=pl.Null),
            "f": [1.5, 2.5],
        }
    )
    read = decode_parquet(_stored(frame), "a.parquet", ["a", "b", "c", "d", "e", "z"])
    assert read.columns == ["a", "b", "c", "d", "e"]
    assert read.cast(pl.String).rows() == [("1", "1", "x", "x", None), (None, None, "y", "y", None)]


@pytest.mark.parametrize(
    "column",
    [[1.0, 2.0], [True, False], [[1], [2]], [{"x": 1}, {"x": 2}], [date(2030, 1, 1)] * 2],
    ids=["fractions", "booleans", "lists", "structs", "dates"],
)
def test_other_types_are_refused(column: list[object]) -> None:
    """A float cannot hold every count exactly, and rounding is nobody's right."""
    data = _stored(pl.DataFrame({"a": column}))
    with pytest.raises(MalformedError, match="column a: expected text or whole numbers"):
        decode_parquet(data, "a.parquet", ["a"])


@pytest.mark.parametrize(
    "data",
    [b"PAR1", b"PAR1" + bytes(100), b"PAR1" + b"x" * 100 + b"PAR1", b"a,b\n1,2\n", b""],
    ids=["a beginning", "zeros", "noise", "text", "nothing"],
)
def test_another_file_is_refused(data: bytes) -> None:
    """A file named .parquet may be anything."""
    with pytest.raises(MalformedError, match="expected a Parquet file"):
        decode_parquet(data, "a.parquet", ["a"])


def test_a_damaged_file_is_refused_even_where_the_engine_panics() -> None:
    """A flipped byte makes the engine stop in ways that are no ordinary exceptions."""
    whole = _stored(pl.DataFrame({"a": ["x", "y"] * 50, "b": list(range(100))}))
    refused = 0
    # Only lengths at the end are changed: other places make some engines ask for more memory
    # than there is, and that ends the process.
    for place in range(len(whole) - 8, len(whole)):
        data = bytearray(whole)
        data[place] ^= 0x5A
        with pytest.raises(MalformedError):
            decode_parquet(bytes(data), "a.parquet", ["a", "b"])
        refused += 1
    assert refused == 8


def test_too_many_records_are_refused_before_they_are_read() -> None:
    """A few kilobytes can claim a billion records."""
    data = _stored(pl.DataFrame({"a": pl.repeat(0, 5_000_001, dtype=pl.UInt8, eager=True)}))
    with pytest.raises(MalformedError, match="at most 5000000 records"):
        decode_parquet(data, "a.parquet", ["a"])


def test_columns_a_profile_needs_are_all_it_reads() -> None:
    """A wide file costs only what is used of it."""
    assert profile().source_columns() == ("MESA", "A", "B", "NULOS")
