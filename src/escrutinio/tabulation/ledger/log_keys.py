"""The keys of a log, one after the other.

The definition's policy names the first. An approved amendment that puts another policy in force at
place p may name another: it signs for every size above p, and the one before signs nothing more.

Reference: docs/formats/amendments.md, kind 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError
from escrutinio.log import LogKey, decode_policy
from escrutinio.log.entries.model import Amendment, PolicyReplaced
from escrutinio.primitives.vkey import SignatureType
from escrutinio.tabulation.ledger.ledger import Ledger

__all__ = ["LogKeys", "find_log_keys"]


@dataclass(frozen=True, slots=True)
class LogKeys:
    """Which key signs for which size of a log.

    Attributes:
        first: the key that the definition names.
        later: place of an amendment that names another key, and that key; in order.
    """

    first: LogKey
    later: tuple[tuple[int, LogKey], ...] = ()

    def at(self, size: int) -> LogKey:
        """Give the key that signs for a log of some size."""
        key = self.first
        for place, other in self.later:
            if place < size:
                key = other
        return key

    def since(self, size: int) -> int | None:
        """Give the place of the amendment that named the key of some size; None for the first."""
        return max((place for place, _ in self.later if place < size), default=None)

    def lead_to(self, size: int, key: LogKey) -> bool:
        """Say whether a key is the one of some size, or was replaced on the way to it."""
        return key in (self.first, *(other for place, other in self.later if place < size))


def find_log_keys(ledger: Ledger) -> LogKeys:
    """Find the keys of the log that a ledger has read.

    Raises:
        MalformedError: the definition's policy is none, or names no key of type 0x01.
        UnverifiableError: it has a key of a type that this version does not know.
    """
    first = _key_of(_genesis_policy(ledger), "definition.json: trust.policy")
    amended = sorted(
        (item.in_force_at, item.content.change.policy)
        for item in ledger.proposals
        if item.is_applied
        and item.in_force_at is not None
        and isinstance(item.content, Amendment)
        and isinstance(item.content.change, PolicyReplaced)
    )
    later: list[tuple[int, LogKey]] = []
    last = first
    for place, policy in amended:
        key = _key_of(policy, f"entry {place}: policy")
        if key != last:
            later.append((place, key))
            last = key
    return LogKeys(first, tuple(later))


def _genesis_policy(ledger: Ledger) -> str:
    trust = ledger.genesis.trust
    return "" if trust is None else trust.policy


def _key_of(policy: str, where: str) -> LogKey:
    keys = [
        log.vkey
        for log in decode_policy(policy.encode(), where).logs
        if log.vkey.kind is SignatureType.ED25519
    ]
    if len(keys) != 1:
        raise MalformedError.of(Fault(where, "one log key of type 0x01", f"{len(keys)}"))
    return LogKey.of(keys[0])
