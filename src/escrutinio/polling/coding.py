"""How the records of a station's day are written as payloads of entries.

Format page: docs/formats/station-records.md.
"""

from __future__ import annotations

from escrutinio.polling.model import (
    AdmittedSeal,
    ClosingAudit,
    Custody,
    CustodyEvent,
    Incident,
    IncidentClass,
    StationOpening,
)
from escrutinio.sheet.payload import PayloadKind
from escrutinio.sheet.payload_keys import (
    class_key,
    contest_key,
    digest_key,
    figure_key,
    figures_key,
    id_key,
    time_key,
)

__all__ = ["CLOSING_AUDIT_KIND", "CUSTODY_KIND", "INCIDENT_KIND", "OPENING_KIND", "SEAL_KIND"]

OPENING_KIND = PayloadKind(
    StationOpening,
    (id_key(3, "station"), time_key(4, "opening time"), figure_key(5, "counters")),
)
SEAL_KIND = PayloadKind(
    AdmittedSeal,
    (
        id_key(3, "station"),
        contest_key(4),
        figure_key(5, "admitted"),
        time_key(6, "closing time"),
        digest_key(14, "follows"),
    ),
)
CLOSING_AUDIT_KIND = PayloadKind(
    ClosingAudit,
    (
        id_key(3, "station"),
        contest_key(4),
        digest_key(5, "sheet"),
        figures_key(6, "votes", least=1),
        figures_key(7, "tally categories", least=0),
        time_key(8, "time"),
    ),
)
CUSTODY_KIND = PayloadKind(
    Custody,
    (
        id_key(3, "station"),
        class_key(4, "event", CustodyEvent),
        digest_key(5, "seals"),
        time_key(6, "time"),
        digest_key(14, "follows", is_nullable=True),
    ),
)
INCIDENT_KIND = PayloadKind(
    Incident,
    (
        id_key(3, "place"),
        class_key(4, "kind", IncidentClass),
        time_key(5, "time"),
        digest_key(6, "report", is_nullable=True),
    ),
)
