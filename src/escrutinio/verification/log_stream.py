"""V05, bundle by bundle: every tile and entry of the log against the checkpoint.

What is verified, in the order of the entries and without ever holding more than a bundle:

1. the entries of each bundle hash to the tile of level 0 beside it;
2. every tile above is what the leaves below it hash to, full and partial ones;
3. the whole hashes to the root of the checkpoint.

Whatever is given away before the end is only worth something if the end is good: the caller asks
``is_whole`` after the last bundle.

When a bundle and its tile disagree, one of the two is believed, so that one altered byte is one
fault: the one that the signed manifest lists, else the tile. Whether that was right is what the
root says.

A log can be read on from the edge of an older checkpoint. The edge hashes to the older root, so a
log that reaches the newer root from there extends the older one.

Reference: C2SP tlog-tiles; ``log/reading.py`` reads a small log at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.log import (
    EMPTY_EDGE,
    TILE_WIDTH,
    Checkpoint,
    Digest,
    Edge,
    EntryBundle,
    HashTile,
    LogFile,
    bundles_of,
    decode_path,
    encode_tile,
    grow_edge,
    hash_leaves,
)
from escrutinio.log.appending import list_partial_tiles
from escrutinio.log.merkle import DIGEST_BYTES
from escrutinio.log.reading import load_entries, load_hashes
from escrutinio.log.tiles import MAX_BUNDLE_BYTES
from escrutinio.verification.record_files import RecordFiles

__all__ = ["MAX_MISSING_FILES", "Bundle", "LogStream"]

#: Files missing after which a log is not read on; more than a log of a million entries has. A
#: checkpoint may name more entries than there are atoms, and each would be looked for.
MAX_MISSING_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some entries, one after the other.

    Attributes:
        first: index of the first of them.
        entries: their bytes; None for one that is not the entry the log committed to.
    """

    first: int
    entries: Sequence[bytes | None]


class LogStream:
    """A log that is read once, from an edge to the end of a checkpoint.

    Attributes:
        edge: edge of the tree of what was read so far.
        roots: the roots of the sizes asked for, as far as they were reached.
        contradicted: places where a file says something else than the checkpoint or its tile.
        missing: files that are not there.
    """

    def __init__(
        self,
        files: RecordFiles,
        checkpoint: Checkpoint,
        since: Edge = EMPTY_EDGE,
        sizes: Collection[int] = (),
    ) -> None:
        """Say what to read.

        Args:
            files: where the tiles are.
            checkpoint: what they must hash to; its signature is another step's.
            since: edge of an older checkpoint; what it covers is not read again.
            sizes: whose roots are wanted, beside the edge's own.
        """
        self._files = files
        self._checkpoint = checkpoint
        self._begin = since.size
        self._sizes = sorted({size for size in sizes if since.size <= size <= checkpoint.size})
        self._is_known = True
        self.edge = since
        self.roots: dict[int, Digest] = {}
        self.contradicted: list[Fault] = []
        self.missing: list[Fault] = []

    @property
    def is_whole(self) -> bool:
        """Whether nothing read so far was contradicted or missing."""
        return not self.contradicted and not self.missing

    def paths(self) -> Iterator[tuple[str, int]]:
        """Name the files in the order in which they will be read, with their largest size."""
        for bundle in bundles_of(self._checkpoint.size, self._begin):
            yield HashTile(0, bundle.index, bundle.width).path, TILE_WIDTH * DIGEST_BYTES
            yield bundle.path, MAX_BUNDLE_BYTES

    def read(self) -> Iterator[Bundle]:
        """Read the log; goes on after a fault as long as the hashes are known."""
        self._note_roots(self.edge, ())
        for bundle in bundles_of(self._checkpoint.size, self._begin):
            if len(self.missing) >= MAX_MISSING_FILES:
                return
            skip = max(self._begin - bundle.index * TILE_WIDTH, 0)
            first = bundle.index * TILE_WIDTH + skip
            entries, leaves = self._read_bundle(bundle, skip)
            if leaves is not None and self._is_known:
                self._grow(leaves[skip:])
            else:
                self._is_known = False
            yield Bundle(first, entries[skip:])
        if self._is_known:
            self._compare(list_partial_tiles(self._begin, self.edge))
            self._compare_root()

    def _grow(self, leaves: Sequence[Digest]) -> None:
        before = self.edge
        grown = grow_edge(before, leaves)
        self._note_roots(before, leaves)
        self.edge = grown.edge
        self._compare(grown.full)

    def _note_roots(self, before: Edge, leaves: Sequence[Digest]) -> None:
        while self._sizes and self._sizes[0] <= before.size + len(leaves):
            size = self._sizes.pop(0)
            edge = grow_edge(before, leaves[: size - before.size]).edge
            self.roots[size] = edge.compute_root()

    def _read_bundle(
        self, bundle: EntryBundle, skip: int
    ) -> tuple[Sequence[bytes | None], list[Digest] | None]:
        """Read a bundle and its tile; give the entries and the leaf hashes to go on with."""
        tile = HashTile(0, bundle.index, bundle.width)
        hashes = self._attempt(partial(load_hashes, self._files, tile))
        entries = self._attempt(partial(load_entries, self._files, bundle))
        if entries is None:
            return [None] * bundle.width, hashes
        leaves = hash_leaves(entries)
        if skip and tuple(leaves[:skip]) != self.edge.levels[0]:
            older = self.edge.levels[0]
            self.contradicted += _differing(bundle.path, bundle, leaves[:skip], older)
        if hashes is None or hashes == leaves:
            return entries, leaves
        if self._files.is_altered(tile.path) and not self._files.is_altered(bundle.path):
            self.contradicted += _differing(tile.path, bundle, hashes, leaves)
            return entries, leaves
        self.contradicted += _differing(bundle.path, bundle, leaves, hashes)
        genuine = zip(entries, leaves, hashes, strict=True)
        return [entry if leaf == stated else None for entry, leaf, stated in genuine], hashes

    def _attempt(self, load: Callable[[], list[bytes]]) -> list[bytes] | None:
        try:
            return load()
        except UnverifiableError as error:
            self.missing += error.faults
        except MalformedError as error:
            self.contradicted += error.faults
        return None

    def _compare(self, files: Sequence[LogFile]) -> None:
        """Hold tiles of hashes against what the leaves hash to."""
        for file in files:
            place = decode_path(file.path)
            # Tiles of level 0 were compared with their bundles.
            if isinstance(place, EntryBundle) or place.level == 0:
                continue
            hashes = self._attempt(partial(load_hashes, self._files, place))
            if hashes is not None and encode_tile(hashes) != file.data:
                expected = "the hashes of the tiles below it"
                self.contradicted.append(Fault(file.path, expected, "others"))

    def _compare_root(self) -> None:
        root = self.edge.compute_root()
        if root != self._checkpoint.root:
            # Whoever altered a bundle and its tile alike is named by the manifest.
            altered = [fault for fault in self._files.altered() if fault.where.startswith("tile/")]
            known = {fault.where.partition(":")[0] for fault in self.contradicted}
            self.contradicted += [fault for fault in altered if fault.where not in known]
            self.contradicted.append(
                Fault(
                    f"log of {self._checkpoint.size} entries",
                    f"the root {self._checkpoint.root.hex()} of the checkpoint",
                    root.hex(),
                )
            )


def _differing(
    path: str, bundle: EntryBundle, found: Sequence[Digest], stated: Sequence[Digest]
) -> list[Fault]:
    first = bundle.index * TILE_WIDTH
    return [
        Fault(f"{path}: entry {first + number}", f"the leaf hash {right.hex()}", wrong.hex())
        for number, (wrong, right) in enumerate(zip(found, stated, strict=False))
        if wrong != right
    ]
