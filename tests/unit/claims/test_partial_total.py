"""CLAIM-011: an announced total of a part against a set of sheets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest

from escrutinio.claims import Basis, EvidenceClass, Verdict
from tests.unit.claims.world import Sheet, World

SHEETS = tuple(
    Sheet({"A": a, "B": b, "C": c}, roll=100)
    for a, b, c in [(50, 10, 0), (40, 20, 1), (30, 30, 2), (20, 40, 3), (10, 5, 0)]
)
WORLD = World(stations=6).with_sheets(*SHEETS)


def _claim(votes: str, coverage: str = 'of = "stations"\npercent = "80"', head: str = "") -> str:
    return f"{head}\n[claim.coverage]\n{coverage}\n[claim.votes]\n{votes}"


def test_too_few_and_too_many_votes_are_contradicted() -> None:
    """Of 6 stations at least floor(4.8) = 4 are inside, so two sheets at most are outside."""
    statements = WORLD.check_code("CLAIM-011", _claim("A = 59\nB = 200\nC = 1"))
    found = {item.subject: item for item in statements}
    assert found["A:least"].figures["sheets_outside"] == 2
    assert found["A:least"].figures["bound"] == 150 - (50 + 40)
    assert found["A:least"].figures["gap"] == 1
    # Others on the sheets: 10, 21, 32, 43, 5 = 111; without the largest two, 36 remain. Of the
    # 260 announced valid votes at least 60 are A's; B gets at most 260 - (others without 2).
    others = sorted((50, 41, 32, 23, 10), reverse=True)
    assert found["B:most"].figures["bound"] == 260 - (sum(others) - sum(others[:2]))
    assert found["others"].verdict is Verdict.UNCHECKABLE
    contradicted = found["A:least"]
    assert contradicted.verdict is Verdict.CONTRADICTED
    assert contradicted.basis is Basis.TRUE_COPIES
    assert contradicted.evidence_class is EvidenceClass.CONTRADICTION


@pytest.mark.parametrize("percent", ["17", "34", "51", "67", "84", "100"])
def test_the_bounds_are_those_of_every_choice_of_sheets(percent: str) -> None:
    """A slow, literal reading: try every set of sheets that may be inside."""
    outside = 6 - int(percent) * 6 // 100
    valid = 400
    for index, code in enumerate("AB"):
        inside = [
            [sheet for place, sheet in enumerate(SHEETS) if place not in left_out]
            for size in range(min(outside, len(SHEETS)) + 1)
            for left_out in combinations(range(len(SHEETS)), size)
        ]
        least = min(sum(sheet.votes[code] for sheet in chosen) for chosen in inside)
        most = valid - min(
            sum(sheet.valid - sheet.votes[code] for sheet in chosen) for chosen in inside
        )
        other = "BA"[index]
        coverage = f'of = "stations"\npercent = "{percent}"'
        for votes, direction, holds in (
            (least - 1, "least", least > 0),
            (least, "least", False),
            (most + 1, "most", most < valid),
            (most, "most", False),
        ):
            if not 0 <= votes <= valid:
                continue
            claim = _claim(f"{code} = {votes}\n{other} = {valid - votes}\nC = 0", coverage)
            subjects = [item.subject for item in WORLD.check_code("CLAIM-011", claim)]
            assert (f"{code}:{direction}" in subjects) is holds, (code, votes, direction)


def test_the_coverage_from_which_it_holds_is_exact() -> None:
    """One station fewer inside and the contradiction is gone; one more and it is there."""
    (statement, _) = WORLD.check_code("CLAIM-011", _claim("A = 59\nB = 100"))
    above = statement.figures["stations_above"]
    assert isinstance(above, int)
    assert statement.figures["coverage_above"] == Fraction(above, 6)
    for stations, holds in ((above, False), (above + 1, True)):
        claim = _claim("A = 59\nB = 100", f'of = "stations"\nstations = {stations}')
        subjects = [item.subject for item in WORLD.check_code("CLAIM-011", claim)]
        assert ("A:least" in subjects) is holds


def test_a_contradiction_with_all_sheets_outside_holds_for_every_coverage() -> None:
    """More votes than the announcement has valid votes need no sheet at all."""
    claim = _claim("A = 300", 'of = "stations"\npercent = "1"', "valid = 200")
    (statement,) = WORLD.check_code("CLAIM-011", claim)
    assert statement.subject == "A:most"
    assert "claim.partial.always" in [line.key for line in statement.arithmetic]


def test_without_a_total_only_too_few_can_be_seen() -> None:
    """The upper bound starts from the valid votes; without them it is not guessed."""
    (statement,) = WORLD.check_code("CLAIM-011", _claim("A = 150"))
    assert statement.subject == "all"
    assert "claim.partial.only_least" in [line.key for line in statement.arithmetic]


def test_a_coverage_of_votes_bounds_the_votes_outside_and_not_the_stations() -> None:
    """80 % of the votes, 400 of them: at most 100 are outside, in however many stations."""
    coverage = 'of = "votes"\npercent = "80"'
    total = WORLD.check_code("CLAIM-011", _claim("A = 150", coverage, "valid = 400"))[0]
    assert total.figures["votes_outside"] == 100
    least = sum((10, 20, 30, 40, 50))  # A's votes on the sheets of WORLD
    for votes, holds in ((least - 101, True), (least - 100, False)):
        claim = _claim(f"A = {votes}", coverage, "valid = 400")
        subjects = [item.subject for item in WORLD.check_code("CLAIM-011", claim)]
        assert ("A:least" in subjects) is holds


def test_a_coverage_of_votes_without_a_total_says_nothing_about_sheets() -> None:
    """ "80 % of the votes counted" need not be 80 % of the stations."""
    coverage = 'of = "votes"\npercent = "80"'
    (statement,) = WORLD.check_code("CLAIM-011", _claim("A = 59", coverage))
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.missing is not None
    assert statement.missing.key == "claim.missing.votes_total"


def test_a_coverage_of_registered_voters_takes_sheets_by_votes_per_voter() -> None:
    """A fractional knapsack: 20 % of 600 voters are 120, one sheet and a fifth of another."""
    world = replace(WORLD, has_rolls=True, registers={"all": 600})
    coverage = 'of = "registered"\npercent = "80"'
    (statement,) = world.check_code("CLAIM-011", _claim("A = 1", coverage))
    assert statement.figures["registered_outside"] == 120
    assert statement.figures["bound"] == 150 - (50 + 8)


def test_the_other_reading_of_a_coverage_stands_in_the_arithmetic() -> None:
    """Whether 80 % are stations or voters is often not said; both bounds are shown."""
    world = replace(WORLD, has_rolls=True, registers={"all": 600})
    statement = world.check_code("CLAIM-011", _claim("A = 1"))[0]
    assert statement.figures["bound"] == 60
    assert statement.figures["bound_by_registered"] == 92


def test_more_sheets_than_stations_contradict_nothing() -> None:
    """Some sheets of such a set are not of expected stations, and nobody knows which."""
    world = World(stations=4).with_sheets(*SHEETS)
    (statement,) = world.check_code("CLAIM-011", _claim("A = 1"))
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.missing is not None
    assert statement.missing.key == "claim.missing.surplus"


def test_a_whole_result_covers_every_station() -> None:
    """A final result leaves no sheet outside."""
    (statement,) = WORLD.check_code("CLAIM-011", 'scope = "whole"\n[claim.votes]\nA = 149')
    assert statement.figures["bound"] == 150


MISSING = {
    "sheets": (World(), _claim("A = 1"), "claim.missing.sheets"),
    "stations": (replace(WORLD, stations=None), _claim("A = 1"), "claim.missing.stations_expected"),
    "places": (WORLD, _claim("A = 1", 'of = "places"\npercent = "30"'), "claim.missing.places"),
    "rolls": (WORLD, _claim("A = 1", 'of = "registered"\npercent = "80"'), "claim.missing.rolls"),
    "a register": (
        replace(WORLD, has_rolls=True),
        _claim("A = 1", 'of = "registered"\npercent = "80"'),
        "claim.missing.register",
    ),
    "a share": (
        WORLD,
        _claim("A = 1", 'of = "stations"\nregistered = 5'),
        "claim.missing.coverage_share",
    ),
}


@pytest.mark.parametrize(("world", "claim", "key"), MISSING.values(), ids=MISSING.keys())
def test_what_is_missing_is_named(world: World, claim: str, key: str) -> None:
    """ "Cannot be checked" without saying what would help is no answer."""
    (statement,) = world.check_code("CLAIM-011", claim)
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.missing is not None
    assert statement.missing.key == key


def test_a_part_of_unknown_size_is_not_tested() -> None:
    """Votes of an unknown part can be anything up to all."""
    assert not WORLD.check_code("CLAIM-011", "[claim.votes]\nA = 1")
