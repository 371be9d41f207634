"""Publishing pages: which of them change, and how they take the place of older ones.

Every other file of a record is written once. Pages are replaced in place, so that an address keeps
its meaning, and they are many. What holds all the same: each is listed before it is written, under
what it is going to be and under what stands there now; a publisher that dies leaves pages of which
each is the one or the other; and pages that stay as they are are neither made nor written again.

    assets/made-by.txt      what the standing pages are about, and what made them

Where that note is not there, or a publication was interrupted, all pages are made again; only those
whose bytes differ are written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from escrutinio.errors import Fault, UnverifiableError
from escrutinio.log import TILE_WIDTH, EntryBundle, LogFile, LogReader
from escrutinio.log.reading import load_entries
from escrutinio.operations.bulletins import BulletinFiles, remake_bulletins
from escrutinio.operations.election_log import ElectionLog
from escrutinio.operations.record_writing import (
    RecordState,
    RecordStore,
    StagedFiles,
    tile_paths,
)
from escrutinio.operations.site_given import GivenFile
from escrutinio.operations.site_source import MADE_BY_PATH, PageMaker, SiteSince, SiteSource
from escrutinio.publication import ManifestFile, is_page
from escrutinio.publication.bulletin_body import MAX_BODY_BYTES
from escrutinio.publication.layout import body_path
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES

if TYPE_CHECKING:
    import polars as pl

    from escrutinio.publication.bulletin_body import ComposedBulletin
    from escrutinio.publication.cut import Cut

__all__ = ["SitePlan", "keep_site", "plan_site"]

_MADE_BY = re.compile(
    r"escrutinio-site/1\nmaker ([0-9a-f]{1,128})\nsize ([1-9][0-9]{0,17})\n"
    r"bulletin ([0-9]{1,6})\nfiles [0-9a-f]{64}\n",
    re.ASCII,
)
_MAX_MADE_BY_BYTES = 1024
#: Pages written at once: bounds the memory that a first publication needs.
_BATCH_BYTES = 16 << 20
#: Bundles of entries that are kept while pages are made; each has about 100 KB.
_KEPT_BUNDLES = 512


@dataclass(frozen=True, slots=True)
class SitePlan:
    """How the pages of a record are going to change.

    Attributes:
        lines: by path, every page as it is going to stand.
        before: by path, what stands now where that is something else; None for nothing.
        written: pages that were staged, in the order in which they take their places.
    """

    lines: Mapping[str, ManifestFile]
    before: Mapping[str, ManifestFile | None] = field(default_factory=dict)
    written: tuple[str, ...] = ()

    @property
    def removed(self) -> tuple[str, ...]:
        """Pages that vanish."""
        return tuple(path for path in self.before if path not in self.lines)


def keep_site(state: RecordState) -> SitePlan:
    """Leave the pages of a record as they stand.

    Of an interrupted publication some are older than others: the note on them goes, and the next
    publication makes all of them again.
    """
    pages = _find_pages(state)
    note = None if state.has_whole_site else pages.pop(MADE_BY_PATH, None)
    return SitePlan(pages, {} if note is None else {MADE_BY_PATH: note})


def _find_pages(state: RecordState) -> dict[str, ManifestFile]:
    return {path: line for path, line in state.listed.items() if is_page(path)}


def plan_site(
    election: ElectionLog,
    record: RecordStore,
    state: RecordState,
    newest: BulletinFiles | None,
    files: Mapping[str, ManifestFile],
    maker: PageMaker,
    given: Mapping[str, GivenFile],
    staged: StagedFiles,
) -> SitePlan:
    """Make the pages that change, and stage them.

    Args:
        election: what they are about.
        record: where they stand; has every bulletin already.
        state: what stands in it.
        newest: the newest bulletin, where it is at hand; else it is made again from the log.
        files: every file of the record that is no page.
        maker: makes them.
        given: what the publisher gives to the site, by path.
        staged: gets the bytes of what changes.

    Raises:
        VerificationError: the newest bulletin comes out otherwise than it was logged.
        AdapterError: the outside world failed.
    """
    standing = _find_pages(state)
    lasting = _without_older_tiles(files, election.ledger.size)
    fingerprint = maker.fingerprint(given)
    note = _write_note(election, fingerprint, {**lasting, **_lines_of(given)})
    standing_note = _load_note(record, state)
    if standing_note == note:
        return SitePlan(standing)
    since = _read_note(standing_note)
    if since is not None and since.fingerprint != fingerprint:
        since = None
    source = _make_source(election, record, newest, lasting, given)
    made = _stage_changed(_all_files(maker, source, since, note), standing, staged)
    wanted = sorted({MADE_BY_PATH, *given, *maker.list_paths(source)})
    lines = {path: made[path] if path in made else standing[path] for path in wanted}
    gone = standing.keys() - lines.keys()
    before = {path: standing.get(path) for path in sorted(made.keys() | gone)}
    return SitePlan(lines, before, tuple(made))


def _without_older_tiles(files: Mapping[str, ManifestFile], size: int) -> dict[str, ManifestFile]:
    """Leave out the partial tiles of the publication before: pages follow from the log alone."""
    tiles = set(tile_paths(size, size))
    return {
        path: line for path, line in files.items() if path in tiles or not path.startswith("tile/")
    }


def _lines_of(given: Mapping[str, GivenFile]) -> dict[str, ManifestFile]:
    return {path: file.line(path) for path, file in given.items()}


def _write_note(
    election: ElectionLog, fingerprint: str, files: Mapping[str, ManifestFile]
) -> bytes:
    """Write what pages made now are about, and by what."""
    bulletins = election.ledger.bulletins
    number = bulletins[-1].bulletin.number if bulletins else 0
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{files[path].sha256.hex()} {path}\n".encode())
    return (
        f"escrutinio-site/1\nmaker {fingerprint}\nsize {election.ledger.size}\n"
        f"bulletin {number}\nfiles {digest.hexdigest()}\n"
    ).encode()


def _all_files(
    maker: PageMaker, source: SiteSource, since: SiteSince | None, note: bytes
) -> Iterator[LogFile]:
    yield LogFile(MADE_BY_PATH, note)
    for path, file in source.given.items():
        yield LogFile(path, file.data)
    yield from maker.make_files(source, since)


def _stage_changed(
    files: Iterator[LogFile], standing: Mapping[str, ManifestFile], staged: StagedFiles
) -> dict[str, ManifestFile]:
    """Stage what differs from what stands; give its lines in order."""
    made: dict[str, ManifestFile] = {}
    batch: list[LogFile] = []
    pending = 0
    for file in files:
        line = ManifestFile(file.path, len(file.data), hashlib.sha256(file.data).digest())
        if standing.get(file.path) == line:
            continue
        made[file.path] = line
        batch.append(file)
        pending += len(file.data)
        if pending > _BATCH_BYTES:
            staged.add(batch)
            batch, pending = [], 0
    staged.add(batch)
    return made


def _load_note(record: RecordStore, state: RecordState) -> bytes | None:
    """Load the note on the standing pages; None when they are not all what it says."""
    line = state.listed.get(MADE_BY_PATH)
    if line is None or not state.has_whole_site or line.size_bytes > _MAX_MADE_BY_BYTES:
        return None
    data = record.load(MADE_BY_PATH, _MAX_MADE_BY_BYTES) or b""
    return data if hashlib.sha256(data).digest() == line.sha256 else None


def _read_note(note: bytes | None) -> SiteSince | None:
    found = _MADE_BY.fullmatch((note or b"").decode("ascii", "replace"))
    if found is None:
        return None
    return SiteSince(int(found[2]), int(found[3]) or None, found[1])


def _make_source(
    election: ElectionLog,
    record: RecordStore,
    newest: BulletinFiles | None,
    files: Mapping[str, ManifestFile],
    given: Mapping[str, GivenFile],
) -> SiteSource:
    ledger = election.ledger
    if newest is None and ledger.bulletins:
        (newest,) = remake_bulletins(election, [ledger.bulletins[-1].bulletin.number])
    cut: Cut | None = None
    bulletin: ComposedBulletin | None = None
    findings: tuple[pl.DataFrame, ...] = ()
    if newest is not None:
        cut, bulletin, findings = newest.cut, newest.composed, newest.findings
    head = election.writer.signed.checkpoint
    return SiteSource(
        origin=head.origin,
        ledger=ledger,
        cut=cut,
        bulletin=bulletin,
        findings=findings,
        load_body=lambda number: _load_body(record, number),
        load_entry=_entry_loader(election.workspace.log, head.size),
        files=files,
        load_file=lambda path: record.load(path, MAX_MANIFEST_BYTES),
        given=given,
    )


def _load_body(record: RecordStore, number: int) -> bytes:
    path = body_path(number)
    data = record.load(path, MAX_BODY_BYTES)
    if data is None:
        raise UnverifiableError.of(Fault(path, "the body of a bulletin", "nothing there"))
    return data


def _entry_loader(log: LogReader, size: int) -> Callable[[int], bytes]:
    @lru_cache(maxsize=_KEPT_BUNDLES)
    def load_bundle(number: int) -> list[bytes]:
        width = min(TILE_WIDTH, size - number * TILE_WIDTH)
        return load_entries(log, EntryBundle(number, width))

    return lambda index: load_bundle(index // TILE_WIDTH)[index % TILE_WIDTH]
