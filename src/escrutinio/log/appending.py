"""Appending: the new files of a log, from its right edge and the new entries.

The edge of a tree of n entries is its partial tiles, at most 255 hashes per level. It is all that
is needed to go on: full tiles never change, and the root follows from the edge. Everything here
is a function of its arguments; ``writing.py`` decides what is stored when.

Reference: C2SP tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError
from escrutinio.log.merkle import (
    MAX_SIZE,
    Digest,
    compute_root,
    hash_leaves,
    join_subtrees,
    require_digests,
)
from escrutinio.log.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    EntryBundle,
    HashTile,
    encode_bundle,
    encode_tile,
    widths_of,
)

__all__ = [
    "EMPTY_EDGE",
    "Appended",
    "Edge",
    "Grown",
    "LogFile",
    "append_entries",
    "grow_edge",
    "list_partial_tiles",
]


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of the log: its path below the prefix, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: its partial tiles.

    Attributes:
        size: number of entries.
        levels: hashes of the partial tile of each level, from level 0 up; a level whose tiles are
            all full has none.
    """

    size: int
    levels: tuple[tuple[Digest, ...], ...]

    def __post_init__(self) -> None:
        """Refuse hashes that are not those of this size."""
        widths = [len(level) for level in self.levels]
        if not 0 <= self.size <= MAX_SIZE or widths != widths_of(self.size):
            found = f"{widths} for {self.size}"
            raise MalformedError.of(Fault("edge of the log", "the widths of its size", found))
        for number, level in enumerate(self.levels):
            require_digests(level, f"edge of the log: level {number}")

    def compute_root(self) -> Digest:
        """Compute the root of the tree."""
        roots = []
        for level in reversed(self.levels):
            begin = 0
            for bit in reversed(range(TILE_HEIGHT)):
                if len(level) >> bit & 1:
                    roots.append(compute_root(level[begin : begin + (1 << bit)]))
                    begin += 1 << bit
        return join_subtrees(roots)


EMPTY_EDGE = Edge(0, ())


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree after more leaves.

    Attributes:
        edge: its new edge.
        full: every tile that became full, level by level.
    """

    edge: Edge
    full: tuple[LogFile, ...]


def grow_edge(edge: Edge, leaves: Sequence[Digest]) -> Grown:
    """Hash more leaves into a tree.

    Args:
        edge: edge of the tree before.
        leaves: hashes of the new entries, 32 bytes each.
    """
    full: list[LogFile] = []
    levels: list[tuple[Digest, ...]] = []
    rising = list(leaves)
    while rising or len(levels) < len(edge.levels):
        level = len(levels)
        before = edge.levels[level] if level < len(edge.levels) else ()
        hashes = [*before, *rising]
        first = edge.size >> TILE_HEIGHT * (level + 1)
        rising = []
        whole = len(hashes) - len(hashes) % TILE_WIDTH
        for begin in range(0, whole, TILE_WIDTH):
            tile = hashes[begin : begin + TILE_WIDTH]
            place = HashTile(level, first + begin // TILE_WIDTH)
            full.append(LogFile(place.path, encode_tile(tile)))
            rising.append(compute_root(tile))
        levels.append(tuple(hashes[whole:]))
    return Grown(Edge(edge.size + len(leaves), tuple(levels)), tuple(full))


def list_partial_tiles(old_size: int, edge: Edge) -> tuple[LogFile, ...]:
    """Give the partial tiles of a tree that the tree of the old size did not have.

    Args:
        old_size: size before; 0 gives every partial tile.
        edge: edge of the tree now.
    """
    files = []
    for level, hashes in enumerate(edge.levels):
        count = edge.size >> TILE_HEIGHT * level
        if hashes and count != old_size >> TILE_HEIGHT * level:
            place = HashTile(level, count // TILE_WIDTH, len(hashes))
            files.append(LogFile(place.path, encode_tile(hashes)))
    return tuple(files)


@dataclass(frozen=True, slots=True)
class Appended:
    """A log after more entries.

    Attributes:
        edge: edge of the tree.
        tail: the entries of its partial bundle, fewer than 256.
        files: what to store before any checkpoint of this size is signed, in the order to store:
            bundles, full tiles from level 0 up, partial tiles.
    """

    edge: Edge
    tail: tuple[bytes, ...]
    files: tuple[LogFile, ...]


def append_entries(edge: Edge, tail: Sequence[bytes], entries: Sequence[bytes]) -> Appended:
    """Append entries to a log.

    No file of an earlier size is among the new ones: a path names its width, and only tiles that
    gain a hash are written.

    Args:
        edge: edge of the tree before.
        tail: the entries of its partial bundle, ``edge.size % 256`` of them.
        entries: the new entries, each of at most 65,535 bytes.

    Raises:
        MalformedError: an entry is too long, the tail is not that of the edge, or the log is full.
    """
    if tuple(hash_leaves(tail)) != (edge.levels[0] if edge.levels else ()):
        expected = "the entries of the partial bundle"
        raise MalformedError.of(Fault("tail of the log", expected, f"{len(tail)} others"))
    pending = [*tail, *entries]
    first = edge.size // TILE_WIDTH
    whole = len(pending) - len(pending) % TILE_WIDTH
    files = [
        LogFile(
            EntryBundle(first + begin // TILE_WIDTH).path,
            encode_bundle(pending[begin : begin + TILE_WIDTH]),
        )
        for begin in range(0, whole, TILE_WIDTH)
    ]
    rest = tuple(pending[whole:])
    if rest and entries:
        place = EntryBundle(first + whole // TILE_WIDTH, len(rest))
        files.append(LogFile(place.path, encode_bundle(rest)))
    grown = grow_edge(edge, hash_leaves(entries))
    partial = list_partial_tiles(edge.size, grown.edge)
    return Appended(grown.edge, rest, (*files, *grown.full, *partial))
