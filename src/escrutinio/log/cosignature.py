"""Cosignatures: a witness says that a checkpoint is the largest consistent one it has seen.

    signature line: base64(4-byte key ID || u64 big-endian POSIX seconds || signature)

    type 0x04, 64 bytes of Ed25519 over
                    cosignature/v1
                    time <seconds, decimal>
                    <the whole text of the checkpoint, its extension lines included>

    type 0x06, 2420 bytes of ML-DSA-44 over
                    "subtree/v1", 0x0A, 0x00
                    u8 length || name of the witness        u64 seconds
                    u8 length || origin
                    u64 0    u64 size    32 bytes of root

The signed bytes of 0x04 do not hold the witness's name, so each witness has a key of its own, and
what is counted are keys: two names or two lines for one key are one cosigner. Those of 0x06 do not
hold extension lines, so on a checkpoint that has some such a line is none of ours.

ML-DSA-44 is done by a library that not everybody has, and arrives as an argument. Without it a
line of type 0x06 is kept on the checkpoint and never counts.

Reference: C2SP tlog-cosignature, types 0x04 and 0x06; FIPS 204.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from escrutinio.errors import Fault, MalformedError, VerificationError
from escrutinio.log.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    decode_checkpoint_text,
    encode_checkpoint_text,
)
from escrutinio.primitives.keys import SIGNATURE_BYTES, verify_signature
from escrutinio.primitives.note import NoteSignature, add_signatures, collect_signatures
from escrutinio.primitives.spelling import MAX_DECIMAL
from escrutinio.primitives.vkey import NoteSigner, SignatureType, VerifierKey, decode_vkey

__all__ = [
    "ML_DSA_44_SIGNATURE_BYTES",
    "Cosigner",
    "CosignerKey",
    "Cosigning",
    "MlDsaCosignerKey",
    "MlDsaSigner",
    "MlDsaVerifier",
    "add_cosignatures",
    "collect_cosignatures",
    "decode_cosigner_key",
    "find_cosigner",
    "sign_cosignature",
]

ML_DSA_44_SIGNATURE_BYTES = 2420
_U64_BYTES = 8
_SUBTREE_LABEL = b"subtree/v1\n\x00"


@dataclass(frozen=True, slots=True)
class CosignerKey:
    """The key of a witness (type 0x04)."""

    vkey: VerifierKey

    def __post_init__(self) -> None:
        """Refuse a key of another type: the same key as 0x01 says something else."""
        if self.vkey.kind is not SignatureType.COSIGNATURE:
            found = f"type {self.vkey.kind:#04x}"
            raise MalformedError.of(Fault(f"vkey of {self.vkey.name}", "type 0x04", found))

    def verify_text(self, text: str, signature: bytes, where: str) -> None:
        """Raise unless this is the witness's cosignature of a checkpoint's text."""
        time = _decode_time(signature, SIGNATURE_BYTES, where)
        verify_signature(
            self.vkey.ed25519, _signed_bytes(text, time), signature[_U64_BYTES:], where
        )


class MlDsaVerifier(Protocol):
    """ML-DSA-44, by whoever has a library for it."""

    def __call__(self, key: bytes, message: bytes, signature: bytes, where: str) -> None:
        """Raise unless the signature is good, with the empty context.

        Args:
            key: public key, 1312 bytes.
            message: the signed bytes.
            signature: 2420 bytes.
            where: what is signed, for the error.

        Raises:
            MalformedError: no public key.
            VerificationError: the signature does not verify.
        """


@dataclass(frozen=True, slots=True)
class MlDsaCosignerKey:
    """The key of a witness (type 0x06) together with what verifies it."""

    vkey: VerifierKey
    verify: MlDsaVerifier = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a key of another type."""
        _require_ml_dsa(self.vkey)

    def verify_text(self, text: str, signature: bytes, where: str) -> None:
        """Raise unless this is the witness's cosignature of a checkpoint's text."""
        time = _decode_time(signature, ML_DSA_44_SIGNATURE_BYTES, where)
        checkpoint = decode_checkpoint_text(text, where)
        if checkpoint.extensions:
            expected = "no extension lines, which type 0x06 does not sign"
            raise VerificationError.of(Fault(where, expected, f"{len(checkpoint.extensions)}"))
        message = _subtree_bytes(checkpoint, self.vkey.name, time)
        self.verify(self.vkey.raw, message, signature[_U64_BYTES:], where)


Cosigner: TypeAlias = CosignerKey | MlDsaCosignerKey


@dataclass(frozen=True, slots=True)
class MlDsaSigner:
    """A witness that signs with ML-DSA-44 (type 0x06).

    Attributes:
        vkey: what others need to verify it.
        sign: makes the signature over some bytes, 2420 bytes; holds the secret.
    """

    vkey: VerifierKey
    sign: Callable[[bytes], bytes] = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a key of another type."""
        _require_ml_dsa(self.vkey)


@dataclass(frozen=True, slots=True)
class Cosigning:
    """A verified cosignature.

    Attributes:
        key: who cosigned.
        time: when it says it did, POSIX seconds; the witness's clock, not ours.
        line: the signature line.
    """

    key: Cosigner
    time: int
    line: NoteSignature


def decode_cosigner_key(text: str, where: str) -> CosignerKey:
    """Read the vkey of a witness.

    Raises:
        MalformedError: no vkey, or one of another type than 0x04.
        UnverifiableError: a signature type that this version does not know.
    """
    return CosignerKey(decode_vkey(text, where))


def find_cosigner(vkey: VerifierKey, ml_dsa: MlDsaVerifier | None) -> Cosigner | None:
    """Give a witness's key in the form that verifies; None when nothing here can.

    Args:
        vkey: key of a witness.
        ml_dsa: what verifies type 0x06; None when there is no library for it.

    Raises:
        MalformedError: a key that is no witness's.
    """
    if vkey.kind is not SignatureType.ML_DSA_44:
        return CosignerKey(vkey)
    return None if ml_dsa is None else MlDsaCosignerKey(vkey, ml_dsa)


def sign_cosignature(
    signed: SignedCheckpoint, signer: NoteSigner | MlDsaSigner, time: int
) -> NoteSignature:
    """Cosign a checkpoint.

    **The witness has checked that it extends every checkpoint it cosigned before, and has stored
    it**; see ``witnessing.py``. This function cannot know.

    Args:
        signed: the checkpoint.
        signer: the witness, type 0x04 or 0x06.
        time: now, POSIX seconds.

    Raises:
        MalformedError: a signer of another type, no time, or extension lines under type 0x06.
    """
    if not 0 <= time <= MAX_DECIMAL:
        raise MalformedError.of(Fault("cosignature: time", "POSIX seconds", f"{time}"))
    vkey = signer.vkey
    if isinstance(signer, MlDsaSigner):
        if signed.checkpoint.extensions:
            expected = "no extension lines, which type 0x06 does not sign"
            raise MalformedError.of(Fault("checkpoint", expected, "some"))
        signature = signer.sign(_subtree_bytes(signed.checkpoint, vkey.name, time))
    else:
        CosignerKey(vkey)
        text = encode_checkpoint_text(signed.checkpoint)
        signature = signer.key.sign(_signed_bytes(text, time))
    return NoteSignature(vkey.name, vkey.key_id, time.to_bytes(_U64_BYTES, "big") + signature)


def collect_cosignatures(
    signed: SignedCheckpoint, cosigners: Sequence[Cosigner], where: str
) -> tuple[Cosigning, ...]:
    """Give the verified cosignatures, one per public key: its newest.

    Lines by keys that are not among the cosigners are ignored.

    Args:
        signed: a checkpoint; that the log signed it is checked elsewhere.
        cosigners: the keys to look for.
        where: what is checked, for the error.

    Returns:
        In the order of the first line of each key.

    Raises:
        VerificationError: a line by one of the keys does not verify.
        MalformedError: such a line has another length, or a time of 2^63 or later.
    """
    newest: dict[bytes, Cosigning] = {}
    for key, line in collect_signatures(signed.note, cosigners, where):
        # Its length and its bound were checked when it was verified.
        time = int.from_bytes(line.signature[:_U64_BYTES], "big")
        cosigning = Cosigning(key, time, line)
        known = newest.setdefault(key.vkey.raw, cosigning)
        if cosigning.time > known.time:
            newest[key.vkey.raw] = cosigning
    return tuple(newest.values())


def add_cosignatures(
    signed: SignedCheckpoint, lines: Sequence[NoteSignature], cosigners: Sequence[Cosigner]
) -> SignedCheckpoint:
    """Add the lines a witness answered to a checkpoint, those that are good.

    Lines by keys that are not among the cosigners are left out, as are those of a key that is on
    the checkpoint already: late cosignatures never change what was there.

    Raises:
        VerificationError: a line by one of the keys does not verify; nothing of it is used.
        MalformedError: such a line has another length.
    """
    if not lines:
        return signed
    where = "cosignatures answered by a witness"
    present = {item.key.vkey.raw for item in collect_cosignatures(signed, cosigners, where)}
    answered = SignedCheckpoint(
        signed.checkpoint, type(signed.note)(signed.note.text, tuple(lines))
    )
    good = [
        item.line
        for item in collect_cosignatures(answered, cosigners, where)
        if item.key.vkey.raw not in present
    ]
    return SignedCheckpoint(signed.checkpoint, add_signatures(signed.note, good))


def _signed_bytes(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _subtree_bytes(checkpoint: Checkpoint, name: str, time: int) -> bytes:
    # A name and an origin have at most 255 bytes: their types refuse longer ones.
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            _SUBTREE_LABEL,
            bytes([len(cosigner)]),
            cosigner,
            time.to_bytes(_U64_BYTES, "big"),
            bytes([len(origin)]),
            origin,
            bytes(_U64_BYTES),
            checkpoint.size.to_bytes(_U64_BYTES, "big"),
            checkpoint.root,
        )
    )


def _require_ml_dsa(vkey: VerifierKey) -> None:
    if vkey.kind is not SignatureType.ML_DSA_44:
        found = f"type {vkey.kind:#04x}"
        raise MalformedError.of(Fault(f"vkey of {vkey.name}", "type 0x06", found))


def _decode_time(signature: bytes, signature_bytes: int, where: str) -> int:
    time = int.from_bytes(signature[:_U64_BYTES], "big")
    if len(signature) != _U64_BYTES + signature_bytes or time > MAX_DECIMAL:
        expected = f"8 bytes of a time below 2^63 and {signature_bytes} bytes of signature"
        raise MalformedError.of(Fault(where, expected, f"{len(signature)} bytes, time {time}"))
    return time
