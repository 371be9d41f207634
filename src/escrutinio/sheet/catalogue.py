"""The catalogue of checks: what is looked for on a sheet, and what it does to it.

Codes are permanent. A code is never used again for another rule, and a rule that changes its
meaning gets a new code. The entries stand beside their rules in ``checks/``, one file per family;
``docs/reference/checks.md`` is generated from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from escrutinio.definition import (
    CATALOGUE_NAME,
    CheckProfile,
    Severity,
    SheetType,
    unknown_names,
)
from escrutinio.errors import Fault, MalformedError
from escrutinio.sheet.check import Check
from escrutinio.sheet.checks import (
    arithmetic,
    bounds,
    chain,
    legibility,
    plausibility,
    structure,
    tally,
)

__all__ = [
    "CATALOGUE",
    "known_checks",
    "known_limits",
    "limit_of",
    "severity_of",
    "verify_profile_names",
]

#: Every check by its code, in the order of the codes.
CATALOGUE: Mapping[str, Check] = {
    entry.code: entry
    for family in (structure, legibility, arithmetic, bounds, plausibility, tally, chain)
    for entry in family.CHECKS
}


def known_checks() -> frozenset[str]:
    """Give every code a definition may set a severity for."""
    return frozenset(CATALOGUE)


def known_limits() -> frozenset[str]:
    """Give every limit a definition may set."""
    return frozenset(name for entry in CATALOGUE.values() for name in entry.limits)


def limit_of(name: str, profile: CheckProfile) -> int:
    """Give a limit: the definition's, else the catalogue's."""
    if name in profile.limits:
        return profile.limits[name]
    return next(entry.limits[name] for entry in CATALOGUE.values() if name in entry.limits)


def severity_of(code: str, sheet_type: SheetType, profile: CheckProfile) -> Severity:
    """Give a severity: the definition's, else the catalogue's for this type of sheet."""
    frozen = profile.severities.get(code, {})
    if sheet_type in frozen:
        return frozen[sheet_type]
    entry = CATALOGUE[code]
    return entry.machine if sheet_type is SheetType.MACHINE else entry.handwritten


def verify_profile_names(profile: CheckProfile) -> None:
    """Check that a definition freezes only limits and severities that the catalogue has.

    Raises:
        MalformedError: with every unknown name.
    """
    faults = [
        Fault(f"definition.json: {place}", CATALOGUE_NAME, name)
        for place, name in unknown_names(profile, known_limits(), known_checks())
    ]
    if faults:
        raise MalformedError.of(*faults)
