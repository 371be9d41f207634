"""``rows.csv``: one spelling of every row, read strictly."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.errors import MalformedError
from escrutinio.publication import decode_rows, encode_rows
from escrutinio.publication.rows_csv import MAX_ROWS_BYTES
from escrutinio.tabulation.ledger import TREATMENT_SCHEMA

GOOD = (
    b"contest,station,division,treatment,entry,version,reason\n"
    b"president,N1.1,N1,counted,3,1,\n"
    b"president,N1.2,N1,held,6,2,SHEET-302 unconfirmed\n"
    b"president,S1.1,,missing,,,\n"
)
BAD = {
    "nothing": b"",
    "no header": GOOD[GOOD.index(b"\n") + 1 :],
    "another header": GOOD.replace(b"reason\n", b"why\n"),
    "a column more": GOOD.replace(b"reason\n", b"reason,note\n"),
    "a cell more": GOOD.replace(b"3,1,\n", b"3,1,,\n"),
    "a cell less": GOOD.replace(b"3,1,\n", b"3,1\n"),
    "quotes": GOOD.replace(b"N1.1", b'"N1.1"'),
    "a sign": GOOD.replace(b",3,", b",+3,"),
    "a leading zero": GOOD.replace(b",3,", b",03,"),
    "no number": GOOD.replace(b",3,", b",three,"),
    "a number beyond 64 bits": GOOD.replace(b",3,", b",99999999999999999999,"),
    "carriage returns": GOOD.replace(b"\n", b"\r\n"),
    "no last line feed": GOOD[:-1],
    "an empty line": GOOD + b"\n",
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "not UTF-8": GOOD.replace(b"N1.1", b"N\xff.1"),
}


def test_rows_are_read_as_they_were_written() -> None:
    rows = decode_rows(GOOD, "rows.csv")
    assert encode_rows(rows) == GOOD
    assert rows.row(1) == ("president", "N1.2", "N1", "held", 6, 2, "SHEET-302 unconfirmed")
    assert rows.row(2) == ("president", "S1.1", None, "missing", None, None, None)


@pytest.mark.parametrize("name", BAD)
def test_another_spelling_is_refused(name: str) -> None:
    """Two spellings of one row would be two digests of one bulletin."""
    with pytest.raises(MalformedError, match=r"rows\.csv"):
        decode_rows(BAD[name], "rows.csv")


def test_too_many_bytes_are_refused_before_they_are_read() -> None:
    with pytest.raises(MalformedError, match="at most"):
        decode_rows(bytes(MAX_ROWS_BYTES + 1), "rows.csv")


_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,9}", fullmatch=True)
_NUMBERS = st.none() | st.integers(0, 2**40)


@given(
    st.lists(
        st.tuples(
            _IDS,
            _IDS,
            st.none() | _IDS,
            st.sampled_from(["counted", "held", "missing", "closed", "out_of_catalogue"]),
            _NUMBERS,
            _NUMBERS,
            st.sampled_from([None, "unconfirmed", "SHEET-301 hold:paper"]),
        )
    )
)
def test_encoding_and_decoding_are_inverses(rows: list[tuple[object, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=TREATMENT_SCHEMA, orient="row")
    assert decode_rows(encode_rows(frame), "rows.csv").equals(frame, null_equal=True)


def test_no_reason_and_an_empty_one_are_the_same_cell() -> None:
    frame = decode_rows(GOOD, "rows.csv")
    assert encode_rows(frame.with_columns(pl.col("reason").fill_null(""))) == GOOD
