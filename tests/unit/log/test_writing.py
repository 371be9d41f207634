"""A log that grows, and one whose writer dies at every write."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from escrutinio.adapters.log_folder import LogFolder
from escrutinio.errors import (
    AdapterError,
    MalformedError,
    RefusedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import (
    EMPTY_EDGE,
    INTENDED_PATH,
    Checkpoint,
    CosignerKey,
    LogFile,
    LogKey,
    LogReader,
    append_entries,
    create_log,
    encode_checkpoint,
    load_checkpoint,
    load_edge,
    open_log,
    read_log,
    sign_checkpoint,
    sign_cosignature,
    verify_checkpoint,
    verify_reading,
)
from tests.unit.log.worlds import (
    LOG,
    WITNESS,
    DeathError,
    DyingStore,
    MemoryStore,
    make_entries,
)


def _read_all(reader: LogReader) -> list[bytes]:
    signed = load_checkpoint(reader)
    assert signed is not None
    verify_checkpoint(signed, LogKey.of(LOG.vkey), "checkpoint")
    reading = read_log(reader, signed.checkpoint)
    verify_reading(reading)
    return list(reading.entries)


def test_a_log_begins_published_and_empty() -> None:
    """Witnesses and readers can follow a log from before its first entry."""
    store = MemoryStore()
    create_log(store, LOG)
    assert _read_all(store) == []
    with pytest.raises(RefusedError):
        create_log(store, LOG)


def test_entries_are_published_only_when_asked() -> None:
    """Between append and publish the witnesses are asked; nobody reads the new size yet."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(3))
    assert _read_all(store) == []
    writer.publish()
    assert _read_all(store) == make_entries(3)


def test_late_cosignatures_join_the_published_checkpoint() -> None:
    """No witness holds a result up: it is published at once and its lines come later."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(3))
    first = writer.publish()
    line = sign_cosignature(first, WITNESS, 1)
    again = writer.publish([line], [CosignerKey(WITNESS.vkey)])
    assert again.note.text == first.note.text
    assert again.note.signatures == (*first.note.signatures, line)
    assert writer.publish() == again == load_checkpoint(store)
    assert open_log(store, LOG).publish() == again


def test_a_bad_cosignature_changes_nothing() -> None:
    """A line that does not verify would make strict readers reject the checkpoint."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    old = writer.signed
    writer.append(make_entries(3))
    published = writer.publish()
    line = sign_cosignature(old, WITNESS, 1)
    with pytest.raises(VerificationError):
        writer.publish([line], [CosignerKey(WITNESS.vkey)])
    assert load_checkpoint(store) == published


def test_an_oversize_entry_is_refused_before_anything_is_written() -> None:
    """65,535 bytes fit the length of a bundle, 65,536 do not."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    before = dict(store.files)
    with pytest.raises(MalformedError):
        writer.append([b"fine", bytes(65_536)])
    assert store.files == before
    writer.append([bytes(65_535)])
    writer.publish()
    assert _read_all(store) == [bytes(65_535)]


class _FullDisk(MemoryStore):
    is_full = False

    def store(self, files: object) -> None:
        """Refuse while the disk is full."""
        if self.is_full:
            raise AdapterError("disk full", retryable=True)
        super().store(files)  # type: ignore[arg-type]  # the same argument


def test_after_a_failed_step_the_log_must_be_opened_again() -> None:
    """What the disk holds is unknown; memory could sign another root for a signed size."""
    store = _FullDisk()
    writer = create_log(store, LOG)
    store.is_full = True
    with pytest.raises(AdapterError):
        writer.append(make_entries(3))
    store.is_full = False
    with pytest.raises(AdapterError):
        writer.append(make_entries(3))
    with pytest.raises(AdapterError):
        writer.publish()
    writer = open_log(store, LOG)
    writer.append(make_entries(3))
    writer.publish()
    assert _read_all(store) == make_entries(3)


OTHER = sign_checkpoint(Checkpoint(LOG.name, 3, bytes(32)), LOG)
SMALLER = sign_checkpoint(Checkpoint(LOG.name, 2, bytes(32)), LOG)
#: Name of the damage: the file, its new bytes or None, and what opening the log answers.
DAMAGES: dict[str, tuple[str, bytes | None, type[Exception]]] = {
    "no intended checkpoint": (INTENDED_PATH, None, UnverifiableError),
    "intended of another root": (INTENDED_PATH, encode_checkpoint(OTHER), VerificationError),
    "intended before published": (INTENDED_PATH, encode_checkpoint(SMALLER), VerificationError),
    "tile missing": ("tile/0/000.p/3", None, UnverifiableError),
    "tile changed": ("tile/0/000.p/3", bytes(96), VerificationError),
    "tile cut": ("tile/0/000.p/3", bytes(95), MalformedError),
    "bundle missing": ("tile/entries/000.p/3", None, UnverifiableError),
    "bundle changed": ("tile/entries/000.p/3", bytes(6), MalformedError),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_log_is_not_continued(name: str) -> None:
    """Signing on a damaged tree would make the damage official."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(3))
    writer.publish()
    path, data, error = DAMAGES[name]
    del store.files[path]
    if data is not None:
        store.files[path] = data
    with pytest.raises(error):
        open_log(store, LOG)


STEPS = [(1, 200), (201, 100), (301, 3), (304, 0), (304, 300)]
BEFORE = make_entries(1)


def _grow(store: DyingStore) -> None:
    """Open the log, do again what a crash interrupted, and append in steps."""
    writer = open_log(store, LOG)
    writer.publish()
    for begin, count in STEPS:
        if writer.size == begin:
            writer.append(make_entries(count, begin))
            writer.publish()


def _count_writes(path: Path) -> int:
    _begin(path)
    store = DyingStore(LogFolder(path), path, 10**6, "before")
    _grow(store)
    return 10**6 - store.left


def _begin(path: Path) -> None:
    writer = create_log(LogFolder(path), LOG)
    writer.append(BEFORE)
    writer.publish()


@pytest.mark.parametrize("manner", ["before", "half", "after"])
def test_a_writer_may_die_at_any_write(tmp_path: Path, manner: str) -> None:
    """After each death readers see a whole log, and the next writer goes on with it."""
    writes = _count_writes(tmp_path / "count")
    assert writes > 20
    whole = make_entries(604)
    for deadly in range(1, writes + 1):
        path = tmp_path / str(deadly)
        _begin(path)
        folder = LogFolder(path)
        dying = DyingStore(folder, path, deadly, manner)
        with pytest.raises(DeathError):
            _grow(dying)
        seen = _read_all(folder)
        assert seen == whole[: len(seen)]
        with folder.writing():
            assert not list(path.rglob("*.part"))
            living = DyingStore(folder, path, 10**6, manner)
            _grow(living)
        assert _read_all(folder) == whole
        _require_one_history(dying.signed + living.signed)


def _require_one_history(signed: list[Checkpoint]) -> None:
    """Never two checkpoints of one size, and each the beginning of the whole."""
    for head in set(signed):
        edge = append_entries(EMPTY_EDGE, (), make_entries(head.size)).edge
        assert edge.compute_root() == head.root


def test_after_a_death_other_entries_may_come(tmp_path: Path) -> None:
    """Entries whose checkpoint was never signed are gone, and their files are no obstacle."""
    for deadly in range(1, 9):
        path = tmp_path / str(deadly)
        _begin(path)
        folder = LogFolder(path)
        with pytest.raises(DeathError):
            open_log(DyingStore(folder, path, deadly + 1, "after"), LOG).append(
                make_entries(600, 1)
            )
        writer = open_log(folder, LOG)
        signed_before = writer.size
        writer.append([b"other"] * 300)
        writer.publish()
        assert signed_before in {1, 601}
        assert _read_all(folder) == make_entries(signed_before) + [b"other"] * 300


def test_reading_on_from_an_older_checkpoint(tmp_path: Path) -> None:
    """What is new is read, what was verified before is not, and both hang together."""
    folder = LogFolder(tmp_path)
    writer = create_log(folder, LOG)
    for begin, end in pairwise([0, 1, 255, 256, 300, 512, 700, 66_000]):
        old = writer.signed.checkpoint
        writer.append(make_entries(end - begin, begin))
        writer.publish()
        edge = load_edge(folder, old)
        reading = read_log(folder, writer.signed.checkpoint, edge)
        verify_reading(reading)
        assert reading.begin == begin
        assert list(reading.entries) == make_entries(end - begin, begin)
        assert reading.edge == writer.edge


def test_reading_on_from_a_checkpoint_of_another_history() -> None:
    """An older checkpoint that the log does not extend is the split view itself."""
    one, other = MemoryStore(), MemoryStore()
    for store, first in ((one, b"one"), (other, b"other")):
        writer = create_log(store, LOG)
        writer.append([first])
        writer.publish()
    old = load_checkpoint(other)
    assert old is not None
    writer = open_log(one, LOG)
    writer.append(make_entries(5))
    writer.publish()
    with pytest.raises(VerificationError):
        load_edge(one, old.checkpoint)
    reading = read_log(one, writer.signed.checkpoint, load_edge(other, old.checkpoint))
    with pytest.raises(VerificationError, match="older checkpoint"):
        verify_reading(reading)


def test_partial_tiles_may_go_once_the_full_ones_are_there() -> None:
    """A reader of an older checkpoint finds its hashes at the beginning of the full tile."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(100))
    old = writer.publish().checkpoint
    writer.append(make_entries(200, 100))
    writer.publish()
    for path in ("tile/0/000.p/100", "tile/entries/000.p/100"):
        del store.files[path]
    reading = read_log(store, old)
    verify_reading(reading)
    assert list(reading.entries) == make_entries(100)


def test_every_altered_file_of_a_log_is_found() -> None:
    """One flipped byte, a file gone, or a file too long: nothing passes, and the place is named."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(600))
    head = writer.publish().checkpoint
    good = dict(store.files)
    places = [path for path in good if path.startswith("tile/")]
    assert len(places) == 3 + 3 + 1
    for path in places:
        for data in (
            bytes([good[path][0] ^ 1]) + good[path][1:],
            good[path][:-1] + bytes([good[path][-1] ^ 1]),
            good[path][:-1],
            b"",
        ):
            store.files = {**good, path: data}
            with pytest.raises(VerificationError, match=path):
                verify_reading(read_log(store, head))
        store.files = {name: data for name, data in good.items() if name != path}
        with pytest.raises(UnverifiableError, match=path):
            verify_reading(read_log(store, head))


def test_one_altered_entry_is_one_fault() -> None:
    """The reader of a report goes to the entry, not to a thousand hashes."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(600))
    head = writer.publish().checkpoint
    data = store.files["tile/entries/001"]
    place = data.index(b"entry 301")
    store.files["tile/entries/001"] = data[:place] + b"E" + data[place + 1 :]
    reading = read_log(store, head)
    assert [fault.where for fault in reading.contradicted] == ["tile/entries/001: entry 301"]
    assert not reading.missing


def test_a_log_folder_has_one_writer(tmp_path: Path) -> None:
    """Two writers would sign two histories."""
    with (
        LogFolder(tmp_path).writing(),
        pytest.raises(AdapterError) as caught,
        LogFolder(tmp_path).writing(),
    ):
        pass
    assert caught.value.retryable


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "tile/0/../../secret", "tile/0/000/../../../x", "other"]
)
def test_a_path_never_leaves_the_folder(tmp_path: Path, path: str) -> None:
    """Somebody else's record is read from a folder of ours."""
    (tmp_path / "secret").write_bytes(b"secret")
    folder = LogFolder(tmp_path / "log")
    with pytest.raises(MalformedError):
        folder.load(path, 100)
    with pytest.raises(MalformedError):
        folder.store([LogFile(path, b"x")])


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """A record with a link would publish another file of the machine that verifies it."""
    (tmp_path / "secret").write_bytes(b"secret")
    tile = tmp_path / "log" / "tile" / "0" / "000"
    tile.parent.mkdir(parents=True)
    tile.symlink_to(tmp_path / "secret")
    with pytest.raises(MalformedError):
        LogFolder(tmp_path / "log").load("tile/0/000", 100)


def test_files_of_a_folder_are_absent_too_large_or_unreadable(tmp_path: Path) -> None:
    """Absence is an answer; everything else is an error of its own kind."""
    folder = LogFolder(tmp_path)
    assert folder.load("tile/0/000", 100) is None
    folder.store([LogFile("tile/0/000", b"x" * 100)])
    assert folder.load("tile/0/000", 100) == b"x" * 100
    with pytest.raises(MalformedError):
        folder.load("tile/0/000", 99)
    (tmp_path / "tile" / "0" / "001").mkdir()
    with pytest.raises(AdapterError):
        folder.load("tile/0/001", 99)
    os.mkfifo(tmp_path / "tile" / "0" / "002")
    with pytest.raises(AdapterError):
        folder.load("tile/0/002", 99)
    with pytest.raises(AdapterError):
        folder.store([LogFile("tile/0/001", b"x")])
    assert not list(tmp_path.rglob("*.part"))
