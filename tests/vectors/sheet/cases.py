"""The cases behind the vectors of CBOR, base45 and signed messages; see ``generate.py``.

Bad messages are put together by hand, byte by byte where our own encoder would refuse to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from escrutinio.primitives.cbor import CborValue, encode_cbor
from escrutinio.primitives.cose import key_id, to_be_signed
from escrutinio.primitives.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(b"\x01" * 32)
CONTENT_TYPE = 65_000
PAYLOAD = b"one station's count"
#: An Ed25519 key of order 1: under lax rules one signature verifies any message.
LOW_ORDER_KEY = bytes([1]) + bytes(31)


@dataclass(frozen=True)
class Case:
    """One vector: a name, why it exists, and the bytes."""

    name: str
    why: str
    data: bytes


GOOD_CBOR = {
    "zero": "00",
    "last-direct": "17",
    "first-of-two-bytes": "1818",
    "last-of-two-bytes": "18ff",
    "first-of-three-bytes": "190100",
    "first-of-five-bytes": "1a00010000",
    "first-of-nine-bytes": "1b0000000100000000",
    "largest": "1bffffffffffffffff",
    "minus-one": "20",
    "minus-100": "3863",
    "smallest": "3bffffffffffffffff",
    "false": "f4",
    "true": "f5",
    "null": "f6",
    "no-bytes": "40",
    "bytes": "4401020304",
    "no-text": "60",
    "text": "62c3bc",
    "empty-array": "80",
    "array": "83010203",
    "empty-map": "a0",
    "map": "a201020304",
    "keys-in-byte-order": "a40a011864022003616104",
    "integer-and-text-keys": "a201026161f6",
    "eight-levels": "818181818181818101",
}
#: Name: why, and the bytes.
BAD_CBOR = {
    "nothing": ("there is no item", ""),
    "ends-in-head": ("the two bytes of the number are not there", "19"),
    "ends-in-bytes": ("four bytes are stated and three follow", "44010203"),
    "ends-in-array": ("three items are stated and two follow", "830102"),
    "huge-array": ("a length that no memory holds", "9bffffffffffffffff"),
    "huge-bytes": ("a length that no memory holds", "5bffffffffffffffff"),
    "trailing-byte": ("one item, then another", "0000"),
    "long-zero": ("0 in two bytes", "1800"),
    "long-23": ("23 in two bytes", "1817"),
    "long-255": ("255 in three bytes", "1900ff"),
    "long-65535": ("65535 in five bytes", "1a0000ffff"),
    "long-32-bits": ("2^32 - 1 in nine bytes", "1b00000000ffffffff"),
    "long-length": ("a length of one in two bytes", "580100"),
    "long-array-length": ("a length of one in two bytes", "980100"),
    "indefinite-bytes": ("a byte string of unstated length", "5f4100ff"),
    "indefinite-text": ("a text of unstated length", "7f6161ff"),
    "indefinite-array": ("an array of unstated length", "9f01ff"),
    "indefinite-map": ("a map of unstated length", "bf0102ff"),
    "break": ("an end without a beginning", "ff"),
    "reserved": ("a first byte that CBOR does not define", "1c"),
    "half-float": ("a floating-point zero", "f90000"),
    "float": ("a floating-point 1.5", "fa3fc00000"),
    "double": ("a floating-point 1.1", "fb3ff199999999999a"),
    "undefined": ("undefined is not null", "f7"),
    "simple": ("a simple value without meaning", "f0"),
    "simple-in-two-bytes": ("a simple value without meaning", "f8ff"),
    "false-in-two-bytes": ("false has one byte", "f814"),
    "time-tag": ("a number tagged as a time", "c100"),
    "big-number": ("2^64 as a tagged byte string", "c249010000000000000000"),
    "small-big-number": ("1 as a tagged byte string", "c24101"),
    "set-tag": ("an array tagged as a set", "d90102820102"),
    "shared-value": ("an array that contains itself", "d81c81d81d00"),
    "self-described": ("the tag that only says: this is CBOR", "d9d9f700"),
    "key-twice": ("which of the two counts?", "a201010102"),
    "key-twice-apart": ("the same key, not side by side", "a3010102020103"),
    "true-and-one": ("equal keys in Python, and no key of ours", "a2010001f5"),
    "true-as-key": ("true and 1 would be one key in Python", "a20100f500"),
    "keys-out-of-order": ("a map has one order", "a202000100"),
    "keys-by-length": (
        "the older rule puts shorter keys first",
        "a30a01200318640 2".replace(" ", ""),
    ),
    "bytes-as-key": ("keys are integers or texts", "a1410100"),
    "array-as-key": ("keys are integers or texts", "a1810100"),
    "null-as-key": ("keys are integers or texts", "a1f600"),
    "not-utf-8": ("a lone continuation byte", "6180"),
    "surrogate": ("half of a surrogate pair in UTF-8 clothes", "63eda080"),
    "nine-levels": ("deeper than any document of ours", "81818181818181818101"),
}
#: RFC 9285, section 4.3, and corners.
GOOD_BASE45 = {
    "rfc-ab": (b"AB", "BB8"),
    "rfc-hello": (b"Hello!!", "%69 VD92EX0"),
    "rfc-base-45": (b"base-45", "UJCLQE7W581"),
    "rfc-ietf": (b"ietf!", "QED8WEX0"),
    "nothing": (b"", ""),
    "one-zero-byte": (b"\0", "00"),
    "two-zero-bytes": (b"\0\0", "000"),
    "last-byte": (b"\xff", "U5"),
    "last-pair": (b"\xff\xff", "FGW"),
}
BAD_BASE45 = {
    "one-character": ("no bytes have this length", "B"),
    "four-characters": ("no bytes have this length", "BB8B"),
    "pair-beyond": ("GGW stands for 65536", "GGW"),
    "largest-triple": ("::: stands for 91124", ":::"),
    "byte-beyond": ("V5 stands for 256", "V5"),
    "beyond-in-second-group": ("the first group is good", "BB8GGW"),
    "lower-case": ("the alphabet has capitals only", "bb8"),
    "line-end": ("a line end is no character of it", "BB8\n"),
    "leading-space": ("a space is a digit: it moves every group", " BB8"),
    "not-latin": ("a letter that only looks like B", "\u0412B8"),
    "question-mark": ("not in the alphabet", "BB?"),
}


def header(
    alg: CborValue = -8, content_type: CborValue = CONTENT_TYPE
) -> dict[int | str, CborValue]:
    """Give the protected header of our key."""
    return {1: alg, 3: content_type, 4: key_id(KEY.public)}


def message(
    protected: bytes | None = None,
    *,
    unprotected: CborValue = None,
    payload: bytes = PAYLOAD,
    key: SigningKey = KEY,
) -> bytes:
    """Put a message together with a signature that is good for these parts."""
    head = encode_cbor(header()) if protected is None else protected
    signature = key.sign(to_be_signed(head, payload))
    return b"\xd2" + encode_cbor([head, unprotected or {}, payload, signature])


def good_messages() -> Iterator[Case]:
    """Give messages that are read."""
    yield Case("good", "algorithm -8, as we write it", message())
    yield Case(
        "good-alg-19", "the same algorithm by its newer number", message(encode_cbor(header(-19)))
    )
    yield Case("good-empty-payload", "nothing can be signed too", message(payload=b""))


def bad_messages() -> Iterator[Case]:
    """Give messages that are refused when they are taken apart."""
    good = message()
    parts: list[CborValue] = [encode_cbor(header()), {}, PAYLOAD, KEY.sign(b"")]
    yield Case("nothing", "there is no message", b"")
    yield Case("no-tag", "an array without the tag", good[1:])
    yield Case("double-tag", "the tag twice", b"\xd2" + good)
    yield Case("long-tag", "the tag in two bytes", b"\xd8\x12" + good[1:])
    yield Case("cwt-tag", "a CWT tag around the message", b"\xd8\x3d" + good)
    yield Case("mac-tag", "another kind of COSE message", b"\xd1" + good[1:])
    yield Case("trailing-byte", "one byte more", good + b"\0")
    yield Case("cut", "the last byte is not there", good[:-1])
    yield Case("three-parts", "no signature", b"\xd2" + encode_cbor(parts[:3]))
    yield Case("five-parts", "a part more", b"\xd2" + encode_cbor([*parts, 0]))
    yield Case(
        "map",
        "a map of the parts",
        b"\xd2" + encode_cbor({0: parts[0], 1: parts[1], 2: parts[2], 3: parts[3]}),
    )
    yield Case("detached", "the payload is elsewhere", _with(parts, 2, None))
    yield Case("text-payload", "a text where bytes belong", _with(parts, 2, "sheet"))
    yield Case("short-signature", "63 bytes", _with(parts, 3, bytes(63)))
    yield Case("long-signature", "65 bytes", _with(parts, 3, bytes(65)))
    yield Case("no-signature", "null where the signature belongs", _with(parts, 3, None))
    yield Case("header-as-map", "the header is not wrapped in bytes", _with(parts, 0, header()))
    yield Case(
        "unprotected-kid",
        "the kid where nobody signed it",
        message(encode_cbor({1: -8, 3: CONTENT_TYPE}), unprotected={4: key_id(KEY.public)}),
    )
    yield Case(
        "unprotected-extra", "a parameter that nobody signed", message(unprotected={5: b"x"})
    )
    yield Case("unprotected-null", "null instead of the empty map", _with(parts, 1, None))
    for name, why, head in _bad_headers():
        yield Case(name, why, message(head))


def _with(parts: list[CborValue], place: int, value: CborValue) -> bytes:
    return b"\xd2" + encode_cbor([*parts[:place], value, *parts[place + 1 :]])


def _bad_headers() -> Iterator[tuple[str, str, bytes]]:
    kid = key_id(KEY.public)
    yield "empty-header", "no header at all", b""
    yield "alg-es256", "an algorithm of other keys", encode_cbor(header(-7))
    yield "alg-text", "the algorithm by its name", encode_cbor(header("EdDSA"))
    yield "alg-none", "null as algorithm", encode_cbor(header(None))
    yield "alg-missing", "no algorithm", encode_cbor({3: CONTENT_TYPE, 4: kid})
    yield "type-missing", "no content type", encode_cbor({1: -8, 4: kid})
    yield "type-text", "the content type as a text", encode_cbor(header(-8, "application/cbor"))
    yield "type-beyond", "a content type of three bytes", encode_cbor(header(-8, 65_536))
    yield "type-negative", "a content type below zero", encode_cbor(header(-8, -1))
    yield "type-true", "true is not 1", encode_cbor(header(-8, content_type=True))
    yield "kid-missing", "no kid", encode_cbor({1: -8, 3: CONTENT_TYPE})
    yield "kid-empty", "a kid of no bytes", encode_cbor({**header(), 4: b""})
    yield "kid-long", "a kid of nine bytes", encode_cbor({**header(), 4: kid + b"\0"})
    yield "kid-text", "the kid as a text", encode_cbor({**header(), 4: kid.hex()})
    yield "critical", "a parameter that we do not know", encode_cbor({**header(), 2: [99]})
    yield "header-trailing", "a byte after the header's map", encode_cbor(header()) + b"\0"
    yield (
        "header-order",
        "the parameters in another order",
        bytes.fromhex("a3 03 19fde8 01 27 04 48") + kid,
    )
    yield (
        "header-key-twice",
        "two algorithms",
        bytes.fromhex("a4 01 27 01 26 03 19fde8 04 48") + kid,
    )
    yield (
        "header-indefinite",
        "a header of unstated length",
        bytes.fromhex("bf 01 27 03 19fde8 04 48") + kid + b"\xff",
    )
    yield (
        "header-long-alg",
        "the algorithm in two bytes",
        bytes.fromhex("a3 01 3807 03 19fde8 04 48") + kid,
    )


def unverified_messages() -> Iterator[tuple[Case, bytes]]:
    """Give well-formed messages that do not verify, each with the only enrolled key."""
    good = message()
    ours = KEY.public.raw
    yield Case("forged", "another key under our kid", message(key=OTHER_KEY)), ours
    yield Case("unknown-kid", "a key that is not enrolled", good), OTHER_KEY.public.raw
    yield Case("altered-payload", "one bit of the payload", good.replace(b"one", b"ooe")), ours
    yield Case("altered-signature", "one bit of its first half", _flip(good, -64)), ours
    yield Case("altered-scalar", "one bit of its second half", _flip(good, -32)), ours
    yield Case("zero-signature", "64 zero bytes", good[:-64] + bytes(64)), ours
    yield Case("unreduced-scalar", "S + L, which lax readers take", _unreduced(good)), ours
    yield (
        Case(
            "other-number",
            "-19 put where -8 was signed",
            good.replace(b"\xa3\x01\x27", b"\xa3\x01\x32"),
        ),
        ours,
    )
    yield Case("low-order-key", "a key of order 1", message()), LOW_ORDER_KEY


def _flip(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def _unreduced(data: bytes) -> bytes:
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(data[-32:], "little") + order
    return data[:-32] + scalar.to_bytes(32, "little")
