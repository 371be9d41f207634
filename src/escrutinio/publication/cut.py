"""The count at one place of the log: what a bulletin and its exports are made of.

Everything is worked out once here, and the body, the rows and every export take it from here, so
that they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from escrutinio.definition import Contest, Definition
from escrutinio.log.entries.model import CandidacyWithdrawn
from escrutinio.tabulation import ContestTally
from escrutinio.tabulation.ledger import (
    Ledger,
    RecordRows,
    find_findings,
    record_rows,
    tabulate_rows,
    treatment_rows,
)

__all__ = ["ContestCut", "Cut", "find_all_findings", "take_cut"]


@dataclass(frozen=True, slots=True)
class ContestCut:
    """One contest at a place of the log.

    Attributes:
        contest: as amended: without the candidacies that withdrew.
        records: the effective sheets, on the form as it was printed.
        withdrawals: of this contest, in the order in which they came into force.
        tally: what the counted sheets add up to, as amended.
        rows: what became of every station, in order of their ids; as ``decode_rows`` gives them.
    """

    contest: Contest
    records: RecordRows
    withdrawals: tuple[CandidacyWithdrawn, ...]
    tally: ContestTally
    rows: pl.DataFrame

    @property
    def form(self) -> Contest:
        """The contest as its forms were printed."""
        return self.records.contest


@dataclass(frozen=True, slots=True)
class Cut:
    """The count at one place of the log.

    Attributes:
        definition: as amended; its identity is that of the genesis definition.
        size: number of entries it is about.
        policy: text of the trust policy in force.
        contests: in the order of the definition.
    """

    definition: Definition
    size: int
    policy: str
    contests: tuple[ContestCut, ...]

    @property
    def rows(self) -> pl.DataFrame:
        """What became of every station, contest by contest."""
        return pl.concat([item.rows for item in self.contests])


def take_cut(ledger: Ledger) -> Cut:
    """Add up everything at the place the ledger has reached.

    What is taken stays as it is when the ledger goes on.
    """
    return Cut(
        definition=ledger.definition,
        size=ledger.size,
        policy=ledger.policy,
        contests=tuple(
            _contest_cut(ledger, position) for position in range(len(ledger.genesis.contests))
        ),
    )


def _contest_cut(ledger: Ledger, position: int) -> ContestCut:
    records = record_rows(ledger, ledger.genesis.contests[position])
    return ContestCut(
        contest=ledger.definition.contests[position],
        records=records,
        withdrawals=tuple(item for item in ledger.withdrawals if item.contest == position),
        tally=tabulate_rows(ledger, records),
        # As in the file, where nothing to say and empty text are the same cell.
        rows=treatment_rows(records).with_columns(pl.col("reason").replace("", None)),
    )


def find_all_findings(ledger: Ledger, records: Sequence[RecordRows]) -> list[pl.DataFrame]:
    """Run every check of every contest at the place the ledger has reached.

    Args:
        ledger: at the place the records are of.
        records: the effective sheets of every contest, in the order of the definition.

    Returns:
        The findings of each contest, as ``find_findings`` gives them.
    """
    return [
        find_findings(ledger, item, [other for other in records if other is not item])
        for item in records
    ]
