"""The ids by which the NIST documents of a bulletin name things; they never change.

==========================  =========================================
``division/<id>``           a division, as a reporting unit
``station/<id>``            a station, as a reporting unit
``contest/<code>``          a contest
``candidate/<c>/<code>``    a candidacy of the contest ``<c>``
``list/<c>/<code>``         a candidacy that is a list and wins seats
``party/<c>/<code>``        who stands behind a party line
``selection/<c>/<code>``    a candidacy, as what can be voted for
``line/<c>/<code>``         a party line, as what can be voted for
==========================  =========================================

No code of a definition has a stroke in it, so that no two things share an id.
"""

from __future__ import annotations

from escrutinio.definition import CandidacyCode, Contest, OptionCode

__all__ = [
    "candidate_id",
    "contest_id",
    "division_id",
    "line_id",
    "list_id",
    "party_id",
    "selection_id",
    "station_id",
]


def division_id(division: str) -> str:
    """Name a division."""
    return f"division/{division}"


def station_id(station: str) -> str:
    """Name a station."""
    return f"station/{station}"


def contest_id(contest: Contest) -> str:
    """Name a contest."""
    return f"contest/{contest.code}"


def candidate_id(contest: Contest, candidacy: str) -> str:
    """Name a candidacy."""
    return f"candidate/{contest.code}/{candidacy}"


def list_id(contest: Contest, candidacy: CandidacyCode) -> str:
    """Name a candidacy that is a list and wins seats."""
    return f"list/{contest.code}/{candidacy}"


def party_id(contest: Contest, option: OptionCode) -> str:
    """Name who stands behind a party line."""
    return f"party/{contest.code}/{option}"


def selection_id(contest: Contest, candidacy: CandidacyCode) -> str:
    """Name a candidacy as what can be voted for."""
    return f"selection/{contest.code}/{candidacy}"


def line_id(contest: Contest, option: OptionCode) -> str:
    """Name a party line as what can be voted for."""
    return f"line/{contest.code}/{option}"
