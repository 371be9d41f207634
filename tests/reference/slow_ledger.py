"""What a log says, literally: every question is answered by reading the entries again.

Written from the rules for entries and bulletins, not from the program. Nothing is remembered from
one entry to the next, so that nothing can be remembered wrongly. A ``SlowLedger`` is about the
place after the last of its entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from escrutinio.definition import Contest, Definition, RecordKind, Role, StationKind
from escrutinio.definition.signer_keys import is_point
from escrutinio.errors import ElectionRecordError
from escrutinio.log import decode_policy
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    AuditRecord,
    Bulletin,
    CandidacyWithdrawn,
    Change,
    Confirmation,
    Decision,
    DecisionKind,
    Entry,
    Genesis,
    Hold,
    KeyReplaced,
    LoggedSheet,
    PolicyReplaced,
    Proclamation,
    SignerEnrolled,
    StationMoved,
    UnknownContent,
    WithdrawnVotes,
)
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, Incident, StationOpening
from escrutinio.primitives.vkey import SignatureType
from escrutinio.sheet.fields import is_known_field
from escrutinio.sheet.transcribed import TranscribedSheet

__all__ = ["SlowLedger"]

_STATION_ROLES = {Role.DEVICE, Role.CENTRE, Role.BOARD}
_OFFICIAL_ROLES: dict[type, set[Role]] = {
    Genesis: {Role.OPERATOR},
    LoggedSheet: _STATION_ROLES,
    StationOpening: _STATION_ROLES,
    AdmittedSeal: _STATION_ROLES,
    TranscribedSheet: set(),
    Confirmation: {Role.CENTRE, Role.BOARD},
    Hold: {Role.OPERATOR},
    Decision: {Role.AUTHORITY},
    Amendment: {Role.AUTHORITY},
    Approval: {Role.AUTHORITY},
    Bulletin: {Role.OPERATOR},
    ClosingAudit: _STATION_ROLES | {Role.AUDITOR},
    Custody: _STATION_ROLES | {Role.AUDITOR},
    Incident: _STATION_ROLES | {Role.AUDITOR},
    AuditRecord: {Role.AUDITOR},
    Proclamation: {Role.AUTHORITY},
    UnknownContent: set(Role),
}
_TRANSCRIPTION_ROLES = _OFFICIAL_ROLES | {
    LoggedSheet: set(),
    StationOpening: set(),
    AdmittedSeal: set(),
    Confirmation: set(),
    TranscribedSheet: {Role.SOURCE},
}
_PROPOSALS = (Decision, Amendment, Proclamation)
_CENTRAL = {Role.AUTHORITY, Role.OPERATOR, Role.SOURCE}


T = TypeVar("T", bound=object)


class SlowSigner(NamedTuple):
    """A signer at one place of the log; a key of None was withdrawn."""

    signer: str
    role: Role
    scope: str
    key: bytes | None


@dataclass
class World:
    """What amendments change, at one place of the log."""

    signers: dict[str, SlowSigner]
    keys_ever: set[bytes]
    divisions: dict[str, str]
    withdrawn: list[CandidacyWithdrawn]
    policy: str


class SlowLedger:
    """The entries of a log up to a place."""

    def __init__(self, definition: Definition, entries: list[Entry]) -> None:
        """Take the entries; each in its place."""
        self.definition = definition
        self.entries = entries
        assert definition.trust is not None
        self.trust = definition.trust
        self.is_official = definition.record_kind is RecordKind.OFFICIAL
        self._worlds: dict[int, World] = {}
        self._complaints: dict[int, list[str]] = {}

    # --- who may sign -----------------------------------------------------------------------

    def world_before(self, index: int) -> World:
        """Give what the amendments in force before a place have made."""
        if index not in self._worlds:
            world = World(
                {
                    item.signer: SlowSigner(item.signer, item.role, item.scope, item.key)
                    for item in self.trust.signers
                },
                {item.key for item in self.trust.signers},
                {item.station: item.division for item in self.definition.stations or ()},
                [],
                self.trust.policy,
            )
            for _, change in self.amendments(index):
                if self.is_applicable(world, change):
                    _apply(world, change)
            self._worlds[index] = world
        return self._worlds[index]

    def amendments(self, before: int) -> list[tuple[int, Change]]:
        """Give each change in force before a place with where it came into force, in that order."""
        found = [
            (place, entry.content.change)
            for entry in self.entries[:before]
            if isinstance(entry.content, Amendment)
            and (place := self.in_force_at(entry, before)) is not None
        ]
        return sorted(found, key=lambda item: item[0])

    def is_applicable(self, world: World, change: Change) -> bool:
        """Say whether a change names what is there and can be so."""
        if isinstance(change, KeyReplaced):
            is_new = change.key is None or _is_new_key(world, change.key)
            return change.signer in world.signers and is_new
        if isinstance(change, SignerEnrolled):
            is_new = change.signer not in world.signers and _is_new_key(world, change.key)
            return is_new and change.scope in self._scopes(world, change.role)
        if isinstance(change, StationMoved):
            smallest = set(self.parents) - set(self.parents.values())
            return change.station in world.divisions and change.division in smallest
        if isinstance(change, CandidacyWithdrawn):
            return self._can_withdraw(world, change)
        try:
            first = decode_policy(self.trust.policy.encode(), "").logs[0].vkey
            (log,) = decode_policy(change.policy.encode(), "").logs
        except (ElectionRecordError, ValueError):
            return False
        return log.vkey.name == first.name and log.vkey.kind is SignatureType.ED25519

    def _scopes(self, world: World, role: str) -> set[str]:
        if role == "device":
            return set(world.divisions)
        if role in {"centre", "board", "auditor"}:
            return set(self.parents)
        return {"R"} if role in {"authority", "operator", "source"} else set()

    def _can_withdraw(self, world: World, change: CandidacyWithdrawn) -> bool:
        if change.contest >= len(self.definition.contests):
            return False
        gone = [item.candidacy for item in world.withdrawn if item.contest == change.contest]
        contest = self.definition.contests[change.contest]
        left = [item.code for item in contest.candidacies if item.code not in gone]
        is_heir = change.heir in left and change.heir != change.candidacy
        is_settled = change.votes is WithdrawnVotes.VOID or is_heir
        return change.candidacy in left and len(left) > 1 and is_settled

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """Every division and the one around it."""
        return {item.division: item.parent for item in self.definition.divisions}

    def is_in(self, division: str | None, area: str) -> bool:
        """Say whether a division is an area or inside it."""
        while division is not None and division != area:
            division = self.parents[division]
        return division == area

    def signer_of(self, entry: Entry) -> SlowSigner | None:
        """Give who signed an entry, if the key is enrolled at its place."""
        signers = self.world_before(entry.index).signers.values()
        return next((item for item in signers if item.key == entry.key), None)

    def covers(self, signer: SlowSigner, station: str, index: int) -> bool:
        """Say whether a signer may sign for a station at a place."""
        division = self.world_before(index).divisions.get(station)
        kinds: dict[str, StationKind]
        kinds = {item.station: item.kind for item in self.definition.stations or ()}
        if signer.role in _CENTRAL:
            return True
        if signer.role is Role.DEVICE:
            return signer.scope == station
        if division is None:
            return signer.role is not Role.CENTRE and signer.scope == "R"
        if signer.role is Role.CENTRE and kinds[station] is StationKind.DEVICE:
            return False
        return self.is_in(division, signer.scope)

    # --- what each entry is worth -----------------------------------------------------------

    def complaints(self, entry: Entry) -> list[str]:
        """Give the steps that an entry makes fail by itself; with one it says nothing."""
        if entry.index not in self._complaints:
            self._complaints[entry.index] = list(self._find_complaints(entry))
        return self._complaints[entry.index]

    def counts(self, entry: Entry) -> bool:
        """Say whether an entry says anything."""
        return not self.complaints(entry)

    def of_kind(self, kind: type[T], before: int | None = None) -> list[tuple[Entry, T]]:
        """Give the entries of a kind before a place that say something, with what they say."""
        return [
            (entry, entry.content)
            for entry in self.entries[:before]
            if isinstance(entry.content, kind) and self.counts(entry)
        ]

    def _find_complaints(self, entry: Entry) -> Iterator[str]:
        roles = _OFFICIAL_ROLES if self.is_official else _TRANSCRIPTION_ROLES
        content, signer = entry.content, self.signer_of(entry)
        if signer is None or signer.role not in roles[type(content)]:
            yield "V08"
            return
        at_station = (StationOpening, AdmittedSeal, LoggedSheet, ClosingAudit, Custody)
        if isinstance(content, at_station) and not self.covers(
            signer, content.station, entry.index
        ):
            yield "V08"
            return
        if isinstance(content, Incident):
            place, is_division = content.place, content.place in self.parents
            if is_division and signer.role is not Role.DEVICE:
                is_covered = self.is_in(place, signer.scope)
            else:
                is_covered = self.covers(signer, place, entry.index)
            if not is_covered:
                yield "V08"
            return
        in_contest = (AdmittedSeal, LoggedSheet, TranscribedSheet, ClosingAudit, Decision)
        if isinstance(content, in_contest):
            if content.contest >= len(self.definition.contests):
                yield "V07"
                return
            if not self._is_form(content, self.definition.contests[content.contest]):
                yield "V07"
                return
        yield from self._find_bad_names(entry, signer)

    def _is_form(self, content: object, contest: Contest) -> bool:
        lines = len(contest.options) if contest.options else len(contest.candidacies)
        if isinstance(content, LoggedSheet | ClosingAudit):
            size = len(content.votes), len(content.categories)
            return size == (lines, len(contest.categories))
        if isinstance(content, TranscribedSheet):
            return all(is_known_field(name, contest) for name in content.figures)
        return True

    def _find_bad_names(self, entry: Entry, signer: SlowSigner) -> Iterator[str]:
        """Find names of entries that are not there."""
        content, index = entry.content, entry.index
        if isinstance(content, TranscribedSheet) and not self._is_correction(entry, content):
            yield "V10"
        if isinstance(content, Confirmation):
            yield from self._find_bad_confirmation(content, signer, index)
        if isinstance(content, Hold) and self.sheet(content.sheet, index) is None:
            yield "V10"
        if isinstance(content, Decision) and not self._is_decidable(content, index):
            yield "V10"
        if isinstance(content, Approval):
            proposed = [item.digest for kind in _PROPOSALS for item, _ in self.of_kind(kind, index)]
            if content.proposal not in proposed:
                yield "V10"
        if isinstance(content, Proclamation):
            bulletins = self.of_kind(Bulletin, index)
            if (content.bulletin, content.number) not in [
                (item.digest, bulletin.number) for item, bulletin in bulletins
            ]:
                yield "V20"

    def _is_correction(self, entry: Entry, reading: TranscribedSheet) -> bool:
        """Say whether a reading names what it corrects, if it corrects anything."""
        is_repeated = entry.digest in [item.digest for item in self.sheets(entry.index)]
        if reading.version == 1 or is_repeated:
            return True
        named = self.sheet(reading.follows, entry.index)
        if named is None or self.place_of(named) != (reading.station, reading.contest):
            return False
        return self.signer_id(named) == self.signer_id(entry)

    def _find_bad_confirmation(
        self, confirmation: Confirmation, signer: SlowSigner, index: int
    ) -> Iterator[str]:
        named = self.sheet(confirmation.sheet, index)
        if named is None:
            yield "V10"
            return
        first = self.signer_of(named)
        assert first is not None
        is_other = signer.role is first.role and signer.signer != first.signer
        if not is_other or not self.covers(signer, self.place_of(named)[0], index):
            yield "V08"

    def _is_decidable(self, decision: Decision, index: int) -> bool:
        place = decision.station, decision.contest
        if decision.kind is not DecisionKind.CLOSE:
            named = self.sheet(decision.sheet, index)
            return named is not None and self.place_of(named) == place
        if self.definition.stations is None:
            return True
        area = self.definition.contests[decision.contest].division
        return self.is_in(self.world_before(index).divisions.get(decision.station), area)

    # --- proposals --------------------------------------------------------------------------

    def in_force_at(self, proposal: Entry, before: int | None = None) -> int | None:
        """Give the place of the entry that brings the last signer a proposal needs."""
        first = next(item for item in self.entries if item.digest == proposal.digest)
        if first is not proposal or not self.counts(proposal):
            return None
        agreed: set[str] = set()
        for entry in self.entries[proposal.index : before]:
            content = entry.content
            is_approval = isinstance(content, Approval) and content.proposal == proposal.digest
            if (entry is proposal or is_approval) and self.counts(entry):
                agreed.add(self.signer_id(entry))
                if len(agreed) == self.trust.required[Role.AUTHORITY]:
                    return entry.index
        return None

    def decisions(self, station: str, contest: int) -> list[tuple[int, Decision]]:
        """Give the decisions in force about a station, in the order of their places."""
        found = [
            (place, entry.content)
            for entry in self.entries
            if isinstance(entry.content, Decision)
            and (entry.content.station, entry.content.contest) == (station, contest)
            and (place := self.in_force_at(entry)) is not None
        ]
        return sorted(found, key=lambda item: item[0])

    # --- sheets -----------------------------------------------------------------------------

    def sheets(self, before: int | None = None) -> list[Entry]:
        """Give the valid sheets before a place, each once."""
        found: list[Entry] = []
        for entry in self.entries[:before]:
            is_sheet = isinstance(entry.content, LoggedSheet | TranscribedSheet)
            is_new = entry.digest not in {item.digest for item in found}
            if is_sheet and is_new and self.counts(entry):
                found.append(entry)
        return found

    def sheet(self, digest: bytes | None, before: int) -> Entry | None:
        """Give the valid sheet with a digest before a place."""
        return next((item for item in self.sheets(before) if item.digest == digest), None)

    def sheets_of(self, station: str, contest: int) -> list[Entry]:
        """Give the valid sheets of a station in a contest."""
        return [item for item in self.sheets() if self.place_of(item) == (station, contest)]

    def effective(self, station: str, contest: int) -> list[Entry]:
        """Give the sheets that stand for a station."""
        sheets = self.sheets_of(station, contest)
        chosen = [
            decision.sheet
            for _, decision in self.decisions(station, contest)
            if decision.kind is DecisionKind.APPROVE
        ]
        if chosen:
            approved = next(item for item in sheets if item.digest == chosen[-1])
            while self.is_replaced(approved):
                approved = self.corrections(approved)[0]
            return [approved]
        if self.is_official:
            return [item for item in sheets if self.version_of(item) == 1][:1]
        return [item for item in sheets if not self.is_replaced(item)]

    def corrections(self, sheet: Entry) -> list[Entry]:
        """Give the readings that correct a reading."""
        return [
            item
            for item in self.sheets_of(*self.place_of(sheet))
            if isinstance(item.content, TranscribedSheet)
            and item.content.version > 1
            and item.content.follows == sheet.digest
        ]

    def is_replaced(self, sheet: Entry) -> bool:
        """Say whether a source corrected its reading."""
        return bool(self.corrections(sheet))

    def is_unconfirmed(self, sheet: Entry) -> bool:
        """Say whether too few signers stand behind a sheet."""
        first = self.signer_of(sheet)
        assert first is not None
        people = {first.signer} | {
            self.signer_id(item)
            for item, confirmation in self.of_kind(Confirmation)
            if confirmation.sheet == sheet.digest
        }
        return len(people) < self.trust.required.get(first.role, 1)

    def hold_words(self, sheet: Entry) -> list[str]:
        """Give what keeps a sheet out of the totals."""
        decided = [
            item for item in self.decisions(*self.place_of(sheet)) if item[1].sheet == sheet.digest
        ]
        released = [place for place, item in decided if item.kind is DecisionKind.RELEASE]
        since = max(released, default=-1)
        codes = {
            code
            for item, hold in self.of_kind(Hold)
            if hold.sheet == sheet.digest and item.index > since
            for code in hold.codes
        }
        holds = {
            f"hold:{item.reason.name.lower()}"
            for place, item in decided
            if item.kind is DecisionKind.HOLD and place > since
        }
        last = ["unconfirmed"] if self.is_unconfirmed(sheet) else []
        return [*sorted(codes), *sorted(holds), *last]

    def named_codes(self, sheet: Entry) -> set[str]:
        """Give every code that some hold entry names for a sheet."""
        return {
            code
            for _, hold in self.of_kind(Hold)
            if hold.sheet == sheet.digest
            for code in hold.codes
        }

    def last_reason(self, sheet: Entry, kind: DecisionKind) -> str | None:
        """Give the reason of the last decision of a kind about a sheet."""
        found = [
            item.reason.name.lower()
            for _, item in self.decisions(*self.place_of(sheet))
            if item.sheet == sheet.digest and item.kind is kind
        ]
        return found[-1] if found else None

    def place_of(self, sheet: Entry) -> tuple[str, int]:
        """Give the station and the contest of a sheet."""
        assert isinstance(sheet.content, LoggedSheet | TranscribedSheet)
        return sheet.content.station, sheet.content.contest

    def version_of(self, sheet: Entry) -> int:
        """Give the version of a sheet."""
        assert isinstance(sheet.content, LoggedSheet | TranscribedSheet)
        return sheet.content.version

    def signer_id(self, entry: Entry) -> str:
        """Give the id of the signer of an entry that counts."""
        signer = self.signer_of(entry)
        assert signer is not None
        return signer.signer


def _is_new_key(world: World, key: bytes) -> bool:
    """Say whether a key was never enrolled and is one that can be."""
    return key not in world.keys_ever and is_point(key)


def _apply(world: World, change: Change) -> None:
    """Put a change in force."""
    if isinstance(change, KeyReplaced):
        world.signers[change.signer] = world.signers[change.signer]._replace(key=change.key)
        if change.key is not None:
            world.keys_ever.add(change.key)
    elif isinstance(change, SignerEnrolled):
        signer = SlowSigner(change.signer, Role(change.role), change.scope, change.key)
        world.signers[change.signer] = signer
        world.keys_ever.add(change.key)
    elif isinstance(change, StationMoved):
        world.divisions[change.station] = change.division
    elif isinstance(change, CandidacyWithdrawn):
        world.withdrawn.append(change)
    elif isinstance(change, PolicyReplaced):
        world.policy = change.policy
