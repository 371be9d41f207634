"""Naming where two documents or tables differ, so that a reader can look there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from escrutinio.errors import Fault
from escrutinio.primitives import JsonValue

__all__ = ["MAX_DIFFERENCES", "find_differences", "find_line_differences"]

#: Most differences named per file; whoever alters more than these has altered enough.
MAX_DIFFERENCES = 50

#: Keys whose value says which item of a list it is.
_NAMES = ("contest", "division", "candidacy", "station", "kind")
_SHOWN_CHARS = 80
#: A table with more lines than twice as many and these is not looked at line by line.
_SPARE_LINES = 1_000
_MISSING = "nothing"


def find_differences(
    computed: JsonValue, published: JsonValue, where: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Give every place where two values of JSON differ.

    Yields:
        The place, such as ``contests[president].divisions[13].valid``, what was computed there,
        and what was published.
    """
    if isinstance(computed, Mapping) and isinstance(published, Mapping):
        for key in sorted(computed.keys() | published.keys()):
            place = f"{where}.{key}" if where else str(key)
            if key not in published or key not in computed:
                yield (
                    place,
                    _shown(computed.get(key, _MISSING)),
                    _shown(published.get(key, _MISSING)),
                )
            else:
                yield from find_differences(computed[key], published[key], place)
    elif isinstance(computed, list) and isinstance(published, list):
        for number, (ours, theirs) in enumerate(
            zip_longest(computed, published, fillvalue=_MISSING)
        ):
            name = _name_of(ours) or _name_of(theirs) or str(number)
            yield from find_differences(ours, theirs, f"{where}[{name}]")
    elif type(computed) is not type(published) or computed != published:
        yield where, _shown(computed), _shown(published)


def _name_of(item: JsonValue) -> str | None:
    if isinstance(item, Mapping):
        for key in _NAMES:
            if isinstance(name := item.get(key), str):
                return name[:_SHOWN_CHARS]
    return None


def _shown(value: JsonValue) -> str:
    text = str(value).lower() if value is None or isinstance(value, bool) else str(value)
    text = ascii(text)[1:-1]
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}..."


def find_line_differences(computed: bytes, published: bytes, path: str) -> Iterator[Fault]:
    """Give the lines of a table that differ, each with its number; the first is the header.

    A line that was left out moves all others. So both are also looked at as sets of lines, and
    only what one of them does not have at all is named.
    """
    expected_lines, found_lines = computed.count(b"\n"), published.count(b"\n")
    if found_lines > 2 * expected_lines + _SPARE_LINES:
        yield Fault(path, f"{expected_lines} lines", f"{found_lines}")
        return
    ours, theirs = computed.split(b"\n"), published.split(b"\n")
    our_lines, their_lines = set(ours), set(theirs)
    our_rows = {_key(line): line for line in ours}
    their_keys = {_key(line) for line in theirs}
    for number, line in enumerate(theirs, start=1):
        if line not in our_lines:
            row = our_rows.get(_key(line))
            expected = "no such line" if row is None else _text(row)
            yield Fault(f"{path}: line {number}", expected, _text(line))
    for line in ours:
        if line not in their_lines and _key(line) not in their_keys:
            yield Fault(path, _text(line), "no such line")
    if our_lines == their_lines and ours != theirs:
        yield Fault(path, "the lines in order, each once", "another order or a repeated line")


def _key(line: bytes) -> tuple[bytes, ...]:
    """Give what names a row: contest and station, or contest and division."""
    return tuple(line.split(b",", 2)[:2])


def _text(line: bytes) -> str:
    text = ascii(line.decode("utf-8", errors="replace"))[1:-1]
    return text if len(text) <= 3 * _SHOWN_CHARS else f"{text[: 3 * _SHOWN_CHARS]}..."
