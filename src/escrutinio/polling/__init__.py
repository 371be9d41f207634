"""The station's day: what it puts on record beside the tally sheet."""

from escrutinio.polling.model import (
    AdmittedSeal,
    ClosingAudit,
    Custody,
    CustodyEvent,
    Incident,
    IncidentClass,
    StationOpening,
)

__all__ = [
    "AdmittedSeal",
    "ClosingAudit",
    "Custody",
    "CustodyEvent",
    "Incident",
    "IncidentClass",
    "StationOpening",
]
