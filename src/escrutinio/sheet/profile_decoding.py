"""Strict decoding of import profiles from TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence

import polars as pl

from escrutinio.definition import Contest, ContestCode, Definition, SheetType
from escrutinio.errors import Fault, UsageError
from escrutinio.primitives.strict import StrictTable
from escrutinio.sheet.fields import CellState, SheetStatus, is_known_field
from escrutinio.sheet.profile import (
    ContestColumns,
    Encoding,
    IdPart,
    IdRule,
    Layout,
    Marks,
    Profile,
    StatusRule,
)

__all__ = ["MARKS", "decode_profile"]

FORMAT = "escrutinio-profile/1"
#: Largest profile read.
MAX_PROFILE_BYTES = 1024 * 1024
#: Widest padding of one piece of an id.
MAX_PAD = 32
#: Longest regular expression; the engine runs in linear time, this bounds its memory.
MAX_PATTERN = 200
#: Marks a source can put on a sheet; each is a check of the catalogue.
MARKS = (
    "unsigned",
    "poor_image",
    "incomplete_parts",
    "document_kind",
    "difference_unexplained",
    "ticked_equal",
    "ticked_more",
    "ticked_fewer",
)

_STATES = {
    "empty": CellState.EMPTY,
    "dash": CellState.DASH,
    "illegible": CellState.ILLEGIBLE,
    "not_on_source": CellState.NOT_ON_SOURCE,
}
#: Characters that end a line.
_BREAKS = ("\n", "\r")
_DEFAULT_SPECIAL = {"": CellState.EMPTY}


def decode_profile(data: bytes, where: str, definition: Definition) -> Profile:
    """Read an import profile and refuse everything that is not one.

    Args:
        data: the TOML file's bytes.
        where: its name, for the errors.
        definition: gives the contests, candidacies and categories the profile may name.

    Raises:
        UsageError: with every fault of the file.
    """
    faults: list[Fault] = []
    top = StrictTable(_parse(data, where), where, faults)
    if (found := top.text("format")) and found != FORMAT:
        top.fault("format", repr(FORMAT), found, "This program reads that format only.")
    profile = Profile(
        source=_source(top),
        names=top.names("names"),
        sheet_type=top.choice("sheet_type", {item.value: item for item in SheetType}),
        layout=_layout(top.inner("file", optional=True)),
        rows=_rows(top.inner("rows", optional=True)),
        station=_id_rule(top.inner("station"), required=True),
        also_station=_optional_id_rule(top, "also_station"),
        division=_optional_id_rule(top, "division"),
        image=_optional_id_rule(top, "image"),
        status=_status(top),
        identity=_identity(top.inner("identity", optional=True)),
        marks=_marks(top),
        special=_special(top),
        contests=_contests(top.inner("contest"), definition),
        rolls_profile=_rolls_profile(top.inner("rolls", optional=True)),
    )
    top.finish()
    if faults:
        raise UsageError.of(*faults)
    return profile


def _parse(data: bytes, where: str) -> object:
    if len(data) > MAX_PROFILE_BYTES:
        raise UsageError.of(
            Fault(where, f"a profile of at most {MAX_PROFILE_BYTES} bytes", f"{len(data)} bytes")
        )
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        found = f"byte {data[error.start]:#04x} at position {error.start}"
        raise UsageError.of(Fault(where, "a TOML file in UTF-8", found)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError.of(Fault(where, "a TOML file", str(error))) from None


def _rolls_profile(table: StrictTable) -> str:
    profile = table.text("profile", "")
    table.finish()
    return profile


def _source(top: StrictTable) -> str:
    source = top.text("source")
    if source and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", source):
        top.fault("source", "letters, digits, '.', '_' and '-', at most 40", source)
    return source


def _layout(table: StrictTable) -> Layout:
    plain = Layout()
    encoding = table.choice("encoding", {name: name for name in Encoding}, plain.encoding)
    delimiter = table.text("delimiter", plain.delimiter)
    quote = table.text("quote", '"')
    thousands = table.text("thousands", "")
    for key, value, allowed in (
        ("delimiter", delimiter, (1,)),
        ("quote", quote, (0, 1)),
        ("thousands", thousands, (0, 1)),
    ):
        # A letter or digit could be part of a figure or of an id.
        if len(value) not in allowed or not value.isascii() or value.isalnum() or value in _BREAKS:
            table.fault(key, "one ASCII character, no letter or digit", value)
    if delimiter == quote:
        table.fault("quote", "another character than the delimiter", quote)
    skip_lines = table.count("skip_lines", 0, most=1000)
    table.finish()
    return Layout(encoding, delimiter[:1] or ",", quote[:1] or None, skip_lines, thousands)


def _rows(table: StrictTable) -> Mapping[str, tuple[str, ...]]:
    return {column: table.texts(column) for column in table.table}


def _optional_id_rule(top: StrictTable, key: str) -> IdRule | None:
    return _id_rule(top.inner(key), required=True) if top.has(key) else None


def _id_rule(table: StrictTable, *, required: bool) -> IdRule:
    parts = tuple(_id_part(item) for item in table.items("parts"))
    if required and not parts:
        table.fault("parts", "at least one { column = … }", "none")
    rule = IdRule(parts, table.text("separator", "."))
    table.finish()
    return rule


def _id_part(table: StrictTable) -> IdPart:
    part = IdPart(
        column=table.text("column"),
        pattern=table.text("pattern", ""),
        pad=table.count("pad", 0, most=MAX_PAD),
        values=table.mapping("values") if table.has("values") else None,
    )
    table.finish()
    if part.pattern:
        _check_pattern(table, part.pattern)
    return part


def _check_pattern(table: StrictTable, pattern: str) -> None:
    try:
        groups = re.compile(pattern).groups
        # The engine that will run it knows fewer forms: no look-ahead, no back references.
        pl.Series([""]).str.extract(pattern, 1)
    except (re.error, RecursionError, OverflowError, pl.exceptions.PolarsError) as error:
        reason = " ".join(str(error).split())
        table.fault("pattern", "a regular expression without look-ahead", reason)
        return
    if groups != 1 or len(pattern) > MAX_PATTERN:
        found = f"{groups} groups in {len(pattern)} characters"
        table.fault("pattern", f"one group in at most {MAX_PATTERN} characters", found)


def _status(top: StrictTable) -> StatusRule | None:
    if not top.has("status"):
        return None
    table = top.inner("status")
    meanings = {item.value: item for item in SheetStatus}
    inner = table.inner("values")
    rule = StatusRule(
        table.text("column"),
        {name: inner.choice(name, meanings) for name in inner.table},
        table.choice("otherwise", meanings) if table.has("otherwise") else None,
    )
    table.finish()
    return rule


def _identity(table: StrictTable) -> Mapping[str, tuple[str, str]]:
    expected: dict[str, tuple[str, str]] = {}
    for what in ("contest", "phase"):
        if table.has(what):
            inner = table.inner(what)
            expected[what] = (inner.text("column"), inner.text("value"))
            inner.finish()
    table.finish()
    return expected


def _marks(top: StrictTable) -> tuple[Marks, ...]:
    marks = []
    names = {name: name for name in MARKS}
    for table in top.items("marks"):
        inner = table.inner("values")
        values = {text: inner.choice(text, names) for text in inner.table}
        marks.append(Marks(table.text("column"), values))
        table.finish()
    return tuple(marks)


def _special(top: StrictTable) -> Mapping[str, CellState]:
    table = top.inner("special", optional=True)
    special = {text: table.choice(text, _STATES) for text in table.table}
    for text in special:
        if re.fullmatch(r"[0-9]+", text):
            table.fault(text, "a text that is not a number", text)
    return {**_DEFAULT_SPECIAL, **special}


def _contests(table: StrictTable, definition: Definition) -> tuple[ContestColumns, ...]:
    found = []
    known = ", ".join(contest.code for contest in definition.contests)
    for code in table.table:
        inner = table.inner(code)
        contest = definition.contest(code)
        if contest is None:
            table.fault(code, f"a contest of the definition ({known})", code)
            continue
        columns = inner.mapping("columns")
        absent = inner.texts("absent")
        inner.finish()
        _check_columns(inner, columns, absent, contest)
        found.append(ContestColumns(ContestCode(code), columns, absent))
    if not found:
        table.fault("", f"columns for a contest ({known})", "none")
    return tuple(found)


def _check_columns(
    table: StrictTable, columns: Mapping[str, str], absent: Sequence[str], contest: Contest
) -> None:
    """Check that every vote has one column, and every field of the definition a place."""
    for field in (*columns, *absent):
        if not is_known_field(field, contest):
            table.fault(field, "a field of this contest's sheets", field, _hint(field))
    if not columns:
        table.fault("columns", "at least one field with its column", "none")
    candidacies = [f"candidacy.{item.code}" for item in contest.candidacies]
    options = [f"option.{item.code}" for item in contest.options]
    categories = [f"category.{item.code}" for item in contest.categories]
    shown = options if any(name in columns for name in options) else candidacies
    for field in shown:
        if (field in columns) == (field in absent):
            table.fault(
                field,
                "its column, or its name in 'absent'",
                "both of them" if field in columns else "neither of them",
                "Every candidacy of the definition must be placed.",
            )
    placed: dict[str, str] = {}
    for field in (*candidacies, *options, *categories):
        column = columns.get(field)
        if column in placed:
            # Votes read twice would be counted twice.
            table.fault(field, f"another column than that of {placed[column]}", column)
        elif column is not None:
            placed[column] = field


def _hint(field: str) -> str:
    kind = field.partition(".")[0]
    if kind in {"candidacy", "option", "category"}:
        return f"The code after '{kind}.' must stand in the definition."
    return "The fields are listed in docs/reference/import-profile.md."
