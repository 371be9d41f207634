"""The report of a check as one self-contained page.

Everything stands in the one file: styles and pictures are part of it, there is no program in it,
and its own policy forbids a browser to fetch anything. The same report gives the same bytes.

The words come from the catalogues, the figures from the report; templates only put them in order.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from escrutinio.claims import EvidenceClass
from escrutinio.operations import CheckReport, ContestReport
from escrutinio.primitives import Message
from escrutinio.site.language import Language
from escrutinio.site.page_bounds import BoundsView, view_bounds
from escrutinio.site.page_claims import ClaimsView, view_claims
from escrutinio.site.page_coverage import KINDS, CoverageView, view_coverage
from escrutinio.site.page_findings import SeverityRows, view_findings
from escrutinio.site.page_rule import say_rule
from escrutinio.site.page_totals import TotalsView, view_totals
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page
from escrutinio.tabulation import FileRole

__all__ = ["render_report_page"]

#: What the command line calls a file, by what it is read for.
_OPTIONS = {
    FileRole.PROFILE: "--profile",
    FileRole.ROLLS: "--rolls",
    FileRole.ROLLS_PROFILE: "--rolls-profile",
    FileRole.CLAIMS: "--claims",
}
#: Name of sheets that came through a pipe.
_STANDARD_INPUT = "standard input"


@dataclass(frozen=True, slots=True)
class ContestView:
    """Everything the page says of one contest.

    Attributes:
        prefix: start of every anchor of this contest.
        report: the contest.
        rule: the decision rule in words.
        totals: section on totals.
        coverage: section on coverage.
        bounds: section on bounds and outcome.
        findings: section on findings.
        claims: section on claims.
    """

    prefix: str
    report: ContestReport
    rule: tuple[Message, ...]
    totals: TotalsView
    coverage: CoverageView
    bounds: BoundsView
    findings: tuple[SeverityRows, ...]
    claims: ClaimsView


def render_report_page(report: CheckReport, language: Language) -> bytes:
    """Write a report as an HTML page.

    Args:
        report: what the check reports.
        language: of every sentence of the page.

    Returns:
        The page in UTF-8; the same bytes for the same report and language.
    """
    words = PageWords(language)
    return render_page(
        "report.html.j2",
        words,
        report=report,
        contests=[_view(report, item, f"c{n}") for n, item in enumerate(report.contests, start=1)],
        command=_command(report, words.code),
        classes=[item.value for item in EvidenceClass],
        kinds=KINDS,
    )


def _view(report: CheckReport, contest: ContestReport, prefix: str) -> ContestView:
    return ContestView(
        prefix=prefix,
        report=contest,
        rule=say_rule(contest.contest, report.definition),
        totals=view_totals(contest, report.definition),
        coverage=view_coverage(contest, report.definition),
        bounds=view_bounds(contest),
        findings=view_findings(contest),
        claims=view_claims(contest, report.claims, report.source, prefix),
    )


def _command(report: CheckReport, language: str) -> str:
    """Give the command that makes this page again; capitals stand for files of the reader's."""
    sheets = [_argument(file.name) for file in report.sheet_files]
    parts = ["escrutinio check", *(["EVIDENCE.json"] if report.from_evidence else sheets)]
    parts.append("--definition DEFINITION")
    for role, option in _OPTIONS.items():
        # Behind an evidence file stand sheets and profiles that it makes unnecessary.
        if role is FileRole.CLAIMS or not report.from_evidence:
            parts += [f"{option} {_argument(f.name)}" for f in report.files if f.role is role]
    if report.claims and not any(file.role is FileRole.CLAIMS for file in report.files):
        parts.append("--claims CLAIMS")
    return " ".join([*parts, f"--lang {language}", "--html REPORT.html", "--json REPORT.json"])


def _argument(name: str) -> str:
    return "-" if name == _STANDARD_INPUT else shlex.quote(name)
