"""Files are written whole or not at all; a crash or a full disk leaves what was there."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from escrutinio.adapters.atomic_writing import require_writable, store_files
from escrutinio.errors import AdapterError


@contextmanager
def _disk_of(most_bytes: int) -> Iterator[None]:
    """Let the system refuse to write more than so many bytes into one file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_are_written_with_the_usual_permissions(tmp_path: Path) -> None:
    """A report nobody else can read is no report."""
    store_files({tmp_path / "a.json": b"{}\n", tmp_path / "b.html": b"<p>"})
    assert _names(tmp_path) == ["a.json", "b.html"]
    assert (tmp_path / "a.json").read_bytes() == b"{}\n"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o666 & ~umask


def test_a_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    """Readers see the old bytes or the new ones."""
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    store_files({path: b"new"})
    assert path.read_bytes() == b"new"
    assert _names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("size", [4096, 10_000_000], ids=["at the last byte", "in the middle"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, size: int) -> None:
    """None of the files is new, none is half, and nothing is left over."""
    old = tmp_path / "old.json"
    old.write_bytes(b"old")
    with _disk_of(4095), pytest.raises(AdapterError) as caught:
        store_files({tmp_path / "first.json": b"small", old: bytes(size)})
    assert caught.value.retryable
    assert _names(tmp_path) == ["old.json"]
    assert old.read_bytes() == b"old"


def test_a_device_that_is_always_full_is_refused_and_kept() -> None:
    """A file that took the name of a device would break the machine for everybody."""
    device = Path("/dev/full")
    before = device.lstat()
    for write in (require_writable, lambda path: store_files({path: b"x"})):
        with pytest.raises(AdapterError, match="found a device or a pipe"):
            write(device)
    assert (device.lstat().st_mode, device.lstat().st_ino) == (before.st_mode, before.st_ino)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is written; ``/dev/stdout`` is a link to a file, too, in a shell."""
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "there" / "a.json")
    store_files({link: b"x"})
    assert link.is_symlink()
    assert (tmp_path / "there" / "a.json").read_bytes() == b"x"
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(AdapterError):
        require_writable(loop)


def test_an_output_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    """Nobody should wait for a report that has nowhere to go."""
    (tmp_path / "file").write_bytes(b"")
    os.mkfifo(tmp_path / "pipe")
    for path, found in (
        (tmp_path, "a folder"),
        (tmp_path / "missing" / "a.json", f"no folder {tmp_path / 'missing'}"),
        (tmp_path / "file" / "a.json", f"no folder {tmp_path / 'file'}"),
        (tmp_path / "pipe", "a device or a pipe"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(AdapterError) as caught:
            require_writable(path)
        assert caught.value.faults[0].found == found
        with pytest.raises(AdapterError):
            store_files({tmp_path / "first": b"x", path: b"x"})
    assert _names(tmp_path) == ["file", "pipe"]


def test_a_name_with_a_zero_byte_is_refused(tmp_path: Path) -> None:
    """The system cannot have such a file, and its own error is no message for a person."""
    with pytest.raises(AdapterError, match="null byte"):
        store_files({tmp_path / "first": b"x", tmp_path / "a\0b": b"x"})
    assert _names(tmp_path) == []


def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    """As another user: root may write anywhere."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from escrutinio.adapters.atomic_writing import require_writable, store_files\n"
        "from escrutinio.errors import AdapterError\n"
        "os.chdir(sys.argv[1])\n"
        "os.geteuid() or os.setuid(65534)\n"
        "for write in (require_writable, lambda path: store_files({path: b'x'})):\n"
        "    try: write(Path('a.json'))\n"
        "    except AdapterError as error: print(error)\n"
    )
    tmp_path.chmod(0o555)
    try:
        run = subprocess.run(
            [sys.executable, "-c", code, tmp_path], capture_output=True, check=True, text=True
        )
    finally:
        tmp_path.chmod(0o755)
    first, second = run.stdout.splitlines()
    assert first == second
    assert first.startswith("a.json: expected ")
    assert "permission" in first.lower()
    assert _names(tmp_path) == []


def test_a_killed_process_leaves_the_old_file(tmp_path: Path) -> None:
    """Killed in the middle of writing, at any time, the reader still has whole files."""
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from escrutinio.adapters import store_files\n"
        "print('started', flush=True)\n"
        "while True: store_files({Path(sys.argv[1]): b'new' * 1_000_000})\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    for _ in range(200):
        assert path.read_bytes() in {b"old", b"new" * 1_000_000}
    process.kill()
    process.communicate()
    assert path.read_bytes() in {b"old", b"new" * 1_000_000}
