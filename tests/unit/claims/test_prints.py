"""CLAIM-015: several prints of one announcement."""

from __future__ import annotations

import pytest

from escrutinio.claims import Basis, EvidenceClass, Verdict
from tests.unit.claims.world import World

WORLD = World()


def _prints(*figures: str) -> list[str]:
    return [
        f'id = "p{index}"\nannouncement = "n"\n{figure}' for index, figure in enumerate(figures)
    ]


def test_prints_that_differ_are_named_with_their_sources() -> None:
    """5,150,092 and 5,150,960 were both printed; both cannot be the announcement."""
    claims = _prints("[claim.votes]\nA = 5150960", "[claim.votes]\nA = 5150092")
    (statement,) = WORLD.check_code("CLAIM-015", *claims)
    assert statement.verdict is Verdict.CONTRADICTED
    assert statement.evidence_class is EvidenceClass.CONTRADICTION
    assert statement.basis is Basis.BETWEEN_SOURCES
    assert statement.claims == ("p0", "p1")
    assert statement.subject == "n:votes:A"
    assert statement.figures["print_p0"] == 5150960


SAME = {
    "equal": ("valid = 5", "valid = 5"),
    "a rounding": ('[claim.shares]\nA = "44"', '[claim.shares]\nA = "44.2"'),
    "a zero at the end": ('[claim.shares]\nA = "51.20"', '[claim.shares]\nA = "51.2"'),
    "different things": ("valid = 5", "cast = 6"),
    "rests behind different candidacies": (
        "[claim.votes]\nA = 5\nrest = 5",
        "[claim.votes]\nA = 5\nB = 3\nrest = 2",
    ),
}


@pytest.mark.parametrize("figures", SAME.values(), ids=SAME.keys())
def test_prints_of_the_same_figure_do_not_differ(figures: tuple[str, str]) -> None:
    """A paper that shortens a number prints the same number."""
    assert not WORLD.check_code("CLAIM-015", *_prints(*figures))


DIFFERENT = {
    "a digit": ("cast = 5", "cast = 6"),
    "a decimal": ('[claim.shares]\nA = "44.2"', '[claim.shares]\nA = "44.02"'),
    "the rest": ("[claim.votes]\nA = 5\nrest = 5", "[claim.votes]\nrest = 6"),
    "the coverage": (
        '[claim.coverage]\nof = "stations"\npercent = "80"',
        '[claim.coverage]\nof = "stations"\npercent = "81"',
    ),
    "null votes": ("[claim.categories]\nnull = 1", "[claim.categories]\nnull = 2"),
}


@pytest.mark.parametrize("figures", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_every_kind_of_figure_is_compared(figures: tuple[str, str]) -> None:
    """A slip may be anywhere."""
    assert len(WORLD.check_code("CLAIM-015", *_prints(*figures))) == 1


def test_prints_of_different_announcements_are_not_compared() -> None:
    """Two bulletins have different figures because they are two."""
    claims = ['id = "a"\nannouncement = "1"\nvalid = 5', 'id = "b"\nannouncement = "2"\nvalid = 6']
    assert not WORLD.check_code("CLAIM-015", *claims)


def test_a_sum_says_which_print_fits() -> None:
    """6,480,844 makes the options of the second bulletin add to more than its valid votes."""
    claims = _prints("valid = 100\n[claim.votes]\nA = 60\nB = 30\nC = 10", "[claim.votes]\nA = 66")
    (statement,) = WORLD.check_code("CLAIM-015", *claims)
    lines = {line.key: line.values for line in statement.arithmetic}
    assert lines["claim.prints.sum_fits"]["value"] == 60
    assert lines["claim.prints.sum_does_not"]["sum"] == 106


def test_a_percentage_says_which_print_of_a_count_fits() -> None:
    """A count that gives another percentage than the printed one does not fit."""
    claims = _prints(
        'valid = 100\n[claim.votes]\nA = 60\n[claim.shares]\nA = "60"', "[claim.votes]\nA = 66"
    )
    (statement,) = WORLD.check_code("CLAIM-015", *claims)
    keys = [line.key for line in statement.arithmetic]
    assert keys[-2:] == ["claim.prints.count_fits", "claim.prints.count_does_not"]


def test_a_count_says_which_print_of_a_percentage_fits() -> None:
    """44.02 was printed for 44.2; the votes decide."""
    claims = _prints(
        'valid = 1000\n[claim.votes]\nA = 442\n[claim.shares]\nA = "44.2"',
        '[claim.shares]\nA = "44.02"',
    )
    (statement,) = WORLD.check_code("CLAIM-015", *claims)
    keys = [line.key for line in statement.arithmetic]
    assert keys[-2:] == ["claim.prints.share_fits", "claim.prints.share_does_not"]


def test_a_total_added_from_the_options_changes_with_the_print() -> None:
    """Without a printed total both prints of a count may fit the percentage, and it is said so."""
    claims = _prints(
        '[claim.votes]\nA = 5150092\nB = 4445978\nrest = 462704\n[claim.shares]\nA = "51.20"',
        "[claim.votes]\nA = 5150960",
    )
    (statement,) = WORLD.check_code("CLAIM-015", *claims)
    totals = [
        line.values["total"]
        for line in statement.arithmetic
        if line.key.startswith("claim.prints.c")
    ]
    assert totals == [10_058_774, 10_059_642]
