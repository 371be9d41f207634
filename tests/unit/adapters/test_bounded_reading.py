"""Files nobody vouches for: every refusal is one fault, and none of them costs much memory."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import pytest

from escrutinio.adapters import MAX_LINE_BYTES, read_bounded, read_table
from escrutinio.errors import AdapterError, MalformedError

TEXT = b"MESA,A\n1,5\n"
#: Memory for a whole process that refuses a hostile file: the interpreter and little more.
MEMORY_MB = 300


def _file(folder: Path, data: bytes, name: str = "a.csv") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def test_a_file_is_read_as_received(tmp_path: Path) -> None:
    """Digest and size are of the bytes received, so that others can compare them."""
    read = read_table(_file(tmp_path, TEXT))
    assert (read.data, read.size_bytes) == (TEXT, len(TEXT))
    assert read.sha256 == hashlib.sha256(TEXT).hexdigest()


def test_gzip_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    """Downloads lose their endings."""
    packed = gzip.compress(TEXT * 50_000, mtime=0)
    read = read_table(_file(tmp_path, packed, "a.csv"))
    assert read.data == TEXT * 50_000
    assert (read.sha256, read.size_bytes) == (hashlib.sha256(packed).hexdigest(), len(packed))
    assert read_table(_file(tmp_path, TEXT, "b.csv.gz")).data == TEXT


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    """Servers append to logs that way, and every tool reads them whole."""
    packed = gzip.compress(TEXT) + gzip.compress(b"2,6\n")
    assert read_table(_file(tmp_path, packed)).data == TEXT + b"2,6\n"


def test_an_empty_file_is_read(tmp_path: Path) -> None:
    """What it lacks is said where it is decoded."""
    assert read_table(_file(tmp_path, b"")).data == b""


def test_progress_is_told(tmp_path: Path) -> None:
    """Long reading shows that it goes on."""
    told: list[int] = []
    read_table(_file(tmp_path, TEXT * 100_000), told.append)
    assert told == sorted(told)
    assert told[-1] == len(TEXT) * 100_000


def test_a_pipe_is_read(tmp_path: Path) -> None:
    """A shell hands over the output of another command that way."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(TEXT,))
    writer.start()
    assert read_table(str(path)).data == TEXT
    writer.join()


def test_standard_input_is_read() -> None:
    """``-`` stands for it."""
    code = "from escrutinio.adapters import read_table; print(read_table('-').size_bytes)"
    run = subprocess.run([sys.executable, "-c", code], input=TEXT, capture_output=True, check=True)
    assert run.stdout == b"11\n"


@pytest.mark.parametrize("packed", [TEXT, gzip.compress(TEXT)], ids=["plain", "gzip"])
def test_a_line_has_a_longest_length(tmp_path: Path, packed: bytes) -> None:
    """No record of a station is a megabyte long; the line is named."""
    del packed
    for over, ends in ((0, b"\n"), (0, b""), (1, b"\n"), (1, b""), (300_000, b"\n1,2\n")):
        data = b"MESA\n" + b"x" * (MAX_LINE_BYTES + over) + ends
        path = _file(tmp_path, data)
        if not over:
            assert read_table(path).data == data
            continue
        with pytest.raises(MalformedError, match=r"a\.csv: line 2: expected lines of at most"):
            read_table(path)


#: Ways in which a gzip file is damaged.
PACKED = gzip.compress(os.urandom(300_000), mtime=0)
DAMAGED = {
    "cut short": PACKED[:-4],
    "cut in the middle": PACKED[:150_000],
    "only a beginning": PACKED[:2],
    "another checksum": PACKED[:-8] + bytes(4) + PACKED[-4:],
    "noise in the middle": PACKED[:1000] + b"\xff" * 64 + PACKED[1064:],
    "text at the end": PACKED + b"MESA,A\n",
    "another method": b"\x1f\x8b\x07" + PACKED[3:],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_gzip_is_refused(tmp_path: Path, name: str) -> None:
    """Half a download must not pass for half an election."""
    with pytest.raises(MalformedError, match=r"a\.csv: expected a whole gzip file"):
        read_table(_file(tmp_path, DAMAGED[name]))


def test_parquet_has_no_lines(tmp_path: Path) -> None:
    """Its bytes are no text, packed or not."""
    data = b"PAR1" + bytes(2 * MAX_LINE_BYTES)
    assert read_table(_file(tmp_path, data)).data == data
    assert read_table(_file(tmp_path, gzip.compress(data))).data == data


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    """Missing, a folder, no permission, a name no file can have: each says which."""
    for path, found in (
        (tmp_path, "a folder"),
        (tmp_path / "missing.csv", "nothing there"),
        (tmp_path / "x" / "missing.csv", "nothing there"),
        (tmp_path / ("x" * 300), "File name too long"),
        (tmp_path / "a\0b", "embedded null byte"),
    ):
        for read in (lambda p: read_table(str(p)), lambda p: read_bounded(p, 10)):
            with pytest.raises(AdapterError) as caught:
                read(path)
            assert caught.value.faults[0].found == found
            assert caught.value.faults[0].where == str(path)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="no users to change to")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    """The operator must see that it is a matter of permission."""
    path = Path(_file(tmp_path, TEXT))
    path.chmod(0)
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from escrutinio.adapters import read_table\n"
        "from escrutinio.errors import AdapterError\n"
        "os.chdir(Path(sys.argv[1]).parent)\n"
        "os.geteuid() or os.seteuid(65534)\n"
        "try: read_table('a.csv')\n"
        "except AdapterError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True)
    assert run.stdout == b"a.csv: expected a readable file, found Permission denied\n"


def test_a_bounded_file_has_a_largest_size(tmp_path: Path) -> None:
    """Definitions, profiles and claims are small."""
    path = Path(_file(tmp_path, TEXT))
    assert read_bounded(path, len(TEXT)) == TEXT
    with pytest.raises(MalformedError, match="at most 10 bytes"):
        read_bounded(path, 10)


def _sparse(folder: Path) -> Path:
    """Make a line of two gigabytes that takes no room on the disk."""
    path = folder / "line.csv"
    with path.open("wb") as stream:
        stream.write(b"MESA,A\n")
        stream.truncate(2 * 1024**3)
    return path


def _bomb(folder: Path) -> Path:
    """Pack ten gigabytes of zero bytes into ten megabytes, twice over a member."""
    path = folder / "bomb.csv.gz"
    piece = zlib.compressobj(9, zlib.DEFLATED, 31)
    with path.open("wb") as stream:
        for _ in range(64):
            stream.write(piece.compress(bytes(1024 * 1024)))
        stream.write(piece.flush())
    return path


@pytest.mark.parametrize("make", [_sparse, _bomb], ids=["line of 2 GB", "gzip bomb of one line"])
def test_an_endless_line_is_refused_in_little_memory(tmp_path: Path, make: type[Path]) -> None:
    """A hostile file must cost its reader nothing but a message."""
    code = (
        "import resource, sys\n"
        "from escrutinio.adapters import read_table\n"
        "from escrutinio.errors import MalformedError\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MB} * 1024**2,) * 2)\n"
        "try: read_table(sys.argv[1])\n"
        "except MalformedError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, make(tmp_path)], capture_output=True, check=True, timeout=60
    )
    assert b"expected lines of at most 1048576 bytes" in run.stdout


def test_a_gzip_bomb_of_many_lines_stops_at_the_largest_table(tmp_path: Path) -> None:
    """Half a gigabyte is more than any election's sheets; beyond it nothing is unpacked."""
    path = tmp_path / "bomb.csv.gz"
    piece = zlib.compressobj(9, zlib.DEFLATED, 31)
    lines = b"1,5\n" * (256 * 1024)
    with path.open("wb") as stream:
        for _ in range(1024):
            stream.write(piece.compress(lines))
        stream.write(piece.flush())
    told: list[int] = []
    with pytest.raises(MalformedError, match="expected at most 536870912 bytes unpacked"):
        read_table(str(path), told.append)
    assert told[-1] <= 512 * 1024 * 1024


def test_reading_stops_where_the_stream_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk or a network that fails is the operator's, and may be tried again."""

    class Broken(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            del buffer
            raise OSError(5, "Input/output error")

    class Stdin:
        buffer = io.BufferedReader(Broken())

    monkeypatch.setattr(sys, "stdin", Stdin())
    with pytest.raises(AdapterError) as caught:
        read_table("-")
    assert caught.value.retryable
    assert str(caught.value) == (
        "standard input: expected a readable file, found Input/output error"
    )
