"""From received bytes to cells: delimited text or Parquet, strictly.

Encodings are never guessed: a byte that the declared encoding does not have is a fault with its
line, and so is UTF-8 declared as an encoding that would read any bytes. Opening files, bounded
decompression and line-length limits belong to ``adapters/bounded_reading.py``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import polars as pl

from escrutinio.errors import Fault, MalformedError
from escrutinio.sheet.profile import Encoding, Layout

__all__ = ["PARQUET_MAGIC", "decode_parquet", "decode_text"]

#: First bytes of a Parquet file.
PARQUET_MAGIC = b"PAR1"
#: Most records read from one Parquet file; its size on disk says little about them.
MAX_PARQUET_ROWS = 5_000_000
#: Most ragged records named in one file.
MAX_RECORD_FAULTS = 25

#: Bytes that Latin-1 gives to control characters, which no table has.
_C1_CONTROLS = bytes(range(0x80, 0xA0))
_WHOLE = "records with the header's number of cells"
#: Column types that hold text or nothing.
_TEXT_TYPES = (pl.String, pl.Null, pl.Categorical, pl.Enum)


def decode_text(data: bytes, name: str, layout: Layout) -> pl.DataFrame:
    """Decode delimited text into a frame of texts, one column per header cell.

    Args:
        data: the whole file, decompressed.
        name: its name, for the errors.
        layout: encoding, delimiter and quoting.

    Returns:
        Text columns; record ``i`` of the file is row ``i - 1``. Empty lines at the end are none.

    Raises:
        MalformedError: empty, wrongly encoded, without header, or with ragged records.
    """
    text = _transcode(data, name, layout)
    if layout.skip_lines:
        text = _skip_lines(text, layout.skip_lines, name)
    if text.endswith((b"\n\n", b"\n\r\n")):
        text = text.rstrip(b"\r\n")
    if not text or text.isspace():
        raise MalformedError.of(Fault(name, "a header and records", "an empty file"))
    _refuse_repeated_columns(text, name, layout)
    is_quoted = layout.quote is not None and layout.quote.encode() in text
    if is_quoted:
        # The fast reader takes some misplaced quotes; only the slow one refuses them all.
        _refuse_ragged_records(text, name, layout)
    try:
        frame = pl.read_csv(
            text,
            separator=layout.delimiter,
            quote_char=layout.quote,
            infer_schema=False,
            empty_string_is_null=False,
            truncate_ragged_lines=False,
            raise_if_empty=True,
        )
    except (pl.exceptions.PolarsError, ValueError) as error:
        _refuse_ragged_records(text, name, layout)
        raise MalformedError.of(Fault(name, _WHOLE, str(error).splitlines()[0])) from None
    if not (is_quoted or _is_rectangular(text, frame, layout.delimiter.encode())):
        _refuse_ragged_records(text, name, layout)
        raise MalformedError.of(Fault(name, _WHOLE, "other records"))
    return frame


def _transcode(data: bytes, name: str, layout: Layout) -> bytes:
    codec = Encoding[layout.encoding]
    if layout.encoding in {"latin-1", "cp1252"} and not data.isascii():
        _refuse_other_encoding(data, name, layout)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise MalformedError.of(
            Fault(
                f"{name}: line {_line_at(data, error.start)}",
                f"text in {layout.encoding}",
                f"byte {data[error.start]:#04x}",
                "Set 'encoding' in the profile's [file] to what the file is in.",
            )
        ) from None
    if (position := text.find("\x00")) >= 0:
        line = text.count("\n", 0, position) + 1
        raise MalformedError.of(Fault(f"{name}: line {line}", "text", "a zero byte"))
    # UTF-8 without a mark needs no second copy of a large file.
    is_plain = layout.encoding == "utf-8" and not data.startswith(b"\xef\xbb\xbf")
    return data if is_plain else text.encode("utf-8")


def _refuse_other_encoding(data: bytes, name: str, layout: Layout) -> None:
    """Refuse bytes that a one-byte encoding reads and that are plainly something else."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = "" if layout.encoding != "latin-1" else _first_control(data)
        remedy = "The file is probably cp1252; set 'encoding' in the profile's [file]."
    else:
        # Text of one byte per letter is valid UTF-8 by accident only when it is garbled already.
        found = "text in UTF-8"
        remedy = "Set 'encoding' in the profile's [file] to utf-8."
    if found:
        raise MalformedError.of(Fault(name, f"text in {layout.encoding}", found, remedy))


def _first_control(data: bytes) -> str:
    left = data.translate(None, delete=_C1_CONTROLS)
    if len(left) == len(data):
        return ""
    position = next(index for index, byte in enumerate(data) if byte in _C1_CONTROLS)
    return f"the control byte {data[position]:#04x} in line {_line_at(data, position)}"


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _skip_lines(text: bytes, number: int, name: str) -> bytes:
    start = 0
    for line in range(number):
        end = text.find(b"\n", start)
        if end < 0:
            raise MalformedError.of(
                Fault(name, f"{number} lines before the header", f"{line + 1} lines in all")
            )
        start = end + 1
    return text[start:]


def _rows_of(text: bytes, layout: Layout) -> Iterator[list[str]]:
    stream = io.TextIOWrapper(io.BytesIO(text), "utf-8", "replace", newline="")
    if layout.quote is None:
        return csv.reader(stream, delimiter=layout.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(stream, delimiter=layout.delimiter, quotechar=layout.quote, strict=True)


def _refuse_repeated_columns(text: bytes, name: str, layout: Layout) -> None:
    try:
        # Empty lines before the header are skipped, as the fast reader does.
        header = next(filter(None, _rows_of(text, layout)), [])
    except csv.Error as error:
        raise MalformedError.of(Fault(f"{name}: header", "column names", str(error))) from None
    for column in header:
        if header.count(column) > 1:
            raise MalformedError.of(
                Fault(f"{name}: header", "each column name once", f"{column!r} twice")
            )


def _is_rectangular(text: bytes, frame: pl.DataFrame, delimiter: bytes) -> bool:
    """Say whether no record of a text without quotes is shorter or longer than the header.

    The fast reader refuses longer records, except one delimiter at the very end, and fills
    shorter ones with nothing. So all are whole when the delimiters are as many as they should be.
    """
    between = frame.width - 1
    last = text[text.rfind(b"\n") + 1 :]
    is_whole = text.count(delimiter) == between * (frame.height + 1)
    return is_whole and last.count(delimiter) <= between


def _refuse_ragged_records(text: bytes, name: str, layout: Layout) -> None:
    """Name the records with too many or too few cells, or the one with a misplaced quote."""
    rows = _rows_of(text, layout)
    faults: list[Fault] = []
    number = 0
    try:
        width = len(next(filter(None, rows), []))
        for number, row in enumerate(rows, start=1):
            # In a table of one column an empty line is an empty cell.
            if len(row) != width and (row or width != 1):
                found = f"{len(row)} cells" if row else "an empty line"
                faults.append(Fault(f"{name}: row {number}", f"{width} cells", found))
                if len(faults) == MAX_RECORD_FAULTS:
                    break
    except csv.Error as error:
        remedy = (
            "A quote inside a cell is doubled; a file without quoting has quote = '' in [file]."
        )
        place = f"{name}: row {number + 1}"
        faults.append(Fault(place, "a record with whole quotes", str(error), remedy))
    if faults:
        raise MalformedError.of(*faults)


def decode_parquet(data: bytes, name: str, columns: Sequence[str]) -> pl.DataFrame:
    """Decode the named columns of a Parquet file; missing ones are left out.

    Raises:
        MalformedError: not Parquet, too many records, or a column that holds neither text nor
            integers.
    """
    try:
        stored = pl.scan_parquet(io.BytesIO(data))
        schema = stored.collect_schema()
        rows = stored.select(pl.len()).collect().item()
        if rows > MAX_PARQUET_ROWS:
            raise MalformedError.of(
                Fault(name, f"at most {MAX_PARQUET_ROWS} records", f"{rows} records")
            )
        wanted = [column for column in columns if column in schema]
        frame = stored.select(wanted).collect() if wanted else pl.DataFrame()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        # The engine panics on some damaged files; its panic is no ordinary exception.
        reason = str(error).splitlines()[0]
        raise MalformedError.of(Fault(name, "a Parquet file", reason)) from None
    for column, kind in frame.schema.items():
        if not (kind.is_integer() or isinstance(kind, _TEXT_TYPES)):
            raise MalformedError.of(
                Fault(f"{name}: column {column}", "text or whole numbers", f"values of type {kind}")
            )
    return frame
