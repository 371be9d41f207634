"""Tables as CSV: one spelling when written, named faults when read.

UTF-8 without byte order mark, lines that end with LF, a cell in quotation marks only where it
holds a comma or a quotation mark (RFC 4180). No cell holds a line break, so a line is a row, and
the number in a fault is the line of the file: the header is row 1.

Cells are checked column by column and each distinct text once, because a list of stations
repeats the same few divisions, kinds and numbers thousands of times.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._words import COUNT
from escrutinio.definition.limits import MAX_COUNT, MAX_TABLE_BYTES, MAX_TABLE_ROWS

__all__ = ["Table", "encode_table", "read_table"]

_BYTE_ORDER_MARK = "\ufeff"
_SURROGATES = re.compile("[\ud800-\udfff]")
_COUNT_RULE = f"a whole number from 0 to {MAX_COUNT}, in plain digits, or nothing when unknown"


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table that have the right number of cells, by column.

    Attributes:
        header: the names of the columns.
        columns: the cells, one sequence for each column.
        numbers: the line of each row in its file.
        is_complete: whether no row was left out.
        faults: takes what is wrong with the cells.
    """

    header: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    numbers: Sequence[int]
    is_complete: bool
    faults: FaultList

    def cell(self, row: int, column: int) -> str:
        """Name the place of a cell."""
        return f"row {self.numbers[row]}, column {self.header[column]}"

    def refuse(self, column: int, bad: set[str], expected: str) -> None:
        """Note a fault at every cell of a column that holds one of the given texts."""
        if bad:
            for row, text in enumerate(self.columns[column]):
                if text in bad:
                    self.faults.add(self.cell(row, column), expected, shown(text))

    def check(self, column: int, is_good: Callable[[str], object], expected: str) -> bool:
        """Check every distinct text of a column, and say whether all are good."""
        bad = {text for text in set(self.columns[column]) if not is_good(text)}
        self.refuse(column, bad, expected)
        return not bad

    def refuse_repeats(self, column: int, expected: str = "an id used once") -> None:
        """Check that no text of a column stands there twice."""
        cells = self.columns[column]
        if len(set(cells)) == len(cells):
            return
        first: dict[str, int] = {}
        for row, text in enumerate(cells):
            if (earlier := first.setdefault(text, row)) != row:
                found = f"{shown(text)}, also in row {self.numbers[earlier]}"
                self.faults.add(self.cell(row, column), expected, found)

    def check_order(self, column: int) -> None:
        """Check that the rows are in order of a column, by ASCII."""
        cells = self.columns[column]
        if list(cells) == sorted(cells):
            return
        row = next(row for row in range(1, len(cells)) if cells[row] < cells[row - 1])
        expected = f"rows in order of {self.header[column]}"
        found = f"{shown(cells[row])} after {shown(cells[row - 1])}"
        self.faults.add_spelling(f"row {self.numbers[row]}", expected, found)

    def read_counts(self, column: int) -> list[int | None]:
        """Read a column of counts; an empty cell is unknown."""
        known: dict[str, int | None] = {"": None}
        bad = set()
        for text in set(self.columns[column]) - {""}:
            is_good = COUNT.fullmatch(text) is not None and int(text) <= MAX_COUNT
            known[text] = int(text) if is_good else None
            if not is_good:
                bad.add(text)
        self.refuse(column, bad, _COUNT_RULE)
        return list(map(known.__getitem__, self.columns[column]))


def encode_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table in its one spelling."""
    lines = [",".join(header)]
    lines.extend(map(_encode_row, rows))
    lines.append("")
    return "\n".join(lines).encode("utf-8")


def read_table(
    data: bytes, fixed: tuple[str, ...], faults: FaultList, *, takes_more: bool = False
) -> Table | None:
    """Read a table.

    Args:
        data: the bytes of the file.
        fixed: the names of the first columns, in order.
        faults: takes what is wrong with the file and its rows.
        takes_more: whether other columns may follow.

    Returns:
        The rows that can be read; None when not even the header can.
    """
    if not data:
        faults.add("", f"a table with the header {','.join(fixed)}", "an empty file")
        return None
    if len(data) > MAX_TABLE_BYTES:
        faults.add("", f"at most {MAX_TABLE_BYTES} bytes", f"{len(data)} bytes")
        return None
    if (lines_found := data.count(b"\n")) > MAX_TABLE_ROWS + 1:
        faults.add("", f"at most {MAX_TABLE_ROWS} rows", f"{lines_found} lines")
        return None
    lines = _read_lines(data, faults)
    header = tuple(lines[0].split(","))
    if header[: len(fixed)] != fixed or (len(header) > len(fixed) and not takes_more):
        faults.add("row 1", f"the header {','.join(fixed)}", shown(lines[0]))
        return None
    if (columns := _split_plain(lines, len(header))) is not None:
        return Table(header, columns, range(2, len(lines) + 1), is_complete=True, faults=faults)
    numbers, rows = _read_rows(lines, len(header), faults)
    columns = tuple(zip(*rows, strict=True)) or ((),) * len(header)
    is_complete = len(rows) + lines[1:].count("") == len(lines) - 1
    return Table(header, columns, numbers, is_complete, faults)


def _read_lines(data: bytes, faults: FaultList) -> list[str]:
    """Split the file into lines, and note what is not the accepted spelling of it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        # The bytes that are no UTF-8 become surrogates, so that their rows can be named.
        text = data.decode("utf-8", "surrogateescape")
    if text.startswith(_BYTE_ORDER_MARK):
        faults.add_spelling("", "no byte order mark", "a byte order mark at the beginning")
        text = text[1:]
    if "\r\n" in text:
        found = f"CR LF at {text.count(chr(13) + chr(10))} of them"
        faults.add_spelling("", "line feeds (LF) alone at the ends of lines", found)
        text = text.replace("\r\n", "\n")
    if not text.endswith("\n"):
        faults.add_spelling("", "a line feed (LF) at the end of the last line", "none")
        text += "\n"
    return text[:-1].split("\n")


def _split_plain(lines: list[str], width: int) -> tuple[Sequence[str], ...] | None:
    """Split a table without quotation marks, bad bytes or rows of another width; else None.

    Nearly every list of stations is such a table, and splitting it as one text is the fastest.
    """
    if {line.count(",") for line in lines} != {width - 1}:
        return None
    text = ",".join(lines)
    if '"' in text or (not text.isascii() and _SURROGATES.search(text)):
        return None
    cells = text.split(",")
    return tuple(cells[column + width :: width] for column in range(width))


def _read_rows(
    lines: list[str], width: int, faults: FaultList
) -> tuple[Sequence[int], list[list[str]]]:
    numbers = []
    kept = []
    for number, line in enumerate(lines[1:], start=2):
        cells = _read_row(line, f"row {number}", faults)
        if cells is None:
            continue
        if len(cells) != width:
            faults.add(f"row {number}", f"{width} cells", str(len(cells)))
            continue
        numbers.append(number)
        kept.append(cells)
    return numbers, kept


def _read_row(line: str, place: str, faults: FaultList) -> list[str] | None:
    if not line:
        faults.add_spelling(place, "a row", "an empty line")
        return None
    if not line.isascii() and _SURROGATES.search(line):
        faults.add(place, "text in UTF-8", shown(line), "Save the file again as UTF-8.")
        return None
    if '"' not in line:
        return line.split(",")
    try:
        cells = next(csv.reader([line], strict=True))
    except csv.Error as error:
        faults.add(place, "quotation marks as in RFC 4180", str(error))
        return None
    if (plain := _encode_row(cells)) != line:
        faults.add_spelling(place, f"cells quoted only where needed, {shown(plain)}", shown(line))
    return cells


def _encode_row(cells: Sequence[str]) -> str:
    line = ",".join(cells)
    if '"' in line or line.count(",") != len(cells) - 1:
        return ",".join(map(_encode_cell, cells))
    return line


def _encode_cell(cell: str) -> str:
    if '"' not in cell and "," not in cell:
        return cell
    return '"' + cell.replace('"', '""') + '"'
