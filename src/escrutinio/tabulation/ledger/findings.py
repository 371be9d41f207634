"""What the checks find at one place of the log, and what must be held because of it.

The checks of single sheets are those of ``sheet``; the chain checks, CHAIN-001 to CHAIN-008, are
about what the log holds around a sheet. Words: ``sheet/checks/chain.py``. A transcription record
has no openings, seals and versions by decision, and none of these findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from escrutinio.log.entries.model import Hold, LoggedSheet
from escrutinio.polling import ClosingAudit
from escrutinio.sheet import CATALOGUE, FINDINGS_SCHEMA, check_sheets, is_held
from escrutinio.sheet.catalogue import severity_of
from escrutinio.sheet.tally_sheet import Figure
from escrutinio.tabulation.ledger.chains import (
    IMPROPER_OPENING,
    LATER_SEAL,
    NO_OPENING,
    NO_SEAL,
    OTHER_ADMITTED,
    PlacedSheet,
    StationChain,
    admitted_of,
)
from escrutinio.tabulation.ledger.ledger import Ledger
from escrutinio.tabulation.ledger.rows import RecordRows, record_rows

__all__ = ["find_findings", "pending_holds"]

_LINK_CODES = {NO_SEAL: "CHAIN-003", NO_OPENING: "CHAIN-004", LATER_SEAL: "CHAIN-007"}


class _Found(NamedTuple):
    code: str
    expected: Figure = None
    found: Figure = None


def find_findings(
    ledger: Ledger, rows: RecordRows, others: Sequence[RecordRows] | None = None
) -> pl.DataFrame:
    """Run every check of one contest at the place the ledger has reached.

    Args:
        ledger: at the place the rows are of.
        rows: of the contest.
        others: rows of all other contests at this place, in the order of the definition, for
            checks across contests; worked out when not given.

    Returns:
        The findings with the columns of ``FINDINGS_SCHEMA``, in the order of the rows and then of
        the codes; ``index`` is the row.

    Raises:
        ValueError: the ledger has gone on.
    """
    rows.verify_place(ledger)
    if others is None:
        contests = ledger.genesis.contests
        others = [record_rows(ledger, item) for item in contests if item != rows.contest]
    tables = [item.table for item in others]
    findings = check_sheets(rows.table, rows.definition, rows.roster, tables)
    chain = _chain_findings(ledger, rows)
    if not chain.height:
        return findings
    return pl.concat([findings, chain]).sort(
        "index", "code", "fields", nulls_last=False, maintain_order=True
    )


def pending_holds(ledger: Ledger, rows: RecordRows, findings: pl.DataFrame) -> list[Hold]:
    """Give the holds that the operator must log now.

    Args:
        ledger: at the place the rows are of.
        rows: of one contest.
        findings: of ``find_findings`` for them.

    Returns:
        One hold per sheet with a finding of severity block or hold that no hold entry names yet,
        with those codes, in the order of the sheets. A finding about a station without a sheet
        needs none.

    Raises:
        ValueError: the ledger has gone on.
    """
    rows.verify_place(ledger)
    found: dict[int, set[str]] = {}
    held = findings.filter(is_held() & pl.col("index").is_not_null()).select("index", "code")
    for index, code in held.iter_rows():
        found.setdefault(index, set()).add(code)
    holds = []
    for index, codes in sorted(found.items()):
        placed = rows.sheets[index]
        if placed is None:
            continue
        named = () if placed.standing is None else placed.standing.codes
        if fresh := codes.difference(named):
            holds.append(Hold(placed.digest, tuple(sorted(fresh))))
    return holds


def _chain_findings(ledger: Ledger, rows: RecordRows) -> pl.DataFrame:
    chains = ledger.chains(rows.position)
    profile, sheet_type = rows.definition.check_profile, rows.table.sheet_type
    audits = ledger.audits
    lines = []
    several = {station for station, chain in chains.items() if len(chain.sheets) > 1}
    # Around most sheets there is nothing to look at.
    looked_at = [
        (at, placed)
        for at, placed in enumerate(rows.sheets)
        if placed is not None
        and (placed.broken or placed.station in several or placed.digest in audits)
    ]
    for at, placed in looked_at:
        sheet = placed.sheet
        if not isinstance(sheet, LoggedSheet):
            continue
        if placed.standing is not None and placed.standing.annulled is not None:
            continue
        lines += [
            (
                at,
                item.code,
                severity_of(item.code, sheet_type, profile).value,
                placed.station,
                0,
                at + 1,
                CATALOGUE[item.code].fields,
                item.expected,
                item.found,
            )
            for item in _findings_of(placed, sheet, chains[placed.station], ledger)
        ]
    return pl.DataFrame(lines, schema=FINDINGS_SCHEMA, orient="row")


def _findings_of(
    placed: PlacedSheet, sheet: LoggedSheet, chain: StationChain, ledger: Ledger
) -> Iterator[_Found]:
    most = max(Counter(item.version for item in chain.sheets).values())
    if most > 1:
        yield _Found("CHAIN-001", 1, most)
    waiting = [
        item.version
        for item in chain.sheets
        if item.version > 1 and not (item.standing and item.standing.approved)
    ]
    if waiting:
        yield _Found("CHAIN-002", sheet.version, max(waiting))
    for bit, code in _LINK_CODES.items():
        if placed.broken & bit:
            yield _Found(code)
    if placed.broken & IMPROPER_OPENING:
        yield _Found("CHAIN-005", 0, ledger.stations.improper[sheet.station])
    if placed.broken & OTHER_ADMITTED:
        yield _Found("CHAIN-006", placed.sealed, admitted_of(sheet))
    audits = [entry.content for entry in ledger.audits.get(placed.digest, ())]
    differing: list[int] = [
        _count_others(audit, sheet) for audit in audits if isinstance(audit, ClosingAudit)
    ]
    if any(differing):
        most = max(differing)
        yield _Found("CHAIN-008", 0, most)


def _count_others(audit: ClosingAudit, sheet: LoggedSheet) -> int:
    """Count the figures that were read both by hand and on the sheet, and differ.

    An audit that names the sheet of another station or contest finds nothing.
    """
    if (audit.station, audit.contest) != (sheet.station, sheet.contest):
        return 0
    by_hand = (*audit.votes, *audit.categories)
    on_sheet = (*sheet.votes, *sheet.categories)
    return sum(
        hand != stated and hand is not None and stated is not None
        for hand, stated in zip(by_hand, on_sheet, strict=True)
    )
