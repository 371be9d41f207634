"""Canonical JSON (RFC 8785), restricted to what an election record needs.

Integers, strings, booleans, null, arrays and objects with ASCII keys. No floats: a share is a
pair of integers or printed text. Canonical decoding accepts exactly one spelling: the bytes must
be what encoding the decoded value gives again. Free decoding accepts any spelling of such a
document, but never a repeated key: readers disagree on which of the two counts.

Reference: RFC 8785. Test oracle: the ``rfc8785`` package.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TypeAlias

from escrutinio.errors import Fault, MalformedError

__all__ = [
    "MAX_JSON_BYTES",
    "JsonValue",
    "decode_canonical",
    "decode_json",
    "encode_canonical",
    "read_json",
    "show_key",
]

JsonValue: TypeAlias = (
    "bool | int | str | list[JsonValue] | dict[str, JsonValue] | tuple[JsonValue, ...] | None"
)

#: Largest JSON document decoded. A national definition with its profile is far below it.
MAX_JSON_BYTES = 64 * 1024 * 1024
#: Largest integer magnitude that every JSON reader keeps exact (RFC 8785, section 3.2.2.3).
MAX_EXACT_INTEGER = 2**53 - 1
#: Deepest nesting accepted.
MAX_DEPTH = 32
#: Most faults named in one document; a hostile document could otherwise hold millions.
MAX_JSON_FAULTS = 1000

_SHOWN_CHARS = 60
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


class _Foreign:
    """Something that JSON can spell and the canonical form cannot hold, kept to be named."""

    def __init__(self, shown: str) -> None:
        self.shown = shown


class _RepeatingObject(dict[str, object]):
    """An object whose text gives some keys more than once."""

    repeated: tuple[str, ...] = ()


def encode_canonical(value: JsonValue) -> bytes:
    """Encode a value as canonical JSON bytes.

    Args:
        value: nested lists, tuples and dictionaries of the kinds named above.

    Raises:
        MalformedError: the value holds a float, a key that is not ASCII, an integer beyond
            2**53 - 1, or text that is not Unicode.
    """
    _, faults = _sift(value, "value")
    if faults:
        raise MalformedError.of(*faults)
    # RFC 8785 sorts keys by UTF-16 code units; for ASCII keys that is Python's own order.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8")


def decode_canonical(data: bytes, where: str) -> JsonValue:
    """Decode canonical JSON and refuse every other spelling.

    Raises:
        MalformedError: not JSON, too large, or not the canonical spelling.
    """
    value = decode_json(data, where)
    if encode_canonical(value) != data:
        raise MalformedError.of(
            Fault(
                where,
                "canonical JSON (RFC 8785): sorted keys, no spaces, one spelling of each text",
                "another spelling of the document",
            )
        )
    return value


def decode_json(data: bytes, where: str) -> JsonValue:
    """Decode any spelling of JSON whose values the canonical form can hold.

    Raises:
        MalformedError: not JSON, too large, too deep, a key given twice, floats, or integers
            beyond 2**53 - 1; the error carries every fault.
    """
    value, faults = read_json(data, where)
    if faults:
        raise MalformedError.of(*faults)
    return value


def read_json(data: bytes, where: str) -> tuple[JsonValue, tuple[Fault, ...]]:
    """Read as much of a JSON document as can be read, and name what cannot.

    Args:
        data: the document.
        where: its name, for the faults: ``where: contests[0].code``.

    Returns:
        The value, with null in each place of a fault and the last value of a repeated key; and
        the faults in the order of the document. The value is null when it is not JSON at all.
    """
    if len(data) > MAX_JSON_BYTES:
        fault = Fault(where, f"at most {MAX_JSON_BYTES} bytes of JSON", f"{len(data)} bytes")
        return None, (fault,)
    try:
        raw = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_gather_pairs,
            parse_float=_Foreign,
            parse_constant=_Foreign,
            parse_int=_gather_integer,
        )
    except RecursionError:
        return None, (_too_deep(where),)
    except ValueError as error:  # JSONDecodeError and UnicodeDecodeError are both ValueErrors.
        return None, (Fault(where, "JSON in UTF-8 without byte order mark", str(error)),)
    return _sift(raw, where)


def show_key(key: str) -> str:
    """Show a key in the place of a fault: short and on one line, whatever a sender put in it."""
    return key if _PLAIN_KEY.fullmatch(key) else repr(key[:_SHOWN_CHARS])


def _gather_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    gathered = dict(pairs)
    if len(gathered) == len(pairs):
        return gathered
    times = Counter(key for key, _ in pairs)
    repeating = _RepeatingObject(gathered)
    repeating.repeated = tuple(key for key in gathered if times[key] > 1)
    return repeating


def _gather_integer(text: str) -> int | _Foreign:
    # Python refuses to convert thousands of digits; nothing that long is exact anyway.
    return int(text) if len(text) <= len(str(-MAX_EXACT_INTEGER)) else _Foreign(text)


def _sift(value: object, where: str) -> tuple[JsonValue, tuple[Fault, ...]]:
    """Copy what the canonical form can hold and name the rest."""
    faults: list[Fault] = []
    kept = _sift_value(value, where, "", 0, faults)
    return kept, tuple(faults[:MAX_JSON_FAULTS])


def _sift_value(value: object, where: str, path: str, depth: int, faults: list[Fault]) -> JsonValue:
    place = f"{where}: {path}" if path else where
    if depth > MAX_DEPTH:
        faults.append(_too_deep(place))
        return None
    if isinstance(value, str):
        return _sift_text(value, place, faults)
    if value is None or (isinstance(value, int) and abs(value) <= MAX_EXACT_INTEGER):
        return value
    if isinstance(value, list | tuple):
        return [
            _sift_value(item, where, f"{path}[{index}]", depth + 1, faults)
            for index, item in enumerate(value)
        ]
    if isinstance(value, dict):
        return _sift_object(value, where, path, depth, faults)
    faults.append(_foreign(value, place))
    return None


def _sift_object(
    value: dict[object, object], where: str, path: str, depth: int, faults: list[Fault]
) -> dict[str, JsonValue]:
    prefix = f"{path}." if path else ""
    if isinstance(value, _RepeatingObject):
        faults.extend(
            Fault(f"{where}: {prefix}{show_key(key)}", "each key once", "the key more than once")
            for key in value.repeated[:MAX_JSON_FAULTS]
        )
    kept: dict[str, JsonValue] = {}
    for key, item in value.items():
        if not isinstance(key, str) or not key.isascii():
            found = repr(key)[:_SHOWN_CHARS]
            faults.append(Fault(f"{where}: {path}" if path else where, "keys in ASCII", found))
        else:
            kept[key] = _sift_value(item, where, prefix + show_key(key), depth + 1, faults)
    return kept


def _sift_text(value: str, place: str, faults: list[Fault]) -> str | None:
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            # JSON can spell half of a surrogate pair; no UTF-8 text can hold it.
            faults.append(Fault(place, "Unicode text", "half of a surrogate pair"))
            return None
    return value


def _foreign(value: object, place: str) -> Fault:
    if isinstance(value, int):
        return Fault(place, "an integer of at most 2**53 - 1", f"{value.bit_length()} bits")
    shown = value.shown if isinstance(value, _Foreign) else repr(value)
    expected = "an integer of at most 2**53 - 1, text, true, false, null, a list or an object"
    return Fault(place, expected, shown[:_SHOWN_CHARS])


def _too_deep(place: str) -> Fault:
    return Fault(place, f"at most {MAX_DEPTH} levels of nesting", "deeper nesting")
