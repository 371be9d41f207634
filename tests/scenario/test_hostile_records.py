"""Records made to hurt whoever verifies them: each ends with its clear error and never with a pass.

Most are signed with every key there is, because a reader without an anchor may be given those too.
No run may raise what is not this package's error, hang, or take memory without bound.
"""

from __future__ import annotations

import io
import os
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from escrutinio.adapters.record_reading import ReadFolder
from escrutinio.errors import AdapterError
from escrutinio.log import MAX_ENTRY_BYTES, Checkpoint, decode_checkpoint
from escrutinio.log.tiles import MAX_BUNDLE_BYTES
from escrutinio.primitives.note import Note, encode_note, sign_note
from escrutinio.publication import decode_manifest, encode_anchor
from escrutinio.verification import Answer, InOneProcess, ReaderInputs, Verified, verify_record
from tests.mutations import (
    NOW_S,
    find_passes,
    fix_body,
    relog,
    sign_files,
    sign_head,
    small_record,
    verify_files,
)

RECORD = small_record()
SIZE = len(RECORD.entries)
BODY = "bulletins/000002/bulletin.json"
ZIP = "bulletins/000002.zip"
NIST = "data/000002/nist.json"

_FRAME = bytes.fromhex("d28451a301270319fdf20448") + bytes(8)


def _framed(payload: bytes) -> bytes:
    return _FRAME + b"\xa0\x58" + bytes([len(payload)]) + payload + b"\x58\x40" + bytes(64)


_MALFORMED: Mapping[str, bytes] = {
    "nothing": b"",
    "one byte": b"\x00",
    "no tag": RECORD.entries[1][1:],
    "another tag": b"\xd8\x62" + RECORD.entries[1][1:],
    "a tag in the tag": b"\xd2" + RECORD.entries[1],
    "bytes after the end": RECORD.entries[1] + b"\x00",
    "cut off": RECORD.entries[1][:-1],
    "three parts": b"\xd2\x83\x40\xa0\x40",
    "an array without end": b"\xd2\x9f\x40\xa0\x40\x40\xff",
    "a length beyond the end": b"\xd2\x84\x5b" + b"\xff" * 8,
    "an array of 2**64": b"\xd2\x9b" + b"\xff" * 8,
    "a map of 2**64": b"\xd2\x84\xbb" + b"\xff" * 8,
    "nested 10,000 times": b"\xd2" + b"\x81" * 10_000 + b"\x00",
    "an unprotected header": RECORD.entries[1].replace(b"\xa0", b"\xa1\x01\x01", 1),
    "no payload": b"\xd2\x84\x51" + RECORD.entries[1][3:20] + b"\xa0\xf6\x58\x40" + bytes(64),
    "another algorithm": RECORD.entries[1][:5] + b"\x26" + RECORD.entries[1][6:],
    "a signature of 63 bytes": RECORD.entries[1][:-66] + b"\x58\x3f" + bytes(63),
    "payload: no map": _framed(b"\x83\x01\x02\x03" + bytes(24)),
    "payload: a key twice": _framed(b"\xa3\x01\x01\x01\x01\x02\x50" + bytes(16)),
    "payload: keys out of order": _framed(b"\xa2\x02\x50" + bytes(16) + b"\x01\x01"),
    "payload: a long integer": _framed(b"\xa2\x01\x18\x01\x02\x50" + bytes(16)),
    "payload: a float": _framed(b"\xa2\x01\xf9\x3c\x00\x02\x50" + bytes(16)),
    "payload: not a number": _framed(b"\xa2\x01\xf9\x7e\x00\x02\x50" + bytes(16)),
    "payload: undefined": _framed(b"\xa2\x01\xf7\x02\x50" + bytes(16)),
    "payload: true as a key": _framed(b"\xa3\x01\x01\xf5\x01\x02\x50" + bytes(16)),
    "payload: a bignum": _framed(b"\xa2\x01\xc2\x49" + b"\x01" * 9 + b"\x02\x50" + bytes(16)),
    "payload: a shared reference": _framed(b"\xa1\x01\xd8\x1c\x81\xd8\x1d\x00" + bytes(20)),
    "payload: text that is no UTF-8": _framed(b"\xa2\x01\x62\xc3\x28\x02\x50" + bytes(16)),
    "payload: an open byte string": _framed(b"\xa2\x01\x5f\x41\x00\xff\x02\x50" + bytes(16)),
    "of the largest size": bytes(MAX_ENTRY_BYTES),
    "the largest size, a message": _FRAME + b"\xa0\x59\xff\xa0" + bytes(MAX_ENTRY_BYTES - 90),
}


def test_every_kind_of_malformed_entry_is_named() -> None:
    entries = list(RECORD.entries)
    places = range(30, 30 + len(_MALFORMED))
    entries[30 : 30 + len(_MALFORMED)] = _MALFORMED.values()
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    missed = [
        name
        for place, name in zip(places, _MALFORMED, strict=True)
        if list(find_passes(verified, name, ("V07",), f"entry {place}"))
    ]
    assert not missed


def test_a_bundle_larger_than_any_is_not_read() -> None:
    path = f"tile/entries/000.p/{SIZE}"
    files = sign_files(RECORD, {**RECORD.files, path: bytes(MAX_BUNDLE_BYTES + 1)})
    assert not list(find_passes(verify_files(files, RECORD.anchor), "large", ("V05",), path))


@pytest.mark.parametrize("size", [0, 2**20, 2**40, 2**63 - 1])
def test_a_checkpoint_of_another_size_under_every_key_ends(size: int) -> None:
    """A log of so many entries has more tiles than anybody can ask for; most are not there."""
    head = decode_checkpoint(RECORD.files["checkpoint"], "checkpoint").checkpoint
    files = {
        **RECORD.files,
        "checkpoint": sign_head(RECORD, Checkpoint(head.origin, size, head.root)),
    }
    verified = verify_files(sign_files(RECORD, files), RECORD.anchor)
    assert verified.answer is not Answer.VERIFIED


# --- the manifest ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "../anchor.toml",
        "/etc/passwd",
        "a/../../b",
        "a\\b",
        "a b",
        ".hidden",
        "a//b",
        "a/./b",
        "a/",
        "C:x",
        "con%2e",
        "é.txt",
        "x" * 201,
        "MANIFEST",
        "checkpoint",
    ],
    ids=ascii,
)
def test_a_path_that_no_record_has_is_refused(path: str) -> None:
    line = f"{'0' * 64} 1 {path}\n"
    text = decode_manifest(RECORD.files["MANIFEST"]).note.text.split("\nfiles ")[0]
    text = f"{text}\nfiles 1\n{line}"
    # ``encode_note`` would refuse some of these before anybody could read them.
    signature = encode_note(Note("x\n", (sign_note("x\n", RECORD.election.keys.log),)))[3:]
    data = text.encode() + b"\n" + signature
    verified = verify_files({**RECORD.files, "MANIFEST": data}, RECORD.anchor)
    assert not list(find_passes(verified, path, ("V19",), "MANIFEST"))


def test_a_manifest_with_a_control_character_is_refused() -> None:
    data = RECORD.files["MANIFEST"].replace(b"README.txt", b"README\x00txt")
    verified = verify_files({**RECORD.files, "MANIFEST": data}, RECORD.anchor)
    assert not list(find_passes(verified, "NUL", ("V19",)))


@pytest.mark.parametrize("count", [400_001, 1_000_000])
def test_a_manifest_of_too_many_lines_is_refused(count: int) -> None:
    lines = "".join(f"{'0' * 64} 1 {number:07}\n" for number in range(count))
    text = decode_manifest(RECORD.files["MANIFEST"]).note.text.split("\nfiles ")[0]
    signature = RECORD.files["MANIFEST"].rpartition(b"\n\n")[2]
    data = f"{text}\nfiles {count}\n{lines}\n".encode() + signature
    verified = verify_files({**RECORD.files, "MANIFEST": data}, RECORD.anchor)
    assert not list(find_passes(verified, "many lines", ("V19",), "MANIFEST"))


@pytest.mark.parametrize("path", ["readme.txt", "README.TXT", "Checkpoint", "manifest"])
def test_names_that_differ_in_case_alone_are_strays(path: str) -> None:
    """Where case does not count, one of the two would take the other's place."""
    verified = verify_files({**RECORD.files, path: b"1"}, RECORD.anchor)
    assert not list(find_passes(verified, path, ("V19",), path))


# --- JSON and archives -----------------------------------------------------------------------

_DEPTHS = (200, 900, 5_000, 200_000)


def _other_json() -> Iterator[tuple[str, bytes]]:
    for depth in _DEPTHS:
        yield f"nested {depth} times", b"[" * depth + b"]" * depth
    yield "a number of 5,000 digits", b"1" * 5_000
    yield "an infinite number", b"1e999"
    yield "a fraction", b"0.1"
    yield "half a surrogate", b'"\\ud800"'


_JSON = [pytest.param(value, id=name) for name, value in _other_json()]


@pytest.mark.parametrize("value", _JSON)
def test_json_that_hurts_is_refused_in_a_body(value: bytes) -> None:
    for body in (
        RECORD.files[BODY][:-1] + b',"x":' + value + b"}",
        RECORD.files[BODY].replace(b'"changes":[]', b'"changes":' + value, 1),
        value,
    ):
        files = relog(RECORD, fix_body(RECORD, body), {BODY: body})
        verified = verify_files(files, RECORD.anchor)
        passes = [list(find_passes(verified, "body", (step,))) for step in ("V15", "V16")]
        assert [] in passes


@pytest.mark.parametrize("value", _JSON)
def test_json_that_hurts_is_refused_in_an_export(value: bytes) -> None:
    for data in (RECORD.files[NIST][:-1] + b',"x":' + value + b"}", value):
        files = sign_files(RECORD, {**RECORD.files, NIST: data})
        assert not list(find_passes(verify_files(files, RECORD.anchor), "export", ("V18",), NIST))


@pytest.mark.parametrize("value", _JSON)
def test_json_that_hurts_is_refused_in_a_definition(value: bytes) -> None:
    for data in (RECORD.files["definition.json"][:-1] + b',"x":' + value + b"}", value):
        files = {**RECORD.files, "definition.json": data}
        assert not list(find_passes(verify_files(files, RECORD.anchor), "definition", ("V01",)))


@pytest.mark.parametrize("is_declared", [True, False])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_bomb_is_not_unpacked(method: int, *, is_declared: bool) -> None:
    with zipfile.ZipFile(io.BytesIO(RECORD.files[ZIP])) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    stream = io.BytesIO()
    bomb = bytes(64 << 20)
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, bomb if name == "rows.csv" else data)
    packed = stream.getvalue()
    if not is_declared:
        packed = packed.replace(struct.pack("<I", len(bomb)), struct.pack("<I", 100))
    files = sign_files(RECORD, {**RECORD.files, ZIP: packed})
    assert not list(find_passes(verify_files(files, RECORD.anchor), "bomb", ("V18",), ZIP))


# --- folders ---------------------------------------------------------------------------------


def _write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def _verify_folder(folder: Path) -> Verified:
    inputs = ReaderInputs(now_s=NOW_S, anchor=RECORD.anchor)
    return verify_record(ReadFolder(folder), inputs, InOneProcess(), lambda *_: None)


@pytest.mark.parametrize("path", sorted(RECORD.files))
def test_a_link_out_of_the_folder_is_not_followed(path: str, tmp_path: Path) -> None:
    """What it leads to is the right file, so only following it could pass."""
    folder = _write(tmp_path / "record", RECORD.files)
    outside = tmp_path / "outside"
    outside.write_bytes(RECORD.files[path])
    (folder / path).unlink()
    (folder / path).symlink_to(outside)
    verified = _verify_folder(folder)
    assert verified.answer is Answer.CONTRADICTED
    assert len(verified.steps) == 21


@pytest.mark.parametrize("path", ["README.txt", "checkpoint", "tlog-policy", BODY])
@pytest.mark.parametrize("kind", ["fifo", "folder", "socket", "loop"])
def test_what_is_no_file_is_not_waited_for(path: str, kind: str, tmp_path: Path) -> None:
    folder = _write(tmp_path / "record", RECORD.files)
    (folder / path).unlink()
    if kind == "fifo":
        os.mkfifo(folder / path)
    elif kind == "folder":
        (folder / path).mkdir()
    elif kind == "loop":
        (folder / path).symlink_to(folder / path)
    else:
        os.mknod(folder / path, 0o140600)
    try:
        answer = _verify_folder(folder).answer
    except AdapterError:
        return
    assert answer is not Answer.VERIFIED


# --- outputs ---------------------------------------------------------------------------------


def _run(*arguments: object, is_full: bool = False) -> subprocess.CompletedProcess[str]:
    code = "from escrutinio.cli.main import main; main(prog_name='escrutinio')"
    command = [sys.executable, "-c", code, "verify", *map(str, arguments)]

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))

    return subprocess.run(  # the limit must be set in the child alone
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=fill_disk if is_full else None,
    )


@pytest.mark.parametrize("option", ["--json", "--html", "--remember"])
def test_an_output_that_does_not_fit_on_the_disk_says_so(option: str, tmp_path: Path) -> None:
    folder = _write(tmp_path / "record", RECORD.files)
    anchor = tmp_path / "anchor.toml"
    anchor.write_bytes(encode_anchor(RECORD.anchor))
    target = tmp_path / "out"
    target.write_bytes(b"kept")
    answer = _run(folder, "--anchor", anchor, option, target, "--processes", 1, is_full=True)
    assert answer.returncode == 2
    assert answer.stderr.startswith("escrutinio: ")
    assert "Traceback" not in answer.stderr
    assert target.read_bytes() == b"kept"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["anchor.toml", "out", "record"]
