"""CLAIM-009: a lead against what is not counted, by a claim's own figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from escrutinio.claims import Verdict
from escrutinio.definition import (
    Base,
    Clause,
    Comparison,
    Share,
    TieRule,
    WinnerRule,
)
from tests.unit.claims.world import World

WORLD = World()
SAYS = 'asserts = ["irreversible"]'
VOTES = "[claim.votes]\nA = 500\nB = 400"


def _coverage(text: str) -> str:
    return f"[claim.coverage]\n{text}"


EIGHTY = _coverage('of = "stations"\npercent = "80"')
EIGHTY_OF_VOTES = _coverage('of = "votes"\npercent = "80"')
EIGHT = _coverage('of = "stations"\nstations = 8')


def test_a_lead_below_what_is_outstanding_is_not_irreversible() -> None:
    """100 votes ahead with 200 voters to come is a lead, not a result."""
    claim = f"{SAYS}\nregistered = 1000\n{EIGHTY}\n{VOTES}"
    (statement,) = WORLD.check_code("CLAIM-009", claim)
    assert statement.verdict is Verdict.CONTRADICTED
    assert statement.figures["lead"] == 100
    assert statement.figures["outstanding"] == 200
    assert statement.figures["needed_margin"] == Fraction(1, 2)
    assert statement.figures["break_even_turnout"] == Fraction(1, 2)
    assert statement.figures["safe_coverage"] == Fraction(9, 10)


EDGES = {"one vote more": (101, Verdict.SUPPORTED), "exactly as many": (100, Verdict.CONTRADICTED)}


@pytest.mark.parametrize(("lead", "verdict"), EDGES.values(), ids=EDGES.keys())
def test_a_lead_is_safe_from_one_vote_more_than_is_outstanding(lead: int, verdict: Verdict) -> None:
    """With as many outstanding as the lead the first place can be shared."""
    coverage = _coverage('of = "stations"\nregistered = 900')
    claim = f"{SAYS}\nregistered = 1000\n{coverage}\n[claim.votes]\nA = {400 + lead}\nB = 400"
    (statement,) = WORLD.check_code("CLAIM-009", claim)
    assert statement.figures["outstanding"] == 100
    assert statement.verdict is verdict


def test_each_turnout_that_circulates_is_asked_when_the_lead_is_not_safe() -> None:
    """Nobody votes at 100 %; the answer at the turnout people name is a second sentence."""
    coverage = _coverage('of = "registered"\npercent = "80"')
    claim = f"{SAYS}\nregistered = 1000\n{coverage}\n{VOTES}"
    statements = WORLD.check_code("CLAIM-009", claim, turnouts='["40", "60.5"]')
    assert [(item.subject, item.verdict) for item in statements] == [
        ("irreversible", Verdict.CONTRADICTED),
        ("irreversible@40", Verdict.SUPPORTED),
        ("irreversible@60.5", Verdict.CONTRADICTED),
    ]
    assert statements[2].figures["outstanding"] == 121


def test_a_register_of_the_same_series_is_used_before_those_that_circulate() -> None:
    """The office's own number is what its claim rests on."""
    world = World(registers={"other": 100})
    first = f'id = "b1"\nseries = "s"\nnumber = 1\n{SAYS}\n' + _coverage(
        'of = "stations"\npercent = "80"\n[claim.votes]\nA = 500\nB = 400'
    )
    second = 'id = "b2"\nseries = "s"\nnumber = 2\nregistered = 1000'
    (statement,) = world.check_code("CLAIM-009", first, second)
    assert statement.figures["register"] == 1000
    assert statement.figures["register_2"] == 100
    assert statement.figures["outstanding_2"] == 20
    assert statement.verdict is Verdict.CONTRADICTED


REGISTERS = {
    "all safe": ({"a": 400, "b": 450}, Verdict.SUPPORTED),
    "none safe": ({"a": 600, "b": 650}, Verdict.CONTRADICTED),
    "it depends": ({"a": 400, "b": 650}, Verdict.UNCHECKABLE),
}


@pytest.mark.parametrize(("registers", "verdict"), REGISTERS.values(), ids=REGISTERS.keys())
def test_without_its_own_register_all_that_circulate_must_agree(
    registers: dict[str, int], verdict: Verdict
) -> None:
    """Choosing one register among several would be choosing the answer."""
    coverage = _coverage('of = "registered"\npercent = "80"')
    world = World(registers=registers)
    (statement,) = world.check_code("CLAIM-009", f"{SAYS}\n{coverage}\n{VOTES}")
    assert statement.verdict is verdict
    assert (statement.missing is not None) == (verdict is Verdict.UNCHECKABLE)


def test_a_coverage_of_votes_needs_no_register() -> None:
    """80 % of the votes counted means a quarter as many again."""
    claim = f"{SAYS}\nvalid = 1000\n{EIGHTY_OF_VOTES}\n{VOTES}"
    (statement,) = WORLD.check_code("CLAIM-009", claim, turnouts='["50"]')
    assert statement.figures["outstanding"] == 250
    assert "register" not in statement.figures


def test_a_lead_is_never_safe_by_stations_alone() -> None:
    """The 5 % of the stations that are missing may hold more than 5 % of the voters."""
    coverage = _coverage('of = "stations"\npercent = "95"')
    (statement,) = WORLD.check_code("CLAIM-009", f"{SAYS}\nregistered = 1000\n{coverage}\n{VOTES}")
    assert statement.figures["outstanding"] == 50
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.missing is not None
    assert statement.missing.key == "claim.missing.counted_registered"
    assert not WORLD.check_code("CLAIM-009", f"registered = 1000\n{coverage}\n{VOTES}")


def test_a_coverage_in_stations_is_a_share_too() -> None:
    """8 of 10 stations is 80 %."""
    claim = f"{SAYS}\nregistered = 1000\n{EIGHT}\n{VOTES}"
    (statement,) = WORLD.check_code("CLAIM-009", claim)
    assert statement.figures["outstanding"] == 200


def test_a_bulletin_that_claims_nothing_is_only_told_when_its_lead_is_safe() -> None:
    """Nobody said "irreversible"; an unsafe lead contradicts nothing."""
    coverage = _coverage('of = "registered"\npercent = "95"')
    (safe,) = WORLD.check_code("CLAIM-009", f"registered = 1000\n{coverage}\n{VOTES}")
    assert (safe.subject, safe.verdict) == ("settled", Verdict.SUPPORTED)
    assert not WORLD.check_code("CLAIM-009", f"registered = 3000\n{coverage}\n{VOTES}")


def test_elected_needs_more_than_a_lead_where_the_law_asks_for_more() -> None:
    """A safe lead without the half is a run-off in many countries."""
    half = Clause((Share(Base.VALID, Comparison.MORE_THAN, Fraction(1, 2)),))
    coverage = _coverage('of = "registered"\npercent = "95"')
    claim = f'elected = "A"\nregistered = 1000\n{coverage}\n{VOTES}'
    (plurality,) = WORLD.check_code("CLAIM-009", claim)
    assert plurality.verdict is Verdict.SUPPORTED
    world = World(rule=WinnerRule((half,), 2, TieRule.LOTS))
    (majority,) = world.check_code("CLAIM-009", claim)
    assert majority.verdict is Verdict.UNCHECKABLE


def test_elected_against_its_own_figures_is_contradicted() -> None:
    """A claim that names the second as elected contradicts itself."""
    coverage = _coverage('of = "stations"\npercent = "95"')
    claim = f'elected = "B"\nregistered = 1000\n{coverage}\n{VOTES}'
    (statement,) = WORLD.check_code("CLAIM-009", claim)
    assert statement.sentence.key == "claim.safe.other_leads"
    assert statement.verdict is Verdict.CONTRADICTED


UNKNOWN = {
    "only percentages": '[claim.shares]\nA = "51"\nB = "44"',
    "no coverage": "registered = 1000\n[claim.votes]\nA = 500\nB = 400",
}


@pytest.mark.parametrize("figures", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_claim_without_the_figures_cannot_be_checked(figures: str) -> None:
    """What is missing is named, so that somebody can ask for it."""
    (statement,) = WORLD.check_code("CLAIM-009", f"{SAYS}\n{figures}")
    assert statement.verdict is Verdict.UNCHECKABLE
    assert statement.missing is not None


def test_a_rest_larger_than_the_second_hides_who_is_second() -> None:
    """The rest is several options or one; a lead over an unknown second is no lead."""
    coverage = _coverage('of = "stations"\npercent = "95"')
    claim = f"{SAYS}\nregistered = 1000\n{coverage}\n[claim.votes]\nA = 500\nB = 100\nrest = 300"
    assert not WORLD.check_code("CLAIM-009", claim)
