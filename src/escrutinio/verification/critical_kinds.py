"""Where a log depends on an entry of a kind that this version does not know.

Its number says that it is critical: it may change what any later entry means, who may sign it too.
What shows before its place stands; what depends on the state behind it is "not checked".

Reference: docs/formats/entries.md, Kinds to come.
"""

from __future__ import annotations

from collections.abc import Sequence

from escrutinio.errors import Fault
from escrutinio.log.entries import UnknownContent
from escrutinio.primitives import say
from escrutinio.tabulation.ledger import Departure, Ledger
from escrutinio.verification.bulletins import BULLETIN_STEPS
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["note_departures", "withdraw_meaning"]

#: Steps about single entries that ask what is in force at their place.
_ON_STATE = frozenset({StepCode.V02, StepCode.V08, StepCode.V10, StepCode.V20})
#: Steps that are computed from the whole state, and of which nothing is kept.
_ON_MEANING = (StepCode.V09, StepCode.V10, *BULLETIN_STEPS, StepCode.V20)


def note_departures(ledger: Ledger, book: StepBook) -> None:
    """Note every departure of a ledger that does not depend on a critical entry before it."""
    _note(_certain(ledger), book)


def withdraw_meaning(ledger: Ledger, book: StepBook) -> None:
    """Take back what depends on an entry that a reader must understand, and name it."""
    places = _critical(ledger)
    if not places:
        return
    reason = say("verification.reason.critical_unknown")
    faults = [
        Fault(f"entry {index}", "a kind that this version knows", str(kind))
        for index, kind in places
    ]
    book.withdraw(reason, *_ON_MEANING)
    _note([item for item in _certain(ledger) if StepCode(item.step) in _ON_MEANING], book)
    for code in (StepCode.V02, StepCode.V08, *_ON_MEANING):
        book.leave(code, reason, *faults)


def _critical(ledger: Ledger) -> list[tuple[int, int]]:
    """Give place and content type of every critical entry."""
    return [
        (entry.index, content.content_type)
        for entry in ledger.records
        if isinstance(content := entry.content, UnknownContent) and content.is_critical
    ]


def _certain(ledger: Ledger) -> Sequence[Departure]:
    places = _critical(ledger)
    if not places:
        return ledger.departures
    first = places[0][0]
    return [
        item
        for item in ledger.departures
        if item.index < first or StepCode(item.step) not in _ON_STATE
    ]


def _note(departures: Sequence[Departure], book: StepBook) -> None:
    for item in departures:
        book.fail(StepCode(item.step), Fault(item.where, item.expected, item.found))
