"""Files in memory: a working folder or a record that nobody needs afterwards."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from escrutinio.errors import Fault, MalformedError
from escrutinio.log import LogFile
from escrutinio.operations import Workspace

__all__ = ["FilesInMemory", "StagedInMemory", "workspace_in_memory"]


class FilesInMemory:
    """A ``RecordStore`` and a ``LogStore`` whose files last as long as it does.

    Attributes:
        files: bytes by path.
    """

    def __init__(self) -> None:
        """Begin without files."""
        self.files: dict[str, bytes] = {}

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file, or None when there is no such file."""
        data = self.files.get(path)
        if data is not None and len(data) > most_bytes:
            raise MalformedError.of(Fault(path, f"at most {most_bytes} bytes", f"{len(data)}"))
        return data

    def list_paths(self) -> Sequence[str]:
        """Name every file, in order."""
        return sorted(self.files)

    def store(self, files: Sequence[LogFile]) -> None:
        """Store files over those of the same name."""
        self.files |= {file.path: file.data for file in files}

    @contextlib.contextmanager
    def staging(self) -> Iterator[StagedInMemory]:
        """Give what keeps files back until they are named."""
        yield StagedInMemory(self)

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files; absence is no error."""
        for path in paths:
            self.files.pop(path, None)


class StagedInMemory:
    """Files that are not there yet."""

    def __init__(self, target: FilesInMemory) -> None:
        """Say where they are going to be."""
        self._target = target
        self._files: dict[str, LogFile] = {}

    def add(self, files: Sequence[LogFile]) -> None:
        """Keep files."""
        self._files |= {file.path: file for file in files}

    def place(self, paths: Sequence[str]) -> None:
        """Put kept files in their place."""
        self._target.store([self._files.pop(path) for path in paths])


def workspace_in_memory() -> Workspace:
    """Make an empty working folder."""
    return Workspace(FilesInMemory(), FilesInMemory())
