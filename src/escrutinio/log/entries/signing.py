"""Entries as signed messages: sign one, read one, verify one.

An entry is a signed message (``primitives/cose.py``). As every content type of an entry has three
bytes, its frame has one shape:

    d2 84 51                tag 18, an array of four, 17 bytes of protected header
       a3 01 27|32          1: algorithm
       03 19 .. ..          3: content type
       04 48 ........       4: kid, 8 bytes
    a0                      nothing unprotected
    58 ..  or  59 .. ..     the payload
    58 40 ........          the signature

A message of that shape is taken apart by its places, without a second encoding to compare with.
Whatever has another shape goes to ``decode_message``, which refuses it and says why.

Format page: docs/formats/entries.md. Vectors: tests/vectors/entries.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import msgspec

from escrutinio.errors import Fault, MalformedError, RefusedError
from escrutinio.log.entries.coding import decode_content, encode_content
from escrutinio.log.entries.model import Content, Entry
from escrutinio.log.tiles import MAX_ENTRY_BYTES
from escrutinio.primitives.cose import (
    Algorithm,
    SignedMessage,
    decode_message,
    find_signer,
    sign_message,
)
from escrutinio.primitives.keys import SIGNATURE_BYTES, PublicKey, SigningKey
from escrutinio.sheet.signed import sign_sheet
from escrutinio.sheet.tally_sheet import TallySheet

__all__ = ["ReceivedEntry", "decode_entry", "sign_entry", "split_message", "verify_entry"]

#: All of a frame before the payload: protected header, algorithm, content type, kid, and the
#: length of the payload in one byte or in two. A payload of 23 bytes or fewer is no entry's.
_FRAME = re.compile(
    rb"\xd2\x84\x51(\xa3\x01([\x27\x32])\x03\x19(..)\x04\x48(.{8}))\xa0(?:\x58(.)|\x59(..))",
    re.DOTALL,
)
_ALGORITHMS = {b"\x27": Algorithm.EDDSA, b"\x32": Algorithm.ED25519}
#: Numbers below these have a shorter spelling.
_LEAST_IN_ONE_BYTE, _LEAST_IN_TWO_BYTES = 24, 1 << 8
_SIGNATURE_HEAD = b"\x58\x40"


class ReceivedEntry(msgspec.Struct, frozen=True):
    """An entry as received; that it decodes says nothing about its signature.

    Attributes:
        index: its place in the log.
        digest: SHA-256 of its bytes.
        message: the signed message.
        election: the election that it names, 16 bytes.
        content: what it says.
    """

    index: int
    digest: bytes
    message: SignedMessage
    election: bytes
    content: Content


def sign_entry(content: Content | TallySheet, election: bytes, key: SigningKey) -> bytes:
    """Sign what an entry says; the same input gives the same bytes.

    Args:
        content: of any kind that this version knows.
        election: first 16 bytes of the definition's identity; a tally sheet must name the same.
        key: of the signer.

    Raises:
        MalformedError: a value is outside the format, or the message would be too large.
        RefusedError: a tally sheet of another election.
    """
    if isinstance(content, TallySheet):
        if content.election != election:
            expected = f"the election {election.hex()}"
            raise RefusedError.of(Fault("sheet: 2, election", expected, content.election.hex()))
        return sign_sheet(content, key)
    content_type, payload = encode_content(content, election)
    data = sign_message(key, content_type, payload)
    _verify_size(data, "entry")
    return data


def decode_entry(data: bytes, index: int, where: str) -> ReceivedEntry:
    """Decode an entry without checking its signature.

    Args:
        data: the bytes of the entry.
        index: its place in the log.
        where: what it is and where it stands, for the error.

    Raises:
        MalformedError: not a signed message, of no kind of entry, or not the one encoding of
            its kind; the error carries every fault of the part that was reached.
        UnverifiableError: of a later version of the format.
    """
    _verify_size(data, where)
    message = split_message(data) or decode_message(data, where)
    election, content = decode_content(message.content_type, message.payload, f"{where}: payload")
    return ReceivedEntry(index, hashlib.sha256(data).digest(), message, election, content)


def verify_entry(received: ReceivedEntry, keys: Iterable[PublicKey], where: str) -> Entry:
    """Check the signature of an entry under one of the keys with its kid.

    Args:
        received: as decoded.
        keys: the keys that may have signed it.
        where: what it is and where it stands, for the error.

    Raises:
        UnverifiableError: no key has its kid.
        VerificationError: none of the keys with this kid signed it.
    """
    key = find_signer(received.message, keys, where)
    return Entry(received.index, received.digest, key.raw, received.content)


def _verify_size(data: bytes, where: str) -> None:
    # A message may be one byte larger than what a bundle of the log can hold.
    if len(data) > MAX_ENTRY_BYTES:
        expected = f"at most {MAX_ENTRY_BYTES} bytes in an entry"
        raise MalformedError.of(Fault(where, expected, f"{len(data)} bytes"))


def split_message(data: bytes) -> SignedMessage | None:
    """Take a message of an entry's size apart by its frame; None where it has another frame.

    What it gives is what ``decode_message`` gives.
    """
    frame = _FRAME.match(data)
    if frame is None:
        return None
    protected, algorithm, content_type, kid, short, long = frame.groups()
    size = short[0] if long is None else int.from_bytes(long, "big")
    least = _LEAST_IN_ONE_BYTE if long is None else _LEAST_IN_TWO_BYTES
    number = int.from_bytes(content_type, "big")
    begin = frame.end()
    end = begin + size
    signature = data[end + len(_SIGNATURE_HEAD) :]
    if (
        size < least
        or number < _LEAST_IN_TWO_BYTES
        or data[end : end + len(_SIGNATURE_HEAD)] != _SIGNATURE_HEAD
        or len(signature) != SIGNATURE_BYTES
    ):
        return None
    return SignedMessage(_ALGORITHMS[algorithm], number, kid, protected, data[begin:end], signature)
