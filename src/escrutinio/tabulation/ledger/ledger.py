"""What the entries of a log up to a place say.

The rules, entry by entry:

1. The first entry is the genesis of this definition, and no other is.
2. An entry counts when its key is enrolled, at its place, for a role that may sign its kind and
   that covers its station. Any other entry says nothing; the record should not hold it.
3. A station's first sheet of version 1 is effective; an approved decision can put another in its
   place. In a transcription record every reading is, until its source corrects it.
4. A proposal is in force from the place at which enough authority signers have signed.
5. An entry that names another names one that was logged before. A closing audit may come earlier
   than its sheet, because stations send when they can.
6. The same opening, seal, sheet or proposal logged again says nothing new.
7. A hold keeps its sheet out until a release that comes into force after it; so does a later one.

``apply`` takes entries whose signatures were verified, in order, and never raises for what an
entry says: where the record departs from the rules, it adds a ``Departure`` and goes on.

Reference: design, sections 4 and 5 (V01, V02, V07, V08, V10, V16, V20).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from escrutinio.definition import Definition, Role, Signer
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    AuditRecord,
    Bulletin,
    CandidacyWithdrawn,
    Change,
    Confirmation,
    Decision,
    Entry,
    Genesis,
    Hold,
    LoggedSheet,
    Proclamation,
    UnknownContent,
)
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, Incident, StationOpening
from escrutinio.sheet import Roster
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.tabulation.ledger.amending import Inapplicable
from escrutinio.tabulation.ledger.approvals import Proposal, applied_changes
from escrutinio.tabulation.ledger.bulletins import PlacedBulletin, find_bulletin_departures
from escrutinio.tabulation.ledger.chains import StationChain, StationRecords
from escrutinio.tabulation.ledger.changes import apply_change
from escrutinio.tabulation.ledger.deciding import AuthorityEntries
from escrutinio.tabulation.ledger.departures import Departure, depart
from escrutinio.tabulation.ledger.position import Position
from escrutinio.tabulation.ledger.roles import roles_of
from escrutinio.tabulation.ledger.state import LedgerState, PlacedHold
from escrutinio.tabulation.ledger.stations import StationEntries
from escrutinio.tabulation.ledger.storing import decode_state, encode_state

__all__ = ["Ledger"]


class Ledger:
    """A prefix of a log, read.

    Made by ``begin`` or ``load``; ``apply`` and ``skip`` take one entry after the other. What it
    says is about the place it has reached.
    """

    def __init__(self, position: Position, genesis_bytes: int | None) -> None:
        """Work on a position; use ``begin`` or ``load`` instead."""
        self._at = position
        self._genesis_bytes = genesis_bytes
        self._rosters: dict[int, Roster] = {}
        self._roles = roles_of(position.genesis.record_kind)
        stations, authority = StationEntries(position), AuthorityEntries(position)
        # Each takes the content of its own kind; the keys say which one that is.
        self._readers: Mapping[type, Callable[[Entry, Any, Signer], None]] = {
            Genesis: self._read_genesis,
            StationOpening: stations.open_station,
            AdmittedSeal: stations.seal,
            LoggedSheet: stations.log_sheet,
            TranscribedSheet: stations.transcribe,
            Confirmation: stations.confirm,
            Hold: stations.hold,
            ClosingAudit: stations.audit_closing,
            Custody: stations.keep,
            Incident: stations.keep,
            Decision: authority.decide,
            Amendment: authority.amend,
            Approval: authority.approve,
            Proclamation: authority.proclaim,
            Bulletin: self._read_bulletin,
            AuditRecord: self._keep,
            UnknownContent: self._keep,
        }

    @classmethod
    def begin(cls, definition: Definition, *, genesis_bytes: int | None = None) -> Ledger:
        """Begin before the first entry.

        Args:
            definition: the genesis definition; one with ``trust``.
            genesis_bytes: size of its ``definition.json``, to hold the genesis entry against;
                None leaves that to the caller.

        Raises:
            UsageError: the definition says nothing of signers.
        """
        state = LedgerState.empty(definition.identity, len(definition.contests))
        return cls(Position(definition, state), genesis_bytes)

    @classmethod
    def load(
        cls, data: bytes, definition: Definition, *, genesis_bytes: int | None = None
    ) -> Ledger:
        """Go on from where ``dump`` was called.

        **The bytes must be from a ``dump`` of this program that nobody else could change**: they
        are checked for their form, and say of themselves how far they go.

        Args:
            data: from ``dump``.
            definition: as given to ``begin``.
            genesis_bytes: as given to ``begin``.

        Raises:
            MalformedError: no state, or of another version, election or shape.
            UsageError: the definition says nothing of signers.
        """
        state = decode_state(data, definition)
        position = Position(definition, state)
        for change in applied_changes(state.proposals):
            try:
                apply_change(position, change)
            except Inapplicable as reason:
                fault = Fault("stored ledger: amendments", reason.expected, reason.found)
                raise MalformedError.of(fault) from reason
        return cls(position, genesis_bytes)

    def dump(self) -> bytes:
        """Give everything that the entries left behind, for ``load``."""
        return encode_state(self._at.state)

    def apply(self, entry: Entry) -> None:
        """Take the next entry, whose signature was verified under ``entry.key``.

        Raises:
            ValueError: it is not the next one.
        """
        state = self._at.state
        if entry.index != state.size:
            message = f"entry {entry.index} where entry {state.size} is next"
            raise ValueError(message)
        if entry.index == 0 and not isinstance(entry.content, Genesis):
            self._note_missing_genesis(type(entry.content).__name__)
        state.size += 1
        kind = type(entry.content)
        signer = self._at.enrolment.by_key.get(entry.key)
        if signer is not None and signer.role in self._roles[kind]:
            self._readers[kind](entry, entry.content, signer)
        else:
            self._note_stranger(entry, signer)

    def skip(self, count: int = 1) -> None:
        """Pass over entries that nobody can read or whose signature is wrong; they say nothing."""
        if self.size == 0 and count:
            self._note_missing_genesis("an entry that cannot be read")
        self._at.state.size += count

    @property
    def size(self) -> int:
        """Number of entries taken or passed over."""
        return self._at.state.size

    @property
    def genesis(self) -> Definition:
        """The definition as it was frozen."""
        return self._at.genesis

    @property
    def definition(self) -> Definition:
        """The definition in force: its divisions, stations and contests after the amendments.

        Its ``trust`` stays as it was frozen; see ``keys_by_id`` and ``policy``.
        """
        return self._at.definition

    def roster(self, position: int) -> Roster:
        """Give what is known of a contest's stations at this place.

        Listing a country's stations takes longer than adding up their sheets, and only an amendment
        changes the list, so it is made once for each definition in force.

        Args:
            position: of the contest in the definition.
        """
        roster = self._rosters.get(position)
        if roster is None or roster.definition is not self.definition:
            roster = Roster.of(self.definition, self.genesis.contests[position])
            self._rosters[position] = roster
        return roster

    @property
    def required(self) -> Mapping[Role, int]:
        """How many distinct signers must agree, for the roles of which it can be more than one."""
        return self._at.trust.required

    @property
    def policy(self) -> str:
        """Text of the trust policy in force."""
        return self._at.policy

    @property
    def departures(self) -> Sequence[Departure]:
        """Where the record departs from the rules, in the order in which it showed."""
        return self._at.state.departures

    @property
    def is_critical_unknown(self) -> bool:
        """Whether there is an entry of an unknown kind on which results may depend."""
        return self._at.state.is_critical_unknown

    @property
    def bulletins(self) -> Sequence[PlacedBulletin]:
        """Every bulletin, in order of its place."""
        return self._at.state.bulletins

    @property
    def proposals(self) -> Sequence[Proposal]:
        """Every decision, amendment and proclamation, in force or not."""
        return self._at.state.proposals

    @property
    def proclamations(self) -> Sequence[Proposal]:
        """The proclamations in force."""
        return [
            item
            for item in self._at.state.proposals
            if item.in_force_at is not None and isinstance(item.content, Proclamation)
        ]

    @property
    def holds(self) -> Sequence[PlacedHold]:
        """Every automatic hold, lifted or not."""
        return self._at.state.holds

    @property
    def records(self) -> Sequence[Entry]:
        """What is only kept and shown: custody, incidents, audit records, unknown kinds."""
        return self._at.state.records

    @property
    def audits(self) -> Mapping[bytes, Sequence[Entry]]:
        """Closing audits by the digest of the sheet they name."""
        return self._at.state.audits

    @property
    def changes(self) -> Sequence[Change]:
        """What the amendments changed, in the order in which they came into force."""
        return applied_changes(self.proposals)

    @property
    def withdrawals(self) -> Sequence[CandidacyWithdrawn]:
        """The withdrawn candidacies, in the order in which they came into force."""
        return [item for item in self.changes if isinstance(item, CandidacyWithdrawn)]

    @property
    def stations(self) -> StationRecords:
        """The openings, seals and sheets of all stations."""
        return self._at.state.stations

    def chains(self, contest: int) -> Mapping[str, StationChain]:
        """Give what there is of each station in a contest, by its position."""
        return self.stations.chains[contest]

    def keys_by_id(self) -> Mapping[bytes, tuple[bytes, ...]]:
        """Give every public key that was ever enrolled up to here, by its kid."""
        return self._at.enrolment.keys_by_id()

    def _read_genesis(self, entry: Entry, genesis: Genesis, _: Signer) -> None:
        at = self._at
        if entry.index:
            at.depart("V01", entry, "genesis", "as the first entry alone", f"at {entry.index}")
        elif genesis.identity.hex() != at.genesis.identity:
            at.depart("V01", entry, "3, identity", at.genesis.identity, genesis.identity.hex())
        elif self._genesis_bytes not in {None, genesis.size_bytes}:
            expected, found = f"{self._genesis_bytes} bytes", f"{genesis.size_bytes}"
            at.depart("V01", entry, "4, size", expected, found)

    def _read_bulletin(self, entry: Entry, bulletin: Bulletin, _: Signer) -> None:
        state = self._at.state
        placed = PlacedBulletin(entry.index, entry.digest, bulletin)
        state.departures += find_bulletin_departures(
            placed,
            state.bulletins,
            self._at.trust.bulletins,
            self._at.trust.publish_not_before_s,
            is_proclaimed=bool(self.proclamations),
        )
        state.bulletins.append(placed)

    def _keep(self, entry: Entry, record: AuditRecord | UnknownContent, _: Signer) -> None:
        state = self._at.state
        state.records.append(entry)
        if isinstance(record, UnknownContent):
            state.is_critical_unknown |= record.is_critical

    def _note_missing_genesis(self, found: str) -> None:
        self._at.state.departures.append(depart("V01", 0, "genesis", "a genesis", found))

    def _note_stranger(self, entry: Entry, signer: Signer | None) -> None:
        roles = " or ".join(sorted(self._roles[type(entry.content)]))
        expected = f"an enrolled {roles}" if roles else "no such entry in this kind of record"
        found = f"the key {entry.key.hex()}, enrolled for nobody"
        if signer is not None:
            found = f"{signer.signer}, {signer.role} for {signer.scope}"
        elif self._at.enrolment.is_known_key(entry.key):
            found = f"the key {entry.key.hex()}, replaced before"
        self._at.depart("V08", entry, "signer", expected, found)
