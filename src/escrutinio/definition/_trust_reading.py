"""Reading what a definition says of its signed log: the key ``trust`` of ``definition.json``.

The policy is kept as text. Its lines and keys are for the stage that owns that format; here it is
only held to be one whole file that names one log.
"""

from __future__ import annotations

import re

from escrutinio.definition._faults import shown
from escrutinio.definition._fields import ObjectReader
from escrutinio.definition.limits import (
    MAX_BULLETIN_DISTANCE_S,
    MAX_POLICY_BYTES,
    MAX_REQUIRED,
    MAX_TIME_S,
)
from escrutinio.definition.sheet_type import SheetType
from escrutinio.definition.trust import BulletinSchedule, Role, Trust

__all__ = ["read_trust"]

#: The roles in which several signers agree.
_REQUIRED_ROLES = (Role.AUTHORITY, Role.BOARD, Role.CENTRE)

# A line whose first item is log, however it is spaced.
_LOG_LINE = re.compile(r"^[ \t]*log(?:[ \t].*)?$", re.MULTILINE)
_LOG_WORD = "log "


def read_trust(reader: ObjectReader) -> Trust:
    """Read everything but the signers, whose table the caller reads, and leave the key open."""
    required = reader.read_object("required")
    counts = {role: required.read_integer(role.value, 1, MAX_REQUIRED) for role in _REQUIRED_ROLES}
    required.close()
    return Trust(
        required=counts,
        policy=_read_policy(reader),
        bulletins=_read_schedule(reader.read_optional_object("bulletins")),
        publish_not_before_s=None
        if reader.take_null("publish_not_before_s")
        else reader.read_integer("publish_not_before_s", 0, MAX_TIME_S),
        signers=(),
        sheets=reader.read_choice("sheets", SheetType),
    )


def _read_schedule(reader: ObjectReader | None) -> BulletinSchedule | None:
    if reader is None:
        return None
    schedule = BulletinSchedule(
        begin_s=reader.read_integer("begin_s", 0, MAX_TIME_S),
        every_s=reader.read_integer("every_s", 1, MAX_BULLETIN_DISTANCE_S),
    )
    reader.close()
    return schedule


def _read_policy(reader: ObjectReader) -> str:
    expected = "the text of a tlog-policy file"
    policy = reader.read("policy", expected)
    if not isinstance(policy, str):
        reader.refuse("policy", expected, policy)
        return ""
    place, faults = reader.place("policy"), reader.faults
    if (size_bytes := len(policy.encode("utf-8"))) > MAX_POLICY_BYTES:
        faults.add(place, f"at most {MAX_POLICY_BYTES} bytes of UTF-8", f"{size_bytes} bytes")
        return ""
    if policy and not policy.endswith("\n"):
        faults.add(place, "a line feed (LF) at the end of the last line", shown(policy[-40:]))
    logs = _LOG_LINE.findall(policy)
    if len(logs) != 1 or not logs[0].startswith(_LOG_WORD):
        # A record has one log; a second one would be a second history.
        found = shown("\n".join(logs)) if logs else "none"
        faults.add(place, f"exactly one log line, which begins with '{_LOG_WORD}'", found)
    return policy
