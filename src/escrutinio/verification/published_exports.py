"""V18, and the findings of V11: every published export is what the log gives.

The bytes of a table of text follow from the log, and are compared. What Parquet and zip wrap
around their content depends on the library that wrote them, so of those the content is compared.
A Parquet file is opened in a process of its own: some damaged ones end the process that reads them.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, TypeAlias

import msgspec

from escrutinio.errors import Fault, MalformedError
from escrutinio.publication import ExportFile
from escrutinio.publication.layout import (
    BODY_NAME,
    ROWS_NAME,
    body_path,
    bulletin_of,
    export_path,
    rows_path,
    zip_path,
)
from escrutinio.verification.differences import (
    MAX_DIFFERENCES,
    find_differences,
    find_line_differences,
)
from escrutinio.verification.ports import Workers
from escrutinio.verification.published_tables import TablePair, compare_tables
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["FINDINGS_NAME", "Computed", "ExportSteps"]

#: The export that is V11's.
FINDINGS_NAME = "findings.csv"
#: A published file larger than ours by more than this is not read: a Parquet file of another
#: library may be larger, and a text that is has been altered.
_MAX_PARQUET_GROWTH, _MAX_TEXT_GROWTH = 8, 2
_SPARE_BYTES = 1 << 20
#: Entries in the directory of a zip above which it is not opened; ours have a few per contest.
_MAX_MEMBERS = 10_000
#: Begins each of them; by chance such bytes stand in no more than a few other places.
_MEMBER_MAGIC = b"PK\x01\x02"
#: Others are those of no publisher, and some take memory before they give a byte.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_PIECE_BYTES = 1 << 20
#: What the reader of zips raises on damaged, foreign and encrypted ones.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)

#: Size in bytes, and SHA-256.
_Content: TypeAlias = tuple[int, bytes]
#: Writes files, one after the other.
ComputeFiles: TypeAlias = Callable[[], Iterator[ExportFile]]


class Computed:
    """Files that were computed and digested; all of them at once would take too much memory.

    Attributes:
        contents: size and SHA-256 of each by its name, in order.
    """

    def __init__(self, compute: ComputeFiles) -> None:
        """Compute every file; ``compute`` is called again where one has to be looked at."""
        self.again = compute
        # No loop, whose variable would keep one file while the next is made.
        self.contents = dict(map(_named_content, compute()))


class ExportSteps:
    """Holds published exports against those computed from the log."""

    def __init__(self, files: RecordFiles, book: StepBook, workers: Workers) -> None:
        """Read from a record, note in a book; ``workers`` open what may end a process."""
        self._files = files
        self._book = book
        self._workers = workers
        self._known: dict[int, set[str]] = {}

    def check(self, number: int, compute: ComputeFiles, *, is_newest: bool) -> None:
        """Look at the exports of one bulletin: packed, and unpacked where they stand so too.

        Args:
            number: of the bulletin.
            compute: writes what its zip must hold, in order; may be called again.
            is_newest: whether each of them must stand unpacked in ``data``; those of an older one
                are looked at where the manifest lists them.
        """
        computed = Computed(compute)
        names = [name for name in computed.contents if name not in {BODY_NAME, ROWS_NAME}]
        paths = {name: export_path(number, name) for name in names}
        must = {n: path for n, path in paths.items() if is_newest or self._files.is_listed(path)}
        self.check_folder(must, computed)
        self._check_zip(zip_path(number), computed)
        self._known[number] = {
            body_path(number), rows_path(number), zip_path(number), *paths.values()
        }  # fmt: skip

    def finish(self, newest: int) -> None:
        """Note what the manifest lists among bulletins and exports and nobody knows.

        Args:
            newest: number of the last bulletin in the log.
        """
        for path in self._files.listed():
            place = bulletin_of(path)
            if place is None:
                continue
            known = self._known.get(place[1])
            is_stray = place[1] > newest if known is None else path not in known
            if is_stray:
                fault = Fault(path, "a file of a bulletin of the log", "one that no bulletin has")
                self._book.fail(StepCode.V18, fault)

    def check_folder(self, paths: Mapping[str, str], computed: Computed) -> None:
        """Look at unpacked exports.

        Args:
            paths: name of each to its path in the record.
            computed: what they must be.
        """
        others: dict[str, bytes] = {}
        for name, path in paths.items():
            ours = computed.contents[name]
            try:
                published = self._files.load(path, _most_bytes(name, ours[0]))
            except MalformedError as error:
                self._fail(name, *error.faults)
                continue
            if published is None:
                self._fail(name, Fault(path, "an export of the bulletin", "nothing there"))
            elif self._files.digest_of(path) != ours:
                others[name] = published
        self._compare_all(others, computed, paths)

    def _check_zip(self, path: str, computed: Computed) -> None:
        sizes = {name: size_bytes for name, (size_bytes, _) in computed.contents.items()}
        most_bytes = _SPARE_BYTES + sum(map(_most_bytes, sizes, sizes.values()))
        try:
            data = self._files.load(path, most_bytes)
        except MalformedError as error:
            self._book.fail(StepCode.V18, *error.faults)
            return
        if data is None:
            fault = Fault(path, "the packed exports of the bulletin", "nothing there")
            self._book.fail(StepCode.V18, fault)
            return
        if (members := data.count(_MEMBER_MAGIC)) > _MAX_MEMBERS:
            expected = f"at most {_MAX_MEMBERS} files"
            self._book.fail(StepCode.V18, Fault(path, expected, f"{members}"))
            return
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self._check_members(path, archive, computed)
        except _ZIP_ERRORS as error:
            self._book.fail(StepCode.V18, Fault(path, "a zip file", str(error)[:200]))

    def _check_members(self, path: str, archive: zipfile.ZipFile, computed: Computed) -> None:
        names, wanted = archive.namelist(), list(computed.contents)
        if names != wanted:
            expected = f"the files {', '.join(wanted)}, each once and in this order"
            found = ascii(", ".join(names[: 2 * len(wanted)]))[1:-1][:400]
            self._book.fail(StepCode.V18, Fault(path, expected, found))
        places = {name: f"{path}: {name}" for name in wanted}
        others: dict[str, bytes] = {}
        # Each name once, whatever the directory repeats.
        for name, ours in computed.contents.items():
            if name not in names:
                continue
            info = archive.getinfo(name)
            if info.compress_type not in _METHODS:
                fault = Fault(places[name], "stored or deflated", f"method {info.compress_type}")
                self._fail(name, fault)
                continue
            most_bytes = _most_bytes(name, ours[0]) + 1
            with archive.open(info) as stream:
                theirs = _digest_stream(stream, most_bytes)
            if info.file_size != theirs[0]:
                # Other programs go by what the directory says, and refuse such a file.
                found = f"{info.file_size} in the directory of the zip"
                self._fail(name, Fault(places[name], f"{theirs[0]} bytes, as unpacked", found))
            if ours != theirs:
                with archive.open(info) as stream:
                    others[name] = stream.read(most_bytes)
        self._compare_all(others, computed, places)

    def _compare_all(
        self, others: Mapping[str, bytes], computed: Computed, places: Mapping[str, str]
    ) -> None:
        """Compute again what was published otherwise, and say where it differs."""
        for file in computed.again() if others else ():
            if file.name in others:
                self._compare(file.name, places[file.name], file.data, others[file.name])

    def _compare(self, name: str, path: str, computed: bytes, published: bytes) -> None:
        if computed == published:
            return
        if name.endswith(".parquet"):
            self._fail(name, *self._table_differences(path, computed, published))
            return
        faults = islice(_differences(name, path, computed, published), MAX_DIFFERENCES)
        self._fail(name, *faults)

    def _table_differences(self, path: str, computed: bytes, published: bytes) -> Sequence[Fault]:
        pair = TablePair(path, computed, published)
        differences = self._workers.run_apart(compare_tables, pair)
        if differences is None:
            found = "one that ends the process that reads it"
            return [Fault(path, "a Parquet file", found)]
        return differences

    def _fail(self, name: str, *faults: Fault) -> None:
        self._book.fail(StepCode.V11 if name == FINDINGS_NAME else StepCode.V18, *faults)


def _named_content(file: ExportFile) -> tuple[str, _Content]:
    return file.name, (len(file.data), hashlib.sha256(file.data).digest())


def _digest_stream(stream: IO[bytes], most_bytes: int) -> _Content:
    """Digest what a stream gives, up to a size."""
    digest, size_bytes = hashlib.sha256(), 0
    while piece := stream.read(min(_PIECE_BYTES, most_bytes - size_bytes)):
        digest.update(piece)
        size_bytes += len(piece)
    return size_bytes, digest.digest()


def _most_bytes(name: str, computed_bytes: int) -> int:
    growth = _MAX_PARQUET_GROWTH if name.endswith(".parquet") else _MAX_TEXT_GROWTH
    return growth * computed_bytes + _SPARE_BYTES


def _differences(name: str, path: str, computed: bytes, published: bytes) -> Iterator[Fault]:
    found = False
    if name.endswith(".json"):
        try:
            theirs = msgspec.json.decode(published)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Fault(path, "JSON", str(error)[:200])
            return
        for place, expected, shown in find_differences(msgspec.json.decode(computed), theirs):
            found = True
            yield Fault(f"{path}: {place}", expected, shown)
    else:
        for fault in find_line_differences(computed, published, path):
            found = True
            yield fault
    if not found:
        yield Fault(path, f"{len(computed)} bytes as computed", f"{len(published)} others")
