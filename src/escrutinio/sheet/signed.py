"""The signed tally sheet: the one encoding of what it says, and the signature around it.

The payload is a map of CBOR (``primitives/cbor.py``) with integer keys, in the order of the keys:

=====  =====================  ===================================================================
key    value                  meaning
=====  =====================  ===================================================================
1      1                      version of this format
2      16 bytes               election: the first half of the definition's identity
3      text                   station id
4      integer                contest: its position in the definition, the first being 0
5      integer, 1 to 65535    version of the sheet; 1 is the station's first
6      integer                closing time, in seconds since 1970 (POSIX, UTC)
7      figure, if on form     registered voters
8      figure, if on form     voters admitted
9      figure, if on form     ballots in the box
10     array of figures       votes of each option in ballot order (candidacies, without options)
11     array of figures       ballots of each tally category, in the order of the definition
12     figure, if on form     valid votes, as the form adds them up
13     figure, if on form     ballots, as the form adds them up; only beside 9
14     32 bytes               SHA-256 of an entry: the station's seal, or the sheet this corrects
15     integer                reason class; on every version but the first, and there only
=====  =====================  ===================================================================

A figure is an integer from 0 to 10,000,000, or null. Around the payload stands a signed message
(``primitives/cose.py``) of content type 65001. Its bytes are the entry of the log, and what the QR
code holds; nothing is encoded a second time.

Format page: docs/formats/sheet.md. Vectors: tests/vectors/sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from escrutinio.definition import StationId
from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.primitives.cbor import CborKey, CborValue, decode_cbor, encode_cbor
from escrutinio.primitives.cose import SignedMessage, decode_message, find_signer, sign_message
from escrutinio.primitives.keys import PublicKey, SigningKey
from escrutinio.sheet.tally_sheet import (
    Correction,
    CorrectionReason,
    FormFigure,
    Seal,
    TallySheet,
    find_faults,
)

__all__ = [
    "SHEET_CONTENT_TYPE",
    "SHEET_FORMAT",
    "SignedSheet",
    "decode_sheet",
    "decode_signed_sheet",
    "encode_sheet",
    "find_sheet_signer",
    "sign_sheet",
]

ValueT = TypeVar("ValueT")

#: Version of this format.
SHEET_FORMAT = 1
#: Content type of a tally sheet, from the range that CoAP leaves for experiments.
SHEET_CONTENT_TYPE = 65_001

_FORMAT, _ELECTION, _STATION, _CONTEST, _VERSION, _CLOSED_AT = range(1, 7)
_VOTES, _CATEGORIES = 10, 11
_FOLLOWS, _REASON = 14, 15
_REQUIRED = frozenset({1, 2, 3, 4, 5, 6, 10, 11, 14})
_ALLOWED = _REQUIRED | frozenset(int(figure) for figure in FormFigure) | {_REASON}
_REASONS = frozenset(int(reason) for reason in CorrectionReason)


@dataclass(frozen=True, slots=True)
class SignedSheet:
    """A sheet as received; that it decodes says nothing about its signature.

    Attributes:
        message: the signed message.
        sheet: what its payload says.
    """

    message: SignedMessage
    sheet: TallySheet


def sign_sheet(sheet: TallySheet, key: SigningKey) -> bytes:
    """Sign a sheet; the bytes are the entry of the log.

    Raises:
        MalformedError: a value is outside the format; the error carries every fault.
    """
    return sign_message(key, SHEET_CONTENT_TYPE, encode_sheet(sheet))


def decode_signed_sheet(data: bytes, where: str) -> SignedSheet:
    """Decode a signed sheet without checking its signature.

    Raises:
        MalformedError: not a signed message, not of this content type, or not a sheet.
        UnverifiableError: a sheet of a later version of this format.
    """
    message = decode_message(data, where)
    if message.content_type != SHEET_CONTENT_TYPE:
        expected = f"content type {SHEET_CONTENT_TYPE}, a tally sheet"
        raise MalformedError.of(
            Fault(f"{where}: protected header, 3", expected, str(message.content_type))
        )
    return SignedSheet(message, decode_sheet(message.payload, f"{where}: payload"))


def find_sheet_signer(signed: SignedSheet, keys: Iterable[PublicKey], where: str) -> PublicKey:
    """Give the key that signed a sheet, of those enrolled for its station at its place.

    Raises:
        UnverifiableError: no key has the kid of the sheet.
        VerificationError: none of the keys with this kid signed it.
    """
    return find_signer(signed.message, keys, f"{where}, station {signed.sheet.station}")


def encode_sheet(sheet: TallySheet) -> bytes:
    """Encode what a sheet says; there is one encoding of each.

    Raises:
        MalformedError: a value is outside the format; the error carries every fault.
    """
    faults = tuple(find_faults(sheet, "sheet"))
    if faults:
        raise MalformedError.of(*faults)
    fields: dict[CborKey, CborValue] = {
        _FORMAT: SHEET_FORMAT,
        _ELECTION: sheet.election,
        _STATION: sheet.station,
        _CONTEST: sheet.contest,
        _VERSION: sheet.version,
        _CLOSED_AT: sheet.closed_at_s,
        _VOTES: sheet.votes,
        _CATEGORIES: sheet.categories,
        _FOLLOWS: sheet.follows.digest,
    }
    for key, figure in sheet.figures.items():
        fields[int(key)] = figure
    if isinstance(sheet.follows, Correction):
        fields[_REASON] = int(sheet.follows.reason)
    return encode_cbor(fields)


def decode_sheet(payload: bytes, where: str) -> TallySheet:
    """Decode what a sheet says.

    Args:
        payload: the bytes that were signed.
        where: what they are and where they stand, for the error.

    Raises:
        MalformedError: not the one encoding of a sheet; the error carries every fault.
        UnverifiableError: a sheet of a later version of this format.
    """
    fields = decode_cbor(payload, where)
    if not isinstance(fields, dict):
        raise MalformedError.of(Fault(where, "a map", repr(fields)[:60]))
    version = fields.get(_FORMAT)
    if type(version) is int and version > SHEET_FORMAT:
        raise UnverifiableError.of(
            Fault(f"{where}: 1", f"a sheet of format {SHEET_FORMAT}", f"format {version}")
        )
    _require_keys(fields, where)
    sheet = _build(fields, where)
    faults = tuple(find_faults(sheet, where))
    if faults:
        raise MalformedError.of(*faults)
    return sheet


def _require_keys(fields: Mapping[CborKey, CborValue], where: str) -> None:
    missing = sorted(_REQUIRED - fields.keys())
    foreign = [key for key in fields if key not in _ALLOWED]
    if missing or foreign:
        faults = [Fault(f"{where}: {key}", "a value", "no such key") for key in missing]
        faults += [Fault(where, "no other key", repr(key)[:60]) for key in foreign[:10]]
        raise MalformedError.of(*faults)


def _build(fields: Mapping[CborKey, CborValue], where: str) -> TallySheet:
    """Put values of the right types in their places; their ranges are looked at later."""
    if fields[_FORMAT] != SHEET_FORMAT or type(fields[_FORMAT]) is not int:
        raise _wrong(fields, where, _FORMAT, str(SHEET_FORMAT))
    digest = _take(fields, where, _FOLLOWS, bytes)
    follows: Seal | Correction = Seal(digest)
    if _REASON in fields:
        number = _take(fields, where, _REASON, int)
        if number not in _REASONS:
            raise _wrong(fields, where, _REASON, f"a reason from 1 to {max(_REASONS)}")
        follows = Correction(digest, CorrectionReason(number))
    votes = _take(fields, where, _VOTES, list)
    categories = _take(fields, where, _CATEGORIES, list)
    return TallySheet(
        election=_take(fields, where, _ELECTION, bytes),
        station=StationId(_take(fields, where, _STATION, str)),
        contest=_take(fields, where, _CONTEST, int),
        version=_take(fields, where, _VERSION, int),
        closed_at_s=_take(fields, where, _CLOSED_AT, int),
        # ``find_faults`` refuses whatever among the figures is no figure.
        figures={key: fields[key] for key in FormFigure if key in fields},  # type: ignore[misc]  # see above
        votes=tuple(votes),
        categories=tuple(categories),
        follows=follows,
    )


def _take(fields: Mapping[CborKey, CborValue], where: str, key: int, kind: type[ValueT]) -> ValueT:
    value = fields[key]
    if type(value) is not kind:
        raise _wrong(fields, where, key, _KINDS[kind])
    return value


def _wrong(
    fields: Mapping[CborKey, CborValue], where: str, key: int, expected: str
) -> MalformedError:
    return MalformedError.of(Fault(f"{where}: {key}", expected, repr(fields[key])[:60]))


_KINDS: Mapping[type, str] = {
    bytes: "a byte string",
    int: "an integer",
    list: "an array",
    str: "a text",
}
