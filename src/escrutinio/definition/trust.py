"""Who may sign, how many must agree, and which log and witnesses a reader trusts.

A definition without these can be checked and added up; a signed log needs them. They are frozen
with it: what changes later is an amendment in the log, in force from its place there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from escrutinio.definition.sheet_type import SheetType

__all__ = ["BulletinSchedule", "Role", "Signer", "SignerId", "Trust"]

SignerId = NewType("SignerId", str)


class Role(StrEnum):
    """What a key is enrolled for.

    ``AUTHORITY``: decisions and amendments. ``AUDITOR``: records of audits. ``BOARD`` and
    ``CENTRE``: sheets of a division's stations, several signers together. ``DEVICE``: the sheets
    of one station. ``OPERATOR``: bulletins and automatic holds; the log's own key is in the
    policy. ``SOURCE``: readings of copies, never official sheets.
    """

    AUTHORITY = "authority"
    AUDITOR = "auditor"
    BOARD = "board"
    CENTRE = "centre"
    DEVICE = "device"
    OPERATOR = "operator"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Signer:
    """One enrolled key.

    Attributes:
        signer: its id, unique in the definition.
        role: what it is enrolled for.
        scope: where: the id of a station for a device, of a division for every other role; the
            root for authority, operator and source.
        key: Ed25519 public key, 32 bytes; its spelling was checked, whether it is a valid point
            is for ``verify_signer_keys``.
    """

    signer: SignerId
    role: Role
    scope: str
    key: bytes


@dataclass(frozen=True, slots=True)
class BulletinSchedule:
    """When bulletins are due: at the beginning, and then at equal distances without end.

    Attributes:
        begin_s: seconds since 1970 (UTC), 0 to 2^32 - 1.
        every_s: distance in seconds, 1 to 31,536,000.
    """

    begin_s: int
    every_s: int


@dataclass(frozen=True, slots=True)
class Trust:
    """What a definition says of its signed log.

    Attributes:
        required: how many distinct signers must agree, 1 to 100, for authority, board and centre.
        policy: text of the record's tlog-policy, one log line; kept as it is.
        bulletins: when bulletins are due, or None when no schedule is promised.
        publish_not_before_s: seconds since 1970 (UTC) before which nothing is published, or None.
        signers: every enrolled key, in order of signer id.
        sheets: how the figures come onto the sheets of the record; decides the severities.
    """

    required: Mapping[Role, int]
    policy: str
    bulletins: BulletinSchedule | None
    publish_not_before_s: int | None
    signers: tuple[Signer, ...]
    sheets: SheetType = SheetType.MACHINE
