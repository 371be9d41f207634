"""Entries of the authority: decisions, amendments, proclamations, and the approvals of each."""

from __future__ import annotations

from escrutinio.definition import Signer
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    Decision,
    DecisionKind,
    Entry,
    Proclamation,
)
from escrutinio.tabulation.ledger.amending import Inapplicable
from escrutinio.tabulation.ledger.approvals import Proposal
from escrutinio.tabulation.ledger.chains import ClosureTaken, OpenHold, PlacedSheet
from escrutinio.tabulation.ledger.changes import apply_change
from escrutinio.tabulation.ledger.position import Position

__all__ = ["AuthorityEntries"]


class AuthorityEntries:
    """Adds to a position what the authority proposes and approves."""

    def __init__(self, position: Position) -> None:
        """Work on a position."""
        self._at = position

    def decide(self, entry: Entry, decision: Decision, signer: Signer) -> None:
        """Take the proposal of a decision about a station."""
        at = self._at
        if not at.is_contest(entry, decision.contest):
            return
        if decision.kind is DecisionKind.CLOSE:
            if not self._is_station(decision):
                contest = at.genesis.contests[decision.contest].code
                expected = f"a station of {contest}"
                at.depart("V10", entry, "4, station", expected, decision.station)
                return
        elif at.sheet_of(decision.sheet, decision.station, decision.contest) is None:
            expected = "a sheet of this station and contest that was logged before"
            found = "null" if decision.sheet is None else decision.sheet.hex()
            at.depart("V10", entry, "6, sheet", expected, found)
            return
        self._propose(entry, decision, signer)

    def amend(self, entry: Entry, amendment: Amendment, signer: Signer) -> None:
        """Take the proposal of an amendment; once in force it shows whether it can be applied."""
        self._propose(entry, amendment, signer)

    def proclaim(self, entry: Entry, proclamation: Proclamation, signer: Signer) -> None:
        """Take the proposal of a proclamation of a bulletin that is there."""
        for placed in self._at.state.bulletins:
            if placed.digest == proclamation.bulletin:
                if placed.bulletin.number == proclamation.number:
                    self._propose(entry, proclamation, signer)
                    return
                expected = f"{placed.bulletin.number}, the number of that bulletin"
                self._at.depart("V20", entry, "4, number", expected, str(proclamation.number))
                return
        found = proclamation.bulletin.hex()
        self._at.depart("V20", entry, "3, bulletin", "a bulletin that was logged before", found)

    def approve(self, entry: Entry, approval: Approval, signer: Signer) -> None:
        """Count an approval; with the last one needed the proposal is in force."""
        proposals = self._at.proposals
        if approval.proposal not in proposals:
            expected = "a proposal that was logged before"
            self._at.depart("V10", entry, "3, proposal", expected, approval.proposal.hex())
            return
        proposal = proposals.approve(approval.proposal, signer.signer, entry.index)
        if proposal is not None:
            self._put_in_force(entry, proposal)

    def _propose(
        self, entry: Entry, content: Decision | Amendment | Proclamation, signer: Signer
    ) -> None:
        if entry.digest in self._at.proposals:
            return
        proposal = Proposal(entry.index, entry.digest, content, [signer.signer])
        if self._at.proposals.add(proposal):
            self._put_in_force(entry, proposal)

    def _put_in_force(self, entry: Entry, proposal: Proposal) -> None:
        content = proposal.content
        if isinstance(content, Decision):
            self._enforce(entry, content)
        elif isinstance(content, Amendment):
            try:
                apply_change(self._at, content.change)
            except Inapplicable as reason:
                part = f"amendment of entry {proposal.index}, {reason.part}"
                self._at.depart("V02", entry, part, reason.expected, reason.found)
            else:
                proposal.is_applied = True

    def _enforce(self, entry: Entry, decision: Decision) -> None:
        chain = self._at.state.stations.chain_of(decision.station, decision.contest)
        if decision.closure is not None:
            chain.closure = ClosureTaken(decision.closure, decision.reason)
            return
        placed = self._at.sheets[decision.sheet or b""]
        standing = placed.stand()
        match decision.kind:
            case DecisionKind.RELEASE:
                standing.holds = []
                standing.released = decision.reason
            case DecisionKind.HOLD:
                standing.holds.append(OpenHold(entry.index, (), decision.reason))
            case DecisionKind.ANNUL:
                standing.annulled = decision.reason
            case DecisionKind.APPROVE:
                standing.approved = decision.reason
                chain.approved = _position_of(chain.sheets, placed)
            case _:
                raise AssertionError(decision.kind)

    def _is_station(self, decision: Decision) -> bool:
        """Say whether a station that is to be closed is one of the contest, where that is known."""
        definition = self._at.definition
        if definition.stations is None:
            return True
        area = self._at.genesis.contests[decision.contest].division
        return self._at.enrolment.is_inside(decision.station, area)


def _position_of(sheets: list[PlacedSheet], wanted: PlacedSheet) -> int:
    return next(at for at, sheet in enumerate(sheets) if sheet is wanted)
