"""CLAIM-010: does the candidacy that a claim says leads lead by the claim's own figures?

Reference: statistics, section 0, class A.
"""

from __future__ import annotations

from collections.abc import Iterator

from escrutinio.claims.catalogue import LEADS_BY_OWN_FIGURES
from escrutinio.claims.material import FigureMap, Material, Sentences, state
from escrutinio.claims.model import AssertionKind, Claim, Statement, Verdict
from escrutinio.claims.options import front_by_shares, front_by_votes
from escrutinio.primitives import Value, say

__all__ = ["check_own_lead"]


def check_own_lead(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check "leads" against the votes a claim prints, else against its percentages."""
    contest = material.contest
    by_votes = front_by_votes(claim, contest)
    front = by_votes or front_by_shares(claim, contest)
    if front is None:
        return
    for assertion in claim.assertions:
        if assertion.kind is not AssertionKind.LEADS or assertion.candidacy is None:
            continue
        leads = not front.is_shared and front.first.subject == assertion.candidacy
        values: dict[str, Value] = {
            "claimed": material.name_of(assertion.candidacy),
            "first": front.first.name,
            "second": front.second.name,
        }
        case = "leads" if leads else "shared" if front.is_shared else "does_not"
        kind = "votes" if by_votes else "shares"
        leader = "" if front.is_shared else front.first.subject
        figures: FigureMap = {"leader": leader, "lead": front.lead}
        yield state(
            LEADS_BY_OWN_FIGURES,
            [claim.id],
            assertion.candidacy,
            Verdict.SUPPORTED if leads else Verdict.CONTRADICTED,
            Sentences(say(f"claim.own_lead.{case}", by=say(f"claim.own_lead.{kind}"), **values)),
            figures,
        )
