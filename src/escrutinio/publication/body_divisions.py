"""The figures of every division, as values of a bulletin's body.

Format page: docs/formats/bulletin-body.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from escrutinio.definition import Contest, Definition, DivisionId
from escrutinio.primitives import JsonValue
from escrutinio.publication.cut import ContestCut
from escrutinio.tabulation import DivisionTally

__all__ = ["describe_division", "describe_divisions", "roll_up"]


def describe_divisions(
    definition: Definition, cut: ContestCut, new: pl.DataFrame | None
) -> list[JsonValue]:
    """Give one item per division of a contest, its own area first.

    Args:
        definition: the election, as amended.
        cut: the contest.
        new: from ``find_new_stations``; None in the first bulletin.
    """
    contest = cut.contest
    registered = _registered_outstanding(cut)
    rolls = None if registered is None else roll_up(definition, contest, registered)
    arrivals = None if new is None else roll_up(definition, contest, new)
    return [
        {
            **describe_division(contest, item),
            "registered_outstanding": None if rolls is None else rolls[item.division][0],
            "registered_outstanding_stations": None if rolls is None else rolls[item.division][1],
            "new": None if arrivals is None else arrivals[item.division][0],
        }
        for item in cut.tally.divisions
    ]


def roll_up(
    definition: Definition, contest: Contest, leaf: pl.DataFrame
) -> Mapping[DivisionId, Sequence[int]]:
    """Add figures of divisions to every division that contains them.

    Args:
        definition: gives the tree, parents before children.
        contest: what stands in no division of the definition belongs to its own area.
        leaf: ``division``, then one integer column per figure; each division at most once.

    Returns:
        The sums by division, in the order of the columns.
    """
    width = leaf.width - 1
    sums = {item.division: [0] * width for item in definition.divisions}
    for division, *figures in leaf.iter_rows():
        _add(sums[division if division in sums else contest.division], figures)
    for item in reversed(definition.divisions):
        if item.parent is not None:
            _add(sums[item.parent], sums[item.division])
    return sums


def _add(sums: list[int], figures: Sequence[int]) -> None:
    for place, figure in enumerate(figures):
        sums[place] += figure


def _registered_outstanding(cut: ContestCut) -> pl.DataFrame | None:
    """Add the known rolls of the held and missing stations; None without a list of stations."""
    listed = cut.records.roster.stations
    if listed is None:
        return None
    outstanding = cut.rows.filter(pl.col("treatment").is_in(["held", "missing"]))
    rolls = listed.select("station", "roll").drop_nulls()
    known = outstanding.select("station", "division").join(rolls, on="station")
    return known.group_by("division").agg(
        pl.col("roll").sum(), pl.len().cast(pl.Int64).alias("stations")
    )


def describe_division(contest: Contest, tally: DivisionTally) -> dict[str, JsonValue]:
    """Give the counters and totals of one division."""
    counters, options = tally.counters, tally.options
    return {
        "division": tally.division,
        "expected": counters.expected,
        "counted": counters.counted,
        "held": counters.held,
        "missing": counters.missing,
        "closed": counters.closed,
        "received": counters.received,
        "out_of_catalogue": counters.out_of_catalogue,
        "candidacies": [tally.candidacies[item.code] for item in contest.candidacies],
        "options": None
        if options is None
        else [options.get(item.code) for item in contest.options],
        "categories": [tally.categories[item.code] for item in contest.categories],
        "unknown": [tally.unknown[item.code] for item in contest.candidacies],
        "valid": tally.valid,
        "cast": tally.cast,
        "registered": tally.registered,
        "registered_stations": tally.registered_stations,
        "cast_where_registered": tally.cast_where_registered,
        "register_used": tally.register_used,
        "outstanding_cap": tally.outstanding_cap,
        "unreadable": tally.unreadable,
    }
