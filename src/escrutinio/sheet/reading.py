"""From cells to the sheet table, by an import profile.

``read_sheets`` turns frames of texts (or of integers, from Parquet) into one ``SheetTable`` per
contest. What an identifier or a status means is decided here; figures are read in ``cells.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from escrutinio.definition import Definition
from escrutinio.errors import Fault, MalformedError, UsageError
from escrutinio.sheet.cells import ROW, read_figures
from escrutinio.sheet.fields import CellState, SheetStatus, state_column
from escrutinio.sheet.profile import IdRule, Profile
from escrutinio.sheet.table import SheetTable

__all__ = ["FileCells", "read_sheets"]

#: Most faults reported of one file; a wrong profile would otherwise print one per cell.
MAX_FAULTS = 25
#: Longest cell text kept as an id.
MAX_ID = 64

#: Column with the index of the file while cells are read.
FILE = "\0file"

FileCells = tuple[str, pl.DataFrame]


def read_sheets(
    files: Sequence[FileCells], profile: Profile, definition: Definition
) -> tuple[SheetTable, ...]:
    """Build one sheet table per contest of the profile.

    Args:
        files: name and cells of each file; all have the columns the profile reads.
        profile: where everything stands.
        definition: the contests.

    Raises:
        MalformedError: a column is missing, a cell is not a figure, a station has no id, or a
            status has no meaning; with every fault up to ``MAX_FAULTS``.
    """
    faults: list[Fault] = []
    taken = [_take_rows(index, item, profile, faults) for index, item in enumerate(files)]
    _stop_at(faults)
    identity = pl.concat([_identity(item, profile, faults) for item in taken])
    tables = []
    for columns in profile.contests:
        contest = definition.contest(columns.contest)
        if contest is None:
            raise UsageError.of(
                Fault("profile", "a contest of the definition", str(columns.contest))
            )
        figures = pl.concat(
            [read_figures(item, columns.columns, profile, faults) for item in taken],
            how="diagonal",
        )
        # A file without such a cell has no state column; all its cells are numbers.
        states = pl.selectors.starts_with(state_column(""))
        figures = figures.with_columns(states.fill_null(int(CellState.NUMBER)))
        tables.append(
            SheetTable(
                contest,
                profile.source,
                profile.sheet_type,
                tuple(name for name, _ in files),
                tuple(columns.columns),
                pl.concat([identity, figures], how="horizontal"),
            )
        )
    _stop_at(faults)
    return tuple(tables)


def _stop_at(faults: Sequence[Fault]) -> None:
    if len(faults) > MAX_FAULTS:
        # The readers stop counting early, so the rest has no exact number.
        rest = Fault("more", "no further faults", f"at least {len(faults) - MAX_FAULTS} more")
        raise MalformedError.of(*faults[:MAX_FAULTS], rest)
    if faults:
        raise MalformedError.of(*faults)


def _take_rows(
    index: int, item: FileCells, profile: Profile, faults: list[Fault]
) -> tuple[str, pl.DataFrame]:
    """Check the columns, number the records and keep those the profile takes."""
    name, cells = item
    for column in profile.source_columns():
        if column not in cells.columns:
            shown = ", ".join(repr(known) for known in cells.columns[:40])
            faults.append(Fault(f"{name}: header", f"a column {column!r}", f"columns {shown}"))
    if not cells.height:
        faults.append(Fault(name, "at least one record", "a header without records"))
    if faults:
        return name, cells
    frame = cells.select(profile.source_columns()).with_columns(
        pl.lit(index, dtype=pl.UInt16).alias(FILE),
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias(ROW),
    )
    for column, values in profile.rows.items():
        frame = frame.filter(pl.col(column).cast(pl.String).str.strip_chars().is_in(list(values)))
    if profile.rows and not frame.height:
        wanted = "; ".join(f"{column} in {list(values)}" for column, values in profile.rows.items())
        faults.append(Fault(name, f"records with {wanted}", "none"))
    return name, frame


def _identity(
    item: tuple[str, pl.DataFrame], profile: Profile, faults: list[Fault]
) -> pl.DataFrame:
    name, frame = item
    columns: list[pl.Expr] = [_id_expression(profile.station).alias("station")]
    if profile.division is None:
        columns.append(pl.lit(None, dtype=pl.String).alias("division"))
    else:
        columns.append(_id_expression(profile.division).alias("division"))
    columns.append(_status_expression(profile).alias("status"))
    for alias, rule in (("also_station", profile.also_station), ("image", profile.image)):
        if rule is not None:
            columns.append(_id_expression(rule).alias(alias))
    for what, (column, value) in profile.identity.items():
        columns.append((_text(column) != value).alias(f"wrong:{what}"))
    columns += _mark_expressions(profile)
    columns += [pl.col(FILE).alias("file"), pl.col(ROW).alias("row")]
    identity = frame.select(columns)
    _note_bad_ids(name, identity, frame, profile, faults)
    return identity


def _mark_expressions(profile: Profile) -> list[pl.Expr]:
    """Give a column per mark; several columns of the source may set the same one."""
    found: dict[str, list[pl.Expr]] = {}
    for marks in profile.marks:
        for text, mark in marks.values.items():
            found.setdefault(mark, []).append(_text(marks.column) == text)
    return [pl.any_horizontal(cells).alias(f"mark:{mark}") for mark, cells in found.items()]


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("").str.strip_chars()


def _id_expression(rule: IdRule) -> pl.Expr:
    """Give the id, or null where a piece is empty or its pattern does not match."""
    pieces = []
    for part in rule.parts:
        piece = _text(part.column)
        if part.pattern:
            piece = piece.str.extract(part.pattern, 1)
        if part.values is not None:
            piece = piece.replace(dict(part.values))
        piece = pl.when(piece.str.len_bytes() > 0).then(piece)
        pieces.append(piece.str.zfill(part.pad) if part.pad else piece)
    return pieces[0] if len(pieces) == 1 else pl.concat_str(pieces, separator=rule.separator)


def _status_expression(profile: Profile) -> pl.Expr:
    if profile.status is None:
        return pl.lit(SheetStatus.SHEET.value)
    values = {text: status.value for text, status in profile.status.values.items()}
    otherwise = profile.status.otherwise
    return _text(profile.status.column).replace_strict(
        values, default=None if otherwise is None else otherwise.value, return_dtype=pl.String
    )


def _note_bad_ids(
    name: str,
    identity: pl.DataFrame,
    frame: pl.DataFrame,
    profile: Profile,
    faults: list[Fault],
) -> None:
    """Note records without a usable station id or with a status the profile does not explain."""
    length = pl.col("station").str.len_bytes()
    bad = identity.filter(pl.col("station").is_null() | (length > MAX_ID))
    columns = ", ".join(part.column for part in profile.station.parts)
    for row, station in bad.select("row", "station").head(MAX_FAULTS + 1).iter_rows():
        found = "an empty or unmatched one" if station is None else f"{len(station.encode())} bytes"
        faults.append(
            Fault(f"{name}: row {row}, column {columns}", "a station id by the profile", found)
        )
    unknown = identity.filter(pl.col("status").is_null()).select("row").head(MAX_FAULTS + 1)
    if unknown.height and profile.status is not None:
        cells = dict(frame.select(ROW, _text(profile.status.column)).iter_rows())
        for (row,) in unknown.iter_rows():
            faults.append(
                Fault(
                    f"{name}: row {row}, column {profile.status.column}",
                    "a status the profile's [status.values] explains",
                    repr(cells[row])[:60],
                )
            )
