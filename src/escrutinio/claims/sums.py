"""CLAIM-001 and CLAIM-002: do the printed counts add up?

001: options (+ categories the law counts as valid) = valid. When some options are not printed,
only "more than the total" can be seen.
002: valid + categories that are ballots and not valid = cast, in the same way.

Reference: statistics, section 2.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from escrutinio.claims.catalogue import BALLOTS_ADD_UP, OPTIONS_ADD_UP, ClaimTest
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Claim, Statement, Verdict
from escrutinio.claims.options import printed_options, prints_all_votes, valid_categories
from escrutinio.primitives import say

__all__ = ["check_sums"]


def check_sums(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check that the printed options add to the valid votes, and these to the ballots cast."""
    contest, figures = material.contest, claim.figures
    votes = [option.votes for option in printed_options(claim, contest)]
    counts = [count for count in votes if count is not None]
    if counts and figures.valid is not None:
        extra = valid_categories(claim, contest)
        is_whole = prints_all_votes(claim, contest) and extra is not None
        total = sum(counts) + (extra or 0)
        yield from _compare(OPTIONS_ADD_UP, claim, total, figures.valid, is_whole=is_whole)
    if figures.valid is not None and figures.cast is not None:
        codes = [item.code for item in contest.categories if item.in_ballots and not item.in_valid]
        printed = [figures.categories[code] for code in codes if code in figures.categories]
        total = figures.valid + sum(printed)
        is_whole = len(printed) == len(codes)
        yield from _compare(BALLOTS_ADD_UP, claim, total, figures.cast, is_whole=is_whole)


def _compare(
    test: ClaimTest, claim: Claim, total: int, printed: int, *, is_whole: bool
) -> Iterator[Statement]:
    """Compare a sum with a printed total; a sum of some parts may stay below it."""
    name = "options" if test is OPTIONS_ADD_UP else "ballots"
    if total == printed and is_whole:
        case, verdict = "equal", Verdict.SUPPORTED
    elif is_whole:
        case, verdict = "differ", Verdict.CONTRADICTED
    elif total > printed:
        case, verdict = "exceed", Verdict.CONTRADICTED
    else:
        return
    figures = {"sum": total, "printed": printed, "difference": total - printed}
    sentence = say(
        f"claim.{name}.{case}", sum=total, printed=printed, difference=abs(total - printed)
    )
    yield state(test, [claim.id], name, verdict, Sentences(sentence), figures)
