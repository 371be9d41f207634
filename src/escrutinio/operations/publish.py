"""Publishing: automatic holds, the bulletin, and the public record of the log as it is now.

    0  what the publisher gives to the site is looked at, before anything is written
    1  findings of the checks; the holds that the frozen profile demands
    2  the bulletin about everything before it, its body in the working folder
    3  holds and bulletin in the log, together or not at all
    4  new files, MANIFEST and pages in the record
    5  the witnesses are asked; nobody waits for one longer than the asker's deadline
    6  ``checkpoint`` in the log's folder and in the record; old files removed; the cache

A publisher that dies at any point leaves a record that verifies. The next publication, with or
without a bulletin of its own, first completes this one: what is published follows from the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from escrutinio.errors import Fault, MalformedError, RefusedError, UnverifiableError
from escrutinio.log import LogReader, SignedCheckpoint, load_checkpoint
from escrutinio.log.asking import Asked, WitnessAsker
from escrutinio.log.cosignature import Cosigner
from escrutinio.log.tiles import MAX_BUNDLE_BYTES
from escrutinio.operations.bulletins import BulletinFiles, make_bulletin, remake_bulletins
from escrutinio.operations.election_keys import require_log_key, require_operator
from escrutinio.operations.election_log import ElectionLog, named_files
from escrutinio.operations.record_writing import (
    MakeFile,
    RecordState,
    RecordStore,
    load_record_state,
    make_manifest,
    publish_checkpoint,
    refuse_strays,
    remove_old_files,
    store_manifest,
    store_new_files,
    tile_paths,
)
from escrutinio.operations.site_given import GivenFile, find_given
from escrutinio.operations.site_publishing import SitePlan, keep_site, plan_site
from escrutinio.operations.site_source import PageMaker
from escrutinio.primitives.keys import SigningKey
from escrutinio.publication import ManifestFile, PagesBefore, finish_manifest
from escrutinio.publication.layout import (
    POLICY_NAME,
    README_NAME,
    body_path,
    bulletin_of,
    export_path,
    rows_path,
    scan_path,
    zip_path,
)
from escrutinio.publication.readme_text import readme_text
from escrutinio.tabulation.ledger import Departure, find_log_keys

__all__ = ["CosignatureSource", "Published", "publish_record"]

_NOTHING_GIVEN: Mapping[str, GivenFile | None] = {}
#: Newest bulletins whose exports stand unpacked in ``data``.
UNPACKED_BULLETINS = 2
#: Largest scan in a record.
MAX_SCAN_BYTES = 64 << 20


class CosignatureSource(WitnessAsker, Protocol):
    """Asks witnesses, and knows the keys that verify their answers."""

    @property
    def cosigners(self) -> Sequence[Cosigner]:
        """The keys whose lines are taken."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did.

    Attributes:
        number: of the newest bulletin in the record; None before the first.
        is_new: whether this publication made it.
        holds: sheets that were held by it.
        signed: the checkpoint as published.
        asked: what the witnesses answered; None when they were not asked.
        departures: what the new bulletin departs from: it came later than promised.
        removed: files of the record that nobody needs any more.
        pages: pages of the site that were written or went; None when they were left alone.
    """

    number: int | None
    is_new: bool
    holds: int
    signed: SignedCheckpoint
    asked: Asked | None
    departures: tuple[Departure, ...]
    removed: tuple[str, ...]
    pages: int | None


def publish_record(
    election: ElectionLog,
    record: RecordStore,
    operator: SigningKey,
    time_s: int | None,
    witnesses: CosignatureSource | None = None,
    pages: PageMaker | None = None,
    given: Mapping[str, GivenFile | None] = _NOTHING_GIVEN,
) -> Published:
    """Publish the log of an election as it is now.

    Args:
        election: open for writing. After an error it must be opened again.
        record: the record's folder, empty before the first publication.
        operator: key that signs holds and bulletins.
        time_s: time of the new bulletin, in seconds since 1970; None publishes without a new one.
        witnesses: whom to ask for cosignatures; None asks nobody.
        pages: makes the pages of the site; None leaves those that stand as they are.
        given: by path what the publisher gives to the site, None for what is taken away; what is
            not in it stays as it stands. It is for those who make pages alone.

    Raises:
        MalformedError: what is given cannot be read; nothing was written.
        RefusedError: a time that no bulletin can have now, a key that is no operator's or not the
            log's, or a folder that is no record of this election.
        VerificationError: the record or the log contradicts its key.
        AdapterError: the outside world failed. The record verifies as it is, and the next
            publication completes it.
    """
    require_operator(election.definition, operator, election.ledger.changes)
    require_log_key(election.ledger, election.writer.signer)
    keys = find_log_keys(election.ledger)
    state = load_record_state(record, keys, election.writer.signed.checkpoint)
    _require_same_election(state, election)
    refuse_strays(state, _wanted_files(election, record, state))
    lasting: Mapping[str, GivenFile] = {}
    if pages is not None:
        lasting, state = find_given(record, state, given)
        pages.check_given(lasting, election.definition)
    known = len(election.ledger.departures)
    fresh = None if time_s is None else make_bulletin(election, operator, time_s)
    published = election.ledger.bulletins
    number = published[-1].bulletin.number if published else None
    files, newest = _store_files(election, record, state, fresh)
    plan = _publish_pages(election, record, state, newest, files, pages, lasting)
    signed, asked = _publish_checkpoint(election, record, witnesses)
    removed = remove_old_files(record, files.keys() | plan.lines.keys())
    election.save()
    return Published(
        number,
        fresh is not None,
        0 if fresh is None else fresh.holds,
        signed,
        asked,
        tuple(election.ledger.departures[known:]),
        removed,
        None if pages is None else len(plan.before),
    )


def _publish_pages(
    election: ElectionLog,
    record: RecordStore,
    state: RecordState,
    newest: BulletinFiles | None,
    files: Mapping[str, ManifestFile],
    pages: PageMaker | None,
    given: Mapping[str, GivenFile],
) -> SitePlan:
    """Store MANIFEST, and the pages that it lists."""
    head, policy = election.writer.signed.checkpoint, election.ledger.policy.encode()
    with record.staging() as staged:
        if pages is None:
            plan = keep_site(state)
        else:
            plan = plan_site(election, record, state, newest, files, pages, given, staged)
        lines = {**files, **plan.lines}
        before = PagesBefore(state.size, plan.before) if plan.before else None
        signed = make_manifest(lines, head, election.writer.signer, before)
        if before is not None:
            store_manifest(record, signed, policy)
            staged.place(plan.written)
            record.remove(plan.removed)
            signed = finish_manifest(signed, election.writer.signer)
    store_manifest(record, signed, policy)
    return plan


def _publish_checkpoint(
    election: ElectionLog, record: RecordStore, witnesses: CosignatureSource | None
) -> tuple[SignedCheckpoint, Asked | None]:
    writer, log = election.writer, election.workspace.log
    if witnesses is None:
        signed, asked = writer.publish(), None
    else:
        current = load_checkpoint(log)
        is_same = current is not None and current.checkpoint == writer.signed.checkpoint
        # What has cosigned already is not asked again.
        asked = witnesses.ask(current if current and is_same else writer.signed, log)
        signed = writer.publish(asked.lines, tuple(witnesses.cosigners))
    publish_checkpoint(record, signed)
    return signed, asked


def _require_same_election(state: RecordState, election: ElectionLog) -> None:
    """Refuse the record of another election whose log has the same key."""
    for name, data in named_files(election.files).items():
        line = state.listed.get(name)
        if line is not None and line.sha256 != hashlib.sha256(data).digest():
            expected = f"the definition {election.definition.identity}"
            remedy = "Name another folder."
            raise RefusedError.of(Fault(f"record: {name}", expected, "another one", remedy))


def _wanted_files(
    election: ElectionLog, record: RecordStore, state: RecordState
) -> dict[str, MakeFile]:
    """Name every file that the record is going to have, but for those of bulletins."""
    head = election.writer.signed.checkpoint
    definition = named_files(election.files)
    wanted: dict[str, MakeFile] = {name: partial(bytes, data) for name, data in definition.items()}
    genesis = election.definition
    wanted[README_NAME] = partial(
        readme_text, str(genesis.identity), head.origin, genesis.record_kind
    )
    wanted[POLICY_NAME] = partial(bytes, election.ledger.policy.encode())
    for path in tile_paths(head.size, state.size):
        wanted[path] = partial(_load_tile, election.workspace.log, path)
    for path in sorted(state.present):
        # A hidden name is half a scan, left by a publisher that died; step 4 removes it.
        if path.startswith("scans/") and not path.startswith("scans/."):
            wanted[path] = partial(_load_scan, record, path)
    return wanted


def _load_tile(log: LogReader, path: str) -> bytes:
    data = log.load(path, MAX_BUNDLE_BYTES)
    if data is None:
        raise UnverifiableError.of(Fault(path, "a file of the log", "nothing there"))
    return data


def _load_scan(record: RecordStore, path: str) -> bytes:
    data = record.load(path, MAX_SCAN_BYTES)
    if data is None or scan_path(hashlib.sha256(data).digest()) != path:
        raise MalformedError.of(Fault(path, "a file whose name is its SHA-256", "another"))
    return data


def _store_files(
    election: ElectionLog, record: RecordStore, state: RecordState, fresh: BulletinFiles | None
) -> tuple[dict[str, ManifestFile], BulletinFiles | None]:
    """Store what the record does not have yet.

    Returns:
        The lines of its manifest for every file that is no page, and the newest bulletin, if it
        had to be made.
    """
    lines = store_new_files(record, state, _wanted_files(election, record, state))
    numbers = [item.bulletin.number for item in election.ledger.bulletins]
    unpacked = set(numbers[-UNPACKED_BULLETINS:])
    listed: dict[int, list[ManifestFile]] = {}
    for path, line in state.listed.items():
        place = bulletin_of(path)
        if place is not None and (place[0] == "bulletins" or place[1] in unpacked):
            listed.setdefault(place[1], []).append(line)
    missing = []
    for number in numbers:
        files = listed.get(number, [])
        if _is_complete(number, files, is_unpacked=number in unpacked):
            lines |= {line.path: line for line in files}
        elif fresh is None or fresh.number != number:
            missing.append(number)
    newest = fresh
    for remade in remake_bulletins(election, missing):
        lines |= _store_bulletin(record, state, remade, is_unpacked=remade.number in unpacked)
        newest = remade if remade.number == numbers[-1] else newest
    if fresh is not None:
        lines |= _store_bulletin(record, state, fresh, is_unpacked=True)
    return lines, newest


def _is_complete(number: int, files: Sequence[ManifestFile], *, is_unpacked: bool) -> bool:
    paths = {file.path for file in files}
    has_data = any(bulletin_of(path) == ("data", number) for path in paths)
    return {body_path(number), rows_path(number), zip_path(number)} <= paths and (
        has_data or not is_unpacked
    )


def _store_bulletin(
    record: RecordStore, state: RecordState, files: BulletinFiles, *, is_unpacked: bool
) -> dict[str, ManifestFile]:
    number = files.number
    contents = {
        body_path(number): files.composed.body,
        rows_path(number): files.composed.rows_csv,
        zip_path(number): files.packed,
    }
    if is_unpacked:
        contents |= {export_path(number, item.name): item.data for item in files.exports}
    return store_new_files(
        record, state, {path: partial(bytes, data) for path, data in contents.items()}
    )
