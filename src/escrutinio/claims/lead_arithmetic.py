"""The arithmetic behind CLAIM-009, in sentences and in figures.

What is outstanding and why; the margin the runner-up needs in it; the share that is when the
others keep theirs; the turnout from which it could be enough; and the coverage from which the
lead would be safe. The figures hold all of it for each register that circulates.

Reference: statistics, section 3.1, "also print".
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from escrutinio.claims.model import Claim, PrintedShare
from escrutinio.claims.options import Front, valid_of
from escrutinio.claims.outstanding import Outstanding
from escrutinio.definition import Contest
from escrutinio.primitives import Message, Number, Percent, Value, say

__all__ = ["lead_arithmetic", "lead_figures", "share_of_others"]


def share_of_others(claim: Claim, contest: Contest, front: Front) -> Fraction | None:
    """Give the share of the options behind the first two, or None without a total."""
    valid = valid_of(claim, contest)
    if valid is None or not valid[0]:
        return None
    others = valid[0] - (front.first.votes or 0) - (front.second.votes or 0)
    return Fraction(max(others, 0), valid[0])


def lead_figures(
    front: Front,
    cases: Sequence[Outstanding],
    turnout: PrintedShare | None,
    others: Fraction | None,
) -> dict[str, int | Fraction | str]:
    """Give the numbers of the test; further registers carry a number in their name."""
    lead = front.lead
    figures: dict[str, int | Fraction | str] = {
        "leader": front.first.subject,
        "runner_up": front.second.subject,
        "lead": lead,
    }
    for index, case in enumerate(cases, start=1):
        end = "" if index == 1 else f"_{index}"
        most = case.most_votes(turnout)
        figures[f"outstanding{end}"] = most
        if case.register:
            figures[f"register{end}"] = case.register.registered
        if most and not case.is_of_ballots:
            figures[f"break_even_turnout{end}"] = lead / case.registered
        if 0 < lead <= most:
            figures[f"needed_margin{end}"] = Fraction(lead, most)
            if others is not None:
                figures[f"needed_share{end}"] = needed_share(lead, most, others)
        if (safe := safe_coverage(lead, case, turnout)) is not None:
            figures[f"safe_coverage{end}"] = safe
    return figures


def needed_share(lead: int, outstanding: int, others: Fraction) -> Fraction:
    """Give the runner-up's share of what is outstanding that ties, the others keeping theirs."""
    return (1 - others + Fraction(lead, outstanding)) / 2


def safe_coverage(lead: int, case: Outstanding, turnout: PrintedShare | None) -> Fraction | None:
    """Give the coverage above which the lead is safe: 1 - lead / (register · turnout)."""
    if not case.follows_coverage or case.register is None or not case.register.registered:
        return None
    share = turnout.share if turnout else Fraction(1)
    return max(1 - lead / (case.register.registered * share), Fraction(0))


def lead_arithmetic(
    front: Front,
    cases: Sequence[Outstanding],
    turnout: PrintedShare | None,
    others: Fraction | None,
) -> tuple[Message, ...]:
    """Write the arithmetic under the claim's own register, then what other registers change."""
    lines = [
        say(
            "claim.safe.lead",
            first=front.first.name,
            first_votes=front.first.votes or 0,
            second=front.second.name,
            second_votes=front.second.votes or 0,
            lead=front.lead,
        )
    ]
    lines += _case_lines(front, cases[0], turnout, others)
    # Other registers that circulate: what is outstanding under each is enough to compare.
    lines += [_outstanding_line(case, case.most_votes(turnout), turnout) for case in cases[1:]]
    return tuple(lines)


def _case_lines(
    front: Front, case: Outstanding, turnout: PrintedShare | None, others: Fraction | None
) -> list[Message]:
    lead, most = front.lead, case.most_votes(turnout)
    lines = [_outstanding_line(case, most, turnout)]
    if 0 < lead <= most:
        margin = Number(100 * Fraction(lead, most), 1)
        lines.append(say("claim.safe.needed_margin", second=front.second.name, margin=margin))
        if others is not None:
            share = Percent(needed_share(lead, most, others))
            lines.append(
                say(
                    "claim.safe.needed_share",
                    second=front.second.name,
                    share=share,
                    others=Percent(others),
                )
            )
    if most and not case.is_of_ballots and turnout is None:
        lines.append(say("claim.safe.break_even", turnout=Percent(lead / case.registered, 1)))
    safe = safe_coverage(lead, case, turnout)
    if safe is not None and lead <= most:
        lines.append(say("claim.safe.coverage", coverage=Percent(safe, 1)))
    return lines


def _outstanding_line(case: Outstanding, most: int, turnout: PrintedShare | None) -> Message:
    if case.register is None:
        return say("claim.safe.outstanding", why=case.basis, outstanding=most)
    values: dict[str, Value] = {
        "register": case.register.registered,
        "origin": case.register.origin,
        "why": case.basis,
        "outstanding": most,
    }
    if turnout is None:
        return say("claim.safe.outstanding_of", **values)
    at = Percent(turnout.share, turnout.decimals)
    return say("claim.safe.outstanding_at", turnout=at, **values)
