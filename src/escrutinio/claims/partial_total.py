"""CLAIM-011: can an announced total and a set of sheets both be true?

**Assumption: the sheets are true copies, and each station is in the set once.** The announcement
covers at least n of N stations, so at most k = N - n sheets lie outside it. Then for every
candidacy c, over the sheets of the set,

    announced T_c >= sum of v_c - (sum of the k largest v_c)
    announced T_c <= announced valid - [sum of (valid - v_c) - (sum of the k largest (valid - v_c))]

n = floor(coverage · N), or the number of stations the source prints. A contradiction holds for
every coverage above (N - k)/N, k being the least number of sheets outside at which it is gone.
Where the single sheets have their rolls, the same is computed for a coverage of registered voters
(a sheet may be taken in part, which only widens what is possible). For a coverage of the votes,
the most votes outside follow from the printed total; see ``reach.py``.

One statement for each candidacy and direction that is contradicted, and one for all the others.

Reference: statistics, section 3.3. The slow literal version, every choice of sheets, is in
tests/unit/claims/test_partial_total.py; the published sheets in test_real_sheets.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.claims.catalogue import PARTIAL_TOTAL
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Claim, CoverageUnit, Scope, Statement, Verdict
from escrutinio.claims.options import valid_of
from escrutinio.claims.reach import Reach, reach_of
from escrutinio.definition import CandidacyCode
from escrutinio.primitives import Message, Percent, Value, say
from escrutinio.tabulation import ContestTally, Histogram

__all__ = ["check_partial_total"]


@dataclass(frozen=True, slots=True)
class _Side:
    """One candidacy and one direction.

    Attributes:
        candidacy: whose votes.
        direction: ``least`` or ``most``.
        announced: T_c.
        bound: the least or the most it can be.
        sheets: the figures whose largest are taken away: v_c, or valid - v_c.
        fewest_outside: sheets outside from which the contradiction is gone, or None when it
            stays with all of them outside.
    """

    candidacy: CandidacyCode
    direction: str
    announced: int
    bound: int
    sheets: Histogram
    fewest_outside: int | None

    @property
    def gap(self) -> int:
        """How far the announced total is beyond the bound; above zero it is contradicted."""
        if self.direction == "least":
            return self.bound - self.announced
        return self.announced - self.bound


def check_partial_total(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check the announced votes of a claim against the sheets."""
    if not claim.figures.votes or claim.dataset or _is_of_unknown_part(claim):
        return
    if material.tally is None:
        yield _unknown(claim, say("claim.missing.sheets"))
        return
    reach = reach_of(claim, material)
    if isinstance(reach, Message):
        yield _unknown(claim, reach)
        return
    sides = list(_sides(claim, material, material.tally, reach))
    for side in sides:
        if side.gap > 0:
            yield _contradicted(claim, material, reach, side)
    yield from _not_contradicted(claim, material, reach, sides)


def _is_of_unknown_part(claim: Claim) -> bool:
    """Say whether the claim counts a part without saying how large; other tests take it."""
    return claim.coverage is None and claim.scope is not Scope.WHOLE


def _sides(claim: Claim, material: Material, tally: ContestTally, reach: Reach) -> Iterator[_Side]:
    valid = valid_of(claim, material.contest)
    for item in material.contest.candidacies:
        announced = claim.figures.votes.get(item.code)
        if announced is None:
            continue
        own, others = tally.votes_per_sheet.get(item.code), tally.others_per_sheet.get(item.code)
        if own is not None:
            outside = reach.largest(own, item.code, of_others=False)
            least = own.total - outside
            fewest = own.fewest_reaching(own.total - announced)
            yield _Side(item.code, "least", announced, least, own, fewest)
        if others is not None and valid is not None:
            outside = reach.largest(others, item.code, of_others=True)
            most = valid[0] - (others.total - outside)
            fewest = others.fewest_reaching(others.total - (valid[0] - announced))
            yield _Side(item.code, "most", announced, most, others, fewest)


def _contradicted(claim: Claim, material: Material, reach: Reach, side: _Side) -> Statement:
    tally = material.tally
    values: dict[str, Value] = {
        "option": material.name_of(side.candidacy),
        "announced": side.announced,
        "bound": side.bound,
        "gap": side.gap,
        "source": tally.source if tally else "",
    }
    figures: dict[str, int | Fraction | str] = {
        "announced": side.announced,
        "bound": side.bound,
        "gap": side.gap,
        "sheets": side.sheets.size,
        **reach.figures,
    }
    arithmetic = [*reach.words, *_as_printed(claim), *_how(claim, material, reach, side)]
    arithmetic += _threshold(reach, side, figures)
    arithmetic += _by_registered(reach, side, material, figures)
    return state(
        PARTIAL_TOTAL,
        [claim.id],
        f"{side.candidacy}:{side.direction}",
        Verdict.CONTRADICTED,
        Sentences(say(f"claim.partial.{side.direction}", **values), tuple(arithmetic)),
        figures,
    )


def _as_printed(claim: Claim) -> Iterator[Message]:
    """Name that a printed percentage is taken at its word; the threshold says how much it bears."""
    if claim.coverage and claim.coverage.percent:
        percent = claim.coverage.percent
        yield say("claim.partial.as_printed", coverage=Percent(percent.share, percent.decimals))


def _how(claim: Claim, material: Material, reach: Reach, side: _Side) -> Iterator[Message]:
    """Write the bound as a sum; with a coverage of registered voters, say so."""
    outside = reach.largest(side.sheets, side.candidacy, of_others=side.direction == "most")
    values: dict[str, Value] = {
        "option": material.name_of(side.candidacy),
        "sheets": side.sheets.size,
        "total": side.sheets.total,
        "outside": outside,
        "bound": side.bound,
    }
    if side.direction == "most":
        valid = valid_of(claim, material.contest)
        values["valid"] = valid[0] if valid else 0
    yield say(f"claim.partial.{side.direction}_sum", **values)


def _threshold(
    reach: Reach, side: _Side, figures: dict[str, int | Fraction | str]
) -> Iterator[Message]:
    """Say above which coverage the contradiction holds: (N - k)/N for the least k without it."""
    if reach.expected is None:
        return
    fewest = side.fewest_outside
    if fewest is None or fewest > reach.expected:
        yield say("claim.partial.always")
        return
    inside = reach.expected - fewest
    coverage = Fraction(inside, reach.expected)
    figures |= {"coverage_above": coverage, "stations_above": inside}
    yield say("claim.partial.threshold", coverage=Percent(coverage), stations=inside)


def _by_registered(
    reach: Reach,
    side: _Side,
    material: Material,
    figures: dict[str, int | Fraction | str],
) -> Iterator[Message]:
    """Give the same bound if the coverage is one of registered voters, where rolls are known."""
    tally = material.tally
    if reach.unit is CoverageUnit.REGISTERED or reach.registered_outside is None or tally is None:
        return
    if tally.registered_votes is None:
        return
    of_others = side.direction == "most"
    outside = reach.largest_by_roll(tally.registered_votes, side.candidacy, of_others=of_others)
    inside = side.sheets.largest(reach.outside) - outside
    bound = side.bound + inside if side.direction == "least" else side.bound - inside
    figures["bound_by_registered"] = bound
    yield say(f"claim.partial.{side.direction}_by_registered", bound=bound)


def _not_contradicted(
    claim: Claim, material: Material, reach: Reach, sides: list[_Side]
) -> Iterator[Statement]:
    """Give one statement for every candidacy that the sheets do not contradict."""
    contradicted = {side.candidacy for side in sides if side.gap > 0}
    names = tuple(
        item.names
        for item in material.contest.candidacies
        if item.code in claim.figures.votes and item.code not in contradicted
    )
    if not names:
        return
    has_both = any(side.direction == "most" for side in sides)
    sentence = say("claim.partial.compatible", options=names)
    lines = reach.words if has_both else (*reach.words, say("claim.partial.only_least"))
    missing = say("claim.missing.covered_sheets")
    yield state(
        PARTIAL_TOTAL,
        [claim.id],
        "others" if contradicted else "all",
        Verdict.UNCHECKABLE,
        Sentences(sentence, tuple(lines), missing),
        {"not_contradicted": len(names), **reach.figures},
    )


def _unknown(claim: Claim, missing: Message) -> Statement:
    words = Sentences(say("claim.partial.unknown"), (), missing)
    return state(PARTIAL_TOTAL, [claim.id], "all", Verdict.UNCHECKABLE, words, {})
