"""Run every test on every claim about one contest.

The tests of a claim's own figures need nothing but the claims; those that need sheets answer
"cannot be checked" without them. Statements come in the order of the file (a statement about
several claims stands at the first of them), then by code, then by subject; those about the
sheets' own totals come last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from escrutinio.claims.data_set import check_data_set
from escrutinio.claims.lead_is_safe import check_lead_is_safe
from escrutinio.claims.material import Material
from escrutinio.claims.model import Claim, ClaimsFile, Statement
from escrutinio.claims.own_lead import check_own_lead
from escrutinio.claims.partial_total import check_partial_total
from escrutinio.claims.percentages import check_percentages, check_percentages_add_up
from escrutinio.claims.prints import check_prints
from escrutinio.claims.ratios import check_coverage, check_turnout
from escrutinio.claims.rounded_shares import check_rounded_shares, check_rounded_shares_of_sheets
from escrutinio.claims.series import check_series
from escrutinio.claims.sums import check_sums
from escrutinio.claims.untestable import check_untestable
from escrutinio.claims.within_bounds import (
    check_leads_within_bounds,
    check_shares_within_bounds,
)
from escrutinio.definition import Contest, Definition
from escrutinio.tabulation import CandidacyBounds, ContestTally, Scenario

__all__ = ["check_claims"]

#: Tests of one claim, in the order of their codes.
_TESTS_OF_ONE_CLAIM: tuple[Callable[[Claim, Material], Iterator[Statement]], ...] = (
    check_sums,
    check_percentages,
    check_percentages_add_up,
    check_turnout,
    check_coverage,
    check_rounded_shares,
    check_lead_is_safe,
    check_own_lead,
    check_partial_total,
    check_leads_within_bounds,
    check_shares_within_bounds,
    check_data_set,
)


def check_claims(
    claims: ClaimsFile,
    definition: Definition,
    contest: Contest,
    tally: ContestTally | None,
    scenarios: Sequence[Scenario],
    bounds: Mapping[str, tuple[CandidacyBounds, ...]],
) -> tuple[Statement, ...]:
    """Hold the claims about a contest against arithmetic, each other and the sheets.

    Args:
        claims: the claims file; claims about other contests are left alone.
        definition: the election.
        contest: the contest.
        tally: the added sheets of one source, or None when there are none.
        scenarios: why at most so many ballots are outstanding; empty without sheets.
        bounds: bounds by scenario id; a scenario without bounds is not used.

    Returns:
        Statements; (code, claims, subject) is unique among them.
    """
    material = Material(
        claims=tuple(claim for claim in claims.claims if claim.contest == contest.code),
        turnouts=claims.turnouts,
        definition=definition,
        contest=contest,
        tally=tally,
        scenarios=tuple(scenarios),
        bounds=bounds,
    )
    found = [
        statement
        for claim in material.claims
        for test in _TESTS_OF_ONE_CLAIM
        for statement in test(claim, material)
    ]
    found += check_series(material)
    found += check_prints(material)
    tested = {identifier for statement in found for identifier in statement.claims}
    found += check_untestable(material, tested)
    if tally is not None:
        found += check_rounded_shares_of_sheets(tally, material)
    place = {claim.id: index for index, claim in enumerate(material.claims)}
    last = len(place)
    return tuple(
        sorted(
            found,
            key=lambda item: (
                min(place.get(identifier, last) for identifier in item.claims),
                item.code,
                item.subject,
            ),
        )
    )
