"""Whether enrolled keys are keys.

A point takes libsodium about 35 microseconds to check, so that 30,000 devices would take longer
than everything else in a definition together. Reading a definition therefore checks how a key is
spelled, and this module what it is: once, in as many processes as there are cores. Nothing is
verified under a key in between, because a ``PublicKey`` makes the same check when it is built.
"""

from __future__ import annotations

from collections.abc import Iterable

from escrutinio.definition.files import SIGNERS_NAME
from escrutinio.definition.limits import MAX_FAULTS
from escrutinio.definition.trust import Signer
from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives.keys import PublicKey

__all__ = ["KEY_RULE", "is_point", "verify_signer_keys"]

KEY_RULE = "a valid Ed25519 point that is not of small order"


def verify_signer_keys(signers: Iterable[Signer]) -> None:
    """Check that every key is one that libsodium enrols.

    Any part of the signers may be checked apart from the others.

    Raises:
        MalformedError: some are not; the error carries at most 1,000 of them, by signer.

    Reference: ``primitives.keys``, which says why there is one rule.
    """
    faults = [
        Fault(f"{SIGNERS_NAME}: signer {signer.signer}", KEY_RULE, signer.key.hex())
        for signer in signers
        if not is_point(signer.key)
    ]
    if faults:
        raise MalformedError.of(*faults[:MAX_FAULTS])


def is_point(key: bytes) -> bool:
    """Say whether libsodium enrols a key."""
    try:
        PublicKey(key)
    except MalformedError:
        return False
    return True
