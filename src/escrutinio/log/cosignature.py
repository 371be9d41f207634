"""Cosignatures: a witness says that a checkpoint is the largest consistent one it has seen.

    signature line: base64(4-byte key ID || u64 big-endian POSIX seconds || 64-byte Ed25519)

    signed bytes:   cosignature/v1
                    time <seconds, decimal>
                    <the whole text of the checkpoint, its extension lines included>

The signed bytes do not hold the witness's name, so each witness has a key of its own, and what is
counted are keys: two names or two lines for one key are one cosigner. Type 0x06 (ML-DSA-44) is
kept on the checkpoint and not verified.

Reference: C2SP tlog-cosignature, type 0x04.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError
from escrutinio.log.checkpoint import SignedCheckpoint, encode_checkpoint_text
from escrutinio.primitives.keys import SIGNATURE_BYTES, verify_signature
from escrutinio.primitives.note import NoteSignature, add_signatures, collect_signatures
from escrutinio.primitives.spelling import MAX_DECIMAL
from escrutinio.primitives.vkey import NoteSigner, SignatureType, VerifierKey, decode_vkey

__all__ = [
    "CosignerKey",
    "Cosigning",
    "add_cosignatures",
    "collect_cosignatures",
    "decode_cosigner_key",
    "sign_cosignature",
]

_TIME_BYTES = 8


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
        time = _decode_time(signature, where)
        verify_signature(
            self.vkey.ed25519, _signed_bytes(text, time), signature[_TIME_BYTES:], where
        )


@dataclass(frozen=True, slots=True)
class Cosigning:
    """A verified cosignature.

    Attributes:
        key: who cosigned.
        time: when it says it did, POSIX seconds; the witness's clock, not ours.
        line: the signature line.
    """

    key: CosignerKey
    time: int
    line: NoteSignature


def decode_cosigner_key(text: str, where: str) -> CosignerKey:
    """Read the vkey of a witness.

    Raises:
        MalformedError: no vkey, or one of another type than 0x04.
        UnverifiableError: a signature type that this version does not know.
    """
    return CosignerKey(decode_vkey(text, where))


def sign_cosignature(signed: SignedCheckpoint, signer: NoteSigner, time: int) -> NoteSignature:
    """Cosign a checkpoint.

    **The witness has checked that it extends every checkpoint it cosigned before, and has stored
    it**; see ``witnessing.py``. This function cannot know.

    Args:
        signed: the checkpoint.
        signer: the witness, type 0x04.
        time: now, POSIX seconds.

    Raises:
        MalformedError: a signer of another type, or no time.
    """
    CosignerKey(signer.vkey)
    if not 0 <= time <= MAX_DECIMAL:
        raise MalformedError.of(Fault("cosignature: time", "POSIX seconds", f"{time}"))
    text = encode_checkpoint_text(signed.checkpoint)
    signature = signer.key.sign(_signed_bytes(text, time))
    return NoteSignature(
        signer.name, signer.vkey.key_id, time.to_bytes(_TIME_BYTES, "big") + signature
    )


def collect_cosignatures(
    signed: SignedCheckpoint, cosigners: Sequence[CosignerKey], where: str
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
        cosigning = Cosigning(key, _decode_time(line.signature, where), line)
        known = newest.setdefault(key.vkey.raw, cosigning)
        if cosigning.time > known.time:
            newest[key.vkey.raw] = cosigning
    return tuple(newest.values())


def add_cosignatures(
    signed: SignedCheckpoint, lines: Sequence[NoteSignature], cosigners: Sequence[CosignerKey]
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


def _decode_time(signature: bytes, where: str) -> int:
    time = int.from_bytes(signature[:_TIME_BYTES], "big")
    if len(signature) != _TIME_BYTES + SIGNATURE_BYTES or time > MAX_DECIMAL:
        expected = "8 bytes of a time below 2^63 and 64 bytes of signature"
        raise MalformedError.of(Fault(where, expected, f"{len(signature)} bytes, time {time}"))
    return time
