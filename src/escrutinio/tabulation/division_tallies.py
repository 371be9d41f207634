"""From sums per division to the tally of each division.

The sums come as one frame; here they become counters, totals by code, and the most ballots that
can still be added. Columns are read out once for all divisions, because an election has many.

Reference: design, section 4 (Bulletin) and section 5 (V14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from escrutinio.definition import (
    CandidacyCode,
    CategoryCode,
    Contest,
    Definition,
    Division,
    OptionCode,
)
from escrutinio.sheet import SheetTable
from escrutinio.sheet.fields import category_field, option_field
from escrutinio.tabulation.model import Counters, DivisionTally

__all__ = ["areas_of", "division_tallies"]


def division_tallies(
    totals: pl.DataFrame, definition: Definition, table: SheetTable
) -> tuple[DivisionTally, ...]:
    """Give the tally of every division of a contest, its own area first.

    Args:
        totals: one row per division that has any station, already added up the tree.
        definition: gives the divisions and their expected stations.
        table: says which figures the source shows.
    """
    areas = areas_of(definition, table.contest)
    is_listed = definition.stations is not None
    # A division without any sheet has no row in the totals; its figures are zero.
    order = pl.DataFrame({"division": [item.division for item in areas]})
    totals = order.join(totals, on="division", how="left", maintain_order="left").fill_null(0)
    figures = _Figures.of(totals, table)
    tallies = [
        _division_tally(item, figures, position, is_listed=is_listed)
        for position, item in enumerate(areas)
    ]
    # Where more stations are counted than there are, the missing ones cannot be told, and
    # neither can those of the areas around it.
    unsure = {
        outer
        for item in tallies
        if item.counters.surplus
        for outer in definition.path_of(item.division)
    }
    return tuple(
        replace(item, outstanding_cap=None) if item.division in unsure else item for item in tallies
    )


def areas_of(definition: Definition, contest: Contest) -> list[Division]:
    """Give the divisions of a contest, its own area first."""
    inside = [
        item
        for item in definition.divisions
        if contest.division in definition.path_of(item.division)
    ]
    return sorted(inside, key=lambda item: item.division != contest.division)


@dataclass(frozen=True, slots=True)
class _Figures:
    """The totals of all divisions, read out of their columns at once: one item per division.

    There can be a division per polling place, and asking the table for each figure of each of
    them takes longer than adding up the sheets.

    Attributes:
        contest: which one.
        candidacies: votes by candidacy.
        options: votes by party line, for those the source shows.
        categories: ballots by tally category; None where the source does not show it.
        unknown: sheets with an unreadable figure, by candidacy.
        others: the figures without a code, by column.
        has_cast: whether the ballots cast can be known.
    """

    contest: Contest
    candidacies: Sequence[Mapping[CandidacyCode, int]]
    options: Sequence[Mapping[OptionCode, int]]
    categories: Sequence[Mapping[CategoryCode, int | None]]
    unknown: Sequence[Mapping[CandidacyCode, int]]
    others: Sequence[Mapping[str, int]]
    has_cast: bool

    @classmethod
    def of(cls, totals: pl.DataFrame, table: SheetTable) -> _Figures:
        """Read the totals of a table."""
        contest = table.contest
        votes = {item.code: f"votes.{item.code}" for item in contest.candidacies}
        unknown = {code: f"unknown:{name}" for code, name in votes.items()}
        options = {item.code: option_field(item.code) for item in contest.options}
        options = {code: field for code, field in options.items() if table.has(field)}
        categories = {item.code: category_field(item.code) for item in contest.categories}
        shown = {code: field for code, field in categories.items() if table.has(field)}
        hidden: dict[CategoryCode, int | None] = dict.fromkeys(categories)
        has_cast = all(item.code in shown for item in contest.categories if item.in_ballots)
        if contest.votes_allowed > 1:
            # Votes do not tell how many ballots carried them; only a stated number does.
            states_cast = table.has("stated.cast") or bool(table.parts_of("stated.cast"))
            has_cast = states_cast or (has_cast and table.has("stated.valid"))
        coded = {"division", *votes.values(), *unknown.values(), *options.values()}
        return cls(
            contest=contest,
            candidacies=_by_code(totals, votes),
            options=_by_code(totals, options),
            categories=[hidden | row for row in _by_code(totals, shown)],
            unknown=_by_code(totals, unknown),
            others=_by_code(totals, {name: name for name in totals.columns if name not in coded}),
            has_cast=has_cast,
        )


_Code = TypeVar("_Code")


def _by_code(totals: pl.DataFrame, columns: Mapping[_Code, str]) -> list[dict[_Code, int]]:
    """Give some figures of every division by their code."""
    rows = zip(*(totals.get_column(name).to_list() for name in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows] or [{} for _ in totals.rows()]


def _division_tally(
    division: Division, figures: _Figures, position: int, *, is_listed: bool
) -> DivisionTally:
    row = figures.others[position]
    counters = Counters(
        expected=division.stations,
        counted=row["counted"],
        held=row["held"],
        closed=row["closed"],
        received=row["received"],
        out_of_catalogue=row["out_of_catalogue"],
    )
    return DivisionTally(
        division=division.division,
        counters=counters,
        candidacies=figures.candidacies[position],
        options=figures.options[position] or None,
        categories=figures.categories[position],
        unknown=figures.unknown[position],
        valid=row["valid"],
        cast=row["known_ballots"] if figures.has_cast else None,
        registered=row["registered"],
        registered_stations=row["registered_stations"],
        cast_where_registered=row["cast_where_registered"],
        register_used=row["used"],
        outstanding_cap=_outstanding_cap(counters, row, figures.contest, is_listed=is_listed),
        unreadable=row["unreadable"],
    )


def _outstanding_cap(
    counters: Counters, row: Mapping[str, int], contest: Contest, *, is_listed: bool
) -> int | None:
    """Give the most ballots that can still come, or None when some cap is unknown."""
    if row["held_caps_unknown"] or row["rooms_unknown"] or row["missing_caps_unknown"]:
        return None
    if is_listed:
        missing = row["missing_cap"]
    elif counters.missing == 0:
        missing = 0
    elif counters.missing is None or contest.max_ballots_per_station is None:
        return None
    else:
        missing = counters.missing * contest.max_ballots_per_station
    return missing + row["held_cap"] + row["room"]
