"""What goes wrong on an honest election day, and at which station.

Each case has a station of its own, so that an election of twenty stations has them all. They are
stations with machines, spread over the country; the first station of all never has a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from escrutinio.definition import Definition, StationKind

__all__ = ["Case", "find_cases"]

#: In an election with fewer stations nothing goes wrong: too few would be left.
_LEAST_FOR_CASES = 20
#: In an election with fewer stations no sheet is missing: one could decide it.
_LEAST_FOR_MISSING = 100


class Case(StrEnum):
    """Something that is found, shown and treated, or that the law provides for."""

    SURPLUS = "surplus"
    """Three ballots more than voters: held by the checks."""
    UNREADABLE = "unreadable"
    """Nobody can read the votes: held by the checks."""
    FORK = "fork"
    """The station signs two different first sheets: the first one logged counts."""
    CORRECTED = "corrected"
    """A sum is wrong; a second version is approved and counts."""
    UNAPPROVED = "unapproved"
    """A second version that nobody approves: the first one counts."""
    ANNULLED = "annulled"
    """A count by hand finds other figures; the sheet is annulled by a decision."""
    NOT_INSTALLED = "not_installed"
    """The station never opens and is closed by a decision."""
    RELEASED = "released"
    """One ballot more than voters: held, then released by a decision."""
    COMPLAINT = "complaint"
    """Held by a decision, and released by another."""
    REPLACED_KEY = "replaced_key"
    """The machine breaks; an amendment enrols the key of another."""
    MOVED = "moved"
    """An amendment moves the station to another division."""
    AUDITED = "audited"
    """A count by hand finds the same figures."""
    MISSING = "missing"
    """Its sheet never arrives."""


def find_cases(definition: Definition) -> Mapping[str, Case]:
    """Give the cases by station id; an election of fewer than twenty stations has none."""
    stations = definition.stations or ()
    if len(stations) < _LEAST_FOR_CASES:
        return {}
    able = [item.station for item in stations if item.kind is StationKind.DEVICE][1:]
    is_large = len(stations) >= _LEAST_FOR_MISSING
    cases = [case for case in Case if is_large or case is not Case.MISSING]
    step = len(able) // len(cases)
    return {str(station): case for station, case in zip(able[::step], cases, strict=False)}
