"""The steps of verification: their permanent codes, how a step can end, and where that is noted.

A step ends in one of four ways:

- **failed**: the record departs from the rules, at every place that is named. A station that did
  so, found and treated as the frozen profile says, is no departure of the record.
- **not checked**: something was missing, or an earlier step took its ground away.
- **not applicable**: this kind of record has nothing of the kind.
- **passed**: the step was carried out to its end and none of the above happened.

A step passes only when its own code says that it was carried out. Whatever nobody has reported is
"not checked", so that a step that was forgotten can never be a step that passed.

The words of the steps stand in ``site/words``; page: docs/reference/verification-steps.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from escrutinio.errors import Fault
from escrutinio.primitives import Message, say

__all__ = [
    "MAX_PLACES",
    "Answer",
    "StepBook",
    "StepCode",
    "StepResult",
    "StepStatus",
    "answer_of",
]

#: Most places named per step; further ones are counted.
MAX_PLACES = 1_000


class StepCode(StrEnum):
    """A step; the code never means anything else."""

    V01 = "V01"  #: definition is canonical and its identity is the reader's
    V02 = "V02"  #: stations and divisions match their digests and form a tree; amendments approved
    V03 = "V03"  #: checkpoint signed by the reader's log key
    V04 = "V04"  #: enough independent witness cosignatures for the reader's policy, and how old
    V05 = "V05"  #: every tile and entry hashes to the checkpoint's root
    V06 = "V06"  #: consistent with every older checkpoint given
    V07 = "V07"  #: every entry well-formed and canonical
    V08 = "V08"  #: every signature valid under a key enrolled for that role and station
    V09 = "V09"  #: sheet links to its seal, the seal to its opening
    V10 = "V10"  #: one chain of versions per station and contest
    V11 = "V11"  #: sheet checks recomputed, findings equal those published
    V12 = "V12"  #: holds, releases and closures follow the profile or an approved decision
    V13 = "V13"  #: ballots against admitted against registered
    V14 = "V14"  #: counters add up at every level
    V15 = "V15"  #: totals recomputed equal each bulletin
    V16 = "V16"  #: bulletins form a chain, none due is absent, no station drops silently
    V17 = "V17"  #: every outcome statement follows from the worst case
    V18 = "V18"  #: exports equal the record
    V19 = "V19"  #: manifest covers every file
    V20 = "V20"  #: the proclamation, or an announcement, equals the bulletin it names
    V21 = "V21"  #: every receipt and signed sheet the reader holds is in the log, unconflicted


class StepStatus(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


class Answer(StrEnum):
    """What all steps together say."""

    VERIFIED = "verified"
    CONTRADICTED = "contradicted"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step ended.

    Attributes:
        code: which step.
        status: how it ended.
        is_asked: whether the answer depends on it; false for an optional input that was not given.
        places: where the record departs from the rules, or what was missing; at most
            ``MAX_PLACES``.
        total: number of all such places.
        reasons: why it was not checked, or is not applicable.
        notes: what else it found, such as who has cosigned.
    """

    code: StepCode
    status: StepStatus
    is_asked: bool
    places: tuple[Fault, ...]
    total: int
    reasons: tuple[Message, ...]
    notes: tuple[Message, ...]


def answer_of(results: Iterable[StepResult]) -> Answer:
    """Give the answer to all steps: one that failed goes before one that was not checked."""
    asked = [result for result in results if result.is_asked]
    if any(result.status is StepStatus.FAILED for result in asked):
        return Answer.CONTRADICTED
    if any(result.status is StepStatus.NOT_CHECKED for result in asked):
        return Answer.UNCHECKED
    return Answer.VERIFIED


@dataclass(slots=True)
class _Page:
    """What was noted of one step."""

    failures: list[Fault] = field(default_factory=list)
    missing: list[Fault] = field(default_factory=list)
    failed: int = 0
    lacking: int = 0
    reasons: list[Message] = field(default_factory=list)
    exemptions: list[Message] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)
    is_done: bool = False
    is_asked: bool = True


class StepBook:
    """Where the steps note what they find, in any order."""

    def __init__(self) -> None:
        """Begin with every step not checked."""
        self._pages = {code: _Page() for code in StepCode}

    def fail(self, code: StepCode, *places: Fault) -> None:
        """Note places where the record departs from the rules."""
        page = self._pages[code]
        page.failed += len(places)
        page.failures += places[: MAX_PLACES - len(page.failures)]

    def leave(self, code: StepCode, reason: Message, *missing: Fault) -> None:
        """Note why a step cannot be carried out, and what is missing for it."""
        page = self._pages[code]
        if reason not in page.reasons:
            page.reasons.append(reason)
        page.lacking += len(missing)
        page.missing += missing[: MAX_PLACES - len(page.missing)]

    def exempt(self, code: StepCode, reason: Message) -> None:
        """Note that this record has nothing that a step could look at."""
        self._pages[code].exemptions.append(reason)

    def finish(self, *codes: StepCode) -> None:
        """Note that steps were carried out to their end."""
        for code in codes:
            self._pages[code].is_done = True

    def remark(self, code: StepCode, note: Message) -> None:
        """Note something beside the status of a step."""
        self._pages[code].notes.append(note)

    def skip(self, code: StepCode, reason: Message) -> None:
        """Note that a step is about an optional input that was not given."""
        page = self._pages[code]
        page.is_asked = False
        page.reasons.append(reason)

    def withdraw(self, reason: Message, *codes: StepCode) -> None:
        """Take back what was noted of steps whose ground an earlier step took away."""
        for code in codes:
            self._pages[code] = _Page(reasons=[reason])

    def has_failed(self, code: StepCode) -> bool:
        """Say whether a departure was noted for a step."""
        return self._pages[code].failed > 0

    def is_sound(self, code: StepCode) -> bool:
        """Say whether a step was carried out and nothing speaks against it so far."""
        page = self._pages[code]
        return page.is_done and not page.failed and not page.reasons

    def results(self) -> tuple[StepResult, ...]:
        """Give every step in order."""
        return tuple(_result(code, page) for code, page in self._pages.items())


def _result(code: StepCode, page: _Page) -> StepResult:
    places, total, reasons = page.failures, page.failed, page.reasons
    if page.failed:
        status, reasons = StepStatus.FAILED, []
    elif page.reasons:
        status, places, total = StepStatus.NOT_CHECKED, page.missing, page.lacking
    elif page.exemptions:
        status, reasons = StepStatus.NOT_APPLICABLE, page.exemptions
    elif page.is_done:
        status = StepStatus.PASSED
    else:
        status, reasons = StepStatus.NOT_CHECKED, [say("verification.reason.not_reached")]
    return StepResult(
        code,
        status,
        page.is_asked or bool(page.failed),
        tuple(places),
        total,
        tuple(reasons),
        tuple(page.notes),
    )
