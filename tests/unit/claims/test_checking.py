"""All tests together: order, unique statements, claims that nothing takes."""

from __future__ import annotations

from escrutinio.claims import CLAIM_TESTS, Verdict
from tests.unit.claims.world import Sheet, World

WORLD = World(registers={"all": 3000})
FULL = """
id = "full"
valid = 1000
cast = 1010
registered = 2000
turnout = "63.1"
asserts = ["irreversible"]
leads = "A"
[claim.coverage]
of = "registered"
percent = "80"
registered = 1600
[claim.votes]
A = 600
B = 300
C = 100
[claim.shares]
A = "60.0"
B = "30.0"
C = "10.0"
[claim.categories]
null = 10
"""


def test_a_claims_own_figures_are_tested_without_any_sheet() -> None:
    """A reader with nothing but a newspaper can still do the arithmetic."""
    statements = WORLD.check(FULL)
    decided = {item.code for item in statements if item.verdict is not Verdict.UNCHECKABLE}
    assert decided == {f"CLAIM-{number:03}" for number in (1, 2, 3, 4, 5, 6, 9, 10)}
    waiting = [item for item in statements if item.verdict is Verdict.UNCHECKABLE]
    assert all(item.missing is not None for item in waiting)


def test_statements_follow_the_file_and_then_the_codes() -> None:
    """Two runs over the same file read alike."""
    statements = WORLD.with_sheets(Sheet({"A": 9, "B": 3, "C": 1})).check('id = "none"', FULL)
    places = {"none": 0, "full": 1, "sheets:copies": 2}
    order = [(places[item.claims[0]], item.code, item.subject) for item in statements]
    assert order == sorted(order)
    assert len({(item.code, item.claims, item.subject) for item in statements}) == len(order)


def test_a_claim_that_no_test_takes_is_named_with_what_it_needs() -> None:
    """A claim that disappears from the report looks as if it had passed."""
    plain, stated = WORLD.check(
        'id = "a"', 'id = "b"\nneeds = { en = "the record", es = "el registro" }'
    )
    assert (plain.code, stated.code) == ("CLAIM-016", "CLAIM-016")
    assert plain.missing is not None
    assert plain.missing.key == "claim.missing.figures"
    assert stated.missing is not None
    assert stated.missing.key == "claim.missing.stated"


def test_codes_are_unique_and_in_order() -> None:
    """A code is permanent: it is never reused, so it must be there once."""
    codes = [test.code for test in CLAIM_TESTS]
    assert codes == [f"CLAIM-{number:03}" for number in range(1, len(codes) + 1)]


def test_titles_are_in_both_languages() -> None:
    """The same words stand in program, page and report."""
    for test in CLAIM_TESTS:
        assert set(test.title.by_language) == set(test.compares.by_language) == {"en", "es"}
