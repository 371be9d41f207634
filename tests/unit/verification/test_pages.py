"""Pages beside the evidence: altered, added, and replaced while somebody verifies them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from escrutinio.adapters.record_reading import ReadFolder
from escrutinio.log import CHECKPOINT_PATH, LogFile
from escrutinio.publication import (
    Anchor,
    ManifestFile,
    PagesBefore,
    decode_manifest,
    encode_manifest,
    is_page,
    sign_manifest,
)
from escrutinio.publication.layout import MANIFEST_NAME
from escrutinio.testing.election import SimulatedElection
from escrutinio.verification import Answer, InOneProcess, ReaderInputs, Verified, verify_record
from tests.unit.operations.pages import SmallPages
from tests.unit.verification.records import NOW_S, anchor_of, failed, head_of, rehearse

_PLACE = "en/b/1.html"


@dataclass(frozen=True)
class Evening:
    """A record with pages, before a publication and after it."""

    before: Path
    after: Path
    election: SimulatedElection

    @property
    def anchor(self) -> Anchor:
        """What a reader holds."""
        return anchor_of(self.election)

    def copy(self, to: Path) -> Path:
        """Copy the record, to break the copy."""
        return shutil.copytree(self.after, to / "record")

    def interrupt(self, to: Path, older: Iterable[str]) -> Path:
        """Copy the record as a publisher leaves it that died: some pages are older."""
        folder = self.copy(to)
        shutil.copy(self.before / CHECKPOINT_PATH, folder / CHECKPOINT_PATH)
        pages = {path for path in _lines(self.before) | _lines(self.after) if is_page(path)}
        was, is_now = _lines(self.before), _lines(self.after)
        changes = {
            path: was.get(path) for path in sorted(pages) if was.get(path) != is_now.get(path)
        }
        assert {"index.html", "en/b/6.html", "en/odd.html"} <= changes.keys()
        manifest = decode_manifest((self.after / MANIFEST_NAME).read_bytes()).manifest
        manifest = replace(manifest, before=PagesBefore(head_of(self.before).size, changes))
        signed = sign_manifest(manifest, self.election.keys.log)
        (folder / MANIFEST_NAME).write_bytes(encode_manifest(signed))
        for path in older:
            if (self.before / path).exists():
                shutil.copy(self.before / path, folder / path)
            else:
                (folder / path).unlink()
        return folder


def _lines(folder: Path) -> dict[str, ManifestFile]:
    manifest = decode_manifest((folder / MANIFEST_NAME).read_bytes()).manifest
    return {file.path: file for file in manifest.files}


@pytest.fixture(name="evening", scope="module")
def _evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    folder = tmp_path_factory.mktemp("evening")
    rehearsal = rehearse(folder / "work")
    rehearsal.pages = SmallPages()
    rehearsal.run_to(4)
    for name in ("before", "after"):
        rehearsal.publish(rehearsal.log_next(), has_bulletin=True, is_last=True)
        shutil.copytree(folder / "work" / "record", folder / name)
    return Evening(folder / "before", folder / "after", rehearsal.day.election)


def _verify(source: ReadFolder, anchor: Anchor) -> Verified:
    inputs = ReaderInputs(now_s=NOW_S, anchor=anchor)
    return verify_record(source, inputs, InOneProcess(), lambda *_: None)


def _places(folder: Path, evening: Evening) -> list[str]:
    """Give the places where the manifest's step fails; no other step looks at pages."""
    found = failed(_verify(ReadFolder(folder), evening.anchor))
    assert found.keys() <= {"V19"}
    return [place.where for step in found.values() for place in step.places]


def test_a_record_with_pages_verifies(evening: Evening) -> None:
    """Before and after a publication."""
    for folder in (evening.before, evening.after):
        assert _verify(ReadFolder(folder), evening.anchor).answer is Answer.VERIFIED


def test_an_altered_page_is_named(evening: Evening, tmp_path: Path) -> None:
    """It is what most people read."""
    folder = evening.copy(tmp_path)
    (folder / "index.html").write_bytes(b"Everything is otherwise")
    (folder / _PLACE).write_bytes((folder / _PLACE).read_bytes().swapcase())
    assert _places(folder, evening) == [_PLACE, "index.html"]


def test_a_page_that_is_missing_or_added_is_named(evening: Evening, tmp_path: Path) -> None:
    """A mirror that slips in a page is found out."""
    folder = evening.copy(tmp_path)
    (folder / _PLACE).unlink()
    (folder / "en" / "news.html").write_bytes(b"by somebody else")
    assert _places(folder, evening) == [_PLACE, "en/news.html"]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_interrupted_publication_verifies_whatever_was_replaced(
    evening: Evening, tmp_path: Path, number: int
) -> None:
    """None of them, one that is new, one that changed, one that goes."""
    order = ["en/b/6.html", "index.html", "en/odd.html"]
    folder = evening.interrupt(tmp_path, order[number:])
    assert _verify(ReadFolder(folder), evening.anchor).answer is Answer.VERIFIED


def test_a_third_content_is_named_while_pages_are_replaced(
    evening: Evening, tmp_path: Path
) -> None:
    """An interruption is no licence for other bytes, not even of a page that goes."""
    folder = evening.interrupt(tmp_path, ["index.html", "en/odd.html"])
    for path in ("index.html", "en/odd.html"):
        data = (folder / path).read_bytes()
        (folder / path).write_bytes(data[:-1] + b"?")
    (folder / "en" / "b" / "6.html").write_bytes(b"other")
    assert sorted(_places(folder, evening)) == ["en/b/6.html", "en/odd.html", "index.html"]


def test_an_older_page_beside_the_new_checkpoint_is_named(evening: Evening, tmp_path: Path) -> None:
    """Otherwise a mirror could keep an old page for ever, with the log's own signature."""
    folder = evening.interrupt(tmp_path, ["index.html", "en/odd.html"])
    shutil.copy(evening.after / CHECKPOINT_PATH, folder / CHECKPOINT_PATH)
    assert _places(folder, evening) == ["index.html", "en/odd.html"]


class _Replacing(ReadFolder):
    """A folder into which another publication is written while it is being read."""

    def __init__(self, folder: Path, later: Path, moment: str) -> None:
        super().__init__(folder)
        self._later = ReadFolder(later)
        self._moment = moment
        self._has_come = False
        self.manifests = 0

    def load(self, path: str, most_bytes: int) -> bytes | None:
        self.manifests += path == MANIFEST_NAME
        # Pages and MANIFEST are those of the moment; evidence of both moments is there.
        self._has_come = self._has_come or path == self._moment
        is_later = self._has_come and (is_page(path) or path == MANIFEST_NAME)
        data = None if is_later else super().load(path, most_bytes)
        if data is None and self._has_come:
            data = self._later.load(path, most_bytes)
        return data

    def list_paths(self) -> list[str]:
        there = super().list_paths()
        if not self._has_come:
            return there
        evidence = {path for path in there if not is_page(path)}
        return sorted(evidence | set(self._later.list_paths()))


@pytest.mark.parametrize("moment", ["definition.json", "assets/made-by.txt", "index.html"])
def test_a_reader_is_not_alarmed_by_a_publication_under_way(evening: Evening, moment: str) -> None:
    """Pages that the newer manifest of the same key lists are as good as listed."""
    source = _Replacing(evening.before, evening.after, moment)
    verified = _verify(source, evening.anchor)
    assert verified.answer is Answer.VERIFIED, failed(verified)


def test_a_newer_manifest_by_another_key_excuses_nothing(evening: Evening, tmp_path: Path) -> None:
    """Who alters pages can also write a manifest, but not sign it."""
    folder = tmp_path / "record"
    shutil.copytree(evening.after, folder)
    (folder / "index.html").write_bytes(b"other")
    manifest = decode_manifest((folder / MANIFEST_NAME).read_bytes()).manifest
    line = ManifestFile("index.html", 5, hashlib.sha256(b"other").digest())
    files = tuple(line if file.path == line.path else file for file in manifest.files)
    other = replace(evening.election.keys.log, key=evening.election.keys.signer("operator"))
    signed = sign_manifest(replace(manifest, files=files), other)
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(signed))
    source = _Replacing(evening.before, folder, "index.html")
    found = failed(_verify(source, evening.anchor))
    assert [place.where for place in found["V19"].places] == ["index.html", "en/b/6.html"]


def test_a_manifest_is_not_read_again_for_every_altered_page(
    evening: Evening, tmp_path: Path
) -> None:
    """A record that lies must not have its reader load megabytes for each page."""
    folder = evening.copy(tmp_path)
    pages: Sequence[str] = [path for path in _lines(folder) if is_page(path)]
    ReadFolder(folder).store([LogFile(path, b"other") for path in pages])
    source = _Replacing(folder, folder, "")
    found = failed(_verify(source, evening.anchor))
    assert len(found["V19"].places) == len(pages) > 10
    assert source.manifests <= 12
