"""Real elections: every file of ``../shared/data`` that holds sheets, read through its profile.

The expected numbers are those of ``../shared/data/totals.json`` and of the README beside it. The
tests are skipped, saying so, where the data are not there. What a file shows only beside another
one, or after a change, is in ``test_real_data_compared.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from escrutinio.definition import CandidacyCode
from escrutinio.sheet import Profile
from escrutinio.tabulation import (
    Elected,
    NobodyElected,
    OutcomeStatus,
    Result,
    Runoff,
    compute_outcome,
    compute_outcome_counted,
    compute_scenarios,
)
from tests.scenario.real_data import EXAMPLES, ROLLS, SHEET_FILES, RealData
from tools.example_divisions import FOLDERS, seal_example

pytestmark = pytest.mark.data


@pytest.fixture(scope="session")
def real(shared_data: Path) -> RealData:
    """Give the data, each file read once for all tests."""
    return RealData(shared_data)


# --- rows and sums -----------------------------------------------------------------------------

#: ``totals.json`` adds the three levels of this file into one sum; its own test follows.
THREE_LEVELS = ("ke-2013 counties", "ke-2013 wards")


@pytest.mark.parametrize("name", [name for name in SHEET_FILES if name not in THREE_LEVELS])
def test_a_file_has_the_rows_and_sums_of_the_data_set(real: RealData, name: str) -> None:
    """A loader that drops, doubles or shifts anything changes a row count or a sum."""
    known = real.totals[SHEET_FILES[name].file]
    loaded = real[name]
    columns = loaded.profile.contests[0].columns
    assert len(loaded.table) == known["rows"]
    assert loaded.table.sums() == {
        field: known["integer_sums"][column] for field, column in columns.items()
    }


def test_a_list_of_tables_without_votes_loads_for_its_rolls(real: RealData) -> None:
    """The rolls of a count can come from a file that has no votes at all."""
    known = real.totals[ROLLS.file]
    table = real.read(ROLLS).table
    assert (len(table), table.sums()) == (
        known["rows"],
        {"registered": known["integer_sums"]["HAB"]},
    )


def test_the_three_levels_of_the_kenyan_feed_hold_the_same_votes(real: RealData) -> None:
    """The file holds one feed three times, so its sums are three times those of each level.

    Only the registered voters differ by level: wards and constituencies without any station
    reported are not in the feed.
    """
    source = SHEET_FILES["ke-2013 wards"]
    known = real.totals[source.file]

    def at_level(level: str) -> Callable[[Profile], Profile]:
        return lambda profile: replace(profile, rows={"level": (level,)})

    levels = ("county", "constituency", "ward")
    tables = {level: real.read(source, adjust=at_level(level)) for level in levels}
    columns = tables["ward"].profile.contests[0].columns
    assert [len(tables[level].table) for level in levels] == [47, 279, 1295]
    assert sum(len(loaded.table) for loaded in tables.values()) == known["rows"]
    for field, column in columns.items():
        sums = [tables[level].table.sums()[field] for level in levels]
        assert sum(sums) == known["integer_sums"][column]
        if field != "registered":
            assert len(set(sums)) == 1
    registered = [tables[level].table.sums()["registered"] for level in levels]
    assert registered == [14_362_169, 14_008_412, 13_217_252]


# --- what the catalogue finds ------------------------------------------------------------------

#: (file, code, severity, findings); what the README of the data names, and what it does not.
ODDITIES = [
    pytest.param("ar-2023 general", "SHEET-104", "hold", 1_564, id="ar tables shown as zeros"),
    pytest.param("bo-2019 final", "SHEET-403", "warn", 4, id="bo tables without votes"),
    pytest.param("ke-2013 wards", "SHEET-201", "warn", 18, id="ke valid above candidates"),
    pytest.param("ke-2013 wards", "SHEET-301", "hold", 1, id="ke more votes than the roll"),
    pytest.param("ke-2013 wards", "SHEET-408", "warn", 3, id="ke multiples of eight"),
    pytest.param("ke-2013 counties", "SHEET-408", "warn", 3, id="ke multiples of eight, counties"),
    pytest.param("ke-2022", "SHEET-306", "block", 28, id="ke forms above 700"),
    pytest.param("ke-2022", "SHEET-403", "warn", 65, id="ke forms without votes"),
    pytest.param("pe-2021", "SHEET-104", "hold", 9_335, id="pe sheets not fetched"),
    pytest.param("pe-2021", "SHEET-110", "info", 753, id="pe sheets annulled"),
    pytest.param("pe-2021", "SHEET-111", "info", 189, id="pe stations not installed"),
    pytest.param("ru-2018", "SHEET-303", "warn", 6, id="ru more in the boxes than handed out"),
    pytest.param("ve-2013", "SHEET-104", "hold", 28, id="ve tables never published"),
    pytest.param("ve-2013", "SHEET-205", "warn", 2, id="ve rolls that differ by one"),
]

#: Codes of one sheet's own sums and bounds.
SUMS = ("SHEET-201", "SHEET-202", "SHEET-203", "SHEET-204", "SHEET-210", "SHEET-301")
#: Codes of a station met twice, unknown, or read in two ways.
IDENTITY = ("SHEET-001", "SHEET-002", "SHEET-005", "SHEET-009", "SHEET-010")


@pytest.mark.parametrize(("name", "code", "severity", "count"), ODDITIES)
def test_a_known_oddity_is_found(
    real: RealData, name: str, code: str, severity: str, count: int
) -> None:
    """An oddity that people found by hand must be among the findings, with its number."""
    found = real[name].of_code(code)
    assert found.height == count
    assert set(found.get_column("severity")) == {severity}


@pytest.mark.parametrize("name", [name for name in SHEET_FILES if not name.startswith("ke-2013")])
def test_sums_that_close_give_no_finding(real: RealData, name: str) -> None:
    """All arithmetic of these files closes, so a finding would be an error of ours."""
    assert not set(SUMS) & real[name].codes.keys()


@pytest.mark.parametrize("name", SHEET_FILES)
def test_no_file_has_a_station_twice_or_an_unknown_one(real: RealData, name: str) -> None:
    """No file repeats a station, and two readings of it agree wherever there are two."""
    assert not set(IDENTITY) & real[name].codes.keys()


def test_valid_votes_exceed_the_candidates_by_the_disputed_ones(real: RealData) -> None:
    """The findings give both figures, so that the reader sees what the difference is."""
    found = real["ke-2013 wards"].of_code("SHEET-201")
    beyond = found.select((pl.col("found") - pl.col("expected")).sum()).item()
    assert beyond == real["ke-2013 wards"].table.sums()["category.disputed"] == 264


def test_the_multiples_of_eight_are_named_by_column(real: RealData) -> None:
    """The fault is in three columns; the votes of candidates are not touched by it."""
    fields = set(real["ke-2013 wards"].of_code("SHEET-408").get_column("fields"))
    assert fields == {
        "ballots_spoiled (x8)",
        "category.disputed (x8)",
        "category.rejected (x8)",
    }


def test_a_ward_with_more_votes_than_voters_is_held(real: RealData) -> None:
    """The only area of all files with more votes than its roll: Kapsasian, 7,516 of 6,803."""
    found = real["ke-2013 wards"].of_code("SHEET-301")
    assert found.select("expected", "found").rows() == [(6_803, 7_516)]
    assert real["ke-2013 wards"].tally.total.counters.held == 1


def test_figures_that_are_not_there_are_not_zero(real: RealData) -> None:
    """A sheet that nobody fetched has no figures; a table that was annulled has its own."""
    frame = real["pe-2021"].table.frame
    shown = frame.group_by("status").agg(pl.col("stated.cast").count(), pl.len().alias("rows"))
    assert {status: (count, rows) for status, count, rows in shown.iter_rows()} == {
        "sheet": (76_211, 76_211),
        "annulled": (753, 753),
        "not_installed": (189, 189),
        "not_read": (0, 9_335),
    }
    annulled = frame.filter(pl.col("status") == "annulled")
    assert annulled.get_column("category.null").sum() == 160_629


# --- counters ----------------------------------------------------------------------------------

#: (file, expected, counted, held, missing, closed) of the whole country.
COUNTERS = [
    ("ar-2023 general", 104_520, 102_956, 0, 1_564, 0),
    ("ar-2023 primaries", None, 101_653, 0, None, 0),
    ("bo-2019 trep-1", 34_555, 28_975, 0, 5_580, 0),
    ("bo-2019 trep-2", 34_555, 32_806, 0, 1_749, 0),
    ("bo-2019 final", 34_555, 34_555, 0, 0, 0),
    ("bo-2020", 35_600, 18_557, 0, 17_043, 0),
    ("hn-2025", None, 4, 0, None, 0),
    ("ke-2013 wards", None, 1_294, 1, None, 0),
    ("ke-2013 counties", None, 47, 0, None, 0),
    ("ke-2022", 46_229, 29_972, 28, 16_229, 0),
    ("pe-2021", 86_488, 76_211, 0, 9_335, 942),
    ("ru-2018", 97_699, 97_699, 0, 0, 0),
    ("ve-2013", 39_376, 39_348, 0, 28, 0),
    ("ve-2024 v1", 30_026, 24_532, 0, 5_494, 0),
    ("ve-2024 v2", 30_026, 25_073, 0, 4_953, 0),
    ("ve-2024 qr", 30_026, 21_952, 0, 8_074, 0),
]


@pytest.mark.parametrize(
    ("name", "expected", "counted", "held", "missing", "closed"),
    [pytest.param(*row, id=row[0]) for row in COUNTERS],
)
def test_every_station_of_every_division_is_accounted_for(
    real: RealData,
    name: str,
    expected: int | None,
    counted: int,
    held: int,
    missing: int | None,
    closed: int,
) -> None:
    """expected = counted + held + missing + closed, in every division and in the whole."""
    total = real[name].tally.total.counters
    assert (total.expected, total.counted, total.held, total.missing, total.closed) == (
        expected,
        counted,
        held,
        missing,
        closed,
    )
    for item in real[name].tally.divisions:
        counters = item.counters
        assert counters.surplus == 0, item.division
        if counters.expected is not None:
            assert counters.missing is not None
            assert counters.expected == counters.accounted + counters.missing


def test_the_list_of_counters_has_every_file() -> None:
    """A file added later must not be left out here."""
    assert [row[0] for row in COUNTERS] == list(SHEET_FILES)


def test_tables_that_were_not_fetched_are_missing_where_they_belong(real: RealData) -> None:
    """Their district is unknown, yet the office's own number of tables shows where they are."""
    lima = real["pe-2021"].division("Lima").counters
    assert (lima.expected, lima.received, lima.missing) == (27_942, 21_384, 6_558)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_examples_are_what_their_generator_makes(
    real: RealData, repository: Path, folder: str
) -> None:
    """Numbers of stations and rolls in an example can be counted again by anybody."""
    files = seal_example(folder, real.folder)
    path = repository / "examples" / folder
    assert (path / "definition.json").read_bytes() == files.definition
    assert (path / "divisions.csv").read_bytes() == files.divisions


# --- outcomes ----------------------------------------------------------------------------------


def _elected(code: str) -> Result:
    return Elected(CandidacyCode(code))


def _runoff(*codes: str) -> Result:
    return Runoff(tuple(CandidacyCode(code) for code in codes))


#: (file, what its counted sheets alone lead to).
RESULTS = [
    pytest.param("ar-2023 general", _runoff("massa", "milei"), id="ar 45, or 40 and 10"),
    pytest.param("ar-2023 primaries", NobodyElected(), id="ar primaries elect nobody"),
    pytest.param("bo-2019 trep-1", _runoff("CC", "MAS"), id="bo lead below 10 points"),
    pytest.param("bo-2019 final", _elected("MAS"), id="bo 40 and 10 points"),
    pytest.param("ke-2013 counties", _elected("kenyatta"), id="ke half and 24 counties"),
    pytest.param("ke-2022", _elected("ruto"), id="ke with 36 of the codes of counties"),
    pytest.param("pe-2021", _runoff("fp", "perulibre"), id="pe nobody above half"),
    pytest.param("ru-2018", _elected("putin"), id="ru half of those who took part"),
    pytest.param("ve-2013", _elected("maduro"), id="ve plurality"),
    pytest.param("ve-2024 v1", _elected("EG"), id="ve plurality, first release"),
]


@pytest.mark.parametrize(("name", "result"), RESULTS)
def test_the_law_of_each_country_decides_its_counted_sheets(
    real: RealData, name: str, result: Result
) -> None:
    """The rules in the examples are real laws, applied without any code of a country."""
    loaded = real[name]
    outcome = compute_outcome_counted(loaded.definition, loaded.table.contest, loaded.tally)
    assert outcome.counted == result


def test_a_condition_on_counties_is_not_decided_by_wards(real: RealData) -> None:
    """The file does not say in which county a ward is, so 24 counties can be neither met nor not.

    By county the same feed elects; a run-off here would be a statement without evidence.
    """
    loaded = real["ke-2013 wards"]
    outcome = compute_outcome_counted(loaded.definition, loaded.table.contest, loaded.tally)
    assert outcome.counted is None


#: (file, scenario, status) of what is still outstanding.
STATUSES = [
    pytest.param("ar-2023 general", "register:definition", OutcomeStatus.SETTLED_IF, id="ar"),
    pytest.param("bo-2019 trep-1", "register:definition", OutcomeStatus.OPEN, id="bo quick count"),
    pytest.param("bo-2019 final", "caps", OutcomeStatus.SETTLED, id="bo nothing missing"),
    pytest.param("bo-2020", "register:definition", OutcomeStatus.OPEN, id="bo at 52 %"),
    pytest.param("ke-2022", "caps", OutcomeStatus.OPEN, id="ke with a cap on stations"),
    pytest.param("ru-2018", "caps", OutcomeStatus.SETTLED, id="ru nothing missing"),
    pytest.param("ve-2013", "register:council-2013", OutcomeStatus.SETTLED_IF, id="ve 28 missing"),
]


@pytest.mark.parametrize(("name", "scenario", "status"), STATUSES)
def test_what_is_outstanding_decides_whether_a_result_is_settled(
    real: RealData, name: str, scenario: str, status: OutcomeStatus
) -> None:
    """An unfinished count is called settled only when no completion changes the result."""
    loaded = real[name]
    contest = loaded.table.contest
    known = compute_scenarios(loaded.definition, contest, loaded.tally)
    found = next(item for item in known if item.id == scenario)
    assert compute_outcome(loaded.definition, contest, loaded.tally, found).status is status


# --- states of Venezuela, 2024 -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["ve-2024 v1", "ve-2024 v2"])
def test_states_are_the_sums_of_their_sheets(real: RealData, name: str) -> None:
    """Every total of a state equals the plain sum over the rows that name the state."""
    loaded = real[name]
    fields = {f"candidacy.{item.code}": item.code for item in loaded.table.contest.candidacies}
    sums = loaded.table.frame.group_by("division").agg(pl.col(list(fields)).sum())
    by_state = {row["division"]: row for row in sums.iter_rows(named=True)}
    states = loaded.tally.divisions[1:]
    assert {item.division for item in states} == by_state.keys()
    for item in states:
        row = by_state[item.division]
        assert item.candidacies == {code: row[field] for field, code in fields.items()}


@pytest.mark.parametrize("name", ["ve-2024 v1", "ve-2024 v2"])
def test_one_candidacy_leads_in_all_states_and_ties_are_few(real: RealData, name: str) -> None:
    """In both releases: the same candidacy first in all 24 states, and 41 sheets tied."""
    tally = real[name].tally
    leaders = [
        max(item.candidacies, key=lambda code: item.candidacies[code])
        for item in tally.divisions[1:]
    ]
    assert leaders == ["EG"] * 24
    assert tally.ties == 41


def test_the_closest_state_is_sucre(real: RealData) -> None:
    """Second release: 50.03 % to 47.61 % of the valid votes."""
    tally = real["ve-2024 v2"].tally
    first, second = CandidacyCode("EG"), CandidacyCode("NM")
    closest = min(
        tally.divisions[1:],
        key=lambda item: Fraction(item.candidacies[first] - item.candidacies[second], item.valid),
    )
    assert closest == real["ve-2024 v2"].division("Sucre")
    shares = [Fraction(100 * closest.candidacies[code], closest.valid) for code in (first, second)]
    assert [f"{float(share):.2f}" for share in shares] == ["50.03", "47.61"]


def test_every_example_has_a_file_here() -> None:
    """An example without a test of its files would rot."""
    examples = {source.example.partition("/")[0] for source in SHEET_FILES.values()}
    assert examples == {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
