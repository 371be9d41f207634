"""CLAIM-012 and CLAIM-013: claims about the whole result against every completion of the sheets.

**Assumption: the sheets are true copies.** Only scenarios without an assumed turnout are used.

012: "leads", "elected", and the leader of an "irreversible" announcement. c can lead when
most(c) > least(d) for every other d: everything outstanding goes to c. c leads for certain when
least(c) > most(d) for every other d: everything outstanding goes to d. Contradicted when it can
lead under no scenario, supported when it leads for certain under all.

013: a printed share of the whole result, with its printed rounding and margin, against
[least share, most share] under the widest scenario: outside is contradicted; the whole interval
inside the print is supported; anything else cannot be checked. The difference from the share on
the sheets is shown and decides nothing. Shares of a partial count are not tested here: they are
not shares of the whole result (see CLAIM-011).

Reference: statistics, section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from escrutinio.claims.catalogue import LEADS_WITHIN_BOUNDS, SHARES_WITHIN_BOUNDS
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import (
    Assertion,
    AssertionKind,
    Claim,
    PrintedShare,
    Scope,
    Statement,
    Verdict,
)
from escrutinio.claims.options import front_by_shares, front_by_votes
from escrutinio.claims.printed import half_unit
from escrutinio.definition import CandidacyCode, Contest
from escrutinio.primitives import Message, Number, Percent, Value, say
from escrutinio.tabulation import CandidacyBounds, ContestTally, Scenario, ScenarioKind

__all__ = ["check_leads_within_bounds", "check_shares_within_bounds"]

_BoundsByCode = Mapping[CandidacyCode, CandidacyBounds]


def check_leads_within_bounds(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check who is said to lead or to be elected against every completion of the sheets."""
    for assertion, candidacy in _asserted(claim, material.contest):
        subject = f"{assertion.kind.value}:{candidacy}"
        values: dict[str, Value] = {
            "option": material.name_of(candidacy),
            "claimed": say(f"claim.asserts.{assertion.kind.value}"),
        }
        missing = _missing(material)
        if missing is not None:
            words = Sentences(say("claim.bounds.unknown", **values), (), missing)
            yield state(LEADS_WITHIN_BOUNDS, [claim.id], subject, Verdict.UNCHECKABLE, words, {})
        else:
            yield _lead_statement(claim, material, subject, candidacy, values)


def _asserted(claim: Claim, contest: Contest) -> Iterator[tuple[Assertion, CandidacyCode]]:
    """Pair each assertion about the whole result with the candidacy it is about."""
    front = front_by_votes(claim, contest) or front_by_shares(claim, contest)
    own_leader = None if front is None or front.is_shared else front.first.subject
    named = [item.candidacy for item in claim.assertions if item.candidacy is not None]
    for assertion in claim.assertions:
        if assertion.kind is AssertionKind.IRREVERSIBLE:
            leader = named[0] if named else own_leader
            if leader is not None:
                yield assertion, CandidacyCode(leader)
        elif assertion.candidacy is not None:
            is_of_part = claim.scope is Scope.COUNTED and (
                front is not None or _covers_a_part(claim)
            )
            if assertion.kind is AssertionKind.ELECTED or not (claim.dataset or is_of_part):
                yield assertion, assertion.candidacy


def _covers_a_part(claim: Claim) -> bool:
    """Say whether a claim names the part it speaks of; who leads there is not who leads at all."""
    coverage = claim.coverage
    return coverage is not None and (coverage.percent is None or coverage.percent.share < 1)


def _missing(material: Material) -> Message | None:
    if material.tally is None:
        return say("claim.missing.sheets")
    if not material.free_scenarios():
        return say("claim.missing.outstanding_caps")
    return None


def _lead_statement(
    claim: Claim,
    material: Material,
    subject: str,
    candidacy: CandidacyCode,
    values: dict[str, Value],
) -> Statement:
    scenarios = material.free_scenarios()
    can, certain = [], []
    arithmetic: list[Message] = []
    figures: dict[str, int | Fraction | str] = {}
    for index, scenario in enumerate(scenarios, start=1):
        bounds = {item.candidacy: item for item in material.bounds[scenario.id]}
        end = "" if index == 1 else f"_{index}"
        rival = _strongest_rival(bounds, candidacy)
        own = bounds[candidacy]
        figures |= {f"scenario{end}": scenario.id, f"least{end}": own.least}
        figures[f"most{end}"] = own.most
        can.append(rival is None or own.most > rival.least)
        certain.append(rival is None or own.least > _most_of_others(bounds, candidacy))
        if rival is not None:
            figures |= {f"rival_least{end}": rival.least, f"rival_most{end}": rival.most}
            arithmetic.append(_bounds_line(material, scenario, own, rival))
    elects = not subject.startswith(AssertionKind.ELECTED) or material.is_plurality
    missing = None
    if not any(can):
        case, verdict = "cannot_lead", Verdict.CONTRADICTED
    elif all(certain) and elects:
        case, verdict = "certain", Verdict.SUPPORTED
    else:
        case, verdict = "open", Verdict.UNCHECKABLE
        missing = say("claim.missing.rule" if all(certain) else "claim.missing.outstanding_sheets")
    if case != "open" and any(item.kind is ScenarioKind.REGISTER for item in scenarios):
        case = f"{case}_if_registered"
    words = Sentences(say(f"claim.bounds.{case}", **values), tuple(arithmetic), missing)
    return state(LEADS_WITHIN_BOUNDS, [claim.id], subject, verdict, words, figures)


def _strongest_rival(bounds: _BoundsByCode, candidacy: CandidacyCode) -> CandidacyBounds | None:
    rivals = [item for code, item in bounds.items() if code != candidacy]
    return max(rivals, key=lambda item: (item.least, item.candidacy), default=None)


def _most_of_others(bounds: _BoundsByCode, candidacy: CandidacyCode) -> int:
    return max(item.most for code, item in bounds.items() if code != candidacy)


def _bounds_line(
    material: Material, scenario: Scenario, own: CandidacyBounds, rival: CandidacyBounds
) -> Message:
    return say(
        "claim.bounds.scenario",
        why=scenario.assumption or say("claim.bounds.no_assumption"),
        outstanding=scenario.outstanding,
        option=material.name_of(own.candidacy),
        least=own.least,
        most=own.most,
        rival=material.name_of(rival.candidacy),
        rival_least=rival.least,
        rival_most=rival.most,
    )


def check_shares_within_bounds(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check printed shares of the whole result against the sheets and their completions."""
    if claim.scope is not Scope.WHOLE or claim.dataset:
        return
    for item in material.contest.candidacies:
        printed = claim.figures.shares.get(item.code)
        if printed is None:
            continue
        missing = _missing(material)
        if missing is None and material.tally is not None and material.tally.total.valid:
            yield _share_statement(claim, material, material.tally, item.code, printed)
        else:
            shown = Percent(printed.share, printed.decimals)
            sentence = say("claim.share.unknown", option=item.names, printed=shown)
            words = Sentences(sentence, (), missing or say("claim.missing.sheets"))
            yield state(SHARES_WITHIN_BOUNDS, [claim.id], item.code, Verdict.UNCHECKABLE, words, {})


def _share_statement(
    claim: Claim,
    material: Material,
    tally: ContestTally,
    candidacy: CandidacyCode,
    printed: PrintedShare,
) -> Statement:
    scenario = max(material.free_scenarios(), key=lambda item: (item.outstanding, item.id))
    bounds = next(item for item in material.bounds[scenario.id] if item.candidacy == candidacy)
    least, most = bounds.least_share or Fraction(0), bounds.most_share or Fraction(0)
    on_sheets = Fraction(tally.total.candidacies.get(candidacy, 0), tally.total.valid)
    margin = claim.figures.margin.share if claim.figures.margin else Fraction(0)
    low = printed.share - half_unit(printed) - margin
    high = printed.share + half_unit(printed) + margin
    missing = None
    if high < least or low > most:
        case, verdict = "outside", Verdict.CONTRADICTED
    elif low <= least and most <= high:
        case, verdict = "inside", Verdict.SUPPORTED
    else:
        case, verdict = "open", Verdict.UNCHECKABLE
        missing = say("claim.missing.outstanding_sheets")
    values: dict[str, Value] = {
        "option": material.name_of(candidacy),
        "printed": Percent(printed.share, printed.decimals),
        "least": Percent(least),
        "most": Percent(most),
    }
    difference = say(
        "claim.share.on_sheets",
        source=tally.source,
        share=Percent(on_sheets),
        points=Number(100 * (printed.share - on_sheets), 2),
    )
    why = scenario.assumption or say("claim.bounds.no_assumption")
    lines = [difference, say("claim.share.scenario", why=why, outstanding=scenario.outstanding)]
    if claim.figures.margin:
        shown = Number(100 * margin, claim.figures.margin.decimals)
        lines.append(say("claim.share.margin", margin=shown))
    figures: dict[str, int | Fraction | str] = {
        "printed": printed.share,
        "share_on_sheets": on_sheets,
        "difference": printed.share - on_sheets,
        "least_share": least,
        "most_share": most,
        "scenario": scenario.id,
    }
    words = Sentences(say(f"claim.share.{case}", **values), tuple(lines), missing)
    return state(SHARES_WITHIN_BOUNDS, [claim.id], candidacy, verdict, words, figures)
