"""What the entries of a log up to a place say."""

from escrutinio.tabulation.ledger.approvals import Proposal
from escrutinio.tabulation.ledger.bulletins import PlacedBulletin
from escrutinio.tabulation.ledger.chains import (
    ClosureTaken,
    OpenHold,
    PlacedOpening,
    PlacedSeal,
    PlacedSheet,
    Standing,
    StationChain,
    StationRecords,
    pack_sheet,
)
from escrutinio.tabulation.ledger.departures import Departure
from escrutinio.tabulation.ledger.findings import find_findings, pending_holds
from escrutinio.tabulation.ledger.ledger import Ledger
from escrutinio.tabulation.ledger.log_keys import LogKeys, find_log_keys
from escrutinio.tabulation.ledger.rows import RecordRows, record_rows
from escrutinio.tabulation.ledger.state import PlacedHold
from escrutinio.tabulation.ledger.treatments import (
    TREATMENT_SCHEMA,
    tabulate_rows,
    treatment_rows,
)

__all__ = [
    "TREATMENT_SCHEMA",
    "ClosureTaken",
    "Departure",
    "Ledger",
    "LogKeys",
    "OpenHold",
    "PlacedBulletin",
    "PlacedHold",
    "PlacedOpening",
    "PlacedSeal",
    "PlacedSheet",
    "Proposal",
    "RecordRows",
    "Standing",
    "StationChain",
    "StationRecords",
    "find_findings",
    "find_log_keys",
    "pack_sheet",
    "pending_holds",
    "record_rows",
    "tabulate_rows",
    "treatment_rows",
]
