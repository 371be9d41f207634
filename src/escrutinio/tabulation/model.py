"""What adding the sheets of one contest gives.

A ``ContestTally`` is everything later stages need: the counters and totals of every division,
and per candidacy the histogram of votes per sheet. It is made from a table of sheets
(``aggregate.py``) or read from an evidence file that somebody else computed from one
(``evidence.py``); bounds, outcome and claims cannot tell the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from escrutinio.definition import (
    CandidacyCode,
    CategoryCode,
    ContestCode,
    DivisionId,
    OptionCode,
    SheetType,
)

__all__ = ["ContestTally", "Counters", "DivisionTally", "Histogram", "RegisteredVotes"]


@dataclass(frozen=True, slots=True)
class Counters:
    """Stations of a division by what became of their sheet.

    ``expected = counted + held + missing + closed``, always in stations.

    Attributes:
        expected: stations the definition knows of, or None when it does not say.
        counted: stations with a sheet in the totals.
        held: stations whose sheet is published but not in the totals.
        closed: stations that will add no votes (annulled, not installed, merged).
        received: stations of which any sheet arrived: counted, held or annulled.
        out_of_catalogue: stations with a sheet that the definition does not list; never inside
            ``expected`` and never in the totals.
    """

    expected: int | None
    counted: int
    held: int
    closed: int
    received: int
    out_of_catalogue: int

    @property
    def accounted(self) -> int:
        """Stations whose fate is known."""
        return self.counted + self.held + self.closed

    @property
    def missing(self) -> int | None:
        """Stations of which nothing is known, or None when the expected number is unknown."""
        return None if self.expected is None else max(self.expected - self.accounted, 0)

    @property
    def outstanding(self) -> int | None:
        """Stations that can still add votes: held and missing."""
        return None if self.missing is None else self.missing + self.held

    @property
    def surplus(self) -> int:
        """Stations beyond the expected number; above zero the counters do not add up."""
        return 0 if self.expected is None else max(self.accounted - self.expected, 0)


@dataclass(frozen=True, slots=True)
class DivisionTally:
    """Counters and totals of one division; totals are over its counted sheets.

    Attributes:
        division: which one.
        counters: stations by what became of their sheet.
        candidacies: votes per candidacy, all known figures added.
        options: votes per party line, or None when the source shows no party lines.
        categories: ballots per tally category; None where the source does not show it.
        unknown: per candidacy, counted sheets on which its figure cannot be read.
        valid: valid votes: all candidacies and the categories the law counts as valid.
        cast: ballots cast, or None when a category that counts as a ballot is not shown.
        registered: voters on the rolls of the counted stations whose roll is known.
        registered_stations: counted stations whose roll is known.
        cast_where_registered: ballots at those stations, the numerator of the turnout.
        register_used: the least number of registered voters the counted stations can have: their
            roll where known, else their ballots. A register total minus this is the most that
            can be outstanding.
        outstanding_cap: the most ballots the outstanding stations and unreadable figures can
            still add, when every one of them has a cap in the definition; else None.
        unreadable: counted sheets on which some figure of votes or ballots cannot be read, or is
            not shown; above zero, totals are only what is known.
    """

    division: DivisionId
    counters: Counters
    candidacies: Mapping[CandidacyCode, int]
    options: Mapping[OptionCode, int] | None
    categories: Mapping[CategoryCode, int | None]
    unknown: Mapping[CandidacyCode, int]
    valid: int
    cast: int | None
    registered: int
    registered_stations: int
    cast_where_registered: int
    register_used: int
    outstanding_cap: int | None
    unreadable: int = 0

    def shows(self, candidacy: CandidacyCode) -> bool:
        """Say whether some counted sheet shows the candidacy's votes."""
        return not self.counters.counted or self.unknown.get(candidacy, 0) < self.counters.counted


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many sheets show each figure.

    Attributes:
        values: the figures, strictly falling.
        sheets: for each figure the number of sheets with it, all positive.
    """

    values: tuple[int, ...]
    sheets: tuple[int, ...]

    @property
    def size(self) -> int:
        """Number of sheets."""
        return sum(self.sheets)

    @property
    def total(self) -> int:
        """Sum over all sheets."""
        return sum(value * count for value, count in zip(self.values, self.sheets, strict=True))

    def largest(self, number: int) -> int:
        """Sum of the largest figures.

        Args:
            number: how many sheets to take, at least 0; more than there are takes all.
        """
        left, total = number, 0
        for value, count in zip(self.values, self.sheets, strict=True):
            if left <= 0:
                break
            taken = min(left, count)
            total += taken * value
            left -= taken
        return total

    def fewest_reaching(self, target: int) -> int | None:
        """Give the least number of sheets whose largest figures add to the target or more.

        Args:
            target: a sum; at or below zero needs no sheet.

        Returns:
            The number of sheets, or None when all of them together stay below the target.
        """
        if target <= 0:
            return 0
        steps = list(zip(self.values, self.sheets, strict=True))
        reached = list(accumulate(value * count for value, count in steps))
        seen = 0
        for (value, count), total in zip(steps, reached, strict=True):
            if total >= target:
                return seen + -(-(target - (total - value * count)) // value)
            seen += count
        return None


class RegisteredVotes(Protocol):
    """Votes and roll of every single counted sheet; only a table of sheets has them."""

    def most_votes_among(self, candidacy: CandidacyCode, registered: int) -> int:
        """Give the most votes that sheets with so many registered voters together can hold.

        Args:
            candidacy: whose votes.
            registered: registered voters of the sheets taken, a part of a sheet allowed
                (fractional knapsack, rounded up).
        """
        ...

    def most_other_votes_among(self, candidacy: CandidacyCode, registered: int) -> int:
        """Give the same for the valid votes that are not the candidacy's."""
        ...


@dataclass(frozen=True)
class ContestTally:
    """Everything that adding the sheets of one contest gives.

    Attributes:
        contest: which one.
        source: id of the source of the sheets, from the import profile.
        sheet_type: how the figures came onto the sheets.
        divisions: one tally per division of the contest, root of the contest first.
        votes_per_sheet: per candidacy, over the counted sheets that show all candidacies.
        others_per_sheet: per candidacy, valid votes minus its own, over the same sheets.
        valid_per_sheet: valid votes, over the same sheets.
        first_places: per candidacy, sheets on which it has more votes than every other.
        ties: sheets on which the first place is shared.
        registered_votes: the single sheets with their rolls, when they are at hand.
    """

    contest: ContestCode
    source: str
    sheet_type: SheetType
    divisions: tuple[DivisionTally, ...]
    votes_per_sheet: Mapping[CandidacyCode, Histogram]
    others_per_sheet: Mapping[CandidacyCode, Histogram]
    valid_per_sheet: Histogram
    first_places: Mapping[CandidacyCode, int]
    ties: int
    registered_votes: RegisteredVotes | None = field(default=None, compare=False, repr=False)

    @property
    def total(self) -> DivisionTally:
        """The tally of the whole contest."""
        return self.divisions[0]

    @cached_property
    def _by_division(self) -> Mapping[DivisionId, DivisionTally]:
        return {item.division: item for item in self.divisions}

    def of(self, division: DivisionId) -> DivisionTally | None:
        """Give the tally of one division, or None when it is not part of the contest."""
        return self._by_division.get(division)
