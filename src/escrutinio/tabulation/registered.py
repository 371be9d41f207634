"""Votes and roll of every single sheet, for coverages printed as a share of the register.

When an announcement covers x % of the registered voters, the sheets outside it are those that
share the remaining voters; the most votes they can hold is a fractional knapsack: take sheets by
falling votes per registered voter. Exact, in integers.

Reference: statistics, section 3.3, last sentence of the method.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from escrutinio.definition import CandidacyCode, Contest

__all__ = ["SheetRolls"]


@dataclass(frozen=True)
class SheetRolls:
    """The counted sheets with a known roll: ``roll``, ``valid`` and ``votes.<code>``."""

    frame: pl.DataFrame

    @classmethod
    def of(cls, readable: pl.DataFrame, contest: Contest) -> SheetRolls | None:
        """Take them out of the counted sheets; None unless every sheet has a roll above zero."""
        rolls = readable.get_column("known_roll")
        if not readable.height or rolls.null_count() or (rolls == 0).any():
            return None
        names = [f"votes.{item.code}" for item in contest.candidacies]
        return cls(readable.select(pl.col("known_roll").alias("roll"), "valid", *names))

    def most_votes_among(self, candidacy: CandidacyCode, registered: int) -> int:
        """Give the most votes that sheets with so many registered voters together can hold."""
        return self._most(pl.col(f"votes.{candidacy}"), registered)

    def most_other_votes_among(self, candidacy: CandidacyCode, registered: int) -> int:
        """Give the same for the valid votes that are not the candidacy's."""
        return self._most(pl.col("valid") - pl.col(f"votes.{candidacy}"), registered)

    def _most(self, votes: pl.Expr, registered: int) -> int:
        # A float ratio could order two nearly equal sheets wrongly; the sum would then be a few
        # votes off. The keys are the whole part of votes / roll and two groups of nine decimals:
        # ratios of rolls up to 10**9 that differ do so within them, and all fits in 64 bits.
        roll, scale = pl.col("roll"), 10**9
        first = votes % roll * scale
        second = first % roll * scale
        keys = {"whole": votes // roll, "first": first // roll, "second": second // roll}
        ranked = (
            self.frame.select(votes.alias("votes"), "roll", **keys)
            .sort(list(keys), descending=True)
            .select("votes", "roll")
        )
        before = pl.col("roll").cum_sum() - pl.col("roll")
        taken = ranked.with_columns(before.alias("before")).filter(pl.col("before") < registered)
        if not taken.height:
            return 0
        votes_last, roll_last, before_last = taken.row(-1)
        whole = int(taken["votes"].sum()) - int(votes_last)
        left = min(registered - int(before_last), int(roll_last))
        return whole + -(-int(votes_last) * left // int(roll_last))
