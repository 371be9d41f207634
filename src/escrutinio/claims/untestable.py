"""CLAIM-016: a claim that no test above takes is named all the same, with what it would need.

Reference: sheets N09.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from escrutinio.claims.catalogue import NOT_TESTABLE
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Statement, Verdict
from escrutinio.primitives import say

__all__ = ["check_untestable"]


def check_untestable(material: Material, tested: Collection[str]) -> Iterator[Statement]:
    """Make a statement about every claim that is not among the tested ones.

    Args:
        material: the claims and the rest.
        tested: ids of the claims that another statement is about.
    """
    for claim in material.claims:
        if claim.id in tested:
            continue
        sentence = say("claim.untestable", title=claim.title)
        missing = (
            say("claim.missing.stated", needs=claim.needs)
            if claim.needs
            else say("claim.missing.figures")
        )
        words = Sentences(sentence, (), missing)
        yield state(NOT_TESTABLE, [claim.id], "claim", Verdict.UNCHECKABLE, words, {})
