"""Figures are digits and nothing else; every other cell has a named state or is a fault."""

from __future__ import annotations

import polars as pl
import pytest

from escrutinio.errors import Fault
from escrutinio.sheet import CellState
from escrutinio.sheet.cells import ROW, read_figures
from escrutinio.sheet.fields import MAX_FIGURE, state_column
from tests.unit.sheet.profiles import profile

DASH, EMPTY, ILLEGIBLE = CellState.DASH, CellState.EMPTY, CellState.ILLEGIBLE


def _read(
    cells: pl.Series, thousands: str = "", special: str = ""
) -> tuple[list[int | CellState], list[Fault]]:
    """Read one column; give figure or state of each cell, and the faults."""
    rows = pl.Series(ROW, range(1, len(cells) + 1), dtype=pl.UInt32)
    frame = pl.DataFrame([rows, cells.alias("VOTOS")])
    faults: list[Fault] = []
    chosen = profile(f'[file]\nthousands = "{thousands}"\n[special]\n{special}')
    read = read_figures(("a.csv", frame), {"candidacy.A": "VOTOS"}, chosen, faults)
    figures = read.get_column("candidacy.A").to_list()
    states = (
        read.get_column(state_column("candidacy.A")).to_list()
        if read.width > 1
        else [0] * len(figures)
    )
    cells_read = [
        CellState(state) if state else figure for figure, state in zip(figures, states, strict=True)
    ]
    return cells_read, faults


def _texts(*cells: str | None) -> pl.Series:
    return pl.Series(cells, dtype=pl.String)


@pytest.mark.parametrize(
    "cell",
    [
        "-5",
        "-0",
        "+5",
        "5.0",
        "5,0",
        "1.5",
        "1e3",
        "0x10",
        "10000001",
        "99999999999999999999",
        "٣",
        "\uff15",
        "²",
        "1 2",
        "1_000",
        "NaN",
        "x",
        "-",
        "1,234",
        "5-",
    ],
)
@pytest.mark.parametrize("neighbours", [("7",), ("7", "")], ids=["alone", "beside an empty one"])
def test_what_is_not_digits_is_a_fault_with_its_place(
    cell: str, neighbours: tuple[str, ...]
) -> None:
    """A figure read otherwise than it was written would be a vote made up by this program."""
    _, faults = _read(_texts(*neighbours, cell))
    (fault,) = faults
    assert fault.where == f"a.csv: row {len(neighbours) + 1}, column VOTOS"
    assert fault.expected == f"a whole number from 0 to {MAX_FIGURE}"
    assert fault.found == repr(cell)


def test_the_fault_says_what_to_do_about_text_that_has_a_meaning() -> None:
    """A profile names what stands for "not read"; a negative count has no such meaning."""
    _, faults = _read(_texts("no leída", "-5"))
    assert "[special]" in faults[0].remedy
    assert faults[1].remedy == ""


def test_digits_with_blanks_around_and_zeros_in_front_are_figures() -> None:
    """Fixed-width exports pad their figures."""
    assert _read(_texts(" 12", "12 ", "\t12", "0012", "0", "10000000")) == (
        [12, 12, 12, 12, 0, MAX_FIGURE],
        [],
    )


def test_empty_dash_and_illegible_are_states_and_never_zero() -> None:
    """What the profile names keeps its meaning; what it does not name is a fault."""
    special = '"-" = "dash"\n"Ilegible" = "illegible"'
    read, faults = _read(_texts("", None, " - ", "Ilegible", "0"), special=special)
    assert (read, faults) == ([EMPTY, EMPTY, DASH, ILLEGIBLE, 0], [])


def test_a_negative_number_can_stand_for_a_state() -> None:
    """Some publishers write -1 for a figure they do not have, in every cell of a column too."""
    special = '"-1" = "not_on_source"'
    for others in ((), ("7",), ("7", "")):
        read, faults = _read(_texts("-1", *others), special=special)
        assert read[0] is CellState.NOT_ON_SOURCE
        assert not faults
    assert _read(pl.Series([-1, 5]), special=special) == ([CellState.NOT_ON_SOURCE, 5], [])


@pytest.mark.parametrize(
    ("cell", "figure"),
    [("1.234", 1234), ("12.345.678"[:9], None), ("123", 123), ("1234", 1234), ("0.123", 123)],
)
def test_thousands_are_groups_of_three(cell: str, figure: int | None) -> None:
    """With a point for thousands, "1.5" is one and a half votes, never fifteen."""
    read, faults = _read(_texts(cell), thousands=".")
    assert read == [figure]
    assert bool(faults) == (figure is None)


@pytest.mark.parametrize(
    "cell", ["1.5", "1.23", ".5", "5.", "1..234", "1.2345", "+1.234", "-1.234"]
)
def test_other_points_are_no_thousands(cell: str) -> None:
    """A decimal point read as a separator would multiply the votes by ten."""
    _, faults = _read(_texts(cell), thousands=".")
    assert len(faults) == 1


def test_whole_numbers_of_parquet_are_figures() -> None:
    """Integer columns need no text, and a missing one is what the profile says it is."""
    assert _read(pl.Series([1, None, 0], dtype=pl.UInt8)) == ([1, EMPTY, 0], [])
    read, _ = _read(pl.Series([1, None]), special='"" = "not_on_source"')
    assert read == [1, CellState.NOT_ON_SOURCE]


@pytest.mark.parametrize("figure", [-1, MAX_FIGURE + 1, 2**63])
def test_whole_numbers_of_parquet_have_the_same_limits(figure: int) -> None:
    """A figure beyond 64 bits must not turn into an empty cell."""
    kind = pl.UInt64 if figure >= 2**63 else pl.Int64
    _, faults = _read(pl.Series([5, figure], dtype=kind))
    assert [fault.where for fault in faults] == ["a.csv: row 2, column VOTOS"]
    assert faults[0].found == repr(str(figure))
