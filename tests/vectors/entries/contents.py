"""The good cases behind the vectors of entries: every kind, and what it can look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from escrutinio.log.entries import (
    Amendment,
    Approval,
    AuditRecord,
    AuditRecordKind,
    Bulletin,
    CandidacyWithdrawn,
    Change,
    Closure,
    Confirmation,
    Content,
    Decision,
    DecisionKind,
    DecisionReason,
    Genesis,
    Hold,
    KeyReplaced,
    NationalFigures,
    PolicyReplaced,
    Proclamation,
    SignerEnrolled,
    StationMoved,
    WithdrawnVotes,
    logged_sheet,
)
from escrutinio.polling import (
    AdmittedSeal,
    ClosingAudit,
    Custody,
    CustodyEvent,
    Incident,
    IncidentClass,
    StationOpening,
)
from escrutinio.sheet.tally_sheet import Correction, CorrectionReason, FormFigure
from escrutinio.sheet.transcribed import TranscribedSheet
from tests.vectors.sheet.cases import OTHER_KEY
from tests.vectors.sheet.sheets import EXAMPLE, worst_sheet

__all__ = ["DAY_S", "DIGEST", "ELECTION", "GOOD", "GoodContent", "good_contents"]

ELECTION = EXAMPLE.election
#: Six in the morning of the day of EXAMPLE's closing.
DAY_S = 1_898_503_200
DIGEST = bytes(range(32))
OTHER_DIGEST = bytes(range(32, 64))
_STATION = "N1.1"
_POLICY = """log actas.example/2024+3efd5448+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c
quorum none
"""
_READING = TranscribedSheet(
    station=_STATION,
    contest=0,
    version=1,
    status=0,
    division="N1",
    copy=DIGEST,
    figures={"candidacy.A": 101, "candidacy.B": -3, "category.null": -2, "registered": 500},
    marks=("poor_image",),
    also_station="N1.2",
    wrong=("contest", "phase"),
    follows=None,
    reason=None,
)
_BULLETIN = Bulletin(
    number=1,
    time_s=DAY_S + 50_400,
    size=7,
    root=OTHER_DIGEST,
    previous=None,
    body=DIGEST,
    body_bytes=2_048,
    figures=(NationalFigures(4, 1, 1, 1, 1, 400, 412, (101, 99, 200)),),
)


@dataclass(frozen=True)
class GoodContent:
    """A content that is read."""

    name: str
    why: str
    content: Content


def good_contents() -> Iterator[GoodContent]:
    """Give contents of every kind, the first of a kind being the example of its page."""
    yield GoodContent("genesis", "the first entry", Genesis(DIGEST, 4_096))
    yield from _sheets()
    yield from _station_records()
    yield from _transcribed()
    yield GoodContent("confirmation", "a second signer, no scan", Confirmation(DIGEST, None))
    yield GoodContent(
        "confirmation-scan", "and the scan they read", Confirmation(DIGEST, OTHER_DIGEST)
    )
    yield GoodContent("hold", "two checks hold a sheet", Hold(DIGEST, ("CHAIN-003", "SHEET-201")))
    yield from _decisions()
    yield from _amendments()
    yield GoodContent("approval", "of any proposal", Approval(DIGEST))
    yield from _bulletins()
    yield GoodContent(
        "audit-record", "a manifest", AuditRecord(AuditRecordKind.MANIFEST, DIGEST, 9_000)
    )
    yield GoodContent("proclamation", "names its bulletin", Proclamation(DIGEST, 3, DAY_S + 90_000))


def _sheets() -> Iterator[GoodContent]:
    yield GoodContent("sheet", "the example of docs/formats/sheet.md", logged_sheet(EXAMPLE))
    yield GoodContent(
        "sheet-correction",
        "a later version, a form without figures, one vote unreadable",
        logged_sheet(
            replace(
                EXAMPLE,
                version=2,
                figures={},
                votes=(101, None, 4_096),
                follows=Correction(OTHER_DIGEST, CorrectionReason.RECOUNT),
            )
        ),
    )
    yield GoodContent(
        "sheet-stated",
        "every figure of the form, one unreadable",
        logged_sheet(
            replace(
                EXAMPLE, figures={**dict.fromkeys(FormFigure, 5_000), FormFigure.ADMITTED: None}
            )
        ),
    )
    yield GoodContent("sheet-worst", "38 lines", logged_sheet(worst_sheet()))


def _station_records() -> Iterator[GoodContent]:
    yield GoodContent("opening", "a proper zero report", StationOpening(_STATION, DAY_S, 0))
    yield GoodContent(
        "opening-unread", "a counter that nobody can read", StationOpening(_STATION, DAY_S, None)
    )
    yield GoodContent(
        "seal",
        "412 voters admitted",
        AdmittedSeal(_STATION, 0, 412, EXAMPLE.closed_at_s, DIGEST),
    )
    yield GoodContent(
        "closing-audit",
        "one vote found elsewhere by hand",
        ClosingAudit(_STATION, 0, DIGEST, (101, 100, 199), (5, 7), EXAMPLE.closed_at_s + 3_600),
    )
    yield GoodContent(
        "custody", "the first step", Custody(_STATION, CustodyEvent.SEALED, DIGEST, DAY_S, None)
    )
    yield GoodContent(
        "custody-later",
        "a step after another",
        Custody(_STATION, CustodyEvent.RECEIVED, DIGEST, DAY_S + 60_000, OTHER_DIGEST),
    )
    yield GoodContent(
        "incident",
        "at a station, with a report",
        Incident(_STATION, IncidentClass.INTERRUPTION, DAY_S + 7_200, DIGEST),
    )
    yield GoodContent(
        "incident-division", "in a division", Incident("N", IncidentClass.VIOLENCE, DAY_S, None)
    )


def _transcribed() -> Iterator[GoodContent]:
    yield GoodContent("transcribed", "every key but the two of a correction", _READING)
    bare = TranscribedSheet(
        station="S1",
        contest=9_999,
        version=65_535,
        status=8,
        division=None,
        copy=None,
        figures={},
        marks=(),
        also_station=None,
        wrong=(),
        follows=OTHER_DIGEST,
        reason=int(CorrectionReason.LEGIBILITY),
    )
    yield GoodContent("transcribed-correction", "a later reading, with its reason", bare)


def _decisions() -> Iterator[GoodContent]:
    for kind, reason in (
        (DecisionKind.RELEASE, DecisionReason.PAPER),
        (DecisionKind.ANNUL, DecisionReason.RULING),
        (DecisionKind.APPROVE, DecisionReason.RECOUNT),
        (DecisionKind.HOLD, DecisionReason.COMPLAINT),
    ):
        name = "decision" if kind is DecisionKind.RELEASE else f"decision-{kind.name.lower()}"
        yield GoodContent(
            name, f"to {kind.name.lower()}", Decision(kind, _STATION, 0, DIGEST, reason, None)
        )
    yield GoodContent(
        "decision-close",
        "a closure names no sheet",
        Decision(
            DecisionKind.CLOSE, "S2", 0, None, DecisionReason.NOT_OPENED, Closure.NOT_INSTALLED
        ),
    )


def _amendments() -> Iterator[GoodContent]:
    key = OTHER_KEY.public.raw
    changes: dict[str, tuple[str, Change]] = {
        "amendment": ("a signer gets another key", KeyReplaced("device-1", key)),
        "amendment-withdrawn-key": ("a signer has no key", KeyReplaced("device-1", None)),
        "amendment-signer": ("a new signer", SignerEnrolled("board-7", key, "board", "N")),
        "amendment-station": ("a station moves", StationMoved(_STATION, "S", "school-2")),
        "amendment-nowhere": ("no building is named", StationMoved(_STATION, "S", "")),
        "amendment-void": (
            "the votes are void",
            CandidacyWithdrawn(0, "B", WithdrawnVotes.VOID, None),
        ),
        "amendment-transfer": (
            "another candidacy gets them",
            CandidacyWithdrawn(0, "B", WithdrawnVotes.TRANSFER, "A"),
        ),
        "amendment-policy": ("another policy", PolicyReplaced(_POLICY)),
    }
    for name, (why, change) in changes.items():
        yield GoodContent(name, why, Amendment(change))


def _bulletins() -> Iterator[GoodContent]:
    yield GoodContent("bulletin", "the first", _BULLETIN)
    unknown = NationalFigures(None, 3, 0, None, 0, 2**53 - 1, None, (0,))
    second = Bulletin(
        number=2,
        time_s=DAY_S + 54_000,
        size=2**53 - 1,
        root=DIGEST,
        previous=OTHER_DIGEST,
        body=OTHER_DIGEST,
        body_bytes=1,
        figures=(*_BULLETIN.figures, unknown),
    )
    yield GoodContent("bulletin-second", "two contests, one of unknown size", second)


#: Every good content by its name.
GOOD = {item.name: item for item in good_contents()}
