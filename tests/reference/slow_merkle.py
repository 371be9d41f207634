"""RFC 6962, section 2.1, word for word: slow, recursive, and obviously right."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _split(count: int) -> int:
    """Give the largest power of two smaller than the count."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


class SlowTree:
    """MTH, PATH and PROOF over a list of entries; ranges that repeat are remembered."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        """Take the entries D[0:n]."""
        self.entries = entries
        self.mth = cache(self._mth)

    def _mth(self, begin: int, end: int) -> bytes:
        """MTH(D[begin:end])."""
        if begin == end:
            return _sha256(b"")
        if end - begin == 1:
            return _sha256(b"\x00" + self.entries[begin])
        k = _split(end - begin)
        return _sha256(b"\x01" + self.mth(begin, begin + k) + self.mth(begin + k, end))

    def path(self, m: int, begin: int, end: int) -> list[bytes]:
        """PATH(m, D[begin:end])."""
        if end - begin == 1:
            return []
        k = _split(end - begin)
        if m < k:
            return [*self.path(m, begin, begin + k), self.mth(begin + k, end)]
        return [*self.path(m - k, begin + k, end), self.mth(begin, begin + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D[n])."""
        return self.subproof(m, 0, n, is_whole=True)

    def subproof(self, m: int, begin: int, end: int, *, is_whole: bool) -> list[bytes]:
        """SUBPROOF(m, D[begin:end], b)."""
        if m == end - begin:
            return [] if is_whole else [self.mth(begin, end)]
        k = _split(end - begin)
        if m <= k:
            inner = self.subproof(m, begin, begin + k, is_whole=is_whole)
            return [*inner, self.mth(begin + k, end)]
        inner = self.subproof(m - k, begin + k, end, is_whole=False)
        return [*inner, self.mth(begin, begin + k)]
