"""What the pages of a site are made of, without a language: gathered once for all pages.

Everything here is about the newest bulletin. Before the first one it is about an empty log: every
expected station has a row, and all are missing. What was logged after the newest bulletin is
shown as logged, and counts nowhere yet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import polars as pl

from escrutinio.definition import Definition, Division, Station
from escrutinio.log import EMPTY_ROOT
from escrutinio.operations.site_source import SiteSource
from escrutinio.publication import compose_bulletin, take_cut
from escrutinio.publication.cut import Cut
from escrutinio.sheet import FINDINGS_SCHEMA
from escrutinio.site.results.bodies import Body, ContestBody, DivisionRow, decode_body
from escrutinio.site.results.given import Given, read_given
from escrutinio.site.results.moments import Moments
from escrutinio.site.results.outcomes import ContestOutcome, view_outcome
from escrutinio.site.results.shapes import Shapes
from escrutinio.tabulation.ledger import Ledger, PlacedBulletin, StationChain

__all__ = ["FindingRow", "Place", "SiteView", "StationRow", "view_site"]


class StationRow(NamedTuple):
    """What became of a station in one contest.

    Attributes:
        station: its id.
        division: the smallest one that contains it; None where nobody names one.
        treatment: counted, held, closed, missing or out_of_catalogue.
        entry: of the sheet behind it, or None.
        version: of that sheet, or None.
        reason: words as in ``tabulation/ledger/rows.py``; empty where there is nothing to say.
    """

    station: str
    division: str | None
    treatment: str
    entry: int | None
    version: int | None
    reason: str


class FindingRow(NamedTuple):
    """One finding of the checks.

    Attributes:
        entry: of the sheet it is about; None for a station without one.
        code: of the catalogue.
        severity: block, hold, warn or info.
        fields: what it is about.
        expected: figure that the rule expects, where it expects one.
        found: figure that is there.
    """

    entry: int | None
    code: str
    severity: str
    fields: str
    expected: int | None
    found: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A building, or a station of which nobody names one.

    Attributes:
        place: its id, or that of its only station.
        division: that of its first station; None where nobody names one.
        stations: in order of their ids.
        is_building: whether the definition names it.
    """

    place: str
    division: str | None
    stations: tuple[str, ...]
    is_building: bool


@dataclass(frozen=True)
class SiteView:
    """Everything that pages show, without a language.

    Attributes:
        source: what it was made of.
        languages: codes of the languages of the site.
        definition: as amended at the newest bulletin.
        cut: the count of the newest bulletin; of an empty log before the first.
        body: of the newest bulletin; before the first that of an empty log, with the number 0.
        findings: of each contest, as in the exports.
    """

    source: SiteSource = field(repr=False)
    languages: tuple[str, ...]
    definition: Definition = field(repr=False)
    cut: Cut = field(repr=False)
    body: Body = field(repr=False)
    findings: tuple[pl.DataFrame, ...] = field(repr=False)

    @property
    def ledger(self) -> Ledger:
        """Every entry that is going to be published; it may be ahead of the newest bulletin."""
        return self.source.ledger

    @cached_property
    def moments(self) -> Moments:
        """Times by the clocks of the election."""
        return Moments(self.definition.time_zone)

    @cached_property
    def bulletins(self) -> Sequence[PlacedBulletin]:
        """Every bulletin up to the newest one that pages are about."""
        return [item for item in self.ledger.bulletins if item.bulletin.number <= self.body.number]

    @property
    def newest(self) -> PlacedBulletin | None:
        """The newest bulletin, or None before the first."""
        return self.bulletins[-1] if self.bulletins else None

    @cached_property
    def children(self) -> Mapping[str, Sequence[Division]]:
        """The divisions right inside each one, in the order of the definition."""
        found: dict[str, list[Division]] = {}
        for item in self.definition.divisions:
            if item.parent is not None:
                found.setdefault(item.parent, []).append(item)
        return found

    @cached_property
    def paths(self) -> Mapping[str, tuple[Division, ...]]:
        """The divisions around each one, from the root down to itself."""
        found: dict[str, tuple[Division, ...]] = {}
        for item in self.definition.divisions:
            found[item.division] = (*(found[item.parent] if item.parent else ()), item)
        return found

    @cached_property
    def division_rows(self) -> Sequence[Mapping[str, DivisionRow]]:
        """Of each contest the figures of its divisions; the first is its own area."""
        return [{row.division: row for row in item.divisions} for item in self.body.contests]

    @cached_property
    def station_rows(self) -> Sequence[Mapping[str, StationRow]]:
        """Of each contest what became of its stations, in order of their ids."""
        return [
            {
                row[0]: StationRow(*row)
                for row in item.rows.select(
                    "station",
                    "division",
                    "treatment",
                    "entry",
                    "version",
                    pl.col("reason").fill_null(""),
                ).iter_rows()
            }
            for item in self.cut.contests
        ]

    @cached_property
    def stations(self) -> Mapping[str, Station]:
        """Every station of the definition by its id."""
        return {item.station: item for item in self.definition.stations or ()}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every place by its id: those of the definition in its order, then the others by id."""
        inside: dict[str, dict[str, str | None]] = {}
        buildings = set()
        for item in self.definition.stations or ():
            if item.polling_place:
                buildings.add(item.polling_place)
            inside.setdefault(item.polling_place or item.station, {})[item.station] = item.division
        others: dict[str, str | None] = {}
        for rows in self.station_rows:
            for row in rows.values():
                if row.station not in self.stations and not others.get(row.station):
                    others[row.station] = row.division
        for position in range(len(self.cut.contests)):
            for station in self.ledger.chains(position):
                if station not in self.stations:
                    others.setdefault(station, None)
        for station in sorted(others):
            inside.setdefault(station, {})[station] = others[station]
        return {
            place: Place(
                place,
                next((item for item in found.values() if item in self.paths), None),
                tuple(sorted(found)),
                place in buildings,
            )
            for place, found in inside.items()
        }

    @cached_property
    def place_of(self) -> Mapping[str, str]:
        """The place of every station that has a row or a sheet."""
        return {station: item.place for item in self.places.values() for station in item.stations}

    @cached_property
    def places_in(self) -> Mapping[str, Sequence[Place]]:
        """The places right inside each division; those of no division are in the root's."""
        found: dict[str, dict[str, Place]] = {}
        for place in self.places.values():
            for station in place.stations:
                division = self.division_of(station) or self.definition.root.division
                found.setdefault(division, {})[place.place] = place
        return {division: tuple(places.values()) for division, places in found.items()}

    @cached_property
    def findings_by_station(self) -> Sequence[Mapping[str, Sequence[FindingRow]]]:
        """Of each contest the findings of every station that has any, by entry and code."""
        return [
            _by_station(found, item.records.entries)
            for found, item in zip(self.findings, self.cut.contests, strict=True)
        ]

    @cached_property
    def party_lines(self) -> Sequence[Sequence[Sequence[int]]]:
        """Of each contest the places of every candidacy's lines on the ballot."""
        return [
            [
                [at for at, line in enumerate(contest.options) if line.candidacy == item.code]
                for item in contest.candidacies
            ]
            for contest in (item.contest for item in self.cut.contests)
        ]

    @cached_property
    def outcomes(self) -> Sequence[ContestOutcome]:
        """Of each contest what follows from its counted sheets."""
        return [view_outcome(self.cut, position) for position in range(len(self.cut.contests))]

    @cached_property
    def given(self) -> Given:
        """What the publisher gave to the site."""
        return read_given(self.source.given, self.ledger.genesis)

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of the divisions inside each one, where there are any."""
        return Shapes(self.given.geometry, self.children)

    @cached_property
    def _sizes(self) -> Sequence[int]:
        return [item.bulletin.size for item in self.bulletins]

    def division_of(self, station: str) -> str | None:
        """Give the smallest division that contains a station, or None where nobody names one."""
        listed = self.stations.get(station)
        if listed is not None:
            return listed.division
        for rows in self.station_rows:
            row = rows.get(station)
            if row is not None and row.division in self.paths:
                return row.division
        return None

    def chain(self, position: int, station: str) -> StationChain | None:
        """Give what the log holds of a station in a contest."""
        return self.ledger.chains(position).get(station)

    def first_bulletin(self, entry: int) -> PlacedBulletin | None:
        """Give the first bulletin that is about an entry, or None while there is none."""
        at = bisect_right(self._sizes, entry)
        return self.bulletins[at] if at < len(self._sizes) else None

    def contests_in(self, division: str) -> Sequence[tuple[int, ContestBody, DivisionRow]]:
        """Give the contests that a division votes in, with its figures."""
        return [
            (position, contest, rows[division])
            for position, (contest, rows) in enumerate(
                zip(self.body.contests, self.division_rows, strict=True)
            )
            if division in rows
        ]


def view_site(source: SiteSource, languages: Sequence[str]) -> SiteView:
    """Gather what pages show.

    Args:
        source: the published log.
        languages: codes of the languages of the site.
    """
    cut, bulletin, findings = source.cut, source.bulletin, source.findings
    if cut is None or bulletin is None:
        empty = Ledger.begin(source.ledger.genesis)
        cut = take_cut(empty)
        bulletin = compose_bulletin(cut, 0, 0, EMPTY_ROOT, previous=None, previous_rows=None)
        findings = tuple(pl.DataFrame(schema=FINDINGS_SCHEMA) for _ in cut.contests)
    return SiteView(
        source, tuple(languages), cut.definition, cut, decode_body(bulletin.body), findings
    )


def _by_station(
    findings: pl.DataFrame, entries: Sequence[int | None]
) -> Mapping[str, Sequence[FindingRow]]:
    found: dict[str, list[FindingRow]] = {}
    columns = ("station", "index", "code", "severity", "fields", "expected", "found")
    for station, index, *rest in findings.select(columns).iter_rows():
        if station is not None:
            entry = None if index is None else entries[index]
            found.setdefault(station, []).append(FindingRow(entry, *rest))
    return found
