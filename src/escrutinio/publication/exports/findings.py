"""The findings of all contests, one row each.

Format page: docs/formats/exports.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from escrutinio.publication.cut import ContestCut

__all__ = ["finding_rows"]


def finding_rows(contests: Sequence[ContestCut], findings: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Make the table.

    Args:
        contests: of the bulletin.
        findings: of each contest, from ``find_findings``.

    Returns:
        Contest by contest; findings about a whole table first, then in the order of the stations,
        of the entries and of the codes.
    """
    return pl.concat(
        [_of_contest(cut, found) for cut, found in zip(contests, findings, strict=True)]
    )


def _of_contest(cut: ContestCut, findings: pl.DataFrame) -> pl.DataFrame:
    entries = pl.DataFrame({"entry": pl.Series(cut.records.entries, dtype=pl.Int64)})
    return (
        findings.join(entries.with_row_index("index"), on="index", how="left")
        .select(
            pl.lit(str(cut.contest.code)).alias("contest"),
            "station",
            "entry",
            "code",
            "severity",
            "fields",
            "expected",
            "found",
        )
        .sort("station", "entry", "code", "fields", "expected", "found", nulls_last=False)
    )
