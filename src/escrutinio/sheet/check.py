"""What a check is: its entry in the catalogue, and its rule as column expressions.

Every family file in ``checks/`` holds both side by side. A rule is written once and runs over a
whole table in one pass; a single sheet is a table of one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from escrutinio.definition import Severity
from escrutinio.primitives import Names

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Check", "Rule", "check"]

#: Severities by (machine-printed, handwritten). What the surveyed systems call an error holds a
#: machine-printed sheet and only warns on a handwritten one: those slip often and innocently.
ERROR = (Severity.HOLD, Severity.WARN)
BLOCK = (Severity.BLOCK, Severity.BLOCK)
HOLD = (Severity.HOLD, Severity.HOLD)
WARN = (Severity.WARN, Severity.WARN)
INFO = (Severity.INFO, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the catalogue.

    Attributes:
        code: permanent code.
        origin: letter code of the survey the rule was taken from.
        title: what was found, in words.
        remedy: what to do about it, in words.
        fields: what it looks at.
        machine: severity on machine-printed sheets.
        handwritten: severity on handwritten sheets.
        limits: names of its limits, with their values unless a definition sets others.
    """

    code: str
    origin: str
    title: Names
    remedy: Names
    fields: str
    machine: Severity
    handwritten: Severity
    limits: Mapping[str, int] = field(default_factory=dict)


def check(
    code: str,
    origin: str,
    severity: tuple[Severity, Severity],
    fields: str,
    *,
    en: tuple[str, str],
    es: tuple[str, str],
    **limits: int,
) -> Check:
    """Write an entry: ``en`` and ``es`` are (title, remedy)."""
    title, remedy = (Names({"en": en[part], "es": es[part]}) for part in (0, 1))
    return Check(code, origin, title, remedy, fields, severity[0], severity[1], limits)


@dataclass(frozen=True, slots=True)
class Rule:
    """A check over a table.

    Attributes:
        code: of the catalogue.
        when: true on rows that have the finding; null counts as false.
        expected: figure the row should have, or None.
        found: figure the row has, or None.
        fields: fields of this rule; empty takes the catalogue's.
    """

    code: str
    when: pl.Expr
    expected: pl.Expr | None = None
    found: pl.Expr | None = None
    fields: str = ""
