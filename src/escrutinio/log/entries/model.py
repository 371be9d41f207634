"""The kinds of entries, as objects.

These are the only objects of an election that the log knows. Each kind has a content type, which
is also its tag. What an entry means for the count is decided in ``tabulation/ledger``.

Format pages: docs/formats/entries.md and those it names.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias

import msgspec

from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, Incident, StationOpening
from escrutinio.sheet.tally_sheet import Figure
from escrutinio.sheet.transcribed import TranscribedSheet

__all__ = [
    "Amendment",
    "Approval",
    "AuditRecord",
    "AuditRecordKind",
    "Bulletin",
    "CandidacyWithdrawn",
    "Change",
    "Closure",
    "Confirmation",
    "Content",
    "Decision",
    "DecisionKind",
    "DecisionReason",
    "Entry",
    "Genesis",
    "Hold",
    "KeyReplaced",
    "LoggedSheet",
    "NationalFigures",
    "PolicyReplaced",
    "Proclamation",
    "SignerEnrolled",
    "StationMoved",
    "UnknownContent",
    "WithdrawnVotes",
]


class Genesis(msgspec.Struct, frozen=True, array_like=True, tag=65000):
    """The first entry: which definition this log is about.

    Attributes:
        identity: SHA-256 of ``definition.json``, 32 bytes.
        size_bytes: its size.
    """

    identity: bytes
    size_bytes: int


class LoggedSheet(msgspec.Struct, frozen=True, array_like=True, tag=65001):
    """A signed tally sheet, flat; ``sheet/tally_sheet.py`` says what each figure means.

    Attributes:
        station: id of the station.
        contest: position of the contest in the definition.
        version: 1 for a first sheet.
        closed_at_s: closing time, in seconds since 1970.
        figures: of the keys 7, 8, 9, 12 and 13; ``NOT_ON_FORM`` where the form has none, None
            where nobody can read it.
        votes: by option in ballot order, or by candidacy.
        categories: ballots by tally category.
        follows: SHA-256 of the entry of the seal (version 1) or of the sheet it corrects.
        reason: reason class of a correction; None on version 1.
    """

    station: str
    contest: int
    version: int
    closed_at_s: int
    figures: tuple[Figure, ...]
    votes: tuple[Figure, ...]
    categories: tuple[Figure, ...]
    follows: bytes
    reason: int | None


class Confirmation(msgspec.Struct, frozen=True, array_like=True, tag=65005):
    """A second person stands for a sheet.

    Attributes:
        sheet: SHA-256 of the sheet's entry.
        scan: SHA-256 of the scan they both read, or None.
    """

    sheet: bytes
    scan: bytes | None


class Hold(msgspec.Struct, frozen=True, array_like=True, tag=65006):
    """The frozen profile keeps a sheet out of the totals.

    Attributes:
        sheet: SHA-256 of the sheet's entry.
        codes: of the checks that say so, in order.
    """

    sheet: bytes
    codes: tuple[str, ...]


class DecisionKind(IntEnum):
    """What the authority decides about a station's sheet."""

    RELEASE = 1
    ANNUL = 2
    CLOSE = 3
    APPROVE = 4
    HOLD = 5


class DecisionReason(IntEnum):
    """Why, as a class; the reasoning itself is published by the authority."""

    PAPER = 1
    """The figures were compared with the paper."""
    RECOUNT = 2
    """The ballots were counted again."""
    RULING = 3
    """A court or the law's own authority ruled so."""
    NOT_OPENED = 4
    """The station did not open."""
    MERGED = 5
    """Its voters voted at another station."""
    MATERIAL_LOST = 6
    """Ballots or forms were lost or destroyed."""
    CAPTURE = 7
    """The sheet was captured or copied wrongly."""
    COMPLAINT = 8
    """A complaint is being looked into."""


class Closure(IntEnum):
    """Why a station will have no sheet."""

    NOT_INSTALLED = 1
    MERGED = 2


class Decision(msgspec.Struct, frozen=True, array_like=True, tag=65007):
    """A decision, in force once enough authority signers have approved it.

    Attributes:
        kind: what is decided.
        station: id of the station.
        contest: position of the contest in the definition.
        sheet: SHA-256 of the sheet's entry; None for a closure.
        reason: why.
        closure: why there will be no sheet; for a closure only.
    """

    kind: DecisionKind
    station: str
    contest: int
    sheet: bytes | None
    reason: DecisionReason
    closure: Closure | None


class KeyReplaced(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A signer gets another key, or none."""

    signer: str
    key: bytes | None


class SignerEnrolled(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A new signer; ``role`` and ``scope`` as in ``signers.csv``."""

    signer: str
    key: bytes
    role: str
    scope: str


class StationMoved(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """A station is in another division or another building."""

    station: str
    division: str
    polling_place: str


class WithdrawnVotes(IntEnum):
    """What becomes of the votes of a withdrawn candidacy."""

    VOID = 1
    TRANSFER = 2


class CandidacyWithdrawn(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """A candidacy withdraws; ``heir`` gets its votes where they are transferred."""

    contest: int
    candidacy: str
    votes: WithdrawnVotes
    heir: str | None


class PolicyReplaced(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """Other witnesses, or another key of the log: the text of a tlog-policy."""

    policy: str


Change: TypeAlias = (
    KeyReplaced | SignerEnrolled | StationMoved | CandidacyWithdrawn | PolicyReplaced
)


class Amendment(msgspec.Struct, frozen=True, array_like=True, tag=65008):
    """A change of the definition, in force once enough authority signers have approved it."""

    change: Change


class Approval(msgspec.Struct, frozen=True, array_like=True, tag=65009):
    """An authority signer approves a proposal.

    Attributes:
        proposal: SHA-256 of the entry of a decision, an amendment or a proclamation.
    """

    proposal: bytes


class NationalFigures(msgspec.Struct, frozen=True, array_like=True):
    """The figures of one contest in a bulletin's entry.

    Attributes:
        expected: stations; None where the number is unknown.
        counted: stations counted.
        held: stations held.
        missing: stations missing; None where ``expected`` is unknown.
        closed: stations closed.
        valid: valid votes counted.
        cast: ballots counted; None where they cannot be known.
        votes: per candidacy of the genesis definition, in its order.
    """

    expected: int | None
    counted: int
    held: int
    missing: int | None
    closed: int
    valid: int
    cast: int | None
    votes: tuple[int, ...]


class Bulletin(msgspec.Struct, frozen=True, array_like=True, tag=65010):
    """A bulletin: which entries it sums, and what they come to.

    Attributes:
        number: 1 for the first.
        time_s: in seconds since 1970.
        size: it is about the entries before this place.
        root: root of the log of that size, 32 bytes.
        previous: SHA-256 of the entry of the bulletin before; None for the first.
        body: SHA-256 of the body.
        body_bytes: size of the body.
        figures: one item per contest, in the order of the definition.
    """

    number: int
    time_s: int
    size: int
    root: bytes
    previous: bytes | None
    body: bytes
    body_bytes: int
    figures: tuple[NationalFigures, ...]


class AuditRecordKind(IntEnum):
    """What a file of an audit is."""

    MANIFEST = 1
    """Where every paper is kept."""
    COMMITMENT = 2
    """Who promises which part of the seed, before it is drawn."""
    DRAW = 3
    """The seed and what it draws."""
    RESULT = 4
    """What was found."""


class AuditRecord(msgspec.Struct, frozen=True, array_like=True, tag=65014):
    """A file of an audit: a manifest of paper, a draw, a report.

    Attributes:
        kind: what the file is.
        digest: SHA-256 of the file.
        size_bytes: its size.
    """

    kind: AuditRecordKind
    digest: bytes
    size_bytes: int


class Proclamation(msgspec.Struct, frozen=True, array_like=True, tag=65015):
    """The authority proclaims the outcome of one bulletin.

    Attributes:
        bulletin: SHA-256 of the bulletin's entry.
        number: its number.
        time_s: in seconds since 1970.
    """

    bulletin: bytes
    number: int
    time_s: int


class UnknownContent(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """An entry of a kind that this version does not know.

    Attributes:
        content_type: as the message names it.
        is_critical: steps that depend on it cannot be answered.
    """

    content_type: int
    is_critical: bool


Content: TypeAlias = (
    Genesis
    | LoggedSheet
    | StationOpening
    | AdmittedSeal
    | TranscribedSheet
    | Confirmation
    | Hold
    | Decision
    | Amendment
    | Approval
    | Bulletin
    | ClosingAudit
    | Custody
    | Incident
    | AuditRecord
    | Proclamation
    | UnknownContent
)


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """An entry that was read, and whose signature was verified under one key.

    Attributes:
        index: its place in the log.
        digest: SHA-256 of its bytes.
        key: the public key that signed it, 32 bytes.
        content: what it says.
    """

    index: int
    digest: bytes
    key: bytes
    content: Content
