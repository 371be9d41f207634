"""Packed files made to hurt whoever opens them: Parquet and zip, under a good manifest.

Small files that ask for much: memory, time, recursion. Each is named and none ends the process that
verifies. Parquet is opened in a process apart, whose memory is limited; that one may end.
"""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache

import polars as pl
import pytest

from escrutinio.adapters.processes import WorkerProcesses
from escrutinio.verification import ReaderInputs, Verified, verify_record
from escrutinio.verification.published_tables import TablePair, compare_tables
from tests.mutations import (
    NOW_S,
    MemorySource,
    find_passes,
    sign_files,
    small_record,
    verify_files,
)

RECORD = small_record()
ZIP = "bulletins/000002.zip"
TABLE = "data/000002/sheets-president.parquet"
#: Processor time in which each of these must have been answered; an honest record takes a tenth.
_MOST_S = 10

# --- zip -------------------------------------------------------------------------------------

_HONEST = RECORD.files[ZIP]
#: Where the end record stands, and the directory.
_END = _HONEST.rindex(b"PK\x05\x06")
_DIRECTORY = struct.unpack_from("<I", _HONEST, _END + 16)[0]
#: Lengths of the fixed part of an entry of the directory, and of what stands before a file.
_ENTRY_BYTES, _LOCAL_BYTES = 46, 30


def _entries() -> list[bytes]:
    """Give the entries of the directory."""
    entries, at = [], _DIRECTORY
    while at < _END:
        name, extra, comment = struct.unpack_from("<3H", _HONEST, at + 28)
        size = _ENTRY_BYTES + name + extra + comment
        entries.append(_HONEST[at : at + size])
        at += size
    return entries


def _zip(entries: list[bytes], count: int | None = None) -> bytes:
    """Give the files of the honest zip with another directory."""
    directory = b"".join(entries)
    number = min(len(entries) if count is None else count, 0xFFFF)
    end = struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(directory), _DIRECTORY, 0
    )
    return _HONEST[:_DIRECTORY] + directory + end


def _patched(offset: int, form: str, value: int, extra: bytes = b"") -> bytes:
    """Say something else of the second file, in the directory alone."""
    entries = _entries()
    entry = bytearray(entries[1])
    struct.pack_into(form, entry, offset, value)
    name = struct.unpack_from("<H", entry, 28)[0]
    struct.pack_into("<H", entry, 30, len(extra))
    entries[1] = bytes(entry[: _ENTRY_BYTES + name]) + extra
    return _zip(entries)


def _zip64(*values: int) -> bytes:
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)


def _with_end64(count: int, size: int, offset: int) -> bytes:
    """Give a zip whose end record says that the truth stands in a longer one."""
    body = _HONEST[:_END]
    record = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(body), 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
    return body + record + locator + end


def _hurting_zips() -> Iterator[tuple[str, bytes]]:
    entries = _entries()
    yield "no file", _zip([])
    yield "the directory 5,000 times over one file", _zip([*entries, *[entries[1]] * 5_000])
    yield "20,000 entries", _zip([*entries, *[entries[1]] * 20_000])
    overlapping = bytearray(entries[2])
    overlapping[42:46] = entries[1][42:46]
    yield "two names for one file", _zip([*entries[:2], bytes(overlapping), *entries[3:]])
    for size in (0, 1, 0xFFFFFFFE):
        yield f"{size} bytes unpacked", _patched(24, "<I", size)
    yield "1 byte packed", _patched(20, "<I", 1)
    yield "another checksum", _patched(16, "<I", 0)
    yield "another flag: encrypted", _patched(8, "<H", 1)
    for method in (9, 14, 99):
        yield f"method {method}", _patched(10, "<H", method)
    for offset in (_DIRECTORY - 1, len(_HONEST), 0xFFFFFFFE):
        yield f"at byte {offset}", _patched(42, "<I", offset)
    for value in (0, 2**63, 2**64 - 1):
        yield f"zip64: {value} unpacked", _patched(24, "<I", 0xFFFFFFFF, _zip64(value))
        yield f"zip64: at byte {value}", _patched(42, "<I", 0xFFFFFFFF, _zip64(value))
    yield "zip64: cut off", _patched(24, "<I", 0xFFFFFFFF, b"\x01\x00\x10\x00")
    for count, size, offset in (
        (1, 2**63, _DIRECTORY),
        (1, _END - _DIRECTORY, 2**63),
        (2**64 - 1, 2**64 - 1, 2**64 - 1),
    ):
        yield f"zip64 end: {count}, {size}, {offset}", _with_end64(count, size, offset)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", _HONEST)
    yield "a zip in a zip", stream.getvalue()


@pytest.mark.parametrize("data", [pytest.param(item[1], id=item[0]) for item in _hurting_zips()])
def test_a_zip_that_hurts_is_named(data: bytes) -> None:
    before = time.process_time()
    verified = verify_files(sign_files(RECORD, {**RECORD.files, ZIP: data}), RECORD.anchor)
    assert time.process_time() - before < _MOST_S
    assert not list(find_passes(verified, "zip", ("V18",), ZIP))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_zip(_entries(), 0xFFFF), id="more files announced than there are"),
        pytest.param(_patched(20, "<I", 0xFFFFFFFE), id="more bytes packed than there are"),
        pytest.param(_with_end64(2**63, _END - _DIRECTORY, _DIRECTORY), id="2**63 files"),
    ],
)
def test_a_zip_whose_wrapping_lies_about_nothing_inside_is_answered(data: bytes) -> None:
    """What is around the content does not follow from the log; whether it is refused, Python says.

    An outsider's is refused by the manifest in any case.
    """
    files = {**RECORD.files, ZIP: data}
    verified = verify_files(sign_files(RECORD, files), RECORD.anchor)
    assert {fault.where for step in verified.steps for fault in step.places} <= {ZIP}
    assert not list(find_passes(verify_files(files, RECORD.anchor), "zip", ("V19",), ZIP))


# --- texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sheets-president.csv", "dictionary.md", "findings.csv"])
def test_a_text_of_many_lines_is_not_looked_at_line_by_line(name: str) -> None:
    """Lines take many times their bytes of memory."""
    path = f"data/000002/{name}"
    step = "V11" if name == "findings.csv" else "V18"
    for data in (b"\n" * (1 << 20), b"".join(b"%d\n" % number for number in range(100_000))):
        verified = verify_files(sign_files(RECORD, {**RECORD.files, path: data}), RECORD.anchor)
        assert not list(find_passes(verified, name, (step,), f"{path} {len(data.splitlines())}"))


# --- Parquet ---------------------------------------------------------------------------------


def _parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd")
    return stream.getvalue()


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _with_footer(footer: bytes) -> bytes:
    """Give the honest table with other metadata; it stands at the end, its length behind it."""
    data = RECORD.files[TABLE]
    (size,) = struct.unpack("<I", data[-8:-4])
    return data[: -8 - size] + footer + struct.pack("<I", len(footer)) + b"PAR1"


@cache
def _hurting_tables() -> Mapping[str, bytes]:
    data = RECORD.files[TABLE]
    honest = pl.read_parquet(io.BytesIO(data))
    (size,) = struct.unpack("<I", data[-8:-4])
    footer = data[-8 - size : -8]
    # Numbers are written as twice themselves; an i64 of so many rows stands wherever rows count.
    rows, columns = b"\x16" + _varint(2 * honest.height), _varint(len(honest.columns) + 1)
    assert rows in footer
    assert columns in footer
    deep = pl.DataFrame({"contest": [1] * honest.height})
    for _ in range(100):
        deep = deep.select(pl.struct("contest").alias("contest"))
    lists = pl.Series("contest", [[[]] * 50_000] * honest.height)
    tables = {
        "17 million rows of nothing": _parquet(
            pl.select(pl.repeat(None, 1 << 24, dtype=pl.String).alias("contest"))
        ),
        "a structure 100 levels deep": _parquet(deep),
        "a million empty lists": _parquet(pl.DataFrame({"contest": lists})),
        "long words in a dictionary": _parquet(
            honest.with_columns(pl.lit("x" * (4 << 20)).alias("contest"))
        ),
        "5,000 columns": _parquet(pl.DataFrame({f"c{n}": [1] for n in range(5_000)})),
        "a million columns announced": _with_footer(footer.replace(columns, _varint(1_000_000), 1)),
    }
    for count in (0, 2**31 - 1, 2**40, 2**62):
        other = b"\x16" + _varint(2 * count)
        tables[f"{count} rows everywhere"] = _with_footer(footer.replace(rows, other))
        tables[f"{count} rows in one place"] = _with_footer(footer.replace(rows, other, 1))
    for length in (0, size + 1, len(data), 2**31 - 1, 2**32 - 1):
        tables[f"metadata of {length} bytes"] = data[:-8] + struct.pack("<I", length) + b"PAR1"
    for part in range(8):
        at = part * (len(data) - size) // 8
        tables[f"zeros from byte {at}"] = data[:at] + bytes(64) + data[at + 64 :]
    return tables


def test_every_table_that_hurts_is_answered_by_the_process_apart() -> None:
    """Or it ends, and the next one begins; the process that verifies goes on in any case."""
    tables, answers = _hurting_tables(), {}
    with WorkerProcesses(1) as workers:
        for name, data in tables.items():
            pair = TablePair(TABLE, RECORD.files[TABLE], data)
            answers[name] = workers.run_apart(compare_tables, pair)
    silent = [name for name, answer in answers.items() if answer == []]
    # An index that the engine does not go by holds no cell.
    assert all(name.startswith("zeros") for name in silent), silent
    assert len(silent) <= 1


def _verify_apart(files: Mapping[str, bytes]) -> Verified:
    source = MemorySource()
    source.files = dict(files)
    inputs = ReaderInputs(now_s=NOW_S, anchor=RECORD.anchor)
    with WorkerProcesses(1) as workers:
        return verify_record(source, inputs, workers, lambda *_: None)


def test_a_table_that_hurts_is_named_in_the_folder_and_in_the_zip() -> None:
    name = "17 million rows of nothing"
    table, stream = _hurting_tables()[name], io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_HONEST)) as honest,
        zipfile.ZipFile(stream, "w") as archive,
    ):
        for member in honest.namelist():
            is_table = member.endswith(".parquet")
            archive.writestr(member, table if is_table else honest.read(member))
    files = {**RECORD.files, TABLE: table, ZIP: stream.getvalue()}
    verified = _verify_apart(sign_files(RECORD, files))
    for place in (TABLE, f"{ZIP}: {TABLE.rpartition('/')[2]}"):
        assert not list(find_passes(verified, name, ("V18",), place))


def _take_memory(size: int) -> int:
    return len(bytearray(size))


def test_the_process_apart_cannot_take_the_memory_of_the_machine() -> None:
    """A table of 100 KB can unpack to many gigabytes."""
    with WorkerProcesses(1) as workers:
        assert workers.run_apart(_take_memory, 64 << 20) == 64 << 20
        assert workers.run_apart(_take_memory, 3 << 30) is None
        assert workers.run_apart(_take_memory, 64 << 20) == 64 << 20
