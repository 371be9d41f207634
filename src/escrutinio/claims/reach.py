"""How many of the sheets can lie outside an announcement that covers a part.

``stations``: n = floor(coverage · N) stations are inside, so at most k = N - n sheets are not.
``registered``: at most (1 - coverage) of the largest register is outside, or the register minus
the registered voters the source says it counted.
``votes``: with the printed total T of a share s, at most T·(1 - s)/s valid votes are outside, and
no option has more of them; without a total nothing follows. ``places``: a station list of
the places would be needed.

Reference: statistics, section 3.3 and its pitfall "compute all".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.claims.material import Material
from escrutinio.claims.model import Claim, Coverage, CoverageUnit
from escrutinio.claims.options import valid_of
from escrutinio.definition import CandidacyCode
from escrutinio.primitives import Message, Percent, ceil_fraction, say
from escrutinio.tabulation import Histogram, RegisteredVotes

__all__ = ["Reach", "reach_of"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What can lie outside an announcement.

    Attributes:
        unit: whether stations or registered voters decide.
        expected: N, stations in all, or None.
        outside: k, the most sheets outside; 0 where registered voters decide.
        registered_outside: the most registered voters outside, or None when unknown.
        rolls: the single sheets with their rolls, or None.
        votes_outside: the most valid votes outside, where a share of the votes decides.
        words: the same as sentences.
        figures: the same as numbers.
    """

    unit: CoverageUnit
    expected: int | None
    outside: int
    registered_outside: int | None
    rolls: RegisteredVotes | None
    words: tuple[Message, ...]
    figures: Mapping[str, int | Fraction | str]
    votes_outside: int | None = None

    def largest(self, sheets: Histogram, candidacy: CandidacyCode, *, of_others: bool) -> int:
        """Give the most votes that what lies outside can hold."""
        if self.unit is CoverageUnit.REGISTERED and self.rolls is not None:
            return self.largest_by_roll(self.rolls, candidacy, of_others=of_others)
        if self.votes_outside is not None:
            return min(self.votes_outside, sheets.total)
        return sheets.largest(self.outside)

    def largest_by_roll(
        self, rolls: RegisteredVotes, candidacy: CandidacyCode, *, of_others: bool
    ) -> int:
        """Give the same when registered voters decide."""
        registered = self.registered_outside or 0
        if of_others:
            return rolls.most_other_votes_among(candidacy, registered)
        return rolls.most_votes_among(candidacy, registered)


def reach_of(claim: Claim, material: Material) -> Reach | Message:
    """Give what can lie outside a claim, or what is missing to know it."""
    coverage = claim.coverage
    if coverage is None:
        coverage = Coverage(CoverageUnit.STATIONS, None, None, None, None)
        return _by_stations(claim, coverage, material, Fraction(1))
    share = coverage.percent.share if coverage.percent else None
    if coverage.of is CoverageUnit.PLACES:
        return say("claim.missing.places")
    if coverage.of is CoverageUnit.REGISTERED:
        return _by_registered(claim, material)
    if coverage.of is CoverageUnit.VOTES and share is not None:
        return _by_votes(claim, material, share)
    if share is None and coverage.stations is None:
        return say("claim.missing.coverage_share")
    return _by_stations(claim, coverage, material, share)


def _by_stations(
    claim: Claim, coverage: Coverage, material: Material, share: Fraction | None
) -> Reach | Message:
    expected = material.stations_expected(claim)
    if expected is None:
        return say("claim.missing.stations_expected")
    if material.tally and any(item.counters.surplus for item in material.tally.divisions):
        # More sheets than stations: some of them cannot be of stations of the announcement.
        return say("claim.missing.surplus")
    if coverage.stations is not None:
        inside = coverage.stations
    else:
        inside = _floor((share or Fraction(0)) * expected)
    outside = min(max(expected - inside, 0), expected)
    return Reach(
        unit=CoverageUnit.STATIONS,
        expected=expected,
        outside=outside,
        registered_outside=_registered_outside(claim, material),
        rolls=material.tally.registered_votes if material.tally else None,
        words=(say("claim.reach.stations", expected=expected, inside=inside, outside=outside),),
        figures={"stations_expected": expected, "sheets_outside": outside},
    )


def _by_votes(claim: Claim, material: Material, share: Fraction) -> Reach | Message:
    """Take a share of the votes as one: 80 % of the votes need not be 80 % of the stations."""
    valid = valid_of(claim, material.contest)
    if valid is None or not share:
        return say("claim.missing.votes_total")
    outside = max(_floor(valid[0] * (1 - share) / share), 0)
    return Reach(
        unit=CoverageUnit.VOTES,
        expected=None,
        outside=0,
        registered_outside=None,
        rolls=None,
        words=(
            say(
                "claim.reach.votes",
                share=Percent(share, claim.coverage.percent.decimals)
                if claim.coverage and claim.coverage.percent
                else Percent(share),
                counted=valid[0],
                outside=outside,
            ),
        ),
        figures={"votes_outside": outside},
        votes_outside=outside,
    )


def _by_registered(claim: Claim, material: Material) -> Reach | Message:
    rolls = material.tally.registered_votes if material.tally else None
    outside = _registered_outside(claim, material)
    if rolls is None:
        return say("claim.missing.rolls")
    if outside is None:
        return say("claim.missing.register")
    return Reach(
        unit=CoverageUnit.REGISTERED,
        expected=None,
        outside=0,
        registered_outside=outside,
        rolls=rolls,
        words=(say("claim.reach.registered", outside=outside),),
        figures={"registered_outside": outside},
    )


def _registered_outside(claim: Claim, material: Material) -> int | None:
    """Give the most registered voters outside: the claim's own register, else the largest."""
    registers = material.registers(claim)
    own = [item.registered for item in registers if item.is_own]
    known = own or [item.registered for item in registers]
    coverage = claim.coverage
    if not known or coverage is None:
        return None
    if coverage.registered is not None:
        return max(max(known) - coverage.registered, 0)
    if coverage.percent is None:
        return None
    return max(ceil_fraction(max(known) * (1 - coverage.percent.share)), 0)


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator
