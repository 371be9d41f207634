"""The claims file of the bundled example, by its own figures alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from escrutinio.claims import ClaimsFile, Statement, Verdict, decode_claims
from tests.unit.claims.world import World

WORLD = World(
    codes=("EG", "NM", "LM", "JABE", "JOBR", "AE", "CF", "DC", "EM", "BERA"), stations=30_026
)
#: Letter and numbers of every row of the shared facts.
ROWS = {"A": 7, "B": 3, "C": 2, "D": 3, "E": 3, "F": 2, "G": 2, "H": 1}


@pytest.fixture(scope="module")
def claims(repository: Path) -> ClaimsFile:
    """Read the file of the example."""
    data = (repository / "examples" / "ve-2024" / "claims.toml").read_bytes()
    return decode_claims(data, [WORLD.contest], "claims.toml")


@pytest.fixture(scope="module")
def statements(claims: ClaimsFile) -> dict[tuple[str, str], Statement]:
    """Check it without any sheet."""
    return {
        (f"{item.code} {'+'.join(item.claims)}", item.subject): item
        for item in WORLD.check_file(claims)
    }


def test_every_row_of_the_facts_is_there(claims: ClaimsFile) -> None:
    """A row with two claims has two, with a letter behind its number."""
    ids = [claim.id for claim in claims.claims]
    rows = [f"{letter}{number + 1}" for letter, last in ROWS.items() for number in range(last)]
    for row in rows:
        assert any(name in (row, f"{row}a", f"{row}b") for name in ids), row
    assert [turnout.text for turnout in claims.turnouts] == ["59", "59.97"]


VERDICTS = {
    ("CLAIM-001 F1", "options"): Verdict.SUPPORTED,
    ("CLAIM-002 F1", "ballots"): Verdict.SUPPORTED,
    ("CLAIM-003 F1", "shares"): Verdict.SUPPORTED,
    ("CLAIM-005 F1", "turnout"): Verdict.SUPPORTED,
    ("CLAIM-006 F1", "coverage"): Verdict.UNCHECKABLE,
    ("CLAIM-006 G2", "coverage"): Verdict.SUPPORTED,
    ("CLAIM-007 F1", "all"): Verdict.INDICATOR,
    ("CLAIM-007 F3", "all"): Verdict.INDICATOR,
    ("CLAIM-008 F3+F1", "council-2"): Verdict.SUPPORTED,
    ("CLAIM-009 A2", "irreversible"): Verdict.UNCHECKABLE,
    ("CLAIM-009 B1", "irreversible"): Verdict.CONTRADICTED,
    ("CLAIM-009 B1", "irreversible@59"): Verdict.CONTRADICTED,
    ("CLAIM-009 F1", "settled"): Verdict.SUPPORTED,
    ("CLAIM-015 A3+B1+D1+F3", "bulletin-1:votes:NM"): Verdict.CONTRADICTED,
    ("CLAIM-015 A3+D1+F3+F4a", "bulletin-1:share:EG"): Verdict.CONTRADICTED,
    ("CLAIM-015 F3+F4b", "bulletin-1:share:rest"): Verdict.CONTRADICTED,
    ("CLAIM-015 F1+F2", "bulletin-2:votes:NM"): Verdict.CONTRADICTED,
    ("CLAIM-016 A7a", "claim"): Verdict.UNCHECKABLE,
    ("CLAIM-016 E2", "claim"): Verdict.UNCHECKABLE,
    ("CLAIM-016 D3", "claim"): Verdict.UNCHECKABLE,
}


@pytest.mark.parametrize(("key", "verdict"), VERDICTS.items(), ids=[" ".join(k) for k in VERDICTS])
def test_what_the_figures_say_by_themselves(
    statements: dict[tuple[str, str], Statement], key: tuple[str, str], verdict: Verdict
) -> None:
    """The numbers behind each are in the vectors."""
    assert statements[key].verdict is verdict


def test_every_claim_has_a_statement(
    claims: ClaimsFile, statements: dict[tuple[str, str], Statement]
) -> None:
    """A claim that disappears from the report looks as if it had passed."""
    spoken_of = {name for item in statements.values() for name in item.claims}
    assert spoken_of == {claim.id for claim in claims.claims}


def test_the_misprint_is_caught_by_its_sum(statements: dict[tuple[str, str], Statement]) -> None:
    """6,480,844 makes the options add to 12,407,884 instead of 12,335,884."""
    lines = statements["CLAIM-015 F1+F2", "bulletin-2:votes:NM"].arithmetic
    wrong = next(line for line in lines if line.key == "claim.prints.sum_does_not")
    assert (wrong.values["value"], wrong.values["sum"]) == (6_480_844, 12_407_884)
