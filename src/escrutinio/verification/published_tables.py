"""Published Parquet files against those computed from the log, to be opened in a process apart.

The engine allocates what some damaged files ask for, and ends its process when there is not so
much memory. Nothing in that process can prevent it, so these functions are called in another.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import polars as pl

from escrutinio.errors import Fault
from escrutinio.verification.differences import MAX_DIFFERENCES

__all__ = ["TablePair", "compare_tables"]


@dataclass(frozen=True, slots=True)
class TablePair:
    """Two Parquet files with different bytes.

    Attributes:
        path: of the published one, for the error.
        computed: bytes of ours.
        published: bytes of theirs.
    """

    path: str
    computed: bytes
    published: bytes


def compare_tables(pair: TablePair) -> list[Fault]:
    """Name the first differences in content; none where only the packing differs."""
    return list(islice(_differences(pair), MAX_DIFFERENCES))


def _differences(pair: TablePair) -> Iterator[Fault]:
    path = pair.path
    ours = pl.read_parquet(io.BytesIO(pair.computed))
    try:
        rows = pl.scan_parquet(io.BytesIO(pair.published)).select(pl.len()).collect().item()
        if rows != ours.height:
            yield Fault(path, f"{ours.height} rows", f"{rows}")
            return
        theirs = pl.read_parquet(io.BytesIO(pair.published))
    except (
        pl.exceptions.PolarsError,
        # The engine panics on some damaged files; its panic is no ordinary exception.
        pl.exceptions.PanicException,
        OSError,
        ValueError,
    ) as error:
        yield Fault(path, "a Parquet file", ascii(str(error).partition("\n")[0])[1:-1][:200])
        return
    if theirs.schema != ours.schema:
        yield Fault(path, f"the columns {_shown(ours)}", _shown(theirs))
        return
    for column in ours.columns:
        differ = ours.get_column(column).ne_missing(theirs.get_column(column)).arg_true()
        for row in differ.to_list()[:MAX_DIFFERENCES]:
            expected, found = ours.get_column(column)[row], theirs.get_column(column)[row]
            place = f"{path}: row {row + 1}, column {column}"
            yield Fault(place, ascii(expected)[:80], ascii(found)[:80])


def _shown(frame: pl.DataFrame) -> str:
    columns = [f"{name}: {kind}" for name, kind in frame.schema.items()]
    return ascii(", ".join(columns))[1:-1][:400]
