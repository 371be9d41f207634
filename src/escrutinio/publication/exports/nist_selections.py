"""What can be voted for in a contest, as NIST counts it, with its votes by division.

Where the source shows every party line, and in every division the lines of each candidacy add up
to its votes, each line is a selection, as the standard has it for a candidate of several parties:
the candidate's votes are the sum of the selections that name it. Otherwise each candidacy is one
selection. So no vote stands in two selections.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escrutinio.definition import CandidacyCode, Contest, OptionCode
from escrutinio.publication.cut import ContestCut
from escrutinio.publication.exports._nist_types import VoteCounts
from escrutinio.publication.exports.nist_ids import (
    division_id,
    line_id,
    selection_id,
)
from escrutinio.tabulation import ContestTally, DivisionTally

__all__ = ["Selection", "list_selections", "shows_lines"]


@dataclass(frozen=True, slots=True)
class Selection:
    """One thing that can be voted for.

    Attributes:
        id: its id in the documents.
        candidacy: which one gets the votes.
        option: the party line, or None where the candidacy is the selection.
        counts: votes by division.
    """

    id: str
    candidacy: CandidacyCode
    option: OptionCode | None
    counts: tuple[VoteCounts, ...]


def list_selections(cut: ContestCut) -> Iterator[Selection]:
    """Give the selections of a contest, in the order of the ballot."""
    contest, tally = cut.contest, cut.tally
    divisions = [division_id(item.division) for item in tally.divisions]
    if shows_lines(contest, tally):
        for option in contest.options:
            votes = [(item.options or {}).get(option.code, 0) for item in tally.divisions]
            counts = _counts(divisions, votes)
            yield Selection(line_id(contest, option.code), option.candidacy, option.code, counts)
        return
    for candidacy in contest.candidacies:
        votes = [item.candidacies[candidacy.code] for item in tally.divisions]
        counts = _counts(divisions, votes)
        yield Selection(selection_id(contest, candidacy.code), candidacy.code, None, counts)


def shows_lines(contest: Contest, tally: ContestTally) -> bool:
    """Say whether the party lines of every division add up to the votes of its candidacies."""
    return bool(contest.options) and all(_adds_up(contest, item) for item in tally.divisions)


def _adds_up(contest: Contest, tally: DivisionTally) -> bool:
    options = tally.options
    if options is None or any(item.code not in options for item in contest.options):
        return False
    sums = dict.fromkeys(tally.candidacies, 0)
    for item in contest.options:
        sums[item.candidacy] += options[item.code]
    return sums == tally.candidacies


def _counts(divisions: Sequence[str], votes: Sequence[int]) -> tuple[VoteCounts, ...]:
    return tuple(
        VoteCounts(gp_unit_id=division, type="total", count=number)
        for division, number in zip(divisions, votes, strict=True)
    )
