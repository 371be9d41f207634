"""A small record in memory, and every way to break it that the mutation corpus uses.

The election has twenty stations, with each of the cases of ``testing/cases.py``, and its day is
pressed into two bulletins, so that every kind of entry of an official record stands in one small
log and one verification takes a fifth of a second.

Two hands break it:

- an **outsider** has no key: a mirror, a disk, a network;
- an **insider** has every key there is, the witnesses' too, and signs again whatever was altered:
  entries, tiles, checkpoint, cosignatures, manifest. What is left to catch them is arithmetic.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeAlias

import msgspec

from escrutinio.errors import Fault
from escrutinio.log import (
    EMPTY_EDGE,
    Checkpoint,
    CosignerKey,
    add_cosignatures,
    append_entries,
    bundles_of,
    decode_bundle,
    decode_checkpoint,
    encode_checkpoint,
    sign_checkpoint,
    sign_cosignature,
)
from escrutinio.log.entries import Approval, Bulletin, Content, Proclamation, decode_entry
from escrutinio.log.entries import sign_entry as sign_content
from escrutinio.primitives import JsonValue
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import (
    Anchor,
    Manifest,
    ManifestFile,
    decode_manifest,
    encode_manifest,
    sign_manifest,
)
from escrutinio.testing import (
    FilesInMemory,
    Rehearsal,
    SimulatedElection,
    make_day,
    make_election,
    workspace_in_memory,
)
from escrutinio.testing.election import CLOSING_S
from escrutinio.verification import (
    Answer,
    InOneProcess,
    ReaderInputs,
    StepStatus,
    Verified,
    VerifiedState,
    verify_record,
)

__all__ = [
    "BULLETINS",
    "NOW_S",
    "STATIONS",
    "WATCHERS",
    "MemorySource",
    "SmallRecord",
    "alter_value",
    "collapse",
    "entries_of",
    "find_passes",
    "find_unnamed",
    "fix_body",
    "leaves_of",
    "named",
    "place_of",
    "published_by",
    "rehearse",
    "relog",
    "sign_files",
    "sign_head",
    "sign_lines",
    "small_record",
    "step_of_file",
    "step_of_value",
    "verify_files",
    "with_leaf",
]

STATIONS = 20
#: The whole day is pressed into so many bulletins.
BULLETINS = 2
#: After everything in the simulated election.
NOW_S = 1_911_600_000
#: What ten bulletins hold is told in two.
_PRESSED = 5
_NOT_LISTED = frozenset({"MANIFEST", "checkpoint"})

#: Where a value stands in JSON: keys and positions from the outside in.
Path = tuple[str | int, ...]
#: Told of every record that was verified and of the answer: another verifier is held against that.
Watcher: TypeAlias = (
    "Callable[[Mapping[str, bytes], Anchor | None, VerifiedState | None, Verified], None]"
)
WATCHERS: list[Watcher] = []


class MemorySource(FilesInMemory):
    """A record in memory that can be verified."""

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Do nothing: everything is here."""


@dataclass(frozen=True)
class SmallRecord:
    """An honest record.

    Attributes:
        election: whose keys anybody can derive.
        anchor: what a reader holds from elsewhere.
        files: bytes by path.
        entries: of its log.
        signers: names of the keys that signed them, in the same order.
    """

    election: SimulatedElection
    anchor: Anchor
    files: Mapping[str, bytes] = field(repr=False)
    entries: tuple[bytes, ...] = field(repr=False)
    signers: tuple[str, ...] = field(repr=False)

    @property
    def identity(self) -> bytes:
        """What stands in every entry."""
        return bytes.fromhex(self.election.definition.identity)[:16]

    def content(self, index: int) -> Content:
        """Give what an entry says."""
        return decode_entry(self.entries[index], index, f"entry {index}").content

    def sign(self, content: Content, signer: str) -> bytes:
        """Sign an entry under the key of anybody, enrolled or not."""
        return sign_content(content, self.identity, self.election.keys.signer(signer))


@cache
def small_record(seed: int = 1) -> SmallRecord:
    """Publish the small election, once per process."""
    rehearsal = rehearse(STATIONS, seed)
    rehearsal.run_to(BULLETINS)
    rehearsal.proclaim()
    return published_by(rehearsal)


def rehearse(stations: int, seed: int, pressed: int = _PRESSED) -> Rehearsal:
    """Begin an election in memory whose evening is so many times shorter."""
    day = make_day(make_election(stations, seed))
    day.events[:] = [
        replace(event, time_s=_press(event.time_s, pressed)) for event in tuple(day.arrivals())
    ]
    return Rehearsal(day, workspace_in_memory(), FilesInMemory())


def published_by(rehearsal: Rehearsal) -> SmallRecord:
    """Give the record of an election that was proclaimed."""
    election, record = rehearsal.day.election, rehearsal.record
    assert isinstance(record, FilesInMemory)
    signers = {event.digest: event.signer for event in rehearsal.day.events}
    entries = tuple(entries_of(record.files))
    # What arrives after the bulletins was signed by the authority, the rest by the operator.
    late = ("authority-1", "authority-3")
    names = [
        signers.get(hashlib.sha256(entry).digest(), "operator") for entry in entries[: -len(late)]
    ]
    anchor = Anchor.of(election.definition.identity, election.keys.policy)
    return SmallRecord(election, anchor, dict(record.files), entries, (*names, *late))


def _press(time_s: int, pressed: int) -> int:
    return time_s if time_s < CLOSING_S else CLOSING_S + (time_s - CLOSING_S) // pressed


def entries_of(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Give the entries of a record's log, in order."""
    head = decode_checkpoint(files["checkpoint"], "checkpoint").checkpoint
    for bundle in bundles_of(head.size):
        yield from decode_bundle(files[bundle.path], bundle.width, bundle.path)


# --- verifying -------------------------------------------------------------------------------


def verify_files(
    files: Mapping[str, bytes], anchor: Anchor | None, since: VerifiedState | None = None
) -> Verified:
    """Verify a record in this process, whole or since an earlier run."""
    source = MemorySource()
    source.files = dict(files)
    inputs = ReaderInputs(now_s=NOW_S, anchor=anchor, verified=since)
    verified = verify_record(source, inputs, InOneProcess(), lambda *_: None)
    for watcher in WATCHERS:
        watcher(files, anchor, since, verified)
    return verified


def named(verified: Verified, step: str) -> Sequence[Fault]:
    """Give the places at which a step failed; none when it did not."""
    found = next(item for item in verified.steps if item.code == step)
    return found.places if found.status is StepStatus.FAILED else ()


def find_passes(
    verified: Verified, mutation: str, steps: Iterable[str], place: str | None = None
) -> Iterator[str]:
    """Say in what a mutation was not rejected as it must be.

    Args:
        verified: what verification said of the broken record.
        mutation: what was done, for the message.
        steps: each must fail.
        place: what each of them must name; None where only the step is certain.
    """
    if verified.answer is not Answer.CONTRADICTED:
        yield f"{mutation}: answer {verified.answer}"
        return
    for step in steps:
        places = [f"{fault.where} {fault.found}" for fault in named(verified, step)]
        if not any(place is None or place in shown for shown in places):
            failed = [item.code.value for item in verified.steps if item.status == "failed"]
            yield f"{mutation}: {step} does not name {place}; {failed} failed, {places[:3]}"


def find_unnamed(verified: Verified, expected: Iterable[tuple[str, str]]) -> list[str]:
    """Give the places, each with its step, that verification should have named and did not."""
    by_step: dict[str, set[str]] = {}
    unnamed = []
    for step, place in expected:
        if step not in by_step:
            by_step[step] = {fault.where for fault in named(verified, step)}
        if place not in by_step[step]:
            unnamed.append(f"{step} {place}")
    return unnamed


def step_of_file(record: SmallRecord, path: str) -> str:
    """Name the step that a file of a log below 256 entries belongs to; V19 comes on top."""
    size = len(record.entries)
    newest = max(item for item in record.files if item.startswith("data/")).split("/")[1]
    rules = (
        (r"definition\.json", "V01"),
        (r"(?:divisions|stations|signers)\.csv", "V02"),
        (r"checkpoint", "V03"),
        (rf"tile/.*/{size}", "V05"),
        (r"bulletins/[0-9]{6}/(?:bulletin\.json|rows\.csv)", "V15"),
        (r"bulletins/[0-9]{6}\.zip", "V18"),
        (rf"data/{newest}/findings\.csv", "V11"),
        (rf"data/{newest}/.*", "V18"),
        (r"tlog-policy", "V18"),
        # Tiles of an older size, the exports of an older bulletin, README.txt, MANIFEST.
        (r".*", "V19"),
    )
    return next(step for rule, step in rules if re.fullmatch(rule, path))


def step_of_value(path: Path) -> str:
    """Name the step that a value of a bulletin's body belongs to: chain, outcome, or totals."""
    first = next(part for part in path if isinstance(part, str))
    inner = path[2] if len(path) > 2 and first == "contests" else first
    if inner in {"changes", "checkpoint", "previous", "number", "time_s"}:
        return "V16"
    return "V17" if inner in {"counted", "outcomes"} else "V15"


# --- the insider -----------------------------------------------------------------------------


def sign_files(
    record: SmallRecord, files: Mapping[str, bytes], log: NoteSigner | None = None
) -> dict[str, bytes]:
    """Sign a manifest of whatever is there, for the checkpoint that is there."""
    head = decode_checkpoint(files["checkpoint"], "checkpoint").checkpoint
    lines = tuple(
        ManifestFile(path, len(data), hashlib.sha256(data).digest())
        for path, data in sorted(files.items())
        if path not in _NOT_LISTED
    )
    manifest = Manifest(head.origin, head.size, head.root, lines)
    signed = sign_manifest(manifest, log or record.election.keys.log)
    return {**files, "MANIFEST": encode_manifest(signed)}


def sign_lines(record: SmallRecord, alter: Callable[[ManifestFile], ManifestFile]) -> bytes:
    """Sign a manifest that says something else of every file."""
    manifest = decode_manifest(record.files["MANIFEST"]).manifest
    lines = sorted((alter(line) for line in manifest.files), key=lambda line: line.path)
    return encode_manifest(
        sign_manifest(replace(manifest, files=tuple(lines)), record.election.keys.log)
    )


def sign_head(record: SmallRecord, head: Checkpoint, log: NoteSigner | None = None) -> bytes:
    """Sign a checkpoint as the log and every witness."""
    keys = record.election.keys
    signed = sign_checkpoint(head, log or keys.log)
    lines = [
        sign_cosignature(signed, witness, CLOSING_S + 4_300 + number)
        for number, witness in enumerate(keys.witnesses)
    ]
    cosigners = [CosignerKey(witness.vkey) for witness in keys.witnesses]
    return encode_checkpoint(add_cosignatures(signed, lines, cosigners))


def relog(
    record: SmallRecord,
    entries: Sequence[bytes],
    others: Mapping[str, bytes] | None = None,
    log: NoteSigner | None = None,
) -> dict[str, bytes]:
    """Write another log under the keys of the first, witnesses' and manifest's included.

    Args:
        record: whose keys and other files are used.
        entries: the new log.
        others: files that differ from the record's.
        log: another key of the log.
    """
    grown = append_entries(EMPTY_EDGE, (), entries)
    files = {
        path: data for path, data in record.files.items() if not path.startswith("tile/")
    } | dict(others or {})
    files |= {file.path: file.data for file in grown.files}
    head = Checkpoint(record.election.keys.log.name, grown.edge.size, grown.edge.compute_root())
    files["checkpoint"] = sign_head(record, head, log)
    return sign_files(record, files, log)


def fix_body(
    record: SmallRecord, body: bytes, alter: Callable[[Bulletin], Bulletin] = lambda item: item
) -> list[bytes]:
    """Have the newest bulletin's entry hold the digest of another body, and proclaim that.

    Args:
        record: whose log it was.
        body: the other body.
        alter: changes the bulletin's entry besides.

    Returns:
        The entries of the new log.
    """
    place = _place_of(record, Bulletin, last=True)
    bulletin = record.content(place)
    if not isinstance(bulletin, Bulletin):
        raise TypeError(bulletin)
    bulletin = msgspec.structs.replace(
        bulletin, body=hashlib.sha256(body).digest(), body_bytes=len(body)
    )
    entry = record.sign(alter(bulletin), "operator")
    proclamation = record.content(place + 1)
    if not isinstance(proclamation, Proclamation):
        raise TypeError(proclamation)
    proclaimed = record.sign(
        msgspec.structs.replace(proclamation, bulletin=hashlib.sha256(entry).digest()),
        record.signers[place + 1],
    )
    approval = Approval(hashlib.sha256(proclaimed).digest())
    approved = record.sign(approval, record.signers[place + 2])
    return [*record.entries[:place], entry, proclaimed, approved]


def _place_of(record: SmallRecord, kind: type[Content], *, last: bool = False) -> int:
    places = range(len(record.entries))
    found = [place for place in places if isinstance(record.content(place), kind)]
    return found[-1 if last else 0]


# --- JSON ------------------------------------------------------------------------------------


def leaves_of(value: JsonValue, path: Path = ()) -> Iterator[Path]:
    """Give the path of every value that holds no other: numbers, texts, null, empty lists."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves_of(item, (*path, key))
    elif isinstance(value, list) and value:
        for position, item in enumerate(value):
            yield from leaves_of(item, (*path, position))
    else:
        yield path


def collapse(path: Path) -> str:
    """Give the class of a path: the same without positions in lists."""
    return ".".join("*" if isinstance(part, int) else part for part in path)


def place_of(document: JsonValue, path: Path) -> str:
    """Give the name of a place in JSON as verification writes it.

    An item of a list that says what it is about is named by that, every other by its position.
    """
    name = ""
    for part in path:
        if isinstance(document, dict) and isinstance(part, str):
            name = f"{name}.{part}" if name else part
            document = document[part]
        elif isinstance(document, list) and isinstance(part, int):
            document = document[part]
            name += f"[{_name_of(document) or part}]"
    return name


def _name_of(item: JsonValue) -> str | None:
    if isinstance(item, dict):
        for key in ("contest", "division", "candidacy", "station", "kind"):
            if isinstance(value := item.get(key), str):
                return value
    return None


def alter_value(value: JsonValue) -> JsonValue:
    """Give another value, of the same kind where that is one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        # Digests stay digests, names stay names.
        last = value[-1:]
        return value[:-1] + ("1" if last == "0" else "0")
    return 0


def with_leaf(
    document: JsonValue, path: Path, alter: Callable[[JsonValue], JsonValue] = alter_value
) -> JsonValue:
    """Give a document with one value altered; everything else is shared, nothing is changed."""
    if not path:
        return alter(document)
    first, rest = path[0], path[1:]
    if isinstance(document, dict) and isinstance(first, str):
        return {**document, first: with_leaf(document[first], rest, alter)}
    if isinstance(document, list) and isinstance(first, int):
        return [
            with_leaf(item, rest, alter) if position == first else item
            for position, item in enumerate(document)
        ]
    raise LookupError(path)
