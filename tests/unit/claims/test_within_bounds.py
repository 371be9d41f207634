"""CLAIM-012 and CLAIM-013: claims about the whole result against every completion."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from escrutinio.claims import Verdict
from escrutinio.definition import Base, Clause, Comparison, Share, TieRule, WinnerRule
from tests.unit.claims.world import Sheet, World

#: A leads by 300 on the sheets, whose rolls hold 2,000 voters.
WORLD = World(registers={"small": 2200}).with_sheets(
    Sheet({"A": 500, "B": 200, "C": 10}), Sheet({"A": 400, "B": 400, "C": 10})
)

LEADS = {
    "certain under every register": ({"small": 2200}, "A", Verdict.SUPPORTED),
    "impossible under every register": ({"small": 2200}, "B", Verdict.CONTRADICTED),
    "one vote short of certain": ({"edge": 2300}, "A", Verdict.UNCHECKABLE),
    "one vote less and certain": ({"edge": 2299}, "A", Verdict.SUPPORTED),
    "a tie is no lead": ({"edge": 2300}, "B", Verdict.CONTRADICTED),
    "one vote more and possible": ({"edge": 2301}, "B", Verdict.UNCHECKABLE),
    "possible under one of two": ({"small": 2200, "large": 2400}, "B", Verdict.UNCHECKABLE),
}


@pytest.mark.parametrize(("registers", "leader", "verdict"), LEADS.values(), ids=LEADS.keys())
def test_a_leader_is_held_against_every_completion(
    registers: dict[str, int], leader: str, verdict: Verdict
) -> None:
    """Contradicted only if no filling-in of the missing stations can make it true."""
    world = replace(WORLD, registers=registers)
    (statement,) = world.check_code("CLAIM-012", f'leads = "{leader}"')
    assert statement.verdict is verdict
    assert (statement.missing is not None) == (verdict is Verdict.UNCHECKABLE)


def test_the_leader_of_an_irreversible_bulletin_is_held_against_the_sheets() -> None:
    """ "Irreversible" says that this candidacy leads in the end."""
    claim = 'asserts = ["irreversible"]\n[claim.shares]\nB = "51"\nA = "44"'
    (statement,) = WORLD.check_code("CLAIM-012", claim)
    assert statement.subject == "irreversible:B"
    assert statement.verdict is Verdict.CONTRADICTED


def test_the_leader_of_a_part_is_not_held_against_the_whole() -> None:
    """A partial count may be led by somebody else without contradiction."""
    coverage = '[claim.coverage]\nof = "stations"\npercent = "10"'
    claim = f'leads = "B"\n{coverage}\n[claim.votes]\nA = 1\nB = 2'
    assert not WORLD.check_code("CLAIM-012", claim)
    assert not WORLD.check_code("CLAIM-012", f'leads = "B"\n{coverage}')


def test_a_sentence_that_rests_on_a_register_says_so() -> None:
    """ "In no completion" is true only of completions that fit the register."""
    (statement,) = replace(WORLD, registers={"all": 2100}).check_code("CLAIM-012", 'leads = "B"')
    assert statement.sentence.key == "claim.bounds.cannot_lead_if_registered"


def test_a_certain_lead_does_not_elect_where_the_law_asks_for_more() -> None:
    """The outcome of the tabulation says whether the other conditions hold."""
    half = Clause((Share(Base.VALID, Comparison.MORE_THAN, Fraction(1, 2)),))
    world = replace(WORLD, rule=WinnerRule((half,), 2, TieRule.LOTS))
    (statement,) = world.check_code("CLAIM-012", 'elected = "A"')
    assert statement.verdict is Verdict.UNCHECKABLE
    (impossible,) = world.check_code("CLAIM-012", 'elected = "B"')
    assert impossible.verdict is Verdict.CONTRADICTED


def test_a_stated_turnout_is_no_ground_for_a_contradiction() -> None:
    """At 10 % turnout B could not lead; that turnout is itself only a claim."""
    world = replace(WORLD, registers={"large": 3000})
    (statement,) = world.check_code("CLAIM-012", 'leads = "B"', turnouts='["10"]')
    assert statement.verdict is Verdict.UNCHECKABLE


@pytest.mark.parametrize(
    ("world", "key"),
    [
        (World(), "claim.missing.sheets"),
        (replace(WORLD, registers={}), "claim.missing.outstanding_caps"),
    ],
    ids=["no sheets", "no register and no caps"],
)
def test_without_sheets_or_caps_nothing_is_decided(world: World, key: str) -> None:
    """An open end is an open answer."""
    for code, claim in (
        ("CLAIM-012", 'leads = "A"'),
        ("CLAIM-013", 'kind = "exit_poll"\n[claim.shares]\nA = "50"'),
    ):
        (statement,) = world.check_code(code, claim)
        assert statement.verdict is Verdict.UNCHECKABLE
        assert statement.missing is not None
        assert statement.missing.key == key


# A: 900 of 1,520 votes, between 900/1720 = 52.33 % and 1100/1720 = 63.95 % with 200 outstanding.
SHARES = {
    "possible": ("60", "", Verdict.UNCHECKABLE),
    "above everything": ("65", "", Verdict.CONTRADICTED),
    "below everything": ("51", "", Verdict.CONTRADICTED),
    "reached by its rounding": ("64", "", Verdict.UNCHECKABLE),
    "reached by its margin": ("65", 'margin = "1"', Verdict.UNCHECKABLE),
}


@pytest.mark.parametrize(("share", "margin", "verdict"), SHARES.values(), ids=SHARES.keys())
def test_a_share_of_the_whole_is_held_against_what_the_sheets_allow(
    share: str, margin: str, verdict: Verdict
) -> None:
    """An exit poll outside every completion cannot be the result, if the sheets are true."""
    claim = f'kind = "exit_poll"\n{margin}\n[claim.shares]\nA = "{share}"'
    (statement,) = WORLD.check_code("CLAIM-013", claim)
    assert statement.verdict is verdict
    assert statement.figures["share_on_sheets"] == Fraction(900, 1520)
    assert statement.figures["least_share"] == Fraction(900, 1720)


def test_a_share_is_supported_when_nothing_outstanding_can_change_it() -> None:
    """With every voter's sheet at hand the share is a fact."""
    world = replace(WORLD, registers={"all": 2000})
    claim = 'kind = "parallel"\nscope = "whole"\n[claim.shares]\nA = "59.2"'
    (statement,) = world.check_code("CLAIM-013", claim)
    assert statement.verdict is Verdict.SUPPORTED


def test_a_share_of_a_part_is_not_a_share_of_the_whole() -> None:
    """A bulletin at 80 % is tested against the sheets in another way."""
    assert not WORLD.check_code("CLAIM-013", '[claim.shares]\nA = "99"')
