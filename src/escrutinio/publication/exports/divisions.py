"""The totals of a contest, one row per division.

Format page: docs/formats/exports.md.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from escrutinio.definition import Definition
from escrutinio.publication.cut import ContestCut
from escrutinio.sheet.fields import candidacy_field, category_field, option_field

__all__ = ["division_rows", "guard_cell"]

#: Characters with which a cell begins that spreadsheets take for a formula.
_FORMULA = ("=", "+", "-", "@")


def guard_cell(text: str) -> str:
    """Put an apostrophe in front of a text that a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def division_rows(definition: Definition, cut: ContestCut) -> pl.DataFrame:
    """Make the table: the contest's own area first, then in the definition's order.

    Args:
        definition: the election, as amended.
        cut: the contest.
    """
    divisions = [definition.division_by_id[item.division] for item in cut.tally.divisions]
    text: dict[str, list[str | None]] = {
        "division": [item.division for item in divisions],
        "parent": [item.parent for item in divisions],
        "level": [item.level for item in divisions],
        "name": [guard_cell(item.name) for item in divisions],
    }
    return pl.DataFrame(
        [pl.Series(name, cells, dtype=pl.String) for name, cells in text.items()]
        + [pl.Series(name, cells, dtype=pl.Int64) for name, cells in _figures(cut)]
    )


def _figures(cut: ContestCut) -> Iterator[tuple[str, list[int | None]]]:
    rows, contest = cut.tally.divisions, cut.contest
    for name in (
        "expected",
        "counted",
        "held",
        "missing",
        "closed",
        "received",
        "out_of_catalogue",
    ):
        yield name, [getattr(item.counters, name) for item in rows]
    for candidacy in contest.candidacies:
        code = candidacy.code
        yield candidacy_field(code), [item.candidacies[code] for item in rows]
    for option in contest.options:
        yield option_field(option.code), [(item.options or {}).get(option.code) for item in rows]
    for category in contest.categories:
        figures = [item.categories[category.code] for item in rows]
        yield category_field(category.code), figures
    for candidacy in contest.candidacies:
        code = candidacy.code
        yield f"unknown.{code}", [item.unknown[code] for item in rows]
    for name in (
        "valid",
        "cast",
        "registered",
        "registered_stations",
        "cast_where_registered",
        "outstanding_cap",
        "unreadable",
    ):
        yield name, [getattr(item, name) for item in rows]
