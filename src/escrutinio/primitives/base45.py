"""Base45 (RFC 9285): bytes as text that a QR code holds in its dense alphanumeric mode.

Two bytes become three characters, a last single byte two. The least significant comes first:
``AB`` is 0x4142 = 16706 = 11 + 11 * 45 + 8 * 45 * 45, which is ``BB8``.

A text has one meaning and bytes have one text. Lower case, blanks at the ends and groups that
stand for more than 65535 or 255 are refused; the space is a character of the alphabet.

Reference: RFC 9285. Vectors: tests/vectors/base45.
"""

from __future__ import annotations

import struct

from escrutinio.errors import Fault, MalformedError

__all__ = ["BASE45_ALPHABET", "decode_base45", "encode_base45"]

#: The characters of a QR code's alphanumeric mode, by value.
BASE45_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

_BASE = 45
_GROUP = 3
_MAX_PAIR = 0xFFFF
_MAX_BYTE = 0xFF
_FOREIGN = 0xFF
_VALUES = bytes(
    BASE45_ALPHABET.index(chr(code)) if chr(code) in BASE45_ALPHABET else _FOREIGN
    for code in range(256)
)
_PAIRS = tuple(low + high for high in BASE45_ALPHABET for low in BASE45_ALPHABET)


def encode_base45(data: bytes) -> str:
    """Encode bytes; a text of 3 characters for each 2 bytes, and 2 for a last single one."""
    count, odd = divmod(len(data), 2)
    numbers = struct.unpack_from(f">{count}H", data)
    square = _BASE * _BASE
    text = "".join([_PAIRS[n % square] + BASE45_ALPHABET[n // square] for n in numbers])
    return text + _PAIRS[data[-1]] if odd else text


def decode_base45(text: str, where: str) -> bytes:
    """Decode a text and refuse every other spelling of the same bytes.

    Raises:
        MalformedError: a character outside the alphabet, a length that no bytes have, or a group
            that stands for more than its bytes hold; the error names the place.
    """
    if len(text) % _GROUP == 1:
        raise MalformedError.of(
            Fault(
                where,
                "groups of three characters, the last of two or three",
                f"{len(text)} characters",
            )
        )
    raw = text.encode("latin-1", errors="replace").translate(_VALUES)
    # Whatever is not Latin-1 became "?", which is foreign too.
    if _FOREIGN in raw:
        at = raw.index(_FOREIGN)
        expected = "0-9, A-Z, space or one of $%*+-./:"
        raise MalformedError.of(Fault(f"{where}: character {at}", expected, ascii(text[at])))
    whole = len(raw) - len(raw) % _GROUP
    numbers = [
        low + _BASE * middle + _BASE * _BASE * high
        for low, middle, high in zip(raw[0:whole:3], raw[1:whole:3], raw[2:whole:3], strict=True)
    ]
    if numbers and max(numbers) > _MAX_PAIR:
        at = next(index for index, number in enumerate(numbers) if number > _MAX_PAIR)
        raise _beyond(f"{where}: character {at * _GROUP}", _MAX_PAIR, numbers[at])
    data = struct.pack(f">{len(numbers)}H", *numbers)
    if whole == len(raw):
        return data
    last = raw[whole] + _BASE * raw[whole + 1]
    if last > _MAX_BYTE:
        raise _beyond(f"{where}: character {whole}", _MAX_BYTE, last)
    return data + bytes((last,))


def _beyond(where: str, most: int, found: int) -> MalformedError:
    return MalformedError.of(Fault(where, f"a group that stands for at most {most}", str(found)))
