"""What an election is, before anybody votes.

A definition names the contests, the candidacies and the party lines that add to them, the
divisions of the territory with what is known of their stations and rolls, the rule that turns
totals into an outcome, and the profile by which sheets are checked. It is frozen before the vote
and its digest is the election's identity.

The objects here are what the rest of the program works with. ``decoding.py`` builds them from
bytes and refuses everything that is not exactly one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NewType

from escrutinio.definition.rules import Rule
from escrutinio.definition.sheet_type import SheetType
from escrutinio.definition.trust import Trust
from escrutinio.primitives import Names, Sha256Hex

__all__ = [
    "Candidacy",
    "CandidacyCode",
    "Category",
    "CategoryCode",
    "CheckProfile",
    "Contest",
    "ContestCode",
    "Definition",
    "Division",
    "DivisionId",
    "Level",
    "Option",
    "OptionCode",
    "Phase",
    "RecordKind",
    "RegisterTotal",
    "Severity",
    "SheetType",
    "Station",
    "StationId",
    "StationKind",
]

ContestCode = NewType("ContestCode", str)
CandidacyCode = NewType("CandidacyCode", str)
OptionCode = NewType("OptionCode", str)
CategoryCode = NewType("CategoryCode", str)
DivisionId = NewType("DivisionId", str)
StationId = NewType("StationId", str)


class RecordKind(StrEnum):
    """Whose sheets count in this record."""

    OFFICIAL = "official"
    TRANSCRIPTION = "transcription"


class Phase(StrEnum):
    """Whether this is the election or a rehearsal of it."""

    OFFICIAL = "official"
    TEST = "test"


class StationKind(StrEnum):
    """What makes the tally sheet of a station, and where the station is."""

    DEVICE = "device"
    PAPER = "paper"
    ABROAD = "abroad"
    MOBILE = "mobile"
    SPECIAL = "special"


class Severity(StrEnum):
    """What a finding does to a sheet, in falling order.

    ``BLOCK``: not counted until a person decides with a recorded reason. ``HOLD``: published and
    visible, not in the sum, listed. ``WARN``: counted and flagged. ``INFO``: counted, noted.
    """

    BLOCK = "block"
    HOLD = "hold"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the territory, such as country or state."""

    code: str
    names: Names


@dataclass(frozen=True, slots=True)
class Division:
    """One area of the territory.

    Attributes:
        division: its id, unique in the definition.
        parent: id of the area that contains it; None for the root.
        level: code of its level.
        name: what it is called there.
        stations: number of stations in it, or None when unknown.
        registered: voters registered in it, or None when unknown.
    """

    division: DivisionId
    parent: DivisionId | None
    level: str
    name: str
    stations: int | None
    registered: int | None


@dataclass(frozen=True, slots=True)
class Station:
    """One polling station.

    Attributes:
        station: its id, unique in the definition.
        division: the smallest division that contains it.
        kind: what makes its sheet.
        polling_place: id of the building; empty when unknown.
        registered: voters on its roll by contest; a missing contest is unknown.
        max_ballots: the most ballots it can have by contest; a missing contest is unknown, and
            unknown means *open*.
    """

    station: StationId
    division: DivisionId
    kind: StationKind
    polling_place: str
    registered: Mapping[ContestCode, int]
    max_ballots: Mapping[ContestCode, int]


@dataclass(frozen=True, slots=True)
class Candidacy:
    """Who or what can win."""

    code: CandidacyCode
    names: Names


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the ballot (party line); its votes add to one candidacy."""

    code: OptionCode
    candidacy: CandidacyCode
    names: Names


@dataclass(frozen=True, slots=True)
class Category:
    """A tally category beyond the options, such as blank or null.

    Attributes:
        code: such as ``blank``, ``null``, ``challenged``, ``blank_and_null``.
        names: what it is called.
        in_ballots: whether these are ballots cast.
        in_valid: whether the law of the election counts them as valid votes.
    """

    code: CategoryCode
    names: Names
    in_ballots: bool
    in_valid: bool


@dataclass(frozen=True, slots=True)
class RegisterTotal:
    """A number of registered voters that circulates for a contest, with who says so."""

    id: str
    registered: int
    names: Names
    source: str


@dataclass(frozen=True, slots=True)
class Contest:
    """One question on the ballot.

    Attributes:
        code: its id.
        names: what it is called.
        division: the area that votes on it; the root for a national contest.
        votes_allowed: votes one ballot can carry.
        candidacies: in the order in which pages show them.
        options: party lines in the order of the ballot; each belongs to a candidacy.
        categories: tally categories beyond the options.
        max_ballots_per_station: the most ballots any station can have, or None.
        register_totals: registered voters as different sources give them.
        rule: how totals become an outcome.
    """

    code: ContestCode
    names: Names
    division: DivisionId
    votes_allowed: int
    candidacies: tuple[Candidacy, ...]
    options: tuple[Option, ...]
    categories: tuple[Category, ...]
    max_ballots_per_station: int | None
    register_totals: tuple[RegisterTotal, ...]
    rule: Rule

    def options_of(self, candidacy: CandidacyCode) -> tuple[Option, ...]:
        """Give the party lines whose votes add to a candidacy, in ballot order."""
        return tuple(option for option in self.options if option.candidacy == candidacy)

    def name_of(self, candidacy: CandidacyCode) -> Names:
        """Give what a candidacy is called."""
        return next(item.names for item in self.candidacies if item.code == candidacy)


@dataclass(frozen=True, slots=True)
class CheckProfile:
    """The frozen settings of the sheet checks.

    Attributes:
        limits: name of a limit of the catalogue to its value; missing ones keep the catalogue's.
        severities: check code to severity by sheet type; missing ones keep the catalogue's.
    """

    limits: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, Mapping[SheetType, Severity]] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """An election, frozen.

    Attributes:
        identity: digest of the canonical ``definition.json``; the election's identity for ever.
        record_kind: whose sheets count.
        phase: the election or a rehearsal.
        names: what the election is called.
        date: day of the vote, ``YYYY-MM-DD``.
        time_zone: IANA name.
        levels: from the root down.
        divisions: every area; parents before children.
        stations: every station, or None when the list is not known.
        contests: every contest.
        check_profile: the frozen settings of the sheet checks.
        sources: where the facts of the definition come from.
        trust: who may sign and whom to trust; None in version 1 of the format, which opens no log.
    """

    identity: Sha256Hex
    record_kind: RecordKind
    phase: Phase
    names: Names
    date: str
    time_zone: str
    levels: tuple[Level, ...]
    divisions: tuple[Division, ...]
    stations: tuple[Station, ...] | None
    contests: tuple[Contest, ...]
    check_profile: CheckProfile
    sources: tuple[str, ...] = ()
    trust: Trust | None = None

    @cached_property
    def division_by_id(self) -> Mapping[DivisionId, Division]:
        """Every division by its id."""
        return {division.division: division for division in self.divisions}

    @property
    def root(self) -> Division:
        """The division that contains all others."""
        return next(division for division in self.divisions if division.parent is None)

    def path_of(self, division: DivisionId) -> tuple[DivisionId, ...]:
        """Give the ids from the root down to a division, both included."""
        path: list[DivisionId] = []
        current: DivisionId | None = division
        while current is not None:
            path.append(current)
            current = self.division_by_id[current].parent
        return tuple(reversed(path))

    def contest(self, code: str) -> Contest | None:
        """Give a contest by its code, or None."""
        return next((item for item in self.contests if item.code == code), None)
