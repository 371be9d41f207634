"""The place in the log that a ledger has reached: what it remembers, and what follows from it."""

from __future__ import annotations

from escrutinio.definition import Definition, Role
from escrutinio.errors import Fault, UsageError
from escrutinio.log.entries.model import Entry
from escrutinio.tabulation.ledger.approvals import Proposals
from escrutinio.tabulation.ledger.chains import PlacedSheet
from escrutinio.tabulation.ledger.departures import depart
from escrutinio.tabulation.ledger.enrolment import Enrolment
from escrutinio.tabulation.ledger.state import LedgerState

__all__ = ["Position"]


class Position:
    """What all kinds of entries work on.

    Attributes:
        genesis: the definition as it was frozen.
        trust: of that definition.
        definition: the definition in force; its ``trust`` stays as it was frozen.
        policy: text of the trust policy in force.
        state: what is remembered.
        enrolment: whose signature counts.
        proposals: of the authority.
        sheets: every sheet that was logged, by its digest.
        shapes: by contest, the number of votes and of tally categories on its form.
    """

    def __init__(self, genesis: Definition, state: LedgerState) -> None:
        """Work out what follows from a state, amendments apart.

        Raises:
            UsageError: the definition says nothing of signers.
        """
        if genesis.trust is None:
            fault = Fault("definition.json", "the key 'trust'", "a definition without it")
            raise UsageError.of(fault)
        self.genesis = genesis
        self.trust = genesis.trust
        self.definition = genesis
        self.policy = genesis.trust.policy
        self.state = state
        self.enrolment = Enrolment(genesis)
        self.proposals = Proposals(state.proposals, genesis.trust.required[Role.AUTHORITY])
        self.sheets: dict[bytes, PlacedSheet] = {
            sheet.digest: sheet
            for chains in state.stations.chains
            for chain in chains.values()
            for sheet in chain.sheets
        }
        self.shapes = [
            (len(item.options or item.candidacies), len(item.categories))
            for item in genesis.contests
        ]

    def depart(self, step: str, entry: Entry, part: str, expected: str, found: str) -> None:
        """Note that an entry departs from the rules."""
        self.state.departures.append(depart(step, entry.index, part, expected, found))

    def is_contest(self, entry: Entry, contest: int) -> bool:
        """Say whether there is such a contest, and note it where there is none."""
        if contest < len(self.shapes):
            return True
        expected = f"one of the {len(self.shapes)} contests"
        self.depart("V07", entry, "4, contest", expected, str(contest))
        return False

    def sheet_of(self, digest: bytes | None, station: str, contest: int) -> PlacedSheet | None:
        """Give the logged sheet with a digest, when it is of this station and contest."""
        placed = None if digest is None else self.sheets.get(digest)
        if placed is None or placed.station != station or placed.sheet.contest != contest:
            return None
        return placed
