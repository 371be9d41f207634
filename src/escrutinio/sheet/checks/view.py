"""What the rules see: a table of sheets beside what is known of its stations.

``CheckView.frame`` is the table's frame with five more columns: ``known`` (the station is in the
published list; without a list, in a division of the contest), ``listed_division``, ``misplaced``
(the source names a division that does not contain the listed one), ``roll`` (registered voters by
the published roll) and ``cap`` (the most ballots the station can have).

A sum of figures is *exact* or it is null: one unreadable part makes it unknown. Rules that
compare for equality use exact sums. Rules that look for too much may use the *least* sums, over
the figures that can be read: what they find is true whatever the others are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from escrutinio.definition import CandidacyCode
from escrutinio.sheet.fields import SheetStatus, candidacy_field, category_field, least_column
from escrutinio.sheet.table import SheetTable

__all__ = ["CheckView"]

_UNKNOWN = pl.lit(None, dtype=pl.Int64)


@dataclass(frozen=True)
class CheckView:
    """A table of sheets beside what is known of its stations.

    Attributes:
        table: the sheets.
        frame: the table's frame with the columns named above.
        limit: gives a limit of the catalogue by name.
        other_cast: column with the ballots cast at the same station in another contest, or None.
    """

    table: SheetTable
    frame: pl.DataFrame
    limit: Callable[[str], int]
    other_cast: str | None = None

    @cached_property
    def is_sheet(self) -> pl.Expr:
        """Rows on which a sheet was read; only they have figures to check."""
        return pl.col("status") == SheetStatus.SHEET.value

    @cached_property
    def votes(self) -> list[pl.Expr]:
        """Vote figures: party lines where shown, else candidacies."""
        return [pl.col(field) for field in self.table.vote_fields]

    @cached_property
    def votes_shown(self) -> pl.Expr:
        """Sum of the vote figures that the source shows; null when one is unknown."""
        return _sum(self.table.vote_fields)

    @cached_property
    def votes_known(self) -> pl.Expr:
        """Sum of the vote figures that can be read, and of what was kept of the others."""
        names = [least_column(field) for field in self.table.vote_fields]
        kept = [name for name in names if name in self.frame.columns]
        if not kept:
            return _least_sum(self.table.vote_fields)
        readable = [
            pl.coalesce(field, name) if name in kept else pl.col(field)
            for field, name in zip(self.table.vote_fields, names, strict=True)
        ]
        return pl.sum_horizontal([pl.lit(0, dtype=pl.Int64), *readable], ignore_nulls=True)

    @cached_property
    def options_sum(self) -> pl.Expr:
        """Sum of all vote figures; null when one is unknown or not shown."""
        return self.votes_shown if self.table.shows_all_votes else _UNKNOWN

    @cached_property
    def candidacy_votes(self) -> Mapping[CandidacyCode, pl.Expr]:
        """Votes of each candidacy: its own figure, else its party lines added; null if unknown."""
        return {
            item.code: pl.coalesce(*self._sources_of(item.code))
            for item in self.table.contest.candidacies
        }

    @cached_property
    def candidacy_votes_known(self) -> Mapping[CandidacyCode, pl.Expr]:
        """The same; where it is unknown, the parts that can be read, or zero."""
        return {
            item.code: pl.coalesce(
                *self._sources_of(item.code),
                *self._least_of(item.code),
                _least_sum(tuple(filter(self.table.has, self.table.lines_of(item.code)))),
            )
            for item in self.table.contest.candidacies
        }

    def _least_of(self, candidacy: CandidacyCode) -> list[pl.Expr]:
        """Give what was kept of a sum of two candidacies' votes of which one is unreadable."""
        name = least_column(candidacy_field(candidacy))
        return [pl.col(name)] if name in self.frame.columns else []

    @cached_property
    def valid(self) -> pl.Expr:
        """Valid votes computed; null when a part is unknown or not shown."""
        return self._with_categories(self.options_sum, only_valid=True)

    @cached_property
    def cast(self) -> pl.Expr:
        """Ballots cast, computed; null when a part is unknown or not shown."""
        if self.table.contest.votes_allowed == 1:
            return self._with_categories(self.options_sum, only_valid=False)
        # Votes do not tell how many ballots carried them.
        valid = pl.col("stated.valid") if self.table.has("stated.valid") else _UNKNOWN
        return self._with_categories(valid, only_valid=False, rest=True)

    @cached_property
    def exact_cast(self) -> pl.Expr:
        """Ballots cast: computed, else as stated; null when neither can be known."""
        stated = self.whole("stated.cast")
        return self.cast if stated is None else pl.coalesce(self.cast, stated)

    @cached_property
    def shown_cast(self) -> pl.Expr:
        """Ballots cast as far as the source shows them; null when a figure cannot be read."""
        if self.table.contest.votes_allowed > 1:
            return self.exact_cast
        return pl.coalesce(self.exact_cast, _sum((*self.table.vote_fields, *self.ballot_fields)))

    @cached_property
    def least_cast(self) -> pl.Expr:
        """The least number of ballots in the box: computed, else the larger of stated and known."""
        stated = self.whole("stated.cast")
        least = self.known_ballots
        return pl.coalesce(self.cast, least if stated is None else pl.max_horizontal(stated, least))

    @cached_property
    def known_ballots(self) -> pl.Expr:
        """Ballots known to be in the box: every figure that can be read, added."""
        allowed = self.table.contest.votes_allowed
        carrying = self.votes_known
        if allowed > 1:
            carrying = (carrying + (allowed - 1)) // allowed
        return carrying + _least_sum(self.ballot_fields)

    @cached_property
    def ballot_fields(self) -> tuple[str, ...]:
        """Fields of the tally categories that are ballots, where shown."""
        fields = (
            category_field(item.code) for item in self.table.contest.categories if item.in_ballots
        )
        return tuple(filter(self.table.has, fields))

    @cached_property
    def roll(self) -> pl.Expr:
        """Registered voters: by the published roll, else as the sheet states them."""
        if self.table.has("registered"):
            return pl.coalesce(pl.col("roll"), pl.col("registered"))
        return pl.col("roll")

    @cached_property
    def admitted(self) -> pl.Expr | None:
        """Voters admitted, as stated or as the sum of the stated parts; None when not shown."""
        return self.whole("admitted")

    def whole(self, field: str) -> pl.Expr | None:
        """Give a figure that forms may split: as stated, else the sum of its parts."""
        parts = self.table.parts_of(field)
        if self.table.has(field):
            return pl.col(field)
        if parts:
            return _sum(parts)
        return None

    def _sources_of(self, candidacy: CandidacyCode) -> list[pl.Expr]:
        """Give the exact readings of a candidacy's votes, the one to take first in front."""
        field = candidacy_field(candidacy)
        own = [pl.col(field)] if self.table.has(field) else []
        lines = self.table.lines_of(candidacy)
        return [*own, _sum(lines) if self.table.shows_lines_of(candidacy) else _UNKNOWN]

    def _with_categories(self, start: pl.Expr, *, only_valid: bool, rest: bool = False) -> pl.Expr:
        """Add the categories that count; null when one of them is not shown."""
        total = start
        for category in self.table.contest.categories:
            counts = category.in_valid if only_valid else category.in_ballots
            if not counts or (rest and category.in_valid):
                continue
            field = category_field(category.code)
            total += pl.col(field) if self.table.has(field) else _UNKNOWN
        return total


def _sum(fields: Sequence[str]) -> pl.Expr:
    if not fields:
        return _UNKNOWN
    return pl.sum_horizontal([pl.col(field) for field in fields], ignore_nulls=False)


def _least_sum(fields: Sequence[str]) -> pl.Expr:
    nothing = pl.lit(0, dtype=pl.Int64)
    return pl.sum_horizontal([nothing, *(pl.col(field) for field in fields)], ignore_nulls=True)
