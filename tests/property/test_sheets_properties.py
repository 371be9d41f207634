"""Laws of reading and checking sheets: order and place decide nothing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from escrutinio.definition import Severity, SheetType
from escrutinio.errors import MalformedError
from escrutinio.sheet import CellState, Profile, SheetTable, decode_text, read_sheets
from escrutinio.sheet.profile import ContestColumns, IdPart, IdRule, Layout
from tests.builders import contest, definition, findings_of, names
from tests.strategies import World, worlds

Record: TypeAlias = tuple[int, str, str]


def _findings(world: World) -> Counter[tuple[object, ...]]:
    frame = findings_of(world.table, world.definition, roll=world.roll_frame)
    wanted = ["station", "code", "severity", "fields", "expected", "found"]
    return Counter(frame.select(wanted).iter_rows())


@given(world=worlds(), random=st.randoms(use_true_random=False))
def test_order_of_records_changes_no_finding(world: World, random: Random) -> None:
    """Whoever sorts a file before publishing it must not add or hide a finding."""
    rows = list(world.rows)
    random.shuffle(rows)
    assert _findings(replace(world, rows=tuple(rows))) == _findings(world)


@given(world=worlds())
def test_a_finding_names_its_record(world: World) -> None:
    """A reader must find the record in the file from the finding alone."""
    frame = findings_of(world.table, world.definition, roll=world.roll_frame)
    for index, station, file, row in frame.select("index", "station", "file", "row").iter_rows():
        if index is not None:
            assert (station, file, row) == (world.rows[index]["station"], 0, index + 1)
    assert frame.get_column("severity").is_in([item.value for item in Severity]).all()


def _read(*files: list[Record]) -> SheetTable:
    """Read files of three columns through text and profile."""
    of = contest("A B", categories="")
    profile = Profile(
        source="test",
        names=names("test"),
        sheet_type=SheetType.MACHINE,
        layout=Layout(),
        rows={},
        station=IdRule((IdPart("MESA", pad=3),)),
        also_station=None,
        division=None,
        image=None,
        status=None,
        identity={},
        marks=(),
        special={"": CellState.EMPTY, "-": CellState.DASH, "Ilegible": CellState.ILLEGIBLE},
        contests=(ContestColumns(of.code, {"candidacy.A": "A", "candidacy.B": "B"}),),
    )
    cells = []
    for number, records in enumerate(files):
        lines = ["MESA,A,B", *(f"{mesa},{a},{b}" for mesa, a, b in records)]
        name = f"{number}.csv"
        cells.append((name, decode_text("\n".join(lines).encode(), name, profile.layout)))
    (table,) = read_sheets(cells, profile, definition(of))
    return table


def _shown(table: SheetTable, *places: str) -> list[tuple[object, ...]]:
    fields = table.fields
    states = [table.state(field).alias(f"state of {field}") for field in fields]
    return list(table.frame.select("station", *places, *fields, *states).iter_rows())


_CELLS = st.sampled_from(["0", "7", "12", "", "-", "Ilegible"])
_RECORDS = st.lists(st.tuples(st.integers(1, 99), _CELLS, _CELLS), min_size=1, max_size=6)


@given(records=_RECORDS)
def test_every_cell_keeps_its_figure_or_its_state(records: list[Record]) -> None:
    """Empty, dash and illegible are not zero, and no record may lose its place."""
    states = {"": CellState.EMPTY, "-": CellState.DASH, "Ilegible": CellState.ILLEGIBLE}
    expected = []
    for row, (mesa, *cells) in enumerate(records, start=1):
        figures = [None if cell in states else int(cell) for cell in cells]
        shown = [int(states.get(cell, CellState.NUMBER)) for cell in cells]
        expected.append((f"{mesa:03}", row, *figures, *shown))
    assert _shown(_read(records), "row") == expected


@given(first=_RECORDS, second=_RECORDS)
def test_files_read_together_are_the_files_read_alone(
    first: list[Record], second: list[Record]
) -> None:
    """A file must not change what a cell of another file means."""
    alone = [*_shown(_read(first), "row"), *_shown(_read(second), "row")]
    assert _shown(_read(first, second), "row") == alone


@given(first=_RECORDS, second=_RECORDS)
def test_order_of_files_changes_only_the_file_index(
    first: list[Record], second: list[Record]
) -> None:
    """The order in which a shell lists files is nobody's decision."""
    there = [(place, 1 - file, *rest) for place, file, *rest in _placed(_read(second, first))]
    here = [(place, file, *rest) for place, file, *rest in _placed(_read(first, second))]
    assert Counter(there) == Counter(here)


def _placed(table: SheetTable) -> list[tuple[str, int, object]]:
    return [
        (str(station), int(str(file)), tuple(rest))
        for station, file, *rest in _shown(table, "file", "row")
    ]


_PIECES = st.sampled_from(["a", "1", "é", " ", ",", ",", "\n", "\n", "\r\n", '"', '""', "x,y\n"])


@given(pieces=st.lists(_PIECES, max_size=14))
@settings(max_examples=1000)
def test_text_is_refused_or_read_as_a_strict_reader_reads_it(pieces: list[str]) -> None:
    """Two readers of one file must never see different votes; where they could, it is refused."""
    text = "x,y\n" + "".join(pieces)
    try:
        rows = decode_text(text.encode(), "a.csv", Layout()).rows()
    except MalformedError:
        return
    text = text.rstrip("\r\n") if text.endswith(("\n\n", "\n\r\n")) else text
    _, *expected = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert rows == [tuple(record) for record in expected]
