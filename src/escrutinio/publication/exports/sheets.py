"""One row per station and sheet of a contest, with every figure of the sheet.

The figures are those of the form, as it was printed: a candidacy that withdrew has its columns.
A figure that is no number is an empty cell, and the column ``states`` says what stands there.

Format page: docs/formats/exports.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from escrutinio.definition import Definition
from escrutinio.publication.cut import ContestCut
from escrutinio.publication.exports.divisions import guard_cell
from escrutinio.sheet import CellState
from escrutinio.sheet.fields import candidacy_field, category_field, option_field, state_column

__all__ = ["sheet_rows"]

#: Fields that every form is asked for, so that early and late bulletins have the same columns.
_COMMON = ("registered", "admitted", "check_ins", "stated.cast")
_STATES = {
    CellState.EMPTY: "empty",
    CellState.DASH: "dash",
    CellState.ILLEGIBLE: "illegible",
    CellState.NOT_ON_SOURCE: "not_on_form",
}


def sheet_rows(definition: Definition, cut: ContestCut) -> pl.DataFrame:
    """Make the table of one contest.

    Args:
        definition: the election, as amended.
        cut: the contest.

    Returns:
        The rows of ``rows.csv`` in their order, with the columns of ``SHEET_COLUMNS``.
    """
    table = cut.records.table
    fields = _fields(cut)
    shown = [field for field in fields if field in table.fields]
    frame = table.frame.with_columns(pl.Series("entry", cut.records.entries, dtype=pl.Int64))
    sheets = frame.select(
        "station",
        "entry",
        "status",
        _hex("digest", cut.records.digests),
        _hex("copy", cut.records.copies),
        *shown,
        _states(frame, shown).alias("states"),
    )
    levels = [f"{kind}.{item.code}" for item in definition.levels for kind in ("level", "name")]
    return (
        cut.rows.join(cut.records.roster.listing, on="station", how="left", maintain_order="left")
        .join(_paths(definition), on="division", how="left", maintain_order="left")
        # The widest comes last, and is copied once.
        .join(sheets, on=["station", "entry"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.lit(None, dtype=pl.Int64).alias(field) for field in fields if field not in shown
        )
        .select(
            "contest",
            "station",
            *levels,
            "division",
            "kind",
            "polling_place",
            "treatment",
            "reason",
            "entry",
            "version",
            "status",
            "digest",
            "copy",
            "roll",
            "max_ballots",
            *fields,
            "states",
        )
    )


def _fields(cut: ContestCut) -> list[str]:
    """List the figures: those every form has, then whatever else this source shows."""
    form = cut.form
    votes = [option_field(item.code) for item in form.options]
    votes = votes or [candidacy_field(item.code) for item in form.candidacies]
    categories = [category_field(item.code) for item in form.categories]
    return list(dict.fromkeys([*_COMMON, *votes, *categories, *cut.records.table.fields]))


def _hex(name: str, digests: Sequence[bytes | None]) -> pl.Series:
    return pl.Series(name, digests, dtype=pl.Binary).bin.encode("hex")


def _states(frame: pl.DataFrame, fields: Sequence[str]) -> pl.Series:
    """Name the figures that are no number: ``option.a1:illegible option.a2:empty``."""
    shown = [field for field in fields if state_column(field) in frame.columns]
    words = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    if not shown:
        return words
    # Nearly every sheet has numbers only, so the words are made for the rest alone.
    is_odd = pl.any_horizontal(pl.col(map(state_column, shown)) != int(CellState.NUMBER))
    # A station closed without a sheet has a row of the table, and no form.
    places = frame.select(is_odd & pl.col("entry").is_not_null()).to_series().arg_true()
    named = [
        pl.when(pl.col(state_column(field)) == int(state)).then(pl.lit(f"{field}:{word}"))
        for field in shown
        for state, word in _STATES.items()
    ]
    odd = frame[places].select(pl.concat_str(named, separator=" ", ignore_nulls=True))
    return words.scatter(places, odd.to_series())


def _paths(definition: Definition) -> pl.DataFrame:
    """Give for each division the id and the name of the division of each level around it."""
    places = definition.division_by_id
    rows = []
    for item in definition.divisions:
        around = {places[outer].level: outer for outer in definition.path_of(item.division)}
        ids = [around.get(level.code) for level in definition.levels]
        names = [None if outer is None else guard_cell(places[outer].name) for outer in ids]
        rows.append((item.division, *ids, *names))
    columns = [f"{kind}.{level.code}" for kind in ("level", "name") for level in definition.levels]
    schema = dict.fromkeys(["division", *columns], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")
