"""Reading: every tile and every entry of a log, held against a checkpoint.

What is verified, bundle by bundle:

1. the entries of each bundle hash to the tile of level 0 beside it;
2. every tile above is what the leaves below it hash to, full and partial ones;
3. the whole hashes to the root of the checkpoint.

Reading on from an older, verified checkpoint starts at its edge: the edge hashes to the older
root, so a log that reaches the newer root from there extends the older one. Work and reading are
then proportional to what is new.

A partial tile may be gone once the full one is there; its hashes are the first of the full one.

Reference: C2SP tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol

from escrutinio.errors import Fault, MalformedError, UnverifiableError, VerificationError
from escrutinio.log.appending import EMPTY_EDGE, Edge, LogFile, grow_edge, list_partial_tiles
from escrutinio.log.checkpoint import Checkpoint
from escrutinio.log.merkle import DIGEST_BYTES, Digest, hash_leaves
from escrutinio.log.tiles import (
    MAX_BUNDLE_BYTES,
    TILE_HEIGHT,
    TILE_WIDTH,
    EntryBundle,
    HashTile,
    bundles_of,
    decode_bundle,
    decode_path,
    decode_tile,
    encode_tile,
    widths_of,
)

__all__ = [
    "LogReader",
    "LogReading",
    "load_edge",
    "load_entries",
    "load_hashes",
    "read_log",
    "verify_reading",
]

#: Bundles between two looks at the levels above; a full tile of level 1.
_STEP = TILE_WIDTH


class LogReader(Protocol):
    """Where the files of a log come from: a folder, a web server, memory."""

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file, or None when there is no such file.

        Each file is read whole, as it was at one moment; two files may be of different moments.
        Calling again is always allowed.

        Args:
            path: below the prefix of the log: ``checkpoint`` or the path of a tile.
            most_bytes: the largest size that makes sense.

        Raises:
            MalformedError: a larger file, or a path that is none of a log's.
            AdapterError: it could not be found out whether there is one; never for absence.
        """


@dataclass(frozen=True, slots=True)
class LogReading:
    """What reading a log gave.

    Attributes:
        begin: number of the first entry that was read.
        entries: the entries from there to the end of the checkpoint; without meaning while there
            are faults.
        edge: edge of the tree, to go on from.
        contradicted: places where a file says something else than the checkpoint or its tile.
        missing: files that are not there.
    """

    begin: int
    entries: Sequence[bytes]
    edge: Edge
    contradicted: tuple[Fault, ...]
    missing: tuple[Fault, ...]


def verify_reading(reading: LogReading) -> None:
    """Check that a log was read whole and without contradiction.

    Raises:
        VerificationError: a file contradicts the checkpoint; every place is named.
        UnverifiableError: nothing contradicts it, and files are missing.
    """
    if reading.contradicted:
        raise VerificationError.of(*reading.contradicted, *reading.missing)
    if reading.missing:
        raise UnverifiableError.of(*reading.missing)


def load_hashes(reader: LogReader, tile: HashTile) -> list[Digest]:
    """Load a tile of hashes; of a partial one that is gone, the beginning of the full one.

    Raises:
        UnverifiableError: neither is there.
        MalformedError: a tile of another length.
    """
    data = reader.load(tile.path, TILE_WIDTH * DIGEST_BYTES)
    if data is not None:
        return decode_tile(data, tile.width, tile.path)
    full = reader.load(tile.full.path, TILE_WIDTH * DIGEST_BYTES) if tile != tile.full else None
    if full is None:
        raise UnverifiableError.of(_absent(tile))
    return decode_tile(full, TILE_WIDTH, tile.full.path)[: tile.width]


def load_entries(reader: LogReader, bundle: EntryBundle) -> list[bytes]:
    """Load a bundle; of a partial one that is gone, the beginning of the full one.

    Raises:
        UnverifiableError: neither is there.
        MalformedError: not a bundle of this many entries.
    """
    data = reader.load(bundle.path, MAX_BUNDLE_BYTES)
    if data is not None:
        return decode_bundle(data, bundle.width, bundle.path)
    is_partial = bundle != bundle.full
    full = reader.load(bundle.full.path, MAX_BUNDLE_BYTES) if is_partial else None
    if full is None:
        raise UnverifiableError.of(_absent(bundle))
    return decode_bundle(full, TILE_WIDTH, bundle.full.path)[: bundle.width]


def _absent(place: HashTile | EntryBundle) -> Fault:
    return Fault(place.path, "a file of the log", "nothing there")


def load_edge(reader: LogReader, checkpoint: Checkpoint) -> Edge:
    """Load the edge of the tree a checkpoint commits to, and check that it hashes to its root.

    Raises:
        VerificationError: it hashes to another root.
        UnverifiableError: a tile is missing.
        MalformedError: a tile of another length.
    """
    levels: list[tuple[Digest, ...]] = []
    for level, width in enumerate(widths_of(checkpoint.size)):
        index = checkpoint.size >> TILE_HEIGHT * (level + 1)
        levels.append(tuple(load_hashes(reader, HashTile(level, index, width))) if width else ())
    edge = Edge(checkpoint.size, tuple(levels))
    if edge.compute_root() != checkpoint.root:
        raise VerificationError.of(_other_root(checkpoint, edge))
    return edge


def _other_root(checkpoint: Checkpoint, edge: Edge) -> Fault:
    return Fault(
        f"log of {checkpoint.size} entries",
        f"the root {checkpoint.root.hex()} of the checkpoint",
        edge.compute_root().hex(),
    )


def read_log(
    reader: LogReader,
    checkpoint: Checkpoint,
    since: Edge = EMPTY_EDGE,
    progress: Callable[[int], None] = lambda _: None,
) -> LogReading:
    """Read a log and hold every file against a checkpoint; goes on after a fault.

    **The checkpoint's signature was verified before**; here its root is the truth.

    Args:
        reader: where the files are.
        checkpoint: what they must hash to.
        since: edge of an older checkpoint, from ``load_edge``; what it covers is not read again.
        progress: told the number of entries read so far.

    Returns:
        The entries and the faults; ``verify_reading`` raises them.

    Raises:
        MalformedError: the older checkpoint is larger than this one.
        AdapterError: the outside world failed.
    """
    if since.size > checkpoint.size:
        expected = f"an older checkpoint of at most {checkpoint.size} entries"
        raise MalformedError.of(Fault("log", expected, f"one of {since.size}"))
    state = _Reading(reader, since)
    bundles = bundles_of(checkpoint.size, since.size)
    while state.is_whole and (step := list(islice(bundles, _STEP))):
        state.read_step(step)
        progress(since.size + len(state.entries))
    if state.is_whole:
        state.compare(list_partial_tiles(since.size, state.edge))
        if state.edge.compute_root() != checkpoint.root:
            state.contradicted.append(_other_root(checkpoint, state.edge))
    return LogReading(
        since.size,
        state.entries,
        state.edge,
        tuple(state.contradicted),
        tuple(dict.fromkeys(state.missing)),
    )


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what was wrong with it."""

    reader: LogReader
    edge: Edge
    entries: list[bytes] = field(default_factory=list)
    contradicted: list[Fault] = field(default_factory=list)
    missing: list[Fault] = field(default_factory=list)
    #: False once neither entries nor hashes of some bundle are known: nothing follows from there.
    is_whole: bool = True

    def read_step(self, bundles: Sequence[EntryBundle]) -> None:
        """Read some bundles, then compare the tiles they fill on the levels above."""
        leaves: list[Digest] = []
        for bundle in bundles:
            skip = max(self.edge.size - bundle.index * TILE_WIDTH, 0)
            found = self.read_bundle(bundle, skip)
            if found is None:
                self.is_whole = False
                return
            leaves += found[skip:]
        grown = grow_edge(self.edge, leaves)
        self.edge = grown.edge
        # Tiles of level 0 were compared with their bundles.
        self.compare([file for file in grown.full if not file.path.startswith("tile/0/")])

    def read_bundle(self, bundle: EntryBundle, skip: int) -> list[Digest] | None:
        """Read a bundle and its tile; give the leaf hashes to go on with."""
        tile = HashTile(0, bundle.index, bundle.width)
        hashes = self.attempt(partial(load_hashes, self.reader, tile))
        entries = self.attempt(partial(load_entries, self.reader, bundle))
        if entries is None:
            self.entries += [b""] * (bundle.width - skip)
            return hashes
        self.entries += entries[skip:]
        leaves = hash_leaves(entries)
        if hashes is not None and leaves != hashes:
            self.contradicted += _differing(bundle, tile.path, leaves, hashes)
        if skip and tuple(leaves[:skip]) != self.edge.levels[0]:
            older = self.edge.levels[0]
            self.contradicted += _differing(bundle, "the older checkpoint", leaves, older)
        # When they differ the tile is believed, so that one altered entry is one fault. Whether
        # the tile deserves it is what the root says.
        return leaves if hashes is None else hashes

    def attempt(self, load: Callable[[], list[bytes]]) -> list[bytes] | None:
        """Load a tile or a bundle, noting why when it cannot be had."""
        try:
            return load()
        except UnverifiableError as error:
            self.missing += error.faults
        except MalformedError as error:
            self.contradicted += error.faults
        return None

    def compare(self, files: Sequence[LogFile]) -> None:
        """Hold tiles of hashes against what the leaves hash to."""
        for file in files:
            place = decode_path(file.path)
            if isinstance(place, EntryBundle):
                continue
            hashes = self.attempt(partial(load_hashes, self.reader, place))
            if hashes is not None and encode_tile(hashes) != file.data:
                expected = "the hashes of the tiles below it"
                self.contradicted.append(Fault(file.path, expected, "others"))


def _differing(
    bundle: EntryBundle, other: str, leaves: Sequence[Digest], hashes: Sequence[Digest]
) -> list[Fault]:
    pairs = zip(leaves, hashes, strict=False)
    return [
        Fault(
            f"{bundle.path}: entry {bundle.index * TILE_WIDTH + number}",
            f"an entry with the leaf hash {stated.hex()} of {other}",
            f"one with {leaf.hex()}",
        )
        for number, (leaf, stated) in enumerate(pairs)
        if leaf != stated
    ]
