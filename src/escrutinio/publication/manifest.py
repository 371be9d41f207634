"""MANIFEST: every file of a record with its digest, signed by the log's key.

    escrutinio-manifest/1
    origin actas.example/2024
    size 70000
    root Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=
    files 1
    5b4c...1e 1834 definition.json
    <blank line>
    — actas.example/2024 <base64(key ID || Ed25519 signature)>

A signed note, whose text may be longer than notes usually are. Its second line is no number, so no
manifest can be taken for a checkpoint of the same key.

How a reader holds it against a folder, given the size of the checkpoint:

1. The log's key signed it, its origin is that of the checkpoint, and its size is at least the
   checkpoint's: of the same size it has the same root. A smaller size is a contradiction.
2. Every listed file is there with that digest. There is one exception, for a publisher that died
   between MANIFEST and checkpoint: while the size is **larger** than the checkpoint's,
   ``tlog-policy`` may still be the text in force at the checkpoint.
3. No file that is there is a stray (``layout.find_strays``).

Format page: docs/formats/manifest.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError, VerificationError
from escrutinio.log import CHECKPOINT_PATH, Checkpoint, LogKey
from escrutinio.log.merkle import DIGEST_BYTES
from escrutinio.primitives.note import (
    MAX_NOTE_BYTES,
    Note,
    decode_signature_lines,
    encode_note,
    sign_note,
    verify_note,
)
from escrutinio.primitives.spelling import decode_base64, decode_decimal, encode_base64
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication.layout import MANIFEST_NAME, require_record_path

__all__ = [
    "MANIFEST_FORMAT",
    "MAX_MANIFEST_BYTES",
    "MAX_MANIFEST_FILES",
    "Manifest",
    "ManifestFile",
    "SignedManifest",
    "decode_manifest",
    "encode_manifest",
    "sign_manifest",
    "verify_manifest",
]

MANIFEST_FORMAT = "escrutinio-manifest/1"
#: A scan for each of 100,000 stations and as many pages fit.
MAX_MANIFEST_FILES = 400_000
MAX_MANIFEST_BYTES = 64 << 20

_HEAD_WORDS = ("origin", "size", "root", "files")
_FILE = re.compile(r"([0-9a-f]{64}) (\S+) (\S+)", re.ASCII)
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file of a record.

    Attributes:
        path: below the record's folder.
        size_bytes: its size.
        sha256: SHA-256 of it, 32 bytes.
    """

    path: str
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a record holds.

    Attributes:
        origin: name of the log.
        size: number of entries of the checkpoint it was made for.
        root: root of that checkpoint, 32 bytes.
        files: every file but MANIFEST and ``checkpoint``, in the order of their paths in ASCII.
    """

    origin: str
    size: int
    root: bytes
    files: tuple[ManifestFile, ...]


@dataclass(frozen=True, slots=True)
class SignedManifest:
    """A manifest with its signature lines, none of them verified yet."""

    manifest: Manifest
    note: Note


def encode_manifest(signed: SignedManifest) -> bytes:
    """Write a manifest with its signatures."""
    return encode_note(signed.note)


def sign_manifest(manifest: Manifest, signer: NoteSigner) -> SignedManifest:
    """Sign a manifest as the log.

    Raises:
        MalformedError: the signer is not the origin, or the manifest breaks a rule of the format.
    """
    if signer.name != manifest.origin:
        found = ascii(f"{signer.name} for {manifest.origin}")
        raise MalformedError.of(Fault(MANIFEST_NAME, "a signer whose name is the origin", found))
    text = _encode_text(manifest)
    if _decode_text(text, MANIFEST_NAME) != manifest:
        expected = "files in the order of their paths"
        raise MalformedError.of(Fault(MANIFEST_NAME, expected, "another order"))
    return SignedManifest(manifest, Note(text, (sign_note(text, signer),)))


def verify_manifest(
    signed: SignedManifest, log: LogKey, checkpoint: Checkpoint, where: str = MANIFEST_NAME
) -> None:
    """Check that the log signed a manifest and that it fits a checkpoint.

    Args:
        signed: the manifest.
        log: the reader's key of the log.
        checkpoint: the verified checkpoint beside it; the manifest may be of a larger one.
        where: what is checked, for the error.

    Raises:
        VerificationError: another origin, a bad signature, a smaller size than the checkpoint's,
            or another root of the same size.
        UnverifiableError: no signature by the log's key.
    """
    manifest = signed.manifest
    if manifest.origin != log.origin:
        expected = f"the origin {log.origin!a}"
        raise VerificationError.of(Fault(where, expected, ascii(manifest.origin)))
    verify_note(signed.note, (log.text_key,), where)
    is_same = manifest.size == checkpoint.size
    if manifest.size < checkpoint.size or (is_same and manifest.root != checkpoint.root):
        expected = f"a manifest of {checkpoint.size} entries, root {checkpoint.root.hex()}"
        found = f"one of {manifest.size} entries, root {manifest.root.hex()}"
        raise VerificationError.of(Fault(where, expected, found))


def decode_manifest(data: bytes, where: str = MANIFEST_NAME) -> SignedManifest:
    """Read a manifest; no signature is verified.

    Raises:
        MalformedError: no signed note of this format, or above its limits; a path that no record
            has, that stands twice or out of order, or that is MANIFEST or ``checkpoint``.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        expected = f"at most {MAX_MANIFEST_BYTES} bytes"
        raise MalformedError.of(Fault(where, expected, f"{len(data)} bytes"))
    split = data.rfind(b"\n\n")
    if split < 0 or len(data) - split > MAX_NOTE_BYTES:
        expected = "a blank line before the signatures"
        raise MalformedError.of(Fault(where, expected, "none"))
    try:
        text = data[: split + 1].decode("ascii")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not"
        raise MalformedError.of(Fault(where, "ASCII", found)) from None
    note = Note(text, decode_signature_lines(data[split + 2 :], where))
    return SignedManifest(_decode_text(text, where), note)


def _encode_text(manifest: Manifest) -> str:
    head = (
        MANIFEST_FORMAT,
        f"origin {manifest.origin}",
        f"size {manifest.size}",
        f"root {encode_base64(manifest.root)}",
        f"files {len(manifest.files)}",
    )
    files = (f"{file.sha256.hex()} {file.size_bytes} {file.path}" for file in manifest.files)
    return "".join(f"{line}\n" for line in (*head, *files))


def _decode_text(text: str, where: str) -> Manifest:
    lines = text.split("\n")[:-1]
    head, files = lines[: 1 + len(_HEAD_WORDS)], lines[1 + len(_HEAD_WORDS) :]
    if not head or head[0] != MANIFEST_FORMAT:
        found = ascii(head[0][:_SHOWN_CHARS]) if head else "nothing"
        raise MalformedError.of(Fault(where, f"the line {MANIFEST_FORMAT}", found))
    values = []
    for word, line in zip(_HEAD_WORDS, head[1:], strict=False):
        if not line.startswith(f"{word} "):
            found = ascii(line[:_SHOWN_CHARS])
            raise MalformedError.of(Fault(where, f"a line that begins with '{word} '", found))
        values.append(line.removeprefix(f"{word} "))
    if len(values) < len(_HEAD_WORDS):
        expected = f"the lines {', '.join(_HEAD_WORDS)}"
        raise MalformedError.of(Fault(where, expected, f"{len(values)} of them"))
    count = decode_decimal(values[3], f"{where}: files")
    if count != len(files) or count > MAX_MANIFEST_FILES:
        expected = f"{count} files, at most {MAX_MANIFEST_FILES}"
        raise MalformedError.of(Fault(where, expected, f"{len(files)}"))
    return Manifest(
        values[0],
        decode_decimal(values[1], f"{where}: size"),
        decode_base64(values[2], f"{where}: root", DIGEST_BYTES),
        _decode_files(files, 2 + len(_HEAD_WORDS), where),
    )


def _decode_files(lines: Sequence[str], first: int, where: str) -> tuple[ManifestFile, ...]:
    files: list[ManifestFile] = []
    before = ""
    for number, line in enumerate(lines, start=first):
        place = f"{where}: line {number}"
        found = _FILE.fullmatch(line)
        if found is None:
            shown = ascii(line[:_SHOWN_CHARS])
            raise MalformedError.of(Fault(place, "<sha256> <bytes> <path>", shown))
        path = found[3]
        require_record_path(path, place)
        if path in {MANIFEST_NAME, CHECKPOINT_PATH} or path <= before:
            expected = f"a path after {before!a}, neither {MANIFEST_NAME} nor {CHECKPOINT_PATH}"
            raise MalformedError.of(Fault(place, expected, ascii(path)))
        size_bytes = decode_decimal(found[2], place)
        files.append(ManifestFile(path, size_bytes, bytes.fromhex(found[1])))
        before = path
    return tuple(files)
