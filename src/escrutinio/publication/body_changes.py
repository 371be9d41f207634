"""What changed between two bulletins, station by station.

A station that was missing and is counted now is the ordinary case and only a number. Every other
change has an item of its own: a sheet held, released, annulled or corrected, a station moved,
closed or gone.

Format page: docs/formats/bulletin-body.md.
"""

from __future__ import annotations

import polars as pl

from escrutinio.primitives import JsonValue

__all__ = ["find_new_stations", "list_changes"]

#: Words of a change, in the order of the columns they are made of.
_WORDS = (
    "station",
    "from",
    "from_division",
    "from_entry",
    "from_why",
    "to",
    "division",
    "entry",
    "why",
)
_COMPARED = ("treatment", "division", "entry", "reason")


def list_changes(before: pl.DataFrame, now: pl.DataFrame) -> list[JsonValue]:
    """List the stations that changed otherwise than from missing to counted.

    Args:
        before: the rows of one contest in the bulletin before.
        now: the same in this one.

    Returns:
        In the order of the stations, one item for each whose treatment, entry or division is
        another; a side that has no row of the station is null.
    """
    joined = _joined(before, now)
    is_other = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_before"))
        for name in ("treatment", "division", "entry")
    )
    stayed = pl.coalesce("division_before", "division").eq_missing(pl.col("division"))
    changed = joined.filter(is_other & ~(_is_new() & stayed))
    columns = ("station", *(f"{name}_before" for name in _COMPARED), *_COMPARED)
    return [dict(zip(_WORDS, row, strict=True)) for row in changed.select(columns).iter_rows()]


def find_new_stations(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Count the stations that were missing in the bulletin before and are counted now.

    Returns:
        ``division`` and ``new``.
    """
    new = _joined(before, now).filter(_is_new())
    return new.group_by("division").agg(pl.len().cast(pl.Int64).alias("new"))


def _joined(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    columns = ["station", *_COMPARED]
    return (
        now.select(columns)
        .join(before.select(columns), on="station", how="full", coalesce=True, suffix="_before")
        .sort("station")
    )


def _is_new() -> pl.Expr:
    # Where the stations are not listed, a missing one has no row.
    was_missing = pl.col("treatment_before").fill_null("missing") == "missing"
    return was_missing & pl.col("treatment").eq_missing(pl.lit("counted"))
