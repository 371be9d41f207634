"""Signed notes: a text, a blank line, and signature lines.

    <text, one or more lines, each ending in U+000A>
    <blank line>
    — <key name> <base64(4-byte key ID || signature)>

The text is split from the signatures at the **last** blank line, so a text may have blank lines
of its own. The rules of verification:

1. a signature by a key we do not know, by name **and** key ID, is ignored;
2. a signature by a key we know that does not verify rejects the whole note;
3. at least one signature by a key we know must be there;
4. the same key on several lines is one key.

Reference: C2SP signed-note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.primitives.keys import verify_signature
from escrutinio.primitives.spelling import decode_base64, encode_base64
from escrutinio.primitives.vkey import (
    KEY_ID_BYTES,
    NoteSigner,
    SignatureType,
    VerifierKey,
    require_key_name,
)

__all__ = [
    "MAX_NOTE_BYTES",
    "MAX_SIGNATURES",
    "Note",
    "NoteSignature",
    "NoteVerifier",
    "TextKey",
    "add_signatures",
    "collect_signatures",
    "decode_note",
    "decode_signature_lines",
    "encode_note",
    "encode_signature_lines",
    "sign_note",
    "verify_note",
]

#: Limits of Go's reader, which every log of this family keeps.
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "\u2014 "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line.

    Attributes:
        name: key name.
        key_id: 4 bytes.
        signature: what follows the key ID; its form depends on the type of the key.
    """

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written as a line and read again."""
        require_key_name(self.name, "signature line: name")
        if len(self.key_id) != KEY_ID_BYTES or not self.signature:
            found = f"{len(self.key_id)} and {len(self.signature)} bytes"
            raise MalformedError.of(
                Fault(f"signature line of {self.name}", "4 bytes of key ID and a signature", found)
            )


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signature lines, none of them verified yet.

    Attributes:
        text: ends in a line feed; the signed bytes are its UTF-8.
        signatures: in the order of the lines.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        """Refuse what could not be written as a note and read again."""
        if not self.text.endswith("\n") or _CONTROL.search(self.text):
            expected = "lines that end in a line feed and hold no other control character"
            raise MalformedError.of(Fault("note text", expected, ascii(self.text[-60:])))
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise MalformedError.of(
                Fault("note", f"1 to {MAX_SIGNATURES} signatures", f"{len(self.signatures)}")
            )


class NoteVerifier(Protocol):
    """A key that can verify its own kind of signature over a note text."""

    @property
    def vkey(self) -> VerifierKey:
        """Name, type and public key."""

    def verify_text(self, text: str, signature: bytes, where: str) -> None:
        """Raise unless the signature, without its key ID, is good for the text."""


V = TypeVar("V", bound=NoteVerifier)


@dataclass(frozen=True, slots=True)
class TextKey:
    """An Ed25519 key that signs note texts as they are (type 0x01)."""

    vkey: VerifierKey

    def __post_init__(self) -> None:
        """Refuse a key of another type: a cosigner's key is no text key."""
        if self.vkey.kind is not SignatureType.ED25519:
            found = f"type {self.vkey.kind:#04x}"
            raise MalformedError.of(Fault(f"vkey of {self.vkey.name}", "type 0x01", found))

    def verify_text(self, text: str, signature: bytes, where: str) -> None:
        """Raise unless this is the key's Ed25519 signature over the text."""
        verify_signature(self.vkey.ed25519, text.encode(), signature, where)


def encode_note(note: Note) -> bytes:
    """Write a note."""
    return note.text.encode() + b"\n" + encode_signature_lines(note.signatures)


def encode_signature_lines(signatures: Sequence[NoteSignature]) -> bytes:
    """Write signature lines, each ending in a line feed."""
    return "".join(
        f"{_DASH}{line.name} {encode_base64(line.key_id + line.signature)}\n" for line in signatures
    ).encode()


def decode_note(data: bytes, where: str) -> Note:
    """Read a note; nothing is verified.

    Raises:
        MalformedError: not UTF-8, a control character other than the line feed, no blank line, no
            signature line, a line in another spelling, or above the limits.
    """
    whole = _decode_text(data, where)
    split = whole.rfind("\n\n")
    if split < 0:
        raise MalformedError.of(Fault(where, "a blank line before the signatures", "none"))
    return Note(whole[: split + 1], _decode_lines(whole[split + 2 :], where))


def decode_signature_lines(data: bytes, where: str) -> tuple[NoteSignature, ...]:
    """Read signature lines alone, as a witness answers them.

    Raises:
        MalformedError: as for a note.
    """
    return _decode_lines(_decode_text(data, where), where)


def _decode_text(data: bytes, where: str) -> str:
    if len(data) > MAX_NOTE_BYTES:
        expected = f"at most {MAX_NOTE_BYTES} bytes"
        raise MalformedError.of(Fault(where, expected, f"{len(data)} bytes"))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError.of(Fault(where, "UTF-8", f"byte {error.start} is not")) from None
    if found := _CONTROL.search(text):
        expected = "no control character but the line feed"
        raise MalformedError.of(Fault(where, expected, ascii(found.group())))
    return text


def _decode_lines(text: str, where: str) -> tuple[NoteSignature, ...]:
    # Not splitlines(), which also splits at U+2028 and the like.
    *lines, rest = text.split("\n")
    if rest or not lines:
        raise MalformedError.of(
            Fault(where, "signature lines, each ending in a line feed", ascii(rest[:60]))
        )
    if len(lines) > MAX_SIGNATURES:
        raise MalformedError.of(
            Fault(where, f"at most {MAX_SIGNATURES} signatures", f"{len(lines)}")
        )
    return tuple(
        _decode_line(line, f"{where}: signature {number}")
        for number, line in enumerate(lines, start=1)
    )


def _decode_line(line: str, where: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise MalformedError.of(Fault(where, "'\u2014 <name> <base64>'", ascii(line[:80])))
    data = decode_base64(encoded, where)
    return NoteSignature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def sign_note(text: str, signer: NoteSigner) -> NoteSignature:
    """Sign a text as it is (type 0x01).

    Raises:
        MalformedError: the signer is bound to another type.
    """
    TextKey(signer.vkey)
    return NoteSignature(signer.name, signer.vkey.key_id, signer.key.sign(text.encode()))


def add_signatures(note: Note, more: Sequence[NoteSignature]) -> Note:
    """Add signature lines behind those a note has, leaving out lines it has already."""
    added = dict.fromkeys((*note.signatures, *more))
    return replace(note, signatures=tuple(added))


def collect_signatures(
    note: Note, keys: Sequence[V], where: str
) -> tuple[tuple[V, NoteSignature], ...]:
    """Give the signatures by known keys, each verified, in the order of the lines.

    A key that signed on two lines is given twice: count keys, not lines.

    Raises:
        VerificationError: a signature by a known key does not verify (rule 2).
        MalformedError: such a signature has an impossible length.
        UnverifiableError: two different known keys share name and key ID.
    """
    known: dict[tuple[str, bytes], V] = {}
    for key in keys:
        other = known.setdefault((key.vkey.name, key.vkey.key_id), key)
        if other.vkey != key.vkey:
            raise UnverifiableError.of(
                Fault(where, "one key per name and key ID", f"two of {key.vkey.name}")
            )
    found = []
    for line in note.signatures:
        if (signer := known.get((line.name, line.key_id))) is not None:
            signer.verify_text(note.text, line.signature, f"{where}: signature of {line.name}")
            found.append((signer, line))
    return tuple(found)


def verify_note(note: Note, keys: Sequence[NoteVerifier], where: str) -> None:
    """Check a note by the four rules above.

    Raises:
        VerificationError: a known key's signature does not verify.
        UnverifiableError: none of the signatures is by a known key.
    """
    if not collect_signatures(note, keys, where):
        names = ", ".join(f"{key.vkey.name}+{key.vkey.key_id.hex()}" for key in keys) or "(none)"
        found = ", ".join(f"{line.name}+{line.key_id.hex()}" for line in note.signatures[:5])
        raise UnverifiableError.of(Fault(where, f"a signature by {names}", f"those by {found}"))
