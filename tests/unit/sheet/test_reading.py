"""From cells to the sheet table: ids, statuses, marks, and every fault with its place."""

from __future__ import annotations

import polars as pl
import pytest

from escrutinio.definition import Definition
from escrutinio.errors import MalformedError
from escrutinio.sheet import CellState, SheetTable, decode_profile, decode_text, read_sheets
from escrutinio.sheet.fields import state_column
from escrutinio.sheet.reading import MAX_FAULTS
from tests.builders import codes_of, contest, definition
from tests.unit.sheet.profiles import ELECTION, PROFILE, profile


def _read(*files: str, more: str = "", election: Definition = ELECTION) -> SheetTable:
    chosen = profile(more, election)
    cells = []
    for number, text in enumerate(files):
        name = f"{'ab'[number]}.csv"
        cells.append((name, decode_text(text.encode(), name, chosen.layout)))
    return read_sheets(cells, chosen, election)[0]


def _faults(*files: str, more: str = "") -> list[str]:
    with pytest.raises(MalformedError) as caught:
        _read(*files, more=more)
    return [str(fault) for fault in caught.value.faults]


def _with_station(parts: str) -> str:
    return PROFILE.replace('parts = [{ column = "MESA" }]', f"parts = [{parts}]")


def _stations(parts: str, text: str) -> list[str]:
    chosen = decode_profile(_with_station(parts).encode(), "test.toml", ELECTION)
    cells = [("a.csv", decode_text(text.encode(), "a.csv", chosen.layout))]
    (table,) = read_sheets(cells, chosen, ELECTION)
    return table.frame.get_column("station").to_list()


def test_figures_states_and_places() -> None:
    """Every cell of the file is a figure or a state, at the record it came from."""
    table = _read("MESA,A,B,NULOS\n1,5,,0\n2,5,6,0\n")
    frame = table.frame
    assert frame.get_column("candidacy.B").to_list() == [None, 6]
    assert frame.get_column(state_column("candidacy.B")).to_list() == [CellState.EMPTY, 0]
    assert state_column("candidacy.A") not in frame.columns
    assert frame.select("file", "row").rows() == [(0, 1), (0, 2)]
    assert table.sums() == {"candidacy.A": 10, "candidacy.B": 6, "category.null": 0}


def test_a_state_in_one_file_leaves_the_numbers_of_the_other() -> None:
    """A state column made for one file must not make cells of another one unknown."""
    table = _read("MESA,A,B,NULOS\n1,5,,0\n", "MESA,A,B,NULOS\n2,5,6,0\n")
    assert table.frame.get_column(state_column("candidacy.B")).to_list() == [CellState.EMPTY, 0]


@pytest.mark.parametrize(
    ("parts", "cells", "station"),
    [
        ('{ column = "C", pad = 9 }, { column = "M", pad = 2 }', "10113042,1", "010113042.01"),
        ('{ column = "C" }', " 7 ,1", "7"),
        ("{ column = \"C\", pattern = '^M-([0-9]+)' }", "M-12/x,1", "12"),
        ('{ column = "C", values = { "Norte" = "N" } }, { column = "M" }', "Norte,1", "N.1"),
        ('{ column = "C", values = { "Norte" = "N" } }, { column = "M" }', "Sur,1", "Sur.1"),
    ],
    ids=["padding", "blanks", "pattern", "replaced piece", "other piece"],
)
def test_a_station_id_is_made_of_pieces(parts: str, cells: str, station: str) -> None:
    """Exports drop leading zeros and split ids; the definition's spelling is what counts."""
    assert _stations(parts, f"C,M,A,B,NULOS\n{cells},5,5,0\n") == [station]


@pytest.mark.parametrize(
    ("parts", "cell"),
    [
        ('{ column = "C" }', ""),
        ('{ column = "C" }', "  "),
        ("{ column = \"C\", pattern = '^M-([0-9]+)' }", "12"),
        ("{ column = \"C\", pattern = '^M-([0-9]*)' }", "M-"),
        ('{ column = "C" }', "9" * 65),
    ],
    ids=["empty", "blanks", "no match", "empty match", "long"],
)
def test_a_record_without_a_station_is_a_fault(parts: str, cell: str) -> None:
    """Votes of nowhere cannot be checked by anybody."""
    with pytest.raises(MalformedError, match=r"a\.csv: row 2, column C: expected a station id"):
        _stations(parts, f"C,A,B,NULOS\nM-1,5,5,0\n{cell},5,5,0\n")


def test_a_missing_column_is_named_beside_those_there_are() -> None:
    """The columns of the file show the author which name to write."""
    faults = _faults("MESA,A,C\n1,5,5\n")
    assert faults == [
        "a.csv: header: expected a column 'B', found columns 'MESA', 'A', 'C'",
        "a.csv: header: expected a column 'NULOS', found columns 'MESA', 'A', 'C'",
    ]


def test_a_header_without_records_is_refused() -> None:
    """An empty result must not pass for a count of zero."""
    assert _faults("MESA,A,B,NULOS\n") == [
        "a.csv: expected at least one record, found a header without records"
    ]


def test_all_faults_of_all_files_come_in_one_run() -> None:
    """File, row and column of each, so that all are mended at once."""
    faults = _faults("MESA,A,B,NULOS\n1,-5,5,0\n,5,5,0\n", "MESA,A,B,NULOS\n1,5,5.5,0\n2,5,5,1e9\n")
    assert [fault.partition(": expected")[0] for fault in faults] == [
        "a.csv: row 2, column MESA",
        "a.csv: row 1, column A",
        "b.csv: row 1, column B",
        "b.csv: row 2, column NULOS",
    ]


def test_faults_are_listed_up_to_a_limit() -> None:
    """A wrong profile would print one per cell; the rest is said in one line."""
    rows = "\n".join(f"{n},x,x,x" for n in range(1000))
    faults = _faults(f"MESA,A,B,NULOS\n{rows}\n")
    assert len(faults) == MAX_FAULTS + 1
    assert "at least" in faults[-1]


def test_only_the_records_a_profile_takes_are_read() -> None:
    """One file can hold several contests; a bad cell of another one is not ours."""
    text = "CARGO,MESA,A,B,NULOS\nALCALDE,1,x,x,x\n PRES ,2,5,5,0\n"
    table = _read(text, more='[rows]\nCARGO = ["PRES"]')
    assert table.frame.select("station", "row").rows() == [("2", 2)]
    assert _faults(text, more='[rows]\nCARGO = ["JUEZ"]') == [
        "a.csv: expected records with CARGO in ['JUEZ'], found none"
    ]


def test_statuses_are_those_the_profile_explains() -> None:
    """A status nobody explained could be an annulment."""
    more = '[status]\ncolumn = "E"\nvalues = { "C" = "sheet", "A" = "annulled" }'
    text = "MESA,E,A,B,NULOS\n1,C,5,5,0\n2, A ,5,5,0\n"
    assert _read(text, more=more).frame.get_column("status").to_list() == ["sheet", "annulled"]
    assert _faults(f"{text}3,X,5,5,0\n", more=more) == [
        (
            "a.csv: row 3, column E: expected a status the profile's [status.values] explains, "
            "found 'X'"
        )
    ]
    other = more + '\notherwise = "not_read"'
    assert _read(f"{text}3,X,5,5,0\n", more=other).frame.get_column("status")[2] == "not_read"


def test_two_columns_can_set_one_mark() -> None:
    """A sheet lacks signatures when either column says so."""
    more = (
        '[[marks]]\ncolumn = "P"\nvalues = { "NO" = "unsigned" }\n'
        '[[marks]]\ncolumn = "S"\nvalues = { "NO" = "unsigned", "MALA" = "poor_image" }'
    )
    text = "MESA,P,S,A,B,NULOS\n1,NO,SI,5,5,0\n2,SI,NO,5,5,0\n3,SI,MALA,5,5,0\n4,SI,,5,5,0\n"
    frame = _read(text, more=more).frame
    assert frame.get_column("mark:unsigned").to_list() == [True, True, False, False]
    assert frame.get_column("mark:poor_image").to_list() == [False, False, True, False]


def test_identity_division_image_and_second_reading_are_kept() -> None:
    """What the checks compare must come through as it stands."""
    more = (
        '[identity.phase]\ncolumn = "F"\nvalue = "OFICIAL"\n'
        '[division]\nparts = [{ column = "D" }]\n'
        '[image]\nparts = [{ column = "U", pattern = "([^/]+)$" }]\n'
        '[also_station]\nparts = [{ column = "Q" }]'
    )
    text = "MESA,F,D,U,Q,A,B,NULOS\n1,OFICIAL,N,x/y.jpg,1,5,5,0\n2,PRUEBA,,,,5,5,0\n"
    columns = ["wrong:phase", "division", "image", "also_station"]
    assert _read(text, more=more).frame.select(columns).rows() == [
        (False, "N", "y.jpg", "1"),
        (True, None, None, None),
    ]


def test_one_profile_reads_several_contests_of_one_file() -> None:
    """Each gets its own table, and the ballots of both are compared."""
    other = contest(code="assembly")
    both = definition(contest(), other)
    more = (
        '"stated.cast" = "CP"\n[contest.assembly.columns]\n"candidacy.A" = "XA"\n'
        '"candidacy.B" = "XB"\n"category.null" = "XN"\n"stated.cast" = "CX"'
    )
    chosen = profile(more, both)
    text = b"MESA,A,B,NULOS,CP,XA,XB,XN,CX\n1,5,5,0,10,5,6,0,11\n2,5,5,0,10,5,5,0,10\n"
    cells = [("a.csv", decode_text(text, "a.csv", chosen.layout))]
    first, second = read_sheets(cells, chosen, both)
    assert (first.contest.code, second.contest.code) == ("president", "assembly")
    assert codes_of(first, both, second) == {1: {"SHEET-212"}}
    assert codes_of(second, both, first) == {1: {"SHEET-212"}}


def test_columns_of_parquet_need_no_text() -> None:
    """Whole numbers come as they are, ids are padded as text."""
    cells = pl.DataFrame({"MESA": [1, 2], "A": [5, None], "B": [5, 5], "NULOS": ["", "x"]})
    with pytest.raises(MalformedError, match="row 2, column NULOS"):
        read_sheets([("a.parquet", cells)], profile(), ELECTION)
    whole = cells.with_columns(NULOS=pl.Series(["0", ""]))
    (table,) = read_sheets([("a.parquet", whole)], profile(), ELECTION)
    assert table.frame.select("station", "candidacy.A", "category.null").rows() == [
        ("1", 5, 0),
        ("2", None, None),
    ]
