"""The keys that a definition names, held against those in a publisher's hands."""

from __future__ import annotations

from escrutinio.definition import DEFINITION_NAME, Definition, Role, Trust
from escrutinio.errors import Fault, RefusedError
from escrutinio.log import decode_policy
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import find_log_key

__all__ = ["find_log_signer", "require_operator", "require_trust"]


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
    """Bind the key of the log to its name in the definition's policy.

    Raises:
        RefusedError: the definition names another key.
        MalformedError: its policy is none.
    """
    trust = require_trust(definition)
    vkey = find_log_key(decode_policy(trust.policy.encode(), "policy"), "policy").text_key.vkey
    if vkey.raw != key.public.raw:
        expected = f"the key of {vkey.name!a}, which the definition names: {vkey.raw.hex()}"
        raise RefusedError.of(Fault("key of the log", expected, key.public.raw.hex()))
    return NoteSigner(vkey.name, key)


def require_operator(definition: Definition, key: SigningKey) -> None:
    """Refuse a key that may not sign what the publisher adds: holds and bulletins.

    Raises:
        RefusedError: it is not enrolled as an operator.
    """
    trust = require_trust(definition)
    if not any(item.role is Role.OPERATOR and item.key == key.public.raw for item in trust.signers):
        found = key.public.raw.hex()
        raise RefusedError.of(Fault("operator's key", "one enrolled as operator", found))
