"""What an insider alters and signs again: bulletins, rows and exports that do not follow.

Whoever holds every key, the witnesses' too, publishes a record in which all digests and signatures
fit. Each run alters many values, each in a file or at a place of its own, and verification must
name every one of them at its step: were any of them altered alone, it would be found.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

import msgspec
import polars as pl
import pytest

from escrutinio.primitives import JsonValue, encode_canonical
from escrutinio.verification import Answer
from tests.mutations import (
    Path,
    collapse,
    find_passes,
    find_unnamed,
    fix_body,
    leaves_of,
    named,
    place_of,
    relog,
    sign_files,
    sign_lines,
    small_record,
    step_of_value,
    verify_files,
    with_leaf,
)

BODY = "bulletins/000002/bulletin.json"
ROWS = "bulletins/000002/rows.csv"
ZIP = "bulletins/000002.zip"
DATA = "data/000002"
#: Verification names at most 50 differences per file and step.
_BATCH = 50
_RUNS = 51
#: Fields of a body that say where it belongs; they are altered one by one.
_HEAD = {("number",), ("time_s",), ("checkpoint", "size"), ("format",)}
_TABLES = ("divisions-president.csv", "sheets-president.csv", "findings.csv")
_TEXTS = ("dictionary.md", "diccionario.md")


@cache
def _document(path: str) -> JsonValue:
    document: JsonValue = msgspec.json.decode(small_record().files[path])
    return document


@cache
def _leaves(path: str) -> tuple[Path, ...]:
    """Give the first value of each class of a document, then every other of the rest."""
    firsts: dict[str, Path] = {}
    for leaf in leaves_of(_document(path)):
        firsts.setdefault(collapse(leaf), leaf)
    begin = tuple(firsts.values())
    rest = [leaf for leaf in leaves_of(_document(path)) if leaf not in set(begin)]
    return (*begin, *rest[1::2])


def _altered_json(path: str, leaves: Sequence[Path]) -> bytes:
    document = _document(path)
    for leaf in leaves:
        document = with_leaf(document, leaf)
    return encode_canonical(document)


def _run_leaves(path: str, run: int) -> Sequence[Path]:
    """Give the values of a document that a run alters; the runs together alter each once."""
    leaves = [leaf for leaf in _leaves(path) if path != BODY or leaf not in _HEAD]
    return leaves[run * _BATCH : (run + 1) * _BATCH]


def _alter_lines(data: bytes, run: int) -> tuple[bytes, list[int]]:
    """Alter one byte in some lines of a text; give also their numbers, the first being 1."""
    lines = data.split(b"\n")[:-1]
    chosen = [number for number in range(len(lines)) if number % 8 == run % 8 and lines[number]]
    for number in chosen[:_BATCH]:
        line = bytearray(lines[number])
        # Not in the first two cells: they say which row it is.
        begin = len(b",".join(bytes(line).split(b",")[:2])) + 1
        at = begin + (run // 8) % max(len(line) - begin, 1)
        line[at % len(line)] ^= 1
        lines[number] = bytes(line)
    return b"\n".join([*lines, b""]), [number + 1 for number in chosen[:_BATCH]]


@pytest.mark.parametrize("run", range(_RUNS))
def test_every_altered_value_is_named(run: int) -> None:
    record = small_record()
    expected: list[tuple[str, str]] = []
    altered: dict[str, bytes] = {}
    for name in ("nist.json", "nist-side.json"):
        path = f"{DATA}/{name}"
        if leaves := _run_leaves(path, run):
            altered[path] = _altered_json(path, leaves)
            places = (place_of(_document(path), leaf) for leaf in leaves)
            expected += [("V18", f"{path}: {place}") for place in places]
    for name in (*_TABLES, *_TEXTS):
        path = f"{DATA}/{name}"
        altered[path], numbers = _alter_lines(record.files[path], run)
        step = "V11" if name == "findings.csv" else "V18"
        expected += [(step, f"{path}: line {number}") for number in numbers]
    rows, numbers = _alter_lines(record.files[ROWS], run)
    altered[ROWS] = rows
    expected += [("V15", f"{ROWS}: line {number}") for number in numbers]
    leaves = _run_leaves(BODY, run)
    document = _document(BODY)
    expected += [(step_of_value(leaf), f"{BODY}: {place_of(document, leaf)}") for leaf in leaves]
    body = _altered_json(BODY, leaves)
    files = relog(record, fix_body(record, body), {**altered, BODY: body})
    verified = verify_files(files, record.anchor)
    assert not list(find_passes(verified, f"run {run}", ("V15", "V18")))
    assert not find_unnamed(verified, expected)


def test_the_runs_alter_every_class_of_value() -> None:
    leaves = [leaf for leaf in _leaves(BODY) if leaf not in _HEAD]
    assert len(leaves) <= _RUNS * _BATCH
    assert {collapse(leaf) for leaf in _leaves(BODY)} == {
        collapse(leaf) for leaf in leaves_of(_document(BODY))
    }


@pytest.mark.parametrize(
    "leaf", sorted({collapse(leaf): leaf for leaf in _leaves(BODY)}.values(), key=str), ids=collapse
)
def test_a_value_altered_alone_is_contradicted(leaf: Path) -> None:
    """One of each class of a body, with its digest in the log fitting."""
    record = small_record()
    body = _altered_json(BODY, [leaf])
    verified = verify_files(relog(record, fix_body(record, body), {BODY: body}), record.anchor)
    passes = [list(find_passes(verified, str(leaf), (step,))) for step in ("V15", "V16", "V17")]
    assert [] in passes, passes


def test_counters_that_do_not_add_up_are_named() -> None:
    """V14, on top of V15: this one needs no log, and a newspaper can check it."""
    record = small_record()
    leaf: Path = ("contests", 0, "divisions", 0, "missing")
    body = _altered_json(BODY, [leaf])
    verified = verify_files(relog(record, fix_body(record, body), {BODY: body}), record.anchor)
    assert not list(find_passes(verified, "missing + 1", ("V14", "V15"), "divisions[EJ]"))


def _members() -> list[str]:
    with zipfile.ZipFile(io.BytesIO(small_record().files[ZIP])) as archive:
        return archive.namelist()


def _packed(members: Sequence[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def _other_zips() -> Iterator[tuple[str, str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(small_record().files[ZIP])) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    for place, (name, data) in enumerate(members):
        step = "V11" if name == "findings.csv" else "V18"
        without = [*members[:place], *members[place + 1 :]]
        middle = len(data) // 2
        other = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        yield f"without {name}", "V18", _packed(without)
        if not name.endswith(".parquet"):
            changed = [*members[:place], (name, other), *members[place + 1 :]]
            yield f"another {name}", step, _packed(changed)
        yield f"{name} empty", step, _packed([*members[:place], (name, b""), *members[place + 1 :]])
    yield "another order", "V18", _packed(members[::-1])
    yield "one more", "V18", _packed([*members, ("results.html", b"1")])
    yield "a path that leaves", "V18", _packed([*members, ("../results.html", b"1")])


@pytest.mark.parametrize(
    ("step", "data"), [pytest.param(*case[1:], id=case[0]) for case in _other_zips()]
)
def test_a_zip_with_other_content_is_contradicted(step: str, data: bytes) -> None:
    record = small_record()
    verified = verify_files(sign_files(record, {**record.files, ZIP: data}), record.anchor)
    assert not list(find_passes(verified, "zip", (step,), ZIP))


def test_unpacked_exports_of_the_bulletin_before_are_compared_too() -> None:
    """Who clicks on one of them reads it as everybody's, however old."""
    record = small_record()
    paths = [path for path in record.files if path.startswith("data/000001/")]
    assert len(paths) >= len(_members()) - 2
    halves = {path: record.files[path][: len(record.files[path]) // 2] for path in paths}
    verified = verify_files(sign_files(record, {**record.files, **halves}), record.anchor)
    places = {fault.where for step in ("V11", "V18") for fault in named(verified, step)}
    assert not [path for path in paths if not any(place.startswith(path) for place in places)]


def test_files_that_no_bulletin_has_are_named() -> None:
    """Beside the exports, beside the body, and of a bulletin that there is not."""
    record = small_record()
    strays = ("data/000002/results.csv", "data/000003/findings.csv", "bulletins/000001/notes.txt")
    files = sign_files(record, {**record.files, **dict.fromkeys(strays, b"1")})
    assert not find_unnamed(verify_files(files, record.anchor), [("V18", path) for path in strays])


def test_every_column_of_the_parquet_file_is_compared() -> None:
    record = small_record()
    path = f"{DATA}/sheets-president.parquet"
    frame = pl.read_parquet(io.BytesIO(record.files[path]))
    row = 3
    columns = [name for name in frame.columns if frame[name][row] is not None]
    assert len(columns) > _BATCH
    for begin in range(0, len(columns), _BATCH):
        batch = columns[begin : begin + _BATCH]
        is_row = pl.int_range(pl.len()) == row
        emptied = [pl.when(is_row).then(None).otherwise(pl.col(name)).alias(name) for name in batch]
        stream = io.BytesIO()
        frame.with_columns(emptied).write_parquet(stream)
        files = sign_files(record, {**record.files, path: stream.getvalue()})
        expected = [("V18", f"{path}: row {row + 1}, column {name}") for name in batch]
        assert not find_unnamed(verify_files(files, record.anchor), expected)


def test_a_manifest_that_says_something_else_of_a_file_names_it() -> None:
    """Digest and size of every line, each signed by the log's own key."""
    record = small_record()
    paths = [path for path in record.files if path not in {"MANIFEST", "checkpoint"}]
    other = hashlib.sha256(b"other").digest()
    for data in (
        sign_lines(record, lambda line: replace(line, sha256=other)),
        sign_lines(record, lambda line: replace(line, size_bytes=line.size_bytes + 1)),
        sign_lines(record, lambda line: replace(line, size_bytes=line.size_bytes - 1)),
    ):
        verified = verify_files({**record.files, "MANIFEST": data}, record.anchor)
        assert not [path for path in paths if list(find_passes(verified, path, ("V19",), path))]
    data = sign_lines(record, lambda line: replace(line, path=f"{line.path}.x"))
    verified = verify_files({**record.files, "MANIFEST": data}, record.anchor)
    missed = [path for path in paths if list(find_passes(verified, path, ("V19",), f"{path}.x"))]
    assert not missed


def test_a_body_beyond_the_checkpoint_is_never_verified() -> None:
    """It says to be one of the next publication; but the entry of this one is in the log."""
    record = small_record()
    body = encode_canonical(
        with_leaf(_document(BODY), ("checkpoint", "size"), partial(_put, 2**32))
    )
    verified = verify_files(relog(record, fix_body(record, body), {BODY: body}), record.anchor)
    assert verified.answer is not Answer.VERIFIED


def _put(value: JsonValue, _before: JsonValue) -> JsonValue:
    return value


@pytest.mark.parametrize("leaf", sorted(_HEAD - {("format",)}), ids=str)
def test_where_a_body_belongs_cannot_be_altered(leaf: Path) -> None:
    record = small_record()
    others: list[JsonValue] = [-1, 1, 2**32, "1", None]
    for other in others:
        if leaf == ("checkpoint", "size") and other == 2**32:
            continue  # A bulletin beyond the checkpoint is one of the next publication.
        body = encode_canonical(with_leaf(_document(BODY), leaf, partial(_put, other)))
        files = relog(record, fix_body(record, body), {BODY: body})
        passes = [
            list(find_passes(verify_files(files, record.anchor), str(leaf), (step,)))
            for step in ("V15", "V16")
        ]
        assert [] in passes, passes
