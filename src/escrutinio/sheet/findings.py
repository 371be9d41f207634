"""Running the catalogue over a table of sheets.

``check_sheets`` gives the findings as a frame, one row per finding:

============  ================================================================================
``index``     row of the table; null for a finding about the whole table
``code``      of the catalogue
``severity``  by the sheet type and the definition's frozen profile
``station``   station id; null for a finding about the whole table
``file``      index of the file; ``row`` the record number in it
``fields``    what the finding is about
``expected``  figure the rule expects, where it expects one
``found``     figure that is there
============  ================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from escrutinio.definition import Definition, Severity
from escrutinio.sheet.catalogue import CATALOGUE, limit_of, severity_of
from escrutinio.sheet.check import Rule
from escrutinio.sheet.checks import arithmetic, bounds, legibility, plausibility, structure
from escrutinio.sheet.checks.view import CheckView
from escrutinio.sheet.fields import SheetStatus, candidacy_field
from escrutinio.sheet.roster import Roster
from escrutinio.sheet.table import SheetTable

__all__ = ["FINDINGS_SCHEMA", "check_sheets", "is_held"]

FINDINGS_SCHEMA = {
    "index": pl.UInt32,
    "code": pl.String,
    "severity": pl.String,
    "station": pl.String,
    "file": pl.UInt16,
    "row": pl.UInt32,
    "fields": pl.String,
    "expected": pl.Int64,
    "found": pl.Int64,
}
_FAMILIES = (structure, legibility, arithmetic, bounds, plausibility)


def check_sheets(
    table: SheetTable,
    definition: Definition,
    roster: Roster,
    other_contests: Sequence[SheetTable] = (),
) -> pl.DataFrame:
    """Run every check that this table can decide.

    Args:
        table: the sheets of one contest.
        definition: gives the frozen limits and severities.
        roster: what is known of the stations beside the sheets.
        other_contests: sheets of other contests from the same source, for SHEET-212.

    Returns:
        The findings, in the order of the rows and then of the codes.
    """
    frame, other_cast = _with_other_contest(roster.attach(table), other_contests)
    view = CheckView(
        table, frame, lambda name: limit_of(name, definition.check_profile), other_cast
    )
    found = [
        _evaluate(rule, hits, view)
        for family in _FAMILIES
        for rule, hits in _hits(tuple(family.rules(view)), frame)
    ]
    found += list(_about_the_table(view))
    findings = pl.concat([pl.DataFrame(schema=_RAW_SCHEMA), *found])
    severities = {
        code: severity_of(code, table.sheet_type, definition.check_profile).value
        for code in CATALOGUE
    }
    return (
        findings.with_columns(pl.col("code").replace_strict(severities).alias("severity"))
        .select(list(FINDINGS_SCHEMA))
        .cast(pl.Schema(FINDINGS_SCHEMA))
        .sort("index", "code", "fields", nulls_last=False, maintain_order=True)
    )


_RAW_SCHEMA = {name: kind for name, kind in FINDINGS_SCHEMA.items() if name != "severity"}


def is_held() -> pl.Expr:
    """Say of a finding whether it keeps its sheet out of the totals."""
    return pl.col("severity").is_in([Severity.BLOCK.value, Severity.HOLD.value])


def _hits(rules: Sequence[Rule], frame: pl.DataFrame) -> Iterator[tuple[Rule, pl.DataFrame]]:
    """Evaluate the conditions in one pass; give the rules that hit, with their rows."""
    when = [
        rule.when.fill_null(value=False).alias(str(number)) for number, rule in enumerate(rules)
    ]
    # Many rules ask for the same sums; the lazy engine works each of them out once.
    conditions = frame.lazy().select(when).collect()
    places = frame.select("index", "station", "file", "row")
    for number, rule in enumerate(rules):
        hit = conditions.get_column(str(number))
        if hit.any():
            # A condition without columns (a literal) is one value for the whole table.
            is_literal = len(hit) != frame.height
            mask = pl.repeat(value=True, n=frame.height, eager=True) if is_literal else hit
            yield rule, places.filter(mask)


def _evaluate(rule: Rule, hits: pl.DataFrame, view: CheckView) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.Int64)
    # Window expressions must see the whole table, so figures are computed there and joined.
    wanted = [
        (rule.expected if rule.expected is not None else nothing).alias("expected"),
        (rule.found if rule.found is not None else nothing).alias("found"),
    ]
    figures = view.frame.select("index", *wanted).join(hits.select("index"), on="index")
    return (
        hits.join(figures, on="index")
        .select(
            "index",
            pl.lit(rule.code).alias("code"),
            "station",
            "file",
            "row",
            pl.lit(rule.fields or CATALOGUE[rule.code].fields).alias("fields"),
            pl.col("expected").cast(pl.Int64),
            pl.col("found").cast(pl.Int64),
        )
        .cast(pl.Schema(_RAW_SCHEMA))
    )


def _with_other_contest(
    frame: pl.DataFrame, others: Sequence[SheetTable]
) -> tuple[pl.DataFrame, str | None]:
    """Join the ballots cast at the same station in the first other contest that states them.

    A station whose sheets of that contest state different numbers has none to compare with.
    """
    is_sheet = pl.col("status") == SheetStatus.SHEET.value
    for other in others:
        if other.has("stated.cast"):
            stated = other.frame.filter(is_sheet).select("station", other_cast="stated.cast")
            stated = stated.drop_nulls().unique()
            stated = stated.filter(pl.col("station").is_unique())
            joined = frame.join(stated, on="station", how="left", maintain_order="left")
            return joined, "other_cast"
    return frame, None


def _about_the_table(view: CheckView) -> Iterator[pl.DataFrame]:
    """Give the findings that are about a whole column and not about one sheet."""
    table = view.table
    for candidacy in table.contest.candidacies:
        own = candidacy_field(candidacy.code)
        lines = table.lines_of(candidacy.code)
        if table.has(own) or table.shows_lines_of(candidacy.code):
            continue
        shown_in_part = any(table.has(line) for line in lines)
        for name in lines if shown_in_part else (own,):
            if not table.has(name):
                yield _table_finding("SHEET-004", name, None)
    least = view.limit("residue_min_rows")
    sheets = view.frame.filter(view.is_sheet)
    for field in table.fields:
        factor = plausibility.largest_common_factor(sheets.get_column(field), least)
        if factor is not None:
            yield _table_finding("SHEET-408", f"{field} (x{factor[0]})", factor[1])


def _table_finding(code: str, fields: str, found: int | None) -> pl.DataFrame:
    row = {"code": code, "fields": fields, "found": found}
    return pl.DataFrame(
        [{name: row.get(name) for name in _RAW_SCHEMA}],
        schema=_RAW_SCHEMA,
    )
