"""CLAIM-008: bulletins of one series only grow."""

from __future__ import annotations

from escrutinio.claims import Verdict
from tests.unit.claims.world import World

WORLD = World()


def _bulletin(number: int, figures: str, name: str = "") -> str:
    return f'id = "{name or f"b{number}"}"\nseries = "s"\nnumber = {number}\n{figures}'


def test_increments_and_their_shares_are_shown() -> None:
    """What is added between bulletins is where a reader looks next."""
    (statement,) = WORLD.check_code(
        "CLAIM-008",
        _bulletin(1, "[claim.votes]\nA = 60\nB = 30\nrest = 10"),
        _bulletin(2, "[claim.votes]\nA = 90\nB = 40\nrest = 20"),
    )
    assert statement.verdict is Verdict.SUPPORTED
    assert statement.claims == ("b1", "b2")
    assert statement.figures == {
        "increment_A": 30,
        "increment_B": 10,
        "increment_rest": 10,
        "increment": 50,
    }


def test_one_figure_that_falls_is_named() -> None:
    """A vote that was counted cannot be counted away without a reason."""
    (statement,) = WORLD.check_code(
        "CLAIM-008",
        _bulletin(1, "valid = 100\n[claim.votes]\nA = 60\nB = 30"),
        _bulletin(2, "valid = 120\n[claim.votes]\nA = 90\nB = 29"),
    )
    assert statement.verdict is Verdict.CONTRADICTED
    assert statement.figures["increment_B"] == -1
    assert statement.figures["increment_rest"] == -9


def test_options_that_only_one_bulletin_names_are_compared_together() -> None:
    """The first bulletin of 2024 gave eight candidates as one figure, the second one by one."""
    world = World(codes=("A", "B", "C", "D"))
    (statement,) = world.check_code(
        "CLAIM-008",
        _bulletin(1, "[claim.votes]\nA = 60\nrest = 10"),
        _bulletin(2, "[claim.votes]\nA = 61\nothers = [5, 4, 3]"),
    )
    assert statement.figures["increment_rest"] == 2


def test_the_fullest_print_of_a_bulletin_is_compared() -> None:
    """That prints of one bulletin differ is another statement; this one is about bulletins."""
    (statement,) = WORLD.check_code(
        "CLAIM-008",
        _bulletin(1, "[claim.votes]\nA = 60\nB = 30", "first"),
        _bulletin(2, "[claim.votes]\nA = 9", "slip"),
        _bulletin(2, "[claim.votes]\nA = 90\nB = 40\nC = 1", "full"),
    )
    assert statement.claims == ("first", "full")


def test_bulletins_are_ordered_by_number_and_missing_numbers_are_stepped_over() -> None:
    """The order of the file says nothing about time."""
    statements = WORLD.check_code(
        "CLAIM-008",
        _bulletin(5, "valid = 300"),
        _bulletin(1, "valid = 100"),
        _bulletin(3, "valid = 200"),
    )
    assert [item.claims for item in statements] == [("b3", "b5"), ("b1", "b3")]
    assert all(item.verdict is Verdict.SUPPORTED for item in statements)


def test_bulletins_without_a_common_figure_are_not_compared() -> None:
    """A bulletin that prints nothing comparable neither rises nor falls."""
    assert not WORLD.check_code("CLAIM-008", _bulletin(1, "valid = 1"), _bulletin(2, "cast = 2"))
