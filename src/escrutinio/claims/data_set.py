"""CLAIM-014: what is said of a set of sheets, against that set.

Only the set itself decides: when other sheets are given, or none, the claim cannot be checked
and the sentence names the set that is needed. Figures are compared only when every sheet of the
set is in the totals and can be read: a sheet that is held here, or a figure that cannot be read,
is in the source's own sum.

Reference: statistics, section 0, class A; sheets N09.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from escrutinio.claims.catalogue import DATA_SET
from escrutinio.claims.material import FigureMap, Material, Sentences, state
from escrutinio.claims.model import AssertionKind, Claim, Statement, Verdict
from escrutinio.claims.printed import Agreement, agreement
from escrutinio.definition import CandidacyCode
from escrutinio.primitives import Message, Names, Percent, say
from escrutinio.tabulation import ContestTally

__all__ = ["check_data_set"]


def check_data_set(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check the coverage, figures and leader a claim gives for a set of sheets."""
    if not claim.dataset:
        return
    tally = material.tally
    if tally is None or tally.source != claim.dataset:
        sentence = say("claim.dataset.unknown", dataset=claim.dataset)
        missing = say("claim.missing.dataset", dataset=claim.dataset)
        words = Sentences(sentence, (), missing)
        yield state(DATA_SET, [claim.id], "dataset", Verdict.UNCHECKABLE, words, {})
        return
    yield from _coverage(claim, tally)
    yield from _counts(claim, material, tally)
    yield from _shares(claim, material, tally)
    yield from _leaders(claim, material, tally)


def _is_whole(tally: ContestTally) -> bool:
    """Say whether the totals hold every figure of every sheet of the set."""
    counters = tally.total.counters
    is_counted = counters.received == counters.counted and not counters.out_of_catalogue
    return is_counted and not any(tally.total.unknown.values())


def _coverage(claim: Claim, tally: ContestTally) -> Iterator[Statement]:
    coverage, counters = claim.coverage, tally.total.counters
    if coverage is None:
        return
    if coverage.stations is not None:
        # Sheets of stations that the definition does not list are in the set all the same.
        found = [
            counters.received,
            counters.counted,
            counters.received + counters.out_of_catalogue,
        ]
        is_equal = coverage.stations in found
        words = Sentences(
            say(
                f"claim.dataset.stations_{'equal' if is_equal else 'differ'}",
                printed=coverage.stations,
                received=counters.received,
                dataset=claim.dataset,
            )
        )
        figures = {"printed": coverage.stations, "received": counters.received}
        yield state(DATA_SET, [claim.id], "stations", _verdict(holds=is_equal), words, figures)
    expected = counters.expected or coverage.stations_expected
    if coverage.percent is not None and expected:
        exact = Fraction(counters.received, expected)
        how = agreement(exact, coverage.percent)
        words = Sentences(
            say(
                f"claim.dataset.coverage_{how.value}",
                printed=Percent(coverage.percent.share, coverage.percent.decimals),
                part=counters.received,
                whole=expected,
                exact=Percent(exact, coverage.percent.decimals + 2),
            )
        )
        verdict = _verdict(holds=how is not Agreement.NONE)
        shares = {"printed": coverage.percent.share, "share": exact}
        yield state(DATA_SET, [claim.id], "coverage", verdict, words, shares)


def _counts(claim: Claim, material: Material, tally: ContestTally) -> Iterator[Statement]:
    total, printed = tally.total, claim.figures
    rows: list[tuple[str, Names | Message, int | None, int | None]] = [
        (item.code, item.names, printed.votes.get(item.code), total.candidacies.get(item.code, 0))
        for item in material.contest.candidacies
    ]
    rows += [
        ("valid", say("claim.figure.valid"), printed.valid, total.valid),
        ("cast", say("claim.figure.cast"), printed.cast, total.cast),
    ]
    rows += [
        (item.code, item.names, printed.categories.get(item.code), total.categories.get(item.code))
        for item in material.contest.categories
    ]
    for subject, name, said, found in rows:
        if said is None or found is None:
            continue
        case = "equal" if said == found else "differ"
        sentence = say(
            f"claim.dataset.figure_{case}",
            figure=name,
            printed=said,
            found=found,
            dataset=claim.dataset,
        )
        figures = {"printed": said, "found": found}
        yield _compared(claim, tally, subject, sentence, figures, holds=said == found)


def _shares(claim: Claim, material: Material, tally: ContestTally) -> Iterator[Statement]:
    for item in material.contest.candidacies:
        printed = claim.figures.shares.get(item.code)
        if printed is None or not tally.total.valid:
            continue
        exact = Fraction(tally.total.candidacies.get(item.code, 0), tally.total.valid)
        how = agreement(exact, printed)
        sentence = say(
            f"claim.dataset.share_{how.value}",
            option=item.names,
            printed=Percent(printed.share, printed.decimals),
            exact=Percent(exact, printed.decimals + 2),
            dataset=claim.dataset,
        )
        figures = {"printed": printed.share, "share": exact}
        holds = how is not Agreement.NONE
        yield _compared(claim, tally, f"share:{item.code}", sentence, figures, holds=holds)


def _leaders(claim: Claim, material: Material, tally: ContestTally) -> Iterator[Statement]:
    votes = tally.total.candidacies
    for assertion in claim.assertions:
        if assertion.kind is not AssertionKind.LEADS or assertion.candidacy is None:
            continue
        own = votes.get(assertion.candidacy, 0)
        rivals = [(count, code) for code, count in votes.items() if code != assertion.candidacy]
        most, rival = max(rivals, default=(0, CandidacyCode("")))
        leads = own > most
        sentence = say(
            f"claim.dataset.{'leads' if leads else 'does_not_lead'}",
            option=material.name_of(assertion.candidacy),
            votes=own,
            rival=material.name_of(rival) if rival else "",
            rival_votes=most,
            dataset=claim.dataset,
        )
        figures = {"votes": own, "rival_votes": most, "lead": own - most}
        subject = f"leads:{assertion.candidacy}"
        yield _compared(claim, tally, subject, sentence, figures, holds=leads)


def _compared(
    claim: Claim,
    tally: ContestTally,
    subject: str,
    sentence: Message,
    figures: FigureMap,
    *,
    holds: bool,
) -> Statement:
    """State what a comparison says, or what is missing while the totals lack a part of the set."""
    if _is_whole(tally):
        verdict = _verdict(holds=holds)
        return state(DATA_SET, [claim.id], subject, verdict, Sentences(sentence), figures)
    words = Sentences(sentence, (), say("claim.missing.whole_set"))
    return state(DATA_SET, [claim.id], subject, Verdict.UNCHECKABLE, words, figures)


def _verdict(*, holds: bool) -> Verdict:
    return Verdict.SUPPORTED if holds else Verdict.CONTRADICTED
