"""Reading ``definition.json``: everything but the two tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.definition._contest_reading import read_contest
from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._fields import NO_CODE, ObjectReader, refuse_repeats
from escrutinio.definition._words import CHECK, LIMIT, TIME_ZONE, is_date, read_label
from escrutinio.definition.files import DIVISIONS_NAME, FORMAT, STATIONS_NAME
from escrutinio.definition.limits import (
    MAX_CONTESTS,
    MAX_COUNT,
    MAX_LEVELS,
    MAX_PROFILE_ENTRIES,
    MAX_SOURCES,
    MAX_TABLE_ROWS,
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
from escrutinio.primitives import JsonValue, Names

__all__ = ["Head", "TableReference", "read_head"]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ANYTHING = re.compile(r"(?s).*")


@dataclass(frozen=True, slots=True)
class TableReference:
    """What ``definition.json`` says of a table.

    Attributes:
        sha256: digest of its bytes; empty when it could not be read.
        rows: how many rows it has, the header not counted; None when it could not be read.
    """

    sha256: str
    rows: int | None


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


def read_head(value: JsonValue, faults: FaultList) -> Head:
    """Read the document; every fault goes to the list."""
    reader = ObjectReader(value, "", faults)
    found = reader.read_word("format", _ANYTHING, FORMAT)
    if found != FORMAT and reader.is_readable("format"):
        reader.refuse("format", FORMAT, found)
    has_no_stations = reader.take_null("stations")
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
        divisions=_read_reference(reader, "divisions", DIVISIONS_NAME),
        stations=None if has_no_stations else _read_reference(reader, "stations", STATIONS_NAME),
        has_no_stations=has_no_stations,
    )
    reader.close()
    return head


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


def _read_reference(reader: ObjectReader, key: str, file: str) -> TableReference | None:
    """Read the digest of a table.

    Whatever is wrong here is a fault of spelling, because sealing computes the digest anew.
    """
    faults = reader.faults.as_spelling()
    if not reader.is_object:
        return None
    if not reader.has(key):
        faults.add(reader.place(key), "an object", "nothing")
        return None
    item = ObjectReader(reader.take(key), reader.place(key), faults)
    if not item.is_object:
        return TableReference("", None)
    if (name := item.read_word("file", _ANYTHING, file)) != file and item.is_readable("file"):
        item.refuse("file", file, name)
    sha256 = item.read_word("sha256", _DIGEST, "64 lower-case hexadecimal digits")
    rows = item.read_integer("rows", 0, MAX_TABLE_ROWS)
    item.close()
    return TableReference(sha256, rows if item.is_readable("rows") else None)


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
