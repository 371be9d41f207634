"""The publisher dies, or its disk fills up, at every single step of writing."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import AdapterError, ElectionRecordError
from escrutinio.log import CHECKPOINT_PATH
from escrutinio.log.entries import Amendment, Approval, PolicyReplaced
from escrutinio.operations import (
    Submission,
    begin_election,
    open_election,
    publish_record,
    submit_entries,
)
from escrutinio.publication import Anchor, decode_manifest
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME, scan_path
from escrutinio.testing.election import CLOSING_S
from escrutinio.verification import Answer, StepStatus
from tests.unit.operations.days import small_day
from tests.unit.operations.deaths import FailingDisk
from tests.unit.operations.pages import SmallPages
from tests.unit.operations.readers import read_record, require_verified, verify_with

DAY = small_day()
#: Work is dealt out so that several processes can share it.
SHARES = 6


def _create(base: Path) -> None:
    with writing_workspace(base / "election") as workspace:
        begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator).save()


def _append(base: Path, begin: int, end: int, surplus: int = 0) -> None:
    _submit(base, [data for item in DAY.stations[begin:end] for data in DAY.report(item, surplus)])


def _submit(base: Path, entries: Sequence[bytes]) -> None:
    submissions = [Submission(f"{number}", data) for number, data in enumerate(entries)]
    with writing_workspace(base / "election") as workspace:
        election = open_election(workspace, DAY.log_key)
        answers = submit_entries(election, submissions)
        election.save()
    assert all(answer.index is not None for answer in answers)


def _change(base: Path) -> None:
    """Put other witnesses in force, and a scan beside the record: every kind of file is there."""
    policy = "".join(DAY.world.keys.policy.splitlines(keepends=True)[:2]) + "quorum party-a\n"
    proposal = DAY.sign(Amendment(PolicyReplaced(policy)), "authority-1")
    approval = Approval(hashlib.sha256(proposal).digest())
    _submit(base, [proposal, DAY.sign(approval, "authority-2")])
    scan = base / "record" / scan_path(hashlib.sha256(b"an image").digest())
    scan.parent.mkdir()
    scan.write_bytes(b"an image")


def _publish(base: Path, number: int | None, pages: SmallPages | None = None) -> None:
    time_s = None if number is None else CLOSING_S + number * 1800
    with writing_workspace(base / "election") as workspace:
        election = open_election(workspace, DAY.log_key)
        record = RecordFolder(base / "record")
        publish_record(election, record, DAY.operator, time_s, None, pages)


def _publish_third(base: Path) -> None:
    """Publish with a hold, another policy, and old exports and tiles to remove."""
    _publish(base, 3)


def _publish_pages(base: Path) -> None:
    """Publish pages over older ones: some change, some are new, one vanishes, most stay."""
    _publish(base, 2, SmallPages())


def _publish_another_look(base: Path) -> None:
    """Replace every page, beside a log that is published already."""
    _publish(base, None, SmallPages("fine"))


def _prepare_pages(base: Path) -> None:
    _create(base)
    _append(base, 0, 2)
    _publish(base, 1, SmallPages())
    _append(base, 2, 3)


def _prepare(base: Path, steps: int) -> None:
    work: list[Callable[[], None]] = [
        lambda: _create(base),
        lambda: _append(base, 0, 2),
        lambda: _publish(base, 1),
        lambda: _append(base, 2, 4),
        lambda: _publish(base, 2),
        lambda: _append(base, 4, 6, surplus=3),
        lambda: _change(base),
    ]
    for step in work[:steps]:
        step()


STAGES: dict[str, tuple[int, Callable[[Path], None]]] = {
    "create": (0, _create),
    "append": (1, lambda base: _append(base, 0, 2)),
    "publish first": (2, lambda base: _publish(base, 1)),
    "publish third": (7, _publish_third),
    "pages first": (2, lambda base: _publish(base, 1, SmallPages())),
    "pages again": (0, _publish_pages),
    "pages anew": (0, _publish_another_look),
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give a folder before each stage."""
    folders = {}
    for stage, (steps, _) in STAGES.items():
        folders[stage] = tmp_path_factory.mktemp(stage.replace(" ", "_"))
        _prepare(folders[stage], steps)
        if stage in {"pages again", "pages anew"}:
            _prepare_pages(folders[stage])
        if stage == "pages anew":
            _publish_pages(folders[stage])
    return folders


def _die_everywhere(before: Path, scratch: Path, stage: str, share: int) -> Iterator[Path]:
    """Run a stage, and give what a death at each of its steps leaves that belongs to the share.

    Who is dead writes nothing any more. So one run is enough: what is on the disk before a step.
    """
    _, run = STAGES[stage]
    base, left = shutil.copytree(before, scratch / "base"), scratch / "left"
    changes = count()
    kept: list[Path] = []

    def keep() -> None:
        if next(changes) % SHARES == share:
            kept.append(shutil.copytree(base, left / str(len(kept))))

    with FailingDisk(before_change=keep):
        run(base)
    keep()  # what the last wait for the disk leaves
    assert kept
    for folder in kept:
        yield folder
        shutil.rmtree(folder)


def _fail_everywhere(before: Path, scratch: Path, stage: str, share: int) -> Iterator[Path]:
    """Run a stage once for each of its steps that belongs to the share, on a disk full there."""
    _, run = STAGES[stage]
    deadly = 1 + share
    while True:
        base = scratch / str(deadly)
        shutil.copytree(before, base)
        disk = FailingDisk(deadly, errno.ENOSPC)
        with disk, suppress(AdapterError):
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
    for base in _die_everywhere(prepared[stage], tmp_path, stage, share):
        _require_whole(prepared[stage], base, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_leaves_a_whole_record_and_the_next_run_completes_it(
    prepared: dict[str, Path], tmp_path: Path, stage: str
) -> None:
    """Here our own handlers run too; a share of the steps is enough, death tries them all."""
    for base in _fail_everywhere(prepared[stage], tmp_path, stage, 2):
        _require_whole(prepared[stage], base, stage)


def test_a_record_that_nobody_cosigned_lacks_that_alone(prepared: dict[str, Path]) -> None:
    """Who asks for witnesses is told that they are missing: exit 3, and nothing else."""
    policy = DAY.world.keys.policy
    anchor = Anchor.of(DAY.world.definition.identity, policy)
    verified = verify_with(prepared["publish third"] / "record", anchor)
    open_steps = {step.code for step in verified.steps if step.status is StepStatus.NOT_CHECKED}
    assert verified.answer is Answer.UNCHECKED
    assert open_steps - {step.code for step in verified.steps if not step.is_asked} == {"V04"}


def test_the_third_publication_writes_replaces_and_removes_files_of_every_kind(
    prepared: dict[str, Path], tmp_path: Path
) -> None:
    """A kind of file that is never written is never half written."""
    base = shutil.copytree(prepared["publish third"], tmp_path / "base")
    record = RecordFolder(base / "record")
    before = {path: (base / "record" / path).read_bytes() for path in record.list_paths()}
    _publish_third(base)
    after = {path: (base / "record" / path).read_bytes() for path in record.list_paths()}
    new, gone = after.keys() - before.keys(), before.keys() - after.keys()
    replaced = {path for path in after.keys() & before.keys() if after[path] != before[path]}
    listed = decode_manifest(after[MANIFEST_NAME]).manifest.files
    assert replaced == {MANIFEST_NAME, CHECKPOINT_PATH, POLICY_NAME}
    assert {path.partition("/")[0] for path in new} == {"bulletins", "data", "tile"}
    assert {path.partition("/")[0] for path in gone} == {"data", "tile"}
    assert "scans" in {file.path.partition("/")[0] for file in listed}


def _require_whole(prepared: Path, base: Path, stage: str) -> None:
    before = read_record(prepared / "record", DAY) or []
    seen = read_record(base / "record", DAY) or []
    assert seen[: len(before)] == before
    require_verified(base / "record", DAY)
    with FailingDisk():
        _finish(base, stage)
    after = read_record(base / "record", DAY)
    assert after is not None
    assert after[: len(seen)] == seen
    assert decode_manifest((base / "record" / MANIFEST_NAME).read_bytes()).manifest.before is None
    require_verified(base / "record", DAY)
    assert not list(base.rglob("*.part"))


def _finish(base: Path, stage: str) -> None:
    """Do again what failed, as its user would, and publish the log as it is."""
    if stage == "create":
        # The folder is complete already when only the cache was not written.
        with suppress(ElectionRecordError):
            _create(base)
    if stage in {"create", "append"}:
        _append(base, 0, 2)
    look = {"pages first": "plain", "pages again": "plain", "pages anew": "fine"}.get(stage)
    _publish(base, None, None if look is None else SmallPages(look))
