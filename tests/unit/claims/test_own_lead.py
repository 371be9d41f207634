"""CLAIM-010: who leads by the figures a claim prints."""

from __future__ import annotations

import pytest

from escrutinio.claims import Verdict
from tests.unit.claims.world import World

WORLD = World()

CASES = {
    "by votes": ("[claim.votes]\nA = 2\nB = 1", Verdict.SUPPORTED),
    "by percentages": ('[claim.shares]\nA = "51"\nB = "44"', Verdict.SUPPORTED),
    "votes go before percentages": (
        '[claim.votes]\nA = 1\nB = 2\n[claim.shares]\nA = "51"\nB = "44"',
        Verdict.CONTRADICTED,
    ),
    "level": ("[claim.votes]\nA = 2\nB = 2", Verdict.CONTRADICTED),
    "behind one that is not named": ("[claim.votes]\nA = 2\nothers = [3]", None),
}


@pytest.mark.parametrize(("figures", "verdict"), CASES.values(), ids=CASES.keys())
def test_a_claimed_leader_leads_by_the_claims_own_figures(
    figures: str, verdict: Verdict | None
) -> None:
    """A headline that its own table contradicts is the simplest finding there is."""
    found = [item.verdict for item in WORLD.check_code("CLAIM-010", f'leads = "A"\n{figures}')]
    assert found == ([] if verdict is None else [verdict])
