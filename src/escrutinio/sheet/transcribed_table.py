"""From a source's table of sheets to transcribed sheets, and back.

Both directions together change nothing that a check or a total looks at: what is found and added up
on the table that comes back is what was found and added up on the first.

=====================  ==========================================================================
on the sheet           column of the table
=====================  ==========================================================================
``figures``            one per field, with its states; a field no sheet has, has no column
``copy``               ``image``, in hexadecimal digits
``marks``, ``wrong``   ``mark:<name>`` and ``wrong:<what>``, where some sheet has it
=====================  ==========================================================================
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from escrutinio.definition import Contest, Definition, SheetType
from escrutinio.errors import Fault, RefusedError
from escrutinio.sheet.fields import (
    CellState,
    candidacy_field,
    category_field,
    is_known_field,
    option_field,
    state_column,
)
from escrutinio.sheet.table import SheetTable
from escrutinio.sheet.transcribed import STATUSES, WRONG, TranscribedSheet

__all__ = ["transcribe_table", "transcribed_table"]

_MARK, _WRONG = "mark:", "wrong:"
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Most faults named of one table.
MAX_FAULTS = 25


def transcribe_table(table: SheetTable, definition: Definition) -> Iterator[TranscribedSheet]:
    """Give every row of a table as the first version of a transcribed sheet.

    Whether its ids and names are those of the format is found when it is encoded.

    Args:
        table: as ``read_sheets`` makes it. An image that is named by 64 hexadecimal digits is
            named by its SHA-256; of every other the SHA-256 of the name is taken, so that two
            sheets with one image stay two sheets with one image.
        definition: gives the position of the contest.

    Raises:
        RefusedError: the contest is not one of the definition.
    """
    position = _position_of(table.contest, definition)
    statuses = {status.value: number for number, status in enumerate(STATUSES)}
    texts = [_texts(table, name) for name in ("division", "image", "also_station")]
    figures = [_figures(table, field) for field in table.fields]
    marks = _flags(table, _MARK)
    wrong = _flags(table, _WRONG)
    stations = table.frame.get_column("station").to_list()
    for row, (station, status) in enumerate(
        zip(stations, table.frame.get_column("status").to_list(), strict=True)
    ):
        division, image, also_station = (column[row] for column in texts)
        yield TranscribedSheet(
            station=station,
            contest=position,
            version=1,
            status=statuses[status],
            division=division,
            copy=None if image is None else _digest_of(image),
            figures={
                field: figure
                for field, column in zip(table.fields, figures, strict=True)
                if (figure := column[row]) is not None
            },
            marks=tuple(name for name, column in marks if column[row]),
            also_station=also_station,
            wrong=tuple(name for name, column in wrong if column[row]),
            follows=None,
            reason=None,
        )


def _position_of(contest: Contest, definition: Definition) -> int:
    codes = [item.code for item in definition.contests]
    if contest.code not in codes:
        raise RefusedError.of(Fault("table", "a contest of the definition", contest.code))
    return codes.index(contest.code)


def _texts(table: SheetTable, name: str) -> list[str | None]:
    if name not in table.frame.columns:
        return [None] * len(table)
    return table.frame.get_column(name).to_list()


def _figures(table: SheetTable, field: str) -> list[int | None]:
    """Give the figures of a field; below zero where there is no number, None where nothing is."""
    state = table.state(field)
    figure = (
        pl.when(state == int(CellState.NUMBER))
        .then(pl.col(field))
        .when(state != int(CellState.NOT_ON_SOURCE))
        .then(-state.cast(pl.Int64))
    )
    return table.frame.select(figure.alias(field)).to_series().to_list()


def _flags(table: SheetTable, prefix: str) -> list[tuple[str, list[bool | None]]]:
    names = sorted(name for name in table.frame.columns if name.startswith(prefix))
    return [(name.removeprefix(prefix), table.frame.get_column(name).to_list()) for name in names]


def _digest_of(image: str) -> bytes:
    if _SHA256.fullmatch(image):
        return bytes.fromhex(image)
    return hashlib.sha256(image.encode()).digest()


def transcribed_table(
    sheets: Sequence[TranscribedSheet],
    definition: Definition,
    contest: Contest,
    source: str,
    *,
    sheet_type: SheetType = SheetType.MACHINE,
) -> SheetTable:
    """Build the table of the transcribed sheets of one contest.

    Args:
        sheets: in any order; row n of the table is the n-th, the first being 1.
        definition: the election.
        contest: of which all the sheets are.
        source: name of the source or of the log.
        sheet_type: how the figures came onto the sheets that were read.

    Raises:
        RefusedError: the contest is not one of the definition, a sheet is of another contest,
            or has a figure that no sheet of this contest has; with the first ``MAX_FAULTS``.
    """
    _refuse_others(sheets, definition, contest)
    columns = dict(_identity(sheets))
    fields = _fields_of(sheets, contest)
    for field in fields:
        columns[field], states = _series([sheet.figures.get(field) for sheet in sheets])
        if states is not None:
            columns[state_column(field)] = states
    frame = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    return SheetTable(contest, source, sheet_type, (source,), fields, frame)


def _refuse_others(
    sheets: Sequence[TranscribedSheet], definition: Definition, contest: Contest
) -> None:
    position = _position_of(contest, definition)
    known = {name for sheet in sheets for name in sheet.figures if is_known_field(name, contest)}
    faults = []
    for number, sheet in enumerate(sheets, start=1):
        where = f"sheet {number}, station {sheet.station}"
        if sheet.contest != position:
            expected = f"number {position}, the contest {contest.code}"
            faults.append(Fault(f"{where}: 4, contest", expected, f"number {sheet.contest}"))
        faults += [
            Fault(f"{where}: 9, figures", f"fields of the contest {contest.code}", name)
            for name in sorted(sheet.figures.keys() - known)
        ]
        if len(faults) > MAX_FAULTS:
            break
    if faults:
        raise RefusedError.of(*faults[:MAX_FAULTS])


def _identity(sheets: Sequence[TranscribedSheet]) -> Iterable[tuple[str, pl.Series]]:
    def texts(values: Iterable[str | None]) -> pl.Series:
        return pl.Series(list(values), dtype=pl.String)

    yield "station", texts(sheet.station for sheet in sheets)
    yield "division", texts(sheet.division for sheet in sheets)
    yield "status", texts(STATUSES[sheet.status].value for sheet in sheets)
    if any(sheet.also_station is not None for sheet in sheets):
        yield "also_station", texts(sheet.also_station for sheet in sheets)
    if any(sheet.copy is not None for sheet in sheets):
        yield "image", texts(None if sheet.copy is None else sheet.copy.hex() for sheet in sheets)
    for mark in sorted({mark for sheet in sheets for mark in sheet.marks}):
        yield f"{_MARK}{mark}", pl.Series([mark in sheet.marks for sheet in sheets])
    for what in WRONG:
        if any(what in sheet.wrong for sheet in sheets):
            yield f"{_WRONG}{what}", pl.Series([what in sheet.wrong for sheet in sheets])
    yield "file", pl.repeat(0, len(sheets), dtype=pl.UInt16, eager=True)
    yield "row", pl.int_range(1, len(sheets) + 1, dtype=pl.UInt32, eager=True)


def _fields_of(sheets: Sequence[TranscribedSheet], contest: Contest) -> tuple[str, ...]:
    """Give the fields that some sheet has: those of the ballot in its order, then by name."""
    shown = {name for sheet in sheets for name in sheet.figures}
    ballot = [
        *(option_field(item.code) for item in contest.options),
        *(candidacy_field(item.code) for item in contest.candidacies),
        *(category_field(item.code) for item in contest.categories),
    ]
    return (*(name for name in ballot if name in shown), *sorted(shown.difference(ballot)))


#: A figure as it is written to its state; what is not there is not on the source.
_STATES: Mapping[int | None, int] = {
    None: int(CellState.NOT_ON_SOURCE),
    **{-int(state): int(state) for state in (CellState.EMPTY, CellState.DASH, CellState.ILLEGIBLE)},
}


def _series(figures: Sequence[int | None]) -> tuple[pl.Series, pl.Series | None]:
    """Give the figures, and their states where some figure is no number."""
    column = pl.Series(figures, dtype=pl.Int64)
    is_number = (column >= 0).fill_null(value=False)
    if is_number.all():
        return column, None
    states = [_STATES.get(figure, int(CellState.NUMBER)) for figure in figures]
    return column.set(~is_number, None), pl.Series(states, dtype=pl.UInt8)
