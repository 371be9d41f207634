"""Tally sheets as the log keeps them: flat, and read fast.

Nearly all of a log is tally sheets, and reading them strictly took longer than anything but their
signatures. A good payload is therefore read once loosely, and then composed again from what was
read, with every figure in its range, by the order of the keys. If that gives the same bytes, they
were the one encoding of a sheet, however loosely they were read. If not, ``decode_sheet`` reads
them again, slowly, and decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import cbor2

from escrutinio.definition import StationId
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.model import LoggedSheet
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.sheet.fields import MAX_FIGURE
from escrutinio.sheet.signed import decode_sheet
from escrutinio.sheet.tally_sheet import (
    DIGEST_BYTES,
    ELECTION_BYTES,
    MAX_CLOSING_TIME,
    MAX_CONTEST,
    MAX_SHEET_VERSION,
    NOT_ON_FORM,
    Correction,
    CorrectionReason,
    Figure,
    FormFigure,
    Seal,
    TallySheet,
)

__all__ = ["compose_again", "decode_logged_sheet", "logged_sheet", "tally_sheet"]

_FORMAT, _ELECTION, _STATION, _CONTEST, _VERSION, _CLOSED_AT = range(1, 7)
_VOTES, _CATEGORIES, _FOLLOWS, _REASON = 10, 11, 14, 15
_FIGURES = tuple(FormFigure)
#: Figures of the form that stand before the votes and after the categories, with their keys.
_FIRST_FIGURES = tuple((int(key), bytes((key,))) for key in _FIGURES if key < _VOTES)
_LAST_FIGURES = tuple((int(key), bytes((key,))) for key in _FIGURES if key > _CATEGORIES)
#: A map of so many pairs, of which the first is the format, and the second begins the election.
_HEADS_OF_MAPS = tuple(bytes((0xA0 | size, _FORMAT, 1, _ELECTION, 0x50)) for size in range(16))
_STATION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_REASONS = frozenset(int(reason) for reason in CorrectionReason)
#: Figures of a tally sheet are nearly all below this one; their encodings are made once.
_SMALL_END = 4096


class _Encodings(dict[Figure, bytes]):
    """Gives the encoding of a figure, and raises KeyError for anything larger or stranger.

    It takes true for 1 and 2.0 for 2. That does no harm where the bytes are compared: theirs
    are other ones.
    """

    def __missing__(self, figure: Figure) -> bytes:
        if type(figure) is not int or not _SMALL_END <= figure <= MAX_FIGURE:
            raise KeyError(figure)
        return encode_cbor(figure)


_SMALL: dict[Figure, bytes] = {at: encode_cbor(at) for at in (None, *range(_SMALL_END))}
_ENCODINGS = _Encodings(_SMALL)


class _NoTags(dict[int, Callable[[object, bool], object]]):
    """Meets every tag with a refusal, before the codec gives it a meaning."""

    def __missing__(self, tag: int) -> Callable[[object, bool], object]:
        return _refuse_tag


def _refuse_tag(_content: object, _is_immutable: bool, /) -> NoReturn:  # noqa: FBT001  # its signature
    raise ValueError


_NO_TAGS = _NoTags()


def decode_logged_sheet(payload: bytes, where: str) -> tuple[bytes, LoggedSheet]:
    """Decode what a sheet says.

    Returns:
        The election, 16 bytes, and the sheet.

    Raises:
        MalformedError: not the one encoding of a sheet; the error carries every fault.
        UnverifiableError: a sheet of a later version of this format.
    """
    try:
        fields = cbor2.loads(payload, max_depth=2, semantic_decoders=_NO_TAGS)
        if compose_again(fields) == payload:
            return fields[_ELECTION], _build(fields)
    # Whatever is wrong, the slow reader says it in words.
    except (cbor2.CBORError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        pass
    sheet = decode_sheet(payload, where)
    return sheet.election, logged_sheet(sheet)


def compose_again(fields: Any) -> bytes | None:  # noqa: ANN401  # whatever the bytes held
    """Compose the payload that holds these fields; None or an error where they are no sheet's."""
    version, votes, categories = fields[_VERSION], fields[_VOTES], fields[_CATEGORIES]
    closed_at_s = fields[_CLOSED_AT]
    if not (
        len(fields[_ELECTION]) == ELECTION_BYTES
        and _STATION_ID.fullmatch(fields[_STATION])
        and 0 <= fields[_CONTEST] <= MAX_CONTEST
        and 1 <= version <= MAX_SHEET_VERSION
        # Alone of the numbers, the time is encoded as what it is: true would stay true.
        and type(closed_at_s) is int
        and 0 <= closed_at_s <= MAX_CLOSING_TIME
        and votes
        and (FormFigure.BALLOTS in fields or FormFigure.STATED_CAST not in fields)
        and len(fields[_FOLLOWS]) == DIGEST_BYTES
        and (_REASON not in fields if version == 1 else fields[_REASON] in _REASONS)
    ):
        return None
    encode = _ENCODINGS
    parts = [
        _HEADS_OF_MAPS[len(fields)],
        fields[_ELECTION],
        b"\x03",
        encode_cbor(fields[_STATION]),
        b"\x04",
        encode[fields[_CONTEST]],
        b"\x05",
        encode[version],
        b"\x06",
        encode_cbor(closed_at_s),
    ]
    parts += [head + encode[fields[key]] for key, head in _FIRST_FIGURES if key in fields]
    parts += [b"\x0a", _head_of_array(votes), *[encode[figure] for figure in votes]]
    parts += [b"\x0b", _head_of_array(categories), *[encode[figure] for figure in categories]]
    parts += [head + encode[fields[key]] for key, head in _LAST_FIGURES if key in fields]
    parts += [b"\x0e\x58\x20", fields[_FOLLOWS]]
    if version > 1:
        parts += [b"\x0f", encode[fields[_REASON]]]
    return b"".join(parts)


def _head_of_array(items: Sequence[object]) -> bytes:
    """Give the head of an array: what its length is encoded to, as major type 4."""
    head = _ENCODINGS[len(items)]
    return bytes((head[0] | 0x80,)) + head[1:]


def _build(fields: Any) -> LoggedSheet:  # noqa: ANN401  # as above
    return LoggedSheet(
        fields[_STATION],
        fields[_CONTEST],
        fields[_VERSION],
        fields[_CLOSED_AT],
        tuple([fields.get(key, NOT_ON_FORM) for key in _FIGURES]),
        tuple(fields[_VOTES]),
        tuple(fields[_CATEGORIES]),
        fields[_FOLLOWS],
        fields.get(_REASON),
    )


def logged_sheet(sheet: TallySheet) -> LoggedSheet:
    """Give a tally sheet as the log's kinds are kept: flat, and without the election."""
    follows = sheet.follows
    return LoggedSheet(
        sheet.station,
        sheet.contest,
        sheet.version,
        sheet.closed_at_s,
        tuple([sheet.figures.get(key, NOT_ON_FORM) for key in _FIGURES]),
        sheet.votes,
        sheet.categories,
        follows.digest,
        int(follows.reason) if isinstance(follows, Correction) else None,
    )


def tally_sheet(sheet: LoggedSheet, election: bytes) -> TallySheet:
    """Give a logged sheet as the sheet that was signed; the inverse of ``logged_sheet``.

    Raises:
        MalformedError: the reason is of no class, or the figures are not those of five keys.
    """
    if len(sheet.figures) != len(_FIGURES):
        found = str(len(sheet.figures))
        raise MalformedError.of(Fault("sheet: figures", f"{len(_FIGURES)} of them", found))
    follows: Seal | Correction = Seal(sheet.follows)
    if sheet.reason is not None:
        try:
            follows = Correction(sheet.follows, CorrectionReason(sheet.reason))
        except ValueError:
            expected = f"a reason from 1 to {max(CorrectionReason)}"
            raise MalformedError.of(
                Fault("sheet: 15, reason", expected, ascii(sheet.reason)[:60])
            ) from None
    return TallySheet(
        election=election,
        station=StationId(sheet.station),
        contest=sheet.contest,
        version=sheet.version,
        closed_at_s=sheet.closed_at_s,
        figures={
            key: figure
            for key, figure in zip(_FIGURES, sheet.figures, strict=True)
            if figure != NOT_ON_FORM
        },
        votes=sheet.votes,
        categories=sheet.categories,
        follows=follows,
    )
