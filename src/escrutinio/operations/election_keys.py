"""The keys that a definition and its amendments name, held against those in a publisher's hands."""

from __future__ import annotations

from collections.abc import Iterable

from escrutinio.definition import DEFINITION_NAME, Definition, Role, Signer, SignerId, Trust
from escrutinio.errors import Fault, RefusedError
from escrutinio.log import LogKey, decode_policy
from escrutinio.log.entries import Change, KeyReplaced, SignerEnrolled
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import find_log_key
from escrutinio.tabulation.ledger import Ledger, find_log_keys

__all__ = [
    "find_log_signer",
    "find_signer",
    "require_log_key",
    "require_operator",
    "require_trust",
]


def require_trust(definition: Definition) -> Trust:
    """Give what a definition says of its log.

    Raises:
        RefusedError: it says nothing.
    """
    if definition.trust is None:
        expected = "a definition of version 2, which says who signs"
        remedy = "Add 'trust' and signers.csv and seal it: docs/formats/definition.md."
        raise RefusedError.of(Fault(DEFINITION_NAME, expected, "none", remedy))
    return definition.trust


def find_log_signer(definition: Definition, key: SigningKey) -> NoteSigner:
    """Bind the first key of a log to its name in the definition's policy.

    Raises:
        RefusedError: the definition names another key.
        MalformedError: its policy is none.
    """
    policy = decode_policy(require_trust(definition).policy.encode(), "policy")
    first = find_log_key(policy, "policy")
    signer = NoteSigner(first.origin, key)
    _require_same_key(signer, first)
    return signer


def require_log_key(ledger: Ledger, signer: NoteSigner) -> None:
    """Refuse a key that may not sign for the log as far as a ledger has read it.

    Raises:
        RefusedError: by the definition and the amendments in force it is another key.
    """
    _require_same_key(signer, find_log_keys(ledger).at(ledger.size))


def _require_same_key(signer: NoteSigner, key: LogKey) -> None:
    vkey = key.text_key.vkey
    if vkey != signer.vkey:
        expected = f"the key of {key.origin!a} in force, {vkey.raw.hex()}"
        raise RefusedError.of(Fault("key of the log", expected, signer.vkey.raw.hex()))


def find_signer(
    definition: Definition, changes: Iterable[Change], key: SigningKey, role: Role
) -> Signer:
    """Find who signs with a key, after the amendments in force.

    Args:
        definition: as it was frozen.
        changes: what amendments changed of it, in order.
        key: of the signer.
        role: that the signer must have.

    Raises:
        RefusedError: nobody of this role has the key.
    """
    raw = key.public.raw
    signers = {item.signer: item for item in require_trust(definition).signers}
    holders = {item.signer: item.key for item in signers.values()}
    for change in changes:
        match change:
            case KeyReplaced():
                holders.pop(SignerId(change.signer), None)
                if change.key is not None:
                    holders[SignerId(change.signer)] = change.key
            case SignerEnrolled():
                name = SignerId(change.signer)
                signers[name] = Signer(name, Role(change.role), change.scope, change.key)
                holders[name] = change.key
            case _:
                pass
    for name, held in holders.items():
        if held == raw and signers[name].role is role:
            return signers[name]
    raise RefusedError.of(Fault(f"{role}'s key", f"one enrolled as {role}", raw.hex()))


def require_operator(
    definition: Definition, key: SigningKey, changes: Iterable[Change] = ()
) -> None:
    """Refuse a key that may not sign what the publisher adds: holds and bulletins.

    Raises:
        RefusedError: it is not enrolled as an operator.
    """
    find_signer(definition, changes, key, Role.OPERATOR)
