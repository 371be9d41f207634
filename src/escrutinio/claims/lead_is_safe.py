"""CLAIM-009: can the votes that are not counted still change who leads?

By the claim's own figures: lead = a - b of its first two options, against what is outstanding.

    outstanding = register - registered voters in the counted stations       when both are printed
    outstanding = register · (1 - coverage)                                  otherwise, rounded up
    safe  <=>  lead > outstanding

Of a coverage in stations the second form assumes that the missing stations hold the same share of
the register, and says so. They may hold more, so such a lead is never called safe: it is
contradicted or left open. For a coverage "of the votes", outstanding ballots follow from
the counted ones. Only when the lead is not safe is the same asked at each turnout that circulates.

A claim that says "irreversible" or "elected" is supported or contradicted. A bulletin that says
neither gets a sentence only when its lead is safe: nobody claimed more.

What the answer does not show: how likely a change is.

Reference: statistics, section 3.1; sheets N08.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.claims.catalogue import LEAD_IS_SAFE
from escrutinio.claims.lead_arithmetic import lead_arithmetic, lead_figures, share_of_others
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import (
    Assertion,
    AssertionKind,
    Claim,
    ClaimKind,
    PrintedShare,
    Statement,
    Verdict,
)
from escrutinio.claims.options import Front, front_by_shares, front_by_votes
from escrutinio.claims.outstanding import Outstanding, outstanding_of
from escrutinio.primitives import Message, Percent, Value, say

__all__ = ["check_lead_is_safe"]


@dataclass(frozen=True, slots=True)
class _Question:
    """Is the lead safe, and does that decide what the claim says?

    Attributes:
        claim: whose figures.
        word: ``irreversible``, ``elected``, or ``settled`` when the claim says neither.
        front: the first two options.
        cases: what is outstanding, the claim's own register first.
        others: share of the options behind the first two, or None.
        is_enough: whether a safe lead decides; not when the law asks for more than a lead.
    """

    claim: Claim
    word: str
    front: Front
    cases: tuple[Outstanding, ...]
    others: Fraction | None
    is_enough: bool

    def verdict(self, turnout: PrintedShare | None = None) -> Verdict:
        """Answer by the claim's own register; without one, every register must agree."""
        own = [case for case in self.cases if case.register is None or case.register.is_own]
        cases = own or self.cases
        safe = {self.front.lead > case.most_votes(turnout) for case in cases}
        if len(safe) > 1:
            return Verdict.UNCHECKABLE
        if safe == {True} and (not self.is_enough or any(case.is_estimate for case in cases)):
            return Verdict.UNCHECKABLE
        return Verdict.SUPPORTED if safe == {True} else Verdict.CONTRADICTED


def check_lead_is_safe(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check the printed lead against everything that can still be added."""
    contest = material.contest
    asserted = [item for item in claim.assertions if item.kind is not AssertionKind.LEADS]
    front = front_by_votes(claim, contest)
    cases = tuple(outstanding_of(claim, material))
    if front is not None and cases:
        others = share_of_others(claim, contest, front)
        for assertion in asserted:
            word = assertion.kind.value
            is_enough = word != AssertionKind.ELECTED or material.is_plurality
            question = _Question(claim, word, front, cases, others, is_enough)
            yield from _answer(question, assertion, material)
        if not asserted and claim.kind is ClaimKind.BULLETIN:
            yield from _unclaimed(_Question(claim, "settled", front, cases, others, is_enough=True))
    elif front or front_by_shares(claim, contest):
        # An assertion without figures has nothing of its own; CLAIM-012 takes it to the sheets.
        for assertion in asserted:
            yield _unknown(claim, assertion.kind.value, has_votes=front is not None)


def _unclaimed(question: _Question) -> Iterator[Statement]:
    """Say that the lead of a bulletin is safe, when it is under every register."""
    if all(
        question.front.lead > case.most_votes() and not case.is_estimate for case in question.cases
    ):
        yield _statement(question, "settled", Verdict.SUPPORTED)


def _answer(question: _Question, assertion: Assertion, material: Material) -> Iterator[Statement]:
    """Answer the assertion at full turnout, and when it fails at each turnout that circulates."""
    front = question.front
    if assertion.candidacy is not None and assertion.candidacy != front.first.subject:
        sentence = say(
            "claim.safe.other_leads",
            claimed=material.name_of(assertion.candidacy),
            leader=front.first.name,
            votes=front.first.votes or 0,
        )
        yield state(
            LEAD_IS_SAFE,
            [question.claim.id],
            question.word,
            Verdict.CONTRADICTED,
            Sentences(sentence),
            {"leader": front.first.subject, "lead": front.lead},
        )
        return
    verdict = question.verdict()
    yield _statement(question, _case_of(verdict), verdict)
    is_larger = all(front.lead > case.most_votes() for case in question.cases)
    if is_larger or question.cases[0].is_of_ballots or verdict is Verdict.SUPPORTED:
        return
    for turnout in material.turnouts:
        verdict = question.verdict(turnout)
        yield _statement(question, _case_of(verdict), verdict, turnout)


def _case_of(verdict: Verdict) -> str:
    return "open" if verdict is Verdict.UNCHECKABLE else verdict.value


def _statement(
    question: _Question, case: str, verdict: Verdict, turnout: PrintedShare | None = None
) -> Statement:
    front, cases = question.front, question.cases
    most = cases[0].most_votes(turnout)
    values: dict[str, Value] = {
        "claimed": say(f"claim.asserts.{question.word}"),
        "first": front.first.name,
        "second": front.second.name,
        "lead": front.lead,
        "outstanding": most,
        "why": _why(cases[0]),
    }
    subject = question.word
    if turnout:
        values["turnout"] = Percent(turnout.share, turnout.decimals)
        subject, case = f"{subject}@{turnout.text}", f"{case}_at_turnout"
    missing: Message | None = None
    if verdict is Verdict.UNCHECKABLE:
        missing = _missing(question, turnout)
    words = Sentences(
        say(f"claim.safe.{case}", **values),
        lead_arithmetic(front, cases, turnout, question.others),
        missing,
    )
    figures = lead_figures(front, cases, turnout, question.others)
    return state(LEAD_IS_SAFE, [question.claim.id], subject, verdict, words, figures)


def _missing(question: _Question, turnout: PrintedShare | None) -> Message:
    """Say why a lead that looks safe, or safe under some registers, decides nothing."""
    if any(question.front.lead <= case.most_votes(turnout) for case in question.cases):
        return say("claim.missing.one_register")
    if not question.is_enough:
        return say("claim.missing.rule")
    return say("claim.missing.counted_registered")


def _why(case: Outstanding) -> Message:
    """Name the register behind what is outstanding, and what is assumed of it."""
    if case.register is None:
        return case.basis
    values: dict[str, Value] = {
        "register": case.register.registered,
        "origin": case.register.origin,
        "why": case.basis,
    }
    return say("claim.safe.why", **values)


def _unknown(claim: Claim, word: str, *, has_votes: bool) -> Statement:
    sentence = say("claim.safe.unknown", claimed=say(f"claim.asserts.{word}"))
    missing = say("claim.missing.outstanding" if has_votes else "claim.missing.lead_votes")
    words = Sentences(sentence, (), missing)
    return state(LEAD_IS_SAFE, [claim.id], word, Verdict.UNCHECKABLE, words, {})
