"""Strict decoding of import profiles from TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from escrutinio.definition import Contest, ContestCode, Definition, SheetType
from escrutinio.errors import UsageError
from escrutinio.primitives.faults import FaultList
from escrutinio.primitives.hand_written import TableReader, decode_toml
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
#: Longest name of a source.
MAX_SOURCE_CHARS = 40
#: Widest padding of one piece of an id.
MAX_PAD = 32
#: Most lines before the header.
MAX_SKIPPED_LINES = 1_000
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
    faults = FaultList(where)
    top = TableReader(decode_toml(data, where, MAX_PROFILE_BYTES, UsageError), faults)
    top.check_format(FORMAT)
    profile = Profile(
        source=top.identifier("source", most=MAX_SOURCE_CHARS),
        names=top.names("names"),
        sheet_type=top.choice("sheet_type", SheetType),
        layout=_layout(top.table("file")),
        rows=_rows(top.table("rows")),
        station=_id_rule(top.table("station", is_required=True), required=True),
        also_station=_optional_id_rule(top, "also_station"),
        division=_optional_id_rule(top, "division"),
        image=_optional_id_rule(top, "image"),
        status=_status(top),
        identity=_identity(top.table("identity")),
        marks=_marks(top),
        special=_special(top),
        contests=_contests(top.table("contest", is_required=True), definition),
        rolls_profile=_rolls_profile(top.table("rolls")),
    )
    top.refuse_unknown()
    faults.raise_any(UsageError)
    return profile


def _rolls_profile(table: TableReader) -> str:
    profile = table.verbatim("profile", "")
    table.refuse_unknown()
    return profile


def _layout(table: TableReader) -> Layout:
    plain = Layout()
    encoding = table.choice("encoding", Encoding, plain.encoding)
    delimiter = table.verbatim("delimiter", plain.delimiter)
    quote = table.verbatim("quote", '"')
    thousands = table.verbatim("thousands", "")
    for key, value, allowed in (
        ("delimiter", delimiter, (1,)),
        ("quote", quote, (0, 1)),
        ("thousands", thousands, (0, 1)),
    ):
        # A letter or digit could be part of a figure or of an id.
        if len(value) not in allowed or not value.isascii() or value.isalnum() or value in _BREAKS:
            table.refuse(key, "one ASCII character, no letter or digit", value)
    if delimiter == quote:
        table.refuse("quote", "another character than the delimiter", quote)
    skip_lines = table.count("skip_lines", MAX_SKIPPED_LINES) or 0
    table.refuse_unknown()
    return Layout(encoding, delimiter[:1] or ",", quote[:1] or None, skip_lines, thousands)


def _rows(table: TableReader) -> Mapping[str, tuple[str, ...]]:
    return {column: table.texts(column) for column in table.listed()}


def _optional_id_rule(top: TableReader, key: str) -> IdRule | None:
    return _id_rule(top.table(key), required=True) if top.has(key) else None


def _id_rule(table: TableReader, *, required: bool) -> IdRule:
    parts = tuple(_id_part(item) for item in table.tables("parts"))
    if required and not parts:
        table.fault("parts", "at least one { column = … }", "none")
    rule = IdRule(parts, table.verbatim("separator", "."))
    table.refuse_unknown()
    return rule


def _id_part(table: TableReader) -> IdPart:
    part = IdPart(
        column=table.verbatim("column"),
        pattern=table.verbatim("pattern", ""),
        pad=table.count("pad", MAX_PAD) or 0,
        values=table.mapping("values") if table.has("values") else None,
    )
    table.refuse_unknown()
    if part.pattern:
        _check_pattern(table, part.pattern)
    return part


def _check_pattern(table: TableReader, pattern: str) -> None:
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


def _status(top: TableReader) -> StatusRule | None:
    if not top.has("status"):
        return None
    table = top.table("status")
    inner = table.table("values", is_required=True)
    rule = StatusRule(
        table.verbatim("column"),
        {name: inner.choice(name, SheetStatus) for name in inner.listed()},
        table.choice("otherwise", SheetStatus) if table.has("otherwise") else None,
    )
    table.refuse_unknown()
    return rule


def _identity(table: TableReader) -> Mapping[str, tuple[str, str]]:
    expected: dict[str, tuple[str, str]] = {}
    for what in ("contest", "phase"):
        if table.has(what):
            inner = table.table(what)
            expected[what] = (inner.verbatim("column"), inner.verbatim("value"))
            inner.refuse_unknown()
    table.refuse_unknown()
    return expected


def _marks(top: TableReader) -> tuple[Marks, ...]:
    marks = []
    for table in top.tables("marks"):
        inner = table.table("values", is_required=True)
        values = {text: inner.choice(text, MARKS) for text in inner.listed()}
        marks.append(Marks(table.verbatim("column"), values))
        table.refuse_unknown()
    return tuple(marks)


def _special(top: TableReader) -> Mapping[str, CellState]:
    table = top.table("special")
    special = {text: _STATES[table.choice(text, _STATES)] for text in table.listed()}
    for text in special:
        if re.fullmatch(r"[0-9]+", text):
            table.refuse(text, "a text that is not a number", text)
    return {**_DEFAULT_SPECIAL, **special}


def _contests(table: TableReader, definition: Definition) -> tuple[ContestColumns, ...]:
    found = []
    known = ", ".join(contest.code for contest in definition.contests)
    for code in table.listed():
        inner = table.table(code)
        contest = definition.contest(code)
        if contest is None:
            table.refuse(code, f"a contest of the definition ({known})", code)
            continue
        columns = inner.mapping("columns")
        absent = inner.texts("absent")
        inner.refuse_unknown()
        _check_columns(inner, columns, absent, contest)
        found.append(ContestColumns(ContestCode(code), columns, absent))
    if not found:
        table.fault("", f"columns for a contest ({known})", "none")
    return tuple(found)


def _check_columns(
    table: TableReader, columns: Mapping[str, str], absent: Sequence[str], contest: Contest
) -> None:
    """Check that every vote has one column, and every field of the definition a place."""
    for field in (*columns, *absent):
        if not is_known_field(field, contest):
            table.refuse(field, "a field of this contest's sheets", field, _hint(field))
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
            table.refuse(field, f"another column than that of {placed[column]}", column)
        elif column is not None:
            placed[column] = field


def _hint(field: str) -> str:
    kind = field.partition(".")[0]
    if kind in {"candidacy", "option", "category"}:
        return f"The code after '{kind}.' must stand in the definition."
    return "The fields are listed in docs/reference/import-profile.md."
