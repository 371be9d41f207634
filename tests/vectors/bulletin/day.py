"""An election day of Ejemplia as a log of signed entries, written down in few lines.

``Day`` signs entries, applies them to a ledger and knows the root of the log. Signing is real; the
keys are those of ``tests/vectors/definition/documents.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from escrutinio.definition import Definition, DefinitionFiles, decode_definition
from escrutinio.log.entries import (
    Amendment,
    Approval,
    Change,
    Closure,
    Confirmation,
    Content,
    Decision,
    DecisionKind,
    DecisionReason,
    Entry,
    Genesis,
    LoggedSheet,
    sign_entry,
)
from escrutinio.log.merkle import compute_root, hash_leaf
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.publication import ComposedBulletin, Cut, compose_bulletin, take_cut
from escrutinio.sheet.tally_sheet import Figure, election_of
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.tabulation.ledger import Ledger, find_findings, pending_holds, record_rows
from tests.vectors.definition.documents import key_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["OPENED_S", "Day", "DayBulletin"]

#: 06:00 on election day in Ejemplia; the first bulletin is due twelve hours later.
OPENED_S = 1_898_503_200
_FIRST_BULLETIN_S = 1_898_546_400
_EVERY_S = 1_800


@dataclass(frozen=True)
class DayBulletin:
    """A bulletin, the cut it is about, and the findings there, contest by contest."""

    cut: Cut
    composed: ComposedBulletin
    findings: list[pl.DataFrame]


@dataclass
class Day:
    """A log that grows.

    Attributes:
        files: of the definition.
        definition: decoded.
        ledger: at the end of the log.
        entries: their bytes.
        bulletins: so far, in order.
    """

    files: DefinitionFiles
    definition: Definition = field(init=False)
    ledger: Ledger = field(init=False)
    entries: list[bytes] = field(default_factory=list)
    bulletins: list[DayBulletin] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Log the genesis."""
        self.definition = decode_definition(self.files)
        self.ledger = Ledger.begin(self.definition)
        size = len(self.files.definition)
        self.log("operator-1", Genesis(bytes.fromhex(self.definition.identity), size))

    def log(self, signer: str, content: Content) -> bytes:
        """Sign and log an entry; gives its digest."""
        data = sign_entry(content, election_of(self.definition.identity), key_of(signer))
        digest = hashlib.sha256(data).digest()
        key = key_of(signer).public.raw
        self.ledger.apply(Entry(len(self.entries), digest, key, content))
        self.entries.append(data)
        return digest

    def open_and_seal(self, station: str, signer: str, admitted: Figure, contest: int = 0) -> bytes:
        """Log an opening and a seal; gives the digest of the seal."""
        opening = self.log(signer, StationOpening(station, OPENED_S, 0))
        return self.log(
            signer, AdmittedSeal(station, contest, admitted, OPENED_S + 36_000, opening)
        )

    def report(
        self,
        station: str,
        signer: str,
        votes: Sequence[Figure],
        categories: Sequence[Figure] = (0, 0),
        *,
        registered: int = 400,
        admitted: int | None = None,
        contest: int = 0,
    ) -> bytes:
        """Log a whole station day; gives the digest of the sheet.

        The number of admitted voters is that of the readable ballots unless given.
        """
        ballots = _ballots(votes, categories)
        admitted = ballots if admitted is None else admitted
        seal = self.open_and_seal(station, signer, admitted, contest)
        figures = (registered, admitted, ballots, -1, -1)
        return self.log(signer, _sheet(station, contest, 1, figures, votes, categories, seal, None))

    def correct(
        self, before: bytes, station: str, signer: str, votes: Sequence[Figure], version: int = 2
    ) -> bytes:
        """Log a corrected sheet of the first contest; gives its digest."""
        categories = (5, 7)
        ballots = _ballots(votes, categories)
        figures = (500, ballots, ballots, -1, -1)
        return self.log(
            signer, _sheet(station, 0, version, figures, votes, categories, before, reason=1)
        )

    def transcribe(self, station: str, division: str | None, figures: dict[str, int]) -> bytes:
        """Log what the source read on a copy; gives the digest of the entry."""
        sheet = TranscribedSheet(
            station=station,
            contest=0,
            version=1,
            status=0,
            division=division,
            copy=hashlib.sha256(station.encode()).digest(),
            figures=figures,
            marks=(),
            also_station=None,
            wrong=(),
            follows=None,
            reason=None,
        )
        return self.log("source-1", sheet)

    def confirm(self, sheet: bytes, signer: str) -> None:
        """Log a confirmation."""
        self.log(signer, Confirmation(sheet, None))

    def decide(
        self,
        kind: DecisionKind,
        station: str,
        sheet: bytes | None,
        reason: DecisionReason,
        closure: Closure | None = None,
    ) -> None:
        """Log a decision and the approval that puts it in force."""
        decision = Decision(kind, station, 0, sheet, reason, closure)
        self.log("authority-2", Approval(self.log("authority-1", decision)))

    def amend(self, change: Change) -> None:
        """Log an amendment and the approval that puts it in force."""
        self.log("authority-2", Approval(self.log("authority-1", Amendment(change))))

    @property
    def root(self) -> bytes:
        """Root of the log."""
        return compute_root([hash_leaf(data) for data in self.entries])

    def compose(self) -> DayBulletin:
        """Log the holds that are due, compose the next bulletin, and log its entry."""
        self._hold()
        before = self.bulletins[-1].cut if self.bulletins else None
        last = self.ledger.bulletins[-1] if self.ledger.bulletins else None
        cut, number = take_cut(self.ledger), len(self.bulletins) + 1
        findings = [find_findings(self.ledger, item.records) for item in cut.contests]
        composed = compose_bulletin(
            cut,
            number,
            _FIRST_BULLETIN_S + _EVERY_S * (number - 1),
            self.root,
            previous=None if last is None else last.digest,
            previous_rows=None if before is None else before.rows,
        )
        self.log("operator-1", composed.entry)
        self.bulletins.append(DayBulletin(cut, composed, findings))
        return self.bulletins[-1]

    def _hold(self) -> None:
        ledger = self.ledger
        rows = [record_rows(ledger, contest) for contest in self.definition.contests]
        due = [
            hold
            for item in rows
            for hold in pending_holds(ledger, item, find_findings(ledger, item))
        ]
        for hold in due:
            self.log("operator-1", hold)


def _ballots(votes: Sequence[Figure], categories: Sequence[Figure]) -> int:
    return sum(figure or 0 for figure in (*votes, *categories))


def _sheet(
    station: str,
    contest: int,
    version: int,
    figures: Sequence[Figure],
    votes: Sequence[Figure],
    categories: Sequence[Figure],
    follows: bytes,
    reason: int | None,
) -> LoggedSheet:
    return LoggedSheet(
        station=station,
        contest=contest,
        version=version,
        closed_at_s=OPENED_S + 39_600,
        figures=tuple(figures),
        votes=tuple(votes),
        categories=tuple(categories),
        follows=follows,
        reason=reason,
    )
