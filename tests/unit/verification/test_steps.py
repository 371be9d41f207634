"""What a step can end in, and what all of them together say."""

from __future__ import annotations

from escrutinio.errors import Fault
from escrutinio.primitives import say
from escrutinio.site import load_language
from escrutinio.verification import (
    MAX_PLACES,
    Answer,
    StepBook,
    StepCode,
    StepStatus,
    answer_of,
)

FAULT = Fault("entry 7", "one thing", "another")
REASON = say("verification.reason.none_given")


def _status(book: StepBook, code: StepCode) -> StepStatus:
    return next(step.status for step in book.results() if step.code is code)


def test_a_step_that_nobody_reported_is_not_checked() -> None:
    """A step that was forgotten must never look like one that passed."""
    book = StepBook()
    assert {step.status for step in book.results()} == {StepStatus.NOT_CHECKED}
    assert answer_of(book.results()) is Answer.UNCHECKED


def test_a_failure_goes_before_everything_else() -> None:
    """Whatever could not be checked, one contradiction is enough."""
    book = StepBook()
    book.finish(*StepCode)
    assert answer_of(book.results()) is Answer.VERIFIED
    book.exempt(StepCode.V09, REASON)
    assert answer_of(book.results()) is Answer.VERIFIED
    book.leave(StepCode.V04, REASON)
    assert answer_of(book.results()) is Answer.UNCHECKED
    book.fail(StepCode.V04, FAULT)
    assert _status(book, StepCode.V04) is StepStatus.FAILED
    assert answer_of(book.results()) is Answer.CONTRADICTED


def test_what_was_not_asked_changes_no_answer() -> None:
    """A reader without receipts must get the same answer as one with good ones."""
    book = StepBook()
    book.finish(*(set(StepCode) - {StepCode.V21}))
    book.skip(StepCode.V21, REASON)
    assert answer_of(book.results()) is Answer.VERIFIED


def test_places_are_bounded_and_counted() -> None:
    """A record with a million wrong entries gives a report and not a full disk."""
    book = StepBook()
    for _ in range(3):
        book.fail(StepCode.V08, *[FAULT] * MAX_PLACES)
    step = next(step for step in book.results() if step.code is StepCode.V08)
    assert (len(step.places), step.total) == (MAX_PLACES, 3 * MAX_PLACES)


def test_a_step_without_ground_says_nothing_else() -> None:
    """What follows from missing entries is no fault of its own."""
    book = StepBook()
    book.fail(StepCode.V15, FAULT)
    book.finish(StepCode.V15)
    book.withdraw(REASON, StepCode.V15)
    step = next(step for step in book.results() if step.code is StepCode.V15)
    assert (step.status, step.reasons, step.total) == (StepStatus.NOT_CHECKED, (REASON,), 0)


def test_every_step_has_its_words_in_both_languages() -> None:
    """Program, page and report say the same."""
    for language in ("en", "es"):
        words = load_language(language).words
        assert all(f"verification.step.{code}" in words for code in StepCode)
        assert all(f"verification.status.{status}" in words for status in StepStatus)
        assert all(f"verification.answer.{answer}" in words for answer in Answer)
