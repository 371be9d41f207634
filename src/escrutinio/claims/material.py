"""Everything a test of a claim may look at, and how a test makes its statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from escrutinio.claims.catalogue import ClaimTest
from escrutinio.claims.model import (
    Basis,
    Claim,
    EvidenceClass,
    PrintedShare,
    Statement,
    Verdict,
)
from escrutinio.definition import CandidacyCode, Contest, Definition, WinnerRule
from escrutinio.primitives import Message, Names, say
from escrutinio.tabulation import CandidacyBounds, ContestTally, Scenario, ScenarioKind

__all__ = ["FigureMap", "Material", "Register", "Sentences", "state"]

#: Exact numbers of a statement, by name.
FigureMap: TypeAlias = Mapping[str, int | Fraction | str]

#: Scenarios that assume no turnout, and that something is outstanding.
_FREE_KINDS = (ScenarioKind.CAPS, ScenarioKind.REGISTER)


@dataclass(frozen=True, slots=True)
class Register:
    """A number of registered voters that a test assumes, and who says so.

    Attributes:
        registered: how many.
        origin: who says so, as part of a sentence.
        is_own: whether the claim itself, or its series, prints it.
    """

    registered: int
    origin: Message
    is_own: bool


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a test of a claim may look at.

    Attributes:
        claims: the claims about this contest, in the order of the file.
        turnouts: turnouts that circulate.
        definition: the election.
        contest: the contest.
        tally: the added sheets, or None when there are none.
        scenarios: why at most so many ballots are outstanding.
        bounds: bounds by scenario id.
    """

    claims: tuple[Claim, ...]
    turnouts: tuple[PrintedShare, ...]
    definition: Definition
    contest: Contest
    tally: ContestTally | None
    scenarios: tuple[Scenario, ...]
    bounds: Mapping[str, tuple[CandidacyBounds, ...]]

    def stations_expected(self, claim: Claim) -> int | None:
        """Give the number of stations of the contest: tally, definition, then the claim."""
        if self.tally and self.tally.total.counters.expected is not None:
            return self.tally.total.counters.expected
        root = self.definition.division_by_id.get(self.contest.division)
        if root and root.stations is not None:
            return root.stations
        return claim.coverage.stations_expected if claim.coverage else None

    def registers(self, claim: Claim) -> tuple[Register, ...]:
        """List the registers for a claim: its own print, its series, then the definition's.

        No number stands twice; the first who prints it is named.
        """
        found: dict[int, Register] = {}
        if (own := claim.figures.registered) is not None:
            found[own] = Register(own, say("claim.register.own"), is_own=True)
        same_series = [
            other
            for other in sorted(self.claims, key=lambda item: item.id)
            if claim.series and other.series == claim.series
        ]
        for other in same_series if own is None else ():
            if (printed := other.figures.registered) is not None:
                origin = say("claim.register.series", claim=other.id)
                found.setdefault(printed, Register(printed, origin, is_own=True))
        for total in self.contest.register_totals:
            origin = say("claim.register.definition", name=total.names)
            register = Register(total.registered, origin, is_own=False)
            found.setdefault(total.registered, register)
        return tuple(found.values())

    def free_scenarios(self) -> tuple[Scenario, ...]:
        """Give the scenarios that assume no turnout and have bounds."""
        return tuple(
            scenario
            for scenario in self.scenarios
            if scenario.kind in _FREE_KINDS and scenario.id in self.bounds
        )

    @property
    def is_plurality(self) -> bool:
        """Whether a lead alone elects: some clause of the rule has no conditions."""
        rule = self.contest.rule
        return isinstance(rule, WinnerRule) and any(not item.conditions for item in rule.clauses)

    def name_of(self, candidacy: CandidacyCode) -> Names:
        """Give what a candidacy is called."""
        return self.contest.name_of(candidacy)


@dataclass(frozen=True, slots=True)
class Sentences:
    """What a statement says.

    Attributes:
        sentence: the statement itself.
        arithmetic: how the verdict follows.
        missing: what would be needed, when it cannot be checked.
    """

    sentence: Message
    arithmetic: tuple[Message, ...] = ()
    missing: Message | None = None


def state(
    test: ClaimTest,
    claims: Sequence[str],
    subject: str,
    verdict: Verdict,
    words: Sentences,
    figures: FigureMap,
    *,
    basis: Basis | None = None,
    evidence_class: EvidenceClass | None = None,
) -> Statement:
    """Make a statement with the code, class and basis of its test."""
    return Statement(
        code=test.code,
        claims=tuple(claims),
        subject=subject,
        verdict=verdict,
        evidence_class=evidence_class or test.evidence_class,
        basis=basis or test.basis,
        sentence=words.sentence,
        arithmetic=words.arithmetic,
        missing=words.missing,
        figures=figures,
    )
