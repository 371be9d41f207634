"""The text of a sheet's QR code: a prefix and base45, nothing packed.

    ESC1:6BFRPT93N...

All of it is in the alphabet of a QR code's alphanumeric mode. Nothing is compressed: compact CBOR
only grows, and unpacking what strangers made is a risk without a gain.
"""

from __future__ import annotations

from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives.base45 import decode_base45, encode_base45

__all__ = ["MAX_QR_CHARS", "QR_PREFIX", "decode_qr_text", "encode_qr_text"]

#: What every text begins with; the number is that of the sheet's format.
QR_PREFIX = "ESC1:"
#: What the largest QR code holds in alphanumeric mode (version 40, level L).
MAX_QR_CHARS = 4296


def encode_qr_text(message: bytes) -> str:
    """Give the text for the bytes of a signed sheet.

    Raises:
        MalformedError: more than one QR code holds.
    """
    text = QR_PREFIX + encode_base45(message)
    if len(text) > MAX_QR_CHARS:
        expected = f"at most {MAX_QR_CHARS} characters in a QR code"
        raise MalformedError.of(Fault("signed sheet", expected, f"{len(text)} characters"))
    return text


def decode_qr_text(text: str, where: str) -> bytes:
    """Give the bytes of a signed sheet from the text of a QR code; they are not looked at yet.

    Args:
        text: exactly what the code held, without a line end.
        where: which code, for the error.

    Raises:
        MalformedError: too long, another prefix, or not base45 in its one spelling.
    """
    if len(text) > MAX_QR_CHARS:
        expected = f"at most {MAX_QR_CHARS} characters in a QR code"
        raise MalformedError.of(Fault(where, expected, f"{len(text)} characters"))
    if not text.startswith(QR_PREFIX):
        found = ascii(text[: len(QR_PREFIX)])
        raise MalformedError.of(Fault(where, f"a text that begins with {QR_PREFIX}", found))
    return decode_base45(text[len(QR_PREFIX) :], f"{where}, after {QR_PREFIX}")
