"""What a tally sheet says, before it is bytes and before anybody signed it.

A figure is a whole number from 0 to 10,000,000, or None where nobody can read it. A figure that
the form does not have is not in ``figures``, which is something else. Nothing is added up here: a
sheet whose own numbers disagree is a good sheet with a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from escrutinio.definition import Contest, Definition, StationId
from escrutinio.errors import Fault, RefusedError
from escrutinio.primitives.digests import Sha256Hex
from escrutinio.sheet.fields import MAX_FIGURE

__all__ = [
    "DIGEST_BYTES",
    "ELECTION_BYTES",
    "MAX_CLOSING_TIME",
    "MAX_CONTEST",
    "MAX_SHEET_VERSION",
    "NOT_ON_FORM",
    "Correction",
    "CorrectionReason",
    "Figure",
    "FormFigure",
    "Seal",
    "TallySheet",
    "election_of",
    "find_contest",
    "find_faults",
]

#: Length of the election's identity on a sheet.
ELECTION_BYTES = 16
#: Length of a digest.
DIGEST_BYTES = 32
#: Highest version of one sheet.
MAX_SHEET_VERSION = 65_535
#: Latest closing time, in February 2106.
MAX_CLOSING_TIME = 2**32 - 1
#: Highest position of a contest.
MAX_CONTEST = 9_999

_STATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")

#: A figure as read; None where nobody can read it.
Figure: TypeAlias = "int | None"
#: Stands in rows of figures for one that the form does not have; no figure is negative.
NOT_ON_FORM = -1


class FormFigure(IntEnum):
    """Figures that a form has or has not, by key."""

    REGISTERED = 7
    ADMITTED = 8
    BALLOTS = 9
    STATED_VALID = 12
    STATED_CAST = 13


class CorrectionReason(IntEnum):
    """Why a sheet is replaced by a later version."""

    COPYING = 1
    """A figure was written or captured wrongly; the ballots were not touched."""
    ARITHMETIC = 2
    """A stated total was added up wrongly."""
    LEGIBILITY = 3
    """A figure that could not be read was read from another original."""
    RECOUNT = 4
    """The ballots were counted again."""
    RULING = 5
    """An authority or a court decided so."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A first version: what it follows is the seal of the admitted count.

    Attributes:
        digest: SHA-256 of the seal's entry.
    """

    digest: bytes


@dataclass(frozen=True, slots=True)
class Correction:
    """A later version: what it follows is the sheet that it corrects.

    Attributes:
        digest: SHA-256 of the corrected sheet's entry.
        reason: why.
    """

    digest: bytes
    reason: CorrectionReason


@dataclass(frozen=True, slots=True)
class TallySheet:
    """What a station's count was, as one signer states it.

    Attributes:
        election: first 16 bytes of the identity; ``election_of`` gives them.
        station: id of the station.
        contest: position of the contest in the definition.
        version: 1 for a sheet with a seal, more for one with a correction.
        closed_at_s: closing time, in seconds since 1970.
        figures: the figures that the form has.
        votes: by option in ballot order, or by candidacy where the contest has no options.
        categories: ballots by tally category.
        follows: what came before it.
    """

    election: bytes
    station: StationId
    contest: int
    version: int
    closed_at_s: int
    figures: Mapping[FormFigure, Figure]
    votes: tuple[Figure, ...]
    categories: tuple[Figure, ...]
    follows: Seal | Correction


def election_of(identity: Sha256Hex) -> bytes:
    """Give the election as sheets name it: the first 16 bytes of the definition's identity."""
    return bytes.fromhex(identity)[:ELECTION_BYTES]


def find_contest(sheet: TallySheet, definition: Definition, where: str) -> Contest:
    """Give the contest of a sheet, and refuse a sheet that is not one of this election.

    A station that the definition does not list is no ground for refusal: it is a finding, and
    its sheet stays visible outside the totals.

    Raises:
        RefusedError: of another election or of no contest of it, or with another number of
            votes or tally categories than its contest has.
    """
    if sheet.election != election_of(definition.identity):
        expected = f"the election {definition.identity[: 2 * ELECTION_BYTES]}"
        raise RefusedError.of(Fault(f"{where}: 2, election", expected, sheet.election.hex()))
    if sheet.contest >= len(definition.contests):
        expected = f"one of the {len(definition.contests)} contests"
        raise RefusedError.of(Fault(f"{where}: 4, contest", expected, f"number {sheet.contest}"))
    contest = definition.contests[sheet.contest]
    lines = len(contest.options or contest.candidacies)
    for place, expected_size, found in (
        ("10, votes", lines, len(sheet.votes)),
        ("11, tally categories", len(contest.categories), len(sheet.categories)),
    ):
        if found != expected_size:
            raise RefusedError.of(Fault(f"{where}: {place}", str(expected_size), str(found)))
    return contest


def find_faults(sheet: TallySheet, where: str) -> Iterator[Fault]:
    """Name every value that is outside its range, by its key in the encoding."""
    ranges = (
        ("4, contest", sheet.contest, 0, MAX_CONTEST),
        ("5, version", sheet.version, 1, MAX_SHEET_VERSION),
        ("6, closing time", sheet.closed_at_s, 0, MAX_CLOSING_TIME),
    )
    if len(sheet.election) != ELECTION_BYTES:
        found = f"{len(sheet.election)} bytes"
        yield Fault(f"{where}: 2, election", f"{ELECTION_BYTES} bytes", found)
    if not _STATION.fullmatch(sheet.station):
        expected = "an id of 1 to 64 of A-Z a-z 0-9 . _ : / - that begins with a letter or digit"
        yield Fault(f"{where}: 3, station", expected, ascii(sheet.station[:64]))
    for place, value, least, most in ranges:
        if type(value) is not int or not least <= value <= most:
            yield Fault(f"{where}: {place}", f"a whole number from {least} to {most}", str(value))
    yield from _find_figure_faults(sheet, where)
    yield from _find_link_faults(sheet, where)


def _find_figure_faults(sheet: TallySheet, where: str) -> Iterator[Fault]:
    groups: list[tuple[str, tuple[Figure, ...]]]
    groups = [("10, votes", sheet.votes), ("11, tally categories", sheet.categories)]
    groups += [(f"{int(key)}, on form", (figure,)) for key, figure in sheet.figures.items()]
    for place, figures in groups:
        bad = [
            at
            for at, figure in enumerate(figures)
            # ``type`` and not ``isinstance``: true is an integer in Python.
            if figure is not None and not (type(figure) is int and 0 <= figure <= MAX_FIGURE)
        ]
        for at in bad:
            expected = f"a whole number from 0 to {MAX_FIGURE}, or null"
            yield Fault(f"{where}: {place}[{at}]", expected, repr(figures[at])[:40])
    if not sheet.votes:
        yield Fault(f"{where}: 10, votes", "at least one figure", "none")
    if FormFigure.STATED_CAST in sheet.figures and FormFigure.BALLOTS not in sheet.figures:
        remedy = "The only number of ballots on a form has the key 9."
        yield Fault(f"{where}: 13", "9 beside 13", "13 alone", remedy)


def _find_link_faults(sheet: TallySheet, where: str) -> Iterator[Fault]:
    if len(sheet.follows.digest) != DIGEST_BYTES:
        found = f"{len(sheet.follows.digest)} bytes"
        yield Fault(f"{where}: 14, follows", f"{DIGEST_BYTES} bytes", found)
    if (sheet.version == 1) != isinstance(sheet.follows, Seal):
        found = "a seal" if isinstance(sheet.follows, Seal) else "a correction with a reason"
        expected = "a seal on version 1, a correction with a reason on every other"
        yield Fault(f"{where}: 15, reason", expected, f"{found} on version {sheet.version}")
