"""Votes and ballots of one logged sheet, of either kind of record, so that pages compare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from escrutinio.definition import Contest
from escrutinio.log.entries.model import LoggedSheet
from escrutinio.polling import ClosingAudit
from escrutinio.sheet.transcribed import TranscribedSheet

__all__ = ["SheetVotes", "compared", "difference", "votes_of"]


@dataclass(frozen=True, slots=True)
class SheetVotes:
    """What can be read on a sheet.

    Attributes:
        lines: votes by party line, or by candidacy where the form has no lines; what cannot be
            read is not there.
        ballots: these votes and the ballots of the tally categories that are ballots.
    """

    lines: Mapping[str, int]
    ballots: int

    @property
    def total(self) -> int:
        """All votes that can be read."""
        return sum(self.lines.values())


def votes_of(sheet: LoggedSheet | TranscribedSheet | ClosingAudit, contest: Contest) -> SheetVotes:
    """Read the votes of a sheet.

    Args:
        sheet: signed, transcribed, or counted by hand at the station.
        contest: as its forms were printed.
    """
    options = [f"option.{item.code}" for item in contest.options]
    candidacies = [f"candidacy.{item.code}" for item in contest.candidacies]
    categories = {f"category.{item.code}": item.in_ballots for item in contest.categories}
    if not isinstance(sheet, TranscribedSheet):
        names = options or candidacies
        figures = {
            **dict(zip(names, sheet.votes, strict=False)),
            **dict(zip(categories, sheet.categories, strict=False)),
        }
    else:
        figures = dict(sheet.figures)
        names = options if any(name in figures for name in options) else candidacies
    read = {name: value for name, value in figures.items() if value is not None and value >= 0}
    lines = {name: read[name] for name in names if name in read}
    others = sum(value for name, value in read.items() if categories.get(name, False))
    return SheetVotes(lines, sum(lines.values()) + others)


def difference(
    one: LoggedSheet | TranscribedSheet, other: LoggedSheet | TranscribedSheet, contest: Contest
) -> int:
    """Give the votes by which two sheets differ, line by line; what cannot be read is zero."""
    return compared(votes_of(one, contest), votes_of(other, contest))


def compared(one: SheetVotes, other: SheetVotes) -> int:
    """Give the votes by which two counts differ, line by line; what cannot be read is zero."""
    first, second = one.lines, other.lines
    return sum(abs(first.get(name, 0) - second.get(name, 0)) for name in {**first, **second})
