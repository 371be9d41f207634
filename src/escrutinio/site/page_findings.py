"""Findings as the page shows them: by severity, with the first examples of each code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from escrutinio.definition import Severity
from escrutinio.operations import ContestReport, FindingExample, FindingGroup

__all__ = ["FindingRow", "SeverityRows", "view_findings"]

#: Examples shown per code; the JSON report lists more.
MAX_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One code.

    Attributes:
        group: code, title, remedy and numbers.
        examples: the first findings.
        more: findings that are not among the examples; 0 without any examples.
    """

    group: FindingGroup
    examples: tuple[FindingExample, ...]
    more: int


@dataclass(frozen=True, slots=True)
class SeverityRows:
    """All codes of one severity."""

    severity: Severity
    rows: tuple[FindingRow, ...]


def view_findings(report: ContestReport) -> tuple[SeverityRows, ...]:
    """Gather the findings, most severe first as the report has them."""
    order = list(Severity)
    groups = sorted(report.findings, key=lambda group: order.index(group.severity))
    return tuple(
        SeverityRows(severity, tuple(_row(group) for group in found))
        for severity, found in groupby(groups, key=lambda group: group.severity)
    )


def _row(group: FindingGroup) -> FindingRow:
    examples = group.findings[:MAX_EXAMPLES]
    return FindingRow(group, examples, len(group.findings) - len(examples))
