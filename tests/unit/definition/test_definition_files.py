"""The folder of a definition on disk: missing, wrong, unreadable, and written whole or not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from escrutinio.adapters.definition_files import (
    find_document,
    load_definition,
    load_definition_files,
    store_definition_files,
)
from escrutinio.errors import AdapterError, MalformedError
from tests.vectors.definition.documents import assemble, assemble_with_trust

SEALED = assemble()
UNLISTED = assemble(stations=None)
WITH_TRUST = assemble_with_trust()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a sealed definition."""
    store_definition_files(tmp_path, SEALED)
    return tmp_path


def test_what_is_stored_is_loaded(folder: Path) -> None:
    """Nothing is lost or added on the way to the disk, and nothing temporary stays."""
    assert load_definition_files(folder) == SEALED
    assert load_definition(folder).root.name == "Ejemplia"
    assert len(list(folder.iterdir())) == 3


def test_a_definition_without_stations_has_two_files(tmp_path: Path) -> None:
    """No empty list is written where the list is not known."""
    store_definition_files(tmp_path, UNLISTED)
    assert load_definition_files(tmp_path) == UNLISTED
    assert not (tmp_path / "stations.csv").exists()


def test_a_definition_with_trust_has_four_files(tmp_path: Path) -> None:
    """The enrolled keys stand beside the stations."""
    store_definition_files(tmp_path, WITH_TRUST)
    assert load_definition_files(tmp_path) == WITH_TRUST
    assert load_definition(tmp_path).trust is not None
    assert len(list(tmp_path.iterdir())) == 4


def test_signers_without_trust_are_read_and_refused(folder: Path) -> None:
    """A file of keys that a definition does not cover may not look as if it did."""
    (folder / "signers.csv").write_bytes(WITH_TRUST.signers or b"")
    with pytest.raises(MalformedError, match=r"signers\.csv: expected no such file"):
        load_definition(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The operator mends it; the definition is not to blame."""
    with pytest.raises(AdapterError, match="nothing there"):
        load_definition_files(tmp_path / "absent")


def test_a_file_is_no_folder(folder: Path) -> None:
    """Somebody names the document instead of its folder."""
    with pytest.raises(AdapterError, match="Name its folder"):
        load_definition_files(folder / "definition.json")


def test_every_missing_file_is_named(tmp_path: Path) -> None:
    """Both in one run."""
    with pytest.raises(AdapterError) as caught:
        load_definition_files(tmp_path)
    assert [Path(fault.where).name for fault in caught.value.faults] == [
        "definition.json",
        "divisions.csv",
    ]


@pytest.mark.parametrize(
    "name", ["definition.json", "divisions.csv", "stations.csv", "signers.csv"]
)
def test_a_folder_is_no_file(folder: Path, name: str) -> None:
    """A folder in place of a file is refused before anything is read."""
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    with pytest.raises(AdapterError, match="a folder or a device"):
        load_definition_files(folder)


def test_a_pipe_is_no_file(folder: Path) -> None:
    """Reading a pipe that nobody writes to would wait for ever."""
    (folder / "stations.csv").unlink()
    os.mkfifo(folder / "stations.csv")
    with pytest.raises(AdapterError, match="a folder or a device"):
        load_definition_files(folder)


def test_a_symbolic_link_is_followed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Large tables are often kept once and linked."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "list.csv"
    (folder / "stations.csv").rename(elsewhere)
    (folder / "stations.csv").symlink_to(elsewhere)
    assert load_definition_files(folder) == SEALED


def test_a_broken_link_does_not_pass_for_no_list(folder: Path) -> None:
    """A list that is lost is not the same as a list that never was."""
    (folder / "stations.csv").unlink()
    (folder / "stations.csv").symlink_to(folder / "gone.csv")
    with pytest.raises(AdapterError, match="nothing there"):
        load_definition_files(folder)


def test_a_file_beyond_the_limit_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is lowered here; a file of 256 MiB would only slow the test."""
    monkeypatch.setattr("escrutinio.adapters.definition_files.MAX_TABLE_BYTES", 100)
    with pytest.raises(MalformedError, match="at most 100 bytes"):
        load_definition_files(folder)


def test_nothing_is_written_next_to_a_list_that_is_not_the_definitions(folder: Path) -> None:
    """Every reader would refuse the folder, so it is refused while it can still be mended."""
    before = load_definition_files(folder)
    with pytest.raises(AdapterError, match="Remove it"):
        store_definition_files(folder, UNLISTED)
    assert load_definition_files(folder) == before


def test_every_table_that_is_not_the_definitions_is_named(folder: Path) -> None:
    """Both in one run."""
    (folder / "signers.csv").write_bytes(b"")
    with pytest.raises(AdapterError) as caught:
        store_definition_files(folder, UNLISTED)
    assert [Path(fault.where).name for fault in caught.value.faults] == [
        "stations.csv",
        "signers.csv",
    ]


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    """A slip in a path must not leave a definition in a place nobody looks at."""
    with pytest.raises(AdapterError, match="nothing there"):
        store_definition_files(tmp_path / "absent", SEALED)


def test_the_draft_goes_before_the_sealed_document(folder: Path) -> None:
    """Where there is a draft, it is what the author writes; else the document itself is."""
    assert find_document(folder) == "definition.json"
    (folder / "definition.draft.json").write_bytes(SEALED.definition)
    assert find_document(folder) == "definition.draft.json"
