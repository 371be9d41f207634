"""The last change of every division: which bulletin brought it, and what it was.

A page says of its own division when it changed last and how, instead of naming the newest
bulletin. So the page of a division in which nothing happens stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from escrutinio.site.results.bodies import Body, ChangeItem, ContestBody, DivisionRow, decode_body
from escrutinio.site.results.view import SiteView

__all__ = ["LastChange", "differing_divisions", "find_last_changes"]


@dataclass(frozen=True, slots=True)
class LastChange:
    """What the last bulletin that changed a division brought it.

    Attributes:
        number: of that bulletin.
        time_s: its time, in seconds since 1970.
        before: figures of the division in the bulletin before; None in the first.
        now: figures since then.
        items: its stations that changed otherwise than from missing to counted.
    """

    number: int
    time_s: int
    before: DivisionRow | None
    now: DivisionRow
    items: tuple[ChangeItem, ...]


def find_last_changes(
    view: SiteView, wanted: Collection[str]
) -> Sequence[Mapping[str, LastChange]]:
    """Find the last change of divisions, reading bulletins backwards until all are found.

    Args:
        view: of the site.
        wanted: ids of divisions.

    Returns:
        Of each contest, by division; nothing before the first bulletin.
    """
    found: list[dict[str, LastChange]] = [{} for _ in view.body.contests]
    pending = [set(wanted) & rows.keys() for rows in view.division_rows]
    body = view.body
    while body.number and any(pending):
        before = decode_body(view.source.load_body(body.number - 1)) if body.number > 1 else None
        for position, contest in enumerate(body.contests):
            for change in _changes_of(view, body, contest, before, pending[position]):
                found[position][change.now.division] = change
            pending[position] -= found[position].keys()
        if before is None:
            break
        body = before
    return found


def differing_divisions(view: SiteView, before: Body) -> set[str]:
    """Name the divisions whose figures are others than in an older bulletin."""
    return {
        row.division
        for contest, old in zip(view.body.contests, before.contests, strict=True)
        for row, was in _pairs(contest, old)
        if was is None or _figures(row) != _figures(was)
    }


def _changes_of(
    view: SiteView,
    body: Body,
    contest: ContestBody,
    before: Body | None,
    wanted: Collection[str],
) -> Iterator[LastChange]:
    items = _items_by_division(view, contest)
    old = None if before is None else before.contests[contest.position]
    for row, was in _pairs(contest, old):
        if row.division in wanted:
            own = tuple(items.get(row.division, ()))
            if own or was is None or _figures(row) != _figures(was):
                yield LastChange(body.number, body.time_s, was, row, own)


def _pairs(
    contest: ContestBody, old: ContestBody | None
) -> Iterator[tuple[DivisionRow, DivisionRow | None]]:
    before = {} if old is None else {row.division: row for row in old.divisions}
    for row in contest.divisions:
        yield row, before.get(row.division)


def _figures(row: DivisionRow) -> tuple[object, ...]:
    """Give everything but ``new``, which is about the bulletin and not about the division."""
    return msgspec.structs.astuple(row)[:-1]


def _items_by_division(view: SiteView, contest: ContestBody) -> Mapping[str, list[ChangeItem]]:
    found: dict[str, list[ChangeItem]] = {}
    area = contest.divisions[0].division
    for item in contest.changes or ():
        around = {
            outer.division: None
            for division in (item.division or area, item.from_division or area)
            for outer in view.paths.get(division, ())
        }
        for division in around:
            found.setdefault(division, []).append(item)
    return found
