"""Reading ``definition.json``: everything but the tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.definition._contest_reading import read_contest
from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._fields import NO_CODE, ObjectReader, refuse_repeats
from escrutinio.definition._references import TableReference, read_reference
from escrutinio.definition._trust_reading import read_trust
from escrutinio.definition._words import ANYTHING, CHECK, LIMIT, TIME_ZONE, is_date, read_label
from escrutinio.definition.files import (
    DIVISIONS_NAME,
    FORMAT,
    FORMAT_WITH_TRUST,
    SIGNERS_NAME,
    STATIONS_NAME,
)
from escrutinio.definition.limits import (
    MAX_CONTESTS,
    MAX_COUNT,
    MAX_LEVELS,
    MAX_PROFILE_ENTRIES,
    MAX_SOURCES,
    MAX_TEXT_CHARS,
)
from escrutinio.definition.model import (
    CheckProfile,
    Contest,
    Level,
    Phase,
    RecordKind,
    Severity,
    SheetType,
)
from escrutinio.definition.trust import Trust
from escrutinio.primitives import JsonValue, Names

__all__ = ["Head", "read_head"]


@dataclass(frozen=True, slots=True)
class Head:
    """What ``definition.json`` says, with placeholders where it could not be read.

    Attributes:
        are_levels_known: whether every level was read, so that divisions can be held to them.
        are_contests_known: whether every contest has a code and an area, so that stations can be
            held to them.
        divisions: what it says of ``divisions.csv``; None when it says nothing.
        stations: what it says of ``stations.csv``; None when it says nothing.
        has_no_stations: whether it says that there is no list of stations.
        is_kind_known: whether the kind of record was read.
        trust: what it says of the signed log, without the signers; None when it says nothing.
        signers: what it says of ``signers.csv``; None when it says nothing.
        has_no_trust: whether it is of the version that has none.
    """

    record_kind: RecordKind
    phase: Phase
    names: Names
    date: str
    time_zone: str
    levels: tuple[Level, ...]
    contests: tuple[Contest, ...]
    check_profile: CheckProfile
    sources: tuple[str, ...]
    are_levels_known: bool
    are_contests_known: bool
    divisions: TableReference | None
    stations: TableReference | None
    has_no_stations: bool
    is_kind_known: bool
    trust: Trust | None
    signers: TableReference | None
    has_no_trust: bool


def read_head(value: JsonValue, faults: FaultList) -> Head:
    """Read the document; every fault goes to the list."""
    reader = ObjectReader(value, "", faults)
    version = _read_format(reader)
    has_no_stations = reader.take_null("stations")
    # Of an unknown version, the keys that are there are read.
    has_trust = version == FORMAT_WITH_TRUST or (version != FORMAT and reader.has("trust"))
    trust = reader.read_object("trust") if has_trust else None
    head = Head(
        record_kind=reader.read_choice("record_kind", RecordKind),
        phase=reader.read_choice("phase", Phase),
        names=reader.read_names("names"),
        date=_read_date(reader),
        time_zone=reader.read_word("time_zone", TIME_ZONE, "a time zone such as America/Caracas"),
        levels=(levels := _read_levels(reader)),
        contests=(contests := _read_contests(reader)),
        check_profile=_read_profile(reader.read_object("check_profile")),
        sources=_read_sources(reader),
        are_levels_known=_are_codes([level.code for level in levels]),
        are_contests_known=_are_codes([contest.code for contest in contests])
        and all(contest.division != NO_CODE for contest in contests),
        divisions=read_reference(reader, "divisions", DIVISIONS_NAME),
        stations=None if has_no_stations else read_reference(reader, "stations", STATIONS_NAME),
        has_no_stations=has_no_stations,
        is_kind_known=reader.is_readable("record_kind"),
        trust=None if trust is None else read_trust(trust),
        signers=None if trust is None else read_reference(trust, "signers", SIGNERS_NAME),
        has_no_trust=version == FORMAT,
    )
    if trust is not None:
        trust.close()
    reader.close()
    return head


def _read_format(reader: ObjectReader) -> str:
    expected = f"{FORMAT} or {FORMAT_WITH_TRUST}"
    version = reader.read_word("format", ANYTHING, expected)
    if version not in {FORMAT, FORMAT_WITH_TRUST} and reader.is_readable("format"):
        reader.refuse("format", expected, version)
    return version


def _are_codes(codes: Sequence[str]) -> bool:
    """Say whether there are codes, all of them readable and each used once."""
    return bool(codes) and NO_CODE not in codes and len(set(codes)) == len(codes)


def _read_date(reader: ObjectReader) -> str:
    expected = "a day of the calendar, YYYY-MM-DD"
    value = reader.read("date", expected)
    if isinstance(value, str) and is_date(value):
        return value
    reader.refuse("date", expected, value)
    return ""


def _read_levels(reader: ObjectReader) -> tuple[Level, ...]:
    levels = []
    places = []
    for item in reader.read_objects("levels", 1, MAX_LEVELS):
        level = Level(item.read_code("code"), item.read_names("names"))
        item.close()
        levels.append(level)
        places.append((level.code, item.place("code")))
    refuse_repeats(places, reader.faults)
    return tuple(levels)


def _read_contests(reader: ObjectReader) -> tuple[Contest, ...]:
    items = reader.read_objects("contests", 1, MAX_CONTESTS)
    contests = tuple(read_contest(item) for item in items)
    places = [item.place("code") for item in items]
    codes = [contest.code for contest in contests]
    refuse_repeats(zip(codes, places, strict=True), reader.faults)
    return contests


def _read_sources(reader: ObjectReader) -> tuple[str, ...]:
    sources = []
    for index, value in enumerate(reader.read_list("sources", 0, MAX_SOURCES)):
        place = f"{reader.place('sources')}[{index}]"
        if isinstance(value, str):
            sources.append(read_label(value, place, MAX_TEXT_CHARS, reader.faults))
        else:
            reader.faults.add(place, "a text", shown(value))
    return tuple(sources)


def _read_profile(reader: ObjectReader) -> CheckProfile:
    limits_reader = reader.read_object("limits")
    limits = {}
    for name in _read_keys(limits_reader, LIMIT, "the name of a limit, such as a_limit"):
        limits[name] = limits_reader.read_integer(name, 0, MAX_COUNT)
    severities_reader = reader.read_object("severities")
    severities = {}
    for check in _read_keys(severities_reader, CHECK, "the code of a check, such as SHEET-001"):
        severities[check] = _read_severity(severities_reader.read_object(check))
    reader.close()
    return CheckProfile(limits, severities)


def _read_keys(reader: ObjectReader, pattern: re.Pattern[str], expected: str) -> tuple[str, ...]:
    """Give the keys of an object whose keys are data, and refuse those of another shape."""
    keys = reader.keys()
    if len(keys) > MAX_PROFILE_ENTRIES:
        reader.faults.add(reader.path, f"at most {MAX_PROFILE_ENTRIES} keys", str(len(keys)))
    for key in keys:
        if pattern.fullmatch(key) is None:
            reader.take(key)
            reader.faults.add(reader.place(key), expected, shown(key))
    return reader.keys()[:MAX_PROFILE_ENTRIES]


def _read_severity(reader: ObjectReader) -> Mapping[SheetType, Severity]:
    """Read the severity of one check, for one type of sheet or for both."""
    severity = {
        sheet_type: reader.read_choice(sheet_type.value, Severity)
        for sheet_type in SheetType
        if reader.has(sheet_type.value)
    }
    if not severity and reader.is_object:
        types = " or ".join(SheetType)
        reader.faults.add(reader.path, f"a severity for {types} sheets", "none")
    reader.close()
    return severity
