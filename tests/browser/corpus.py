"""Every record that the mutation tests verify, kept with the answers of the program.

A pytest plugin for a process of its own, so that another verifier can be held against the answers:

    python -m pytest -p tests.browser.corpus --corpus FOLDER --corpus-tests 20 tests/scenario/...

Files are kept once, by their digest. Where a test verifies since an earlier run, the whole record
is verified with the checkpoint of then, which is what a reader without that memory can do.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from escrutinio.publication import Anchor, encode_anchor
from escrutinio.verification import (
    InOneProcess,
    NamedCheckpoint,
    ReaderInputs,
    Verified,
    VerifiedState,
    verify_record,
)
from tests.mutations import NOW_S, WATCHERS, MemorySource

if TYPE_CHECKING:
    import pytest

__all__ = ["MODULES", "Case", "read_cases"]

#: Where the corpus is: tests that verify one broken record after the other.
MODULES = (
    "test_mutations_files.py",
    "test_mutations_entries.py",
    "test_mutations_fields.py",
    "test_mutations_signed.py",
    "test_mutations_amended.py",
    "test_mutations_since.py",
    "test_mutations_transcription.py",
    "test_hostile_records.py",
    "test_hostile_packed.py",
)
_INDEX = "cases.jsonl"
#: The same sample in every run.
_SEED = 4


@dataclass(frozen=True)
class Case:
    """A record, and what the program says of it.

    Attributes:
        test: that broke it.
        files: digest of each file, by its path.
        anchor: text of the trust anchor, or None.
        older: digest of an older checkpoint that the reader kept, or None.
        now: the time, in seconds since 1970.
        steps: how each step ended, by its code.
    """

    test: str
    files: Mapping[str, str] = field(repr=False)
    anchor: str | None
    older: str | None
    now: int
    steps: Mapping[str, str]


def read_cases(folder: Path) -> Iterator[Case]:
    """Read what the plugin wrote."""
    with (folder / _INDEX).open(encoding="utf-8") as lines:
        for line in lines:
            yield Case(**json.loads(line))


class _Writer:
    """Writes a case for every record that is verified."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._index = (folder / _INDEX).open("w", encoding="utf-8")

    def __call__(
        self,
        files: Mapping[str, bytes],
        anchor: Anchor | None,
        since: VerifiedState | None,
        verified: Verified,
    ) -> None:
        """Write one."""
        if since is not None:
            source = MemorySource()
            source.files = dict(files)
            older = (NamedCheckpoint("older", since.signed()),)
            inputs = ReaderInputs(now_s=NOW_S, anchor=anchor, older=older)
            verified = verify_record(source, inputs, InOneProcess(), lambda *_: None)
        case = Case(
            test=os.environ.get("PYTEST_CURRENT_TEST", ""),
            files={path: self._keep(data) for path, data in files.items()},
            anchor=None if anchor is None else encode_anchor(anchor).decode(),
            older=None if since is None else self._keep(since.checkpoint),
            now=NOW_S,
            steps={step.code.value: step.status.value for step in verified.steps},
        )
        self._index.write(json.dumps(asdict(case)) + "\n")

    def close(self) -> None:
        """Finish the list."""
        self._index.close()

    def _keep(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        if name not in self._kept:
            (self._folder / name).write_bytes(data)
            self._kept.add(name)
        return name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take where to write, and how many tests to run."""
    parser.addoption("--corpus", type=Path, help="folder to write the records to")
    parser.addoption("--corpus-tests", type=int, help="run so many tests, chosen by a fixed seed")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch."""
    folder = config.getoption("--corpus")
    if folder is not None:
        writer = _Writer(folder)
        WATCHERS.append(writer)
        config.add_cleanup(writer.close)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the sample."""
    number = config.getoption("--corpus-tests")
    if number is not None and number < len(items):
        chosen = random.Random(_SEED).sample(range(len(items)), number)  # noqa: S311  # no secret
        items[:] = [items[place] for place in sorted(chosen)]
