"""Proposals of the authority, and who has approved each.

A proposal is in force at the place of the entry that brings the last needed signer. Its own
signature is the first approval, and a signer counts once.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from escrutinio.log.entries.model import Amendment, Change, Decision, Proclamation

__all__ = ["Proposal", "Proposals", "applied_changes"]


class Proposal(msgspec.Struct, array_like=True):
    """A decision, an amendment or a proclamation.

    Attributes:
        index: place of its entry.
        digest: of its entry.
        content: what is proposed.
        signers: ids of those who approved it, its author first.
        in_force_at: place of the entry from which it is in force, or None.
        is_applied: whether it is an amendment in force that could be applied.
    """

    index: int
    digest: bytes
    content: Decision | Amendment | Proclamation
    signers: list[str]
    in_force_at: int | None = None
    is_applied: bool = False


class Proposals:
    """Every proposal of a log.

    Attributes:
        items: in order of their places.
    """

    def __init__(self, items: list[Proposal], required: int) -> None:
        """Take what there is, and how many authority signers must agree."""
        self.items = items
        self._required = required
        self._by_digest = {item.digest: item for item in items}

    def __contains__(self, digest: bytes) -> bool:
        """Say whether there is a proposal with this digest."""
        return digest in self._by_digest

    def add(self, proposal: Proposal) -> bool:
        """Add a new proposal, and say whether it is in force at once."""
        self.items.append(proposal)
        self._by_digest[proposal.digest] = proposal
        return self._settle(proposal, proposal.index)

    def approve(self, digest: bytes, signer: str, index: int) -> Proposal | None:
        """Count an approval of a proposal that is there.

        Returns:
            The proposal when this approval puts it in force, else None.
        """
        proposal = self._by_digest[digest]
        if signer in proposal.signers:
            return None
        proposal.signers.append(signer)
        return proposal if self._settle(proposal, index) else None

    def _settle(self, proposal: Proposal, index: int) -> bool:
        if proposal.in_force_at is not None or len(proposal.signers) < self._required:
            return False
        proposal.in_force_at = index
        return True


def applied_changes(proposals: Iterable[Proposal]) -> list[Change]:
    """Give what the amendments changed, in the order in which they came into force."""
    applied = {
        item.in_force_at: item.content.change
        for item in proposals
        if item.is_applied and item.in_force_at is not None and isinstance(item.content, Amendment)
    }
    return [applied[place] for place in sorted(applied)]
