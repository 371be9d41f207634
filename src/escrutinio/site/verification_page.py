"""The report of a verification as one self-contained page.

As with ``report_page``: everything stands in the one file, nothing is fetched, there is no program
in it, and the same report in the same language gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.errors import Fault
from escrutinio.operations.verification_report import VerificationReport
from escrutinio.primitives.spelling import utc
from escrutinio.site.language import Language
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page
from escrutinio.verification import StepResult

__all__ = ["render_verification_page"]

#: Places shown per step; the JSON report lists more.
MAX_SHOWN = 100


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as the page shows it.

    Attributes:
        result: how it ended.
        status: word key of its status; a step about something that was not given has its own.
        verdict: class of its colour.
        places: the first places.
        more: number of places that are not shown.
    """

    result: StepResult
    status: str
    verdict: str
    places: tuple[Fault, ...]
    more: int


_VERDICTS = {"passed": "supported", "failed": "contradicted"}


def render_verification_page(report: VerificationReport, language: Language) -> bytes:
    """Write a report as an HTML page.

    Args:
        report: what the verification reports.
        language: of every sentence of the page.

    Returns:
        The page in UTF-8; the same bytes for the same report and language.
    """
    words = PageWords(language)
    return render_page(
        "verification.html.j2",
        words,
        report=report,
        verified=report.verified,
        steps=[_view(step) for step in report.verified.steps],
        utc=utc,
    )


def _view(step: StepResult) -> StepView:
    status = step.status.value if step.is_asked else "not_asked"
    places = step.places[:MAX_SHOWN]
    verdict = _VERDICTS.get(status, "cannot_be_checked")
    return StepView(step, status, verdict, places, step.total - len(places))
