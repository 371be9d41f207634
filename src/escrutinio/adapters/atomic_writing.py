"""Writing files whole or not at all.

Bytes go to a temporary file beside the target, are flushed to the disk, and take the target's
name in one step. A crash or a full disk at any point leaves the old file, or none.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from escrutinio.errors import AdapterError, Fault, UsageError

__all__ = ["make_folder", "require_outputs", "require_writable", "store_files"]


def require_writable(path: Path) -> None:
    """Refuse early an output that could not be written later.

    Raises:
        AdapterError: the folder is missing or not writable, or the path is a folder or a device.
    """
    try:
        fault = _find_fault(path)
    except (OSError, ValueError, RuntimeError) as error:  # A loop of links is a RuntimeError.
        reason = getattr(error, "strerror", None) or str(error)
        fault = Fault(str(path), "a file to write", reason)
    if fault is not None:
        raise AdapterError.of(fault)


def _find_fault(path: Path) -> Fault | None:
    if path.is_dir():
        return Fault(str(path), "a file to write", "a folder", "Name a file.")
    if path.exists() and not path.is_file():
        # The new file would take its place, and /dev/stdout would be gone for everybody.
        return Fault(str(path), "a file to write", "a device or a pipe", "Name a file.")
    folder = path.resolve().parent
    if not folder.is_dir():
        return Fault(str(path), "an existing folder to write in", f"no folder {folder}")
    if not os.access(folder, os.W_OK):
        return Fault(str(path), "a folder that can be written", "no permission")
    return None


def require_outputs(paths: Iterable[Path | None]) -> None:
    """Refuse before any work what could not be written after it.

    Args:
        paths: of every output; None for one that nobody asked for.

    Raises:
        AdapterError: an output that cannot be written.
        UsageError: two outputs in one file.
    """
    wanted = [path for path in paths if path is not None]
    for path in wanted:
        require_writable(path)
    if len({path.resolve() for path in wanted}) < len(wanted):
        raise UsageError.of(Fault("outputs", "a file of its own for each", "the same file twice"))


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where there is none.

    Raises:
        AdapterError: something else has the name, or it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AdapterError.of(Fault(str(path), "a folder to write in", reason)) from None


def store_files(files: Mapping[Path, bytes]) -> None:
    """Write several files; none takes its name before all of them are on the disk.

    Raises:
        AdapterError: the disk is full, the folder not writable, a path no file's, or the like.
    """
    for path in files:
        require_writable(path)
    staged: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            # A link stays a link: what it points to is written.
            target = path.resolve()
            staged[target] = _stage(target, data)
        for path, temporary in staged.items():
            temporary.replace(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        place = ", ".join(str(path) for path in files)
        raise AdapterError.of(Fault(place, "to write the file", reason), retryable=True) from None
    finally:
        for temporary in staged.values():
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _stage(path: Path, data: bytes) -> Path:
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
    ) as stream:
        temporary = Path(stream.name)
        try:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            # Temporary files are private; the result gets what the user's umask allows.
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o666 & ~umask)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return temporary
