"""The sheets of a contest as its totals see them, once a candidacy is withdrawn.

Sheets are checked on the form as it was printed. Only what is added up follows the amendment:
votes of a withdrawn candidacy go to its heir, or into a category of their own outside the valid
votes. A figure that cannot be read adds nothing, and leaves the total it belongs to unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from escrutinio.definition import CandidacyCode, Contest
from escrutinio.log.entries.model import CandidacyWithdrawn, WithdrawnVotes
from escrutinio.sheet import SheetTable
from escrutinio.sheet.checks.view import CheckView
from escrutinio.sheet.fields import (
    candidacy_field,
    category_field,
    least_column,
    state_column,
)
from escrutinio.tabulation.ledger.amending import withdrawn_category, without_candidacy

__all__ = ["table_for_totals"]


def table_for_totals(table: SheetTable, changes: Iterable[CandidacyWithdrawn]) -> SheetTable:
    """Apply withdrawals to a table, in their order.

    Args:
        table: of the contest as it was frozen.
        changes: the withdrawals of that contest, in force.

    Returns:
        The same rows; the contest without the withdrawn candidacies.
    """
    for change in changes:
        after = without_candidacy(table.contest, change)
        if change.votes is WithdrawnVotes.VOID:
            table = _void(table, after, CandidacyCode(change.candidacy))
        else:
            heir = CandidacyCode(str(change.heir))
            table = _transfer(table, after, CandidacyCode(change.candidacy), heir)
    return table


def _void(table: SheetTable, after: Contest, gone: CandidacyCode) -> SheetTable:
    leaving = {candidacy_field(gone), *table.lines_of(gone)} & set(table.fields)
    if not leaving:
        return replace(table, contest=after)
    field = category_field(withdrawn_category(table.contest, gone).code)
    return _with_field(table, after, leaving, field, _votes_of(table, gone))


def _transfer(
    table: SheetTable, after: Contest, gone: CandidacyCode, heir: CandidacyCode
) -> SheetTable:
    own = {candidacy_field(gone), candidacy_field(heir)} & set(table.fields)
    if not own:
        # Only party lines are shown, and the lines of both are the heir's now.
        return replace(table, contest=after)
    votes = _votes_of(table, heir) + _votes_of(table, gone)
    # Where one of the two cannot be read, the other one still counts.
    known = CheckView(table, table.frame, lambda _: 0).candidacy_votes_known
    least = (known[heir] + known[gone]).cast(pl.Int64).alias("\0least")
    field = candidacy_field(heir)
    table = replace(table, frame=table.frame.with_columns(least))
    moved = _with_field(table, after, own, field, votes)
    frame = moved.frame.rename({"\0least": least_column(field)})
    return replace(moved, frame=frame)


def _votes_of(table: SheetTable, candidacy: CandidacyCode) -> pl.Expr:
    return CheckView(table, table.frame, lambda _: 0).candidacy_votes[candidacy]


def _with_field(
    table: SheetTable, after: Contest, leaving: set[str], field: str, votes: pl.Expr
) -> SheetTable:
    """Put one field in the place of others."""
    frame = table.frame.select(pl.all(), votes.cast(pl.Int64).alias("\0votes"))
    dropped = [*leaving, *map(state_column, leaving), *map(least_column, leaving)]
    frame = frame.drop(dropped, strict=False).rename({"\0votes": field})
    fields = (*(name for name in table.fields if name not in leaving), field)
    return replace(table, contest=after, fields=fields, frame=frame)
