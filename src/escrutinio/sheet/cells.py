"""From cells to figures: a number, or the state that says why there is none.

A figure is digits and nothing else: no sign, no decimals, no exponent. Everything else is a
fault with its place, unless the profile names it as special (``NA``, ``-``, ``Ilegible``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from escrutinio.errors import Fault
from escrutinio.sheet.fields import MAX_FIGURE, CellState, state_column
from escrutinio.sheet.profile import Profile

__all__ = ["ROW", "read_figures"]

#: Column with the record numbers while cells are read; no header can contain a zero byte.
ROW = "\0row"

#: Most faults noted per column; the caller stops at its own total.
MAX_COLUMN_FAULTS = 26


def read_figures(
    item: tuple[str, pl.DataFrame],
    columns: Mapping[str, str],
    profile: Profile,
    faults: list[Fault],
) -> pl.DataFrame:
    """Read one integer column per field, and a state column where some cell is no number.

    Args:
        item: file name and its records, with record numbers in the column ``ROW``.
        columns: field to column.
        profile: gives the special values and the thousands separator.
        faults: takes a fault per bad cell.
    """
    name, frame = item
    made: list[pl.Series] = []
    for field, column in columns.items():
        cells = frame.get_column(column)
        if cells.dtype.is_integer() and not (cells < 0).any():
            figures, states = _from_integers(cells, profile)
        else:
            figures, states = _from_text(cells.cast(pl.String), profile)
        bad = figures.is_null() & (states == CellState.NUMBER)
        bad |= (figures < 0) | (figures > MAX_FIGURE)
        if bad.any():
            _note_bad_cells(name, column, frame.filter(bad), faults)
        made.append(figures.alias(field))
        if figures.null_count():
            made.append(states.alias(state_column(field)))
    return pl.DataFrame(made)


def _from_integers(cells: pl.Series, profile: Profile) -> tuple[pl.Series, pl.Series]:
    # A figure beyond 64 bits becomes null while its state says number: a fault.
    figures = cells.cast(pl.Int64, strict=False)
    empty, number = (
        pl.lit(int(state), dtype=pl.UInt8) for state in (profile.special[""], CellState.NUMBER)
    )
    states = pl.select(pl.when(cells.is_null()).then(empty).otherwise(number)).to_series()
    return figures, states


def _from_text(cells: pl.Series, profile: Profile) -> tuple[pl.Series, pl.Series]:
    figures = cells.cast(pl.Int64, strict=False)
    # The engine's parser takes "+5" and "-0"; a sheet has no signs, but a profile may name "-1".
    is_signed = cells.str.starts_with("+") | cells.str.starts_with("-")
    if not figures.null_count() and not is_signed.any():
        return figures, pl.repeat(int(CellState.NUMBER), len(cells), dtype=pl.UInt8, eager=True)
    text = cells.fill_null("").str.strip_chars()
    states = text.replace_strict(
        {special: int(state) for special, state in profile.special.items()},
        default=int(CellState.NUMBER),
        return_dtype=pl.UInt8,
    )
    is_figure = text.str.contains("^[0-9]+$")
    if separator := profile.layout.thousands:
        # Only whole groups of three: "1.5" may be one and a half, never fifteen.
        is_figure |= text.str.contains(f"^[0-9]{{1,3}}({re.escape(separator)}[0-9]{{3}})+$")
        text = text.str.replace_all(separator, "", literal=True)
    again = text.cast(pl.Int64, strict=False)
    return again.set(~is_figure | (states != CellState.NUMBER), None), states


def _note_bad_cells(name: str, column: str, bad: pl.DataFrame, faults: list[Fault]) -> None:
    expected = f"a whole number from 0 to {MAX_FIGURE}"
    remedy = "If the text has a meaning (not read, dash), name it in the profile's [special]."
    for row, cell in bad.select(ROW, column).head(MAX_COLUMN_FAULTS).iter_rows():
        text = str(cell)
        is_figure = text.strip("+-").replace(".", "", 1).isdigit()
        faults.append(
            Fault(
                f"{name}: row {row}, column {column}",
                expected,
                repr(text[:40]),
                "" if is_figure else remedy,
            )
        )
