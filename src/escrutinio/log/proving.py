"""Proofs from the tiles of a published log, a handful of files per proof."""

from __future__ import annotations

from dataclasses import dataclass, field

from escrutinio.errors import Fault, MalformedError
from escrutinio.log.checkpoint import Checkpoint, SignedCheckpoint
from escrutinio.log.merkle import Digest, compute_root, hash_leaf
from escrutinio.log.paths import (
    compute_consistency_path,
    compute_inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from escrutinio.log.proof import LogProof
from escrutinio.log.reading import LogReader, load_entries, load_hashes
from escrutinio.log.tiles import TILE_HEIGHT, TILE_WIDTH, EntryBundle, HashTile

__all__ = ["TileNodes", "prove_consistency", "prove_entry"]


@dataclass(slots=True)
class TileNodes:
    """The full subtrees of a tree, from its tiles; each tile is loaded once.

    Attributes:
        reader: where the tiles are.
        size: number of entries of the tree.
    """

    reader: LogReader
    size: int
    _tiles: dict[HashTile, list[Digest]] = field(default_factory=dict)

    def __call__(self, height: int, position: int) -> Digest:
        """Give the root over the ``2^height`` entries from ``position * 2^height`` on.

        Raises:
            UnverifiableError: a tile is missing.
            MalformedError: a tile of another length.
        """
        level, inner = divmod(height, TILE_HEIGHT)
        index, begin = divmod(position << inner, TILE_WIDTH)
        width = min((self.size >> TILE_HEIGHT * level) - index * TILE_WIDTH, TILE_WIDTH)
        tile = HashTile(level, index, width)
        if tile not in self._tiles:
            self._tiles[tile] = load_hashes(self.reader, tile)
        return compute_root(self._tiles[tile][begin : begin + (1 << inner)])


def prove_entry(
    reader: LogReader, signed: SignedCheckpoint, index: int, extra: bytes | None = None
) -> LogProof:
    """Make the receipt of an entry; it is verified before it is given away.

    Raises:
        MalformedError: the index is not in the log, or a file is no tile.
        VerificationError: the files of the log do not lead to the root of the checkpoint.
        UnverifiableError: a tile is missing.
    """
    head = signed.checkpoint
    if not 0 <= index < head.size:
        found = f"the log has {head.size}"
        raise MalformedError.of(Fault(f"receipt of entry {index}", "an entry of the log", found))
    path = compute_inclusion_path(index, head.size, TileNodes(reader, head.size))
    number, position = divmod(index, TILE_WIDTH)
    width = min(head.size - number * TILE_WIDTH, TILE_WIDTH)
    entry = load_entries(reader, EntryBundle(number, width))[position]
    verify_inclusion(hash_leaf(entry), index, head.size, path, head.root)
    return LogProof(index, path, signed, extra)


def prove_consistency(reader: LogReader, old: Checkpoint, new: Checkpoint) -> tuple[Digest, ...]:
    """Make the proof that a log extends an older checkpoint; verified before it is given away.

    Raises:
        MalformedError: the older one is larger, or a file is no tile.
        VerificationError: the log does not extend it.
        UnverifiableError: a tile is missing.
    """
    path = compute_consistency_path(old.size, new.size, TileNodes(reader, new.size))
    verify_consistency(old.size, old.root, new.size, new.root, path)
    return path
