"""The trust anchor: the few lines a reader holds from elsewhere.

    format = "escrutinio-anchor/1"
    identity = "5b4c..."            SHA-256 of definition.json, 64 digits
    policy = '''
    log actas.example/2024+3efd5448+AYqI...
    witness party-a party-a.example/w+db76f8d9+BIE5...
    quorum party-a
    '''

A folder cannot vouch for itself. Whoever has these lines from a poster, a newspaper or a party
can tell the record from a look-alike that is consistent under other keys.

Format page: docs/formats/anchor.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError
from escrutinio.log import LogKey, Policy, decode_policy
from escrutinio.primitives import Sha256Hex
from escrutinio.primitives.faults import FaultList
from escrutinio.primitives.hand_written import TableReader, decode_toml
from escrutinio.primitives.vkey import SignatureType

__all__ = [
    "ANCHOR_FORMAT",
    "MAX_ANCHOR_BYTES",
    "Anchor",
    "decode_anchor",
    "encode_anchor",
    "find_log_key",
]

ANCHOR_FORMAT = "escrutinio-anchor/1"
#: The text of a policy and the lines around it.
MAX_ANCHOR_BYTES = 128 << 10

_IDENTITY = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a reader trusts before looking at a record.

    Attributes:
        identity: SHA-256 of the genesis ``definition.json``.
        policy: the log's key, and which witnesses must have cosigned.
        policy_text: the text it was read from, as it stands in ``tlog-policy``.
    """

    identity: Sha256Hex
    policy: Policy
    policy_text: str

    @classmethod
    def of(cls, identity: str, policy_text: str, where: str = "anchor") -> Anchor:
        """Build an anchor from an identity and the text of a policy.

        Raises:
            MalformedError: no digest, no policy, or a policy without exactly one Ed25519 log key.
            UnverifiableError: a key of a type that this version does not know.
        """
        if _IDENTITY.fullmatch(identity) is None:
            expected = "64 lower-case hexadecimal digits"
            raise MalformedError.of(Fault(f"{where}: identity", expected, ascii(identity[:80])))
        # A reader's file may be no text; then it has characters that stand for its bytes.
        policy_bytes = policy_text.encode("utf-8", "surrogateescape")
        policy = decode_policy(policy_bytes, f"{where}: policy")
        find_log_key(policy, where)
        return cls(Sha256Hex(identity), policy, policy_text)

    @property
    def log_key(self) -> LogKey:
        """The key of the log."""
        return find_log_key(self.policy, "anchor")


def find_log_key(policy: Policy, where: str) -> LogKey:
    """Give the one Ed25519 key of a log that a policy names.

    Raises:
        MalformedError: none, or more than one.
    """
    keys = [log.vkey for log in policy.logs if log.vkey.kind is SignatureType.ED25519]
    if len(keys) != 1:
        expected = "a policy with one log key of type 0x01"
        raise MalformedError.of(Fault(where, expected, f"{len(keys)}"))
    return LogKey.of(keys[0])


def encode_anchor(anchor: Anchor) -> bytes:
    """Write an anchor.

    Raises:
        MalformedError: a policy text with characters that the file cannot hold as they are.
    """
    # A literal text keeps everything but the quotes that end it; policies need none of them.
    text = (
        f'format = "{ANCHOR_FORMAT}"\n'
        f'identity = "{anchor.identity}"\n'
        f"policy = '''\n{anchor.policy_text}'''\n"
    )
    data = text.encode()
    if decode_anchor(data, "anchor") != anchor:
        expected = "a policy text without ''' and carriage returns"
        raise MalformedError.of(Fault("anchor: policy", expected, ascii(anchor.policy_text[:80])))
    return data


def decode_anchor(data: bytes, where: str) -> Anchor:
    """Read an anchor, written by hand or by ``encode_anchor``.

    Raises:
        MalformedError: no such file, an unknown key, no identity, no policy, or a policy without
            exactly one Ed25519 log key.
        UnverifiableError: a key of a type that this version does not know.
    """
    document = decode_toml(data, where, MAX_ANCHOR_BYTES, MalformedError)
    faults = FaultList(where)
    reader = TableReader(document, faults)
    reader.check_format(ANCHOR_FORMAT)
    identity = reader.required("identity", "the identity of the election, 64 digits")
    policy = reader.required("policy", "the text of a tlog-policy")
    reader.refuse_unknown()
    for key, value in (("identity", identity), ("policy", policy)):
        if value is not None and type(value) is not str:
            reader.refuse(key, "a text", value)
    faults.raise_any(MalformedError)
    return Anchor.of(str(identity), str(policy), where)
