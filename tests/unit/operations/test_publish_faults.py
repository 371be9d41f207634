"""The publisher dies, or its disk fills up, at every single step of writing."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import AdapterError, ElectionRecordError
from escrutinio.operations import (
    Submission,
    begin_election,
    open_election,
    publish_record,
    submit_entries,
)
from escrutinio.testing.election import CLOSING_S
from tests.unit.operations.days import small_day
from tests.unit.operations.deaths import DeathError, FailingDisk
from tests.unit.operations.readers import read_record

DAY = small_day()
#: Work is dealt out so that several processes can share it.
SHARES = 6


def _create(base: Path) -> None:
    with writing_workspace(base / "election") as workspace:
        begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator).save()


def _append(base: Path, begin: int, end: int, surplus: int = 0) -> None:
    entries = [data for item in DAY.stations[begin:end] for data in DAY.report(item, surplus)]
    submissions = [Submission(f"{number}", data) for number, data in enumerate(entries)]
    with writing_workspace(base / "election") as workspace:
        election = open_election(workspace, DAY.log_key)
        answers = submit_entries(election, submissions)
        election.save()
    assert all(answer.index is not None for answer in answers)


def _publish(base: Path, number: int | None) -> None:
    time_s = None if number is None else CLOSING_S + number * 1800
    with writing_workspace(base / "election") as workspace:
        election = open_election(workspace, DAY.log_key)
        publish_record(election, RecordFolder(base / "record"), DAY.operator, time_s)


def _publish_third(base: Path) -> None:
    """Publish with a hold, and with old exports and tiles to remove."""
    _publish(base, 3)


def _prepare(base: Path, steps: int) -> None:
    work: list[Callable[[], None]] = [
        lambda: _create(base),
        lambda: _append(base, 0, 2),
        lambda: _publish(base, 1),
        lambda: _append(base, 2, 4),
        lambda: _publish(base, 2),
        lambda: _append(base, 4, 6, surplus=3),
    ]
    for step in work[:steps]:
        step()


STAGES: dict[str, tuple[int, Callable[[Path], None]]] = {
    "create": (0, _create),
    "append": (1, lambda base: _append(base, 0, 2)),
    "publish first": (2, lambda base: _publish(base, 1)),
    "publish third": (6, _publish_third),
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give a folder before each stage."""
    folders = {}
    for stage, (steps, _) in STAGES.items():
        folders[stage] = tmp_path_factory.mktemp(stage.replace(" ", "_"))
        _prepare(folders[stage], steps)
    return folders


def _fail_everywhere(
    before: Path, scratch: Path, stage: str, code: int | None, share: int
) -> Iterator[Path]:
    """Run a stage once for each of its steps that belongs to the share, failing there."""
    _, run = STAGES[stage]
    deadly = 1 + share
    while True:
        base = scratch / str(deadly)
        shutil.copytree(before, base)
        disk = FailingDisk(deadly, code)
        with disk, suppress(DeathError, AdapterError):
            run(base)
        if not disk.has_failed:
            return
        yield base
        shutil.rmtree(base)
        deadly += SHARES


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("stage", STAGES)
def test_a_publisher_that_dies_leaves_a_whole_record_and_the_next_run_completes_it(
    prepared: dict[str, Path], tmp_path: Path, stage: str, share: int
) -> None:
    """A reader never sees half a bulletin, and nothing that was accepted is lost."""
    for base in _fail_everywhere(prepared[stage], tmp_path, stage, None, share):
        _require_whole(prepared[stage], base, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_leaves_a_whole_record_and_the_next_run_completes_it(
    prepared: dict[str, Path], tmp_path: Path, stage: str
) -> None:
    """Here our own handlers run too; a share of the steps is enough, death tries them all."""
    for base in _fail_everywhere(prepared[stage], tmp_path, stage, errno.ENOSPC, 2):
        _require_whole(prepared[stage], base, stage)


def _require_whole(prepared: Path, base: Path, stage: str) -> None:
    before = read_record(prepared / "record", DAY) or []
    seen = read_record(base / "record", DAY) or []
    assert seen[: len(before)] == before
    with FailingDisk():
        _finish(base, stage)
    after = read_record(base / "record", DAY)
    assert after is not None
    assert after[: len(seen)] == seen
    assert not list(base.rglob("*.part"))


def _finish(base: Path, stage: str) -> None:
    """Do again what failed, as its user would, and publish the log as it is."""
    if stage == "create":
        # The folder is complete already when only the cache was not written.
        with suppress(ElectionRecordError):
            _create(base)
    if stage in {"create", "append"}:
        _append(base, 0, 2)
    _publish(base, None)
