"""The day behind the vector of bulletins, and other elections of Ejemplia; see ``generate.py``."""

from __future__ import annotations

from typing import Any

from escrutinio.log.entries import (
    CandidacyWithdrawn,
    Closure,
    DecisionKind,
    DecisionReason,
    SignerEnrolled,
    StationMoved,
    WithdrawnVotes,
)
from escrutinio.sheet import CellState
from tests.vectors.bulletin.day import Day
from tests.vectors.definition.documents import (
    REAL_RULES,
    SIGNERS_WITH_SOURCE,
    STATIONS_WITH_PAIR,
    assemble_with_trust,
    document_with_trust,
    key_of,
    names,
    with_governor,
)

__all__ = [
    "full_day",
    "governor_day",
    "seats_day",
    "three_candidacies",
    "transcription_day",
    "unlisted_day",
]


def three_candidacies() -> dict[str, Any]:
    """Give the document with a third candidacy, which has one line."""
    doc = document_with_trust()
    contest = doc["contests"][0]
    contest["candidacies"].append({"code": "vega", "names": names("Eva Vega", "Eva Vega")})
    white = {"code": "white", "candidacy": "vega", "names": names("White", "Blanca")}
    contest["options"].append(white)
    return doc


def full_day() -> Day:
    """Log a day on which nearly everything happens, with three bulletins."""
    day = Day(assemble_with_trust(three_candidacies()))
    first = day.report("N1.1", "device-N1.1", (101, 99, 150, 20), (5, 7), registered=500)
    paper = day.report("N1.2", "centre-1", (80, None, 120, 10), (3, 2))
    day.confirm(paper, "centre-2")
    day.compose()
    day.report("N2.1", "centre-1", (60, 20, 90, 5), (1, 1))
    port = day.report("S1.1", "centre-1", (50, 40, 130, 8), (2, 0), registered=300, admitted=227)
    day.confirm(port, "centre-2")
    later = day.correct(first, "N1.1", "device-N1.1", (101, 89, 160, 20))
    day.decide(DecisionKind.APPROVE, "N1.1", later, DecisionReason.PAPER)
    board = key_of("board-EJ").public.raw
    day.amend(SignerEnrolled("board-EJ", board, "board", "EJ"))
    day.report("Z9.9", "board-EJ", (1, 1, 1, 1))
    day.compose()
    day.decide(DecisionKind.RELEASE, "S1.1", port, DecisionReason.RECOUNT)
    day.decide(DecisionKind.CLOSE, "S1.2", None, DecisionReason.NOT_OPENED, Closure.NOT_INSTALLED)
    day.amend(StationMoved("N2.1", "N1", "N1-school"))
    day.amend(CandidacyWithdrawn(0, "vega", WithdrawnVotes.TRANSFER, "rios"))
    day.compose()
    return day


def seats_day() -> Day:
    """Log a day on which lists win seats."""
    doc = three_candidacies()
    doc["contests"][0]["rule"] = REAL_RULES["dhondt-with-threshold"]
    day = Day(assemble_with_trust(doc))
    day.report("N1.1", "device-N1.1", (101, 99, 150, 20), (5, 7), registered=500)
    day.compose()
    return day


def governor_day() -> Day:
    """Log a day with two contests, one of them in one state, under a rule with a run-off."""
    doc = with_governor()
    trust = document_with_trust()
    doc |= {key: trust[key] for key in ("format", "record_kind", "trust")}
    doc["contests"][0]["rule"] = REAL_RULES["more-than-half-or-runoff"]
    day = Day(assemble_with_trust(doc, STATIONS_WITH_PAIR))
    day.report("N1.1", "device-N1.1", (101, 99, 150), (5, 7), registered=500)
    day.report("N1.1", "device-N1.1", (90, 99, 161), (5, 7), registered=520, contest=1)
    day.compose()
    return day


def transcription_day() -> Day:
    """Log what a source read on copies, in two bulletins; the stations are not listed."""
    files = assemble_with_trust(
        document_with_trust("transcription"), stations=None, signers=SIGNERS_WITH_SOURCE
    )
    day = Day(files)
    day.transcribe("N1.1", "N1", {"option.blue": 101, "option.green": 99, "option.red": 150})
    unread = {"option.blue": 80, "option.green": -int(CellState.DASH), "option.red": 120}
    day.transcribe("N1.2", "N1", unread | {"category.null": -int(CellState.ILLEGIBLE)})
    day.compose()
    day.transcribe("S1.1", "S1", {"option.blue": 50, "option.green": 40, "option.red": 130})
    day.compose()
    return day


def unlisted_day() -> Day:
    """Log readings of stations that nobody lists: what they name decides where they count."""
    files = assemble_with_trust(
        document_with_trust("transcription"), stations=None, signers=SIGNERS_WITH_SOURCE
    )
    day = Day(files)
    votes = {"option.blue": 10, "option.green": 20, "option.red": 40}
    for station, division in (("N1.1", "N1"), ("N.9", "N"), ("X.1", "X"), ("Y.1", None)):
        day.transcribe(station, division, votes)
    day.compose()
    return day
