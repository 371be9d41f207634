"""What authority, auditors and boards sign on the day: amendments, decisions, records."""

from __future__ import annotations

import hashlib
import random

from escrutinio.definition import Role
from escrutinio.log.entries import (
    FIRST_UNKNOWN,
    Amendment,
    Approval,
    AuditRecord,
    AuditRecordKind,
    CandidacyWithdrawn,
    Change,
    Closure,
    Decision,
    DecisionKind,
    DecisionReason,
    KeyReplaced,
    SignerEnrolled,
    StationMoved,
    UnknownContent,
    WithdrawnVotes,
)
from escrutinio.polling import Incident, IncidentClass
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.primitives.cose import sign_message
from escrutinio.testing.cases import Case
from escrutinio.testing.day import Day, Event, bulletin_time
from escrutinio.testing.election import CLOSING_S, ROOT
from escrutinio.testing.stations import second_key

__all__ = ["WITHDRAWN", "add_officials"]

#: The candidacy that withdraws, and the one that gets its votes where they are transferred.
WITHDRAWN, HEIR = "topacio", "rubi"
#: When amendments are proposed: five hours before polling stations close.
_AMENDING_S = CLOSING_S - 18_000
#: Seconds from a proposal to its approvals.
_APPROVAL_S = 900
#: Who proposes, and who approves.
_PROPOSER, _APPROVERS = "authority-1", ("authority-2", "authority-3")


def add_officials(day: Day, rng: random.Random) -> None:
    """Have everybody act who is not at a station."""
    _amend(day, rng)
    _decide(day)
    _keep_records(day)


def _amend(day: Day, rng: random.Random) -> None:
    is_void = rng.random() < 0.5  # noqa: PLR2004  # one of two
    changes: list[Change] = [
        CandidacyWithdrawn(
            0,
            WITHDRAWN,
            WithdrawnVotes.VOID if is_void else WithdrawnVotes.TRANSFER,
            None if is_void else HEIR,
        ),
        SignerEnrolled("auditor-2", day.key("auditor-2").public.raw, Role.AUDITOR, ROOT),
    ]
    for station, case in day.cases.items():
        if case is Case.REPLACED_KEY:
            key = day.key(second_key(station)).public.raw
            changes.append(KeyReplaced(f"device-{station}", key))
        elif case is Case.MOVED:
            changes += _move(day, station)
    for number, change in enumerate(changes):
        _propose(day, _AMENDING_S + 60 * number, Amendment(change))


def _move(day: Day, station: str) -> list[Change]:
    """Move a station to the next smallest division, if there is another one."""
    definition = day.election.definition
    leaves = [item.division for item in definition.divisions if item.level == "parish"]
    here = next(item for item in definition.stations or () if item.station == station)
    there = leaves[(leaves.index(here.division) + 1) % len(leaves)]
    return [] if there == here.division else [StationMoved(station, there, "")]


def _decide(day: Day) -> None:
    """Decide the cases; what was held automatically can be released after that only."""
    for station, case in day.cases.items():
        match case:
            case Case.CORRECTED:
                sheet = day.sheet(station, version=2).digest
                reason = DecisionReason.PAPER
                _propose_about(day, 2, DecisionKind.APPROVE, station, sheet, reason)
            case Case.ANNULLED:
                sheet = day.sheet(station).digest
                reason = DecisionReason.RECOUNT
                _propose_about(day, 3, DecisionKind.ANNUL, station, sheet, reason)
            case Case.RELEASED:
                sheet = day.sheet(station).digest
                _propose_about(day, 3, DecisionKind.RELEASE, station, sheet, DecisionReason.PAPER)
            case Case.COMPLAINT:
                sheet, reason = day.sheet(station).digest, DecisionReason.COMPLAINT
                _propose_about(day, 1, DecisionKind.HOLD, station, sheet, reason)
                reason = DecisionReason.RULING
                _propose_about(day, 4, DecisionKind.RELEASE, station, sheet, reason)
            case Case.NOT_INSTALLED:
                reason = DecisionReason.NOT_OPENED
                _propose_about(day, 1, DecisionKind.CLOSE, station, None, reason)
            case _:
                pass


def _propose_about(
    day: Day,
    bulletin: int,
    kind: DecisionKind,
    station: str,
    sheet: bytes | None,
    reason: DecisionReason,
) -> None:
    """Propose a decision after a bulletin."""
    closure = Closure.NOT_INSTALLED if kind is DecisionKind.CLOSE else None
    decision = Decision(kind, station, 0, sheet, reason, closure)
    _propose(day, bulletin_time(bulletin) + 420, decision)


def _propose(day: Day, time_s: int, content: Amendment | Decision) -> None:
    """Propose something, and have the others approve it."""
    proposal = day.add(time_s, content, _PROPOSER)
    for number, signer in enumerate(_APPROVERS, start=1):
        day.add(time_s + number * _APPROVAL_S, Approval(proposal.digest), signer)


def _keep_records(day: Day) -> None:
    definition = day.election.definition
    time_s = CLOSING_S - 7_200
    places = [
        str(definition.root.division),
        *[str(item.station) for item in definition.stations or ()][:1],
    ]
    kinds = (IncidentClass.OTHER, IncidentClass.EQUIPMENT)
    for place, kind in zip(places, kinds, strict=False):
        report = hashlib.sha256(f"report about {place}".encode()).digest()
        day.add(time_s, Incident(place, kind, time_s - 600, report), "auditor-2")
    boxes = b"where every box is kept\n"
    manifest = AuditRecord(AuditRecordKind.MANIFEST, hashlib.sha256(boxes).digest(), len(boxes))
    day.add(bulletin_time(2) + 60, manifest, "auditor-1")
    day.events.append(_unknown(day, bulletin_time(3) + 60))


def _unknown(day: Day, time_s: int) -> Event:
    """Sign an entry of a kind that does not exist yet, and on which nothing depends."""
    payload = encode_cbor({1: 1, 2: day.identity, 3: "rehearsal"})
    data = sign_message(day.key("auditor-1"), FIRST_UNKNOWN, payload)
    return Event(time_s, UnknownContent(FIRST_UNKNOWN, is_critical=False), "auditor-1", data)
