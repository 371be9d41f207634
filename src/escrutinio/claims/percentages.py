"""CLAIM-003 and CLAIM-004: do the printed percentages follow from the printed counts, and add up?

003: |a/N - p| <= half a unit of the last decimal, exact, for each option with a count and a
percentage. N is the valid votes as printed, else all options added, else the ballots cast; the
first of these that all percentages agree with is used, and named. Without any N, one total has
to fit all of them.
004: |sum of p - 100| <= half a unit of each last decimal, added.

Reference: statistics, section 2.2; sheets N03, N07.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from escrutinio.claims.catalogue import PERCENTAGES, PERCENTAGES_ADD_UP
from escrutinio.claims.material import FigureMap, Material, Sentences, state
from escrutinio.claims.model import Claim, PrintedShare, Statement, Verdict
from escrutinio.claims.options import (
    Base,
    Printed,
    bases_of,
    printed_options,
    prints_all_shares,
)
from escrutinio.claims.printed import Agreement, agreement, half_unit
from escrutinio.primitives import Number, Percent, ceil_fraction, say

__all__ = ["check_percentages", "check_percentages_add_up"]

#: One option with both figures.
_Pair = tuple[Printed, int, PrintedShare]
#: One pair fits any total, so at least two are needed to compare them.
_FEWEST_PAIRS = 2


def check_percentages(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check each printed percentage against the printed counts."""
    pairs: list[_Pair] = [
        (option, option.votes, option.share)
        for option in printed_options(claim, material.contest)
        if option.votes is not None and option.share is not None
    ]
    bases = bases_of(claim, material.contest)
    if pairs and bases:
        fitting = (base for base in bases if not _failing(pairs, base[0]))
        yield from _against_base(claim, pairs, *next(fitting, bases[0]))
    elif len(pairs) >= _FEWEST_PAIRS:
        yield _against_any_base(claim, pairs, material)


def _failing(pairs: Sequence[_Pair], base: int) -> list[_Pair]:
    return [
        (option, votes, share)
        for option, votes, share in pairs
        if agreement(Fraction(votes, base), share) is Agreement.NONE
    ]


def _against_base(
    claim: Claim, pairs: Sequence[_Pair], base: int, kind: Base
) -> Iterator[Statement]:
    """Give one statement for all that agree by rounding, and one for each other percentage."""
    kinds = [agreement(Fraction(votes, base), share) for _, votes, share in pairs]
    rounded = kinds.count(Agreement.ROUNDED)
    if rounded:
        sentence = say(
            "claim.percentages.agree",
            number=rounded,
            printed=len(pairs),
            base=base,
            base_name=kind.words,
        )
        counted: FigureMap = {
            "agreeing": rounded,
            "printed": len(pairs),
            "base": base,
            "base_name": kind,
        }
        yield state(
            PERCENTAGES, [claim.id], "shares", Verdict.SUPPORTED, Sentences(sentence), counted
        )
    for (option, votes, share), how in zip(pairs, kinds, strict=True):
        if how is Agreement.ROUNDED:
            continue
        case, verdict = (
            ("truncated", Verdict.SUPPORTED)
            if how is Agreement.TRUNCATED
            else ("differ", Verdict.CONTRADICTED)
        )
        exact = Fraction(votes, base)
        sentence = say(
            f"claim.percentages.{case}",
            option=option.name,
            printed=Percent(share.share, share.decimals),
            votes=votes,
            base=base,
            base_name=kind.words,
            exact=Percent(exact, share.decimals + 2),
        )
        figures: FigureMap = {"votes": votes, "base": base, "share": exact, "printed": share.share}
        yield state(PERCENTAGES, [claim.id], option.subject, verdict, Sentences(sentence), figures)


def _against_any_base(claim: Claim, pairs: Sequence[_Pair], material: Material) -> Statement:
    """Look for one total that fits all percentages; it holds at least the printed votes."""
    options = printed_options(claim, material.contest)
    least = Fraction(sum(option.votes or 0 for option in options))
    most: Fraction | None = None
    for _, votes, share in pairs:
        low, high = share.share - half_unit(share), share.share + half_unit(share)
        least = max(least, votes / high)
        if low > 0:
            most = votes / low if most is None else min(most, votes / low)
    first = ceil_fraction(least)
    last = most.numerator // most.denominator if most is not None else None
    figures: dict[str, int | Fraction | str] = {"least_total": first, "printed": len(pairs)}
    if last is None:
        sentence = say("claim.percentages.total_from", number=len(pairs), least=first)
        verdict = Verdict.UNCHECKABLE
    else:
        figures["most_total"] = last
        # That some total fits is no support: the source printed none.
        verdict = Verdict.UNCHECKABLE if first <= last else Verdict.CONTRADICTED
        case = "one_total" if first <= last else "no_total"
        sentence = say(f"claim.percentages.{case}", number=len(pairs), least=first, most=last)
    missing = say("claim.missing.printed_total") if verdict is Verdict.UNCHECKABLE else None
    words = Sentences(sentence, (), missing)
    return state(PERCENTAGES, [claim.id], "shares", verdict, words, figures)


def check_percentages_add_up(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check that the printed percentages of all options add to 100."""
    prints = [
        option.share
        for option in printed_options(claim, material.contest)
        if option.share is not None
    ]
    if not prints:
        return
    total = sum((share.share for share in prints), start=Fraction(0))
    tolerance = sum((half_unit(share) for share in prints), start=Fraction(0))
    is_whole = prints_all_shares(claim, material.contest)
    digits = max(share.decimals for share in prints)
    if total - 1 > tolerance:
        case, verdict = "exceed", Verdict.CONTRADICTED
    elif not is_whole:
        return
    elif total - 1 >= -tolerance:
        case, verdict = "agree", Verdict.SUPPORTED
    elif total - 1 > -2 * tolerance:
        case, verdict = "truncated", Verdict.SUPPORTED
    else:
        case, verdict = "below", Verdict.CONTRADICTED
    sentence = say(
        f"claim.percentages_sum.{case}",
        number=len(prints),
        total=Percent(total, digits),
        tolerance=Number(100 * tolerance, digits + 1),
    )
    figures: FigureMap = {"sum": total, "tolerance": tolerance, "printed": len(prints)}
    yield state(PERCENTAGES_ADD_UP, [claim.id], "shares", verdict, Sentences(sentence), figures)
