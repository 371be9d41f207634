"""Numbers, bytes and times written as text, each in exactly one spelling.

A second spelling of the same value would give two documents with one meaning: a signature over
one of them, a digest over the other. So whatever is not the one spelling is refused.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re

from escrutinio.errors import Fault, MalformedError

__all__ = ["MAX_DECIMAL", "decode_base64", "decode_decimal", "encode_base64", "utc"]

#: Largest number of the log formats: sizes, indexes and times are below 2^63.
MAX_DECIMAL = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SHOWN_CHARS = 60


def decode_base64(text: str, where: str, size_bytes: int | None = None) -> bytes:
    """Read standard base64 (RFC 4648, section 4) with its padding.

    Args:
        text: the encoded bytes; the unused bits of the last character are zero.
        where: place of the text, for the error.
        size_bytes: number of bytes there must be; None accepts any.

    Raises:
        MalformedError: another alphabet, no padding, spare bits, or another length.
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        data = None
    # Spare bits in the last character pass the decoder and are a second spelling.
    if data is None or encode_base64(data) != text:
        raise MalformedError.of(Fault(where, "base64 in its one spelling", _shown(text)))
    if size_bytes is not None and len(data) != size_bytes:
        raise MalformedError.of(
            Fault(where, f"base64 of {size_bytes} bytes", f"base64 of {len(data)} bytes")
        )
    return data


def encode_base64(data: bytes) -> str:
    """Write bytes as standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def decode_decimal(text: str, where: str) -> int:
    """Read a decimal number from 0 to 2^63 - 1 without leading zeros.

    Raises:
        MalformedError: a sign, a leading zero, another digit than 0-9, or a larger number.
    """
    if _DECIMAL.fullmatch(text) is None or int(text) > MAX_DECIMAL:
        expected = f"a decimal number from 0 to {MAX_DECIMAL} without leading zeros"
        raise MalformedError.of(Fault(where, expected, _shown(text)))
    return int(text)


def _shown(text: str) -> str:
    return repr(text[:_SHOWN_CHARS]) + (" and more" if len(text) > _SHOWN_CHARS else "")


def utc(time_s: int) -> str:
    """Write a time, in seconds since 1970, as RFC 3339 in UTC; the number where it has no date."""
    try:
        return dt.datetime.fromtimestamp(time_s, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(time_s)
