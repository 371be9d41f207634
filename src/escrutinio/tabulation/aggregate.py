"""From sheets and findings to a tally: what the sheets that count add up to.

Which sheets count is decided in ``treatment.py``; what the sums mean for a division, in
``division_tallies.py``. A figure that cannot be read adds nothing. Of a candidacy whose party lines
can be read in part, the readable ones are added, and the sheet is noted as unknown for that
candidacy.

Reference: design, sections 4 (Bulletin) and 5 (V14, V15).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from escrutinio.definition import (
    CandidacyCode,
    Contest,
    Definition,
)
from escrutinio.sheet import Roster, SheetTable
from escrutinio.sheet.checks.view import CheckView
from escrutinio.sheet.fields import category_field
from escrutinio.tabulation.division_tallies import areas_of, division_tallies
from escrutinio.tabulation.model import ContestTally, Histogram
from escrutinio.tabulation.registered import SheetRolls
from escrutinio.tabulation.treatment import NOTHING_ARRIVED, RANK, repeats_stations, treat_sheets

__all__ = ["tabulate"]


def tabulate(
    table: SheetTable, findings: pl.DataFrame, definition: Definition, roster: Roster
) -> ContestTally:
    """Add up the sheets that count.

    Args:
        table: the sheets of one contest.
        findings: of ``check_sheets`` for this table.
        definition: gives the divisions and their expected stations.
        roster: what is known of the stations beside the sheets.
    """
    treated = treat_sheets(table, findings, roster)
    view = CheckView(table, treated, lambda _: 0)
    counted = _with_figures(treated.filter(pl.col("treatment") == "counted"), view)
    sums = _sums_by_division(counted, view)
    stations = _best_rows(treated, view)
    counters = _stations_by_division(stations)
    missing = _caps_of_missing(stations, roster)
    leaf = (
        sums.join(counters, on="division", how="full", coalesce=True)
        .join(missing, on="division", how="full", coalesce=True)
        .fill_null(0)
    )
    totals = _roll_up(leaf, definition, table.contest)
    readable = counted.filter(pl.col("complete"))
    first_places, ties = _first_places(readable, table.contest)
    histograms = _histograms(readable, table.contest)
    codes = [item.code for item in table.contest.candidacies]
    return ContestTally(
        contest=table.contest.code,
        source=table.source,
        sheet_type=table.sheet_type,
        divisions=division_tallies(totals, definition, table),
        votes_per_sheet={code: histograms[f"votes.{code}"] for code in codes},
        others_per_sheet={code: histograms[f"others.{code}"] for code in codes},
        valid_per_sheet=histograms["valid"],
        first_places=first_places,
        ties=ties,
        registered_votes=SheetRolls.of(readable, table.contest),
    )


def _with_figures(counted: pl.DataFrame, view: CheckView) -> pl.DataFrame:
    """Add what later sums need: votes per candidacy, valid, cast, roll, register used, room."""
    contest = view.table.contest
    names = [f"votes.{item.code}" for item in contest.candidacies]
    valid = [
        category_field(item.code)
        for item in contest.categories
        if item.in_valid and view.table.has(category_field(item.code))
    ]
    frame = counted.with_columns(
        votes.alias(f"votes.{code}") for code, votes in view.candidacy_votes.items()
    )
    unreadable = {name: pl.col(name).is_null() for name in names}
    gaps = [code for code in view.candidacy_votes if frame[f"votes.{code}"].null_count()]
    is_unknown = pl.any_horizontal(list(unreadable.values()))
    frame = frame.with_columns(
        *[view.candidacy_votes_known[code].alias(f"votes.{code}") for code in gaps],
        *[where.alias(f"unknown:{name}") for name, where in unreadable.items()],
        (~is_unknown & _all_readable(valid)).alias("complete"),
        (is_unknown | ~_all_readable(view.ballot_fields)).alias("open"),
    )
    ballots = pl.sum_horizontal([*names, *view.ballot_fields])
    if contest.votes_allowed > 1:
        ballots = pl.coalesce(view.exact_cast, view.known_ballots)
    frame = frame.with_columns(
        pl.sum_horizontal([*names, *valid]).alias("valid"),
        ballots.alias("known_ballots"),
        view.roll.alias("known_roll"),
    )
    # A sheet with unreadable figures leaves the rest of its roll and cap open to them. Where a
    # ballot carries several votes, ballots already known can carry the unreadable ones too.
    least = pl.col("known_ballots") if contest.votes_allowed == 1 else pl.lit(0, dtype=pl.Int64)
    most = pl.max_horizontal("known_roll", "known_ballots")
    room = (pl.max_horizontal("cap", "known_ballots") - least).clip(lower_bound=0)
    room = pl.when(pl.col("cap").is_not_null()).then(room)
    return frame.with_columns(
        pl.when("open").then(least).otherwise(most).alias("used"),
        pl.when("open").then(room).otherwise(0).alias("room"),
    )


def _all_readable(fields: Sequence[str]) -> pl.Expr:
    if not fields:
        return pl.lit(value=True)
    return pl.all_horizontal([pl.col(field).is_not_null() for field in fields])


def _sums_by_division(counted: pl.DataFrame, view: CheckView) -> pl.DataFrame:
    contest, table = view.table.contest, view.table
    names = [f"votes.{item.code}" for item in contest.candidacies]
    fields = [*table.option_fields, *table.category_fields]
    has_roll = pl.col("known_roll").is_not_null() & (pl.col("known_roll") > 0)
    return counted.group_by("division").agg(
        pl.col([*names, *fields, "valid", "known_ballots", "used"]).sum(),
        *[pl.col(f"unknown:{name}").sum().cast(pl.Int64) for name in names],
        pl.col("known_roll").filter(has_roll).sum().alias("registered"),
        has_roll.sum().cast(pl.Int64).alias("registered_stations"),
        pl.col("known_ballots").filter(has_roll).sum().alias("cast_where_registered"),
        pl.col("room").sum().alias("room"),
        pl.col("room").is_null().sum().cast(pl.Int64).alias("rooms_unknown"),
        pl.col("open").sum().cast(pl.Int64).alias("unreadable"),
    )


def _best_rows(treated: pl.DataFrame, view: CheckView) -> pl.DataFrame:
    """Give one row per station: the best of its rows, and what all of them together say."""
    stations = treated.select(
        "station",
        "division",
        "cap",
        pl.col("treatment").to_physical().alias("rank"),
        (~pl.col("status").is_in(NOTHING_ARRIVED)).alias("arrived"),
        view.known_ballots.alias("known_ballots"),
    )
    if repeats_stations(stations):
        # A station is in one division: that of its best row.
        stations = (
            stations.sort("rank", "division", nulls_last=True)
            .group_by("station", maintain_order=True)
            .agg(
                pl.col("division", "cap", "rank").first(),
                pl.col("arrived").any(),
                pl.col("known_ballots").max(),
            )
        )
    return stations


def _caps_of_missing(stations: pl.DataFrame, roster: Roster) -> pl.DataFrame:
    """Add the caps of the listed stations of which no row says what became of their sheet."""
    if roster.stations is None:
        schema = {"division": pl.String, "missing_cap": pl.Int64, "missing_caps_unknown": pl.Int64}
        return pl.DataFrame(schema=schema)
    accounted = stations.filter(pl.col("rank") < RANK["missing"])
    everywhere = pl.lit(roster.contest.max_ballots_per_station, dtype=pl.Int64)
    return (
        roster.stations.join(accounted, on="station", how="anti")
        .with_columns(pl.coalesce("cap", everywhere).alias("cap"))
        .group_by(division="listed_division")
        .agg(
            pl.col("cap").sum().alias("missing_cap"),
            pl.col("cap").is_null().sum().cast(pl.Int64).alias("missing_caps_unknown"),
        )
    )


def _stations_by_division(stations: pl.DataFrame) -> pl.DataFrame:
    """Count stations by what became of them, with the caps of those held."""
    held = pl.col("rank") == RANK["held"]
    # A held station can end with the larger of its versions and its cap.
    most = pl.max_horizontal("cap", "known_ballots")
    return stations.group_by("division").agg(
        *[
            (pl.col("rank") == RANK[name]).sum().cast(pl.Int64).alias(name)
            for name in ("counted", "held", "closed", "out_of_catalogue")
        ],
        (pl.col("arrived") & (pl.col("rank") != RANK["out_of_catalogue"]))
        .sum()
        .cast(pl.Int64)
        .alias("received"),
        most.filter(held & pl.col("cap").is_not_null()).sum().alias("held_cap"),
        (held & pl.col("cap").is_null()).sum().cast(pl.Int64).alias("held_caps_unknown"),
    )


def _roll_up(leaf: pl.DataFrame, definition: Definition, contest: Contest) -> pl.DataFrame:
    """Add every division to its parents, level by level, up to the contest's own area."""
    depth = {item.division: len(definition.path_of(item.division)) for item in definition.divisions}
    parents = pl.DataFrame(
        [(item.division, item.parent, depth[item.division]) for item in definition.divisions],
        schema={"division": pl.String, "parent": pl.String, "depth": pl.Int64},
        orient="row",
    )
    figures = [name for name in leaf.columns if name != "division"]
    # Rows of stations outside the contest's divisions belong to its own area.
    known = pl.col("division").is_in([item.division for item in areas_of(definition, contest)])
    leaf = leaf.with_columns(
        pl.when(known).then("division").otherwise(pl.lit(contest.division)).alias("division")
    )
    collected = leaf
    current = leaf.join(parents, on="division", how="left")
    for level in range(max(depth.values()), depth[contest.division], -1):
        rising = current.filter(pl.col("depth") == level)
        risen = (
            rising.group_by("parent")
            .agg(pl.col(figures).sum())
            .rename({"parent": "division"})
            .join(parents, on="division", how="left")
        )
        collected = pl.concat([collected, risen.select(leaf.columns)])
        current = pl.concat(
            [current.filter(pl.col("depth") < level), risen.select(current.columns)]
        )
    return collected.group_by("division").agg(pl.col(figures).sum())


def _histograms(readable: pl.DataFrame, contest: Contest) -> Mapping[str, Histogram]:
    """Give the histograms of valid votes, and of each candidacy's and all others' votes."""
    codes = [item.code for item in contest.candidacies]
    figures = readable.select(
        "valid",
        *[f"votes.{code}" for code in codes],
        *[(pl.col("valid") - pl.col(f"votes.{code}")).alias(f"others.{code}") for code in codes],
    )
    # All columns in one call, so that the engine counts several of them at the same time.
    counts = figures.select(pl.all().value_counts().implode())
    return {name: _histogram(counts.item(0, name)) for name in counts.columns}


def _histogram(counts: pl.Series) -> Histogram:
    """Put pairs of a figure and its number of sheets in order."""
    values, sheets = counts.struct.unnest().get_columns()
    order = values.arg_sort(descending=True)
    return Histogram(tuple(values.gather(order)), tuple(sheets.gather(order)))


def _first_places(
    readable: pl.DataFrame, contest: Contest
) -> tuple[Mapping[CandidacyCode, int], int]:
    """Count the sheets each candidacy leads alone, and those with a shared first place."""
    names = [f"votes.{item.code}" for item in contest.candidacies]
    best = readable.select(pl.max_horizontal(names)).to_series()
    # One column after the other: an expression that names the best once per candidacy is worked
    # out once per candidacy.
    leads = readable.select(pl.col(names) == best)
    leaders = leads.select(pl.sum_horizontal(names)).to_series()
    alone = leads.select((pl.col(names) & (leaders == 1)).sum()).row(0, named=True)
    first_places = {item.code: alone[f"votes.{item.code}"] for item in contest.candidacies}
    return first_places, int((leaders > 1).sum())
