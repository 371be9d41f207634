"""Random logs of the small election of ``ledger_world``: honest people, rogues and mistakes.

Most entries are signed by somebody who may sign them and name an entry of the right kind; about
one in twelve is signed by anybody, and about one in ten names anything. Logs are short and stations
few, so that entries meet.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from escrutinio.definition import BulletinSchedule, Definition
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    AuditRecord,
    AuditRecordKind,
    Bulletin,
    CandidacyWithdrawn,
    Change,
    Closure,
    Confirmation,
    Content,
    Decision,
    DecisionKind,
    DecisionReason,
    Entry,
    Genesis,
    Hold,
    KeyReplaced,
    LoggedSheet,
    PolicyReplaced,
    Proclamation,
    SignerEnrolled,
    StationMoved,
    UnknownContent,
    WithdrawnVotes,
)
from escrutinio.polling import (
    AdmittedSeal,
    ClosingAudit,
    Custody,
    CustodyEvent,
    Incident,
    IncidentClass,
    StationOpening,
)
from escrutinio.sheet.tally_sheet import NOT_ON_FORM
from escrutinio.sheet.transcribed import TranscribedSheet
from tests.builders import contest
from tests.ledger_world import POLICY, SIGNERS, Writer, key_of, official, sheet, transcription

__all__ = ["RandomLog", "random_log"]

_ANYBODY = (*SIGNERS, "new1", "new2", "stranger")
_STATIONS = ("1", "2", "3", "4", "nowhere")
_NO_ENTRY = bytes(32)
#: Who signs what a station sends, and who can confirm a sheet.
_AT_STATION = {
    "1": ("d1", "d1", "d1", "b1", "new1"),
    "2": ("d2", "b1", "b2"),
    "3": ("c1", "c2", "b1"),
    "4": ("c3", "c4", "b1"),
    "nowhere": ("b1", "c4"),
}
_OTHERS = {"c1": ("c2",), "c2": ("c1",), "b1": ("b2",), "b2": ("b1",)}
Make: TypeAlias = "Callable[[_Draws], Content]"


@dataclass
class RandomLog:
    """A log and its election."""

    definition: Definition
    entries: list[Entry]


class _Draws:
    """Draws the parts of entries; knows what was logged."""

    def __init__(self, seed: int, log: Writer) -> None:
        # Hypothesis would draw its favourite numbers, and most logs would hold nothing good.
        self._random = random.Random(seed)  # noqa: S311  # makes test data
        self._log = log

    @property
    def entries(self) -> list[Entry]:
        return self._log.entries

    def text(self, items: Sequence[str]) -> str:
        return self._random.choice(items)

    def number(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def chance(self, one_in: int) -> bool:
        return not self._random.randrange(one_in)

    def name(self, *kinds: type) -> bytes:
        """Name an entry of some kinds, or now and then any entry or none."""
        known = [item for item in self._log.entries if isinstance(item.content, kinds)]
        if self.chance(10) or not known:
            known = self._log.entries
        if self.chance(20) or not known:
            return _NO_ENTRY
        # The latest entries are named most.
        return known[-1 - min(self.number(0, 5), self.number(0, len(known) - 1))].digest

    def content_of(self, digest: bytes) -> Content | None:
        found = [item.content for item in self._log.entries if item.digest == digest]
        return found[0] if found else None

    def figure(self) -> int | None:
        return None if self.chance(12) else self.number(0, 3)

    def figures(self, size: int) -> tuple[int | None, ...]:
        return tuple(self.figure() for _ in range(size))

    def signer(self, content: Content, usual: Sequence[str]) -> str:
        """Draw who signs: mostly somebody who may."""
        if self.chance(12):
            return self.text(_ANYBODY)
        if isinstance(content, StationOpening | AdmittedSeal | LoggedSheet):
            return self.text(_AT_STATION[content.station])
        if isinstance(content, Confirmation):
            signed = [item for item in self.entries if item.digest == content.sheet]
            first = [name for name in _ANYBODY if signed and key_of(name) == signed[0].key]
            return self.text(_OTHERS.get(first[0], usual) if first else usual)
        return self.text(usual)

    def contest(self) -> int:
        return 2 if self.chance(30) else int(self.chance(4))

    def shape(self, of: int) -> int:
        lines = (3, 2, 2)[of]
        return lines + 1 if self.chance(40) else lines

    def station(self) -> str:
        return "1" if self.chance(2) else self.text(_STATIONS)


def _opening(draws: _Draws) -> Content:
    counters = 0 if not draws.chance(6) else draws.figure()
    return StationOpening(draws.station(), draws.number(0, 3), counters)


def _seal(draws: _Draws) -> Content:
    follows = draws.name(StationOpening)
    named = draws.content_of(follows)
    is_same = isinstance(named, StationOpening) and not draws.chance(8)
    station = named.station if is_same and isinstance(named, StationOpening) else draws.station()
    return AdmittedSeal(station, draws.contest(), draws.figure(), draws.number(0, 2), follows)


def _sheet(draws: _Draws) -> Content:
    version = 2 if draws.chance(4) else 1
    follows = draws.name(LoggedSheet) if version > 1 else draws.name(AdmittedSeal)
    named = draws.content_of(follows)
    station, of = draws.station(), draws.contest()
    if isinstance(named, AdmittedSeal | LoggedSheet) and not draws.chance(8):
        station, of = named.station, named.contest
    admitted = draws.figure()
    if isinstance(named, AdmittedSeal) and not draws.chance(6):
        admitted = named.admitted
    if draws.chance(6):
        admitted = NOT_ON_FORM
    votes = draws.figures(draws.shape(of))
    return sheet(
        station,
        votes,
        null=draws.figure(),
        of=of,
        version=version,
        follows=follows,
        admitted=admitted,
    )


def _reading(draws: _Draws) -> Content:
    version = 2 if draws.chance(3) else 1
    follows = draws.name(TranscribedSheet) if version > 1 else None
    named = None if follows is None else draws.content_of(follows)
    station, of = draws.station(), draws.contest()
    if isinstance(named, TranscribedSheet) and not draws.chance(8):
        station, of = named.station, named.contest
    names = ("candidacy.A", "candidacy.B", "category.null")
    figures = {name: draws.number(0, 3) for name in names}
    if draws.chance(20):
        figures["candidacy.Z"] = 1
    status = draws.number(0, 8) if draws.chance(4) else 0
    reason = 1 if version > 1 else None
    return TranscribedSheet(
        station, of, version, status, None, None, figures, (), None, (), follows, reason
    )


def _confirmation(draws: _Draws) -> Content:
    return Confirmation(draws.name(LoggedSheet), None)


def _hold(draws: _Draws) -> Content:
    codes = ("CHAIN-003", "SHEET-301", "SHEET-303")
    first = draws.number(0, 2)
    return Hold(draws.name(LoggedSheet, TranscribedSheet), codes[first : first + 2])


def _decision(draws: _Draws) -> Content:
    kind = DecisionKind.APPROVE if draws.chance(4) else DecisionKind(draws.number(1, 5))
    reason = DecisionReason(draws.number(1, 3))
    named = draws.name(LoggedSheet, TranscribedSheet)
    hold = draws.content_of(draws.name(Hold))
    if kind is DecisionKind.RELEASE and isinstance(hold, Hold):
        named = hold.sheet
    content = draws.content_of(named)
    station, of = draws.station(), draws.contest()
    if isinstance(content, LoggedSheet | TranscribedSheet) and not draws.chance(10):
        station, of = content.station, content.contest
    if kind is DecisionKind.CLOSE:
        return Decision(kind, station, of, None, reason, Closure(draws.number(1, 2)))
    return Decision(kind, station, of, named, reason, None)


def _amendment(draws: _Draws) -> Content:
    changes: tuple[Callable[[_Draws], Change], ...]
    changes = (_replacement, _enrolment, _move, _withdrawal, _policy)
    return Amendment(changes[draws.number(0, len(changes) - 1)](draws))


def _replacement(draws: _Draws) -> Change:
    key = None if draws.chance(4) else key_of(draws.text(_ANYBODY[-6:]))
    return KeyReplaced(draws.text((*SIGNERS, "e1", "nobody")), key)


def _enrolment(draws: _Draws) -> Change:
    key = bytes(32) if draws.chance(8) else key_of(draws.text(("new1", "new2", "d1")))
    role = draws.text(("device", "board", "centre", "authority", "operator", "mayor"))
    return SignerEnrolled(draws.text(("e1", "e2", "d1")), key, role, draws.text(("1", "N", "R")))


def _move(draws: _Draws) -> Change:
    return StationMoved(draws.station(), draws.text(("N", "S", "S", "R", "X")), "place")


def _withdrawal(draws: _Draws) -> Change:
    votes = WithdrawnVotes(draws.number(1, 2))
    heir = draws.text(("A", "B", "C")) if votes is WithdrawnVotes.TRANSFER else None
    return CandidacyWithdrawn(draws.contest(), draws.text(("A", "B", "C")), votes, heir)


def _policy(draws: _Draws) -> Change:
    return PolicyReplaced(draws.text((POLICY, POLICY.replace("none", "nobody"), "quorum none\n")))


def _approval(draws: _Draws) -> Content:
    return Approval(draws.name(Decision, Amendment, Proclamation))


def _bulletin(draws: _Draws) -> Content:
    known = [item for item in draws.entries if isinstance(item.content, Bulletin)]
    number, time_s, previous = len(known) + 1, 10 * len(known) + draws.number(0, 12), None
    if known:
        previous = draws.name(Bulletin)
    size = max(len(draws.entries) - draws.number(-1, 5), 0)
    root, body = bytes(32), bytes(32)
    number = number + 1 if draws.chance(10) else number
    return Bulletin(number, time_s, size, root, previous, body, 1, ())


def _proclamation(draws: _Draws) -> Content:
    named = draws.name(Bulletin)
    content = draws.content_of(named)
    number = content.number if isinstance(content, Bulletin) and not draws.chance(6) else 1
    return Proclamation(named, number, draws.number(0, 1))


def _audit(draws: _Draws) -> Content:
    named = draws.name(LoggedSheet)
    content = draws.content_of(named)
    station, of = draws.station(), draws.contest()
    if isinstance(content, LoggedSheet) and not draws.chance(8):
        station, of = content.station, content.contest
    if isinstance(content, LoggedSheet) and draws.chance(2):
        return ClosingAudit(station, of, named, content.votes, content.categories, 0)
    return ClosingAudit(station, of, named, draws.figures(draws.shape(of)), draws.figures(1), 0)


def _other(draws: _Draws) -> Content:
    kind = draws.number(0, 4)
    if kind == 0:
        return Custody(draws.station(), CustodyEvent.SEALED, bytes(32), 1, None)
    if kind == 1:
        return Incident(draws.text((*_STATIONS, "N", "S")), IncidentClass.OTHER, 1, None)
    if kind == 2:
        return AuditRecord(AuditRecordKind.DRAW, bytes(32), 5)
    if kind == 3:
        return UnknownContent(65100, is_critical=False)
    return Genesis(bytes(32), 1000)


#: What is made, how often, and by whom.
_OFFICIAL: tuple[tuple[int, Make, tuple[str, ...]], ...] = (
    (3, _opening, ("d1", "d2", "c1", "b1")),
    (4, _seal, ("d1", "d2", "c1", "b1")),
    (6, _sheet, ("d1", "d2", "c1", "b1", "c3")),
    (1, _reading, ("s1",)),
    (3, _confirmation, ("c1", "c2", "b1", "b2")),
    (3, _hold, ("op",)),
    (6, _decision, ("a1", "a2", "a3")),
    (3, _amendment, ("a1", "a2", "a3")),
    (7, _approval, ("a1", "a2", "a3")),
    (2, _bulletin, ("op",)),
    (1, _proclamation, ("a1", "a2")),
    (2, _audit, ("u1", "b1", "d1")),
    (1, _other, ("u1", "d1", "op")),
)
_TRANSCRIPTION = tuple(
    item for item in _OFFICIAL if item[1] not in {_opening, _seal, _confirmation, _audit}
)
_MORE_READINGS = (*_TRANSCRIPTION, (9, _reading, ("s1", "s1", "s2")))


def random_log(seed: int, *, is_official: bool) -> RandomLog:
    """Make the log of a seed, with up to 60 entries."""
    contests = (
        contest("A B C", lines={"A": "A1", "B": "B1", "C": "C1"}, cap=90),
        contest("A B", code="mayor", division="N", cap=90),
    )
    if is_official:
        schedule = BulletinSchedule(5, 15) if seed % 2 else None
        made = official(
            *contests,
            schedule=schedule,
            not_before_s=4 if schedule else None,
            required=1 if seed % 3 else 2,
        )
    else:
        made = transcription(*contests)
    log = Writer(made)
    draws = _Draws(seed, log)
    if draws.chance(30):
        log.entries.clear()
    kinds = _OFFICIAL if is_official else _MORE_READINGS
    weighted = [(make, signers) for often, make, signers in kinds for _ in range(often)]
    for _ in range(draws.number(10, 60)):
        if log.entries and draws.chance(20):
            old = log.entries[draws.number(0, len(log.entries) - 1)]
            signer = next(name for name in _ANYBODY if key_of(name) == old.key)
            log.add(signer, old.content)
            continue
        make, signers = weighted[draws.number(0, len(weighted) - 1)]
        content = make(draws)
        log.add(draws.signer(content, signers), content)
    return RandomLog(made, log.entries)
