"""Canonical JSON: one spelling, exact numbers, no key twice."""

from __future__ import annotations

import pytest
import rfc8785

from escrutinio.errors import MalformedError
from escrutinio.primitives import (
    JsonValue,
    decode_canonical,
    decode_json,
    encode_canonical,
    read_json,
)

VALUES: dict[str, JsonValue] = {
    "order of keys": {"b": 1, "a": 2, "B": 3, "_": 4, "10": 5, "9": 6},
    "control characters": "\x00\b\t\n\f\r\x1f\x7f",
    "quotation mark, backslash and slash": '"\\/',
    "letters of every plane": "ñ€中😀\u2028",
    "nesting": [[], {}, [{"a": [None, True, False]}]],
    "largest integers": [2**53 - 1, -(2**53) + 1, 0],
}


@pytest.mark.parametrize("name", VALUES)
def test_bytes_are_those_of_another_implementation(name: str) -> None:
    """The ``rfc8785`` package is written by others; a digest must not depend on the writer."""
    assert encode_canonical(VALUES[name]) == rfc8785.dumps(VALUES[name])


@pytest.mark.parametrize("name", VALUES)
def test_what_is_encoded_is_decoded(name: str) -> None:
    """Decoding is the inverse of encoding."""
    data = encode_canonical(VALUES[name])
    assert decode_canonical(data, "x.json") == VALUES[name]
    assert decode_json(data, "x.json") == VALUES[name]


SECOND_SPELLINGS = {
    "space": b'{"a": 1}',
    "line feed at the end": b'{"a":1}\n',
    "order of keys": b'{"b":1,"a":2}',
    "needless escape": b'"\\u0041"',
    "escaped slash": b'"\\/"',
    "capital escape": b'"\\u001F"',
    "minus zero": b"-0",
}


@pytest.mark.parametrize("name", SECOND_SPELLINGS)
def test_a_second_spelling_is_json_but_not_canonical(name: str) -> None:
    """Two spellings of one document would have two digests."""
    decode_json(SECOND_SPELLINGS[name], "x.json")
    with pytest.raises(MalformedError, match=r"x\.json: expected canonical JSON"):
        decode_canonical(SECOND_SPELLINGS[name], "x.json")


FOREIGN = {
    "float": (b'{"a":[1.5]}', "x.json: a[0]"),
    "exponent": (b'{"a":1e3}', "x.json: a"),
    "not a number": (b"NaN", "x.json"),
    "infinity": (b"[-Infinity]", "x.json: [0]"),
    "integer beyond 2**53": (b'{"a":9007199254740992}', "x.json: a"),
    "integer of 5,000 digits": (b"1" * 5000, "x.json"),
    "key that is not ASCII": ('{"a":{"ñ":1}}'.encode(), "x.json: a"),
    "half of a surrogate pair": (b'["\\ud800"]', "x.json: [0]"),
    "key given twice": (b'{"a":{"b":1,"b":1}}', "x.json: a.b"),
    "key with a line feed": (b'{"a\\nb":1.0}', "x.json: 'a\\nb'"),
    "33 levels": (b"[" * 34 + b"]" * 34, "x.json: " + "[0]" * 33),
    "100,000 levels": (b"[" * 100_000 + b"]" * 100_000, "x.json"),
    "100,000 levels of objects": (b'{"a":' * 100_000, "x.json"),
    "byte order mark": (b"\xef\xbb\xbf{}", "x.json"),
    "UTF-16": ("{}".encode("utf-16"), "x.json"),
    "bytes that are no UTF-8": (b'"\xff"', "x.json"),
    "bare control character": (b'"\n"', "x.json"),
    "comma at the end": (b"[1,]", "x.json"),
    "two documents": (b"{}{}", "x.json"),
    "leading zero": (b"01", "x.json"),
    "nothing": (b"", "x.json"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_the_canonical_form_cannot_hold_is_refused_by_name(name: str) -> None:
    """A float has many spellings, a key given twice two meanings, a deep document no bottom."""
    data, where = FOREIGN[name]
    with pytest.raises(MalformedError) as caught:
        decode_json(data, "x.json")
    assert [fault.where for fault in caught.value.faults] == [where]
    assert len(str(caught.value)) < 300


def test_every_fault_of_a_document_is_named() -> None:
    """One run, all faults; what is good around them is still read."""
    value, faults = read_json(b'{"a":1.5,"b":[1e2,7],"a":2.5,"c":"x"}', "x.json")
    assert [fault.where for fault in faults] == ["x.json: a", "x.json: a", "x.json: b[0]"]
    assert value == {"a": None, "b": [None, 7], "c": "x"}


def test_a_document_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is lowered here; 64 MiB would only slow the test."""
    monkeypatch.setattr("escrutinio.primitives.canonical.MAX_JSON_BYTES", 3)
    assert decode_json(b"123", "x.json") == 123
    with pytest.raises(MalformedError, match="at most 3 bytes of JSON, found 4 bytes"):
        decode_json(b"1234", "x.json")


@pytest.mark.parametrize("value", [1.0, 2**53, "\ud800", {"ñ": 1}, {"a": [b"x"]}])
def test_what_cannot_be_held_is_not_encoded(value: JsonValue) -> None:
    """Better no bytes than bytes that another reader takes for something else."""
    with pytest.raises(MalformedError):
        encode_canonical(value)
