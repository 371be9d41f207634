"""Making bulletins: the holds before one, its body, its exports, its place in the log.

A bulletin is a function of the log before it, its number and its time. So one that was logged and
never reached the record is made again from the log, and must come out the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from escrutinio.errors import Fault, RefusedError, VerificationError
from escrutinio.log import LogFile, append_entries
from escrutinio.log.entries import Content, Entry, sign_entry
from escrutinio.operations.election_log import ElectionLog, replay
from escrutinio.primitives.keys import SigningKey
from escrutinio.publication.bulletin_body import (
    MAX_BODY_BYTES,
    ComposedBulletin,
    compose_bulletin,
)
from escrutinio.publication.cut import Cut, find_all_findings, take_cut
from escrutinio.publication.exports import ExportFile, export_files, pack_exports
from escrutinio.publication.layout import MAX_BULLETIN_NUMBER, body_path, rows_path
from escrutinio.publication.rows_csv import MAX_ROWS_BYTES, decode_rows
from escrutinio.tabulation.ledger import (
    PlacedBulletin,
    pending_holds,
    record_rows,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BulletinFiles", "make_bulletin", "remake_bulletins"]

#: Times in entries are at most this.
MAX_TIME_S = 2**32 - 1


@dataclass(frozen=True, slots=True)
class BulletinFiles:
    """The files of one bulletin.

    Attributes:
        number: of the bulletin.
        composed: its body and its rows.
        exports: what stands in ``data``.
        packed: all of it as a zip.
        cut: the count that it is about.
        findings: of each contest of the cut.
        holds: number of holds that were logged just before it.
    """

    number: int
    composed: ComposedBulletin = field(repr=False)
    exports: tuple[ExportFile, ...] = field(repr=False)
    packed: bytes = field(repr=False)
    cut: Cut = field(repr=False)
    findings: tuple[pl.DataFrame, ...] = field(repr=False)
    holds: int = 0


def make_bulletin(election: ElectionLog, operator: SigningKey, time_s: int) -> BulletinFiles:
    """Log the holds that are due and the next bulletin, together or not at all.

    The rows stand in the working folder before its entry is logged, for the bulletin after it.

    Args:
        election: open for writing. After an error it must be opened again.
        operator: key that signs them.
        time_s: time of the bulletin, in seconds since 1970.

    Raises:
        RefusedError: no bulletin can have this time.
        AdapterError: the outside world failed; both are logged or neither is.
    """
    _require_time(election, time_s)
    ledger, writer = election.ledger, election.writer
    # The rows of the bulletin before may have to be made again from the log: not later than now.
    last = ledger.bulletins[-1] if ledger.bulletins else None
    previous_rows = None if last is None else _load_rows(election, last)
    findings, holds = _take_holds(election, operator)
    root = append_entries(writer.edge, writer.tail, holds).edge.compute_root()
    cut = take_cut(ledger)
    composed = compose_bulletin(
        cut,
        1 if last is None else last.bulletin.number + 1,
        time_s,
        root,
        previous=None if last is None else last.digest,
        previous_rows=previous_rows,
    )
    _keep_rows(election, composed)
    election.append([*holds, _take(election, composed.entry, operator)])
    return _files_of(cut, composed, findings, len(holds))


def _require_time(election: ElectionLog, time_s: int) -> None:
    last = election.ledger.bulletins[-1].bulletin if election.ledger.bulletins else None
    trust = election.definition.trust
    least = 0
    reason = "a time from 1970 on"
    if last is not None:
        least, reason = (
            last.time_s + 1,
            f"a time after {last.time_s}, that of bulletin {last.number}",
        )
    if trust is not None and (trust.publish_not_before_s or 0) > least:
        least = trust.publish_not_before_s or 0
        reason = f"a time not before {least}, as the definition promises"
    if not least <= time_s <= MAX_TIME_S:
        expected = f"{reason}, in seconds since 1970"
        raise RefusedError.of(Fault("bulletin: time", expected, f"{time_s}"))
    if last is not None and last.number >= MAX_BULLETIN_NUMBER:
        expected = f"at most {MAX_BULLETIN_NUMBER} bulletins"
        raise RefusedError.of(Fault("bulletin: number", expected, "one more"))


def _take_holds(
    election: ElectionLog, operator: SigningKey
) -> tuple[list[pl.DataFrame], list[bytes]]:
    """Find what is wrong with the sheets, and apply the holds that it demands."""
    ledger = election.ledger
    rows = [record_rows(ledger, contest) for contest in election.definition.contests]
    findings = find_all_findings(ledger, rows)
    contents = [
        hold
        for item, found in zip(rows, findings, strict=True)
        for hold in pending_holds(ledger, item, found)
    ]
    # Holds change which sheets count and nothing about what was found: the findings stay good.
    return findings, [_take(election, hold, operator) for hold in contents]


def _take(election: ElectionLog, content: Content, operator: SigningKey) -> bytes:
    """Sign an entry and apply it to the ledger as the next one."""
    data = sign_entry(content, election.election, operator)
    index = election.ledger.size
    digest = hashlib.sha256(data).digest()
    election.ledger.apply(Entry(index, digest, operator.public.raw, content))
    return data


def _files_of(
    cut: Cut, composed: ComposedBulletin, findings: Sequence[pl.DataFrame], holds: int
) -> BulletinFiles:
    exports = export_files(cut, composed, findings)
    packed = pack_exports(composed, exports)
    return BulletinFiles(
        composed.entry.number, composed, exports, packed, cut, tuple(findings), holds
    )


def _keep_rows(election: ElectionLog, composed: ComposedBulletin) -> None:
    """Keep the rows for the next bulletin, and the body, which has their digest."""
    number = composed.entry.number
    election.workspace.files.store(
        [
            LogFile(body_path(number), composed.body),
            LogFile(rows_path(number), composed.rows_csv),
        ]
    )


def _load_rows(election: ElectionLog, placed: PlacedBulletin) -> pl.DataFrame:
    """Load the rows of a bulletin; they are made again when they are lost or not its own."""
    logged = placed.bulletin
    path = rows_path(logged.number)
    body = election.workspace.files.load(body_path(logged.number), MAX_BODY_BYTES) or b""
    rows = election.workspace.files.load(path, MAX_ROWS_BYTES) or b""
    if hashlib.sha256(body).digest() == logged.body:
        stated = msgspec.json.decode(body, type=_BodyHead).rows.sha256
        if hashlib.sha256(rows).hexdigest() == stated:
            return decode_rows(rows, path)
    (remade,) = remake_bulletins(election, [logged.number])
    _keep_rows(election, remade.composed)
    return decode_rows(remade.composed.rows_csv, path)


class _RowsHead(msgspec.Struct):
    """What a body says of its rows."""

    sha256: str


class _BodyHead(msgspec.Struct):
    """The part of a body that is needed here."""

    rows: _RowsHead


def remake_bulletins(election: ElectionLog, numbers: Collection[int]) -> Iterator[BulletinFiles]:
    """Make bulletins again that are in the log.

    Reads the log from its beginning, and every bulletin up to the last one asked for.

    Raises:
        VerificationError: one of them comes out otherwise than it was logged.
    """
    if not numbers:
        return
    asked = [item for item in election.ledger.bulletins if item.bulletin.number <= max(numbers)]
    head = election.writer.signed.checkpoint
    stops = [item.bulletin.size for item in asked]
    ledgers = replay(election.workspace.log, election.definition, head, stops)
    previous_rows: pl.DataFrame | None = None
    for placed, ledger in zip(asked, ledgers, strict=False):
        cut = take_cut(ledger)
        composed = _recompose(cut, placed, previous_rows)
        previous_rows = cut.rows
        if placed.bulletin.number in numbers:
            findings = find_all_findings(ledger, [item.records for item in cut.contests])
            yield _files_of(cut, composed, findings, 0)


def _recompose(
    cut: Cut, placed: PlacedBulletin, previous_rows: pl.DataFrame | None
) -> ComposedBulletin:
    logged = placed.bulletin
    composed = compose_bulletin(
        cut,
        logged.number,
        logged.time_s,
        logged.root,
        previous=logged.previous,
        previous_rows=previous_rows,
    )
    if composed.entry != logged:
        expected = f"the body {logged.body.hex()} of its entry"
        remedy = "Publish with the version of this program that made it."
        raise VerificationError.of(
            Fault(f"bulletin {logged.number}", expected, composed.entry.body.hex(), remedy)
        )
    return composed
