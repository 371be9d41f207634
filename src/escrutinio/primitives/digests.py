"""Digests as text: 64 lower-case hexadecimal digits of SHA-256."""

from __future__ import annotations

import hashlib
from typing import NewType

__all__ = ["Sha256Hex", "sha256_hex"]

#: SHA-256 as 64 lower-case hexadecimal digits.
Sha256Hex = NewType("Sha256Hex", str)


def sha256_hex(data: bytes) -> Sha256Hex:
    """Digest bytes with SHA-256 and give the 64 lower-case hexadecimal digits."""
    return Sha256Hex(hashlib.sha256(data).hexdigest())
