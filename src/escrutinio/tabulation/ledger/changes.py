"""Putting an amendment in force: keys, signers, stations, candidacies, witnesses."""

from __future__ import annotations

from typing import assert_never

from escrutinio.definition import Role, Signer, SignerId
from escrutinio.definition.signer_keys import KEY_RULE, is_point
from escrutinio.errors import MalformedError, UnverifiableError
from escrutinio.log import decode_policy
from escrutinio.log.entries.model import (
    CandidacyWithdrawn,
    Change,
    KeyReplaced,
    PolicyReplaced,
    SignerEnrolled,
    StationMoved,
)
from escrutinio.primitives.vkey import SignatureType, VerifierKey
from escrutinio.tabulation.ledger.amending import Inapplicable, move_station, withdraw_candidacy
from escrutinio.tabulation.ledger.position import Position

__all__ = ["apply_change"]

_NATIONAL = frozenset({Role.AUTHORITY, Role.OPERATOR, Role.SOURCE})


def apply_change(position: Position, change: Change) -> None:
    """Put a change in force from this place on.

    Raises:
        Inapplicable: it names something that is not there or cannot be so; nothing was changed.
    """
    match change:
        case KeyReplaced():
            _replace_key(position, change)
        case SignerEnrolled():
            _enrol(position, change)
        case StationMoved():
            position.definition = move_station(position.definition, change)
            position.enrolment.move_station(change.station, change.division)
        case CandidacyWithdrawn():
            position.definition = withdraw_candidacy(position.definition, change)
        case PolicyReplaced():
            _replace_policy(position, change)
        case _:
            assert_never(change)


def _replace_key(position: Position, change: KeyReplaced) -> None:
    if position.enrolment.signer(change.signer) is None:
        raise Inapplicable("4, signer", "a signer that is enrolled", change.signer)
    if change.key is not None:
        _verify_new_key(position, change.key)
    position.enrolment.replace_key(change.signer, change.key)


def _enrol(position: Position, change: SignerEnrolled) -> None:
    if position.enrolment.signer(change.signer) is not None:
        raise Inapplicable("4, signer", "a new signer", f"{change.signer}, enrolled before")
    _verify_new_key(position, change.key)
    if change.role not in set(Role):
        raise Inapplicable("6, role", "one of " + ", ".join(Role), change.role)
    role = Role(change.role)
    definition = position.definition
    if role in _NATIONAL:
        is_scope = change.scope == definition.root.division
        expected = f"{definition.root.division}, the whole election"
    elif role is Role.DEVICE:
        is_scope = position.enrolment.lists(change.scope)
        expected = "a station of the list"
    else:
        is_scope = change.scope in {item.division for item in definition.divisions}
        expected = "a division"
    if not is_scope:
        raise Inapplicable("7, scope", expected, change.scope)
    position.enrolment.enrol(Signer(SignerId(change.signer), role, change.scope, change.key))


def _verify_new_key(position: Position, key: bytes) -> None:
    if position.enrolment.is_known_key(key):
        raise Inapplicable("5, key", "a key used by no signer before", key.hex())
    if not is_point(key):
        raise Inapplicable("5, key", KEY_RULE, key.hex())


def _replace_policy(position: Position, change: PolicyReplaced) -> None:
    key, first = _log_key_of(change.policy), _log_key_of(position.trust.policy)
    if key.name != first.name:
        # Witnesses know a log by its name: under another one it would be another log.
        raise Inapplicable("15, policy", f"a key of the log {first.name!a}", ascii(key.name))
    position.policy = change.policy


def _log_key_of(policy: str) -> VerifierKey:
    part = "15, policy"
    try:
        logs = decode_policy(policy.encode(), part).logs
    except (MalformedError, UnverifiableError) as error:
        fault = error.faults[0]
        raise Inapplicable(fault.where, fault.expected, fault.found) from error
    if len(logs) != 1:
        raise Inapplicable(part, "one log line", str(len(logs)))
    key = logs[0].vkey
    if key.kind is not SignatureType.ED25519:
        raise Inapplicable(part, "a log key of type 0x01", f"one of type {key.kind:#04x}")
    return key
