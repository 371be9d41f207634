"""A transcribed sheet: what a named source read on a copy of a sheet.

Its keys are those of docs/formats/transcribed-sheet.md. A figure that is no number is below zero:
the negative of its ``CellState``. Vectors: tests/vectors/entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from escrutinio.errors import Fault
from escrutinio.primitives.cbor import CborValue
from escrutinio.sheet.fields import MAX_FIGURE, CellState, SheetStatus
from escrutinio.sheet.payload import Fields, ItemRule, PayloadKey, PayloadKind
from escrutinio.sheet.payload_keys import (
    class_key,
    contest_key,
    digest_key,
    id_key,
    is_whole,
    optional,
    texts_key,
    whole_key,
)
from escrutinio.sheet.tally_sheet import MAX_SHEET_VERSION, CorrectionReason

__all__ = ["STATUSES", "TRANSCRIBED_KIND", "WRONG", "TranscribedSheet"]

#: What became of the sheet, by the number that stands for it.
STATUSES = tuple(SheetStatus)
#: In what a sheet can be another one's, in order.
WRONG = ("contest", "phase")
#: Most marks on one sheet.
MAX_MARKS = 64

_FIELD = re.compile(r"[a-z][a-z_]{0,39}(?:\.[A-Za-z0-9._-]{1,80})?")
_MARK = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION, _FOLLOWS, _REASON = 5, 14, 15
_LEAST_FIGURE = -int(CellState.ILLEGIBLE)


class TranscribedSheet(msgspec.Struct, frozen=True, array_like=True, tag=65004):
    """One row of a source's table of sheets.

    Attributes:
        station: id of the station, after padding.
        contest: position of the contest in the definition.
        version: 1, or more for a reading that corrects an earlier one.
        status: position of its ``SheetStatus``.
        division: id of the smallest division the source names, or None.
        copy: SHA-256 of the image that was read, or of the source's name for it, or None.
        figures: name of a field of the sheet table to a number; below zero the negative of its
            ``CellState``. A field that is not on the source is not there.
        marks: names of the marks the source puts on the sheet, sorted.
        also_station: station id by a second reading, or None.
        wrong: ``contest`` or ``phase`` where the sheet is of another one, sorted.
        follows: SHA-256 of the entry it corrects; None on version 1.
        reason: reason class of the correction; None on version 1.
    """

    station: str
    contest: int
    version: int
    status: int
    division: str | None
    copy: bytes | None
    figures: dict[str, int]
    marks: tuple[str, ...]
    also_station: str | None
    wrong: tuple[str, ...]
    follows: bytes | None
    reason: int | None


def _is_field(name: object, figure: CborValue) -> bool:
    return (
        isinstance(name, str)
        and _FIELD.fullmatch(name) is not None
        and is_whole(figure, _LEAST_FIGURE, MAX_FIGURE)
    )


_FIELDS = ItemRule(
    f"the name of a field, and a whole number from {_LEAST_FIGURE} to {MAX_FIGURE}",
    _is_field,
    is_map=True,
)


def _find_version_faults(fields: Fields, where: str) -> Iterator[Fault]:
    version = fields.get(_VERSION)
    if not is_whole(version, 1, MAX_SHEET_VERSION):
        return
    expected = "on every version but the first, and there only"
    for key, name in ((_FOLLOWS, "follows"), (_REASON, "reason")):
        if (version == 1) == (key in fields):
            found = f"{'one' if key in fields else 'none'} on version {version!r}"
            yield Fault(f"{where}: {key}, {name}", expected, found)


TRANSCRIBED_KIND = PayloadKind(
    TranscribedSheet,
    (
        id_key(3, "station"),
        contest_key(4),
        whole_key(_VERSION, "version", 1, MAX_SHEET_VERSION),
        whole_key(6, "status", 0, len(STATUSES) - 1),
        id_key(7, "division", is_nullable=True),
        digest_key(8, "copy", is_nullable=True),
        PayloadKey(
            9,
            "figures",
            "a map of fields to figures",
            _FIELDS.all_fit,
            items=_FIELDS,
        ),
        texts_key(10, "marks", MAX_MARKS, "a name of a-z 0-9 _", _MARK.fullmatch),
        id_key(11, "second station", is_nullable=True),
        texts_key(12, "wrong", len(WRONG), f"one of {', '.join(WRONG)}", WRONG.__contains__),
        optional(digest_key(_FOLLOWS, "follows")),
        optional(class_key(_REASON, "reason", CorrectionReason)),
    ),
    find_faults=_find_version_faults,
)
