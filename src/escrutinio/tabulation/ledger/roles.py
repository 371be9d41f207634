"""Which roles may sign which kind of entry."""

from __future__ import annotations

from collections.abc import Mapping

from escrutinio.definition import RecordKind, Role
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    AuditRecord,
    Bulletin,
    Confirmation,
    Decision,
    Genesis,
    Hold,
    LoggedSheet,
    Proclamation,
    UnknownContent,
)
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, Incident, StationOpening
from escrutinio.sheet.transcribed import TranscribedSheet

__all__ = ["roles_of"]

_NOBODY: frozenset[Role] = frozenset()
_OPERATOR = frozenset({Role.OPERATOR})
_AUTHORITY = frozenset({Role.AUTHORITY})
_STATION = frozenset({Role.DEVICE, Role.CENTRE, Role.BOARD})
_PRESENT = _STATION | {Role.AUDITOR}

_EVERYWHERE: Mapping[type, frozenset[Role]] = {
    Genesis: _OPERATOR,
    Hold: _OPERATOR,
    Bulletin: _OPERATOR,
    Decision: _AUTHORITY,
    Amendment: _AUTHORITY,
    Approval: _AUTHORITY,
    Proclamation: _AUTHORITY,
    ClosingAudit: _PRESENT,
    Custody: _PRESENT,
    Incident: _PRESENT,
    AuditRecord: frozenset({Role.AUDITOR}),
    UnknownContent: frozenset(Role),
}
#: The kinds that make sheets official, and the one that never does.
_BY_RECORD: Mapping[RecordKind, Mapping[type, frozenset[Role]]] = {
    RecordKind.OFFICIAL: {
        StationOpening: _STATION,
        AdmittedSeal: _STATION,
        LoggedSheet: _STATION,
        Confirmation: frozenset({Role.CENTRE, Role.BOARD}),
        TranscribedSheet: _NOBODY,
    },
    RecordKind.TRANSCRIPTION: {
        StationOpening: _NOBODY,
        AdmittedSeal: _NOBODY,
        LoggedSheet: _NOBODY,
        Confirmation: _NOBODY,
        TranscribedSheet: frozenset({Role.SOURCE}),
    },
}


def roles_of(kind: RecordKind) -> Mapping[type, frozenset[Role]]:
    """Give the roles that may sign each kind of entry in a record."""
    return {**_EVERYWHERE, **_BY_RECORD[kind]}
