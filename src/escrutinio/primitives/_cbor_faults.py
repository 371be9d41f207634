"""What is wrong with bytes that are not CBOR in the one spelling of ``cbor.py``.

A second reader, slow and literal, that stops at the first fault and names its byte. It never
decides whether bytes are good; the tests hold it against the fast one, so that the two agree.
"""

from __future__ import annotations

from escrutinio.errors import Fault

__all__ = ["MAX_CBOR_BYTES", "MAX_CBOR_DEPTH", "find_cbor_fault"]

#: Largest document: what an entry of the log can hold (C2SP tlog-tiles, u16 length).
MAX_CBOR_BYTES = 65_535
#: Deepest nesting of arrays and maps; our deepest document has four levels.
MAX_CBOR_DEPTH = 8

_MAX_SHOWN = 40
_DIRECT = 23
_LENGTHS = {24: 1, 25: 2, 26: 4, 27: 8}
_INDEFINITE = 31
_BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = 2, 3, 4, 5, 6, 7
_PLAIN_SIMPLE = (20, 21, 22)
_FLOATS = (25, 26, 27)


def find_cbor_fault(data: bytes, where: str) -> Fault:
    """Name the first fault of bytes that were refused."""
    reader = _Reader(data)
    try:
        reader.skip_item(0)
        if reader.at < len(data):
            rest = len(data) - reader.at
            reader.refuse(reader.at, "the end of the data", f"{rest} bytes more")
    except _FoundError as found:
        return Fault(f"{where}: byte {found.at}", found.expected, found.found)
    return Fault(where, "CBOR in its one deterministic spelling", "another spelling")


class _FoundError(Exception):
    def __init__(self, at: int, expected: str, found: str) -> None:
        super().__init__(expected)
        self.at = at
        self.expected = expected
        self.found = found


class _Reader:
    """A place in the data that moves over whole items."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def refuse(self, at: int, expected: str, found: str) -> None:
        raise _FoundError(at, expected, found)

    def take(self, size: int) -> bytes:
        left = len(self.data) - self.at
        if size > left:
            more = "byte" if size == 1 else "bytes"
            self.refuse(self.at, f"{size} {more}", f"the end of the data after {left}")
        self.at += size
        return self.data[self.at - size : self.at]

    def take_head(self) -> tuple[int, int]:
        """Take the major type and its number."""
        start = self.at
        first = self.take(1)[0]
        major, short = first >> 5, first & 31
        if major == _SIMPLE:
            self._judge_simple(start, short)
        if short <= _DIRECT:
            return major, short
        if short == _INDEFINITE:
            self.refuse(start, "a stated length", f"an indefinite one, 0x{first:02x}")
        if short not in _LENGTHS:
            self.refuse(start, "a first byte that CBOR defines", f"0x{first:02x}")
        number = int.from_bytes(self.take(_LENGTHS[short]), "big")
        least = _DIRECT + 1 if short == min(_LENGTHS) else 1 << (4 * _LENGTHS[short])
        if number < least:
            size = 1 + _LENGTHS[short]
            self.refuse(start, f"{number} in its shortest form", f"{size} bytes for it")
        return major, number

    def _judge_simple(self, start: int, short: int) -> None:
        if short in _FLOATS:
            self.refuse(start, "no floating-point number", "one")
        if short not in _PLAIN_SIMPLE:
            self.refuse(start, "true, false or null", f"0x{(_SIMPLE << 5) | short:02x}")

    def skip_item(self, depth: int) -> None:
        start = self.at
        major, number = self.take_head()
        if major == _TAG:
            self.refuse(start, "no tag", f"tag {number}")
        if major in {_BYTES, _TEXT}:
            self._take_string(start, major, number)
        if major not in {_ARRAY, _MAP}:
            return
        if depth >= MAX_CBOR_DEPTH:
            self.refuse(start, f"at most {MAX_CBOR_DEPTH} levels of nesting", "deeper nesting")
        if major == _MAP:
            self._skip_pairs(number, depth)
            return
        # A stated length is only a claim: the loop ends with the data, whatever it says.
        for _ in range(number):
            self.skip_item(depth + 1)

    def _take_string(self, start: int, major: int, size: int) -> None:
        content = self.take(size)
        if major == _TEXT:
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                self.refuse(start, "text in UTF-8", content[:_MAX_SHOWN].hex())

    def _skip_pairs(self, number: int, depth: int) -> None:
        before = b""
        for _ in range(number):
            start = self.at
            major, size = self.take_head()
            if major in {_BYTES, _ARRAY, _MAP, _TAG, _SIMPLE}:
                self.refuse(start, "an integer or a text as key of a map", f"major type {major}")
            if major == _TEXT:
                self._take_string(start, major, size)
            key = self.data[start : self.at]
            if key == before:
                self.refuse(start, "each key once", f"the key {key[:_MAX_SHOWN].hex()} again")
            if key < before:
                after = before[:_MAX_SHOWN].hex()
                found = f"{key[:_MAX_SHOWN].hex()} after {after}"
                self.refuse(start, "keys in the order of their encoded bytes", found)
            before = key
            self.skip_item(depth + 1)
