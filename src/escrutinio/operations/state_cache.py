"""The publisher's memory of what the log says, so that it need not read the log again.

    32 bytes of SHA-256 over the rest, then the fields of ``SavedState`` in msgpack

Only a cache: whoever opens the log holds its size and root against the log, and reads the log anew
when anything about it is wrong. It is a private file of the publisher and no part of a record.
"""

from __future__ import annotations

import hashlib

import msgspec

from escrutinio.errors import Fault, MalformedError

__all__ = ["STATE_FORMAT", "SavedState", "decode_state", "encode_state"]

#: Another number as soon as the ledger stores itself in another form.
STATE_FORMAT = "escrutinio-state/1"
#: Above what 10,000,000 entries need.
MAX_STATE_BYTES = 4 << 30

_DIGEST_BYTES = 32


class SavedState(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What the entries of a prefix of the log say.

    Attributes:
        format: ``STATE_FORMAT``.
        identity: of the election.
        size: number of entries of the prefix.
        root: root of the log of that size.
        digests: SHA-256 of each entry, one behind the other.
        ledger: as the ledger stores itself.
    """

    format: str
    identity: str
    size: int
    root: bytes
    digests: bytes
    ledger: bytes


_DECODER = msgspec.msgpack.Decoder(SavedState)


def encode_state(state: SavedState) -> bytes:
    """Write a state."""
    data = msgspec.msgpack.encode(state)
    return hashlib.sha256(data).digest() + data


def decode_state(data: bytes, where: str) -> SavedState:
    """Read a state.

    Raises:
        MalformedError: damaged, cut off, or of another version.
    """
    body = memoryview(data)[_DIGEST_BYTES:]
    if hashlib.sha256(body).digest() != data[:_DIGEST_BYTES]:
        raise MalformedError.of(Fault(where, "the digest of its content", "another"))
    try:
        state = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedError.of(Fault(where, "a saved state", "something else")) from None
    if state.format != STATE_FORMAT or len(state.digests) != state.size * _DIGEST_BYTES:
        raise MalformedError.of(Fault(where, STATE_FORMAT, ascii(state.format[:80])))
    return state
