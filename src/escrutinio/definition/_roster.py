"""Reading ``stations.csv``, and the rules that tie its rows to the contests and divisions.

The columns ``registered`` and ``max_ballots`` hold what a station has in the *first* contest, in
the order of the definition, that it votes in. A contest for which any station differs from these
two has its own pair of columns, which then hold its numbers at every station it reaches, an empty
cell being an unknown number. So a list of stations has one spelling, and the common case, one
roll for all contests, has six columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._tables import Table, read_table
from escrutinio.definition._territory import Known, Territory
from escrutinio.definition._words import ID, ID_RULE
from escrutinio.definition.model import (
    Contest,
    ContestCode,
    DivisionId,
    Station,
    StationId,
    StationKind,
)
from escrutinio.definition.reach import compute_reach

__all__ = ["PAIR_COLUMNS", "STATION_COLUMNS", "RosterReading", "read_roster"]

STATION_COLUMNS = ("station", "division", "kind", "polling_place", "registered", "max_ballots")
#: What the names of a contest's own two columns begin with; the contest's code follows.
PAIR_COLUMNS = ("registered.", "max_ballots.")

_STATION, _DIVISION, _KIND, _PLACE, _REGISTERED, _MAX_BALLOTS = range(len(STATION_COLUMNS))
_EMPTY_PAIR = (None, None)

#: Registered voters and largest number of ballots, each None when unknown.
_Pair: TypeAlias = tuple[int | None, int | None]
#: What one row says of its figures: the positions of the contests that reach it, None when its
#: division is unknown; and all its figures in order, two for each pair of columns.
_Key: TypeAlias = tuple[tuple[int, ...] | None, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class RosterReading:
    """What could be read of the list of stations.

    Attributes:
        stations: None when they cannot be told from what could be read.
        ids: the id of every row; None when rows were left out, so that an id that is not here may
            still be a station's.
    """

    stations: tuple[Station, ...] | None
    ids: Collection[str] | None


def read_roster(
    data: bytes,
    contests: Sequence[Contest] | None,
    territory: Territory | None,
    faults: FaultList,
) -> RosterReading:
    """Read ``stations.csv``.

    Args:
        data: its bytes.
        contests: those of the definition; None when they could not be read.
        territory: the divisions; None when they could not be read.
        faults: takes everything wrong with the file.
    """
    table = read_table(data, STATION_COLUMNS, faults, takes_more=True)
    if table is None:
        return RosterReading(None, None)
    ids = set(table.columns[_STATION]) if table.is_complete else None
    _check_cells(table)
    owners = _read_owners(table, contests)
    figures = [table.read_counts(column) for column in range(_REGISTERED, len(table.header))]
    if territory is not None and territory.is_tree and _check_divisions(table, territory):
        _check_totals(table, figures[0], territory)
    if owners is None or contests is None or territory is None or not territory.is_tree:
        return RosterReading(None, ids)
    reach = {
        str(division): positions
        for division, positions in compute_reach(territory.divisions, contests).items()
    }
    return RosterReading(_Roster(table, contests, owners, reach, figures).read(), ids)


def _check_cells(table: Table) -> None:
    table.check(_STATION, ID.fullmatch, ID_RULE)
    table.refuse_repeats(_STATION)
    kinds = {str(kind) for kind in StationKind}
    table.check(_KIND, kinds.__contains__, "one of " + ", ".join(StationKind))
    table.check(_PLACE, lambda text: not text or ID.fullmatch(text), f"{ID_RULE}, or nothing")
    table.check_order(_STATION)


def _read_owners(table: Table, contests: Sequence[Contest] | None) -> tuple[int, ...] | None:
    """Give the position of the contest that each pair of extra columns belongs to."""
    extra = table.header[len(STATION_COLUMNS) :]
    if contests is None:
        return None
    positions = {contest.code: position for position, contest in enumerate(contests)}
    owners = []
    for first in extra[::2]:
        code = ContestCode(first.removeprefix(PAIR_COLUMNS[0]))
        owners.append(positions.get(code, len(contests)))
    known = [position for position in owners if position < len(contests)]
    expected = tuple(
        name + contests[position].code for position in sorted(set(known)) for name in PAIR_COLUMNS
    )
    if extra == expected:
        return tuple(owners)
    rule = "pairs of columns registered.<contest>,max_ballots.<contest> in order of contest"
    table.faults.add("row 1", rule, shown(",".join(extra)))
    return None


def _check_divisions(table: Table, territory: Territory) -> bool:
    """Check that each station stands in a division that has no parts, and say so.

    Elsewhere a division could not be the sum of its parts.
    """
    smallest = {division for division in territory.places if division not in territory.children}
    expected = "a division of divisions.csv without parts"
    return table.check(_DIVISION, smallest.__contains__, expected)


def _check_totals(table: Table, registered: Sequence[int | None], territory: Territory) -> None:
    """Check that divisions state what their stations add up to."""
    if not table.is_complete:
        return
    stations: dict[str, int] = {}
    voters: dict[str, int] = {}
    partial: set[str] = set()
    for area, number in zip(table.columns[_DIVISION], registered, strict=True):
        stations[area] = stations.get(area, 0) + 1
        if number is None:
            partial.add(area)
        else:
            voters[area] = voters.get(area, 0) + number
    station_counts = {
        area: Known(stations.get(area, 0), is_exact=True) for area in territory.places
    }
    voter_counts = {
        area: Known(voters.get(area, 0), is_exact=area not in partial) for area in territory.places
    }
    territory.check_sums("stations", station_counts, "stations.csv")
    territory.check_sums("registered", voter_counts, "stations.csv")


@dataclass(frozen=True, slots=True)
class _Roster:
    """The figures of the stations, row by row, against the contests that reach them.

    Many rows say the same, so each distinct row of figures is looked at once.
    """

    table: Table
    contests: Sequence[Contest]
    owners: tuple[int, ...]
    reach: Mapping[str, tuple[int, ...]]
    figures: Sequence[Sequence[int | None]]

    def read(self) -> tuple[Station, ...]:
        """Build the stations."""
        columns = self.table.columns
        distinct = set(self._keys())
        self._check(distinct)
        known = {key: self._figures_of(key) for key in distinct}
        kinds = {str(kind): kind for kind in StationKind}
        return tuple(
            Station(StationId(station), DivisionId(division), kind, place, *known[key])
            for station, division, kind, place, key in zip(
                columns[_STATION],
                columns[_DIVISION],
                (kinds.get(text, StationKind.SPECIAL) for text in columns[_KIND]),
                columns[_PLACE],
                self._keys(),
                strict=True,
            )
        )

    def _keys(self) -> Iterator[_Key]:
        # Made anew for each use: thousands of kept tuples would slow every garbage collection.
        reached = map(self.reach.get, self.table.columns[_DIVISION])
        return zip(reached, zip(*self.figures, strict=True), strict=True)

    def _pairs_of(self, key: _Key) -> Iterator[tuple[int, int, _Pair]]:
        """Give position, first column and pair of every contest that reaches a row."""
        reached, figures = key
        for position in reached or ():
            at = 2 + 2 * self.owners.index(position) if position in self.owners else 0
            yield position, _REGISTERED + at, (figures[at], figures[at + 1])

    def _figures_of(self, key: _Key) -> tuple[dict[ContestCode, int], dict[ContestCode, int]]:
        registered = {}
        max_ballots = {}
        for position, _, (voters, ballots) in self._pairs_of(key):
            code = self.contests[position].code
            if voters is not None:
                registered[code] = voters
            if ballots is not None:
                max_ballots[code] = ballots
        return registered, max_ballots

    def _check(self, distinct: set[_Key]) -> None:
        """Note what is wrong with a row's figures, at every row that says so."""
        wrong = {key: problems for key in distinct if (problems := tuple(self._problems_of(key)))}
        for row, key in enumerate(self._keys() if wrong else ()):
            for column, expected, found in wrong.get(key, ()):
                self.table.faults.add(self.table.cell(row, column), expected, found)
        if any(reached is None for reached, _ in distinct):
            return
        for index, position in enumerate(self.owners):
            if not any(_differs(key, index, position) for key in distinct):
                name = self.table.header[len(STATION_COLUMNS) + 2 * index]
                expected = "no columns for a contest that never differs from the base columns"
                self.table.faults.add_spelling(f"row 1, column {name}", expected, "such a pair")

    def _problems_of(self, key: _Key) -> Iterator[tuple[int, str, str]]:
        """Give column, expectation and finding of everything wrong with one row of figures."""
        reached, figures = key
        if reached is None:
            return
        base = figures[:2]
        if not reached and base != _EMPTY_PAIR:
            yield _REGISTERED, "nothing, as the station votes in no contest", _show_pair(base)
        for index, position in enumerate(self.owners):
            pair = figures[2 + 2 * index : 4 + 2 * index]
            column = len(STATION_COLUMNS) + 2 * index
            code = self.contests[position].code
            if position not in reached and pair != _EMPTY_PAIR:
                expected = f"nothing, as the station does not vote in {code}"
                yield column, expected, _show_pair(pair)
            elif position in reached[:1] and pair != base:
                expected = f"{_show_pair(base)} as in the base columns, which stand for {code} here"
                yield column, expected, _show_pair(pair)
        for position, column, (voters, ballots) in self._pairs_of(key):
            yield from _caps_of(self.contests[position], voters, ballots, column)


def _differs(key: _Key, index: int, position: int) -> bool:
    """Say whether a contest's own columns hold something else than the base columns in a row."""
    reached, figures = key
    is_reached = reached is not None and position in reached
    return is_reached and figures[2 + 2 * index : 4 + 2 * index] != figures[:2]


def _caps_of(
    contest: Contest, voters: int | None, ballots: int | None, column: int
) -> Iterator[tuple[int, str, str]]:
    """Check a station against the most ballots it and any station can have.

    Every registered voter may come, so a cap below the roll would make an outcome look settled
    that is not. A cap above it is common: staff, agents, observers, voters from elsewhere.
    """
    most = contest.max_ballots_per_station
    if voters is not None and ballots is not None and ballots < voters:
        yield column + 1, f"at least {voters}, the registered voters", str(ballots)
    if most is None:
        return
    rule = f"at most {most}, the largest number of ballots a station of {contest.code} can have"
    if ballots is not None and ballots > most:
        yield column + 1, rule, str(ballots)
    if voters is not None and voters > most:
        yield column, rule, str(voters)


def _show_pair(pair: Sequence[int | None]) -> str:
    """Show a pair as its two cells stand in the file."""
    return ",".join("" if number is None else str(number) for number in pair)
