"""Tables of tally sheets: one row per sheet, one integer column per field.

A table holds signed and transcribed sheets alike. A figure that is not a number is null, and a
column ``state:<field>`` says what stands there instead; the state column exists only where some
cell is not a number. A field that the source does not show has no column at all.

=================  ==========================================================================
``station``        station id, after padding
``division``       id of the smallest division the source names, or null
``status``         a ``SheetStatus`` value
``also_station``   the station id by a second reading (QR, file name), when the profile has one
``image``          name of the scan, when the profile has one
``mark:<name>``    true where the source marks the sheet so
``wrong:<what>``   true where the sheet is of another ``contest`` or ``phase``
``file``, ``row``  where the sheet was read: index of the file, record number (1 = first record)
=================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from escrutinio.definition import CandidacyCode, Contest, SheetType
from escrutinio.sheet.fields import (
    CellState,
    candidacy_field,
    category_field,
    option_field,
    state_column,
)

__all__ = ["IDENTITY_COLUMNS", "SheetTable"]

IDENTITY_COLUMNS = ("station", "division", "status", "file", "row")


@dataclass(frozen=True)
class SheetTable:
    """The sheets of one contest from one source.

    Attributes:
        contest: what they are about.
        source: id of the source.
        sheet_type: how the figures came onto the sheets.
        files: names of the files, indexed by the column ``file``.
        fields: fields the source shows, in the order of the profile.
        frame: the columns above and one Int64 column per field.
    """

    contest: Contest
    source: str
    sheet_type: SheetType
    files: tuple[str, ...]
    fields: tuple[str, ...]
    frame: pl.DataFrame

    def __len__(self) -> int:
        """Give the number of rows, sheets or not."""
        return self.frame.height

    @cached_property
    def vote_fields(self) -> tuple[str, ...]:
        """Fields that add up to the votes of all candidacies, so that no vote is in two of them.

        Of each candidacy the party lines where the source shows all of them, else its own
        field, else the lines that are there. In the order of the ballot.
        """
        lines: set[str] = set()
        own = []
        for candidacy in self.contest.candidacies:
            field = candidacy_field(candidacy.code)
            shown = [line for line in self.lines_of(candidacy.code) if line in self.fields]
            if shown and (field not in self.fields or self.shows_lines_of(candidacy.code)):
                lines.update(shown)
            elif field in self.fields:
                own.append(field)
        return (*(field for field in self.option_fields if field in lines), *own)

    @cached_property
    def shows_all_votes(self) -> bool:
        """Whether the source shows the votes of every candidacy."""
        return all(
            candidacy_field(item.code) in self.fields or self.shows_lines_of(item.code)
            for item in self.contest.candidacies
        )

    @cached_property
    def _lines(self) -> Mapping[CandidacyCode, tuple[str, ...]]:
        lines: dict[CandidacyCode, tuple[str, ...]] = {}
        for option in self.contest.options:
            before = lines.get(option.candidacy, ())
            lines[option.candidacy] = (*before, option_field(option.code))
        return lines

    def lines_of(self, candidacy: CandidacyCode) -> tuple[str, ...]:
        """Give the party-line fields of a candidacy, shown or not, in ballot order."""
        return self._lines.get(candidacy, ())

    def shows_lines_of(self, candidacy: CandidacyCode) -> bool:
        """Say whether the candidacy has party lines and the source shows all of them."""
        lines = self.lines_of(candidacy)
        return bool(lines) and self.has(*lines)

    @cached_property
    def option_fields(self) -> tuple[str, ...]:
        """Party-line fields on this source, in ballot order."""
        names = (option_field(item.code) for item in self.contest.options)
        return tuple(name for name in names if name in self.fields)

    @cached_property
    def candidacy_fields(self) -> tuple[str, ...]:
        """Candidacy fields on this source, in the definition's order."""
        names = (candidacy_field(item.code) for item in self.contest.candidacies)
        return tuple(name for name in names if name in self.fields)

    @cached_property
    def category_fields(self) -> tuple[str, ...]:
        """Tally-category fields on this source, in the definition's order."""
        names = (category_field(item.code) for item in self.contest.categories)
        return tuple(name for name in names if name in self.fields)

    def has(self, *fields: str) -> bool:
        """Say whether the source shows all these fields."""
        return all(field in self.fields for field in fields)

    def parts_of(self, whole: str) -> tuple[str, ...]:
        """Give the fields into which the source splits another one."""
        return tuple(field for field in self.fields if field.startswith(f"{whole}."))

    def state(self, field: str) -> pl.Expr:
        """Give the states of a field's cells as an expression over the frame."""
        if state_column(field) in self.frame.columns:
            return pl.col(state_column(field))
        shown = CellState.NUMBER if field in self.fields else CellState.NOT_ON_SOURCE
        return pl.lit(int(shown), dtype=pl.UInt8)

    def sums(self) -> Mapping[str, int]:
        """Add every field over all rows, whatever their status; unknown figures add nothing."""
        row = self.frame.select(pl.col(list(self.fields)).sum()).row(0)
        return {field: int(value) for field, value in zip(self.fields, row, strict=True)}
