"""CLAIM-008: between two bulletins of one series no figure falls.

Bulletins of a series are ordered by their number. Where several claims print the same bulletin,
the one with most figures is taken (then the first by id); that prints differ is CLAIM-015.
Options that both bulletins name are compared one by one and everything else as one rest.

Reference: statistics, section 2.2 (increments and their shares); sheets N05.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise

from escrutinio.claims.catalogue import SERIES
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Claim, Statement, Verdict
from escrutinio.claims.options import valid_of
from escrutinio.definition import Contest
from escrutinio.primitives import Message, Names, Percent, say

__all__ = ["check_series"]

_Compared = tuple[str, "Names | Message", int, int]


def check_series(material: Material) -> Iterator[Statement]:
    """Compare each bulletin with the next one of its series."""
    series: dict[str, dict[int, list[Claim]]] = {}
    for claim in material.claims:
        if claim.series and claim.number is not None:
            series.setdefault(claim.series, {}).setdefault(claim.number, []).append(claim)
    for name in sorted(series):
        chosen = [_fullest(series[name][number]) for number in sorted(series[name])]
        for earlier, later in pairwise(chosen):
            yield from _compare(earlier, later, material.contest)


def _fullest(claims: list[Claim]) -> Claim:
    return min(claims, key=lambda claim: (-_figures_in(claim), claim.id))


def _figures_in(claim: Claim) -> int:
    figures = claim.figures
    totals = (figures.rest_votes, figures.valid, figures.cast, figures.registered)
    single = sum(1 for total in totals if total is not None)
    return len(figures.votes) + len(figures.other_votes) + len(figures.categories) + single


def _compare(earlier: Claim, later: Claim, contest: Contest) -> Iterator[Statement]:
    options = _options(earlier, later, contest)
    compared = options + _totals(earlier, later, contest)
    if not compared:
        return
    gained = sum(after - before for _, _, before, after in options)
    figures: dict[str, int | Fraction | str] = {}
    for subject, _, before, after in compared:
        figures[f"increment_{subject}"] = after - before
    arithmetic = tuple(_increment(item, gained) for item in options)
    claims, subject = [earlier.id, later.id], f"{later.series}-{later.number}"
    falling = [item for item in compared if item[3] < item[2]]
    numbers = {"earlier": earlier.number or 0, "later": later.number or 0}
    if falling:
        fallen = tuple(
            say("claim.series.fell", figure=name, before=before, after=after)
            for _, name, before, after in falling
        )
        sentence = say("claim.series.falls", figures=fallen, **numbers)
        verdict = Verdict.CONTRADICTED
    else:
        sentence = say("claim.series.rises", number=len(compared), gained=gained, **numbers)
        verdict = Verdict.SUPPORTED
    if options:
        figures["increment"] = gained
    yield state(SERIES, claims, subject, verdict, Sentences(sentence, arithmetic), figures)


def _options(earlier: Claim, later: Claim, contest: Contest) -> list[_Compared]:
    """Pair the options that both bulletins name, and everything else as one rest."""
    before, after = earlier.figures.votes, later.figures.votes
    paired: list[_Compared] = [
        (item.code, item.names, before[item.code], after[item.code])
        for item in contest.candidacies
        if item.code in before and item.code in after
    ]
    totals = valid_of(earlier, contest), valid_of(later, contest)
    if paired and totals[0] and totals[1]:
        rests = (
            totals[0][0] - sum(item[2] for item in paired),
            totals[1][0] - sum(item[3] for item in paired),
        )
        if rests != (0, 0):
            paired.append(("rest", say("claim.option.rest"), *rests))
    return paired


def _totals(earlier: Claim, later: Claim, contest: Contest) -> list[_Compared]:
    before, after = earlier.figures, later.figures
    rows: list[tuple[str, Names | Message, int | None, int | None]] = [
        ("valid", say("claim.figure.valid"), before.valid, after.valid),
        ("cast", say("claim.figure.cast"), before.cast, after.cast),
    ]
    rows += [
        (
            f"category_{item.code}",
            item.names,
            before.categories.get(item.code),
            after.categories.get(item.code),
        )
        for item in contest.categories
    ]
    return [
        (subject, name, first, second)
        for subject, name, first, second in rows
        if first is not None and second is not None
    ]


def _increment(item: _Compared, gained: int) -> Message:
    _, name, before, after = item
    values: Mapping[str, int] = {"before": before, "after": after, "gained": after - before}
    if gained <= 0 or after < before:
        return say("claim.series.change", option=name, **values)
    share = Percent(Fraction(after - before, gained))
    return say("claim.series.increment", option=name, share=share, **values)
