"""V18, and the findings of V11: every published export is what the log gives.

The bytes of a table of text follow from the log, and are compared. What Parquet and zip wrap
around their content depends on the library that wrote them, so of those the content is compared.
A Parquet file is opened in a process of its own: some damaged ones end the process that reads them.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import msgspec

from escrutinio.errors import Fault, MalformedError
from escrutinio.verification.differences import (
    MAX_DIFFERENCES,
    find_differences,
    find_line_differences,
)
from escrutinio.verification.ports import Workers
from escrutinio.verification.published_tables import TablePair, compare_tables
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["FINDINGS_NAME", "OPTIONAL_NAME", "ExportSteps"]

#: The export that is V11's.
FINDINGS_NAME = "findings.csv"
#: The one export that a publisher may leave out; it is large.
OPTIONAL_NAME = "nist-stations.json.gz"
#: A published file larger than ours by more than this is not read: a Parquet file of another
#: library may be larger, and a text that is has been altered.
_MAX_PARQUET_GROWTH, _MAX_TEXT_GROWTH = 8, 2
_SPARE_BYTES = 1 << 20
#: The largest window of deflate, and a header of gzip before it.
_GZIP_WINDOW = zlib.MAX_WBITS | 16
#: Entries in the directory of a zip above which it is not opened; ours have a few per contest.
_MAX_MEMBERS = 10_000
#: Begins each of them; by chance such bytes stand in no more than a few other places.
_MEMBER_MAGIC = b"PK\x01\x02"
#: Others are those of no publisher, and some take memory before they give a byte.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
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


class ExportSteps:
    """Holds published exports against those computed from the log."""

    def __init__(self, files: RecordFiles, book: StepBook, workers: Workers) -> None:
        """Read from a record, note in a book; ``workers`` open what may end a process."""
        self._files = files
        self._book = book
        self._workers = workers

    def check_folder(self, paths: Mapping[str, str], computed: Mapping[str, bytes]) -> None:
        """Look at the unpacked exports of one bulletin.

        Args:
            paths: name of each export to its path in the record.
            computed: name of each export to its bytes.
        """
        for name, path in paths.items():
            try:
                published = self._files.load(path, _most_bytes(name, computed[name]))
            except MalformedError as error:
                self._fail(name, *error.faults)
                continue
            if published is None:
                self._fail(name, Fault(path, "an export of the bulletin", "nothing there"))
            else:
                self._compare(name, path, computed[name], published)

    def check_zip(
        self,
        path: str,
        computed: Mapping[str, bytes],
        with_optional: Callable[[], Mapping[str, bytes]] | None = None,
    ) -> None:
        """Look at the packed exports of one bulletin.

        Args:
            path: of the zip in the record.
            computed: name of each file in it to its bytes.
            with_optional: gives these and ``OPTIONAL_NAME`` too; asked if the zip names that file.
        """
        most_bytes = sum(_most_bytes(*item) for item in computed.items()) + _SPARE_BYTES
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
                if with_optional is not None and OPTIONAL_NAME in archive.namelist():
                    computed = with_optional()
                self._check_members(path, archive, computed)
        except _ZIP_ERRORS as error:
            self._book.fail(StepCode.V18, Fault(path, "a zip file", str(error)[:200]))

    def _check_members(
        self, path: str, archive: zipfile.ZipFile, computed: Mapping[str, bytes]
    ) -> None:
        names = archive.namelist()
        if names != list(computed):
            expected = f"the files {', '.join(computed)}, each once and in this order"
            found = ascii(", ".join(names[: 2 * len(computed)]))[1:-1][:400]
            self._book.fail(StepCode.V18, Fault(path, expected, found))
        # Each name once, whatever the directory repeats.
        for name in computed:
            if name not in names:
                continue
            info, ours = archive.getinfo(name), computed[name]
            place = f"{path}: {name}"
            if info.compress_type not in _METHODS:
                fault = Fault(place, "stored or deflated", f"method {info.compress_type}")
                self._fail(name, fault)
                continue
            with archive.open(info) as stream:
                theirs = stream.read(_most_bytes(name, ours) + 1)
            if info.file_size != len(theirs):
                # Other programs go by what the directory says, and refuse such a file.
                found = f"{info.file_size} in the directory of the zip"
                self._fail(name, Fault(place, f"{len(theirs)} bytes, as unpacked", found))
            self._compare(name, place, ours, theirs)

    def _compare(self, name: str, path: str, computed: bytes, published: bytes) -> None:
        if computed == published:
            return
        if name.endswith(".parquet"):
            self._fail(name, *self._table_differences(path, computed, published))
            return
        if name.endswith(".gz"):
            unpacked = gzip.decompress(computed)
            if _unpack(published, len(unpacked)) == unpacked:
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


def _unpack(published: bytes, size_bytes: int) -> bytes | None:
    """Unpack one gzip member of a size that is known; None where it is none, or longer."""
    stream = zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        data = stream.decompress(published, size_bytes + 1)
    except zlib.error:
        return None
    return data if stream.eof and not stream.unused_data else None


def _most_bytes(name: str, computed: bytes) -> int:
    growth = _MAX_PARQUET_GROWTH if name.endswith(".parquet") else _MAX_TEXT_GROWTH
    return growth * len(computed) + _SPARE_BYTES


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
    elif not name.endswith(".gz"):
        for fault in find_line_differences(computed, published, path):
            found = True
            yield fault
    if not found:
        yield Fault(path, f"{len(computed)} bytes as computed", f"{len(published)} others")
