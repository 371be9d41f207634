"""Signed messages: COSE_Sign1 with Ed25519, in one spelling.

    d2                      tag 18, COSE_Sign1
       84                   an array of four
          52 a3             the protected header, a byte string that holds a map
             01 27             1: algorithm -8 (EdDSA); -19 (Ed25519, RFC 9864) is read too
             03 19 fde9        3: content type, an integer
             04 48 ........    4: kid, the first 8 bytes of SHA-256 of the public key
          a0                the unprotected header, always empty
          58 .. ........    the payload, never detached
          58 40 ........    the signature, 64 bytes

What is signed is ``["Signature1", protected header, h'', payload]`` in CBOR, made of the bytes as
received and never of a second encoding of them. The key decides the algorithm, not the message:
there are only Ed25519 keys, and both numbers mean the same check. The kid says which key to try
first. It proves nothing, and two keys may share one, so all of those are tried.

Reference: RFC 9052, sections 4.2 and 4.4; RFC 9864. Vectors: tests/vectors/cose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import IntEnum

import msgspec

from escrutinio.errors import Fault, MalformedError, UnverifiableError, VerificationError
from escrutinio.primitives.cbor import CborValue, decode_cbor, encode_bytes, encode_cbor
from escrutinio.primitives.keys import SIGNATURE_BYTES, PublicKey, SigningKey, verify_signature

__all__ = [
    "KEY_ID_BYTES",
    "MAX_CONTENT_TYPE",
    "Algorithm",
    "SignedMessage",
    "decode_message",
    "find_signer",
    "key_id",
    "sign_message",
    "to_be_signed",
    "verify_message",
]

#: Length of the key hint.
KEY_ID_BYTES = 8
#: Content types are CoAP content formats, two bytes.
MAX_CONTENT_TYPE = 65_535

_TAG_SIGN1 = b"\xd2"
#: An array of four, of which the first is the context.
_SIGNED_HEAD = b"\x84" + encode_cbor("Signature1")
_NO_EXTERNAL_DATA = encode_bytes(b"")
_ALGORITHM, _CONTENT_TYPE, _KID = 1, 3, 4
_PARTS = 4


class Algorithm(IntEnum):
    """The two numbers of one algorithm."""

    EDDSA = -8
    ED25519 = -19


class SignedMessage(msgspec.Struct, frozen=True, gc=False):
    """A message as received; that it decodes says nothing about its signature.

    Attributes:
        algorithm: as the message names it.
        content_type: what the payload is, 0 to ``MAX_CONTENT_TYPE``.
        kid: 8 bytes, a hint at the key.
        protected: bytes of the protected header.
        payload: bytes of the payload.
        signature: 64 bytes.
    """

    algorithm: Algorithm
    content_type: int
    kid: bytes
    protected: bytes
    payload: bytes
    signature: bytes


def key_id(key: PublicKey) -> bytes:
    """Give the hint at a key: the first 8 bytes of SHA-256 of its 32."""
    return hashlib.sha256(key.raw).digest()[:KEY_ID_BYTES]


def sign_message(key: SigningKey, content_type: int, payload: bytes) -> bytes:
    """Sign a payload and give the whole message; the same input gives the same bytes.

    Raises:
        MalformedError: the content type is out of range, or the message is too large.
    """
    if not 0 <= content_type <= MAX_CONTENT_TYPE:
        raise MalformedError.of(
            Fault("content type", f"0 to {MAX_CONTENT_TYPE}", str(content_type))
        )
    header: CborValue = {
        _ALGORITHM: int(Algorithm.EDDSA),
        _CONTENT_TYPE: content_type,
        _KID: key_id(key.public),
    }
    protected = encode_cbor(header)
    signature = key.sign(to_be_signed(protected, payload))
    return _TAG_SIGN1 + encode_cbor([protected, {}, payload, signature])


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Give the bytes that a signature is made over (Sig_structure, no external data)."""
    # Put together from its parts, because every signature of a record is checked over one.
    return _SIGNED_HEAD + encode_bytes(protected) + _NO_EXTERNAL_DATA + encode_bytes(payload)


def decode_message(data: bytes, where: str) -> SignedMessage:
    """Take a message apart without checking its signature.

    Raises:
        MalformedError: not tag 18, not the four parts, a header beyond the three parameters or
            with something unprotected, another algorithm, no payload, or a signature or kid of
            another length.
    """
    if data[:1] != _TAG_SIGN1:
        found = f"0x{data[:1].hex()}" if data else "nothing"
        raise MalformedError.of(Fault(f"{where}: byte 0", "COSE_Sign1, tag 18 (0xd2)", found))
    parts = decode_cbor(data[1:], f"{where}, after the tag")
    if not isinstance(parts, list) or len(parts) != _PARTS:
        raise MalformedError.of(Fault(where, "an array of four parts", _shown(parts)))
    protected, unprotected, payload, signature = parts
    if not isinstance(protected, bytes):
        place = f"{where}: protected header"
        raise MalformedError.of(Fault(place, "a byte string", _shown(protected)))
    if unprotected != {}:
        raise MalformedError.of(
            Fault(f"{where}: unprotected header", "an empty map", _shown(unprotected))
        )
    if not isinstance(payload, bytes):
        found = "a detached payload" if payload is None else _shown(payload)
        raise MalformedError.of(Fault(f"{where}: payload", "a byte string", found))
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        expected = f"a byte string of {SIGNATURE_BYTES}"
        raise MalformedError.of(Fault(f"{where}: signature", expected, _shown(signature)))
    algorithm, content_type, kid = _decode_header(protected, f"{where}: protected header")
    return SignedMessage(algorithm, content_type, kid, protected, payload, signature)


def _decode_header(protected: bytes, where: str) -> tuple[Algorithm, int, bytes]:
    header = decode_cbor(protected, where)
    if not isinstance(header, dict) or list(header) != [_ALGORITHM, _CONTENT_TYPE, _KID]:
        expected = "the parameters 1 (algorithm), 3 (content type) and 4 (kid), and no other"
        found = f"the keys {list(header)}" if isinstance(header, dict) else _shown(header)
        raise MalformedError.of(Fault(where, expected, found[:80]))
    algorithm, content_type, kid = header.values()
    if type(algorithm) is not int or algorithm not in (-8, -19):
        # The key binds the algorithm: there are only Ed25519 keys, so no other can be right.
        expected = "algorithm -8 or -19 (Ed25519)"
        raise MalformedError.of(Fault(f"{where}, 1", expected, _shown(algorithm)))
    if type(content_type) is not int or not 0 <= content_type <= MAX_CONTENT_TYPE:
        expected = f"a content type from 0 to {MAX_CONTENT_TYPE}"
        raise MalformedError.of(Fault(f"{where}, 3", expected, _shown(content_type)))
    if not isinstance(kid, bytes) or len(kid) != KEY_ID_BYTES:
        expected = f"a kid of {KEY_ID_BYTES} bytes"
        raise MalformedError.of(Fault(f"{where}, 4", expected, _shown(kid)))
    return Algorithm(algorithm), content_type, kid


def verify_message(message: SignedMessage, key: PublicKey, where: str) -> None:
    """Check a message's signature under one key, whatever its kid says.

    Raises:
        VerificationError: the key did not sign these bytes.
    """
    signed = to_be_signed(message.protected, message.payload)
    verify_signature(key, signed, message.signature, where)


def find_signer(message: SignedMessage, keys: Iterable[PublicKey], where: str) -> PublicKey:
    """Give the key, of those that may have signed, that did.

    Args:
        message: as decoded.
        keys: the enrolled keys that may sign such a message at its place. Those with the
            message's kid are tried, all of them.
        where: what is signed and where it stands, for the error.

    Raises:
        UnverifiableError: no key has this kid.
        VerificationError: none of the keys with this kid signed these bytes.
    """
    hinted = [key for key in keys if key_id(key) == message.kid]
    if not hinted:
        raise UnverifiableError.of(
            Fault(where, "a signature by an enrolled key", f"the unknown kid {message.kid.hex()}")
        )
    for key in hinted:
        try:
            verify_message(message, key, where)
        except VerificationError:
            continue
        return key
    names = ", ".join(key.raw.hex() for key in hinted)
    raise VerificationError.of(
        Fault(where, f"a signature under the key {names}", "one that does not verify")
    )


def _shown(value: CborValue) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return repr(value)[:60]
