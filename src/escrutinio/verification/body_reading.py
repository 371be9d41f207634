"""Reading the published bodies: where each bulletin says it belongs, and V14 on its counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from escrutinio.definition import Definition
from escrutinio.definition.limits import MAX_TIME_S
from escrutinio.errors import Fault
from escrutinio.log.merkle import MAX_SIZE
from escrutinio.primitives import JsonValue

__all__ = ["BodyHead", "find_counter_faults", "read_head"]

#: Counters of a row that add up to the first of them.
_PARTS = ("counted", "held", "missing", "closed")
#: Counters that add up over the divisions inside a division.
_ADDED = ("expected", *_PARTS, "received")


class _Checkpoint(msgspec.Struct):
    size: int


class _Body(msgspec.Struct):
    number: int
    time_s: int
    checkpoint: _Checkpoint


@dataclass(frozen=True, slots=True)
class BodyHead:
    """Where a body says it belongs; only a hint until its entry in the log says the same.

    Attributes:
        number: of the bulletin, from the name of the folder.
        path: of the body.
        time_s: its time, in seconds since 1970.
        size: the entries before this place.
        data: the bytes of the body.
    """

    number: int
    path: str
    time_s: int
    size: int
    data: bytes


def read_head(number: int, path: str, data: bytes) -> BodyHead | Fault:
    """Read what is needed to compute a body again, or say why that cannot be read."""
    try:
        # All of it, not only what stands in the struct: it is compared as a whole later.
        body = msgspec.convert(msgspec.json.decode(data), _Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Fault(path, "the body of a bulletin", str(error)[:200])
    if body.number != number:
        return Fault(f"{path}: number", str(number), str(body.number)[:80])
    # A later time has no date in any export.
    if not (0 <= body.checkpoint.size <= MAX_SIZE and 0 <= body.time_s <= MAX_TIME_S):
        found = f"{body.checkpoint.size} at {body.time_s}"[:80]
        return Fault(f"{path}: checkpoint.size, time_s", "a size and a time", found)
    return BodyHead(number, path, body.time_s, body.checkpoint.size, data)


def find_counter_faults(body: JsonValue, definition: Definition, path: str) -> Iterator[Fault]:
    """Name every division of a body whose counters do not add up (V14).

    Two sums are looked at: expected = counted + held + missing + closed in each division, and each
    counter over the divisions inside one whose stations are all in such divisions.

    Args:
        body: as published.
        definition: gives the tree.
        path: of the body, for the error.
    """
    for contest in _objects(body.get("contests") if isinstance(body, dict) else None):
        place = f"{path}: contests[{contest.get('contest')!s:.40}]"
        yield from _contest_faults(_objects(contest.get("divisions")), definition, place)


def _objects(value: JsonValue) -> list[dict[str, JsonValue]]:
    """Give the objects of a list; whatever else stands there is V15's."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _contest_faults(
    rows: list[dict[str, JsonValue]], definition: Definition, place: str
) -> Iterator[Fault]:
    by_division = {str(row.get("division")): row for row in rows}
    children: dict[str, list[dict[str, JsonValue]]] = {}
    for item in definition.divisions:
        if item.parent is not None and item.division in by_division:
            children.setdefault(item.parent, []).append(by_division[item.division])
    for division, row in by_division.items():
        where = f"{place}.divisions[{division[:40]}]"
        parts = [row.get(name) for name in _PARTS]
        counts = _counts([row.get("expected"), *parts])
        if counts and not _adds_up(counts[0], counts[1:], definition):
            shown = " + ".join(str(part) for part in parts)
            yield Fault(where, f"expected = {shown}", str(counts[0]))
        inside = children.get(division, [])
        for name in _ADDED:
            if name == "missing" and definition.stations is None:
                # Of each division only its own expected stations say how many are missing.
                continue
            figures = _counts([row.get(name), *(item.get(name) for item in inside)])
            # What stands in no smaller division of the definition belongs to the whole alone.
            if figures and figures[0] < sum(figures[1:]):
                found = f"{sum(figures[1:])} in the divisions inside it"
                yield Fault(f"{where}.{name}", f"at most {figures[0]}", found)


def _adds_up(expected: int, parts: list[int], definition: Definition) -> bool:
    # Where stations are not listed, more of them can turn up than were expected.
    is_surplus = definition.stations is None and parts[_PARTS.index("missing")] == 0
    return sum(parts) == expected or (is_surplus and sum(parts) > expected)


def _counts(values: list[JsonValue]) -> list[int]:
    """Give the values if they are whole numbers, all of them; else none."""
    counts = [value for value in values if isinstance(value, int) and value is not True]
    return counts if len(counts) == len(values) else []
