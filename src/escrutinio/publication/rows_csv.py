"""``rows.csv`` of a bulletin: what became of every station, contest by contest.

    contest,station,division,treatment,entry,version,reason
    president,1303001,1303,counted,412,1,
    president,1303002,1303,held,418,1,SHEET-302
    president,1303003,1303,missing,,,

A row per contest and expected or logged station, contests in the order of the definition and
stations in the order of their ids as bytes. Its digest stands in the bulletin's body.

Format page: docs/formats/bulletin-body.md.
"""

from __future__ import annotations

import io

import polars as pl

from escrutinio.errors import Fault, MalformedError
from escrutinio.tabulation.ledger import TREATMENT_SCHEMA

__all__ = ["MAX_ROWS_BYTES", "decode_rows", "encode_rows"]

#: Largest file decoded: a million stations in six contests at 80 bytes a row.
MAX_ROWS_BYTES = 480 << 20


def encode_rows(rows: pl.DataFrame) -> bytes:
    """Write the rows.

    Args:
        rows: the columns of ``TREATMENT_SCHEMA``, in the order of the file. Empty text and null are
            both an empty cell.
    """
    # No id, code or word has a comma or a quotation mark, so no cell needs quotes.
    text = [
        pl.col(name).replace("", None)
        for name, kind in TREATMENT_SCHEMA.items()
        if kind == pl.String
    ]
    return (
        rows.select(list(TREATMENT_SCHEMA))
        .with_columns(text)
        .write_csv(quote_style="never")
        .encode()
    )


def decode_rows(data: bytes, where: str) -> pl.DataFrame:
    """Read the rows that ``encode_rows`` writes, and refuse every other spelling of them.

    Raises:
        MalformedError: too large, no such file, or another spelling of it.
    """
    if len(data) > MAX_ROWS_BYTES:
        expected = f"at most {MAX_ROWS_BYTES} bytes"
        raise MalformedError.of(Fault(where, expected, f"{len(data)} bytes"))
    header = ",".join(TREATMENT_SCHEMA)
    if not data.startswith(f"{header}\n".encode()):
        raise MalformedError.of(Fault(f"{where}: line 1", header, ascii(data[:80])))
    try:
        rows = pl.read_csv(io.BytesIO(data), schema=TREATMENT_SCHEMA, quote_char=None)
    except pl.exceptions.PolarsError as error:
        expected = f"{len(TREATMENT_SCHEMA)} cells a line, in UTF-8"
        found = str(error).splitlines()[0][:80]
        raise MalformedError.of(Fault(where, expected, found)) from None
    # No cell begins with a minus; a number that does would be written again as it is.
    if b'"' in data or b",-" in data or encode_rows(rows) != data:
        expected = "one spelling of each line: no quotes, no signs, lines that end in a line feed"
        raise MalformedError.of(Fault(where, expected, "another spelling"))
    return rows
