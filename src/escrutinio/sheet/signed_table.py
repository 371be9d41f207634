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
from escrutinio.sheet.tally_sheet import Figure, FormFigure, TallySheet, find_contest

__all__ = ["signed_sheets_table"]

_FIELDS: Mapping[FormFigure, str] = {
    FormFigure.REGISTERED: "registered",
    FormFigure.ADMITTED: "admitted",
    FormFigure.BALLOTS: "stated.cast",
    FormFigure.STATED_VALID: "stated.valid",
    FormFigure.STATED_CAST: "twin.stated.cast",
}
#: Stands for a figure that the form does not have, while columns are made; no figure is negative.
_NOT_ON_FORM = -1


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
    columns = dict(_identity(sheets))
    fields = []
    for field, figures in _columns(sheets, contest):
        fields.append(field)
        columns[field], states = _series(figures)
        if states is not None:
            columns[state_column(field)] = states
    frame = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    return SheetTable(contest, source, sheet_type, (source,), tuple(fields), frame)


def _refuse_others(sheets: Sequence[TallySheet], definition: Definition, contest: Contest) -> None:
    for number, sheet in enumerate(sheets, start=1):
        where = f"sheet {number}, station {sheet.station}"
        found = find_contest(sheet, definition, where)
        if found.code != contest.code:
            expected = f"the contest {contest.code}"
            raise RefusedError.of(Fault(f"{where}: 4, contest", expected, found.code))


def _identity(sheets: Sequence[TallySheet]) -> Iterable[tuple[str, pl.Series]]:
    count = len(sheets)
    status = SheetStatus.SHEET.value
    yield "station", pl.Series([sheet.station for sheet in sheets], dtype=pl.String)
    yield "division", pl.repeat(None, count, dtype=pl.String, eager=True)
    yield "status", pl.repeat(status, count, dtype=pl.String, eager=True)
    yield "file", pl.repeat(0, count, dtype=pl.UInt16, eager=True)
    yield "row", pl.int_range(1, count + 1, dtype=pl.UInt32, eager=True)


def _columns(
    sheets: Sequence[TallySheet], contest: Contest
) -> Iterable[tuple[str, Sequence[Figure]]]:
    lines = [option_field(item.code) for item in contest.options]
    lines = lines or [candidacy_field(item.code) for item in contest.candidacies]
    categories = [category_field(item.code) for item in contest.categories]
    for names, rows in (
        (lines, [sheet.votes for sheet in sheets]),
        (categories, [sheet.categories for sheet in sheets]),
    ):
        turned = zip(*rows, strict=True) if rows else [()] * len(names)
        yield from zip(names, turned, strict=True)
    for key, field in _FIELDS.items():
        figures = [sheet.figures.get(key, _NOT_ON_FORM) for sheet in sheets]
        if any(figure != _NOT_ON_FORM for figure in figures):
            yield field, figures


def _series(figures: Sequence[Figure]) -> tuple[pl.Series, pl.Series | None]:
    """Give the figures, and their states where some figure is no number."""
    column = pl.Series(figures, dtype=pl.Int64)
    is_absent = column == _NOT_ON_FORM
    if not column.null_count() and not is_absent.any():
        return column, None
    states = pl.select(
        pl.when(column.is_null())
        .then(int(CellState.ILLEGIBLE))
        .when(is_absent)
        .then(int(CellState.NOT_ON_SOURCE))
        .otherwise(int(CellState.NUMBER))
        .cast(pl.UInt8)
    ).to_series()
    return column.set(is_absent.fill_null(value=False), None), states
