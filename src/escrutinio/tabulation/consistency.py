"""What must hold inside any tally, whoever added it up.

An evidence file is somebody else's arithmetic. Its figures overlap: totals and histograms are
over the same sheets, and every division is the sum of its parts. A figure changed alone is found
out here, unless nothing else in the file depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from escrutinio.definition import Contest, Definition, DivisionId
from escrutinio.errors import Fault
from escrutinio.tabulation.model import ContestTally, DivisionTally, Histogram

__all__ = ["check_consistency"]


def check_consistency(tally: ContestTally, definition: Definition, where: str) -> list[Fault]:
    """Name every figure of a tally that other figures of it contradict.

    Args:
        tally: of a contest of the definition, with all its divisions.
        definition: gives the tree of divisions and the categories.
        where: place of the tally, for the faults.
    """
    contest = definition.contest(tally.contest)
    if contest is None:
        return [Fault(where, "a contest of the definition", repr(tally.contest))]
    faults: list[Fault] = []
    for item in tally.divisions:
        faults += _check_division(item, contest, f"{where}, {item.division}")
    faults += _check_sums(tally, definition, where)
    faults += _check_histograms(tally, where)
    return faults


def _check_division(item: DivisionTally, contest: Contest, where: str) -> Iterator[Fault]:
    """Hold the figures of one division against each other."""
    categories = {code: item.categories.get(code) or 0 for code in item.categories}
    votes = sum(item.candidacies.values())
    valid = votes + sum(categories[part.code] for part in contest.categories if part.in_valid)
    yield from _equal(f"{where}, valid", valid, item.valid)
    counted = item.counters.counted
    at_most = [
        ("received", counted, item.counters.received),
        ("registered_stations", item.registered_stations, counted),
        ("unreadable", item.unreadable, counted),
        *((f"unknown, {code}", unknown, item.unreadable) for code, unknown in item.unknown.items()),
    ]
    if contest.votes_allowed == 1:
        ballots = votes + sum(
            categories[part.code] for part in contest.categories if part.in_ballots
        )
        if item.cast is not None:
            yield from _equal(f"{where}, cast", ballots, item.cast)
        at_most.append(("register_used", ballots, item.register_used))
        at_most.append(("cast_where_registered", item.cast_where_registered, ballots))
    for name, small, large in at_most:
        if small > large:
            yield Fault(f"{where}, {name}", f"at least {small} where {large} stands", "less")


def _check_sums(tally: ContestTally, definition: Definition, where: str) -> Iterator[Fault]:
    """Check that no division holds less than its parts; sheets may name an area as a whole."""
    parts: dict[DivisionId, list[DivisionTally]] = {}
    for item in tally.divisions[1:]:
        parent = definition.division_by_id[item.division].parent
        if parent is not None:
            parts.setdefault(parent, []).append(item)
    for item in tally.divisions:
        if item.division not in parts:
            continue
        whole = _additive(item)
        added: dict[str, int] = {}
        for part in parts[item.division]:
            for name, figure in _additive(part).items():
                added[name] = added.get(name, 0) + figure
        for name, figure in added.items():
            if figure > whole.get(name, 0):
                place = f"{where}, {item.division}, {name}"
                yield Fault(place, f"at least the {figure} of its parts", str(whole.get(name, 0)))


def _additive(item: DivisionTally) -> Mapping[str, int]:
    """Give the figures of a division that are sums over its sheets or stations."""
    counters = item.counters
    figures: dict[str, int | None] = {
        "counted": counters.counted,
        "held": counters.held,
        "closed": counters.closed,
        "received": counters.received,
        "out_of_catalogue": counters.out_of_catalogue,
        "valid": item.valid,
        "cast": item.cast,
        "registered": item.registered,
        "registered_stations": item.registered_stations,
        "cast_where_registered": item.cast_where_registered,
        "register_used": item.register_used,
        "unreadable": item.unreadable,
    }
    for kind, votes in (("votes", item.candidacies), ("unknown", item.unknown)):
        figures |= {f"{kind} of {code}": figure for code, figure in votes.items()}
    figures |= {f"line {code}": figure for code, figure in (item.options or {}).items()}
    figures |= {f"category {code}": figure for code, figure in item.categories.items()}
    return {name: figure for name, figure in figures.items() if figure is not None}


def _check_histograms(tally: ContestTally, where: str) -> Iterator[Fault]:
    """Hold the histograms against each other and against the totals.

    They are over the counted sheets on which all candidacies, and all valid votes, can be read.
    """
    total, sheets = tally.total, tally.valid_per_sheet.size
    counted = total.counters.counted
    least, most = counted - total.unreadable, counted - max(total.unknown.values(), default=0)
    if not least <= sheets <= most:
        place = f"{where}, valid_per_sheet"
        yield Fault(place, f"from {least} to {most} sheets", str(sheets))
    places = sum(tally.first_places.values()) + tally.ties
    yield from _equal(f"{where}, first_places and ties", sheets, places)
    valid = tally.valid_per_sheet
    # (place, histogram, sum it must have, sum it may have at most)
    held: list[tuple[str, Histogram, int | None, int]] = [
        ("valid_per_sheet", valid, None, total.valid)
    ]
    for code, votes in tally.votes_per_sheet.items():
        held.append((f"votes_per_sheet, {code}", votes, None, total.candidacies[code]))
        others = valid.total - votes.total
        held.append((f"others_per_sheet, {code}", tally.others_per_sheet[code], others, others))
    for name, histogram, added, at_most in held:
        place = f"{where}, {name}"
        yield from _check_order(histogram, place)
        yield from _equal(f"{place}, sheets", sheets, histogram.size)
        exact = at_most if sheets == counted else added
        if exact is not None:
            yield from _equal(f"{place}, sum", exact, histogram.total)
        elif histogram.total > at_most:
            yield Fault(f"{place}, sum", f"at most the total {at_most}", str(histogram.total))


def _check_order(histogram: Histogram, where: str) -> Iterator[Fault]:
    values = histogram.values
    is_falling = all(high > low for high, low in pairwise(values))
    if not is_falling or min(values, default=0) < 0 or min(histogram.sheets, default=1) < 1:
        yield Fault(where, "falling figures, each with its number of sheets", "others")


def _equal(where: str, expected: int, found: int) -> Iterator[Fault]:
    if expected != found:
        yield Fault(where, str(expected), str(found))
