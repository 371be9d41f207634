"""V16, the end of it: no bulletin that was due is absent."""

from __future__ import annotations

from collections.abc import Iterable

from escrutinio.errors import Fault
from escrutinio.primitives.spelling import utc
from escrutinio.tabulation.ledger import Ledger
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["check_schedule"]


def check_schedule(ledger: Ledger, times_s: Iterable[int], book: StepBook) -> None:
    """Look whether the record proves a time at which another bulletin was due.

    The gaps between bulletins are looked at where their entries are. After the last one only
    others can say that time has passed: the witnesses that cosigned. A reader's own clock proves
    nothing, because a copy of a record is good for ever.

    Args:
        ledger: of the whole log.
        times_s: verified times of cosignatures, in seconds since 1970.
        book: where it is noted.
    """
    trust = ledger.genesis.trust
    schedule = None if trust is None else trust.bulletins
    if schedule is None or ledger.proclamations:
        return
    last = ledger.bulletins[-1].bulletin if ledger.bulletins else None
    since_s = schedule.begin_s if last is None else max(last.time_s, schedule.begin_s)
    due_s = since_s + schedule.every_s
    proved_s = max(times_s, default=0)
    if proved_s > due_s:
        number = 1 if last is None else last.number + 1
        expected = f"bulletin {number} by {utc(due_s)}, as the definition promises"
        found = f"none in a log that a witness saw at {utc(proved_s)}"
        book.fail(StepCode.V16, Fault("schedule of bulletins", expected, found))
