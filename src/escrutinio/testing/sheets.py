"""How the voters of a simulated station vote: its turnout and its figures.

Everything is drawn with ``random.Random.random`` alone, whose numbers are the same on every
machine and with every version of Python.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from escrutinio.definition import Contest
from escrutinio.log.entries import LoggedSheet
from escrutinio.sheet.tally_sheet import NOT_ON_FORM, CorrectionReason

__all__ = ["StationCount", "Voters"]

#: Shares of the candidacies, the largest first; who gets which is drawn.
_SHARES = (0.56, 0.27, 0.06, 0.04, 0.025, 0.015, 0.012, 0.008, 0.006, 0.004)
_TURNOUT_LEAST, _TURNOUT_RANGE = 0.48, 0.24
_BLANK_MOST, _NULL_MOST = 0.012, 0.018
#: How far a station's share of a line is from the country's: half of it to one and a half.
_LEAST_FACTOR = 0.5


@dataclass(frozen=True, slots=True)
class StationCount:
    """What was counted at a station.

    Attributes:
        registered: voters on its roll.
        admitted: voters admitted.
        votes: by option in ballot order; None where nobody can read the sheet.
        blank: blank ballots.
        null: null ballots.
    """

    registered: int
    admitted: int
    votes: tuple[int | None, ...]
    blank: int
    null: int

    @property
    def valid(self) -> int:
        """Valid votes that can be read."""
        return sum(vote for vote in self.votes if vote is not None)

    @property
    def ballots(self) -> int:
        """Ballots in the box, as far as they can be read."""
        return self.valid + self.blank + self.null

    def with_votes(self, option: int, votes: int) -> StationCount:
        """Give some votes more to an option, by its position; fewer when negative."""
        figures = list(self.votes)
        figures[option] = (figures[option] or 0) + votes
        return replace(self, votes=tuple(figures))

    def sheet(
        self,
        station: str,
        closed_at_s: int,
        follows: bytes,
        version: int = 1,
        reason: CorrectionReason | None = None,
    ) -> LoggedSheet:
        """Give the sheet that states this count.

        Args:
            station: id of the station.
            closed_at_s: closing time, in seconds since 1970.
            follows: SHA-256 of the entry of the seal, or of the sheet it corrects.
            version: 1 for a first sheet.
            reason: why it corrects another one; for a later version only.
        """
        is_legible = None not in self.votes
        figures = (
            self.registered,
            self.admitted,
            self.ballots if is_legible else None,
            self.valid if is_legible else None,
            NOT_ON_FORM,
        )
        categories = (self.blank, self.null)
        return LoggedSheet(
            station, 0, version, closed_at_s, figures, self.votes, categories, follows, reason
        )


class Voters:
    """The voters of a simulated country, who draw on one source of random numbers."""

    def __init__(self, contest: Contest, rng: random.Random) -> None:
        """Draw how the country leans."""
        self._rng = rng
        codes = [item.code for item in contest.candidacies]
        order = sorted(codes, key=lambda _: rng.random())
        share = dict(zip(order, _SHARES, strict=True))
        # Of the lines of one candidacy the first has most of its votes.
        weights = dict.fromkeys(codes, 0.0)
        lines = []
        for option in contest.options:
            lines.append((option.candidacy, 1.0 if not weights[option.candidacy] else 0.12))
            weights[option.candidacy] += lines[-1][1]
        self._means = [share[code] * weight / weights[code] for code, weight in lines]

    def count(self, registered: int) -> StationCount:
        """Draw the count of a station.

        Args:
            registered: voters on its roll.
        """
        rng = self._rng
        admitted = round(registered * (_TURNOUT_LEAST + _TURNOUT_RANGE * rng.random()))
        blank = int(admitted * _BLANK_MOST * rng.random())
        null = int(admitted * _NULL_MOST * rng.random())
        valid = admitted - blank - null
        weights = [mean * (_LEAST_FACTOR + rng.random()) for mean in self._means]
        return StationCount(registered, admitted, _apportion(valid, weights), blank, null)


def _apportion(votes: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Share votes out in proportion to weights; what rounding leaves goes to the largest."""
    scale = votes / sum(weights)
    shares = [int(weight * scale) for weight in weights]
    shares[weights.index(max(weights))] += votes - sum(shares)
    return tuple(shares)
