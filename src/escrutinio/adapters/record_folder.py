"""The folder of a public record on disk; the files of an election's working folder too."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from escrutinio.adapters.log_folder import LogFolder
from escrutinio.errors import AdapterError, Fault
from escrutinio.publication import require_record_path

__all__ = ["RecordFolder"]


class RecordFolder(LogFolder):
    """A ``RecordStore`` on plain files: those of a record under the names of its layout.

    Storing is that of a log's folder: each file whole or not at all, durable on return. No name
    leads out of the folder, neither by its spelling nor by a symbolic link.
    """

    def require_path(self, path: str) -> None:
        """Refuse a name that no file of a record has."""
        require_record_path(path, "record")

    def list_paths(self) -> list[str]:
        """Name every file in the folder, in order; a folder that is not there has none.

        Symbolic links are named and not followed.

        Raises:
            AdapterError: a folder cannot be read.
        """
        return sorted(self._walk(self.folder, ""))

    def find_modified_s(self, path: str) -> int | None:
        """Give when a file was written last, in seconds since 1970; None when there is none.

        Raises:
            MalformedError: no path of a record, or one that leads out of the folder.
        """
        try:
            return int(self._place(path).stat().st_mtime)
        except OSError:
            return None

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files, and folders that have none after that.

        Absent files are no error. A crash leaves any of them removed and the others not; the
        call may be repeated.

        Raises:
            AdapterError: a file cannot be removed.
        """
        root = self.folder
        folders: set[Path] = set()
        for path in paths:
            target = root / path
            # Its own folder must be inside too: a link would have another folder's file removed.
            real = os.path.realpath(target.parent)
            if os.path.commonpath((real, self.real_folder)) != self.real_folder:
                raise AdapterError.of(Fault(path, "a file in this folder", "a link out of it"))
            with _translated(target):
                target.unlink(missing_ok=True)
            folders |= {parent for parent in target.parents if root in parent.parents}
        for folder in sorted(folders, reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()  # Refused by the system while something is in it.

    def _walk(self, folder: Path, prefix: str) -> Iterator[str]:
        with _translated(folder):
            try:
                entries = list(os.scandir(folder))
            except FileNotFoundError:
                return
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(folder / entry.name, f"{name}/")
            else:
                yield name


@contextlib.contextmanager
def _translated(place: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        fault = Fault(str(place), "a folder of a record that can be written", reason)
        raise AdapterError.of(fault, retryable=True) from None
