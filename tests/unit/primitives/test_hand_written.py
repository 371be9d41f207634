"""The one reader of files that people write by hand: every fault in one run, with its place."""

from __future__ import annotations

import datetime as dt

import pytest

from escrutinio.errors import MalformedError, UsageError
from escrutinio.primitives import Names
from escrutinio.primitives.faults import MAX_LISTED_FAULTS, FaultList, FloatText, shown
from escrutinio.primitives.hand_written import (
    MAX_ID_CHARS,
    MAX_LANGUAGES,
    MAX_TEXT_CHARS,
    MAX_VERBATIM_CHARS,
    TableReader,
    decode_toml,
)


class _File:
    """A file with its reader and the faults found so far."""

    def __init__(self, text: str) -> None:
        self._list = FaultList("f.toml")
        self.top = TableReader(
            decode_toml(text.encode(), "f.toml", 10_000, MalformedError), self._list
        )

    def faults(self) -> list[str]:
        try:
            self._list.raise_any(MalformedError)
        except MalformedError as error:
            return [str(fault) for fault in error.faults]
        return []


def test_every_kind_of_value_is_read() -> None:
    """What the author wrote is what the program gets, in the order of the file."""
    file = _File(
        """
        text = "día"
        header = "VOTES\\tA\\nB"
        id = "a-1"
        one_name = "x"
        names = { en = "x", es-VE = "y" }
        word = "b"
        words = ["b", "a"]
        count = 3
        counts = [1, 2]
        texts = ["", "x"]
        inner = { x = "1", y = "" }
        list = [{ x = 1 }, { x = 2 }]
        """
    )
    top = file.top
    assert (top.text("text"), top.verbatim("header")) == ("día", "VOTES\tA\nB")
    assert top.identifier("id") == "a-1"
    assert (top.names("one_name"), top.names("names")) == (
        Names({"en": "x"}),
        Names({"en": "x", "es-VE": "y"}),
    )
    assert (top.choice("word", ("a", "b")), top.words("words", ("a", "b"))) == ("b", ("b", "a"))
    assert (top.count("count", 3), top.counts("counts", 2, 2)) == (3, (1, 2))
    assert (top.texts("texts"), top.mapping("inner")) == (("", "x"), {"x": "1", "y": ""})
    assert [item.count("x", 9) for item in top.tables("list")] == [1, 2]
    top.refuse_unknown()
    assert file.faults() == []


def test_what_is_absent_has_its_default() -> None:
    """A key that may be left out is no fault."""
    file = _File("")
    top = file.top
    assert (top.text("a", "x"), top.verbatim("b", "y"), top.identifier("c", "z")) == (*"xyz",)
    assert (top.optional_names("d"), top.choice("e", ("a", "b"), "b"), top.count("f", 1)) == (
        None,
        "b",
        None,
    )
    assert (top.texts("g"), top.tables("h"), top.table("i").listed()) == ((), [], ())
    assert file.faults() == []


def test_every_required_key_is_named_with_what_to_add() -> None:
    """One run, one list: nobody mends a file key by key."""
    file = _File("[a]")
    inner = file.top.table("a")
    inner.text("t")
    inner.verbatim("v")
    inner.identifier("i")
    inner.names("n")
    inner.choice("c", ("x",))
    inner.mapping("m")
    faults = file.faults()
    assert len(faults) == len("tvincm")
    for key, fault in zip("tvincm", faults, strict=True):
        assert fault.startswith(f"f.toml: key a.{key}: expected ")
        assert fault.endswith(f", found nothing. Add '{key}'.")


#: Name of a case to a value of the key ``k``, the method that reads it, and what the fault says.
WRONG = {
    "text with an escape": (r'"\u001b[2J"', "text", r"found '\x1b[2J'"),
    "text that turns around": (r'"a\u202eb"', "text", "one line of text"),
    "text of two lines": (r'"a\nb"', "text", "one line of text"),
    "empty text": ('""', "text", f"1 to {MAX_TEXT_CHARS} characters"),
    "long text": (f'"{"x" * (MAX_TEXT_CHARS + 1)}"', "text", "…"),
    "long verbatim": (
        f'"{"x" * (MAX_VERBATIM_CHARS + 1)}"',
        "verbatim",
        f"at most {MAX_VERBATIM_CHARS} characters",
    ),
    "float as verbatim": ("1.50", "verbatim", "found the number 1.50"),
    "blank in an identifier": ('"a b"', "identifier", f"at most {MAX_ID_CHARS}, found 'a b'"),
    "names in no language": ("{}", "names", f"1 to {MAX_LANGUAGES} languages, found 0"),
    "name that is a number": ("7", "names", "one line of text"),
    "name in English": ('{ English = "x" }', "names", "language codes such as en and es"),
    "a text for a list": ('"x"', "texts", "expected a list, found 'x'"),
    "a number among texts": ('["x", 1]', "texts", "key k[1]: expected a text"),
    "a text for a table": ('"x"', "table", "key k: expected a table, found 'x'"),
    "a text among tables": ('["x"]', "tables", "key k[0]: expected a table, found 'x'"),
    "a number in a mapping": ("{ x = 1 }", "mapping", "key k.x: expected a text"),
    "a table for a text": ("{ x = 1 }", "verbatim", "found a table"),
}


@pytest.mark.parametrize(("value", "method", "said"), WRONG.values(), ids=WRONG.keys())
def test_an_unusable_value_is_named_and_replaced(value: str, method: str, said: str) -> None:
    """The reader goes on, so that the next fault is named in the same run."""
    file = _File(f"k = {value}")
    getattr(file.top, method)("k")
    (fault,) = file.faults()
    assert said in fault
    assert fault.startswith("f.toml: key k")


@pytest.mark.parametrize("value", ["-1", "10", "true", "1.0", '"1"', "0x" + "f" * 5_000])
def test_a_count_is_a_whole_number_within_its_bounds(value: str) -> None:
    """A number of thousands of digits is a fault too, and never another exception."""
    file = _File(f"k = {value}")
    assert file.top.count("k", 9) is None
    assert "a whole number from 0 to 9, found " in file.faults()[0]


def test_an_unknown_key_has_the_nearest_known_one_as_remedy() -> None:
    """A misspelt key that is silently ignored is a rule that does not hold."""
    file = _File('encodin = "x"\nzzz = 1\n"\\u001b[2J" = 1')
    file.top.verbatim("encoding", "")
    file.top.refuse_unknown()
    start = "expected one of the keys encoding, found an unknown key."
    assert file.faults() == [
        f"f.toml: key encodin: {start} Did you mean 'encoding'?",
        f"f.toml: key zzz: {start} Remove it.",
        rf"f.toml: key '\x1b[2J': {start} Remove it.",
    ]


def test_a_table_of_nothing_refuses_every_key() -> None:
    """A contest without categories has none that could be meant."""
    file = _File("x = 1")
    file.top.refuse_unknown(())
    assert file.faults() == ["f.toml: key x: expected no key, found an unknown key. Remove it."]


def test_a_flood_of_faults_is_counted_and_not_listed() -> None:
    """A file of another kind must not print for an hour."""
    faults = FaultList("f.toml")
    for index in range(MAX_LISTED_FAULTS + 3):
        faults.add(f"key k{index}", "x", "y")
    with pytest.raises(UsageError) as caught:
        faults.raise_any(UsageError)
    assert len(caught.value.faults) == MAX_LISTED_FAULTS + 1
    assert str(caught.value.faults[-1]).endswith("found 3 more that are not listed")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (FloatText("51.20"), "the number 51.20"),
        (True, "true"),
        (None, "null"),
        ([1, "a"], "[1, 'a']"),
        ([[1]], "a list of 1"),
        ({}, "an object"),
        (dt.date(2024, 7, 29), "the date 2024-07-29 without quotes"),
        pytest.param(2**20_000, "a number of 20001 bits", id="beyond 4,300 digits"),
    ],
)
def test_a_value_is_shown_short_and_on_one_line(value: object, text: str) -> None:
    """The author finds the value again; the terminal is not driven by it."""
    assert shown(value) == text
