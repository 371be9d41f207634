"""Files that are written first and get their names later, each whole or not at all.

Each file is written under another name beside its own, flushed, renamed, and its folder flushed; a
crash leaves the old file or the new one, and perhaps a ``.part`` file that the next writer removes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from escrutinio.errors import AdapterError, Fault
from escrutinio.log import LogFile

__all__ = ["PART", "StagedFiles"]

#: Ends the names of half-written files.
PART = ".part"
_MODE = 0o644
#: Beyond so many files one flush of their file system takes less time than one for each.
_MANY_FILES = 64


class StagedFiles:
    """Files of one folder between their writing and their naming."""

    def __init__(self, folder: Path, find_place: Callable[[str], str]) -> None:
        """Name the folder, which need not exist before something is added.

        Args:
            folder: where the files stand.
            find_place: gives the place of a file by its path in the folder; refuses what has none.
        """
        self._folder = folder
        self._find_place = find_place
        #: Tells the names of these files from those of others that are being written.
        self._mark = secrets.token_hex(4)
        #: Places of files, and the names under which they stand now, by their paths. Text, because
        #: objects for the paths of thousands of pages take longer than the pages themselves.
        self._staged: dict[str, tuple[str, str]] = {}
        self._unflushed: list[str] = []
        #: Folders in which names are new, by those that were looked at.
        self._folders: dict[str, set[Path]] = {}

    def add(self, files: Sequence[LogFile]) -> None:
        """Write files under names that no reader looks for.

        Raises:
            MalformedError: a path that no file of the folder has.
            AdapterError: the disk is full, or the like.
        """
        with self._translated():
            for file in files:
                target = self._find_place(file.path)
                folder, name = os.path.split(target)
                if folder not in self._folders:
                    self._folders[folder] = _make_folders(Path(folder))
                if file.path in self._staged:
                    _discard(self._staged.pop(file.path)[1])
                temporary = f"{folder}/.{name}.{self._mark}{PART}"
                _write(temporary, file.data)
                self._staged[file.path] = (target, temporary)
                self._unflushed.append(temporary)

    def place(self, paths: Sequence[str]) -> None:
        """Give added files their own names, in this order, over files of the same name.

        All of them are on the disk before the first is named, and their names are on return.

        Raises:
            AdapterError: the outside world failed; the first of them may be named.
        """
        with self._translated():
            _flush_files(self._folder, self._unflushed)
            self._unflushed = []
            folders: set[str] = set()
            for path in paths:
                target, temporary = self._staged[path]
                os.replace(temporary, target)  # noqa: PTH105  # as it is, thousands of times
                del self._staged[path]
                folders.add(os.path.dirname(target))  # noqa: PTH120  # the same
            # The names are durable only when their folders are, new folders included.
            unflushed = set().union(*(self._folders[folder] for folder in folders))
            for folder in sorted(unflushed, reverse=True):
                _flush(folder, os.O_DIRECTORY)

    def discard(self) -> None:
        """Remove what has no name yet."""
        for _, temporary in self._staged.values():
            _discard(temporary)
        self._staged = {}

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            fault = Fault(str(self._folder), "to write files in this folder", reason)
            raise AdapterError.of(fault, retryable=True) from None


def _make_folders(folder: Path) -> set[Path]:
    """Make a folder; give those that must be flushed for a new name in it to last."""
    flushed = {folder}
    while not folder.is_dir():
        folder = folder.parent
        flushed.add(folder)
    for missing in sorted(flushed - {folder}):
        missing.mkdir(exist_ok=True)
    return flushed


def _discard(temporary: str) -> None:
    with contextlib.suppress(OSError):
        Path(temporary).unlink(missing_ok=True)


def _write(path: str, data: bytes) -> None:
    """Write a new file; what a log publishes is for everybody."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    try:
        os.fchmod(handle, _MODE)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    except BaseException:
        _discard(path)
        raise
    finally:
        os.close(handle)


def _flush_files(folder: Path, files: Sequence[str]) -> None:
    """Wait until files are on the disk."""
    if len(files) > _MANY_FILES and _flush_file_system(folder):
        return
    for file in files:
        # What was replaced before it was flushed has no name any more.
        with contextlib.suppress(FileNotFoundError):
            _flush(file)


def _flush(path: Path | str, flags: int = 0) -> None:
    handle = os.open(path, os.O_RDONLY | flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _flush_file_system(folder: Path) -> bool:
    """Flush everything on the file system of a folder; False where the system cannot.

    ``os.sync`` would flush every disk of the machine, and tell no errors.
    """
    sync = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if sync is None:
        return False
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if sync(handle) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    finally:
        os.close(handle)
    return True
