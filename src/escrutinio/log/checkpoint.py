"""Checkpoints: the signed size and root of a log.

    <origin>                     who the log is
    <size>                       number of entries, decimal
    <base64 of the root>
    <extension lines>            optional, never written by us
    <blank line>
    — <origin> <base64(key ID || Ed25519 signature)>
    — <witness> <base64(key ID || time || cosignature)>

The name of the log's key is the origin. A log whose key has another name is possible in the
format, and accepted only where it was configured so, by ``LogKey.with_other_name``.

Reference: C2SP tlog-checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from escrutinio.errors import Fault, MalformedError, VerificationError
from escrutinio.log.merkle import DIGEST_BYTES, EMPTY_ROOT, Digest
from escrutinio.primitives.note import (
    Note,
    TextKey,
    decode_note,
    encode_note,
    sign_note,
    verify_note,
)
from escrutinio.primitives.spelling import (
    MAX_DECIMAL,
    decode_base64,
    decode_decimal,
    encode_base64,
)
from escrutinio.primitives.vkey import NoteSigner, VerifierKey, decode_vkey

__all__ = [
    "MAX_ORIGIN_BYTES",
    "Checkpoint",
    "LogKey",
    "SignedCheckpoint",
    "decode_checkpoint",
    "decode_checkpoint_text",
    "decode_log_key",
    "encode_checkpoint",
    "encode_checkpoint_text",
    "sign_checkpoint",
    "verify_checkpoint",
]

#: Longest origin in UTF-8: one byte holds its length in cosignatures of type 0x06.
MAX_ORIGIN_BYTES = 255
_FIXED_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself, before any signature.

    Attributes:
        origin: name of the log.
        size: number of entries, 0 <= size < 2^63.
        root: root hash over them, 32 bytes.
        extensions: further lines without meaning here; they are signed all the same.
    """

    origin: str
    size: int
    root: Digest
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be written and read again."""
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line for line in lines):
            raise MalformedError.of(
                Fault("checkpoint", "an origin and extensions of one line", ascii(lines)[:80])
            )
        if len(self.origin.encode()) > MAX_ORIGIN_BYTES:
            expected = f"at most {MAX_ORIGIN_BYTES} bytes"
            raise MalformedError.of(Fault("checkpoint: origin", expected, "a longer one"))
        if not 0 <= self.size <= MAX_DECIMAL or len(self.root) != DIGEST_BYTES:
            found = f"size {self.size} and {len(self.root)} bytes of root"
            raise MalformedError.of(Fault("checkpoint", "a size and a root of 32 bytes", found))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signature lines, none of them verified yet.

    Attributes:
        checkpoint: the text, read.
        note: the note it was read from.
    """

    checkpoint: Checkpoint
    note: Note

    def __post_init__(self) -> None:
        """Refuse a note of another text: what is verified and what is used must be one."""
        if encode_checkpoint_text(self.checkpoint) != self.note.text:
            raise MalformedError.of(
                Fault("checkpoint", "the note of this checkpoint", ascii(self.note.text[:80]))
            )


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key of a log, bound to its origin.

    Attributes:
        text_key: Ed25519 key, type 0x01.
        origin: first line of every checkpoint of this log.
    """

    text_key: TextKey
    origin: str

    @classmethod
    def of(cls, vkey: VerifierKey) -> Self:
        """Bind a key to the origin that is its name."""
        return cls(TextKey(vkey), vkey.name)

    @classmethod
    def with_other_name(cls, vkey: VerifierKey, origin: str) -> Self:
        """Bind a key to an origin that is not its name: the explicit exception."""
        return cls(TextKey(vkey), origin)


def decode_log_key(text: str, where: str) -> LogKey:
    """Read the vkey of a log whose origin is the name of its key.

    Raises:
        MalformedError: no vkey, or one of another type than 0x01.
        UnverifiableError: a signature type that this version does not know.
    """
    return LogKey.of(decode_vkey(text, where))


def encode_checkpoint_text(checkpoint: Checkpoint) -> str:
    """Write the text that the log signs and the witnesses cosign."""
    lines = (
        checkpoint.origin,
        str(checkpoint.size),
        encode_base64(checkpoint.root),
        *checkpoint.extensions,
    )
    return "".join(f"{line}\n" for line in lines)


def decode_checkpoint_text(text: str, where: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        MalformedError: fewer than three lines, an empty line, a size or a root in another
            spelling.
    """
    *lines, rest = text.split("\n")
    if rest or len(lines) < _FIXED_LINES or not all(lines):
        expected = "an origin, a size and a root, no line of them empty"
        raise MalformedError.of(Fault(where, expected, ascii(text[:80])))
    return Checkpoint(
        lines[0],
        decode_decimal(lines[1], f"{where}: size"),
        decode_base64(lines[2], f"{where}: root", DIGEST_BYTES),
        tuple(lines[_FIXED_LINES:]),
    )


def encode_checkpoint(signed: SignedCheckpoint) -> bytes:
    """Write a checkpoint with its signatures."""
    return encode_note(signed.note)


def decode_checkpoint(data: bytes, where: str) -> SignedCheckpoint:
    """Read a checkpoint; no signature is verified.

    Raises:
        MalformedError: no signed note, or its text is no checkpoint.
    """
    note = decode_note(data, where)
    return SignedCheckpoint(decode_checkpoint_text(note.text, where), note)


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> SignedCheckpoint:
    """Sign a checkpoint as the log.

    **The caller keeps every checkpoint it signed and never signs an inconsistent one**; see
    ``writing.py``. This function cannot know.

    Raises:
        MalformedError: the signer's name is not the origin, the origin is not ASCII, or the key
            is no 0x01 key.
    """
    if signer.name != checkpoint.origin or not checkpoint.origin.isascii():
        expected = "a signer whose name is the origin, in ASCII"
        found = ascii(f"{signer.name} for {checkpoint.origin}")
        raise MalformedError.of(Fault("checkpoint", expected, found))
    text = encode_checkpoint_text(checkpoint)
    return SignedCheckpoint(checkpoint, Note(text, (sign_note(text, signer),)))


def verify_checkpoint(signed: SignedCheckpoint, log: LogKey, where: str) -> None:
    """Check that a log signed a checkpoint.

    1. The origin is that of the log.
    2. The log's key signed the text; signatures by others are not looked at.
    3. An empty log has the root of an empty tree.

    Raises:
        VerificationError: another origin, a signature of the log that does not verify, or an
            empty log with a root of something else.
        UnverifiableError: no signature by the log's key.
    """
    checkpoint = signed.checkpoint
    if checkpoint.origin != log.origin:
        expected = f"the origin {log.origin!a}"
        raise VerificationError.of(Fault(where, expected, ascii(checkpoint.origin)))
    verify_note(signed.note, (log.text_key,), where)
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        expected = f"the root {EMPTY_ROOT.hex()} of an empty log"
        raise VerificationError.of(Fault(where, expected, checkpoint.root.hex()))
