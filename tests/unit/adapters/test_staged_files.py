"""Files between their writing and their naming."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import AdapterError, MalformedError
from escrutinio.log import LogFile


def _visible(folder: Path) -> list[str]:
    return [path for path in RecordFolder(folder).list_paths() if "/." not in f"/{path}"]


@pytest.mark.parametrize("count", [1, 3, 200], ids=["one", "few", "many"])
def test_added_files_are_nobodys_until_they_are_placed(tmp_path: Path, count: int) -> None:
    """Few are flushed one by one, many with their file system; what a reader sees is the same."""
    record = RecordFolder(tmp_path)
    paths = [f"en/p/{number}.html" for number in range(count)]
    record.store([LogFile(paths[0], b"older")])
    with record.staging() as staged:
        staged.add([LogFile(path, path.encode()) for path in paths])
        assert _visible(tmp_path) == paths[:1]
        assert (tmp_path / paths[0]).read_bytes() == b"older"
        staged.place(paths)
    assert record.list_paths() == sorted(paths)
    assert all((tmp_path / path).read_bytes() == path.encode() for path in paths)
    assert stat.S_IMODE((tmp_path / paths[0]).stat().st_mode) == 0o644


def test_what_was_not_placed_is_removed(tmp_path: Path) -> None:
    """An error in between leaves nothing on a disk that is perhaps full."""
    record = RecordFolder(tmp_path)

    def fail() -> None:
        with record.staging() as staged:
            staged.add([LogFile("a", b"1"), LogFile("b", b"2")])
            staged.place(["b"])
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert record.list_paths() == ["b"]


def test_the_last_of_two_contents_of_one_file_counts(tmp_path: Path) -> None:
    """As with files that are stored one after the other."""
    record = RecordFolder(tmp_path)
    with record.staging() as staged:
        staged.add([LogFile("a", b"first"), LogFile("a", b"second")])
        staged.add([LogFile("a", b"third")])
        staged.place(["a"])
    assert record.list_paths() == ["a"]
    assert (tmp_path / "a").read_bytes() == b"third"


def test_no_staged_file_leaves_the_folder(tmp_path: Path) -> None:
    """Neither by its name, nor through a link, also when its folder was looked at before."""
    outside = tmp_path / "outside"
    outside.mkdir()
    record = RecordFolder(tmp_path / "record")
    record.store([LogFile("en/a.html", b"")])
    (tmp_path / "record" / "es").symlink_to(outside)
    (tmp_path / "record" / "en" / "b.html").symlink_to(outside / "b.html")
    for path in ("../outside/x", "es/x", "en/b.html"):
        with record.staging() as staged, pytest.raises(MalformedError):
            staged.add([LogFile("en/c.html", b""), LogFile(path, b"x")])
    assert list(outside.iterdir()) == []
    assert _visible(tmp_path / "record") == ["en/a.html", "en/b.html", "es"]


def test_a_file_in_the_place_of_a_folder_says_so(tmp_path: Path) -> None:
    """The system's error becomes one of ours."""
    record = RecordFolder(tmp_path)
    record.store([LogFile("en", b"a file")])
    with record.staging() as staged, pytest.raises(AdapterError):
        staged.add([LogFile("en/a.html", b"")])
