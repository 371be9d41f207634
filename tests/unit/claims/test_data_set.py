"""CLAIM-014: what is said of a set of sheets."""

from __future__ import annotations

import pytest

from escrutinio.claims import Verdict
from tests.unit.claims.world import Sheet, World

WORLD = World().with_sheets(
    Sheet({"A": 500, "B": 200, "C": 300}, null=3), Sheet({"A": 100, "B": 50, "C": 50}, null=1)
)

CASES = {
    "stations": ('[claim.coverage]\nof = "stations"\nstations = 2', True),
    "other stations": ('[claim.coverage]\nof = "stations"\nstations = 3', False),
    "coverage": ('[claim.coverage]\nof = "stations"\npercent = "20.0"', True),
    "other coverage": ('[claim.coverage]\nof = "stations"\npercent = "21"', False),
    "votes": ("[claim.votes]\nA = 600", True),
    "other votes": ("[claim.votes]\nA = 601", False),
    "valid": ("valid = 1200", True),
    "cast": ("cast = 1204", True),
    "null votes": ("[claim.categories]\nnull = 5", False),
    "share": ('[claim.shares]\nA = "50"', True),
    "other share": ('[claim.shares]\nA = "51"', False),
    "leader": ('leads = "A"', True),
    "other leader": ('leads = "C"', False),
}


@pytest.mark.parametrize(("claim", "holds"), CASES.values(), ids=CASES.keys())
def test_what_is_said_of_the_sheets_is_held_against_them(claim: str, *, holds: bool) -> None:
    """A claim about a published file is checked against that file."""
    statements = WORLD.check_code("CLAIM-014", f'dataset = "copies"\n{claim}')
    assert [item.verdict for item in statements] == [
        Verdict.SUPPORTED if holds else Verdict.CONTRADICTED
    ]


@pytest.mark.parametrize(
    "world", [World(), World(source="others").with_sheets()], ids=["no sheets", "other sheets"]
)
def test_other_sheets_decide_nothing(world: World) -> None:
    """The sheets of another release may hold other stations."""
    (statement,) = world.check_code("CLAIM-014", 'dataset = "copies"\nleads = "A"')
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.missing is not None
    assert statement.missing.values == {"dataset": "copies"}
