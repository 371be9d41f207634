"""Good bytes of every format, to begin from: the vectors, and the files of a small record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from escrutinio.definition import Definition, DefinitionFiles, decode_definition
from escrutinio.operations.election_log import STATE_PATH
from escrutinio.operations.state_cache import MAX_STATE_BYTES
from escrutinio.operations.verify import ReaderFile, ReaderFiles, read_inputs, verify
from escrutinio.testing import (
    FilesInMemory,
    Rehearsal,
    make_day,
    make_election,
    simulate,
    workspace_in_memory,
)
from escrutinio.verification import InOneProcess, encode_verified
from tests.vectors.definition.documents import assemble, assemble_with_trust

__all__ = [
    "NOW_S",
    "ROOT",
    "ChangedRecord",
    "SmallRecord",
    "definition",
    "definition_files",
    "example",
    "small_record",
    "texts",
    "vectors",
]

ROOT = Path(__file__).resolve().parents[2]
NOW_S = 2_000_000_000
VECTORS = ROOT / "tests" / "vectors"
EXAMPLE = ROOT / "examples" / "ve-2024"


class SmallRecord(FilesInMemory):
    """A record of five stations after its first bulletin, and what belongs to it.

    Attributes:
        held: what a reader kept from a whole election, with the anchor.
        state: the publisher's cache.
        ledger: what the entries say, as the ledger stores itself.
        definition: of the election.
    """

    def __init__(self) -> None:
        """Hold the election."""
        super().__init__()
        election = make_election(5, 1)
        workspace = workspace_in_memory()
        rehearsal = Rehearsal(make_day(election), workspace, self)
        rehearsal.run_to(1)
        self.definition: Definition = election.definition
        self.state: bytes = workspace.files.load(STATE_PATH, MAX_STATE_BYTES) or b""
        self.ledger: bytes = rehearsal.log.ledger.dump()
        self.held: Mapping[str, bytes] = simulate(
            election, FilesInMemory(), workspace_in_memory()
        ).files

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Do nothing: files in memory need not be fetched ahead."""

    def verified(self) -> bytes:
        """Give what a reader keeps of the verified record."""
        anchor = ReaderFile("anchor.toml", self.held["anchor.toml"])
        inputs = read_inputs(ReaderFiles(anchor=anchor), NOW_S)
        report = verify("record", self, inputs, InOneProcess(), lambda *_: None)
        state = report.verified.state
        if state is None:
            raise LookupError(str(report.answer))
        return encode_verified(state)


class ChangedRecord(SmallRecord):
    """A small record of which some files are others."""

    def __init__(self, record: SmallRecord, changes: Mapping[str, bytes]) -> None:
        """Take another's files."""
        FilesInMemory.__init__(self)
        self.files = {**record.files, **changes}


@cache
def small_record() -> SmallRecord:
    """Hold the election once."""
    return SmallRecord()


@cache
def definition_files() -> DefinitionFiles:
    """Give the election Ejemplia, with a log."""
    return assemble_with_trust()


@cache
def definition() -> Definition:
    """Give the election Ejemplia, without a log."""
    return decode_definition(assemble())


def vectors(folder: str, begin: str = "") -> Iterator[Mapping[str, Any]]:
    """Give the vectors of a folder whose names begin so."""
    for path in sorted((VECTORS / folder).glob(f"{begin}*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def texts(folder: str, begin: str, *keys: str) -> list[bytes]:
    """Give the text, or the bytes in hexadecimal, at one place of each vector."""
    found = []
    for vector in vectors(folder, begin):
        value: Any = vector
        for key in keys:
            value = value[key]
        found.append(str(value).encode("utf-8", "surrogatepass"))
    return found


def example(name: str) -> bytes:
    """Give a file of the example election."""
    return (EXAMPLE / name).read_bytes()
