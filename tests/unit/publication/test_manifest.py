"""The signed list of every file of a record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escrutinio.errors import (
    ElectionRecordError,
    MalformedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import Checkpoint, LogKey, decode_checkpoint
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.note import MAX_NOTE_BYTES
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import (
    Manifest,
    ManifestFile,
    PagesBefore,
    decode_manifest,
    encode_manifest,
    finish_manifest,
    sign_manifest,
    verify_manifest,
)

LOG = NoteSigner("actas.example/2024", SigningKey(b"\x01" * 32))
OTHER = NoteSigner("actas.example/2024", SigningKey(b"\x02" * 32))
KEY = LogKey.of(LOG.vkey)
ROOT = bytes(range(32))
FILES = (
    ManifestFile("README.txt", 12, b"\x0a" * 32),
    ManifestFile("definition.json", 0, b"\x0b" * 32),
    ManifestFile("tile/0/000.p/3", 96, b"\x0c" * 32),
)
MANIFEST = Manifest(LOG.name, 3, ROOT, FILES)
SIGNED = sign_manifest(MANIFEST, LOG)
DATA = encode_manifest(SIGNED)
CHECKPOINT = Checkpoint(LOG.name, 3, ROOT)


def test_a_manifest_is_read_as_it_was_written() -> None:
    """What is signed and what is used must be one."""
    read = decode_manifest(DATA)
    assert read == SIGNED
    assert encode_manifest(read) == DATA
    verify_manifest(read, KEY, CHECKPOINT)


def test_a_manifest_may_be_longer_than_notes_usually_are() -> None:
    """A record with a scan for each station has more files than a note of 1 MB can list."""
    files = tuple(ManifestFile(f"scans/{n:064x}", n, b"\x01" * 32) for n in range(8_000))
    data = encode_manifest(sign_manifest(replace(MANIFEST, files=files), LOG))
    assert len(data) > MAX_NOTE_BYTES
    read = decode_manifest(data)
    verify_manifest(read, KEY, CHECKPOINT)
    assert read.manifest.files == files


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"escrutinio-manifest/1", b"escrutinio-manifest/2"),
        (b"origin ", b"name "),
        (b"size 3", b"size 03"),
        (b"size 3", b"size -3"),
        (b"files 3", b"files 2"),
        (b"files 3\n", b""),
        (b" 12 README.txt", b" 012 README.txt"),
        (b" 12 README.txt", b" 12  README.txt"),
        (b"README.txt", b"../README.txt"),
        (b"README.txt", b"/README.txt"),
        (b"README.txt", b"MANIFEST"),
        (b"README.txt", b"zzz"),
        (b"README.txt", b"definition.json"),
        (b"definition.json", b"checkpoint"),
        (b"0a0a", b"0A0A"),
        (b"README.txt\n", b"README.txt\r\n"),
        (b"README.txt", "r\u00e9sum\u00e9.txt".encode()),
        (b"\n\n", b"\n"),
        (b"\xe2\x80\x94 ", b"- "),
    ],
)
def test_another_spelling_is_refused(before: bytes, after: bytes) -> None:
    """A second spelling would give one digest two meanings, or a path a way out."""
    assert before in DATA
    with pytest.raises(MalformedError):
        decode_manifest(DATA.replace(before, after, 1))


@pytest.mark.parametrize("end", range(0, len(DATA), 7))
def test_a_manifest_cut_off_anywhere_is_refused(end: int) -> None:
    """A copy that broke off must not pass for a record with fewer files."""
    with pytest.raises(ElectionRecordError):
        verify_manifest(decode_manifest(DATA[:end]), KEY, CHECKPOINT)


def test_an_altered_line_is_refused_by_its_signature() -> None:
    """The digests are worth what the signature over them is worth."""
    altered = decode_manifest(DATA.replace(b"0a0a", b"0a0b", 1))
    with pytest.raises(VerificationError):
        verify_manifest(altered, KEY, CHECKPOINT)


def test_a_manifest_by_another_key_could_not_be_checked() -> None:
    """A key that the reader does not know proves nothing and contradicts nothing."""
    with pytest.raises(UnverifiableError):
        verify_manifest(sign_manifest(MANIFEST, OTHER), KEY, CHECKPOINT)


@pytest.mark.parametrize(
    "checkpoint",
    [Checkpoint(LOG.name, 4, ROOT), Checkpoint(LOG.name, 3, bytes(32))],
    ids=["larger than the manifest", "of the same size, another root"],
)
def test_a_manifest_that_does_not_fit_the_checkpoint_is_refused(checkpoint: Checkpoint) -> None:
    """A manifest of last night beside the checkpoint of today hides what is missing."""
    with pytest.raises(VerificationError):
        verify_manifest(SIGNED, KEY, checkpoint)


def test_a_manifest_of_a_larger_size_is_what_a_publisher_leaves_that_died() -> None:
    """It writes the manifest before the checkpoint; the reader goes by the checkpoint."""
    verify_manifest(SIGNED, KEY, Checkpoint(LOG.name, 2, ROOT))


def test_no_manifest_passes_for_a_checkpoint() -> None:
    """One key signs both; whoever reads the one as the other must be refused."""
    with pytest.raises(MalformedError):
        decode_checkpoint(DATA, "checkpoint")


def test_a_finished_manifest_is_the_one_that_names_no_older_pages() -> None:
    """It is made from the text of the other, whose lines nobody reads again."""
    page = ManifestFile("en/index.html", 7, b"\x0d" * 32)
    files = (FILES[0], FILES[1], page, FILES[2])
    before = PagesBefore(2, {page.path: None, "en/old.html": replace(page, path="en/old.html")})
    started = sign_manifest(replace(MANIFEST, files=files, before=before), LOG)
    assert finish_manifest(started, LOG) == sign_manifest(replace(MANIFEST, files=files), LOG)


def test_files_out_of_order_are_never_signed() -> None:
    """One set of files has one manifest."""
    with pytest.raises(MalformedError):
        sign_manifest(replace(MANIFEST, files=FILES[::-1]), LOG)
