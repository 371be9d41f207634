"""The working folder of an election's publisher on disk.

    definition/     the sealed definition
    log/            the log, with its lock and the last checkpoint that was signed
    bulletins/      bodies of the bulletins
    state           cache of what the entries say

It is private: only what ``publish`` writes into a record is for everybody.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from escrutinio.adapters.log_folder import LogFolder
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import AdapterError, Fault
from escrutinio.operations import Workspace

__all__ = ["open_workspace", "writing_workspace"]

_LOG = "log"
_PRIVATE_MODE = 0o700


def open_workspace(folder: Path) -> Workspace:
    """Open a working folder for reading; it need not be there."""
    return Workspace(RecordFolder(folder), LogFolder(folder / _LOG))


@contextlib.contextmanager
def writing_workspace(folder: Path) -> Iterator[Workspace]:
    """Hold the lock of the only writer of a working folder; makes the folder.

    Raises:
        AdapterError: another process has the lock, or the folder cannot be written.
    """
    try:
        folder.mkdir(mode=_PRIVATE_MODE, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(str(folder), "a folder to work in", reason)) from None
    workspace = open_workspace(folder)
    log = LogFolder(folder / _LOG)
    with log.writing():
        files = RecordFolder(folder)
        # The lock is held: what is half written is nobody's any more.
        files.remove([path for path in files.list_paths() if path.endswith(".part")])
        yield workspace
