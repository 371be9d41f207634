"""CLAIM-005 and CLAIM-006: printed turnout and printed coverage against the printed counts.

005: cast / registered, once with the registered voters of the counted stations and once with the
whole register as printed; the sentence names the denominator under which it agrees.
006: stations / stations expected, and registered counted / registered. A coverage "of the
stations" that is found among the registered voters is named so.

Reference: statistics, section 2.2; sheets N04.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from escrutinio.claims.catalogue import COVERAGE, TURNOUT, ClaimTest
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Claim, CoverageUnit, PrintedShare, Statement, Verdict
from escrutinio.claims.options import Base, valid_of
from escrutinio.claims.printed import Agreement, agreement
from escrutinio.primitives import Message, Percent, say

__all__ = ["check_coverage", "check_turnout"]


def check_turnout(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check the printed turnout under each printed number of registered voters."""
    printed = claim.figures.turnout
    if printed is None:
        return
    cast = _ballots(claim, material)
    counted = claim.coverage.registered if claim.coverage else None
    ratios = []
    if cast is not None:
        if counted:
            ratios.append((say("claim.ratio.registered_counted"), cast, counted))
        if claim.figures.registered:
            ratios.append((say("claim.ratio.registered"), cast, claim.figures.registered))
    # The whole register says nothing about a turnout in the counted stations alone.
    is_decisive = bool(counted) or (_is_whole(claim) and bool(claim.figures.registered))
    yield _compare(TURNOUT, claim, printed, ratios, is_decisive=is_decisive)


def check_coverage(claim: Claim, material: Material) -> Iterator[Statement]:
    """Check the printed coverage against stations and against registered voters."""
    coverage = claim.coverage
    if coverage is None or coverage.percent is None:
        return
    ratios = []
    expected = coverage.stations_expected or material.stations_expected(claim)
    has_stations = coverage.stations is not None and bool(expected)
    if coverage.stations is not None and expected:
        ratios.append((say("claim.ratio.stations"), coverage.stations, expected))
    has_registered = coverage.registered is not None and bool(claim.figures.registered)
    if coverage.registered is not None and claim.figures.registered:
        words = say("claim.ratio.coverage_registered")
        ratios.append((words, coverage.registered, claim.figures.registered))
    if not ratios:
        # A percentage alone has nothing to be compared with; other tests use it.
        return
    is_decisive = {
        CoverageUnit.STATIONS: has_stations,
        CoverageUnit.REGISTERED: has_registered,
    }.get(coverage.of, False)
    statement = _compare(COVERAGE, claim, coverage.percent, ratios, is_decisive=is_decisive)
    if statement.verdict is Verdict.SUPPORTED and not is_decisive:
        # It agrees with a share of something else than it says it is of.
        shown = Percent(coverage.percent.share, coverage.percent.decimals)
        yield replace(
            statement,
            verdict=Verdict.UNCHECKABLE,
            sentence=say(
                "claim.coverage.other_unit",
                printed=shown,
                unit=say(f"claim.unit.{coverage.of.value}"),
                ratio=ratios[0][0],
            ),
            missing=say("claim.missing.coverage"),
        )
        return
    yield statement


def _ballots(claim: Claim, material: Material) -> int | None:
    """Give the ballots cast: as printed, else valid and all other ballots added."""
    if claim.figures.cast is not None:
        return claim.figures.cast
    valid = valid_of(claim, material.contest)
    categories = claim.figures.categories
    codes = [
        item.code for item in material.contest.categories if item.in_ballots and not item.in_valid
    ]
    if valid is None or valid[1] is Base.CAST or any(code not in categories for code in codes):
        return None
    return valid[0] + sum(categories[code] for code in codes)


def _is_whole(claim: Claim) -> bool:
    return claim.coverage is None or (
        claim.coverage.percent is not None and claim.coverage.percent.share >= 1
    )


def _compare(
    test: ClaimTest,
    claim: Claim,
    printed: PrintedShare,
    ratios: list[tuple[Message, int, int]],
    *,
    is_decisive: bool,
) -> Statement:
    """Compare a printed percentage with each ratio; the first that agrees is named."""
    name = "turnout" if test is TURNOUT else "coverage"
    shown = Percent(printed.share, printed.decimals)
    figures: dict[str, int | Fraction | str] = {"printed": printed.share}
    arithmetic, agreeing = [], []
    for index, (denominator, part, whole) in enumerate(ratios, start=1):
        exact = Fraction(part, whole)
        figures |= {f"part_{index}": part, f"whole_{index}": whole, f"share_{index}": exact}
        value = Percent(exact, printed.decimals + 2)
        arithmetic.append(
            say("claim.ratio.is", ratio=denominator, part=part, whole=whole, value=value)
        )
        how = agreement(exact, printed)
        if how is not Agreement.NONE:
            agreeing.append((how, denominator))
    if agreeing:
        how, denominator = min(agreeing, key=lambda item: item[0] is not Agreement.ROUNDED)
        sentence = say(f"claim.{name}.{how.value}", printed=shown, ratio=denominator)
        return state(
            test,
            [claim.id],
            name,
            Verdict.SUPPORTED,
            Sentences(sentence, tuple(arithmetic)),
            figures,
        )
    if is_decisive and ratios:
        sentence = say(f"claim.{name}.differ", printed=shown)
        words = Sentences(sentence, tuple(arithmetic))
        return state(test, [claim.id], name, Verdict.CONTRADICTED, words, figures)
    sentence = say(f"claim.{name}.unknown", printed=shown)
    missing = say(f"claim.missing.{name}")
    words = Sentences(sentence, tuple(arithmetic), missing)
    return state(test, [claim.id], name, Verdict.UNCHECKABLE, words, figures)
