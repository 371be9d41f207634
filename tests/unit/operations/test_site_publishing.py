"""Pages beside the evidence: what is written, what stays, and what a reader makes of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import RefusedError
from escrutinio.log.entries import (
    Amendment,
    Approval,
    LoggedSheet,
    PolicyReplaced,
    decode_entry,
)
from escrutinio.operations import (
    ElectionLog,
    Published,
    Submission,
    begin_election,
    open_election,
    publish_record,
    submit_entries,
)
from escrutinio.operations.site_source import MADE_BY_PATH, SiteSince
from escrutinio.publication import decode_manifest, is_page
from escrutinio.publication.layout import MANIFEST_NAME, scan_path
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S
from tests.unit.operations.days import small_day
from tests.unit.operations.deaths import DeathError, FailingDisk
from tests.unit.operations.pages import SmallPages
from tests.unit.operations.readers import read_record, require_verified

DAY = small_day()


@pytest.fixture
def election(tmp_path: Path) -> Iterator[ElectionLog]:
    """Give an election that has begun, open for writing."""
    with writing_workspace(tmp_path / "election") as workspace:
        yield begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)


def _append(election: ElectionLog, *entries: bytes) -> None:
    answers = submit_entries(election, [Submission("file", data) for data in entries])
    assert not [fault for answer in answers for fault in answer.faults]


def _publish(
    election: ElectionLog, folder: Path, number: int | None, pages: SmallPages | None
) -> Published:
    time_s = None if number is None else CLOSING_S + number * BULLETIN_EVERY_S
    return publish_record(election, RecordFolder(folder), DAY.operator, time_s, None, pages)


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in RecordFolder(folder).list_paths()}


def _inodes_of(folder: Path) -> dict[str, int]:
    """Give what changes of a page when it is written again, be it with the same bytes."""
    return {
        path: (folder / path).stat().st_ino
        for path in RecordFolder(folder).list_paths()
        if is_page(path)
    }


def _change_policy(election: ElectionLog) -> None:
    policy = "".join(DAY.world.keys.policy.splitlines(keepends=True)[:2]) + "quorum party-a\n"
    proposal = DAY.sign(Amendment(PolicyReplaced(policy)), "authority-1")
    approval = Approval(hashlib.sha256(proposal).digest())
    _append(election, proposal, DAY.sign(approval, "authority-2"))


def _correct(election: ElectionLog, station: int) -> None:
    """Sign a station's sheet again, as a correction of what it copied."""
    first = DAY.report(DAY.stations[station])[-1]
    content = decode_entry(first, 0, "sheet").content
    assert isinstance(content, LoggedSheet)
    follows = hashlib.sha256(first).digest()
    corrected = replace(content, version=2, follows=follows, reason=1)
    _append(election, DAY.sign(corrected, f"device-{content.station}"))


def _hold_the_day(election: ElectionLog, folder: Path, pages: SmallPages | None) -> Iterator[None]:
    """Publish six times: sheets, none at all, one held, an amendment, a correction."""
    _append(election, *DAY.reports(0, 3))
    _publish(election, folder, 1, pages)
    yield
    _publish(election, folder, 2, pages)
    yield
    _append(election, *DAY.reports(3, 5), *DAY.report(DAY.stations[5], surplus=3))
    _publish(election, folder, 3, pages)
    yield
    _change_policy(election)
    _publish(election, folder, None, pages)
    yield
    _append(election, *DAY.reports(6, 8))
    _publish(election, folder, 4, pages)
    yield
    _correct(election, 7)
    _publish(election, folder, 5, pages)
    yield


def test_every_publication_with_pages_is_a_whole_record(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Every page is listed, every step of a verification passes, nothing is left behind."""
    folder = tmp_path / "record"
    for _ in _hold_the_day(election, folder, SmallPages()):
        assert read_record(folder, DAY) is not None
        listed = decode_manifest((folder / MANIFEST_NAME).read_bytes()).manifest
        assert listed.before is None
        assert {"index.html", MADE_BY_PATH, "en/b/1.html"} <= {item.path for item in listed.files}
        assert not list(tmp_path.rglob("*.part"))
    require_verified(folder, DAY)


def test_pages_made_one_publication_after_the_other_are_those_made_at_once(
    election: ElectionLog, tmp_path: Path
) -> None:
    """What was left out did not change; what vanished is gone."""
    step = tmp_path / "step"
    pages = SmallPages()
    for number, _ in enumerate(_hold_the_day(election, step, pages)):
        once = tmp_path / f"once{number}"
        # The same log, published into an empty folder.
        _publish(election, once, None, SmallPages())
        steps, whole = _bytes_of(step), _bytes_of(once)
        assert {path: data for path, data in steps.items() if is_page(path)} == {
            path: data for path, data in whole.items() if is_page(path)
        }
    assert pages.asked[0] is None
    assert None not in pages.asked[1:]


def test_only_what_changed_is_written(election: ElectionLog, tmp_path: Path) -> None:
    """A page that stands is not even written with the same bytes again."""
    folder = tmp_path / "record"
    day = _hold_the_day(election, folder, SmallPages())
    next(day)
    before = _inodes_of(folder)
    next(day)
    after = _inodes_of(folder)
    written = {path for path in after if before.get(path) != after[path]}
    assert written == {MADE_BY_PATH, "en/b/2.html", "index.html"}
    assert before.keys() - after.keys() == {"en/odd.html"}


def test_publishing_again_without_news_makes_nothing(election: ElectionLog, tmp_path: Path) -> None:
    """Late cosignatures are no reason to read the log from its beginning."""
    folder, pages = tmp_path / "record", SmallPages()
    _append(election, *DAY.reports(0, 2))
    assert _publish(election, folder, 1, pages).pages == 7
    _publish(election, folder, None, pages)
    before = _bytes_of(folder), _inodes_of(folder)
    pages.asked.clear()
    assert _publish(election, folder, None, pages).pages == 0
    assert (_bytes_of(folder), _inodes_of(folder)) == before
    assert pages.asked == []


def test_a_scan_that_was_added_is_news_to_pages(election: ElectionLog, tmp_path: Path) -> None:
    """They may list the files of the record, which then are others though the log is the same."""
    folder, pages = tmp_path / "record", SmallPages()
    _append(election, *DAY.reports(0, 2))
    _publish(election, folder, 1, pages)
    scan = folder / scan_path(hashlib.sha256(b"an image").digest())
    scan.parent.mkdir()
    scan.write_bytes(b"an image")
    _publish(election, folder, None, pages)
    assert pages.asked == [None, SiteSince(election.ledger.size, 1, pages.fingerprint({}))]
    require_verified(folder, DAY)


def test_another_maker_makes_every_page_again(election: ElectionLog, tmp_path: Path) -> None:
    """A new version of this program, at the same size of the log: the record verifies all along."""
    folder = tmp_path / "record"
    _append(election, *DAY.reports(0, 2))
    _publish(election, folder, 1, SmallPages())
    other = SmallPages("fine")
    published = _publish(election, folder, None, other)
    assert other.asked == [None]
    assert published.pages == len(_inodes_of(folder))
    assert (folder / "index.html").read_bytes().startswith(b"fine")
    require_verified(folder, DAY)


def test_pages_are_left_alone_when_nobody_makes_them(election: ElectionLog, tmp_path: Path) -> None:
    """They stand and are listed as they are; the next maker knows what they are about."""
    folder, pages = tmp_path / "record", SmallPages()
    _append(election, *DAY.reports(0, 2))
    _publish(election, folder, 1, pages)
    size = election.ledger.size
    before = {path: data for path, data in _bytes_of(folder).items() if is_page(path)}
    _append(election, *DAY.reports(2, 3))
    published = _publish(election, folder, 2, None)
    after = {path: data for path, data in _bytes_of(folder).items() if is_page(path)}
    assert published.pages is None
    assert after == before
    require_verified(folder, DAY)
    _publish(election, folder, 3, pages)
    assert pages.asked[1:] == [SiteSince(size, 1, pages.fingerprint({}))]
    require_verified(folder, DAY)


def _interrupt(folder: Path, pages: SmallPages) -> Path:
    """Publish as a publisher does that dies between two pages; give its folder."""
    steps = 1000
    while steps:
        base = folder / "try"
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(folder, base, ignore=shutil.ignore_patterns("try"))
        disk = FailingDisk(steps)
        with writing_workspace(base / "election") as workspace:
            election = open_election(workspace, DAY.log_key)
            with disk, suppress(DeathError):
                _publish(election, base / "record", 2, pages)
        # From the end backwards: the first page is the last one that is replaced.
        steps = min(disk.steps, steps) - 1
        before, after = (path / "record" / "index.html" for path in (folder, base))
        if before.read_bytes() == after.read_bytes():
            return base
    raise AssertionError


def test_a_mixed_site_can_be_left_alone_and_is_made_whole_later(tmp_path: Path) -> None:
    """Every publication in between is a whole record; nothing is taken for what it is not."""
    with writing_workspace(tmp_path / "election") as workspace:
        election = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
        _append(election, *DAY.reports(0, 2))
        _publish(election, tmp_path / "record", 1, SmallPages())
        _append(election, *DAY.reports(2, 3))
        election.save()
    base = _interrupt(tmp_path, SmallPages())
    assert (base / "record" / "en" / "b" / "2.html").exists(), "a page that is new"
    assert decode_manifest((base / "record" / MANIFEST_NAME).read_bytes()).manifest.before
    require_verified(base / "record", DAY)
    pages = SmallPages()
    with writing_workspace(base / "election") as workspace:
        election = open_election(workspace, DAY.log_key)
        _publish(election, base / "record", None, None)
        assert not (base / "record" / MADE_BY_PATH).exists()
        require_verified(base / "record", DAY)
        _publish(election, base / "record", None, pages)
    assert pages.asked == [None]
    require_verified(base / "record", DAY)


def test_a_record_gets_its_first_pages_without_a_new_entry(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Pages may be wanted after the election is over."""
    folder = tmp_path / "record"
    _append(election, *DAY.reports(0, 2))
    _publish(election, folder, 1, None)
    size = election.ledger.size
    _publish(election, folder, None, SmallPages())
    assert election.ledger.size == size
    assert (folder / "index.html").exists()
    require_verified(folder, DAY)


def test_pages_before_the_first_bulletin_have_no_count(
    election: ElectionLog, tmp_path: Path
) -> None:
    """The record is published before polling stations close."""
    _publish(election, tmp_path / "record", None, SmallPages())
    assert (tmp_path / "record" / "index.html").read_bytes().count(b"\n") == 2


def test_a_page_that_somebody_else_put_there_is_refused(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Its bytes would be signed, or silently lost."""
    folder = tmp_path / "record"
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "other.html").write_bytes(b"not ours")
    for pages in (SmallPages(), None):
        with pytest.raises(RefusedError, match=r"other\.html"):
            _publish(election, folder, None, pages)


def test_a_page_that_is_gone_is_made_again(election: ElectionLog, tmp_path: Path) -> None:
    """Nobody can know what else was changed by hand: every page is looked at."""
    folder, pages = tmp_path / "record", SmallPages()
    _append(election, *DAY.reports(0, 2))
    _publish(election, folder, 1, pages)
    (folder / "index.html").unlink()
    assert _publish(election, folder, None, pages).pages == 1
    assert pages.asked == [None, None]
    require_verified(folder, DAY)


def test_the_source_is_the_newest_bulletin_also_when_it_is_made_again(
    election: ElectionLog, tmp_path: Path
) -> None:
    """A bulletin from the log is the same as a fresh one, findings included."""
    _append(election, *DAY.reports(0, 2), *DAY.report(DAY.stations[2], surplus=3))
    _publish(election, tmp_path / "fresh", 1, SmallPages())
    with_remade = tmp_path / "remade"
    _publish(election, with_remade, None, None)
    _publish(election, with_remade, None, SmallPages())
    fresh = (tmp_path / "fresh" / "index.html").read_bytes()
    assert (with_remade / "index.html").read_bytes() == fresh
    assert fresh.splitlines()[-1] == b"1 11 1"
