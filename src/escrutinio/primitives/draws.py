"""Public draws that anyone can repeat with ``sha256sum``.

A draw turns a seed, made in public (dice, say, before everybody's eyes), into numbers:

1. The n-th ticket, n = 1, 2, 3, …, is the SHA-256 of the seed, a comma, and n in decimal digits.
   Read its 64 hexadecimal digits as one number: ``printf '%s,%s' "$SEED" 1 | sha256sum``.
2. To draw a number from 0 to size - 1: let ``limit`` be the largest multiple of ``size`` that is
   not above 2^256. A ticket of ``limit`` or more is thrown away, which keeps every number equally
   likely. The number is the remainder of the ticket divided by ``size``.
3. To draw a sample without replacement, draw numbers and skip those already drawn. So a larger
   sample from the same seed begins with the smaller one.

**The seed must be fixed after everything it chooses from is fixed, and nobody may choose it.**
Two draws need two seeds: put what is drawn into the seed, such as ``38104715526093 stations``.

Reference: the sampler of R. L. Rivest's audit tools counts the same way. Vectors:
tests/vectors/draws.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from escrutinio.errors import Fault, MalformedError

__all__ = ["MAX_SEED_CHARS", "TICKETS", "draw_numbers", "draw_sample", "draw_tickets"]

#: Longest seed.
MAX_SEED_CHARS = 200
#: Number of different tickets.
TICKETS = 1 << 256

_SEED = re.compile(r"[ -~]+")


def draw_tickets(seed: str) -> Iterator[int]:
    """Give the tickets of a seed, the first being number 1, without end.

    Args:
        seed: 1 to ``MAX_SEED_CHARS`` printable ASCII characters.

    Raises:
        MalformedError: the seed is empty, too long, or has other characters.
    """
    if len(seed) > MAX_SEED_CHARS or not _SEED.fullmatch(seed):
        expected = f"1 to {MAX_SEED_CHARS} printable ASCII characters"
        raise MalformedError.of(Fault("seed", expected, ascii(seed[:60])))
    return _tickets(hashlib.sha256(f"{seed},".encode("ascii")))


def _tickets(begun: hashlib._Hash) -> Iterator[int]:
    number = 0
    while True:
        number += 1
        digest = begun.copy()
        digest.update(str(number).encode("ascii"))
        yield int.from_bytes(digest.digest(), "big")


def draw_numbers(seed: str, size: int) -> Iterator[int]:
    """Give numbers from 0 to size - 1, each equally likely, with repetition and without end.

    Raises:
        MalformedError: the size is not from 1 to 2^256, or the seed is no seed.
    """
    if not 1 <= size <= TICKETS:
        raise MalformedError.of(Fault("size", "1 to 2^256", str(size)[:60]))
    tickets = draw_tickets(seed)
    limit = TICKETS - TICKETS % size
    return (ticket % size for ticket in tickets if ticket < limit)


def draw_sample(seed: str, size: int, count: int) -> tuple[int, ...]:
    """Draw different numbers from 0 to size - 1, in the order in which they were drawn.

    Raises:
        MalformedError: the count is not from 0 to the size, or the seed or size is none.
    """
    if not 0 <= count <= size:
        raise MalformedError.of(Fault("count", f"0 to {size}", str(count)))
    drawn: dict[int, None] = {}
    for number in draw_numbers(seed, size):
        if len(drawn) == count:
            break
        drawn.setdefault(number)
    return tuple(drawn)
