"""One row per effective sheet: what checks and totals of a place work on.

A row's ``reason`` is words with one space between them:

================================  ===========================================================
``SHEET-301``, ``CHAIN-006`` ...  held: codes of hold entries that no release lifted, in order
``hold:<reason>``                 held by a decision, with its reason class
``unconfirmed``                   held: fewer signers than this role needs
``annul:<reason>``                closed: annulled by a decision
``not_installed:<reason>``        closed: no sheet will come; also ``merged:<reason>``
``approve:<reason>``              a decision put this sheet in the place of another
``release:<reason>``              a decision lifted what held it
``not_approved``                  missing: there are sheets, and none of them is effective
================================  ===========================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from escrutinio.definition import Contest, Definition, RecordKind, Role, Severity
from escrutinio.log.entries.model import LoggedSheet
from escrutinio.sheet import FINDINGS_SCHEMA, Roster, SheetTable
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.tabulation.ledger.chains import ClosureTaken, PlacedSheet, StationChain
from escrutinio.tabulation.ledger.ledger import Ledger
from escrutinio.tabulation.ledger.record_table import (
    CLOSED_STATUS,
    ClosedRow,
    readings_table,
    sheet_type_of,
    signed_table,
)

__all__ = ["RecordRows", "record_rows"]


@dataclass(frozen=True)
class RecordRows:
    """The rows of one contest at one place of the log.

    Attributes:
        size: number of entries they are about.
        position: of the contest in the definition.
        contest: as it was frozen; sheets are checked on the form as printed.
        definition: in force at this place.
        table: the effective sheets, then the stations closed without one.
        sheets: of each row the logged sheet, None for a station closed without one.
        holds: what keeps rows out of the totals; columns as in ``FINDINGS_SCHEMA``.
        reasons: of each row, see the module.
        copies: of each row the SHA-256 of the image that its sheet was read from, or None.
        unapproved: stations that have sheets of which none is effective.
        roster: what is known of the stations, with every one in its division at this place.
    """

    size: int
    position: int
    contest: Contest
    definition: Definition
    table: SheetTable
    sheets: tuple[PlacedSheet | None, ...]
    holds: pl.DataFrame
    reasons: tuple[str, ...]
    copies: tuple[bytes | None, ...]
    unapproved: frozenset[str]
    roster: Roster

    def verify_place(self, ledger: Ledger) -> None:
        """Check that a ledger is at the place these rows are of.

        Raises:
            ValueError: it is not; what it says is about another place.
        """
        if ledger.size != self.size:
            message = f"rows of {self.size} entries with a ledger of {ledger.size}"
            raise ValueError(message)

    @cached_property
    def entries(self) -> tuple[int | None, ...]:
        """Of each row the place of its entry."""
        return tuple(None if sheet is None else sheet.index for sheet in self.sheets)

    @cached_property
    def versions(self) -> tuple[int | None, ...]:
        """Of each row the version of its sheet."""
        return tuple(None if sheet is None else sheet.version for sheet in self.sheets)

    @cached_property
    def digests(self) -> tuple[bytes | None, ...]:
        """Of each row the SHA-256 of its entry."""
        return tuple(None if sheet is None else sheet.digest for sheet in self.sheets)


def record_rows(ledger: Ledger, contest: Contest) -> RecordRows:
    """Give the rows of a contest at the place the ledger has reached.

    Args:
        ledger: of the log.
        contest: of the genesis definition.

    Raises:
        ValueError: it is not.
    """
    position = ledger.genesis.contests.index(contest)
    sheets: list[PlacedSheet] = []
    closures: list[tuple[str, StationChain, ClosureTaken]] = []
    unapproved = []
    for station, chain in ledger.chains(position).items():
        if chain.closure is not None:
            closures.append((station, chain, chain.closure))
        elif effective := chain.effective_sheets():
            sheets += effective
        elif chain.sheets:
            unapproved.append(station)
    sheets.sort(key=lambda placed: placed.index)
    closures.sort(key=lambda item: item[0])
    closed = [
        ClosedRow(station, _division_of(chain), CLOSED_STATUS[taken.closure])
        for station, chain, taken in closures
    ]
    shared = {role: number for role, number in ledger.required.items() if number > 1}
    # Of most sheets nobody said anything, and nobody has to.
    held_by = [
        _held_by(placed, shared) if placed.standing is not None or placed.role in shared else ()
        for placed in sheets
    ]
    is_transcription = ledger.genesis.record_kind is RecordKind.TRANSCRIPTION
    readings = _readings(sheets) if is_transcription else None
    table = _table(ledger.genesis, contest, sheets, readings, closed)
    return RecordRows(
        size=ledger.size,
        position=position,
        contest=contest,
        definition=ledger.definition,
        table=table,
        sheets=(*sheets, *[None] * len(closed)),
        holds=_holds(table, held_by),
        reasons=(
            *map(_reason_of, sheets, held_by),
            *(f"{CLOSED_STATUS[item.closure]}:{item.reason.name.lower()}" for *_, item in closures),
        ),
        copies=(*_copies(sheets, readings), *[None] * len(closed)),
        unapproved=frozenset(unapproved),
        roster=ledger.roster(position),
    )


def _division_of(chain: StationChain) -> str | None:
    """Give the division that the last reading of a station names, if it names one."""
    last = chain.sheets[-1].sheet if chain.sheets else None
    return last.division if isinstance(last, TranscribedSheet) else None


def _held_by(placed: PlacedSheet, required: Mapping[Role, int]) -> Sequence[str]:
    """Name what keeps a sheet out of the totals, if anything does."""
    standing = placed.standing
    needed = required.get(placed.role, 1)
    if standing is None:
        return ("unconfirmed",) if needed > 1 else ()
    if standing.annulled is not None:
        return ()
    codes = sorted({code for hold in standing.holds for code in hold.codes})
    decisions = {hold.reason for hold in standing.holds if hold.reason is not None}
    words = [*codes, *sorted(f"hold:{reason.name.lower()}" for reason in decisions)]
    if 1 + len(standing.confirmed_by) < needed:
        words.append("unconfirmed")
    return words


def _readings(sheets: Sequence[PlacedSheet]) -> list[TranscribedSheet]:
    return [item for placed in sheets if isinstance(item := placed.sheet, TranscribedSheet)]


def _copies(
    sheets: Sequence[PlacedSheet], readings: Sequence[TranscribedSheet] | None
) -> list[bytes | None]:
    """Give the image each sheet was read from: as its source says, or whoever confirmed it."""
    if readings is not None:
        return [reading.copy for reading in readings]
    return [None if placed.standing is None else placed.standing.scan for placed in sheets]


def _reason_of(placed: PlacedSheet, held_by: Sequence[str]) -> str:
    standing = placed.standing
    if standing is None:
        return " ".join(held_by)
    if standing.annulled is not None:
        return f"annul:{standing.annulled.name.lower()}"
    words = list(held_by)
    for word, reason in (("approve", standing.approved), ("release", standing.released)):
        if reason is not None:
            words.append(f"{word}:{reason.name.lower()}")
    return " ".join(words)


def _table(
    definition: Definition,
    contest: Contest,
    sheets: Sequence[PlacedSheet],
    readings: Sequence[TranscribedSheet] | None,
    closed: Sequence[ClosedRow],
) -> SheetTable:
    annulled = [item.standing is not None and item.standing.annulled is not None for item in sheets]
    if readings is not None:
        return readings_table(definition, contest, readings, annulled, closed)
    signed = (item for placed in sheets if isinstance(item := placed.sheet, LoggedSheet))
    sealed = [item.sealed for item in sheets]
    return signed_table(contest, signed, sealed, annulled, closed, sheet_type_of(definition))


def _holds(table: SheetTable, held_by: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Give what keeps rows out, one line per row and word, as findings that hold."""
    lines = [(at, word) for at, words in enumerate(held_by) for word in words]
    held = pl.DataFrame(lines, schema={"index": pl.UInt32, "code": pl.String}, orient="row")
    places = table.frame.select("station", "file", "row").with_row_index("index")
    return (
        held.join(places, on="index", how="left", maintain_order="left")
        .with_columns(
            severity=pl.lit(Severity.HOLD.value),
            fields=pl.lit(""),
            expected=pl.lit(None, dtype=pl.Int64),
            found=pl.lit(None, dtype=pl.Int64),
        )
        .select(list(FINDINGS_SCHEMA))
        .cast(pl.Schema(FINDINGS_SCHEMA))
    )
