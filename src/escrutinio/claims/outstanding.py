"""How many votes a claim leaves uncounted, by its own figures and under each register."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from escrutinio.claims.material import Material, Register
from escrutinio.claims.model import Claim, CoverageUnit, PrintedShare
from escrutinio.claims.options import valid_of
from escrutinio.primitives import Message, Percent, ceil_fraction, say

__all__ = ["Outstanding", "outstanding_of"]


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What a claim leaves uncounted, under one register.

    Attributes:
        registered: the most voters outstanding, exact.
        register: the register behind it, or None when it follows from the counted ballots.
        basis: where the number comes from, with its assumption.
        follows_coverage: whether another coverage would change it in proportion.
        is_of_ballots: whether it is ballots already, so that no turnout applies.
        is_estimate: whether it assumes that the missing stations are as large as the others; more
            voters than this may then be outstanding, so that no lead is safe by it.
    """

    registered: Fraction
    register: Register | None
    basis: Message
    follows_coverage: bool = False
    is_of_ballots: bool = False
    is_estimate: bool = False

    def most_votes(self, turnout: PrintedShare | None = None) -> int:
        """Give the most votes outstanding, conservatively rounded up and never below zero."""
        share = turnout.share if turnout else Fraction(1)
        return max(ceil_fraction(self.registered * share), 0)


def outstanding_of(claim: Claim, material: Material) -> list[Outstanding]:
    """List what is outstanding, once for each register; empty when the claim does not say."""
    coverage = claim.coverage
    if coverage is None:
        return []
    registers = material.registers(claim)
    if coverage.registered is not None:
        counted = coverage.registered
        words = say("claim.outstanding.registered", counted=counted)
        return [Outstanding(Fraction(item.registered - counted), item, words) for item in registers]
    share = coverage.percent.share if coverage.percent else None
    if share is None and coverage.stations is not None:
        expected = material.stations_expected(claim)
        share = Fraction(coverage.stations, expected) if expected else None
    if share is None:
        return []
    if coverage.of is CoverageUnit.VOTES:
        return _outstanding_ballots(claim, share, material)
    is_exact = coverage.of is CoverageUnit.REGISTERED
    key = "exact" if is_exact else "same_share"
    words = say(f"claim.outstanding.{key}", missing=Percent(1 - share))
    return [
        Outstanding(
            item.registered * (1 - share),
            item,
            words,
            follows_coverage=True,
            is_estimate=not is_exact,
        )
        for item in registers
    ]


def _outstanding_ballots(claim: Claim, share: Fraction, material: Material) -> list[Outstanding]:
    valid = valid_of(claim, material.contest)
    counted = claim.figures.cast if claim.figures.cast is not None else valid and valid[0]
    if not counted or not share:
        return []
    words = say("claim.outstanding.votes", counted=counted, share=Percent(share))
    return [Outstanding(counted * (1 - share) / share, None, words, is_of_ballots=True)]
