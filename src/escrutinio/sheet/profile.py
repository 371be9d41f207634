"""Import profiles: how somebody's per-station file maps to the sheet table.

A profile is a TOML file, so a new country is a file and not code. ``decode_profile`` accepts
exactly the keys described in ``docs/reference/import-profile.md`` and reports every fault in one
run. ``reading.py`` applies the profile to a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from escrutinio.definition import ContestCode, SheetType
from escrutinio.primitives import Names
from escrutinio.sheet.fields import CellState, SheetStatus

__all__ = [
    "ContestColumns",
    "Encoding",
    "IdPart",
    "IdRule",
    "Layout",
    "Marks",
    "Profile",
    "StatusRule",
]

#: Encodings a profile may name, with Python's codec for each.
Encoding = {
    "utf-8": "utf-8-sig",
    "latin-1": "latin-1",
    "cp1252": "cp1252",
    "utf-16": "utf-16",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file's text is laid out.

    Attributes:
        encoding: a key of ``Encoding``; a byte-order mark in UTF-8 is allowed.
        delimiter: one ASCII character between cells.
        quote: one ASCII character around cells with delimiters or line breaks, or None.
        skip_lines: lines before the header.
        thousands: separator inside numbers, or empty.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str | None = '"'
    skip_lines: int = 0
    thousands: str = ""


@dataclass(frozen=True, slots=True)
class IdPart:
    """One piece of an id.

    Attributes:
        column: where it stands.
        pattern: regular expression whose first group is the piece; empty takes the whole cell.
        pad: width to which zeros are put in front; 0 leaves it.
        values: replaces a piece by another text.
    """

    column: str
    pattern: str = ""
    pad: int = 0
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class IdRule:
    """An id made of pieces with a separator between them."""

    parts: tuple[IdPart, ...]
    separator: str = "."


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Which column says what became of the sheet, and what its values mean.

    Attributes:
        column: where it stands; it may be a column of figures.
        values: cell text to status.
        otherwise: status of every other text, or None when there may be no other.
    """

    column: str
    values: Mapping[str, SheetStatus]
    otherwise: SheetStatus | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """A column in which the source marks sheets, and what its values mean.

    Attributes:
        column: where the marks stand.
        values: cell text to name of a mark (see ``checks/structure.py``).
    """

    column: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ContestColumns:
    """Where the figures of one contest stand.

    Attributes:
        contest: its code.
        columns: field to column.
        absent: fields of candidacies or options that this source does not show; they must be
            named so that none is forgotten by accident.
    """

    contest: ContestCode
    columns: Mapping[str, str]
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """How one source's file maps to the sheet table.

    Attributes:
        source: id of the source.
        names: what the source is called.
        sheet_type: how the figures came onto the sheets.
        layout: how the text is laid out.
        rows: records to take: column to accepted values; empty takes all.
        station: how the station id is made.
        also_station: a second reading of the station id, or None.
        division: how the division id is made, or None when the definition lists stations.
        image: name of the scan, or None.
        status: what became of the sheet, or None when every record is a sheet.
        identity: column and expected value for ``contest`` and ``phase``.
        marks: columns in which the source marks sheets.
        special: cell text to state; the text is compared after stripping blanks.
        contests: where the figures of each contest stand.
        rolls_profile: file name of the profile that reads a ``--rolls`` file for this source,
            beside this profile; empty means this profile itself.
    """

    source: str
    names: Names
    sheet_type: SheetType
    layout: Layout
    rows: Mapping[str, tuple[str, ...]]
    station: IdRule
    also_station: IdRule | None
    division: IdRule | None
    image: IdRule | None
    status: StatusRule | None
    identity: Mapping[str, tuple[str, str]]
    marks: tuple[Marks, ...]
    special: Mapping[str, CellState]
    contests: tuple[ContestColumns, ...]
    rolls_profile: str = ""

    def source_columns(self) -> tuple[str, ...]:
        """Give every column the profile reads, each once, in order of first use."""
        rules = [self.station, self.also_station, self.division, self.image]
        names = [part.column for rule in rules if rule for part in rule.parts]
        names += list(self.rows)
        names += [self.status.column] if self.status else []
        names += [column for column, _ in self.identity.values()]
        names += [marks.column for marks in self.marks]
        names += [column for item in self.contests for column in item.columns.values()]
        return tuple(dict.fromkeys(names))
