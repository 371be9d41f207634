"""What an amendment makes of the definition.

Each function gives the new definition, or raises ``Inapplicable`` when the change names
something that is not there or cannot be so. Keys and the trust policy are not part of what
changes here; the ledger keeps them.
"""

from __future__ import annotations

from dataclasses import replace

from escrutinio.definition import (
    CandidacyCode,
    Category,
    CategoryCode,
    Contest,
    Definition,
    Division,
    DivisionId,
    Station,
)
from escrutinio.log.entries.model import CandidacyWithdrawn, StationMoved, WithdrawnVotes
from escrutinio.primitives import Names

__all__ = [
    "Inapplicable",
    "move_station",
    "withdraw_candidacy",
    "withdrawn_category",
    "without_candidacy",
]


#: Beside the name of a candidacy whose votes are void.
_WITHDRAWN = {"en": "withdrawn", "es": "se retiró"}


class Inapplicable(Exception):  # noqa: N818  # never leaves this folder; it becomes a departure
    """A change cannot be applied.

    Attributes:
        part: the part of the amendment that is wrong.
        expected: what could be applied.
        found: what is there instead.
    """

    def __init__(self, part: str, expected: str, found: str) -> None:
        """Keep what is wrong."""
        super().__init__(part, expected, found)
        self.part = part
        self.expected = expected
        self.found = found


def move_station(definition: Definition, change: StationMoved) -> Definition:
    """Put a station into another division; the figures of the divisions follow.

    Raises:
        Inapplicable: the station is not listed, or the division is none or has parts.
    """
    stations = definition.stations or ()
    at = next((n for n, item in enumerate(stations) if item.station == change.station), None)
    if at is None:
        raise Inapplicable("8, station", "a station of the list", change.station)
    parents = {item.parent for item in definition.divisions}
    division = DivisionId(change.division)
    if division not in definition.division_by_id or division in parents:
        raise Inapplicable("9, division", "a smallest division", change.division)
    before = stations[at]
    after = replace(before, division=division, polling_place=change.polling_place)
    leaving = set(definition.path_of(before.division))
    entering = set(definition.path_of(division))
    least = _counted_voters(definition, before), _counted_voters(definition, after)
    divisions = tuple(
        _changed(item, -1, least[0])
        if item.division in leaving - entering
        else _changed(item, 1, least[1])
        if item.division in entering - leaving
        else item
        for item in definition.divisions
    )
    return replace(
        definition, stations=(*stations[:at], after, *stations[at + 1 :]), divisions=divisions
    )


def _counted_voters(definition: Definition, station: Station) -> int | None:
    """Give what a station adds to the registered voters of its division: the first contest's."""
    around = definition.path_of(station.division)
    for contest in definition.contests:
        if contest.division in around:
            return station.registered.get(contest.code)
    return 0


def _changed(division: Division, sign: int, voters: int | None) -> Division:
    """Add a station to a division or take it away; with an unknown roll its voters are unknown."""
    stations, registered = division.stations, division.registered
    return replace(
        division,
        stations=None if stations is None else max(stations + sign, 0),
        registered=None
        if registered is None or voters is None
        else max(registered + sign * voters, 0),
    )


def withdraw_candidacy(definition: Definition, change: CandidacyWithdrawn) -> Definition:
    """Take a candidacy out of a contest, and say what becomes of its votes.

    Raises:
        Inapplicable: there is no such contest or candidacy, it is the only one, or its heir is not
            another candidacy of the contest.
    """
    if change.contest >= len(definition.contests):
        expected = f"one of the {len(definition.contests)} contests"
        raise Inapplicable("11, contest", expected, str(change.contest))
    contest = definition.contests[change.contest]
    codes = [item.code for item in contest.candidacies]
    if change.candidacy not in codes or len(codes) == 1:
        expected = f"one of several candidacies of {contest.code}"
        raise Inapplicable("12, candidacy", expected, change.candidacy)
    if change.votes is WithdrawnVotes.TRANSFER and (
        change.heir not in codes or change.heir == change.candidacy
    ):
        raise Inapplicable("14, heir", f"another candidacy of {contest.code}", str(change.heir))
    contests = list(definition.contests)
    contests[change.contest] = without_candidacy(contest, change)
    return replace(definition, contests=tuple(contests))


def without_candidacy(contest: Contest, change: CandidacyWithdrawn) -> Contest:
    """Give a contest without one of its candidacies.

    The lines of a withdrawn candidacy are its heir's. Where its votes are void they are no votes
    any more: its lines leave the contest, and a category takes what they hold.
    """
    gone = CandidacyCode(change.candidacy)
    candidacies = tuple(item for item in contest.candidacies if item.code != gone)
    if change.votes is WithdrawnVotes.VOID:
        return replace(
            contest,
            candidacies=candidacies,
            options=tuple(item for item in contest.options if item.candidacy != gone),
            categories=(*contest.categories, withdrawn_category(contest, gone)),
        )
    heir = CandidacyCode(str(change.heir))
    options = tuple(
        replace(item, candidacy=heir) if item.candidacy == gone else item
        for item in contest.options
    )
    return replace(contest, candidacies=candidacies, options=options)


def withdrawn_category(contest: Contest, candidacy: CandidacyCode) -> Category:
    """Give the category that takes the votes of a withdrawn candidacy.

    A colon is part of no code of a definition, so that the name is free. Where a ballot carries
    several votes, its votes are no ballots.
    """
    names = {
        language: f"{name} ({_WITHDRAWN[language]})" if language in _WITHDRAWN else name
        for language, name in contest.name_of(candidacy).by_language.items()
    }
    return Category(
        CategoryCode(f"withdrawn:{candidacy}"),
        Names(names),
        in_ballots=contest.votes_allowed == 1,
        in_valid=False,
    )
