"""CLAIM-007: are the counts what one gets by multiplying rounded shares with the total?

Run on every claim of every side that prints at least two counts and a total or all options, on
the sheets' own totals, and again with everything but the first two options added together. An
indicator: an intermediary may have computed counts from rounded percentages, a total may itself
be rounded, and prints may hold slips. The sentence says what the counts are and how often a
count gives that; it says no more.

The coarsest number of decimals at which all counts match is reported, because a match at one
decimal implies the finer ones. Decimals with a unit below ``LEAST_UNIT`` votes are not tried:
there, small elections match often.

Reference: statistics, section 2.1. Vectors: tests/vectors/claims/rounded-shares-*.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from escrutinio.claims.catalogue import ROUNDED_SHARES
from escrutinio.claims.lattice import exact_lattice_points, lattice_chance
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Basis, Claim, Statement, Verdict
from escrutinio.claims.options import printed_options, valid_of
from escrutinio.primitives import Chance, Message, Names, Number, Percent, round_half_up, say
from escrutinio.tabulation import ContestTally

__all__ = [
    "LOOK_ELSEWHERE",
    "RoundedShares",
    "check_rounded_shares",
    "check_rounded_shares_of_sheets",
    "compute_rounded_shares",
]

#: Smallest unit, in votes per last decimal, at which the test means anything.
LEAST_UNIT = 50
#: Decimals tried, coarsest first.
DECIMALS_TRIED = (0, 1, 2)
#: How many ways there were to find such a pattern: decimals, rounding rules, which shares.
LOOK_ELSEWHERE = 10
_FEWEST_OPTIONS = 2
_GROUPED_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class RoundedShares:
    """The test at one number of decimals.

    Attributes:
        decimals: d; the shares are multiples of 10^-d percent.
        unit: u = N/K, votes per last decimal.
        shares: k_i/K, the rounded shares.
        matches: counts that equal round(k_i·N/K).
        deviations: a_i - k_i·N/K, in votes.
        chance: how often all counts match, when they do; else None.
        points: lattice points behind the chance, or None where the area formula is used.
    """

    decimals: int
    unit: Fraction
    shares: tuple[Fraction, ...]
    matches: int
    deviations: tuple[Fraction, ...]
    chance: Fraction | None
    points: int | None

    @property
    def is_full_match(self) -> bool:
        """Whether every count matches."""
        return self.matches == len(self.shares)

    @property
    def grid_points(self) -> int:
        """All ways to divide 100 percent into shares of these decimals, C(K + m - 1, m - 1)."""
        options, steps = len(self.shares), 100 * 10**self.decimals
        return comb(steps + options - 1, options - 1)

    @property
    def largest_deviation(self) -> Fraction:
        """The largest distance of a count from its lattice point, in votes."""
        return max(abs(deviation) for deviation in self.deviations)


def compute_rounded_shares(counts: Sequence[int], decimals: int) -> RoundedShares:
    """Run the test at one number of decimals; the total is the sum of the counts.

    Args:
        counts: votes of all options, at least two, not all zero.
        decimals: decimals of the shares in percent, at least 0.
    """
    total, steps = sum(counts), 100 * 10**decimals
    rounded = [round_half_up(count * steps, total) for count in counts]
    rebuilt = [round_half_up(step * total, steps) for step in rounded]
    matches = sum(1 for count, again in zip(counts, rebuilt, strict=True) if count == again)
    is_full = matches == len(counts)
    return RoundedShares(
        decimals=decimals,
        unit=Fraction(total, steps),
        shares=tuple(Fraction(step, steps) for step in rounded),
        matches=matches,
        deviations=tuple(
            count - Fraction(step * total, steps)
            for count, step in zip(counts, rounded, strict=True)
        ),
        chance=lattice_chance(len(counts), total, steps) if is_full else None,
        points=exact_lattice_points(len(counts), total, steps) if is_full else None,
    )


def check_rounded_shares(claim: Claim, material: Material) -> Iterator[Statement]:
    """Run the test on the counts a claim prints."""
    options = [
        (option.name, option.votes)
        for option in printed_options(claim, material.contest)
        if option.votes is not None
    ]
    valid = valid_of(claim, material.contest)
    if len(options) < _FEWEST_OPTIONS or valid is None:
        return
    left = valid[0] - sum(votes for _, votes in options)
    if left < 0:
        sentence = say("claim.rounded.no_total", total=valid[0])
        missing = say("claim.missing.rounded_total")
        words = Sentences(sentence, (), missing)
        figures = {"total": valid[0], "excess": -left}
        yield state(ROUNDED_SHARES, [claim.id], "all", Verdict.UNCHECKABLE, words, figures)
        return
    if left > 0:
        options.append((say("claim.option.rest"), left))
    yield from _run([claim.id], options, Basis.OWN_FIGURES)


def check_rounded_shares_of_sheets(tally: ContestTally, material: Material) -> Iterator[Statement]:
    """Run the same test on the totals of the sheets, as on anybody's."""
    if any(tally.total.unknown.values()):
        return
    totals = tally.total.candidacies
    options = [(item.names, totals.get(item.code, 0)) for item in material.contest.candidacies]
    if len(options) >= _FEWEST_OPTIONS:
        yield from _run([f"sheets:{tally.source}"], options, Basis.TRUE_COPIES)


def _run(
    claims: Sequence[str], options: Sequence[tuple[Names | Message, int]], basis: Basis
) -> Iterator[Statement]:
    counts = [votes for _, votes in options]
    if not sum(counts):
        return
    yield _statement(claims, "all", counts, basis)
    if len(counts) > _GROUPED_OPTIONS:
        first, second, *others = sorted(counts, reverse=True)
        yield _statement(claims, "grouped", [first, second, sum(others)], basis)


def _statement(
    claims: Sequence[str], subject: str, counts: Sequence[int], basis: Basis
) -> Statement:
    total = sum(counts)
    tried = [
        compute_rounded_shares(counts, decimals)
        for decimals in DECIMALS_TRIED
        if total >= LEAST_UNIT * 100 * 10**decimals
    ]
    grouping = say(f"claim.rounded.{subject}_options", number=len(counts))
    figures: dict[str, int | Fraction | str] = {"total": total, "options": len(counts)}
    for result in tried:
        figures[f"matches_{result.decimals}"] = result.matches
    full = next((result for result in tried if result.is_full_match), None)
    if not tried:
        sentence = say("claim.rounded.too_small", total=total, unit=LEAST_UNIT)
        verdict, words = (
            Verdict.UNCHECKABLE,
            Sentences(sentence, (), say("claim.missing.rounded_size", votes=LEAST_UNIT * 100)),
        )
    elif full is None:
        most = max(result.matches for result in tried)
        sentence = say(
            "claim.rounded.some",
            matches=most,
            number=len(counts),
            total=total,
            decimals=tuple(result.decimals for result in tried),
        )
        verdict, words = Verdict.INDICATOR, Sentences(sentence, (grouping,))
    else:
        figures |= _full_figures(full)
        verdict, words = Verdict.INDICATOR, _full_match(full, total, grouping)
    return state(ROUNDED_SHARES, claims, subject, verdict, words, figures, basis=basis)


def _full_match(result: RoundedShares, total: int, grouping: Message) -> Sentences:
    chance = result.chance or Fraction(0)
    sentence = say(
        "claim.rounded.match",
        matches=result.matches,
        number=len(result.shares),
        shares=tuple(Percent(share, result.decimals) for share in result.shares),
        total=total,
        chance=Chance(chance),
        elsewhere=Chance(min(chance * LOOK_ELSEWHERE, Fraction(1))),
        factor=LOOK_ELSEWHERE,
    )
    if result.points is None:
        how = say("claim.rounded.by_area", options=len(result.shares))
    else:
        how = say(
            "claim.rounded.by_lattice", points=result.points, grid=result.grid_points, total=total
        )
    arithmetic = (
        grouping,
        say(
            "claim.rounded.deviation",
            largest=Number(result.largest_deviation, 3),
            unit=Number(result.unit, 1),
        ),
        how,
        say(
            "claim.rounded.elsewhere",
            factor=LOOK_ELSEWHERE,
            chance=Chance(min(chance * LOOK_ELSEWHERE, Fraction(1))),
        ),
        say("claim.rounded.meaning"),
    )
    return Sentences(sentence, arithmetic)


def _full_figures(result: RoundedShares) -> dict[str, int | Fraction | str]:
    chance = result.chance or Fraction(0)
    figures: dict[str, int | Fraction | str] = {
        "decimals": result.decimals,
        "matches": result.matches,
        "unit": result.unit,
        "largest_deviation": result.largest_deviation,
        "chance": chance,
        "chance_elsewhere": min(chance * LOOK_ELSEWHERE, Fraction(1)),
    }
    for index, deviation in enumerate(result.deviations, start=1):
        figures[f"deviation_{index}"] = deviation
    if result.points is not None:
        figures |= {"lattice_points": result.points, "grid_points": result.grid_points}
    return figures
