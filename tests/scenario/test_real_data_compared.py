"""Real files beside each other, or with one thing changed: duplicates, unknown stations, rolls.

The unchanged files are in ``test_real_data.py``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from escrutinio.adapters import load_definition, store_definition_files
from escrutinio.definition import (
    Definition,
    DivisionId,
    Station,
    StationId,
    StationKind,
    encode_definition,
)
from escrutinio.sheet import roll_from_sheets
from tests.scenario.real_data import ROLLS, SHEET_FILES, Loaded, RealData

pytestmark = pytest.mark.data


@pytest.fixture(scope="session")
def real(shared_data: Path) -> RealData:
    """Give the data, each file read once for all tests."""
    return RealData(shared_data)


def _store_with_stations(source: Loaded, folder: Path) -> Definition:
    """Write the definition of a source with its stations as the list of all, and read it again."""
    rows = source.table.frame.select("station", "division", "registered").iter_rows()
    contest = source.table.contest.code
    stations = tuple(
        Station(
            StationId(station), DivisionId(division), StationKind.DEVICE, "", {contest: roll}, {}
        )
        for station, division, roll in rows
    )
    divisions = tuple(
        replace(item, stations=None, registered=None) for item in source.definition.divisions
    )
    listed = replace(source.definition, divisions=divisions, stations=stations)
    store_definition_files(folder, encode_definition(listed))
    return load_definition(folder)


def test_sheets_of_stations_outside_the_list_stay_out(real: RealData, tmp_path: Path) -> None:
    """28 QR readings are of tables that the first release does not have; none is counted."""
    listed = _store_with_stations(real["ve-2024 v1"], tmp_path)
    readings = real.read(SHEET_FILES["ve-2024 qr"], definition=listed)
    unknown = readings.of_code("SHEET-001")
    assert unknown.height == 28
    counters = readings.tally.total.counters
    assert (counters.counted, counters.out_of_catalogue) == (21_924, 28)
    published = pl.read_csv(
        real.folder / "ve-2024" / "qr_vs_csv_diferencias.csv", schema_overrides={"acta": pl.String}
    )
    named = published.filter(pl.col("in_v1") == 0).get_column("acta").str.slice(0, 12)
    assert set(unknown.get_column("station")) == set(named)


def test_a_file_given_twice_is_counted_once(real: RealData) -> None:
    """Every sheet is met twice with the same figures; the totals are those of one file."""
    source = SHEET_FILES["ve-2024 v1"]
    twice = real.read(source, source)
    assert twice.codes["SHEET-010"] == 2 * 24_532
    assert "SHEET-002" not in twice.codes
    assert twice.tally.divisions == real["ve-2024 v1"].tally.divisions


@pytest.mark.parametrize(
    ("quick", "differing", "stations"),
    [("bo-2019 trep-1", 549, 28_975), ("bo-2019 trep-2", 706, 32_806)],
)
def test_two_counts_of_one_table_that_differ_are_held(
    real: RealData, quick: str, differing: int, stations: int
) -> None:
    """Of two sheets of one table that differ none is chosen; equal ones are counted once."""
    both = real.read(SHEET_FILES[quick], SHEET_FILES["bo-2019 final"])
    conflicts = both.of_code("SHEET-002")
    assert conflicts.height == 2 * differing
    assert conflicts.get_column("station").n_unique() == differing
    assert set(conflicts.get_column("severity")) == {"block"}
    assert both.codes["SHEET-010"] == 2 * (stations - differing)
    counters = both.tally.total.counters
    assert (counters.counted, counters.held, counters.missing) == (34_555 - differing, differing, 0)


def test_a_sheet_above_its_real_roll_is_held(real: RealData) -> None:
    """The sheets of five tables, against rolls one voter below their ballots."""
    sheets = real["ve-2024 v1"].table.frame
    cast = sheets.select(
        "station", (pl.col("stated.valid") + pl.col("category.null")).alias("cast")
    )
    five = cast.filter(pl.col("cast") > 0).head(5)
    rolls = roll_from_sheets(real["ve-2024 v1"].table)
    rolls = (
        rolls.join(five, on="station", how="left")
        .with_columns(pl.coalesce(pl.col("cast") - 1, "roll").alias("roll"))
        .select("station", "roll")
    )
    checked = real.read(SHEET_FILES["ve-2024 v2"], roll=rolls)
    assert set(checked.of_code("SHEET-301").get_column("station")) == set(five["station"])
    assert checked.tally.total.counters.held == 5


def test_a_release_without_rolls_takes_them_from_the_other(real: RealData) -> None:
    """The second release has no registered voters; the first has them for all but 543 tables."""
    rolls = roll_from_sheets(real["ve-2024 v1"].table)
    joined = real.read(SHEET_FILES["ve-2024 v2"], roll=rolls)
    assert "SHEET-307" not in real["ve-2024 v2"].codes
    assert joined.codes["SHEET-307"] == 543
    assert joined.tally.total.registered_stations == 25_073 - 543


def test_an_export_finds_every_table_in_the_list_under_another_number(real: RealData) -> None:
    """All 18,557 tables of the export have a roll in the list, and one of them another one."""
    rolls = roll_from_sheets(real.read(ROLLS).table)
    joined = real.read(SHEET_FILES["bo-2020"], roll=rolls)
    known = joined.roster.attach(joined.table).get_column("roll")
    assert known.null_count() == 0
    assert joined.codes["SHEET-305"] == 1


def test_a_code_of_another_station_blocks_the_sheet(real: RealData) -> None:
    """Two Honduran forms with their QR codes exchanged: both wait for a person."""

    def exchange(cells: pl.DataFrame) -> pl.DataFrame:
        first, second, *rest = cells.get_column("qr_payload").to_list()
        return cells.with_columns(pl.Series("qr_payload", [second, first, *rest]))

    exchanged = real.read(SHEET_FILES["hn-2025"], edit=exchange)
    found = exchanged.of_code("SHEET-005")
    assert found.select("station", "severity").rows() == [("18108", "block"), ("18118", "block")]
    assert exchanged.tally.total.counters.held == 2


def test_the_order_of_rows_changes_nothing(real: RealData) -> None:
    """A file sorted otherwise gives the same tally, down to every division and histogram."""
    turned = real.read(SHEET_FILES["bo-2019 final"], edit=lambda cells: cells.reverse())
    assert turned.tally == real["bo-2019 final"].tally
    assert turned.codes == real["bo-2019 final"].codes
