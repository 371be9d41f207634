"""V20: what was proclaimed, or announced elsewhere, against the bulletin that it names.

An announcement is a small file that a reader writes from a newspaper or a broadcast:

    format = "escrutinio-announced/1"
    bulletin = 7
    [contest.president]
    counted = 24000                  stations, where it was said
    valid = 9700000
    cast = 9912345
    [contest.president.votes]
    rios = 5150092

Only what is written there is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from escrutinio.definition import Contest
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.model import NationalFigures, Proclamation
from escrutinio.primitives import say
from escrutinio.primitives.faults import FaultList, shown
from escrutinio.primitives.hand_written import TableReader, decode_toml
from escrutinio.tabulation.ledger import Ledger, PlacedBulletin
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["ANNOUNCED_FORMAT", "Announcement", "check_announcements", "decode_announcement"]

ANNOUNCED_FORMAT = "escrutinio-announced/1"
#: A file written by hand.
MAX_ANNOUNCED_BYTES = 1 << 20
#: Largest figure anybody announces.
MAX_ANNOUNCED = 10**10

#: Figures of a contest that an announcement may have, as attributes of ``NationalFigures``.
_FIGURES = ("expected", "counted", "held", "missing", "closed", "valid", "cast")
_STEP = StepCode.V20


@dataclass(frozen=True, slots=True)
class AnnouncedContest:
    """What was announced of one contest: figures by name, votes by candidacy code."""

    figures: Mapping[str, int] = field(default_factory=dict)
    votes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement.

    Attributes:
        name: of the file.
        bulletin: number of the bulletin that it names.
        contests: by contest code.
    """

    name: str
    bulletin: int
    contests: Mapping[str, AnnouncedContest]


def decode_announcement(data: bytes, where: str) -> Announcement:
    """Read an announcement.

    Raises:
        MalformedError: no such file; the error carries every fault.
    """
    document = decode_toml(data, where, MAX_ANNOUNCED_BYTES, MalformedError)
    faults = FaultList(where)
    reader = TableReader(document, faults)
    reader.check_format(ANNOUNCED_FORMAT)
    number = reader.required("bulletin", "the number of the bulletin")
    tables = reader.required("contest", "a table per contest")
    reader.refuse_unknown()
    contests = {}
    if number is not None and (type(number) is not int or number < 1):
        faults.add("bulletin", "a number from 1", shown(number))
    if not isinstance(tables, dict) or not tables:
        if tables is not None:
            faults.add("contest", "a table per contest", shown(tables, "a table"))
        tables = {}
    for code, table in tables.items():
        contests[str(code)] = _read_contest(f"contest.{code}", table, faults)
    faults.raise_any(MalformedError)
    return Announcement(where, number if type(number) is int else 0, contests)


def _read_contest(place: str, table: object, faults: FaultList) -> AnnouncedContest:
    if not isinstance(table, dict):
        faults.add(place, "a table", shown(table, "a table"))
        return AnnouncedContest()
    votes = table.get("votes", {})
    for key in table.keys() - {*_FIGURES, "votes"}:
        faults.add(f"{place}.{key}", f"one of {', '.join(_FIGURES)}, votes", "another key")
    if not isinstance(votes, dict):
        faults.add(f"{place}.votes", "votes by candidacy", shown(votes))
        votes = {}
    figures = {key: table[key] for key in _FIGURES if key in table}
    for name, value in (*figures.items(), *((f"votes.{key}", votes[key]) for key in votes)):
        if type(value) is not int or not 0 <= value <= MAX_ANNOUNCED:
            faults.add(f"{place}.{name}", "a whole number without quotes", shown(value))
    return AnnouncedContest(figures, {str(key): value for key, value in votes.items()})


def check_announcements(ledger: Ledger, announced: Sequence[Announcement], book: StepBook) -> None:
    """Hold proclamations and announcements against the bulletins they name; notes V20."""
    if not announced and not ledger.proclamations:
        book.exempt(_STEP, say("verification.reason.nothing_proclaimed"))
    by_number = {placed.bulletin.number: placed for placed in ledger.bulletins}
    for proposal in ledger.proclamations:
        if isinstance(proposal.content, Proclamation):
            number = proposal.content.number
            book.remark(_STEP, say("verification.note.proclaimed", number=number))
    for item in announced:
        placed = by_number.get(item.bulletin)
        if placed is None:
            fault = Fault(f"{item.name}: bulletin", "one of this record", str(item.bulletin))
            book.fail(_STEP, fault)
            continue
        for fault in _contradictions(item, placed, ledger.genesis.contests):
            book.fail(_STEP, fault)
    book.finish(_STEP)


def _contradictions(
    item: Announcement, placed: PlacedBulletin, contests: Sequence[Contest]
) -> Iterator[Fault]:
    known = {
        str(contest.code): (contest, figures)
        for contest, figures in zip(contests, placed.bulletin.figures, strict=False)
    }
    for code, announced in item.contests.items():
        place = f"{item.name}: contest.{code}"
        if code not in known:
            yield Fault(place, f"one of {', '.join(known)}", "another contest")
            continue
        contest, figures = known[code]
        yield from _figure_contradictions(place, announced, figures, item.bulletin)
        votes = dict(
            zip((str(row.code) for row in contest.candidacies), figures.votes, strict=False)
        )
        for candidacy, number in announced.votes.items():
            where = f"{place}.votes.{candidacy}"
            if candidacy not in votes:
                yield Fault(where, f"one of {', '.join(votes)}", "another candidacy")
            elif votes[candidacy] != number:
                expected = f"{votes[candidacy]}, as bulletin {item.bulletin} says"
                yield Fault(where, expected, str(number))


def _figure_contradictions(
    place: str, announced: AnnouncedContest, figures: NationalFigures, number: int
) -> Iterator[Fault]:
    for name, value in announced.figures.items():
        published: int | None = getattr(figures, name)
        if published != value:
            expected = "no such figure" if published is None else str(published)
            yield Fault(f"{place}.{name}", f"{expected}, as bulletin {number} says", str(value))
