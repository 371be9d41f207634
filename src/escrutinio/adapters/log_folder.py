"""The folder of a log on disk: plain files, the same that a web server gives out.

How they are written is in ``staged_files.py``: each whole or not at all.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from escrutinio.adapters.staged_files import PART, StagedFiles
from escrutinio.errors import AdapterError, Fault, MalformedError
from escrutinio.log import CHECKPOINT_PATH, INTENDED_PATH, LogFile, decode_path

__all__ = ["LogFolder"]

_LOCK = ".lock"


class LogFolder:
    """A ``LogStore`` on plain files; reading needs no lock, writing is inside ``writing``."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it need not exist before something is stored in it."""
        self.folder = folder
        self.real_folder = os.path.realpath(folder)

    @contextlib.contextmanager
    def writing(self) -> Iterator[LogFolder]:
        """Hold the lock of the only writer, and remove what a crash left half written.

        Raises:
            AdapterError: another process writes to this log, or the folder cannot be written.
        """
        with _translated(self.folder, "a folder to write a log in"):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("ab")
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                expected = "no other process that writes to this log"
                fault = Fault(str(self.folder), expected, "one that holds its lock")
                raise AdapterError.of(fault, retryable=True) from None
            with _translated(self.folder, "to remove what a crash left"):
                for path in list(self.folder.rglob(f".*{PART}")):
                    path.unlink(missing_ok=True)
            yield self

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file of the log, or None when there is no such file."""
        target = self._place(path)
        with _translated(target, "a readable file"):
            try:
                # A pipe in somebody's record would block for ever when it is opened.
                if not stat.S_ISREG(target.stat().st_mode):
                    fault = Fault(str(target), "a readable file", "a folder or a device")
                    raise AdapterError.of(fault)
                stream = target.open("rb")
            except FileNotFoundError:
                return None
            with stream:
                # Memory for what there is, not for what there may be at most.
                there = os.fstat(stream.fileno()).st_size
                data = stream.read(min(there, most_bytes) + 1)
        if len(data) > most_bytes:
            expected = f"at most {most_bytes} bytes"
            raise MalformedError.of(Fault(str(target), expected, "a larger file"))
        return data

    def store(self, files: Sequence[LogFile]) -> None:
        """Store files, each whole or not at all; all are durable on return."""
        with self.staging() as staged:
            staged.add(files)
            staged.place([file.path for file in files])

    @contextlib.contextmanager
    def staging(self) -> Iterator[StagedFiles]:
        """Give what writes files first and names them later; what has no name then is removed."""
        checked: set[str] = set()

        def place(path: str) -> str:
            self.require_path(path)
            folder = path.rpartition("/")[0]
            target = f"{self.folder}/{path}"
            if folder not in checked or os.path.islink(target):  # noqa: PTH114  # thousands of times
                self._place(path)
                checked.add(folder)
            return target

        staged = StagedFiles(self.folder, place)
        try:
            yield staged
        finally:
            staged.discard()

    def require_path(self, path: str) -> None:
        """Refuse a name that no file of a log has."""
        if path not in {CHECKPOINT_PATH, INTENDED_PATH}:
            decode_path(path)

    def _place(self, path: str) -> Path:
        """Find the place of a file; only names that this folder knows have one."""
        self.require_path(path)
        target = self.folder / path
        # A symbolic link in somebody's record must not have us read another file of this machine.
        real = os.path.realpath(target)
        if os.path.commonpath((real, self.real_folder)) != self.real_folder:
            raise MalformedError.of(Fault(path, "a file in this folder", real))
        return target


@contextlib.contextmanager
def _translated(place: Path, expected: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(str(place), expected, reason), retryable=True) from None
