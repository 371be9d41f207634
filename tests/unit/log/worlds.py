"""A log in memory, and stores that die: what the tests of writing and reading share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from escrutinio.log import LogFile, LogStore, decode_checkpoint
from escrutinio.log.checkpoint import Checkpoint
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, SignatureType

LOG = NoteSigner("actas.example/2024", SigningKey(b"\x01" * 32))
WITNESS = NoteSigner("party-a.example/w", SigningKey(b"\x02" * 32), SignatureType.COSIGNATURE)


def make_entries(count: int, begin: int = 0) -> list[bytes]:
    """Make different entries, some of them empty, some long."""
    return [f"entry {n}".encode() * (n % 5) for n in range(begin, begin + count)]


class MemoryStore:
    """A ``LogStore`` in memory; remembers every checkpoint that was ever stored."""

    def __init__(self) -> None:
        """Begin empty."""
        self.files: dict[str, bytes] = {}
        self.signed: list[Checkpoint] = []

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give a file."""
        data = self.files.get(path)
        assert data is None or len(data) <= most_bytes
        return data

    def store(self, files: Sequence[LogFile]) -> None:
        """Store files."""
        for file in files:
            self.files[file.path] = file.data
            if file.path.startswith("checkpoint"):
                self.signed.append(decode_checkpoint(file.data, file.path).checkpoint)


class DeathError(Exception):
    """The process died; whatever was in memory is gone."""


class DyingStore:
    """A store that dies at the n-th write: before it, in the middle of it, or right after.

    One write is one file taking its name; a call that stores many files has many.
    """

    def __init__(self, store: LogStore, folder: Path, deadly: int, manner: str) -> None:
        """Wrap a store on real files."""
        self.store_below, self.folder = store, folder
        self.left, self.manner = deadly, manner
        self.signed: list[Checkpoint] = []

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give a file."""
        return self.store_below.load(path, most_bytes)

    def store(self, files: Sequence[LogFile]) -> None:
        """Store the files one by one, in an order that nobody promised, until death."""
        for file in reversed(files):
            self.left -= 1
            if self.left == 0 and self.manner == "before":
                raise DeathError
            if self.left == 0 and self.manner == "half":
                target = self.folder / file.path
                target.parent.mkdir(parents=True, exist_ok=True)
                half = file.data[: len(file.data) // 2]
                target.with_name(f".{target.name}.dead.part").write_bytes(half)
                raise DeathError
            self.store_below.store([file])
            if file.path.startswith("checkpoint"):
                self.signed.append(decode_checkpoint(file.data, file.path).checkpoint)
            if self.left == 0:
                raise DeathError
