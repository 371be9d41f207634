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

Pages of the site are replaced in place, unlike every other file. While that is under way, the
manifest also says what stood there before, and beside which checkpoint:

    before 69000 3
    0c1d...9a 7121 en/index.html
    77ab...02 5310 en/p/old.html      not listed above: it is going to be removed
    - 0 en/p/new.html                 nothing stood there

A finished publication leaves no such lines.

How a reader holds it against a folder, given the size of the checkpoint:

1. The log's key signed it, its origin is that of the checkpoint, and its size is at least the
   checkpoint's: of the same size it has the same root. A smaller size is a contradiction.
2. Every listed file is there with that digest. There are two exceptions, for a publisher that died
   between MANIFEST and checkpoint: while the size is **larger** than the checkpoint's,
   ``tlog-policy`` may still be the text in force at the checkpoint; and a page may be what stood
   there before, beside the checkpoint of that very size (``Manifest.pages_before``).
3. No file that is there is a stray (``layout.find_strays``).

Format page: docs/formats/manifest.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

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
from escrutinio.publication.layout import (
    MANIFEST_NAME,
    MAX_PATH_CHARS,
    is_page,
    require_record_path,
)

__all__ = [
    "MANIFEST_FORMAT",
    "MAX_MANIFEST_BYTES",
    "MAX_MANIFEST_FILES",
    "Manifest",
    "ManifestFile",
    "PagesBefore",
    "SignedManifest",
    "decode_manifest",
    "encode_manifest",
    "finish_manifest",
    "sign_manifest",
    "verify_manifest",
]

MANIFEST_FORMAT = "escrutinio-manifest/1"
#: A scan for each of 100,000 stations and as many pages fit.
MAX_MANIFEST_FILES = 400_000
MAX_MANIFEST_BYTES = 64 << 20

_HEAD_WORDS = ("origin", "size", "root", "files")
# What nearly every line is, in one look; whatever it does not match is looked at closely.
_PLAIN_FILE = re.compile(
    r"([0-9a-f]{64}) (0|[1-9][0-9]{0,17}) ([A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*)", re.ASCII
)
_FILE = re.compile(r"([0-9a-f]{64}|-) (\S+) (\S+)", re.ASCII)
_BEFORE = re.compile(r"before (\S+) (\S+)", re.ASCII)
_NOTHING = "-"
_UNLISTED = frozenset({MANIFEST_NAME, CHECKPOINT_PATH})
_NO_PAGES: Mapping[str, ManifestFile | None] = MappingProxyType({})
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
class PagesBefore:
    """What stood in the place of pages that are being replaced.

    Attributes:
        size: number of entries of the checkpoint that it stood beside.
        files: by path, in their order; None where nothing stood. A path that the manifest does not
            list is one of a page that is going to be removed.
    """

    size: int
    files: Mapping[str, ManifestFile | None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a record holds.

    Attributes:
        origin: name of the log.
        size: number of entries of the checkpoint it was made for.
        root: root of that checkpoint, 32 bytes.
        files: every file but MANIFEST and ``checkpoint``, in the order of their paths in ASCII.
        before: pages that are being replaced; None in a finished publication.
    """

    origin: str
    size: int
    root: bytes
    files: tuple[ManifestFile, ...]
    before: PagesBefore | None = field(default=None, hash=False)

    def pages_before(self, checkpoint: Checkpoint) -> Mapping[str, ManifestFile | None]:
        """Give by path what may still stand in the place of pages, beside a checkpoint.

        Empty as soon as the checkpoint is another one than that of the older pages.
        """
        if self.before is None or self.before.size != checkpoint.size:
            return _NO_PAGES
        return self.before.files


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


def finish_manifest(signed: SignedManifest, signer: NoteSigner) -> SignedManifest:
    """Sign a manifest again as the log when the pages that it lists are in place.

    Args:
        signed: by the same signer; says what stood in the place of pages.
        signer: of the log.

    Returns:
        The same without that.
    """
    # What is left was read when it was signed first: its lines are the same.
    text = signed.note.text[: signed.note.text.index("\nbefore ") + 1]
    return SignedManifest(
        replace(signed.manifest, before=None), Note(text, (sign_note(text, signer),))
    )


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
    lines = [*head, *(_encode_file(file.path, file) for file in manifest.files)]
    if manifest.before is not None:
        lines.append(f"before {manifest.before.size} {len(manifest.before.files)}")
        lines += [_encode_file(path, file) for path, file in manifest.before.files.items()]
    return "\n".join([*lines, ""])


def _encode_file(path: str, file: ManifestFile | None) -> str:
    if file is None:
        return f"{_NOTHING} 0 {path}"
    return f"{file.sha256.hex()} {file.size_bytes} {path}"


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
    rest = files[count:]
    if len(files) < count or count > MAX_MANIFEST_FILES or (rest and not _BEFORE.match(rest[0])):
        expected = f"{count} files, at most {MAX_MANIFEST_FILES}"
        raise MalformedError.of(Fault(where, expected, f"{len(files)}"))
    first = 2 + len(_HEAD_WORDS)
    listed = _decode_files(files[:count], first, where)
    size = decode_decimal(values[1], f"{where}: size")
    return Manifest(
        values[0],
        size,
        decode_base64(values[2], f"{where}: root", DIGEST_BYTES),
        tuple(file for file in listed.values() if file is not None),
        _decode_before(rest, first + count, listed, size, where) if rest else None,
    )


def _decode_before(
    lines: Sequence[str],
    first: int,
    listed: Mapping[str, ManifestFile | None],
    most: int,
    where: str,
) -> PagesBefore:
    """Read what stood in the place of pages, from the line ``before`` on."""
    place = f"{where}: line {first}"
    head = _BEFORE.fullmatch(lines[0])
    if head is None:
        expected = "before <entries> <pages>"
        raise MalformedError.of(Fault(place, expected, ascii(lines[0][:_SHOWN_CHARS])))
    size, count = (decode_decimal(text, place) for text in head.groups())
    if not 0 < count == len(lines) - 1 <= MAX_MANIFEST_FILES or size > most:
        expected = f"{count} pages, from 1 to {MAX_MANIFEST_FILES}, of at most {most} entries"
        found = f"{len(lines) - 1} pages of {size} entries"
        raise MalformedError.of(Fault(place, expected, found))
    files = _decode_files(lines[1:], first + 1, where, are_before=True)
    for number, (path, file) in enumerate(files.items(), start=first + 1):
        if not is_page(path) or file == listed.get(path):
            expected = "a page, and not as it is listed"
            raise MalformedError.of(Fault(f"{where}: line {number}", expected, path))
    return PagesBefore(size, files)


def _decode_files(
    lines: Sequence[str], first: int, where: str, *, are_before: bool = False
) -> dict[str, ManifestFile | None]:
    files: dict[str, ManifestFile | None] = {}
    before = ""
    for number, line in enumerate(lines, start=first):
        found = _PLAIN_FILE.fullmatch(line)
        if found is not None and len(found[3]) <= MAX_PATH_CHARS:
            digest, size, path = found.groups()
            file: ManifestFile | None = ManifestFile(path, int(size), bytes.fromhex(digest))
        else:
            path, file = _decode_file(line, f"{where}: line {number}", may_be_nothing=are_before)
        if path <= before or path in _UNLISTED:
            expected = f"a path after {before!a}, neither {MANIFEST_NAME} nor {CHECKPOINT_PATH}"
            raise MalformedError.of(Fault(f"{where}: line {number}", expected, ascii(path)))
        files[path] = file
        before = path
    return files


def _decode_file(line: str, place: str, *, may_be_nothing: bool) -> tuple[str, ManifestFile | None]:
    found = _FILE.fullmatch(line)
    if found is None or (found[1] == _NOTHING and not (may_be_nothing and found[2] == "0")):
        shown = ascii(line[:_SHOWN_CHARS])
        raise MalformedError.of(Fault(place, "<sha256> <bytes> <path>", shown))
    digest, size, path = found.groups()
    require_record_path(path, place)
    size_bytes = decode_decimal(size, place)
    if digest == _NOTHING:
        return path, None
    return path, ManifestFile(path, size_bytes, bytes.fromhex(digest))
