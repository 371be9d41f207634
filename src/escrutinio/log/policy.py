"""Trust policies: which logs, which witnesses, and how many of them a reader asks for.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

Items are separated by spaces and tabs, lines end in a line feed, ``#`` begins a comment line.
A line names only what stands above it, and each name is a member of at most one group, so each
witness counts in one way. The names are of this file alone; they are octets, compared as octets.

A witness of type 0x06 counts where there is a library that verifies it, and is kept elsewhere.

Reference: C2SP tlog-policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.log._policy_reading import PolicyLines
from escrutinio.log.checkpoint import LogKey, SignedCheckpoint, verify_checkpoint
from escrutinio.log.cosignature import (
    Cosigning,
    MlDsaVerifier,
    collect_cosignatures,
    find_cosigner,
)
from escrutinio.primitives.vkey import SignatureType, VerifierKey, encode_vkey

__all__ = [
    "Policy",
    "PolicyAnswer",
    "PolicyGroup",
    "PolicyLog",
    "PolicyWitness",
    "decode_policy",
    "encode_policy",
    "evaluate_policy",
    "verify_policy",
]

_LOG_KINDS = (SignatureType.ED25519, SignatureType.ML_DSA_44)
_WITNESS_KINDS = (SignatureType.COSIGNATURE, SignatureType.ML_DSA_44)


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log the reader trusts; the name of its key is its origin."""

    vkey: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness the reader knows, under the name it has in this policy."""

    name: str
    vkey: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """Witnesses and groups of which a number must have cosigned.

    Attributes:
        name: name of the group.
        threshold: how many members, 1 to all of them.
        members: names of witnesses and groups.
    """

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A trust policy.

    Attributes:
        logs: a checkpoint is signed by one of them.
        witnesses: whose cosignatures are looked for.
        groups: each names only groups before it.
        quorum: name of the witness or group that must have cosigned; None asks for nobody.
    """

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: str | None


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What a policy says of a checkpoint that one of its logs signed.

    Attributes:
        is_satisfied: the quorum has cosigned.
        cosigned: by name, the verified cosignature of each witness that has.
        absent: names of the witnesses that have not, or that could not be checked.
    """

    is_satisfied: bool
    cosigned: dict[str, Cosigning]
    absent: tuple[str, ...]


def decode_policy(data: bytes, where: str) -> Policy:
    """Read a policy.

    Raises:
        MalformedError: an unknown line, a key of the wrong type, a name defined twice, not above,
            or in two groups, a key listed twice, no quorum line or two of them.
        UnverifiableError: a key of a type that this version does not know.
    """
    lines = PolicyLines(where)
    logs: list[PolicyLog] = []
    witnesses: list[PolicyWitness] = []
    groups: list[PolicyGroup] = []
    for item in lines.split(data):
        if item.word == "log":
            vkey, url = lines.take_key(item, _LOG_KINDS)
            logs.append(PolicyLog(vkey, url))
        elif item.word == "witness":
            name = lines.define(item)
            vkey, url = lines.take_key(item, _WITNESS_KINDS)
            witnesses.append(PolicyWitness(name, vkey, url))
        elif item.word == "group":
            name, threshold, members = lines.take_group(item)
            groups.append(PolicyGroup(name, threshold, members))
        elif item.word == "quorum":
            lines.take_quorum(item)
        else:
            item.refuse("log, witness, group, quorum or a comment")
    return Policy(tuple(logs), tuple(witnesses), tuple(groups), lines.finish())


def encode_policy(policy: Policy) -> bytes:
    """Write a policy: logs, witnesses, groups, quorum; ``decode_policy`` reads the same again.

    Raises:
        MalformedError: the policy breaks a rule of the format.
    """
    text = "".join(f"{line}\n" for line in _lines(policy))
    data = text.encode(errors="surrogateescape")
    if decode_policy(data, "policy") != policy:
        raise MalformedError.of(Fault("policy", "names without spaces", ascii(text[:80])))
    return data


def _lines(policy: Policy) -> Iterator[str]:
    for log in policy.logs:
        yield " ".join(["log", encode_vkey(log.vkey), *_optional(log.url)])
    for witness in policy.witnesses:
        vkey = encode_vkey(witness.vkey)
        yield " ".join(["witness", witness.name, vkey, *_optional(witness.url)])
    for group in policy.groups:
        yield " ".join(["group", group.name, str(group.threshold), *group.members])
    yield f"quorum {'none' if policy.quorum is None else policy.quorum}"


def _optional(url: str | None) -> tuple[str, ...]:
    return () if url is None else (url,)


def evaluate_policy(
    policy: Policy, signed: SignedCheckpoint, where: str, ml_dsa: MlDsaVerifier | None = None
) -> PolicyAnswer:
    """Say who of a policy has signed a checkpoint, and whether that is enough.

    Args:
        policy: whom to look for.
        signed: the checkpoint.
        where: what is checked, for the error.
        ml_dsa: what verifies cosignatures of type 0x06; without it they never count.

    Raises:
        VerificationError: a signature by a log or a witness of the policy does not verify.
        UnverifiableError: no log of the policy signed it.
        MalformedError: such a signature has an impossible length.
    """
    _verify_log(policy.logs, signed, where)
    keys = [
        key
        for witness in policy.witnesses
        if (key := find_cosigner(witness.vkey, ml_dsa)) is not None
    ]
    # A key stands for one witness only: decoding refuses a key that is listed twice.
    by_key = {item.key.vkey: item for item in collect_cosignatures(signed, keys, where)}
    cosigned = {
        witness.name: by_key[witness.vkey] for witness in policy.witnesses if witness.vkey in by_key
    }
    reached = set(cosigned)
    for group in policy.groups:
        if sum(member in reached for member in group.members) >= group.threshold:
            reached.add(group.name)
    return PolicyAnswer(
        policy.quorum is None or policy.quorum in reached,
        cosigned,
        tuple(item.name for item in policy.witnesses if item.name not in cosigned),
    )


def _verify_log(logs: Sequence[PolicyLog], signed: SignedCheckpoint, where: str) -> None:
    origin = signed.checkpoint.origin
    keys = [
        LogKey.of(log.vkey)
        for log in logs
        if log.vkey.kind is SignatureType.ED25519 and log.vkey.name == origin
    ]
    if not keys:
        known = ", ".join(log.vkey.name for log in logs) or "(none)"
        raise UnverifiableError.of(
            Fault(where, f"a checkpoint of {known!a}", f"the origin {origin!a}")
        )
    unsigned: list[Fault] = []
    for key in keys:
        try:
            verify_checkpoint(signed, key, where)
        except UnverifiableError as error:
            # Another key of the same log may have signed; a bad signature is not caught here.
            unsigned += error.faults
    if len(unsigned) == len(keys):
        raise UnverifiableError.of(*unsigned)


def verify_policy(
    policy: Policy, signed: SignedCheckpoint, where: str, ml_dsa: MlDsaVerifier | None = None
) -> None:
    """Check that a log of the policy signed a checkpoint and its quorum cosigned it.

    Raises:
        VerificationError: a signature by a log or a witness of the policy does not verify.
        UnverifiableError: no log of the policy signed, or too few witnesses have cosigned.
        MalformedError: such a signature has an impossible length.
    """
    answer = evaluate_policy(policy, signed, where, ml_dsa)
    if not answer.is_satisfied:
        found = ", ".join(answer.cosigned) or "nobody"
        expected = f"cosignatures by the quorum {policy.quorum!r}"
        raise UnverifiableError.of(Fault(where, expected, f"those of {found!a}"))
