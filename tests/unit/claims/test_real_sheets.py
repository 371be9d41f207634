"""The numbers of the statistics document, from the published sheets of Venezuela 2024."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from escrutinio.claims import Statement, Verdict, decode_claims
from tests.unit.claims.world import Sheet, World

pytestmark = pytest.mark.data

CODES = ("EG", "NM", "LM", "JABE", "JOBR", "AE", "CF", "DC", "EM", "BERA")
REGISTERS = {"bulletin": 21_321_805, "nationals": 21_392_464, "with_foreigners": 21_620_705}
#: Statements by code with claims, and by subject.
_Made: TypeAlias = Mapping[tuple[str, str], Statement]
ENCODINGS = {"v1": "utf-8-sig", "v2": "latin-1"}


def _rows(folder: Path, release: str) -> list[dict[str, str]]:
    path = folder / "ve-2024" / f"resultados_mesa_{release}.csv.gz"
    with gzip.open(path, "rt", encoding=ENCODINGS[release], newline="") as file:
        return list(csv.DictReader(file))


@cache
def _sheets(folder: Path, release: str) -> tuple[Sheet, ...]:
    """Read the sheets; v2 has no rolls and takes those of v1, else the ballots (section 3.2)."""
    rolls = {(row["CENTRO"], row["MESA"]): int(row["RE"]) for row in _rows(folder, "v1")}
    return tuple(
        Sheet(
            {code: int(row[code]) for code in CODES},
            null := int(row["VOTOS_NULOS"]),
            rolls.get((row["CENTRO"], row["MESA"]), int(row["VOTOS_VALIDOS"]) + null),
        )
        for row in _rows(folder, release)
    )


def _check(repository: Path, shared_data: Path, release: str) -> _Made:
    world = World(
        codes=CODES,
        stations=30_026,
        registers=REGISTERS,
        source=f"resultadosconvzla-{release}",
        has_rolls=release == "v1",
    ).with_sheets(*_sheets(shared_data, release))
    data = (repository / "examples" / "ve-2024" / "claims.toml").read_bytes()
    claims = decode_claims(data, [world.contest], "claims.toml")
    return {
        (item.code + " " + "+".join(item.claims), item.subject): item
        for item in world.check_file(claims)
    }


@pytest.fixture(scope="module")
def second(repository: Path, shared_data: Path) -> _Made:
    """Check the claims of the example against release v2."""
    return _check(repository, shared_data, "v2")


PARTIAL = {
    "first bulletin, González": ("F3", "EG:least", 6_006, 4_784_626, 338_648),
    "first bulletin, Maduro": ("F3", "NM:most", 6_006, 5_081_548, 68_544),
    "second bulletin, González": ("F1", "EG:least", 940, 6_843_416, 1_517_312),
    "second bulletin, Maduro": ("F1", "NM:most", 940, 5_235_738, 1_173_106),
}


@pytest.mark.parametrize(
    ("claim", "subject", "outside", "bound", "gap"), PARTIAL.values(), ids=PARTIAL.keys()
)
def test_the_contradictions_of_section_3_3(
    second: _Made,
    claim: str,
    subject: str,
    outside: int,
    bound: int,
    gap: int,
) -> None:
    """Equal to the integer: statistics 3.3 and 9, item 4."""
    statement = second[f"CLAIM-011 {claim}", subject]
    assert statement.verdict is Verdict.CONTRADICTED
    assert statement.figures["sheets_outside"] == outside
    assert statement.figures["bound"] == bound
    assert statement.figures["gap"] == gap


@pytest.mark.parametrize(("claim", "coverage"), [("F3", "76.94"), ("F1", "84.73")])
def test_the_coverages_from_which_they_hold(second: _Made, claim: str, coverage: str) -> None:
    """Statistics 3.3, sensitivity."""
    above = second[f"CLAIM-011 {claim}", "EG:least"].figures["coverage_above"]
    assert f"{float(above) * 100:.2f}" == coverage


def test_the_sheets_do_not_fire_the_rounded_share_test(
    second: _Made,
) -> None:
    """A negative control of statistics 2.1."""
    for subject in ("all", "grouped"):
        statement = second["CLAIM-007 sheets:resultadosconvzla-v2", subject]
        assert statement.sentence.values["matches"] == 0


def test_what_else_the_second_release_decides(second: _Made) -> None:
    """Who leads in every completion, and what the file is said to hold."""
    verdicts = {
        ("CLAIM-016 A4", "claim"): Verdict.UNCHECKABLE,
        ("CLAIM-012 B1", "irreversible:NM"): Verdict.CONTRADICTED,
        ("CLAIM-013 A1", "EG"): Verdict.UNCHECKABLE,
        ("CLAIM-014 E3b", "leads:EG"): Verdict.SUPPORTED,
        ("CLAIM-014 E3a", "dataset"): Verdict.UNCHECKABLE,
        ("CLAIM-014 G2", "stations"): Verdict.SUPPORTED,
        ("CLAIM-014 G2", "coverage"): Verdict.SUPPORTED,
    }
    assert {key: second[key].verdict for key in verdicts} == verdicts


def test_the_first_release_is_certain_by_39_535_votes(repository: Path, shared_data: Path) -> None:
    """The edge of statistics 3.2, and the readings by registered voters of 3.3."""
    first = _check(repository, shared_data, "v1")
    statement = first["CLAIM-012 B1", "irreversible:NM"]
    assert statement.verdict is Verdict.CONTRADICTED
    # The widest register: González's votes counted, minus the most Maduro can end with.
    assert statement.figures["rival_least_3"] == 7_156_462
    assert statement.figures["most_3"] == 7_156_462 - 39_535
    assert first["CLAIM-011 B1", "EG:least"].figures["bound_by_registered"] == 5_025_062


def test_with_a_register_of_39_535_more_the_same_sheets_decide_nothing(shared_data: Path) -> None:
    """One voter beyond the edge and a completion exists."""
    world = World(codes=CODES, stations=30_026).with_sheets(*_sheets(shared_data, "v1"))
    for spare, verdict in ((39_535, Verdict.CONTRADICTED), (39_536, Verdict.UNCHECKABLE)):
        wider = replace(world, registers={"edge": 21_620_705 + spare})
        (statement,) = wider.check_code("CLAIM-012", 'leads = "NM"')
        assert statement.verdict is verdict
