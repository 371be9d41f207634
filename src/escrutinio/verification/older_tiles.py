"""V05: partial tiles of older sizes are the beginnings of the tiles that took their place.

A record may keep the partial tiles of sizes that were published before. The newest checkpoint does
not need them, but a reader who holds an older one does, so they are held against the files that
the checkpoint vouches for.

Reference: C2SP tlog-tiles, partial tiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.log import TILE_WIDTH, EntryBundle, HashTile, decode_path
from escrutinio.log.merkle import DIGEST_BYTES
from escrutinio.log.reading import load_entries, load_hashes
from escrutinio.log.tiles import MAX_BUNDLE_BYTES, decode_bundle, decode_tile
from escrutinio.verification.record_files import RecordFiles

__all__ = ["find_older_tile_faults"]


def find_older_tile_faults(files: RecordFiles, paths: Sequence[str], size: int) -> Iterator[Fault]:
    """Name every older partial tile that is not the beginning of its successor.

    Args:
        files: the record.
        paths: files that the manifest lists and that nobody has looked at before.
        size: number of entries of the checkpoint, whose own tiles were verified.
    """
    for path in paths:
        if not path.startswith("tile/") or ".p/" not in path:
            continue
        try:
            yield from _faults_of(files, decode_path(path), size)
        except (MalformedError, UnverifiableError) as error:
            yield from error.faults


def _faults_of(files: RecordFiles, place: HashTile | EntryBundle, size: int) -> Iterator[Fault]:
    count = size if isinstance(place, EntryBundle) else size >> 8 * place.level
    width = min(max(count - place.index * TILE_WIDTH, 0), TILE_WIDTH)
    if place.width >= width:
        # The checkpoint's own tile, or one of a later size that the manifest is ahead for.
        return
    if isinstance(place, EntryBundle):
        data = files.load(place.path, MAX_BUNDLE_BYTES)
        newer = load_entries(files, EntryBundle(place.index, width))
        older = None if data is None else decode_bundle(data, place.width, place.path)
    else:
        data = files.load(place.path, TILE_WIDTH * DIGEST_BYTES)
        newer = load_hashes(files, HashTile(place.level, place.index, width))
        older = None if data is None else decode_tile(data, place.width, place.path)
    if older is not None and older != newer[: place.width]:
        yield Fault(place.path, f"the first {place.width} of {place.full.path}", "others")
