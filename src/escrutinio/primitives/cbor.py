"""CBOR in exactly one spelling: RFC 8949, core deterministic encoding, and less than that.

An item is an integer of at most 64 bits, a byte string, a text, true, false, null, an array, or a
map whose keys are integers or texts. There are no floats, no tags and no other simple values.

    a2              a map of two pairs, its keys in the order of their encoded bytes
       01 19 0102   1: 258, each integer in the shortest form that holds it
       02 83 0a f6 f5   2: [10, null, true], each length definite and stated first

Decoding asks the codec for its strictest rules and then demands that encoding the answer gives
the input again. That one comparison refuses every other spelling: integers and lengths that are
longer than needed, keys out of order, bytes after the end, tags, floats. What exactly was wrong is
looked for only afterwards, in ``_cbor_faults.py``.

Reference: RFC 8949, section 4.2.1. Vectors: tests/vectors/cbor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeAlias

import cbor2

from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives._cbor_faults import MAX_CBOR_BYTES, MAX_CBOR_DEPTH, find_cbor_fault

__all__ = [
    "MAX_CBOR_BYTES",
    "MAX_CBOR_DEPTH",
    "CborKey",
    "CborValue",
    "decode_cbor",
    "encode_bytes",
    "encode_cbor",
]

CborKey: TypeAlias = "int | str"
CborValue: TypeAlias = (
    "bool | int | str | bytes | list[CborValue] | tuple[CborValue, ...] "
    "| dict[CborKey, CborValue] | None"
)

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP = range(6)
_FALSE, _TRUE, _NULL = b"\xf4", b"\xf5", b"\xf6"
_BEYOND_64_BITS = 1 << 64


def encode_cbor(value: CborValue) -> bytes:
    """Encode a value; there is one encoding of each.

    Raises:
        MalformedError: the value holds something of another kind, an integer beyond 64 bits,
            text that is not Unicode, or is too deep or too large.
    """
    try:
        data = _encode_item(value, 0)
    except _ForeignValueError as error:
        raise MalformedError.of(Fault("value", error.expected, error.found)) from None
    if len(data) > MAX_CBOR_BYTES:
        raise MalformedError.of(
            Fault("value", f"at most {MAX_CBOR_BYTES} bytes of CBOR", f"{len(data)} bytes")
        )
    return data


def encode_bytes(data: bytes) -> bytes:
    """Encode a byte string; ``encode_cbor`` gives the same for one that is not too large."""
    return _encode_head(_BYTES, len(data)) + data


def decode_cbor(data: bytes, where: str) -> CborValue:
    """Decode the one spelling of a value and refuse every other.

    Args:
        data: at most ``MAX_CBOR_BYTES`` bytes.
        where: what the bytes are and where they stand, for the error.

    Raises:
        MalformedError: not CBOR, or not in the one spelling above; the error names the byte.
    """
    if len(data) > MAX_CBOR_BYTES:
        raise MalformedError.of(
            Fault(where, f"at most {MAX_CBOR_BYTES} bytes of CBOR", f"{len(data)} bytes")
        )
    try:
        value: CborValue = cbor2.loads(
            data,
            max_depth=MAX_CBOR_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            semantic_decoders=_NO_TAGS,
        )
        is_canonical = _encode_item(value, 0) == data
    except (cbor2.CBORError, _ForeignValueError, ValueError, TypeError, OverflowError):
        is_canonical = False
        value = None
    if not is_canonical:
        raise MalformedError.of(find_cbor_fault(data, where))
    return value


class _ForeignValueError(Exception):
    """Something that CBOR may hold and we do not."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected)
        self.expected = expected
        self.found = found


class _NoTags(dict[int, Callable[[object, bool], object]]):
    """Meets every tag with a refusal, before the codec gives it a meaning.

    Some meanings are traps: a shared reference repeated in a shared list becomes a value whose
    encoding is larger than any memory.
    """

    def __missing__(self, tag: int) -> Callable[[object, bool], object]:
        return _refuse_tag


def _refuse_tag(_content: object, _is_immutable: bool, /) -> NoReturn:  # noqa: FBT001  # its signature
    raise _ForeignValueError("no tag", "a tag")


_NO_TAGS = _NoTags()


def _encode_head(major: int, number: int) -> bytes:
    """Encode a major type and its number: a value, or a length, in the shortest form."""
    first = major << 5
    if number < 24:  # noqa: PLR2004  # the thresholds of RFC 8949, section 3
        return bytes((first | number,))
    if number < 1 << 8:
        return bytes((first | 24, number))
    if number < 1 << 16:
        return bytes((first | 25,)) + number.to_bytes(2, "big")
    if number < 1 << 32:
        return bytes((first | 26,)) + number.to_bytes(4, "big")
    return bytes((first | 27,)) + number.to_bytes(8, "big")


#: Figures of a tally sheet are nearly all small; their encodings are made once.
_SMALL_END = 1024
_SMALL = tuple(_encode_head(_UNSIGNED, number) for number in range(_SMALL_END))


def _encode_integer(value: int) -> bytes:
    if 0 <= value < _SMALL_END:
        return _SMALL[value]
    number = value if value >= 0 else -1 - value
    if number >= _BEYOND_64_BITS:
        raise _ForeignValueError("an integer of at most 64 bits", f"{number.bit_length()} bits")
    return _encode_head(_UNSIGNED if value >= 0 else _NEGATIVE, number)


def _encode_item(value: object, depth: int) -> bytes:
    # ``type`` and not ``isinstance``: true is an integer in Python and is none here.
    kind = type(value)
    if kind is int:
        return _encode_integer(value)  # type: ignore[arg-type]  # the line above says so
    if isinstance(value, bytes):
        return encode_bytes(value)
    if isinstance(value, str):
        return _encode_text(value)
    if value is None:
        return _NULL
    if kind is bool:
        return _TRUE if value else _FALSE
    return _encode_container(value, depth)


def _encode_container(value: object, depth: int) -> bytes:
    if depth >= MAX_CBOR_DEPTH:
        raise _ForeignValueError(f"at most {MAX_CBOR_DEPTH} levels of nesting", "deeper nesting")
    if isinstance(value, list | tuple):
        # Nearly everything in our arrays is a small figure; a call for each would cost the most.
        items = [
            _SMALL[item]
            if type(item) is int and 0 <= item < _SMALL_END
            else _encode_item(item, depth + 1)
            for item in value
        ]
        return _encode_head(_ARRAY, len(items)) + b"".join(items)
    if isinstance(value, dict):
        pairs = [(_encode_key(key), _encode_item(item, depth + 1)) for key, item in value.items()]
        pairs.sort()
        return _encode_head(_MAP, len(pairs)) + b"".join([key + item for key, item in pairs])
    expected = "an integer, bytes, text, true, false, null, an array or a map"
    raise _ForeignValueError(expected, repr(value)[:60])


def _encode_key(key: object) -> bytes:
    if type(key) is int:
        return _encode_integer(key)
    if isinstance(key, str):
        return _encode_text(key)
    raise _ForeignValueError("integers or texts as keys of a map", repr(key)[:60])


def _encode_text(text: str) -> bytes:
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        # A Python text can hold half of a surrogate pair; no UTF-8 can.
        raise _ForeignValueError("Unicode text", "half of a surrogate pair") from None
    return _encode_head(_TEXT, len(data)) + data
