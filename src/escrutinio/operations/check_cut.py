"""Hold public claims against the count of a bulletin, as ``check`` does against the same sheets.

What differs is what only a record has:

1. Where no sheet is there yet, claims are held against arithmetic and each other alone.
2. A withdrawal moves or voids votes. Where a sheet was logged before one came into force, claims
   may be older than it, and all of the contest are treated as under 1.
3. Where every withdrawal came before the first sheet, so are those that print or say something of a
   candidacy that withdrew: the totals no longer have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from escrutinio.claims import Claim, ClaimsFile, check_claims
from escrutinio.definition import Definition, RecordKind
from escrutinio.log.entries import Amendment, CandidacyWithdrawn
from escrutinio.operations.check import report_contest
from escrutinio.operations.report import ContestReport
from escrutinio.publication.cut import ContestCut, Cut
from escrutinio.tabulation.ledger import Ledger

__all__ = ["CutReport", "Ground", "check_cut"]


class Ground(StrEnum):
    """What the claims about a contest are held against, beside their own figures and each other."""

    COUNT = "count"
    NO_SHEETS = "no_sheets"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class CutReport:
    """A contest with the statements about it.

    Attributes:
        report: without findings; its contest is that of the printed forms, as claims name it.
        ground: what the claims are held against.
        apart: ids of claims that are held against their own figures and each other alone.
    """

    report: ContestReport
    ground: Ground
    apart: frozenset[str]


def check_cut(ledger: Ledger, cut: Cut, claims: ClaimsFile, origin: str) -> tuple[CutReport, ...]:
    """Check claims against the count that a bulletin is about.

    Args:
        ledger: of the log; it may be ahead of the count.
        cut: the count.
        claims: read against the genesis definition. A data set that they name is the one of this
            record when it is the id of the only source that signed readings.
        origin: name of the log, which is the source of the sheets of an official record.

    Returns:
        A report of each contest.
    """
    return tuple(
        _check(
            cut.definition,
            _with_source(cut, item, origin),
            _ground(ledger, cut, position),
            claims,
        )
        for position, item in enumerate(cut.contests)
    )


def _with_source(cut: Cut, item: ContestCut, origin: str) -> ContestCut:
    """Call the source of signed sheets by the name under which the public knows it."""
    if cut.definition.record_kind is RecordKind.TRANSCRIPTION:
        return item
    return replace(item, tally=replace(item.tally, source=origin))


def _check(
    definition: Definition, item: ContestCut, ground: Ground, claims: ClaimsFile
) -> CutReport:
    own = [claim for claim in claims.claims if claim.contest == item.contest.code]
    gone = {change.candidacy for change in item.withdrawals}
    apart = [claim for claim in own if ground is not Ground.COUNT or _names_any(claim, gone)]
    held = tuple(claim for claim in own if claim not in apart)
    report = report_contest(definition, item.contest, item.tally, (), replace(claims, claims=held))
    statements = report.statements if ground is Ground.COUNT else ()
    if apart:
        alone = replace(claims, claims=tuple(apart))
        statements += check_claims(alone, definition, item.form, None, (), {})
    report = replace(report, contest=item.form, statements=statements)
    return CutReport(report, ground, frozenset(claim.id for claim in apart))


def _names_any(claim: Claim, candidacies: set[str]) -> bool:
    figures = claim.figures
    named = {*figures.votes, *figures.shares, *(item.candidacy for item in claim.assertions)}
    return not candidacies.isdisjoint(named)


def _ground(ledger: Ledger, cut: Cut, position: int) -> Ground:
    if not cut.contests[position].tally.total.counters.received:
        return Ground.NO_SHEETS
    sheets = (placed for chain in ledger.chains(position).values() for placed in chain.sheets)
    first = min((placed.index for placed in sheets), default=cut.size)
    is_late = any(at > first for at in _withdrawn_at(ledger, position) if at < cut.size)
    return Ground.WITHDRAWN if is_late else Ground.COUNT


def _withdrawn_at(ledger: Ledger, position: int) -> Iterator[int]:
    """Give the places from which withdrawals of a contest are in force."""
    for proposal in ledger.proposals:
        content = proposal.content
        if isinstance(content, Amendment) and proposal.in_force_at is not None:
            change = content.change
            if isinstance(change, CandidacyWithdrawn) and change.contest == position:
                yield proposal.in_force_at
