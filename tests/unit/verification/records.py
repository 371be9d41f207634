"""A small simulated record, published once, and copies of it to break."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from escrutinio.adapters.log_folder import LogFolder
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.adapters.record_reading import ReadFolder
from escrutinio.log import Checkpoint, decode_checkpoint
from escrutinio.operations.election_log import Workspace
from escrutinio.publication import (
    Anchor,
    Manifest,
    ManifestFile,
    decode_manifest,
    encode_manifest,
    sign_manifest,
)
from escrutinio.testing.election import SimulatedElection, make_election
from escrutinio.testing.rehearsal import Rehearsal, make_day
from escrutinio.verification import (
    InOneProcess,
    ReaderInputs,
    StepResult,
    StepStatus,
    Verified,
    verify_record,
)

__all__ = [
    "NOW_S",
    "Published",
    "anchor_of",
    "failed",
    "head_of",
    "rehearse",
    "sign_again",
    "small_record",
    "verify",
]

STATIONS = 24
#: After everything in the simulated election.
NOW_S = 1_911_600_000


@dataclass(frozen=True)
class Published:
    """A record in a folder, and what a reader would hold from elsewhere."""

    folder: Path
    election: SimulatedElection
    anchor: Anchor

    def copy(self, to: Path) -> Path:
        """Copy the record, to break the copy."""
        return shutil.copytree(self.folder, to / "record")


def rehearse(folder: Path, seed: int = 1, stations: int = STATIONS) -> Rehearsal:
    """Begin a simulated election in a folder; ``run`` publishes its day."""
    election = make_election(stations, seed)
    (folder / "record").mkdir(parents=True)
    (folder / "work" / "log").mkdir(parents=True)
    workspace = Workspace(RecordFolder(folder / "work"), LogFolder(folder / "work" / "log"))
    return Rehearsal(make_day(election), workspace, RecordFolder(folder / "record"))


@cache
def small_record(seed: int = 1) -> Published:
    """Publish a small election once per run of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="escrutinio-record-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    rehearsal = rehearse(folder, seed)
    rehearsal.run()
    election = rehearsal.day.election
    return Published(folder / "record", election, anchor_of(election))


def anchor_of(election: SimulatedElection) -> Anchor:
    """Give what a reader of a simulated election holds from elsewhere."""
    return Anchor.of(election.definition.identity, election.keys.policy)


def verify(folder: Path, anchor: Anchor | None, **inputs: object) -> Verified:
    """Verify a record in one process."""
    brought = ReaderInputs(now_s=NOW_S, anchor=anchor, **inputs)  # type: ignore[arg-type]  # as named by the test
    return verify_record(ReadFolder(folder), brought, InOneProcess(), lambda *_: None)


def failed(verified: Verified) -> Mapping[str, StepResult]:
    """Give the steps that failed, by code."""
    return {step.code.value: step for step in verified.steps if step.status is StepStatus.FAILED}


def sign_again(folder: Path, election: SimulatedElection) -> None:
    """Sign a manifest of whatever is there, as somebody who holds the key of the log can."""
    manifest = decode_manifest((folder / "MANIFEST").read_bytes()).manifest
    files = tuple(
        ManifestFile(path, len(data), hashlib.sha256(data).digest())
        for path in RecordFolder(folder).list_paths()
        if path not in {"MANIFEST", "checkpoint"}
        for data in [(folder / path).read_bytes()]
    )
    fresh = Manifest(manifest.origin, manifest.size, manifest.root, files)
    signed = sign_manifest(fresh, election.keys.log)
    (folder / "MANIFEST").write_bytes(encode_manifest(signed))


def head_of(folder: Path) -> Checkpoint:
    """Give the checkpoint of a record."""
    return decode_checkpoint((folder / "checkpoint").read_bytes(), "checkpoint").checkpoint
