"""What becomes of each row of a table of sheets.

The first that fits:

1. ``out_of_catalogue``  the station is not in the definition
2. ``missing``           the source has no sheet of it; the station stays outstanding
3. ``closed``            annulled, not installed or merged; the station adds no votes
4. ``held``              lost, destroyed, challenged, or a finding of severity block or hold
5. ``repeated``          a sheet of this station is counted already; the first record counts
6. ``counted``           in the totals

A station takes the best of its rows: counted, then held, then closed, then missing.

Reference: design, section 4 (Bulletin); decision 0003.
"""

from __future__ import annotations

import polars as pl

from escrutinio.sheet import Roster, SheetStatus, SheetTable, is_held

__all__ = ["NOTHING_ARRIVED", "RANK", "repeats_stations", "treat_sheets"]

_CLOSED = [status.value for status in SheetStatus if status.is_closed]
_MISSING = [status.value for status in SheetStatus if status.is_missing]
_HELD = [status.value for status in SheetStatus if status.is_held]
NOTHING_ARRIVED = [*_MISSING, SheetStatus.NOT_INSTALLED.value, SheetStatus.MERGED.value]
#: Treatments from the best to the worst.
RANK = {"counted": 0, "repeated": 1, "held": 2, "closed": 3, "missing": 4, "out_of_catalogue": 5}
#: Their column holds the rank and shows the name.
_TREATMENT = pl.Enum(list(RANK))


def treat_sheets(table: SheetTable, findings: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """Say what becomes of every row.

    Returns:
        The roster's frame with a column ``treatment`` (see the module) and with ``division``
        replaced by the listed one where there is a list.
    """
    frame = roster.attach(table)
    held = findings.filter(is_held()).get_column("index").drop_nulls().unique()
    status = pl.col("status")
    frame = frame.with_columns(
        pl.coalesce("listed_division", "division").alias("division"),
        pl.when(~pl.col("known"))
        .then(_treatment("out_of_catalogue"))
        .when(status.is_in(_MISSING))
        .then(_treatment("missing"))
        .when(status.is_in(_CLOSED))
        .then(_treatment("closed"))
        .when(status.is_in(_HELD) | pl.col("index").is_in(held.implode()))
        .then(_treatment("held"))
        .otherwise(_treatment("counted"))
        .alias("treatment"),
    )
    if not repeats_stations(frame):
        return frame
    is_counted = pl.col("treatment") == "counted"
    is_later = pl.int_range(pl.len()).over("station", "treatment") > 0
    treatment = pl.when(is_counted & is_later).then(_treatment("repeated")).otherwise("treatment")
    return frame.with_columns(treatment.alias("treatment"))


def _treatment(name: str) -> pl.Expr:
    return pl.lit(name, dtype=_TREATMENT)


def repeats_stations(frame: pl.DataFrame) -> bool:
    """Say whether some station has more than one row; most tables have none, and skip much."""
    return frame.get_column("station").n_unique() < frame.height
