"""The effective sheets of one contest as a sheet table, on the form as it was printed.

The figures of signed sheets stand under the fields of ``sheet/signed_table.py``. ``check_ins`` is
the sealed number of admitted voters. The stations that a decision closed have rows without figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from escrutinio.definition import Contest, Definition, Role, SheetType
from escrutinio.log.entries.model import Closure, LoggedSheet
from escrutinio.sheet import CellState, SheetStatus, SheetTable
from escrutinio.sheet.fields import state_column
from escrutinio.sheet.signed_table import SignedFigures, figures_table
from escrutinio.sheet.tally_sheet import Figure
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.sheet.transcribed_table import transcribed_table

__all__ = [
    "CLOSED_STATUS",
    "SOURCE",
    "ClosedRow",
    "readings_table",
    "sheet_type_of",
    "signed_table",
]

_SHEETS_AT_ONCE = 1 << 16
#: Name of the source of a signed record's sheets.
SOURCE = "log"
#: What a closure makes of a station's row.
CLOSED_STATUS = {
    Closure.NOT_INSTALLED: SheetStatus.NOT_INSTALLED,
    Closure.MERGED: SheetStatus.MERGED,
}


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """A station that a decision closed.

    Attributes:
        station: its id.
        division: that its last reading names, where one does.
        status: why there is no sheet.
    """

    station: str
    division: str | None
    status: SheetStatus


def signed_table(
    contest: Contest,
    sheets: Iterable[LoggedSheet],
    sealed: Sequence[Figure],
    annulled: Sequence[bool],
    closed: Sequence[ClosedRow],
    sheet_type: SheetType,
) -> SheetTable:
    """Build the table of a contest's signed sheets.

    Args:
        contest: on the form as it was printed.
        sheets: those that are effective, in the order of their rows; each is looked at once.
        sealed: of each the sealed number of admitted voters; ``NOT_ON_FORM`` without a seal.
        annulled: of each whether a decision annulled it.
        closed: stations without a sheet, and why.
        sheet_type: how the figures came onto the sheets.
    """
    table = figures_table(_batches(sheets, sealed), contest, source=SOURCE, sheet_type=sheet_type)
    return _with_decisions(table, annulled, closed)


def _batches(sheets: Iterable[LoggedSheet], sealed: Sequence[Figure]) -> Iterator[SignedFigures]:
    """Take the figures of so many sheets at a time: as objects they are large."""
    ahead = iter(sheets)
    for begin in range(0, max(len(sealed), 1), _SHEETS_AT_ONCE):
        batch = list(islice(ahead, _SHEETS_AT_ONCE))
        yield SignedFigures(
            stations=[sheet.station for sheet in batch],
            votes=[sheet.votes for sheet in batch],
            categories=[sheet.categories for sheet in batch],
            form=[sheet.figures for sheet in batch],
            beside={"check_ins": sealed[begin : begin + _SHEETS_AT_ONCE]},
        )


def readings_table(
    definition: Definition,
    contest: Contest,
    sheets: Sequence[TranscribedSheet],
    annulled: Sequence[bool],
    closed: Sequence[ClosedRow],
) -> SheetTable:
    """Build the table of a contest's transcribed sheets; its source is who transcribed them.

    Args:
        definition: the election as it was frozen.
        contest: on the form as it was printed.
        sheets: the readings that stand, in the order of their rows.
        annulled: of each whether a decision annulled it.
        closed: stations without a sheet, and why.
    """
    signers = () if definition.trust is None else definition.trust.signers
    source = ", ".join(signer.signer for signer in signers if signer.role is Role.SOURCE)
    table = transcribed_table(
        sheets, definition, contest, source, sheet_type=sheet_type_of(definition)
    )
    return _with_decisions(table, annulled, closed)


def sheet_type_of(definition: Definition) -> SheetType:
    """Say how the figures come onto the sheets of a record."""
    return SheetType.MACHINE if definition.trust is None else definition.trust.sheets


def _with_decisions(
    table: SheetTable, annulled: Sequence[bool], closed: Sequence[ClosedRow]
) -> SheetTable:
    """Mark the annulled sheets, and add a row without figures for each closed station."""
    frame = table.frame
    if any(annulled):
        is_annulled = pl.Series(annulled, dtype=pl.Boolean)
        status = pl.when(is_annulled).then(pl.lit(SheetStatus.ANNULLED.value)).otherwise("status")
        frame = frame.with_columns(status.alias("status"))
    if closed:
        rows = pl.DataFrame(
            {
                "station": [item.station for item in closed],
                "division": [item.division for item in closed],
                "status": [item.status.value for item in closed],
                "file": [0] * len(closed),
                "row": range(frame.height + 1, frame.height + len(closed) + 1),
            },
            schema={
                "station": pl.String,
                "division": pl.String,
                "status": pl.String,
                "file": pl.UInt16,
                "row": pl.UInt32,
            },
        )
        absent = pl.lit(int(CellState.NOT_ON_SOURCE), dtype=pl.UInt8)
        rows = rows.with_columns(absent.alias(state_column(field)) for field in table.fields)
        frame = pl.concat([frame, rows], how="diagonal")
        states = pl.selectors.starts_with(state_column(""))
        flags = pl.selectors.boolean()
        frame = frame.with_columns(
            states.fill_null(int(CellState.NUMBER)), flags.fill_null(value=False)
        )
    return replace(table, frame=frame)
