"""What became of every station, and what the counted sheets add up to."""

from __future__ import annotations

import polars as pl

from escrutinio.tabulation.aggregate import tabulate
from escrutinio.tabulation.ledger.ledger import Ledger
from escrutinio.tabulation.ledger.rows import RecordRows
from escrutinio.tabulation.ledger.withdrawals import table_for_totals
from escrutinio.tabulation.model import ContestTally
from escrutinio.tabulation.treatment import repeats_stations, treat_sheets

__all__ = ["TREATMENT_SCHEMA", "tabulate_rows", "treatment_rows"]

#: Columns of ``treatment_rows``.
TREATMENT_SCHEMA = {
    "contest": pl.String,
    "station": pl.String,
    "division": pl.String,
    "treatment": pl.String,
    "entry": pl.Int64,
    "version": pl.Int64,
    "reason": pl.String,
}


def tabulate_rows(ledger: Ledger, rows: RecordRows) -> ContestTally:
    """Add up the sheets that count, under the definition in force.

    Args:
        ledger: at the place the rows are of.
        rows: of one contest.

    Returns:
        The tally; its candidacies are those of the contest in force.

    Raises:
        ValueError: the ledger has gone on.
    """
    rows.verify_place(ledger)
    changes = [item for item in ledger.withdrawals if item.contest == rows.position]
    table = table_for_totals(rows.table, changes)
    return tabulate(table, rows.holds, rows.definition, rows.roster)


def treatment_rows(rows: RecordRows) -> pl.DataFrame:
    """Say what became of every station that is expected or has sheets.

    Returns:
        One row per station, in order of its id. ``treatment`` is counted, held, closed, missing or
        out_of_catalogue; ``entry`` and ``version`` are of the sheet behind it, null where there is
        none; ``reason`` as in ``rows.py``, empty where there is nothing to say. Of several
        readings of one station the best stands, and of equal ones the first.
    """
    treated = treat_sheets(rows.table, rows.holds, rows.roster).select(
        "station",
        "division",
        "treatment",
        pl.Series("entry", rows.entries, dtype=pl.Int64),
        pl.Series("version", rows.versions, dtype=pl.Int64),
        pl.Series("reason", rows.reasons, dtype=pl.String),
    )
    if repeats_stations(treated):
        rank = pl.col("treatment").to_physical()
        treated = treated.sort(rank, maintain_order=True).unique("station", keep="first")
    treated = treated.cast({"treatment": pl.String})
    without = _without_sheet(rows).join(treated, on="station", how="anti")
    return (
        pl.concat([treated, without.select(treated.columns)])
        .with_columns(pl.lit(rows.contest.code, dtype=pl.String).alias("contest"))
        .select(list(TREATMENT_SCHEMA))
        .sort("station")
    )


def _without_sheet(rows: RecordRows) -> pl.DataFrame:
    """Give the listed stations, and those with sheets of which none is effective, as missing."""
    unapproved = pl.DataFrame({"station": sorted(rows.unapproved)}, schema={"station": pl.String})
    unapproved = unapproved.with_columns(pl.lit("not_approved").alias("reason"))
    if rows.roster.stations is None:
        stations = unapproved.with_columns(pl.lit(None, dtype=pl.String).alias("division"))
        treatment = pl.lit("missing")
    else:
        listed = rows.roster.stations.select(
            "station",
            pl.col("listed_division").alias("division"),
            pl.lit(value=True).alias("listed"),
        )
        stations = listed.join(unapproved, on="station", how="full", coalesce=True)
        treatment = pl.when("listed").then(pl.lit("missing"))
        treatment = treatment.otherwise(pl.lit("out_of_catalogue"))
    return stations.with_columns(
        treatment.alias("treatment"),
        pl.lit(None, dtype=pl.Int64).alias("entry"),
        pl.lit(None, dtype=pl.Int64).alias("version"),
        pl.col("reason").fill_null(""),
    )
