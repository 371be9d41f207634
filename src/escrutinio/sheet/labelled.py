"""A tally sheet with the names that its election gives to what stands on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escrutinio.definition import Contest, Definition, Division, Station
from escrutinio.primitives import Names
from escrutinio.sheet.tally_sheet import Figure, TallySheet, find_contest

__all__ = ["LabelledSheet", "Line", "label_sheet"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet.

    Attributes:
        code: of the option, candidacy or tally category.
        names: what it is called.
        candidacy: whom an option's votes are for, or None.
        figure: as the sheet has it.
    """

    code: str
    names: Names
    candidacy: Names | None
    figure: Figure


@dataclass(frozen=True, slots=True)
class LabelledSheet:
    """A sheet and what its election knows of it.

    Attributes:
        sheet: what it says.
        definition: the election.
        contest: what was voted on.
        station: as listed, or None where the definition does not list it.
        path: divisions of the station from the root down; empty where it is not listed.
        votes: one line per option in ballot order, or per candidacy without options.
        categories: one line per tally category.
    """

    sheet: TallySheet
    definition: Definition
    contest: Contest
    station: Station | None
    path: tuple[Division, ...]
    votes: tuple[Line, ...]
    categories: tuple[Line, ...]


def label_sheet(sheet: TallySheet, definition: Definition, where: str) -> LabelledSheet:
    """Give every figure of a sheet its name.

    Raises:
        RefusedError: not a sheet of this election, or with another number of lines.
    """
    contest = find_contest(sheet, definition, where)
    listed = definition.stations or ()
    station = next((item for item in listed if item.station == sheet.station), None)
    path = () if station is None else definition.path_of(station.division)
    return LabelledSheet(
        sheet=sheet,
        definition=definition,
        contest=contest,
        station=station,
        path=tuple(definition.division_by_id[division] for division in path),
        votes=tuple(_vote_lines(contest, sheet.votes)),
        categories=tuple(
            Line(category.code, category.names, None, figure)
            for category, figure in zip(contest.categories, sheet.categories, strict=True)
        ),
    )


def _vote_lines(contest: Contest, votes: Sequence[Figure]) -> Iterator[Line]:
    if not contest.options:
        for candidacy, figure in zip(contest.candidacies, votes, strict=True):
            yield Line(candidacy.code, candidacy.names, None, figure)
        return
    names = {candidacy.code: candidacy.names for candidacy in contest.candidacies}
    for option, figure in zip(contest.options, votes, strict=True):
        yield Line(option.code, option.names, names[option.candidacy], figure)
