"""Small records that are not an official one's quiet evening, for the mutation corpus.

    transcription   what a source read on copies: corrected, doubtful, of two readings
    amended         other witnesses twice, another key, a new signer, a moved station, a withdrawal
    grown           an official record and what it was a bulletin earlier

Each is made once per process, and broken with the hands of ``tests/mutations.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import msgspec

from escrutinio.definition import (
    Definition,
    RecordKind,
    Role,
    Signer,
    SignerId,
    Trust,
    decode_definition,
    encode_definition,
)
from escrutinio.log.entries import (
    Amendment,
    Approval,
    CandidacyWithdrawn,
    Change,
    Closure,
    Content,
    Decision,
    DecisionKind,
    DecisionReason,
    KeyReplaced,
    PolicyReplaced,
    Proclamation,
    SignerEnrolled,
    StationMoved,
    WithdrawnVotes,
    sign_entry,
)
from escrutinio.operations import (
    ElectionLog,
    Submission,
    begin_election,
    publish_record,
    submit_entries,
)
from escrutinio.polling import Incident, IncidentClass, StationOpening
from escrutinio.publication import Anchor
from escrutinio.sheet.tally_sheet import CorrectionReason
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.testing import (
    FilesInMemory,
    SimulatedElection,
    make_election,
    workspace_in_memory,
)
from escrutinio.testing.election import CLOSING_S, CONTEST, ROOT
from escrutinio.testing.witnesses import SimulatedWitnesses
from escrutinio.verification import VerifiedState
from tests.mutations import (
    BULLETINS,
    STATIONS,
    SmallRecord,
    entries_of,
    published_by,
    rehearse,
    verify_files,
)

__all__ = ["Grown", "amended_record", "grown_record", "transcription_record", "witness_policy"]

_BULLETIN_S = 3_600
#: Whose key a station gets by an amendment.
_ANOTHER_MACHINE = "another machine"


@dataclass
class _Writer:
    """Signs entries and has the publisher take them, in the order in which they are given."""

    election: SimulatedElection
    log: ElectionLog
    record: FilesInMemory
    signers: dict[bytes, str]

    @classmethod
    def begin(cls, election: SimulatedElection) -> _Writer:
        keys = election.keys
        workspace = workspace_in_memory()
        log = begin_election(workspace, election.files, keys.log.key, keys.signer("operator"))
        return cls(election, log, FilesInMemory(), {})

    def add(self, signer: str, content: Content) -> bytes:
        """Log what somebody says; give its digest."""
        identity = bytes.fromhex(self.election.definition.identity)[:16]
        data = sign_entry(content, identity, self.election.keys.signer(signer))
        (answer,) = submit_entries(self.log, [Submission(f"{type(content).__name__}", data)])
        assert not answer.faults
        digest = hashlib.sha256(data).digest()
        self.signers[digest] = signer
        return digest

    def approve(self, content: Content) -> bytes:
        """Have something proposed and approved."""
        digest = self.add("authority-1", content)
        self.add("authority-2", Approval(digest))
        return digest

    def publish(self, time_s: int, *, has_bulletin: bool) -> None:
        """Publish what was logged; all witnesses cosign."""
        keys = self.election.keys
        witnesses = SimulatedWitnesses(keys.witnesses, time_s)
        bulletin_s = time_s if has_bulletin else None
        publish_record(self.log, self.record, keys.signer("operator"), bulletin_s, witnesses)

    def proclaim(self, time_s: int) -> None:
        """Proclaim the newest bulletin, and publish that."""
        placed = self.log.ledger.bulletins[-1]
        self.approve(Proclamation(placed.digest, placed.bulletin.number, time_s))
        self.publish(time_s + 60, has_bulletin=False)

    def finish(self) -> SmallRecord:
        """Give what was published."""
        entries = tuple(entries_of(self.record.files))
        names = [self.signers.get(hashlib.sha256(data).digest(), "operator") for data in entries]
        anchor = Anchor.of(self.election.definition.identity, self.election.keys.policy)
        files = dict(self.record.files)
        return SmallRecord(self.election, anchor, files, entries, tuple(names))


# --- transcription ---------------------------------------------------------------------------


@cache
def transcription_record(seed: int = 1) -> SmallRecord:
    """Publish what two sources read on copies: two bulletins, proclaimed."""
    writer = _Writer.begin(_transcribed_election(seed))
    stations = [str(item.station) for item in writer.election.definition.stations or ()]
    digests = {
        station: writer.add("source-1", _reading(number, station))
        for number, station in enumerate(stations[:-2])
    }
    incident = Incident(ROOT, IncidentClass.OTHER, CLOSING_S, bytes(32))
    writer.add("auditor-1", incident)
    writer.publish(CLOSING_S + _BULLETIN_S, has_bulletin=True)
    # Another reading of a station, a corrected one, one that was annulled, one that never came.
    writer.add("source-2", _reading(7, stations[1]))
    corrected = _corrected(_reading(30, stations[2]), digests[stations[2]])
    writer.add("source-1", corrected)
    writer.approve(_decision(DecisionKind.ANNUL, stations[3], digests[stations[3]]))
    writer.approve(_decision(DecisionKind.CLOSE, stations[-1], None))
    writer.publish(CLOSING_S + 2 * _BULLETIN_S, has_bulletin=True)
    writer.proclaim(CLOSING_S + 2 * _BULLETIN_S + 600)
    return writer.finish()


def _transcribed_election(seed: int) -> SimulatedElection:
    election = make_election(STATIONS, seed)
    keys = election.keys
    roles = {
        **dict.fromkeys(("authority-1", "authority-2", "authority-3"), Role.AUTHORITY),
        "auditor-1": Role.AUDITOR,
        "operator": Role.OPERATOR,
        **dict.fromkeys(("source-1", "source-2"), Role.SOURCE),
    }
    trust = Trust(
        required={Role.AUTHORITY: 2, Role.BOARD: 2, Role.CENTRE: 2},
        policy=keys.policy,
        bulletins=None,
        publish_not_before_s=None,
        signers=tuple(
            Signer(SignerId(name), role, ROOT, keys.signer(name).public.raw)
            for name, role in roles.items()
        ),
    )
    return _defined(
        election,
        replace(election.definition, record_kind=RecordKind.TRANSCRIPTION, trust=trust),
    )


def _defined(election: SimulatedElection, definition: Definition) -> SimulatedElection:
    files = encode_definition(definition)
    return replace(election, files=files, definition=decode_definition(files))


def _reading(number: int, station: str) -> TranscribedSheet:
    """Give what a source read of a station; some of them with what a reading can have beside."""
    votes = {f"option.ambar-{line}": 20 + number + line for line in range(1, 14)}
    figures = {**votes, "category.null": 3, "admitted": sum(votes.values()) + 3}
    if number == 4:
        figures["option.ambar-2"] = -3
    return TranscribedSheet(
        station=station,
        contest=0,
        version=1,
        status=0,
        division=None,
        copy=hashlib.sha256(f"copy {number}".encode()).digest(),
        figures=figures,
        marks=("overwritten", "stamp_missing") if number == 5 else (),
        also_station=station if number == 6 else None,
        wrong=("phase",) if number == 8 else (),
        follows=None,
        reason=None,
    )


def _corrected(reading: TranscribedSheet, follows: bytes) -> TranscribedSheet:
    reason = CorrectionReason.COPYING
    return msgspec.structs.replace(reading, version=2, follows=follows, reason=reason)


def _decision(kind: DecisionKind, station: str, sheet: bytes | None) -> Decision:
    is_closure = kind is DecisionKind.CLOSE
    reason = DecisionReason.NOT_OPENED if is_closure else DecisionReason.RECOUNT
    closure = Closure.NOT_INSTALLED if is_closure else None
    return Decision(kind, station, 0, sheet, reason, closure)


# --- amendments ------------------------------------------------------------------------------


def witness_policy(election: SimulatedElection, *names: str, quorum: int) -> str:
    """Give a policy with some of the election's witnesses, by the beginning of their names."""
    lines = election.keys.policy.splitlines()
    kept = [line for line in lines[1:4] if line.split(" ")[1] in names]
    group = f"group witnesses {quorum} {' '.join(names)}"
    return "".join(f"{line}\n" for line in [lines[0], *kept, group, "quorum witnesses"])


@cache
def amended_record(seed: int = 1) -> SmallRecord:
    """Publish an election that has amended whatever can be amended, before any result.

    Only the log says what is in force: no bulletin names its root yet.
    """
    election = make_election(STATIONS, seed)
    writer = _Writer.begin(election)
    keys, definition = election.keys, election.definition
    stations = list(definition.stations or ())
    here = stations[1]
    there = next(
        item.division
        for item in definition.divisions
        if item.level == "parish" and item.division != here.division
    )
    writer.approve(Amendment(PolicyReplaced(witness_policy(election, "party-a", quorum=1))))
    changes: list[Change] = [
        KeyReplaced(f"device-{stations[0].station}", keys.signer(_ANOTHER_MACHINE).public.raw),
        KeyReplaced(f"device-{stations[2].station}", None),
        SignerEnrolled("auditor-2", keys.signer("auditor-2").public.raw, Role.AUDITOR, ROOT),
        StationMoved(str(here.station), there, "elsewhere"),
        CandidacyWithdrawn(0, "topacio", WithdrawnVotes.TRANSFER, "rubi"),
        CandidacyWithdrawn(0, "jade", WithdrawnVotes.VOID, None),
        PolicyReplaced(witness_policy(election, "party-a", "observers", quorum=2)),
    ]
    for change in changes:
        writer.approve(Amendment(change))
    # Proposed, and approved by nobody else.
    writer.add("authority-3", Amendment(KeyReplaced("auditor-1", None)))
    # What only the amendments allow.
    writer.add("auditor-2", Incident(ROOT, IncidentClass.OTHER, CLOSING_S, bytes(32)))
    opening = StationOpening(str(stations[0].station), stations[0].registered[CONTEST], 0)
    writer.add(_ANOTHER_MACHINE, opening)
    writer.publish(CLOSING_S - 3_600, has_bulletin=False)
    return writer.finish()


# --- a record that grew ----------------------------------------------------------------------


@dataclass(frozen=True)
class Grown:
    """An official record, and what a reader verified and remembered of it before.

    Attributes:
        record: as it is now.
        before: its files as they were.
        state: what was remembered then.
    """

    record: SmallRecord
    before: Mapping[str, bytes] = field(repr=False)
    state: VerifiedState = field(repr=False)


@cache
def grown_record(stations: int = 90, pressed: int = 3) -> Grown:
    """Publish an election with one full tile, remembered at its first bulletin."""
    rehearsal = rehearse(stations, 1, pressed)
    rehearsal.run_to(1)
    assert isinstance(rehearsal.record, FilesInMemory)
    before = dict(rehearsal.record.files)
    rehearsal.run_to(BULLETINS)
    rehearsal.proclaim()
    record = published_by(rehearsal)
    state = verify_files(before, record.anchor).state
    assert state is not None
    return Grown(record, before, state)
