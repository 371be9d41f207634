"""The tables of a bulletin, read back: they say what the tally says, and keep what is unknown."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import polars as pl
import pytest

from escrutinio.publication.exports.divisions import division_rows, guard_cell
from tests.unit.publication.exported import DAYS, day_of, exports_of, last_bulletin, records


def _sheets(name: str = "full", contest: str = "president") -> dict[str, dict[str, str]]:
    return {row["station"]: row for row in records(exports_of(name)[f"sheets-{contest}.csv"])}


@pytest.mark.parametrize("name", DAYS)
def test_counted_sheets_add_up_to_the_divisions(name: str) -> None:
    """Who sums the published rows must arrive at the published totals."""
    for item in last_bulletin(name).cut.contests:
        code = item.contest.code
        rows = records(exports_of(name)[f"sheets-{code}.csv"])
        counted = [row for row in rows if row["treatment"] == "counted"]
        whole = records(exports_of(name)[f"divisions-{code}.csv"])[0]
        for option in item.contest.options:
            field = f"option.{option.code}"
            assert int(whole[field]) == sum(int(row[field] or 0) for row in counted)
        assert int(whole["counted"]) == len(counted)


@pytest.mark.parametrize("name", DAYS)
def test_the_divisions_are_those_of_the_tally(name: str) -> None:
    for item in last_bulletin(name).cut.contests:
        rows = records(exports_of(name)[f"divisions-{item.contest.code}.csv"])
        assert [row["division"] for row in rows] == [row.division for row in item.tally.divisions]
        for row, tally in zip(rows, item.tally.divisions, strict=True):
            for candidacy in item.contest.candidacies:
                votes = tally.candidacies[candidacy.code]
                assert row[f"candidacy.{candidacy.code}"] == str(votes)
            assert row["valid"] == str(tally.valid)
            assert row["cast"] == ("" if tally.cast is None else str(tally.cast))
            missing = tally.counters.missing
            assert row["missing"] == ("" if missing is None else str(missing))


@pytest.mark.parametrize("name", DAYS)
def test_parquet_and_csv_hold_the_same(name: str) -> None:
    for item in last_bulletin(name).cut.contests:
        base = f"sheets-{item.contest.code}"
        parquet = pl.read_parquet(io.BytesIO(exports_of(name)[f"{base}.parquet"]))
        assert parquet.write_csv().encode() == exports_of(name)[f"{base}.csv"]


@pytest.mark.parametrize("name", DAYS)
def test_an_empty_cell_has_one_spelling(name: str) -> None:
    """Nothing between two commas; a pair of quotation marks would be a second one."""
    for file, data in exports_of(name).items():
        if file.endswith(".csv"):
            assert not re.search(rb'(^|,)""(,|$)', data, re.MULTILINE), file


@pytest.mark.parametrize("name", DAYS)
def test_every_row_of_the_bulletin_has_a_row(name: str) -> None:
    """Nobody has to guess what a station that is not in a file means."""
    found = [
        (row["contest"], row["station"], row["treatment"], row["entry"])
        for item in last_bulletin(name).cut.contests
        for row in records(exports_of(name)[f"sheets-{item.contest.code}.csv"])
    ]
    assert found == [
        (row["contest"], row["station"], row["treatment"], row["entry"])
        for row in records(last_bulletin(name).composed.rows_csv)
    ]


def test_a_row_leads_to_the_entry_it_was_read_from() -> None:
    sheets = _sheets()
    chain = day_of("full").ledger.chains(0)["N1.1"]
    assert sheets["N1.1"]["digest"] == chain.sheets[1].digest.hex()
    assert (sheets["N1.1"]["entry"], sheets["N1.1"]["version"]) == ("16", "2")
    assert sheets["N1.1"]["reason"] == "approve:paper"


def test_illegible_dash_and_not_on_form_are_told_apart_and_never_zero() -> None:
    """A blank taken for a zero would make a vote vanish in a sum."""
    paper = _sheets()["N1.2"]
    assert (paper["option.green"], paper["states"]) == ("", "option.green:illegible")
    copies = _sheets("transcription")
    assert (copies["N1.2"]["option.green"], copies["N1.2"]["category.null"]) == ("", "")
    states = copies["N1.2"]["states"].split()
    assert {"option.green:dash", "category.null:illegible"} <= set(states)
    assert "category.null:not_on_form" in copies["N1.1"]["states"].split()


def test_sealed_and_stated_numbers_of_admitted_voters_stand_side_by_side() -> None:
    port = _sheets()["S1.1"]
    assert (port["admitted"], port["check_ins"], port["stated.cast"]) == ("227", "227", "230")


def test_a_station_without_a_sheet_has_no_figures_and_no_states() -> None:
    closed = _sheets()["S1.2"]
    assert (closed["treatment"], closed["status"]) == ("closed", "not_installed")
    assert closed["reason"] == "not_installed:not_opened"
    assert not any(closed[name] for name in ("entry", "digest", "admitted", "states"))


def test_a_row_names_its_divisions_level_by_level() -> None:
    moved = _sheets()["N2.1"]
    assert (moved["level.country"], moved["level.state"], moved["division"]) == ("EJ", "N", "N1")
    assert moved["name.municipality"] == "Alto"
    assert (moved["kind"], moved["polling_place"]) == ("mobile", "N1-school")
    stranger = _sheets()["Z9.9"]
    assert (stranger["treatment"], stranger["division"]) == ("out_of_catalogue", "")


def test_a_withdrawn_candidacy_keeps_its_column_on_the_sheets() -> None:
    """The form was printed before; what is on paper is published as it is."""
    assert _sheets()["N1.1"]["option.white"] == "20"
    assert "candidacy.vega" not in records(exports_of("full")["divisions-president.csv"])[0]


def test_the_image_that_was_read_is_named_by_its_digest() -> None:
    assert len(_sheets("transcription")["N1.1"]["copy"]) == 64
    assert _sheets()["N1.1"]["copy"] == ""


def test_early_and_late_bulletins_have_the_same_columns() -> None:
    """A program that reads one bulletin reads the next."""
    from escrutinio.publication.exports.sheets import sheet_rows  # noqa: PLC0415  # one use

    cuts = [item.cut for item in day_of("full").bulletins]
    columns = {tuple(sheet_rows(cut.definition, cut.contests[0]).columns) for cut in cuts}
    assert len(columns) == 1


def test_findings_name_station_entry_and_figures() -> None:
    found = {
        (row["station"], row["code"]): row for row in records(exports_of("full")["findings.csv"])
    }
    surplus = found["S1.1", "SHEET-303"]
    assert (surplus["entry"], surplus["severity"]) == ("14", "hold")
    assert (surplus["expected"], surplus["found"]) == ("227", "230")
    assert len(found) == sum(frame.height for frame in last_bulletin("full").findings)


@pytest.mark.parametrize("text", ["=1+1", "+584", "-9", "@home", "=HYPERLINK(1)"])
def test_a_name_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Norte", "1-2", 'Sur, "La Peña"', ""])
def test_other_names_stay_as_they_are(text: str) -> None:
    assert guard_cell(text) == text


def test_a_dangerous_name_of_a_division_is_disarmed_in_the_table() -> None:
    cut = last_bulletin("full").cut
    divisions = tuple(
        replace(item, name="=cmd|'/c calc'!A1") if item.division == "N" else item
        for item in cut.definition.divisions
    )
    definition = replace(cut.definition, divisions=divisions)
    rows = division_rows(definition, cut.contests[0])
    assert rows.filter(pl.col("division") == "N").item(0, "name") == "'=cmd|'/c calc'!A1"


def test_names_with_commas_and_quotes_are_read_back() -> None:
    rows = records(exports_of("full")["divisions-president.csv"])
    assert rows[2]["name"] == 'Sur, isla "La Peña"'
