"""CLAIM-005 and CLAIM-006: printed turnout and coverage, and the denominator that fits."""

from __future__ import annotations

import pytest

from escrutinio.claims import Verdict
from tests.unit.claims.world import World

WORLD = World()
HALF = '[claim.coverage]\nof = "stations"\npercent = "50"'
COUNTED = '[claim.coverage]\nof = "stations"\npercent = "90"\nregistered = 900'

TURNOUTS = {
    "of the counted stations": (
        f'cast = 540\nregistered = 1000\nturnout = "60"\n{COUNTED}',
        "claim.turnout.rounded",
        "claim.ratio.registered_counted",
        Verdict.SUPPORTED,
    ),
    "of the whole register, which is named": (
        f'cast = 540\nregistered = 1000\nturnout = "54"\n{COUNTED}',
        "claim.turnout.rounded",
        "claim.ratio.registered",
        Verdict.SUPPORTED,
    ),
    "of neither": (
        f'cast = 540\nregistered = 1000\nturnout = "58"\n{COUNTED}',
        "claim.turnout.differ",
        None,
        Verdict.CONTRADICTED,
    ),
    "ballots added up": (
        'registered = 1000\nturnout = "51"\nvalid = 500\n[claim.categories]\nnull = 10',
        "claim.turnout.rounded",
        "claim.ratio.registered",
        Verdict.SUPPORTED,
    ),
    "cut off": (
        'registered = 1000\nturnout = "51"\ncast = 519',
        "claim.turnout.truncated",
        "claim.ratio.registered",
        Verdict.SUPPORTED,
    ),
    "a part against the whole register decides nothing": (
        f'cast = 300\nregistered = 1000\nturnout = "60"\n{HALF}',
        "claim.turnout.unknown",
        None,
        Verdict.UNCHECKABLE,
    ),
    "nothing to compare with": (
        'turnout = "60"',
        "claim.turnout.unknown",
        None,
        Verdict.UNCHECKABLE,
    ),
}


@pytest.mark.parametrize(
    ("claim", "key", "ratio", "verdict"), TURNOUTS.values(), ids=TURNOUTS.keys()
)
def test_turnout_names_the_register_it_is_taken_of(
    claim: str, key: str, ratio: str | None, verdict: Verdict
) -> None:
    """Turnout of the counted stations and of the whole country are different numbers."""
    (statement,) = WORLD.check_code("CLAIM-005", claim)
    assert statement.sentence.key == key
    named = statement.sentence.values.get("ratio")
    assert getattr(named, "key", None) == ratio
    assert statement.verdict is verdict
    assert (statement.missing is not None) == (verdict is Verdict.UNCHECKABLE)


COVERAGES = {
    "stations": ('percent = "80"\nstations = 8', "rounded"),
    "stations as the source counts them": (
        'percent = "64.73"\nstations = 971\nstations_expected = 1500',
        "rounded",
    ),
    "wrong": ('percent = "81"\nstations = 8', "differ"),
    "of the register, though it says stations": (
        'percent = "96.87"\nregistered = 9687',
        "other_unit",
    ),
    "of the register, which decides nothing about stations": (
        'percent = "90"\nregistered = 9687',
        "unknown",
    ),
}


@pytest.mark.parametrize(("coverage", "case"), COVERAGES.values(), ids=COVERAGES.keys())
def test_coverage_is_held_against_stations_and_registered_voters(coverage: str, case: str) -> None:
    """96.87 % of the stations turned out to be 96.87 % of the voters."""
    claim = f'registered = 10000\n[claim.coverage]\nof = "stations"\n{coverage}'
    (statement,) = WORLD.check_code("CLAIM-006", claim)
    assert statement.sentence.key == f"claim.coverage.{case}"


def test_a_bare_coverage_has_nothing_to_be_compared_with() -> None:
    """ "80 % of the stations" alone is no arithmetic; other tests use it."""
    assert not WORLD.check_code("CLAIM-006", '[claim.coverage]\nof = "stations"\npercent = "80"')
