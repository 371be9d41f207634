"""A decoder with a bug that chance does not meet, to see that the fuzzer finds it."""

from __future__ import annotations

from escrutinio.errors import Fault, MalformedError

__all__ = ["read_planted"]


def read_planted(data: bytes) -> int:
    """Read four bytes, each behind a branch: one input in 2**32 fails as no decoder may.

    Raises:
        MalformedError: most inputs.
        KeyError: the bug.
    """
    if len(data) < len(b"ESC1"):
        raise MalformedError.of(Fault("input", "four bytes", "fewer"))
    for place, letter in enumerate(b"ESC1"):
        if data[place] != letter:
            return place
    raise KeyError("planted")
