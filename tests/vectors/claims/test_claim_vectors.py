"""The numbers of the statistics document, one file per case; see the README beside this file."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from escrutinio.claims import decode_claims
from escrutinio.primitives import decimals_of, format_fraction
from tests.unit.claims.world import World

CASES = sorted(Path(__file__).parent.glob("*.json"))


def test_there_are_vectors() -> None:
    """An empty folder would pass every test in it."""
    assert len(CASES) >= 9


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_the_expected_statements_are_made(path: Path) -> None:
    """Equal to the integer, and to every decimal that the document prints."""
    case = json.loads(path.read_text(encoding="utf-8"))
    contest = case["contest"]
    world = World(
        codes=tuple(contest["candidacies"]),
        stations=contest["stations"],
        registers=contest["registers"],
    )
    claims = decode_claims("\n".join(case["claims"]).encode(), [world.contest], path.name)
    made = {(item.code, item.claims, item.subject): item for item in world.check_file(claims)}
    for expected in case["expected"]:
        key = (expected["code"], tuple(expected["claims"]), expected["subject"])
        statement = made[key]
        assert statement.verdict.value == expected["verdict"], key
        for name, value in expected["figures"].items():
            _assert_equal(statement.figures[name], value, name)


def _assert_equal(found: int | Fraction | str, expected: Any, name: str) -> None:  # noqa: ANN401 -- any value of JSON
    if isinstance(expected, int) or isinstance(found, str):
        assert found == expected, name
    else:
        assert format_fraction(Fraction(found), decimals_of(expected)) == expected, name
