"""Reading files nobody vouches for, within named limits.

A file is read once, as received. Gzip is recognised by its first bytes and unpacked piece by
piece, so that neither a bomb nor a line without end takes more memory than the limits allow.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from escrutinio.errors import AdapterError, Fault, MalformedError

__all__ = ["MAX_LINE_BYTES", "MAX_TABLE_BYTES", "TableBytes", "read_bounded", "read_table"]

#: Largest table of sheets, unpacked; a million sheets with forty figures are below 300 MB.
MAX_TABLE_BYTES = 512 * 1024 * 1024
#: Longest line of a table; longer ones are no record of a polling station.
MAX_LINE_BYTES = 1024 * 1024
_PIECE_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_PARQUET_MAGIC = b"PAR1"

Progress = Callable[[int], None]


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """Read a whole file of at most so many bytes.

    Raises:
        AdapterError: missing, a folder, or unreadable.
        MalformedError: larger than the limit.
    """
    with _open(path) as stream:
        data = _read(stream, str(path), most_bytes + 1)
    if len(data) > most_bytes:
        raise MalformedError.of(Fault(str(path), f"at most {most_bytes} bytes", "a larger file"))
    return data


@dataclass(frozen=True, slots=True)
class TableBytes:
    """A table as read.

    Attributes:
        data: its content, gzip unpacked.
        sha256: digest of the bytes as received, still packed.
        size_bytes: number of those bytes.
    """

    data: bytes
    sha256: str
    size_bytes: int


def read_table(path: str, progress: Progress = lambda _: None) -> TableBytes:
    """Read a table of sheets, unpacking gzip.

    Args:
        path: a file name, or ``-`` for standard input.
        progress: told the bytes read so far.

    Raises:
        AdapterError: missing, a folder, or unreadable.
        MalformedError: larger than ``MAX_TABLE_BYTES`` unpacked, a line longer than
            ``MAX_LINE_BYTES``, or damaged gzip.
    """
    if path == "-":
        return _read_pieces(sys.stdin.buffer, "standard input", progress)
    with _open(Path(path)) as stream:
        return _read_pieces(stream, path, progress)


def _open(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise AdapterError.of(Fault(str(path), "a file", "a folder", "Name a file in it."))
        return path.open("rb")
    except FileNotFoundError:
        raise AdapterError.of(Fault(str(path), "a file", "nothing there")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AdapterError.of(Fault(str(path), "a readable file", reason)) from None


def _read(stream: BinaryIO, name: str, most_bytes: int) -> bytes:
    try:
        return stream.read(most_bytes)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(name, "a readable file", reason), retryable=True) from None


def _read_pieces(stream: BinaryIO, name: str, progress: Progress) -> TableBytes:
    first = _read(stream, name, _PIECE_BYTES)
    received = _Received(first, stream)
    source: BinaryIO = received  # type: ignore[assignment]  # read() is all we use
    unpacks = first.startswith(_GZIP_MAGIC)
    if unpacks:
        source = gzip.GzipFile(fileobj=source)  # type: ignore[assignment]  # is a BinaryIO in use
    pieces: list[bytes] = []
    lines = _Lines(name)
    total = 0
    while piece := _next_piece(source, name):
        pieces.append(piece)
        total += len(piece)
        if total > MAX_TABLE_BYTES:
            raise MalformedError.of(
                Fault(name, f"at most {MAX_TABLE_BYTES} bytes unpacked", "more than that")
            )
        # Parquet has no lines; what is in it is bounded where it is decoded.
        if not pieces[0].startswith(_PARQUET_MAGIC):
            lines.take(piece)
        progress(total)
    return TableBytes(b"".join(pieces), received.digest.hexdigest(), received.size_bytes)


def _next_piece(source: BinaryIO, name: str) -> bytes:
    try:
        return source.read(_PIECE_BYTES)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise MalformedError.of(Fault(name, "a whole gzip file", str(error))) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(name, "a readable file", reason), retryable=True) from None


class _Lines:
    """The lines that pass, none of them too long; pieces are shorter than the limit."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.whole = 0
        self.open_bytes = 0

    def take(self, piece: bytes) -> None:
        """Look at the next piece and refuse a line beyond the limit."""
        first_break = piece.find(b"\n")
        self.open_bytes += len(piece) if first_break < 0 else first_break
        if self.open_bytes > MAX_LINE_BYTES:
            raise MalformedError.of(
                Fault(
                    f"{self.name}: line {self.whole + 1}",
                    f"lines of at most {MAX_LINE_BYTES} bytes",
                    f"a line of at least {self.open_bytes} bytes",
                )
            )
        if first_break >= 0:
            self.whole += piece.count(b"\n")
            self.open_bytes = len(piece) - piece.rfind(b"\n") - 1


class _Received:
    """A stream whose first piece was already read; digests what passes."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self.first = first
        self.rest = rest
        self.digest = hashlib.sha256()
        self.size_bytes = 0

    def read(self, size: int = -1) -> bytes:
        """Give the first piece, then the rest."""
        if self.first:
            piece, self.first = self.first[:size], self.first[size:]
        else:
            piece = self.rest.read(size)
        self.digest.update(piece)
        self.size_bytes += len(piece)
        return piece
