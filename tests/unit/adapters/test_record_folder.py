"""The folder of a record on disk: what it lists, what it removes, and that nothing leads out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import AdapterError, MalformedError
from escrutinio.log import LogFile


def test_files_are_stored_listed_and_loaded(tmp_path: Path) -> None:
    """Folders are made as needed; a folder that is not there has no files."""
    record = RecordFolder(tmp_path / "record")
    assert record.list_paths() == []
    record.store([LogFile("data/000001/a.csv", b"a"), LogFile("README.txt", b"r")])
    assert record.list_paths() == ["README.txt", "data/000001/a.csv"]
    assert record.load("data/000001/a.csv", 10) == b"a"
    assert record.load("data/000001/b.csv", 10) is None


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", ".hidden", "a//b", ""])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    """Names come from manifests that strangers wrote."""
    record = RecordFolder(tmp_path / "record")
    with pytest.raises(MalformedError):
        record.store([LogFile(path, b"x")])
    with pytest.raises(MalformedError):
        record.load(path, 10)


def test_a_link_is_listed_and_not_followed(tmp_path: Path) -> None:
    """Neither to a file nor to a folder; what it leads to stays as it is."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"keep")
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "data").symlink_to(outside)
    record = RecordFolder(folder)
    assert record.list_paths() == ["data"]
    with pytest.raises(MalformedError):
        record.load("data/file", 10)
    with pytest.raises(AdapterError):
        record.remove(["data/file"])
    record.remove(["data"])
    assert record.list_paths() == []
    assert (outside / "file").read_bytes() == b"keep"


def test_removing_takes_empty_folders_along_and_may_be_repeated(tmp_path: Path) -> None:
    """A crash in the middle leaves the rest for the next time."""
    record = RecordFolder(tmp_path / "record")
    record.store([LogFile("data/000001/a", b""), LogFile("data/000002/a", b"")])
    record.remove(["data/000001/a", "data/000001/gone"])
    record.remove(["data/000001/a"])
    assert record.list_paths() == ["data/000002/a"]
    assert sorted(os.listdir(tmp_path / "record" / "data")) == ["000002"]  # noqa: PTH208  # names
    record.remove(["data/000002/a"])
    assert sorted(tmp_path.iterdir()) == [tmp_path / "record"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can write everywhere")
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """An operator's problem, without a traceback."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(AdapterError):
            RecordFolder(tmp_path).store([LogFile("a", b"")])
    finally:
        tmp_path.chmod(0o700)


def test_a_name_that_is_a_folder_cannot_be_removed_as_a_file(tmp_path: Path) -> None:
    """The system refuses; the error is one of ours."""
    (tmp_path / "record" / "data").mkdir(parents=True)
    with pytest.raises(AdapterError):
        RecordFolder(tmp_path / "record").remove(["data"])
