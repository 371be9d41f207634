"""Reading the files of a definition together, and what one of them says of another.

The rules are listed in ``decoding.py``; those of one file stand in the module that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._head import Head, read_head
from escrutinio.definition._references import TableReference
from escrutinio.definition._roster import RosterReading, read_roster
from escrutinio.definition._rule_reading import conditions_of
from escrutinio.definition._signers import Scopes, read_signers
from escrutinio.definition._territory import Territory, read_territory
from escrutinio.definition.files import (
    DEFINITION_NAME,
    DIVISIONS_NAME,
    FORMAT_WITH_TRUST,
    SIGNERS_NAME,
    STATIONS_NAME,
    DefinitionFiles,
)
from escrutinio.definition.model import (
    Contest,
    Definition,
    Division,
    DivisionId,
    RecordKind,
    Station,
)
from escrutinio.definition.rules import Spread
from escrutinio.definition.trust import Role, Signer
from escrutinio.errors import Fault
from escrutinio.primitives import encode_canonical, read_json, sha256_hex

__all__ = ["Reading", "read_definition"]

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
        signers: the faults of ``signers.csv``.
        head: what the document says.
    """

    definition: Definition | None
    document: FaultList
    divisions: FaultList
    stations: FaultList
    signers: FaultList
    head: Head

    @property
    def everything(self) -> tuple[Fault, ...]:
        """Every fault, in the order of the files."""
        return (
            *self.document.everything,
            *self.divisions.everything,
            *self.stations.everything,
            *self.signers.everything,
        )

    @property
    def meaning(self) -> tuple[Fault, ...]:
        """The faults that sealing cannot mend."""
        return (
            *self.document.meaning,
            *self.divisions.meaning,
            *self.stations.meaning,
            *self.signers.meaning,
        )


def read_definition(
    files: DefinitionFiles, document_name: str = DEFINITION_NAME, *, checks_points: bool
) -> Reading:
    """Read as much of a definition as can be read.

    Args:
        files: the bytes.
        document_name: what the author calls the JSON document, for its faults.
        checks_points: whether to check that the signers' keys are valid points.
    """
    head, faults = _read_document(files.definition, document_name)
    division_faults = FaultList(DIVISIONS_NAME)
    levels = head.levels if head.are_levels_known else None
    territory = read_territory(files.divisions, levels, division_faults)
    _check_reference(head.divisions, files.divisions, division_faults, faults)
    are_areas_known = head.are_contests_known and _check_contests(head, territory, faults)
    contests = head.contests if are_areas_known else None
    station_faults = FaultList(STATIONS_NAME)
    roster = RosterReading(None, None)
    if _is_list_there(head, files.stations, station_faults) and files.stations is not None:
        roster = read_roster(files.stations, contests, territory, station_faults)
        _check_reference(head.stations, files.stations, station_faults, faults)
    _check_list_is_there(head, files, faults)
    signer_faults = FaultList(SIGNERS_NAME)
    signers = None
    if _are_signers_there(head, files.signers, signer_faults) and files.signers is not None:
        scopes = _scopes_of(head, files, territory, roster)
        signers = read_signers(
            files.signers, scopes, _least_of(head), signer_faults, checks_points=checks_points
        )
        _check_reference(head.signers, files.signers, signer_faults, faults)
    definition = None
    are_stations_read = roster.stations is not None or files.stations is None
    are_signers_read = signers is not None or head.trust is None
    if territory is not None and are_stations_read and are_signers_read:
        definition = _build(files, head, territory.divisions, roster.stations, signers)
    return Reading(definition, faults, division_faults, station_faults, signer_faults, head)


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
    signers: tuple[Signer, ...] | None,
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
        trust=None if head.trust is None else replace(head.trust, signers=signers or ()),
    )


def _check_reference(
    reference: TableReference | None, data: bytes, table: FaultList, document: FaultList
) -> None:
    """Check that a table is the one the document holds the digest of, if it holds any."""
    if reference is None:
        return
    found = sha256_hex(data)
    if reference.sha256 not in {"", found}:
        expected = f"the SHA-256 digest that the definition holds, {reference.sha256}"
        table.add_spelling("", expected, found, _NOT_THE_SEALED_FILE)
    rows = max(data.count(b"\n") - 1, 0)
    if reference.rows not in {None, rows}:
        expected = f"{rows}, the rows of {table.file}"
        document.add_spelling(f"{reference.place}.rows", expected, str(reference.rows))


def _is_list_there(head: Head, stations: bytes | None, faults: FaultList) -> bool:
    """Say whether there is a list of stations, and note when the document says otherwise."""
    if stations is None and head.stations is not None:
        faults.add("", "the list of stations that the definition names", "no such file")
    if stations is not None and head.has_no_stations:
        remedy = "Remove the file, or the null at the key stations."
        faults.add("", "no such file, as the definition says null", "a file", remedy)
        return False
    return stations is not None


def _check_list_is_there(head: Head, files: DefinitionFiles, faults: FaultList) -> None:
    """Check that whoever opens a log of official sheets says which stations there are."""
    is_official = head.is_kind_known and head.record_kind is RecordKind.OFFICIAL
    is_unlisted = files.stations is None and head.stations is None
    if head.trust is not None and is_official and is_unlisted:
        expected = "the list of stations, which an official record needs to have a log"
        faults.add("stations", expected, "null" if head.has_no_stations else "nothing")


def _are_signers_there(head: Head, signers: bytes | None, faults: FaultList) -> bool:
    """Say whether there are signers to read, and note when the document says otherwise."""
    if signers is None and head.trust is not None:
        faults.add("", "the list of signers that the definition names", "no such file")
    if signers is not None and head.has_no_trust:
        remedy = f"Remove the file, or write {FORMAT_WITH_TRUST}, which has the key trust."
        faults.add("", "no such file, as this version of the format has none", "a file", remedy)
        return False
    return signers is not None


def _scopes_of(
    head: Head, files: DefinitionFiles, territory: Territory | None, roster: RosterReading
) -> Scopes:
    """Give the places that signers may be enrolled for, as far as they could be read."""
    divisions = root = None
    if territory is not None and territory.is_complete:
        divisions = territory.places
    if territory is not None and territory.is_tree:
        root = next(item.division for item in territory.divisions if item.parent is None)
    is_unlisted = files.stations is None and head.stations is None
    return Scopes(root, divisions, () if is_unlisted else roster.ids)


def _least_of(head: Head) -> Iterator[tuple[Role, int]]:
    """Give how many signers of a role a log needs: who decides, who runs it, and whose readings."""
    if head.trust is not None:
        yield Role.AUTHORITY, head.trust.required[Role.AUTHORITY]
    yield Role.OPERATOR, 1
    if head.is_kind_known and head.record_kind is RecordKind.TRANSCRIPTION:
        yield Role.SOURCE, 1


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
