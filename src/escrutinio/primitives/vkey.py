"""Names and keys of note signers: vkeys, key IDs, and Go's text form of signing keys.

A vkey binds a name and a signature type to a public key:

    <name>+<key ID: 8 lower-case hexadecimal digits>+<base64(type byte || public key)>

    key ID = first 4 bytes of SHA-256(name || 0x0A || type byte || public key)

The base64 may itself hold ``+``, so the text is split at its first two ``+`` only.

Reference: C2SP signed-note, sections "Signatures" and "Verifier keys".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum

from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.primitives.keys import PUBLIC_KEY_BYTES, SEED_BYTES, PublicKey, SigningKey
from escrutinio.primitives.spelling import decode_base64, encode_base64

__all__ = [
    "KEY_ID_BYTES",
    "NoteSigner",
    "SignatureType",
    "VerifierKey",
    "decode_signer_key",
    "decode_vkey",
    "encode_signer_key",
    "encode_vkey",
    "require_key_name",
]

KEY_ID_BYTES = 4
#: Longest key name in UTF-8; cosignatures of type 0x06 have one byte for this length.
MAX_NAME_BYTES = 255
ML_DSA_44_KEY_BYTES = 1312
_PRIVATE = "PRIVATE+KEY+"
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f]")


class SignatureType(IntEnum):
    """What a key signs and how; the byte stands in the vkey and in the key ID."""

    ED25519 = 0x01  #: Ed25519 over the note text: the signature of a log.
    COSIGNATURE = 0x04  #: Ed25519 over a time and the note text: the signature of a witness.
    ML_DSA_44 = 0x06  #: ML-DSA-44 over a subtree: read and kept, not verified by this version.


_KEY_BYTES = {
    SignatureType.ED25519: PUBLIC_KEY_BYTES,
    SignatureType.COSIGNATURE: PUBLIC_KEY_BYTES,
    SignatureType.ML_DSA_44: ML_DSA_44_KEY_BYTES,
}


def require_key_name(name: str, where: str) -> None:
    """Refuse what is not the name of a key.

    Raises:
        MalformedError: empty, longer than 255 bytes, or with a ``+``, a Unicode space, a control
            character or a lone surrogate in it.
    """
    try:
        size_bytes = len(name.encode())
    except UnicodeEncodeError:
        size_bytes = 0
    is_name = (
        0 < size_bytes <= MAX_NAME_BYTES
        and "+" not in name
        and not any(character.isspace() for character in name)
        and _CONTROL.search(name) is None
    )
    if not is_name:
        expected = f"a key name of 1 to {MAX_NAME_BYTES} bytes without spaces and '+'"
        raise MalformedError.of(Fault(where, expected, ascii(name[:60])))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name and the signature type it is bound to.

    Attributes:
        name: name on the signature lines; for a log, its origin.
        kind: signature type.
        raw: public key as it stands in the vkey: 32 bytes, or 1312 for ML-DSA-44.
    """

    name: str
    kind: SignatureType
    raw: bytes

    def __post_init__(self) -> None:
        """Refuse a bad name, a key of another length, or a point libsodium refuses."""
        require_key_name(self.name, "vkey: name")
        if len(self.raw) != _KEY_BYTES[self.kind]:
            raise MalformedError.of(
                Fault(
                    f"vkey of {self.name}",
                    f"a public key of {_KEY_BYTES[self.kind]} bytes",
                    f"{len(self.raw)} bytes",
                )
            )
        if self.kind is not SignatureType.ML_DSA_44:
            PublicKey(self.raw)

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that begin each signature by this key."""
        data = self.name.encode() + b"\n" + bytes([self.kind]) + self.raw
        return hashlib.sha256(data).digest()[:KEY_ID_BYTES]

    @property
    def ed25519(self) -> PublicKey:
        """The key for types 0x01 and 0x04.

        Raises:
            UnverifiableError: the key is of another type.
        """
        if self.kind is SignatureType.ML_DSA_44:
            expected = "an Ed25519 key, type 0x01 or 0x04"
            raise UnverifiableError.of(Fault(f"vkey of {self.name}", expected, "type 0x06"))
        return PublicKey(self.raw)

    def __str__(self) -> str:
        """Give the vkey as text."""
        return encode_vkey(self)


def encode_vkey(key: VerifierKey) -> str:
    """Write a vkey."""
    return f"{key.name}+{key.key_id.hex()}+{encode_base64(bytes([key.kind]) + key.raw)}"


def decode_vkey(text: str, where: str) -> VerifierKey:
    """Read a vkey.

    Raises:
        MalformedError: not three parts, a bad name, a key ID that is not the one of this name and
            key, or no public key of that type.
        UnverifiableError: a signature type that this version does not know.
    """
    name, key_id, data = _split(text, where)
    require_key_name(name, where)
    if data[0] not in set(SignatureType):
        expected = "a key of type 0x01, 0x04 or 0x06"
        raise UnverifiableError.of(Fault(where, expected, f"type {data[0]:#04x}"))
    key = VerifierKey(name, SignatureType(data[0]), data[1:])
    _require_key_id(key, key_id, where)
    return key


def _split(text: str, where: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or _KEY_ID.fullmatch(parts[1]) is None:  # noqa: PLR2004  # name, ID, key
        raise MalformedError.of(Fault(where, "<name>+<8 hex digits>+<base64>", ascii(text[:80])))
    data = decode_base64(parts[2], where)
    if not data:
        raise MalformedError.of(Fault(where, "a type byte and a key", "no bytes"))
    return parts[0], parts[1], data


def _require_key_id(key: VerifierKey, key_id: str, where: str) -> None:
    if key.key_id.hex() != key_id:
        expected = f"the key ID {key.key_id.hex()} of this name and key"
        raise MalformedError.of(Fault(where, expected, key_id))


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A signing key with the name and the signature type it signs under.

    Attributes:
        name: name on the signature lines.
        key: the secret; never shown.
        kind: ``ED25519`` for a log, ``COSIGNATURE`` for a witness.
    """

    name: str
    key: SigningKey
    kind: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        """Refuse a bad name and a type that Ed25519 does not sign."""
        require_key_name(self.name, "signer: name")
        if self.kind is SignatureType.ML_DSA_44:
            raise MalformedError.of(Fault("signer", "type 0x01 or 0x04", "type 0x06"))

    @property
    def vkey(self) -> VerifierKey:
        """What others need to verify this signer."""
        return VerifierKey(self.name, self.kind, self.key.public.raw)


def encode_signer_key(signer: NoteSigner) -> str:
    """Write a signing key as Go does; the text is a secret.

    ``PRIVATE+KEY+<name>+<key ID>+<base64(type byte || 32 bytes of seed)>``
    """
    secret = encode_base64(bytes([signer.kind]) + signer.key.seed)
    return f"{_PRIVATE}{signer.name}+{signer.vkey.key_id.hex()}+{secret}"


def decode_signer_key(text: str) -> NoteSigner:
    """Read a signing key as Go writes it; no error shows the secret.

    Raises:
        MalformedError: another form, a bad name, a seed of another length, another key ID.
        UnverifiableError: a signature type that this version does not sign.
    """
    where = "signing key"
    try:
        name, key_id, data = _split(text.removeprefix(_PRIVATE), where)
    except MalformedError:
        data = b""
        name = key_id = ""
    if not text.startswith(_PRIVATE) or len(data) != 1 + SEED_BYTES:
        expected = "PRIVATE+KEY+<name>+<8 hex digits>+<base64 of 33 bytes>"
        raise MalformedError.of(Fault(where, expected, "another text"))
    if data[0] not in {SignatureType.ED25519, SignatureType.COSIGNATURE}:
        raise UnverifiableError.of(Fault(where, "type 0x01 or 0x04", f"type {data[0]:#04x}"))
    signer = NoteSigner(name, SigningKey(data[1:]), SignatureType(data[0]))
    _require_key_id(signer.vkey, key_id, where)
    return signer
