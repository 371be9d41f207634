"""A verification on a terminal: one line per step, and the places of what failed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from escrutinio.errors import Fault
from escrutinio.operations.verification_report import VerificationReport
from escrutinio.primitives.spelling import utc
from escrutinio.site import Language
from escrutinio.verification import StepResult, StepStatus

__all__ = ["verification_lines"]

WIDTH = 79
#: Places shown per step; the JSON has up to a thousand.
MAX_SHOWN = 5
_INDENT = " " * 6


def verification_lines(report: VerificationReport, language: Language) -> Iterator[str]:
    """Give the lines of the report in one language."""
    verified = report.verified
    if verified.definition is not None:
        yield from _wrap(language.name(verified.definition.names), "")
        yield from _wrap(f"{language.word('verification.identity')} {verified.definition.identity}")
        if verified.definition.phase.value == "test":
            yield from _wrap(language.word("verification.test"))
    if verified.signed is not None:
        head = verified.signed.checkpoint
        word = language.word("verification.checkpoint", origin=head.origin, entries=head.size)
        yield from _wrap(word)
    if verified.bulletins:
        number, time_s = verified.bulletins[-1]
        word = language.word("verification.newest", number=number, time=utc(time_s))
        yield from _wrap(word)
    if verified.since:
        yield from _wrap(language.word("verification.since", entries=verified.since))
    yield ""
    for step in verified.steps:
        yield from _step(step, language)
    yield ""
    yield from _wrap(language.word(f"verification.answer.{report.answer}"), "")
    if not report.has_anchor:
        yield from _wrap(language.word("verification.without_anchor"), "")


def _step(step: StepResult, language: Language) -> Iterator[str]:
    status = step.status.value if step.is_asked else "not_asked"
    head = f"{step.code}  {language.word(f'verification.status.{status}'):<13} "
    yield from _wrap(language.word(f"verification.step.{step.code}"), " " * len(head), head)
    if step.is_asked:
        for reason in step.reasons:
            yield from _wrap(language.text(reason), _INDENT)
    for note in step.notes:
        yield from _wrap(language.text(note), _INDENT)
    if step.status in {StepStatus.FAILED, StepStatus.NOT_CHECKED}:
        for place in step.places[:MAX_SHOWN]:
            yield from _wrap(_place(place, language), _INDENT + "  ", _INDENT + "- ")
        if (more := step.total - MAX_SHOWN) > 0:
            yield from _wrap(language.word("verification.more_places", number=more), _INDENT)


def _place(place: Fault, language: Language) -> str:
    return language.word(
        "verification.place", where=place.where, expected=place.expected, found=place.found
    )


def _wrap(text: str, indent: str = "  ", first: str | None = None) -> Iterator[str]:
    # What stands in a record is shown, and never obeyed by a terminal.
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    yield from textwrap.wrap(
        shown,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
