"""The numbers of the kinds of entries, from the range that CoAP leaves for experiments."""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "FIRST_CRITICAL",
    "FIRST_UNKNOWN",
    "LAST_CRITICAL",
    "LAST_UNKNOWN",
    "ContentType",
    "is_critical",
    "is_unknown",
]

#: Kinds to come that change nothing of what a reader of this version computes.
FIRST_UNKNOWN, LAST_UNKNOWN = 65_100, 65_299
#: Kinds to come without which what depends on them cannot be checked.
FIRST_CRITICAL, LAST_CRITICAL = 65_300, 65_499


class ContentType(IntEnum):
    """Content type of each kind of entry (protected header, 3)."""

    GENESIS = 65_000
    SHEET = 65_001
    OPENING = 65_002
    SEAL = 65_003
    TRANSCRIBED_SHEET = 65_004
    CONFIRMATION = 65_005
    HOLD = 65_006
    DECISION = 65_007
    AMENDMENT = 65_008
    APPROVAL = 65_009
    BULLETIN = 65_010
    CLOSING_AUDIT = 65_011
    CUSTODY = 65_012
    INCIDENT = 65_013
    AUDIT_RECORD = 65_014
    PROCLAMATION = 65_015


def is_unknown(content_type: int) -> bool:
    """Say whether a number is kept free for kinds to come, critical or not."""
    return FIRST_UNKNOWN <= content_type <= LAST_UNKNOWN or is_critical(content_type)


def is_critical(content_type: int) -> bool:
    """Say whether a number is kept free for kinds that a reader must understand."""
    return FIRST_CRITICAL <= content_type <= LAST_CRITICAL
