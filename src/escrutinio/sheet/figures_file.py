"""The figures of one sheet as somebody wrote them down, before they are signed.

A TOML file, format ``escrutinio-figures/1``::

    format = "escrutinio-figures/1"
    station = "N1.1"
    contest = "president"
    closed_at = 2030-03-01T18:20:00-04:00
    seal = "000102…1e1f"           # version 1; else version, corrects and reason

    [figures]                      # those that the form has
    registered = 500
    admitted = 412
    ballots = 412

    [votes]                        # of every option, or candidacy without options
    EG-MUD = 101
    NM-PSUV = "illegible"

    [categories]                   # of every tally category
    blank = 5

Every option and every category must be named, so that none is forgotten and none defaults to
zero. Votes stand under codes and never by position: a line too many would shift all after it.

Format page: docs/formats/sheet.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from escrutinio.definition import Contest, Definition, StationId
from escrutinio.definition.reach import compute_reach
from escrutinio.errors import Fault, MalformedError, RefusedError
from escrutinio.primitives.faults import FaultList
from escrutinio.primitives.hand_written import TableReader, decode_toml
from escrutinio.sheet.fields import MAX_FIGURE
from escrutinio.sheet.tally_sheet import (
    DIGEST_BYTES,
    MAX_CLOSING_TIME,
    MAX_SHEET_VERSION,
    Correction,
    CorrectionReason,
    Figure,
    FormFigure,
    Seal,
    TallySheet,
    election_of,
)

__all__ = ["FIGURES_FORMAT", "MAX_FIGURES_FILE_BYTES", "decode_figures"]

#: Name and version of the format.
FIGURES_FORMAT = "escrutinio-figures/1"
#: Largest file of figures; one with a thousand lines is below 100 KiB.
MAX_FIGURES_FILE_BYTES = 1024 * 1024
#: Longest station id.
MAX_STATION_CHARS = 64

_ILLEGIBLE = "illegible"
_FIGURE_RULE = f'a whole number from 0 to {MAX_FIGURE}, or "{_ILLEGIBLE}"'
_KEYS = ("format", "station", "contest", "version", "closed_at", "seal", "corrects", "reason")
_TABLES = ("figures", "votes", "categories")


def decode_figures(data: bytes, name: str, definition: Definition) -> TallySheet:
    """Read the figures of a sheet under its election's definition.

    Args:
        data: the bytes of the file.
        name: its name, for the errors.
        definition: the election.

    Raises:
        MalformedError: not such a file; the error carries every fault.
        RefusedError: the definition lists stations and this is none of them, or one that does
            not vote in the contest. A slip is found before it is signed.
    """
    values = decode_toml(data, name, MAX_FIGURES_FILE_BYTES, MalformedError)
    faults = FaultList(name)
    reader = TableReader(values, faults)
    reader.check_format(FIGURES_FORMAT)
    station = StationId(reader.text("station", most=MAX_STATION_CHARS))
    codes = [contest.code for contest in definition.contests]
    position = codes.index(reader.choice("contest", codes, codes[0] if len(codes) == 1 else None))
    contest = definition.contests[position]
    lines = [item.code for item in contest.options or contest.candidacies]
    version = reader.count("version", MAX_SHEET_VERSION, least=1) or 1
    form = reader.table("figures")
    sheet = TallySheet(
        election=election_of(definition.identity),
        station=station,
        contest=position,
        version=version,
        closed_at_s=_read_time(reader),
        figures={
            key: _read_figure(form, key.name.lower())
            for key in FormFigure
            if form.has(key.name.lower())
        },
        votes=_read_lines(reader, "votes", lines),
        categories=_read_lines(reader, "categories", [item.code for item in contest.categories]),
        follows=_read_link(reader, version),
    )
    form.refuse_unknown()
    reader.refuse_unknown((*_KEYS, *_TABLES))
    faults.raise_any(MalformedError)
    _refuse_foreign_station(station, definition, contest, name)
    return sheet


def _read_lines(reader: TableReader, key: str, codes: Sequence[str]) -> tuple[Figure, ...]:
    table = reader.table(key, is_required=bool(codes))
    figures = tuple(_read_figure(table, code) for code in codes)
    table.refuse_unknown(codes)
    return figures


def _read_figure(reader: TableReader, key: str) -> Figure:
    value = reader.required(key, _FIGURE_RULE)
    # ``type`` and not ``isinstance``: true is an integer in Python.
    if value is None or value == _ILLEGIBLE:
        return None
    if type(value) is int and 0 <= value <= MAX_FIGURE:
        return value
    remedy = "Write it with digits only, without quotes." if isinstance(value, str) else ""
    reader.refuse(key, _FIGURE_RULE, value, remedy)
    return None


def _read_time(reader: TableReader) -> int:
    rule = "a time with its offset and without quotes, such as 2030-03-01T18:20:00-04:00"
    value = reader.required("closed_at", rule)
    if value is None:
        return 0
    if isinstance(value, dt.datetime) and value.tzinfo is not None and not value.microsecond:
        seconds = int(value.timestamp())
        if 0 <= seconds <= MAX_CLOSING_TIME:
            return seconds
    reader.refuse("closed_at", rule, value)
    return 0


def _read_link(reader: TableReader, version: int) -> Seal | Correction:
    if version == 1:
        for key in ("corrects", "reason"):
            if reader.has(key):
                reader.fault(key, "no such key on version 1", "a value", "Set 'version'.")
        return Seal(_read_digest(reader, "seal", "the seal of the admitted count"))
    if reader.has("seal"):
        reader.fault("seal", "no such key on a correction", "a value", "Name the sheet instead.")
    words = {reason.name.lower(): reason for reason in CorrectionReason}
    reason = words[reader.choice("reason", words)]
    return Correction(_read_digest(reader, "corrects", "the sheet that this one corrects"), reason)


def _read_digest(reader: TableReader, key: str, what: str) -> bytes:
    rule = f"SHA-256 of the entry of {what}, {2 * DIGEST_BYTES} hexadecimal digits"
    value = reader.required(key, rule)
    if isinstance(value, str) and len(value) == 2 * DIGEST_BYTES:
        try:
            return bytes.fromhex(value)
        except ValueError:
            pass
    if value is not None:
        reader.refuse(key, rule, value)
    return bytes(DIGEST_BYTES)


def _refuse_foreign_station(
    station: StationId, definition: Definition, contest: Contest, name: str
) -> None:
    if definition.stations is None:
        return
    listed = next((item for item in definition.stations if item.station == station), None)
    if listed is None:
        expected = f"one of the {len(definition.stations)} stations of the definition"
        raise RefusedError.of(Fault(f"{name}: key station", expected, ascii(station)))
    reach = compute_reach(definition.divisions, definition.contests)[listed.division]
    if definition.contests.index(contest) not in reach:
        expected = f"a station that votes in {contest.code}"
        raise RefusedError.of(Fault(f"{name}: key station", expected, ascii(station)))
