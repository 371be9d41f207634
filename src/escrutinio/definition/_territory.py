"""Reading ``divisions.csv``, and the rules that make its rows one territory.

One root, on the first level; every other division inside a division of a higher level; what a
division states of its stations and registered voters agrees with what its parts state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._tables import Table, encode_table, read_table
from escrutinio.definition._words import ID, ID_RULE, read_label
from escrutinio.definition.limits import MAX_NAME_CHARS
from escrutinio.definition.model import Division, DivisionId, Level

__all__ = [
    "DIVISION_COLUMNS",
    "FIGURES",
    "Figure",
    "Known",
    "Territory",
    "encode_divisions",
    "read_territory",
]

DIVISION_COLUMNS = ("division", "parent", "level", "name", "stations", "registered")

#: What a division states of the area it covers.
Figure = Literal["stations", "registered"]
FIGURES: tuple[Figure, ...] = ("stations", "registered")

_DIVISION, _PARENT, _LEVEL, _NAME, _STATIONS, _REGISTERED = range(len(DIVISION_COLUMNS))


class Known(NamedTuple):
    """What is known of a number: its value, or when not exact a bound below."""

    least: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Territory:
    """The divisions as far as they could be read.

    Attributes:
        divisions: in the order of the format: by depth of level, then by id.
        children: the divisions directly inside each one that has any.
        inside_out: every division below a root, parts before what contains them.
        places: the row of each division.
        is_complete: whether no row was left out.
        is_tree: whether every division is reached from one root, so that sums make sense.
        faults: takes what other tables find wrong with a division.
    """

    divisions: tuple[Division, ...]
    children: Mapping[DivisionId, Sequence[DivisionId]]
    inside_out: tuple[Division, ...]
    places: Mapping[DivisionId, str]
    is_complete: bool
    is_tree: bool
    faults: FaultList

    def check_sums(self, figure: Figure, smallest: Mapping[DivisionId, Known], whose: str) -> None:
        """Note a fault where what a division states is not the sum of something.

        Args:
            figure: what is summed.
            smallest: what is known of each division without parts.
            whose: where the numbers come from, for the faults.
        """
        totals: dict[DivisionId, Known] = {}
        gaps: dict[DivisionId, int] = {}
        for division in self.inside_out:
            place = division.division
            parts = self.children.get(place)
            total = smallest[place] if parts is None else _add(totals[part] for part in parts)
            stated: int | None = getattr(division, figure)
            below = sum(gaps[part] for part in parts or ())
            gap = below if stated is None else stated - total.least
            gaps[place] = gap if total.is_exact else min(gap, 0)
            # Where the parts leave it open, what a division states is what it adds upwards.
            is_filled = not total.is_exact and stated is not None and gaps[place] == 0
            totals[place] = Known(stated or 0, is_exact=True) if is_filled else total
            # A gap that the parts have already is their fault and was named there.
            if gaps[place] not in {0, below}:
                self._name_gap(division, figure, total, whose)

    def _name_gap(self, division: Division, figure: Figure, total: Known, whose: str) -> None:
        place = f"{self.places[division.division]}, column {figure}"
        if self.faults.is_named(place):
            return
        expected = f"{total.least}, the sum of {whose}"
        if not total.is_exact:
            expected = f"at least {total.least}, the sum of those of {whose} that are known"
        self.faults.add(place, expected, str(getattr(division, figure)))


def _add(numbers: Iterable[Known]) -> Known:
    """Add numbers; the sum is exact when all of them are."""
    least, is_exact = 0, True
    for number in numbers:
        least += number.least
        is_exact = is_exact and number.is_exact
    return Known(least, is_exact)


def encode_divisions(divisions: Sequence[Division], levels: Sequence[Level]) -> bytes:
    """Write ``divisions.csv``."""
    depths = {level.code: depth for depth, level in enumerate(levels)}
    return encode_table(
        DIVISION_COLUMNS,
        (
            (
                division.division,
                division.parent or "",
                division.level,
                division.name,
                "" if division.stations is None else str(division.stations),
                "" if division.registered is None else str(division.registered),
            )
            for division in sorted(divisions, key=lambda item: _order_of(item, depths))
        ),
    )


def read_territory(
    data: bytes, levels: Sequence[Level] | None, faults: FaultList
) -> Territory | None:
    """Read ``divisions.csv``.

    Args:
        data: its bytes.
        levels: the levels of the definition; None when they could not be read.
        faults: takes everything wrong with the file.

    Returns:
        The divisions; None when the table cannot be read at all.
    """
    table = read_table(data, DIVISION_COLUMNS, faults)
    if table is None:
        return None
    are_ids = table.check(_DIVISION, ID.fullmatch, ID_RULE)
    divisions = _read_divisions(table)
    circles = _find_circles({division.division: division.parent for division in divisions})
    is_tree = table.is_complete and _check_tree(table, divisions, circles)
    if levels is not None:
        depths = {level.code: depth for depth, level in enumerate(levels)}
        are_levels = table.check(
            _LEVEL, depths.__contains__, "the code of a level of definition.json"
        )
        _check_levels(table, divisions, depths, set().union(*circles.values()))
        if are_ids and are_levels:
            _check_order(table, divisions, depths)
        divisions = tuple(sorted(divisions, key=lambda item: _order_of(item, depths)))
    territory = _grow(table, divisions, is_tree=is_tree)
    if is_tree:
        for figure in FIGURES:
            territory.check_sums(figure, _stated(territory, figure), "its parts")
    return territory


def _stated(territory: Territory, figure: Figure) -> dict[DivisionId, Known]:
    """Give what each division states."""
    stated: dict[DivisionId, Known] = {}
    for division in territory.divisions:
        number: int | None = getattr(division, figure)
        stated[division.division] = Known(number or 0, is_exact=number is not None)
    return stated


def _order_of(division: Division, depths: Mapping[str, int]) -> tuple[int, str]:
    return depths.get(division.level, len(depths)), division.division


def _read_divisions(table: Table) -> tuple[Division, ...]:
    table.refuse_repeats(_DIVISION)
    names = [
        read_label(name, table.cell(row, _NAME), MAX_NAME_CHARS, table.faults)
        for row, name in enumerate(table.columns[_NAME])
    ]
    return tuple(
        Division(DivisionId(division), DivisionId(parent) if parent else None, level, *rest)
        for division, parent, level, *rest in zip(
            table.columns[_DIVISION],
            table.columns[_PARENT],
            table.columns[_LEVEL],
            names,
            table.read_counts(_STATIONS),
            table.read_counts(_REGISTERED),
            strict=True,
        )
    )


def _check_tree(
    table: Table,
    divisions: Sequence[Division],
    circles: Mapping[DivisionId, Sequence[DivisionId]],
) -> bool:
    """Check that every row hangs from one root, and say whether that is so."""
    parents = {division.division: division.parent for division in divisions}
    roots = [row for row, division in enumerate(divisions) if division.parent is None]
    orphans = {parent for parent in parents.values() if parent is not None} - parents.keys()
    table.refuse(_PARENT, set(orphans), "the id of another row, or nothing for the root")
    if not roots:
        table.faults.add("", "one division without a parent, the root", "none")
    for row in roots[1:]:
        found = f"none, as for {divisions[roots[0]].division} in row {table.numbers[roots[0]]}"
        table.faults.add(table.cell(row, _PARENT), "a parent; only the root has none", found)
    for row, division in enumerate(divisions):
        if (circle := circles.get(division.division)) is not None:
            found = f"a circle, {shown(' in '.join((*circle, circle[0])))}"
            table.faults.add(table.cell(row, _PARENT), "a parent that leads to the root", found)
    has_repeats = len(parents) != len(divisions)
    return not (orphans or circles or has_repeats) and len(roots) == 1


def _find_circles(
    parents: Mapping[DivisionId, DivisionId | None],
) -> dict[DivisionId, tuple[DivisionId, ...]]:
    """Give every circle of divisions that contain each other, by its first id."""
    circles = {}
    done: set[DivisionId] = set()
    for start in parents:
        walk: dict[DivisionId, None] = {}
        current: DivisionId | None = start
        while current is not None and current not in done and current not in walk:
            walk[current] = None
            current = parents.get(current)
        if current is not None and current in walk:
            steps = list(walk)
            circle = steps[steps.index(current) :]
            circles[min(circle)] = tuple(circle)
        done.update(walk)
    return circles


def _check_levels(
    table: Table,
    divisions: Sequence[Division],
    depths: Mapping[str, int],
    circling: Collection[DivisionId],
) -> None:
    """Check that a part is on a deeper level than what contains it.

    Not for divisions in a circle, where it cannot be so, and not for a second root.
    """
    root = next((division for division in divisions if division.parent is None), None)
    depth_of = {division.division: depths.get(division.level) for division in divisions}
    for row, division in enumerate(divisions):
        depth = depths.get(division.level)
        if depth is None or division.division in circling:
            continue
        if division.parent is None:
            if depth > 0 and division is root:
                expected = f"{next(iter(depths))}, the first level, as this is the root"
                table.faults.add(table.cell(row, _LEVEL), expected, shown(division.level))
            continue
        above = depth_of.get(division.parent)
        if above is not None and above >= depth:
            expected = f"a level below that of {shown(division.parent)}"
            table.faults.add(table.cell(row, _LEVEL), expected, shown(division.level))


def _check_order(table: Table, divisions: Sequence[Division], depths: Mapping[str, int]) -> None:
    keys = [_order_of(division, depths) for division in divisions]
    for row in range(1, len(keys)):
        if keys[row] < keys[row - 1]:
            place = f"row {table.numbers[row]}"
            found = f"{shown(keys[row][1])} after {shown(keys[row - 1][1])}"
            table.faults.add_spelling(place, "rows in order of level, then of id", found)
            return


def _grow(table: Table, divisions: tuple[Division, ...], *, is_tree: bool) -> Territory:
    children: dict[DivisionId, list[DivisionId]] = {}
    for division in divisions:
        if division.parent is not None:
            children.setdefault(division.parent, []).append(division.division)
    by_id = {division.division: division for division in divisions}
    order = [division.division for division in divisions if division.parent is None]
    for division_id in order if is_tree else ():
        # The list grows while it is walked: each division brings its parts.
        order.extend(children.get(division_id, ()))
    places = {
        DivisionId(text): f"row {number}"
        for text, number in zip(table.columns[_DIVISION], table.numbers, strict=True)
    }
    inside_out = tuple(by_id[division_id] for division_id in reversed(order))
    return Territory(
        divisions, children, inside_out, places, table.is_complete, is_tree, table.faults
    )
