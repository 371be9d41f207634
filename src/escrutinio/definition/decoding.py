"""From bytes to a definition, refusing everything that is not exactly one.

The rules, in the order in which the faults are listed:

1. ``definition.json`` is canonical JSON with the keys of the format and no others.
2. Each value is of its kind and within its bounds; codes are used once; what names something
   names something that is there.
3. ``divisions.csv`` and ``stations.csv`` are the bytes whose digests ``definition.json`` holds.
4. The divisions form one tree down the levels, and what they state adds up.
5. Each station stands in a smallest division; the numbers of stations and voters add up to those
   of the divisions; no cap is below a roll.

Reading goes on after a fault wherever it can, so that one run names all of them. What a fault
makes impossible to say is not said: a fault that only follows from another is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._head import Head, TableReference, read_head
from escrutinio.definition._roster import read_roster
from escrutinio.definition._rule_reading import conditions_of
from escrutinio.definition._territory import Territory, read_territory
from escrutinio.definition.files import (
    DEFINITION_NAME,
    DIVISIONS_NAME,
    STATIONS_NAME,
    DefinitionFiles,
)
from escrutinio.definition.model import (
    CheckProfile,
    Contest,
    Definition,
    Division,
    DivisionId,
    Station,
)
from escrutinio.definition.rules import Spread
from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives import encode_canonical, read_json, sha256_hex

__all__ = [
    "CATALOGUE_NAME",
    "Reading",
    "check_definition",
    "decode_definition",
    "read_definition",
    "unknown_names",
]

#: What a check profile may name, as faults say it.
CATALOGUE_NAME = "a name of the catalogue of sheet checks"

_NOT_THE_SEALED_FILE = (
    "This is not the file that was sealed: get that one. Sealing again makes another election."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read, and everything that is wrong with it.

    Attributes:
        definition: None when too much was wrong to build one; not to be used when there is any
            fault of meaning.
        document: the faults of ``definition.json``.
        divisions: the faults of ``divisions.csv``.
        stations: the faults of ``stations.csv``.
        head: what the document says.
    """

    definition: Definition | None
    document: FaultList
    divisions: FaultList
    stations: FaultList
    head: Head

    @property
    def everything(self) -> tuple[Fault, ...]:
        """Every fault, in the order of the files."""
        return (
            *self.document.everything,
            *self.divisions.everything,
            *self.stations.everything,
        )

    @property
    def meaning(self) -> tuple[Fault, ...]:
        """The faults that sealing cannot mend."""
        return (*self.document.meaning, *self.divisions.meaning, *self.stations.meaning)


def decode_definition(files: DefinitionFiles) -> Definition:
    """Read a definition.

    Raises:
        MalformedError: the bytes are not a definition; the error carries every fault.
    """
    reading = read_definition(files)
    if reading.definition is None or reading.everything:
        raise MalformedError.of(*reading.everything)
    return reading.definition


def check_definition(
    files: DefinitionFiles,
    *,
    known_limits: Collection[str] | None = None,
    known_checks: Collection[str] | None = None,
) -> tuple[Fault, ...]:
    """Name everything that is wrong with the files of a definition.

    Args:
        files: the bytes.
        known_limits: names of the limits of the catalogue of sheet checks; None to take any.
        known_checks: codes of the checks of that catalogue; None to take any. The catalogue is a
            later stage's, so it comes as an argument.

    Returns:
        The faults by file and place; empty when ``decode_definition`` gives a definition whose
        check profile names only what the catalogue has.
    """
    reading = read_definition(files)
    for place, name in unknown_names(reading.head.check_profile, known_limits, known_checks):
        reading.document.add(place, CATALOGUE_NAME, shown(name))
    return reading.everything


def unknown_names(
    profile: CheckProfile,
    known_limits: Collection[str] | None,
    known_checks: Collection[str] | None,
) -> Iterator[tuple[str, str]]:
    """Give place and name of whatever a check profile freezes that the catalogue does not have.

    Args:
        profile: the frozen settings.
        known_limits: names of the catalogue's limits; None to take any.
        known_checks: codes of its checks; None to take any.
    """
    for key, names, known in (
        ("limits", profile.limits, known_limits),
        ("severities", profile.severities, known_checks),
    ):
        for name in names:
            if known is not None and name not in known:
                yield f"check_profile.{key}.{name}", name


def read_definition(files: DefinitionFiles, document_name: str = DEFINITION_NAME) -> Reading:
    """Read as much of a definition as can be read.

    Args:
        files: the bytes.
        document_name: what the author calls the JSON document, for its faults.
    """
    document = _read_document(files.definition, document_name)
    head, faults = document
    division_faults = FaultList(DIVISIONS_NAME)
    levels = head.levels if head.are_levels_known else None
    territory = read_territory(files.divisions, levels, division_faults)
    if head.divisions is not None:
        _check_reference(head.divisions, files.divisions, "divisions", division_faults, faults)
    are_areas_known = head.are_contests_known and _check_contests(head, territory, faults)
    station_faults = FaultList(STATIONS_NAME)
    stations = None
    if _is_list_there(head, files.stations, station_faults) and files.stations is not None:
        contests = head.contests if are_areas_known else None
        stations = read_roster(files.stations, contests, territory, station_faults)
        if head.stations is not None:
            _check_reference(head.stations, files.stations, "stations", station_faults, faults)
    definition = None
    if territory is not None and (stations is not None or files.stations is None):
        definition = _build(files, head, territory.divisions, stations)
    return Reading(definition, faults, division_faults, station_faults, head)


def _read_document(data: bytes, name: str) -> tuple[Head, FaultList]:
    value, json_faults = read_json(data, name)
    faults = FaultList(name, json_faults)
    if not json_faults and encode_canonical(value) != data:
        expected = "canonical JSON (RFC 8785): keys in order, no spaces, one spelling of each text"
        faults.add_spelling("", expected, "another spelling")
    return read_head(value, faults), faults


def _build(
    files: DefinitionFiles,
    head: Head,
    divisions: tuple[Division, ...],
    stations: tuple[Station, ...] | None,
) -> Definition:
    return Definition(
        identity=sha256_hex(files.definition),
        record_kind=head.record_kind,
        phase=head.phase,
        names=head.names,
        date=head.date,
        time_zone=head.time_zone,
        levels=head.levels,
        divisions=divisions,
        stations=stations,
        contests=head.contests,
        check_profile=head.check_profile,
        sources=head.sources,
    )


def _check_reference(
    reference: TableReference, data: bytes, key: str, table: FaultList, document: FaultList
) -> None:
    """Check that a table is the one the document holds the digest of."""
    found = sha256_hex(data)
    if reference.sha256 not in {"", found}:
        expected = f"the SHA-256 digest that the definition holds, {reference.sha256}"
        table.add_spelling("", expected, found, _NOT_THE_SEALED_FILE)
    rows = max(data.count(b"\n") - 1, 0)
    if reference.rows not in {None, rows}:
        expected = f"{rows}, the rows of {table.file}"
        document.add_spelling(f"{key}.rows", expected, str(reference.rows))


def _is_list_there(head: Head, stations: bytes | None, faults: FaultList) -> bool:
    """Say whether there is a list of stations, and note when the document says otherwise."""
    if stations is None and head.stations is not None:
        faults.add("", "the list of stations that the definition names", "no such file")
    if stations is not None and head.has_no_stations:
        remedy = "Remove the file, or the null at the key stations."
        faults.add("", "no such file, as the definition says null", "a file", remedy)
        return False
    return stations is not None


def _check_contests(head: Head, territory: Territory | None, faults: FaultList) -> bool:
    """Check contests against the divisions; say whether the area of each is known."""
    if territory is None or not territory.is_complete or not territory.places:
        return False
    is_known = True
    for index, contest in enumerate(head.contests):
        if contest.division not in territory.places:
            place = f"contests[{index}].division"
            faults.add(place, "a division of divisions.csv", shown(contest.division))
            is_known = False
        elif territory.is_tree and head.are_levels_known:
            _check_spreads(contest, f"contests[{index}].rule", head, territory, faults)
    return is_known


def _check_spreads(
    contest: Contest, path: str, head: Head, territory: Territory, faults: FaultList
) -> None:
    """Check that a spread asks for a level there is, and for no more divisions than it has."""
    levels = {level.code for level in head.levels}
    for place, condition in conditions_of(contest.rule):
        if not isinstance(condition, Spread) or not condition.level:
            continue
        if condition.level not in levels:
            expected = "the code of a level of the definition"
            faults.add(f"{path}.{place}.level", expected, shown(condition.level))
            continue
        count = _count_inside(contest.division, condition.level, territory)
        if condition.divisions > count:
            expected = f"at most {count}, the divisions of level {condition.level} that vote"
            faults.add(f"{path}.{place}.divisions", expected, str(condition.divisions))


def _count_inside(area: DivisionId, level: str, territory: Territory) -> int:
    inside = [area]
    for division in inside:
        # The list grows while it is walked: each division brings its parts.
        inside.extend(territory.children.get(division, ()))
    chosen = set(inside)
    return sum(item.level == level and item.division in chosen for item in territory.divisions)
