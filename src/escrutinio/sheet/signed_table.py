"""From signed sheets to the sheet table, so that checks and tabulation are written once.

=====================  ============================================
on the signed sheet    field of the table
=====================  ============================================
7, registered          ``registered``
8, admitted            ``admitted``
9, ballots in the box  ``stated.cast``
10, votes              ``option.<code>``, else ``candidacy.<code>``
11, tally categories   ``category.<code>``
12, stated valid       ``stated.valid``
13, stated ballots     ``twin.stated.cast``
=====================  ============================================

A figure nobody can read is null with the state *illegible*; one that a form does not have is null
with the state *not on this source*, or has no column where no sheet has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from escrutinio.definition import Contest, Definition, SheetType
from escrutinio.errors import Fault, RefusedError
from escrutinio.sheet.fields import (
    CellState,
    SheetStatus,
    candidacy_field,
    category_field,
    option_field,
    state_column,
)
from escrutinio.sheet.table import SheetTable
from escrutinio.sheet.tally_sheet import NOT_ON_FORM, Figure, FormFigure, TallySheet, find_contest

__all__ = ["SignedFigures", "figures_table", "signed_sheets_table"]

#: Field of each figure of the form, in the order of ``FormFigure``.
_FIELDS = ("registered", "admitted", "stated.cast", "stated.valid", "twin.stated.cast")


@dataclass(frozen=True, slots=True)
class SignedFigures:
    """The figures of the signed sheets of one contest, sheet by sheet.

    Attributes:
        stations: id of the station of each sheet.
        votes: of each, in the order of the ballot; None where illegible.
        categories: of each, in the order of the contest; None where illegible.
        form: of each, in the order of ``FormFigure``; ``NOT_ON_FORM`` where the form has none.
        beside: further fields that do not stand on the sheets, with a figure for each.
    """

    stations: Sequence[str]
    votes: Sequence[Sequence[Figure]]
    categories: Sequence[Sequence[Figure]]
    form: Sequence[Sequence[Figure]]
    beside: Mapping[str, Sequence[Figure]] = field(default_factory=dict)


def signed_sheets_table(
    sheets: Sequence[TallySheet],
    definition: Definition,
    contest: Contest,
    *,
    source: str,
    sheet_type: SheetType = SheetType.MACHINE,
) -> SheetTable:
    """Build the table of the sheets of one contest.

    **The signatures must have been verified**; figures of unverified sheets are anybody's.

    Args:
        sheets: in any order; row n of the table is the n-th, the first being 1.
        definition: the election.
        contest: of which all the sheets are.
        source: name of the log or file they come from.
        sheet_type: how the figures came onto them.

    Raises:
        RefusedError: a sheet is not of this election or contest, or has another number of
            votes or tally categories.
    """
    _refuse_others(sheets, definition, contest)
    figures = SignedFigures(
        stations=[sheet.station for sheet in sheets],
        votes=[sheet.votes for sheet in sheets],
        categories=[sheet.categories for sheet in sheets],
        form=[[sheet.figures.get(key, NOT_ON_FORM) for key in FormFigure] for sheet in sheets],
    )
    return figures_table([figures], contest, source=source, sheet_type=sheet_type)


def figures_table(
    batches: Iterable[SignedFigures], contest: Contest, *, source: str, sheet_type: SheetType
) -> SheetTable:
    """Build the table of figures whose number is that of the contest.

    Args:
        batches: at least one, all with the same fields beside; row n of the table is of the n-th
            sheet in them, the first being 1.
        contest: of which all the sheets are.
        source: name of the log or file they come from.
        sheet_type: how the figures came onto them.
    """
    lines = [option_field(item.code) for item in contest.options]
    lines = lines or [candidacy_field(item.code) for item in contest.candidacies]
    categories = [category_field(item.code) for item in contest.categories]
    frame = pl.concat([_frame(figures, lines, categories) for figures in batches])
    fields = frame.columns[1:]
    frame = frame.select(*_identity(), *fields)
    # A column of figures that no form has is no column; of votes and categories all forms have.
    optional = [name for name in fields if name not in {*lines, *categories}]
    nowhere = set(_true_names(frame.select(_is_absent(name).all() for name in optional)))
    fields = [name for name in fields if name not in nowhere]
    odd = _true_names(frame.select(_is_odd(name).any() for name in fields))
    frame = frame.drop(nowhere).with_columns(
        *[_state(name) for name in odd],
        *[pl.when(~_is_absent(name)).then(name).alias(name) for name in odd],
    )
    return SheetTable(contest, source, sheet_type, (source,), tuple(fields), frame)


def _refuse_others(sheets: Sequence[TallySheet], definition: Definition, contest: Contest) -> None:
    for number, sheet in enumerate(sheets, start=1):
        where = f"sheet {number}, station {sheet.station}"
        found = find_contest(sheet, definition, where)
        if found.code != contest.code:
            expected = f"the contest {contest.code}"
            raise RefusedError.of(Fault(f"{where}: 4, contest", expected, found.code))


def _frame(figures: SignedFigures, lines: Sequence[str], categories: Sequence[str]) -> pl.DataFrame:
    beside = [
        pl.Series(name, values, dtype=pl.Int64).to_frame()
        for name, values in figures.beside.items()
    ]
    return pl.concat(
        [
            pl.DataFrame({"station": figures.stations}, schema={"station": pl.String}),
            _columns(lines, figures.votes),
            _columns(categories, figures.categories),
            _columns(_FIELDS, figures.form),
            *beside,
        ],
        how="horizontal",
    )


def _identity() -> tuple[pl.Expr, ...]:
    return (
        pl.col("station"),
        pl.lit(None, dtype=pl.String).alias("division"),
        pl.lit(SheetStatus.SHEET.value).alias("status"),
        pl.lit(0, dtype=pl.UInt16).alias("file"),
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("row"),
    )


def _columns(fields: Sequence[str], rows: Sequence[Sequence[Figure]]) -> pl.DataFrame:
    """Turn one sequence of figures per sheet into one column per field."""
    # One long column that is taken apart: three times as fast as turning the rows in Python.
    figures = pl.Series("figures", list(chain.from_iterable(rows)), dtype=pl.Int64).to_frame()
    width = len(fields)
    return figures.select(
        pl.col("figures").gather_every(width, at).alias(name) for at, name in enumerate(fields)
    )


def _is_absent(name: str) -> pl.Expr:
    """Say of each figure whether the form has none; one that nobody can read is there."""
    return (pl.col(name) == NOT_ON_FORM).fill_null(value=False)


def _is_odd(name: str) -> pl.Expr:
    return pl.col(name).is_null() | (pl.col(name) == NOT_ON_FORM)


def _state(name: str) -> pl.Expr:
    return (
        pl.when(pl.col(name).is_null())
        .then(int(CellState.ILLEGIBLE))
        .when(_is_absent(name))
        .then(int(CellState.NOT_ON_SOURCE))
        .otherwise(int(CellState.NUMBER))
        .cast(pl.UInt8)
        .alias(state_column(name))
    )


def _true_names(answers: pl.DataFrame) -> list[str]:
    """Name the columns of one row that are true."""
    return [name for name, is_true in answers.row(0, named=True).items() if is_true]
