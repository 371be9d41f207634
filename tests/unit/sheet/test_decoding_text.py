"""From bytes to cells: encodings are declared, records are whole, and faults name their place."""

from __future__ import annotations

import pytest

from escrutinio.errors import Fault, MalformedError
from escrutinio.sheet import decode_text
from escrutinio.sheet.decoding import MAX_RECORD_FAULTS
from escrutinio.sheet.profile import Layout


def _faults(data: bytes, layout: Layout) -> tuple[Fault, ...]:
    with pytest.raises(MalformedError) as caught:
        decode_text(data, "a.csv", layout)
    return caught.value.faults


#: Name of a case to text, layout and rows.
READ = {
    "plain": ("a,b\n1,2\n3,4\n", {}, [("1", "2"), ("3", "4")]),
    "no line break at the end": ("a,b\n1,2", {}, [("1", "2")]),
    "Windows line breaks": ("a,b\r\n1,2\r\n3,4\r\n", {}, [("1", "2"), ("3", "4")]),
    "empty lines at the end": ("a,b\n1,2\n\n\r\n", {}, [("1", "2")]),
    "empty lines before the header": ("\n\na,b\n1,2\n", {}, [("1", "2")]),
    "empty cells": ("a,b\n,\n,2\n", {}, [("", ""), ("", "2")]),
    "blanks stay": ("a,b\n 1 ,2\n", {}, [(" 1 ", "2")]),
    "quoted delimiter": ('a,b\n"1,5",2\n', {}, [("1,5", "2")]),
    "quoted line break": ('a,b\n"1\n5",2\n3,4\n', {}, [("1\n5", "2"), ("3", "4")]),
    "quote inside quotes": ('a,b\n"say ""x""",2\n', {}, [('say "x"', "2")]),
    "other quote": ("a,b\n'1,5',2\n", {"quote": "'"}, [("1,5", "2")]),
    "no quotes": ('a,b\n"1,2\n', {"quote": None}, [('"1', "2")]),
    "semicolons": ("a;b\n1,5;2\n", {"delimiter": ";"}, [("1,5", "2")]),
    "tabs": ("a\tb\n1\t\n", {"delimiter": "\t"}, [("1", "")]),
    "lines before the header": ("Results\nof today\na,b\n1,2\n", {"skip_lines": 2}, [("1", "2")]),
    "header only": ("a,b\n", {}, []),
    "a header name with a delimiter": ('a,"b,c"\n1,2\n', {}, [("1", "2")]),
}


@pytest.mark.parametrize("name", READ)
def test_text_is_read_as_it_is_laid_out(name: str) -> None:
    """Every record keeps its cells, and record i of the file is row i - 1."""
    text, layout, rows = READ[name]
    assert decode_text(text.encode(), "a.csv", Layout(**layout)).rows() == rows  # type: ignore[arg-type]  # each case has the types of Layout


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_declared_encoding_is_read(encoding: str, codec: str) -> None:
    """A byte-order mark is no part of the first column's name."""
    data = "Región,b\nPeñón,2\n".encode(codec)
    frame = decode_text(data, "a.csv", Layout(encoding))
    assert frame.columns == ["Región", "b"]
    assert frame.rows() == [("Peñón", "2")]


#: Name of a case to bytes, declared encoding, place and what is found there.
WRONG_ENCODING = {
    "Latin-1 as UTF-8": ("a,b\n1,2\nPeñón,2\n".encode("latin-1"), "utf-8", ": line 3", "0xf1"),
    "UTF-8 as Latin-1": ("a\nPeñón\n".encode(), "latin-1", "", "text in UTF-8"),
    "UTF-8 with capitals as Latin-1": ("a\nÑÁ\n".encode(), "latin-1", "", "text in UTF-8"),
    "UTF-8 as cp1252": ("a\nPeñón\n".encode(), "cp1252", "", "text in UTF-8"),
    "UTF-8 with mark as cp1252": ("a\nx\n".encode("utf-8-sig"), "cp1252", "", "text in UTF-8"),
    "cp1252 as Latin-1": ("a\n“ñ”\n".encode("cp1252"), "latin-1", "", "0x93 in line 2"),
    "UTF-16 as UTF-8": ("a\nx\n".encode("utf-16"), "utf-8", ": line 1", "0xff"),
    "half a character of UTF-16": (b"\xff\xfea\x00\n\x00x", "utf-16", ": line 2", "0x78"),
    "a zero byte": (b"a,b\n1,\x002\n", "utf-8", ": line 2", "a zero byte"),
    "UTF-16 without mark as Latin-1": ("a\nx\n".encode("utf-16-le"), "latin-1", ": line 1", "zero"),
}


@pytest.mark.parametrize("name", WRONG_ENCODING)
def test_another_encoding_than_declared_is_refused(name: str) -> None:
    """A station named in the wrong encoding is another station, and nobody would notice."""
    data, encoding, place, found = WRONG_ENCODING[name]
    (fault,) = _faults(data, Layout(encoding))
    assert fault.where.removeprefix("a.csv").startswith(place)
    assert found in fault.found


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        (b"", Layout()),
        (b" \n\r\n", Layout()),
        (b"\xef\xbb\xbf", Layout()),
        (b"\xff\xfe", Layout("utf-16")),
        (b"Results\n", Layout(skip_lines=1)),
        (b"\n\n", Layout(skip_lines=1)),
    ],
    ids=["nothing", "blanks", "a mark", "a mark in UTF-16", "lead-in only", "empty lines only"],
)
def test_an_empty_file_is_named_as_empty(data: bytes, layout: Layout) -> None:
    """An empty download is the most common wrong file."""
    (fault,) = _faults(data, layout)
    assert str(fault) == "a.csv: expected a header and records, found an empty file"


def test_a_file_shorter_than_its_lead_in_is_refused() -> None:
    """The header would be read from a line of data."""
    (fault,) = _faults(b"a,b\n1,2\n", Layout(skip_lines=5))
    assert fault.expected == "5 lines before the header"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"a,b\n1,2\n1,2,3\n", ["row 2: expected 2 cells, found 3 cells"]),
        (b"a,b\n1,2\n1\n", ["row 2: expected 2 cells, found 1 cells"]),
        (b"a,b\n1,2\n\n3,4\n", ["row 2: expected 2 cells, found an empty line"]),
        (b'a,b\n"1,5"\n3,4\n', ["row 1: expected 2 cells, found 1 cells"]),
        (b'a,"b,c"\n1\n3,"4,5"\n', ["row 1: expected 2 cells, found 1 cells"]),
        (b"\n\na,b\n1\n", ["row 1: expected 2 cells, found 1 cells"]),
        (
            b"a,b\n1,2,3\n1\n1,2\n",
            ["row 1: expected 2 cells, found 3 cells", "row 2: expected 2 cells, found 1 cells"],
        ),
    ],
    ids=["long", "short", "empty line", "quoted", "quoted header", "late header", "long and short"],
)
def test_ragged_records_are_refused_with_their_rows(data: bytes, where: list[str]) -> None:
    """A record cut short would shift or lose votes; filling it up would invent an empty cell."""
    assert [str(fault) for fault in _faults(data, Layout())] == [f"a.csv: {text}" for text in where]


def test_ragged_records_are_named_up_to_a_limit() -> None:
    """A wrong delimiter makes every record ragged; one page of them is enough."""
    faults = _faults(b"a,b\n" + b"1\n" * 1000, Layout())
    assert len(faults) == MAX_RECORD_FAULTS


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b'a,b\n"1,2\n3,4\n', 1),
        (b'a,b\n1,2\n1,"2"x\n', 2),
        (b'a,b\n1,"2""\n', 1),
        (b'a,b\n1,""2""\n', 1),
    ],
    ids=["open", "text after", "doubled at the end", "doubled at the start"],
)
def test_misplaced_quotes_are_refused(data: bytes, row: int) -> None:
    """An open quote swallows the records after it, and readers differ on all of these."""
    (fault,) = _faults(data, Layout())
    assert fault.where == f"a.csv: row {row}"
    assert fault.expected == "a record with whole quotes"


def test_a_quote_inside_a_plain_cell_is_refused() -> None:
    """Readers differ on whether it opens a quoted part."""
    assert _faults(b'a,b\n5" pipe,2\n', Layout())
    text = b'a,b\n5" pipe,2\n'
    assert decode_text(text, "a.csv", Layout(quote=None)).rows() == [('5" pipe', "2")]


@pytest.mark.parametrize("data", [b"a,b\n1,2,", b"a,b\n\n1,2,", b"a,b\n1\n1,2,"])
def test_a_delimiter_at_the_very_end_is_one_cell_too_many(data: bytes) -> None:
    """The fast reader forgives it, and it would make up for a cell that is missing elsewhere."""
    assert _faults(data, Layout())[-1].found == "3 cells"


@pytest.mark.parametrize("lead", [b"", b"\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("rest", [b"", b"\xc3\xb1" * 200_000])
def test_repeated_column_names_are_refused(lead: bytes, rest: bytes) -> None:
    """The profile would take one of two columns, and nobody could say which."""
    (fault,) = _faults(lead + b"a,b,a\n1,2,3\n" + rest, Layout())
    assert str(fault) == "a.csv: header: expected each column name once, found 'a' twice"


def test_a_cell_beyond_the_size_of_any_figure_is_still_one_fault() -> None:
    """The slow reader, which finds the place, has a limit of its own."""
    (fault,) = _faults(b"a,b\n" + b"x" * 200_000 + b",1\n1\n", Layout())
    assert fault.where == "a.csv: row 1"
