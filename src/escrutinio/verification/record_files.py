"""The files of a record as they are read: each digested once, and known by the manifest.

Steps of verification read through here, so that whatever was read for one step is not read again
to hold it against the manifest, and a file whose bytes differ can be named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from escrutinio.errors import Fault
from escrutinio.log import (
    TILE_WIDTH,
    EntryBundle,
    HashTile,
    decode_bundle,
    decode_path,
    decode_tile,
    encode_bundle,
    encode_tile,
)
from escrutinio.log.tiles import MAX_BUNDLE_BYTES
from escrutinio.publication.layout import require_record_path
from escrutinio.publication.manifest import ManifestFile
from escrutinio.verification.ports import RecordSource

__all__ = ["MAX_FILE_BYTES", "RecordFiles"]

#: Largest file of a record that is read; exports of 100,000 stations are far below.
MAX_FILE_BYTES = 512 << 20


class RecordFiles:
    """A record's files, read at most once where that can be helped."""

    def __init__(self, source: RecordSource) -> None:
        """Take the files from somewhere."""
        self._source = source
        self._read: dict[str, tuple[int, bytes]] = {}
        self._listed: Mapping[str, ManifestFile] = {}

    def know(self, files: Iterable[ManifestFile]) -> None:
        """Take note of what a verified manifest lists."""
        self._listed = {file.path: file for file in files}

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Say which files will be loaded next."""
        self._source.expect(paths)

    def list_paths(self) -> Sequence[str] | None:
        """Name every file there is; None where nobody can list."""
        return self._source.list_paths()

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file, or None when there is no such file.

        Raises:
            MalformedError: a larger file, or a path that no record has.
            AdapterError: it could not be found out whether there is one.
        """
        require_record_path(path, "path of a file of the record")
        data = self._source.load(path, most_bytes)
        if data is None:
            # What the manifest lists must be there itself.
            return None if path in self._listed else self._load_wider(path)
        self._read[path] = (len(data), hashlib.sha256(data).digest())
        return data

    def digest_of(self, path: str) -> tuple[int, bytes] | None:
        """Give size and SHA-256 of a file that was read."""
        return self._read.get(path)

    def is_altered(self, path: str) -> bool:
        """Say whether a file that was read is another than the manifest lists."""
        listed, read = self._listed.get(path), self._read.get(path)
        return (
            listed is not None and read is not None and read != (listed.size_bytes, listed.sha256)
        )

    def is_listed(self, path: str) -> bool:
        """Say whether a verified manifest lists a file."""
        return path in self._listed

    def listed(self) -> Sequence[str]:
        """Name every file that a verified manifest lists, in order."""
        return tuple(self._listed)

    def altered(self) -> tuple[Fault, ...]:
        """Name every file that was read and is another than the manifest lists."""
        return tuple(
            Fault(
                path,
                f"{listed.size_bytes} bytes with the SHA-256 {listed.sha256.hex()}",
                f"{self._read[path][0]} bytes with {self._read[path][1].hex()}",
            )
            for path, listed in self._listed.items()
            if self.is_altered(path)
        )

    def _load_wider(self, path: str) -> bytes | None:
        """Cut a partial tile out of a wider one, where a newer publication has replaced it.

        A full one is looked for by whoever asked; here are the partial ones in between.
        """
        if not path.startswith("tile/"):
            return None
        place = decode_path(path)
        kind = type(place)
        for width in range(place.width + 1, TILE_WIDTH):
            wider = (
                EntryBundle(place.index, width)
                if isinstance(place, EntryBundle)
                else HashTile(place.level, place.index, width)
            )
            if wider.path in self._listed:
                return self._cut(wider, place.width, kind)
        return None

    def _cut(
        self, wider: EntryBundle | HashTile, width: int, kind: type[EntryBundle | HashTile]
    ) -> bytes | None:
        data = self._source.load(wider.path, MAX_BUNDLE_BYTES)
        if data is None:
            return None
        self._read[wider.path] = (len(data), hashlib.sha256(data).digest())
        if kind is EntryBundle:
            return encode_bundle(decode_bundle(data, wider.width, wider.path)[:width])
        return encode_tile(decode_tile(data, wider.width, wider.path)[:width])
