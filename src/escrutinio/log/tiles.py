"""Tiles: a log as files that never change.

    tile/<L>/<N>[.p/<W>]         up to 256 hashes of 32 bytes, level L from 0 to 63
    tile/entries/<N>[.p/<W>]     the same entries as a bundle: (u16 big-endian length || entry)*

N is written in groups of three digits, all but the last with an ``x``: 1234067 is
``x001/x234/067``. ``.p/<W>`` is there only for a partial tile of W hashes, 1 to 255. A hash of
level L + 1 is the root of one *full* tile of level L; partial tiles are never hashed upwards.
An entry has at most 65,535 bytes: larger bodies enter by their digest.

Reference: C2SP tlog-tiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError
from escrutinio.log.merkle import DIGEST_BYTES, MAX_SIZE, Digest

__all__ = [
    "MAX_BUNDLE_BYTES",
    "MAX_ENTRY_BYTES",
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "EntryBundle",
    "HashTile",
    "bundles_of",
    "decode_bundle",
    "decode_path",
    "decode_tile",
    "encode_bundle",
    "encode_tile",
    "tiles_of",
    "widths_of",
]

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_ENTRY_BYTES = 65_535
MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)
MAX_LEVEL = 63
_GROUP = 1000
_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class HashTile:
    """Where a tile of hashes stands.

    Attributes:
        level: 0 for leaf hashes.
        index: position in the level.
        width: number of hashes, 256 when full.
    """

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse a place that no log below 2^63 entries has."""
        if not 0 <= self.level <= MAX_LEVEL:
            raise MalformedError.of(
                Fault("tile", f"a level from 0 to {MAX_LEVEL}", f"{self.level}")
            )
        _require_place(self.index, self.width)

    @property
    def path(self) -> str:
        """The path below the log's prefix."""
        return _encode_path(str(self.level), self.index, self.width)

    @property
    def full(self) -> HashTile:
        """The full tile that once takes the place of a partial one."""
        return HashTile(self.level, self.index)


@dataclass(frozen=True, slots=True, order=True)
class EntryBundle:
    """Where a bundle of entries stands.

    Attributes:
        index: position; the first entry is number 256 * index.
        width: number of entries, 256 when full.
    """

    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        """Refuse a place that no log below 2^63 entries has."""
        _require_place(self.index, self.width)

    @property
    def path(self) -> str:
        """The path below the log's prefix."""
        return _encode_path("entries", self.index, self.width)

    @property
    def full(self) -> EntryBundle:
        """The full bundle that once takes the place of a partial one."""
        return EntryBundle(self.index)


def _require_place(index: int, width: int) -> None:
    if not (0 <= index <= MAX_SIZE // TILE_WIDTH and 1 <= width <= TILE_WIDTH):
        expected = f"an index from 0 to {MAX_SIZE // TILE_WIDTH} and a width from 1 to {TILE_WIDTH}"
        raise MalformedError.of(Fault("tile", expected, f"{index} and {width}"))


def _encode_path(kind: str, index: int, width: int) -> str:
    groups = [f"{index % _GROUP:03d}"]
    while index := index // _GROUP:
        groups.append(f"x{index % _GROUP:03d}")
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return f"tile/{kind}/{'/'.join(reversed(groups))}{partial}"


def decode_path(path: str) -> HashTile | EntryBundle:
    """Read a path; only the one spelling of a place is a path, so none leads elsewhere.

    Raises:
        MalformedError: anything else.
    """
    # A digit more than the largest index has would only make the number below larger.
    found = _PATH.fullmatch(path) if len(path) <= 60 else None  # noqa: PLR2004  # 7 groups and ends
    if found is None:
        raise MalformedError.of(Fault("tile path", "the path of a tile", ascii(path[:80])))
    kind, groups, partial = found.groups()
    index = int(groups.replace("x", "").replace("/", ""))
    width = TILE_WIDTH if partial is None else int(partial)
    place = EntryBundle(index, width) if kind == "entries" else HashTile(int(kind), index, width)
    # Leading groups of zeros and ".p/256" are second spellings.
    if place.path != path:
        raise MalformedError.of(Fault("tile path", f"the path {place.path}", ascii(path)))
    return place


def widths_of(size: int) -> list[int]:
    """Give the widths of the partial tiles of a tree, one per level; 0 where there is none.

    The width of level l is ``floor(size / 256^l) mod 256``; the last level is the highest one
    that has any hash.
    """
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return widths


def tiles_of(size: int) -> Iterator[HashTile]:
    """Name every tile of hashes of a tree, level by level, each from the left."""
    for level in range(len(widths_of(size))):
        count = size >> TILE_HEIGHT * level
        for index in range(count // TILE_WIDTH):
            yield HashTile(level, index)
        if width := count % TILE_WIDTH:
            yield HashTile(level, count // TILE_WIDTH, width)


def bundles_of(size: int, begin: int = 0) -> Iterator[EntryBundle]:
    """Name the bundles that hold the entries from ``begin`` up to the size, from the left."""
    for index in range(begin // TILE_WIDTH, size // TILE_WIDTH):
        yield EntryBundle(index)
    if begin < size and (width := size % TILE_WIDTH):
        yield EntryBundle(size // TILE_WIDTH, width)


def encode_tile(hashes: Sequence[Digest]) -> bytes:
    """Write a tile of hashes."""
    return b"".join(hashes)


def decode_tile(data: bytes, width: int, where: str) -> list[Digest]:
    """Read a tile of hashes.

    Raises:
        MalformedError: not exactly ``width`` hashes.
    """
    if len(data) != width * DIGEST_BYTES:
        expected = f"{width} hashes, {width * DIGEST_BYTES} bytes"
        raise MalformedError.of(Fault(where, expected, f"{len(data)} bytes"))
    return [data[at : at + DIGEST_BYTES] for at in range(0, len(data), DIGEST_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write a bundle.

    Raises:
        MalformedError: an entry of more than 65,535 bytes.
    """
    for number, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY_BYTES:
            raise MalformedError.of(
                Fault(
                    f"entry {number} of the bundle",
                    f"at most {MAX_ENTRY_BYTES} bytes",
                    f"{len(entry)} bytes",
                    "Put its digest in the log and the body in a file.",
                )
            )
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def decode_bundle(data: bytes, width: int, where: str) -> list[bytes]:
    """Read a bundle.

    Raises:
        MalformedError: fewer or more than ``width`` entries, or bytes left over.
    """
    entries = []
    at, end = 0, len(data)
    for number in range(width):
        begin = at + 2
        at = begin + int.from_bytes(data[at:begin], "big")
        if begin > end or at > end:
            expected = f"{width} entries"
            raise MalformedError.of(Fault(where, expected, f"the end within entry {number}"))
        entries.append(data[begin:at])
    if at != end:
        raise MalformedError.of(Fault(where, f"{width} entries", f"{end - at} bytes after them"))
    return entries
