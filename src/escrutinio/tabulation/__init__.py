"""Counters, totals, bounds and outcome."""

from escrutinio.tabulation.aggregate import tabulate
from escrutinio.tabulation.bounds import (
    CandidacyBounds,
    Scenario,
    ScenarioKind,
    compute_bounds,
)
from escrutinio.tabulation.evidence import (
    MAX_EVIDENCE_BYTES,
    ContestEvidence,
    Evidence,
    FileRole,
    FindingCount,
    SourceFile,
    decode_evidence,
    encode_evidence,
)
from escrutinio.tabulation.model import (
    ContestTally,
    Counters,
    DivisionTally,
    Histogram,
    RegisteredVotes,
)
from escrutinio.tabulation.outcome import (
    Outcome,
    OutcomeStatus,
    compute_outcome,
    compute_outcome_counted,
)
from escrutinio.tabulation.results import (
    CannotBeElected,
    CannotReachRunoff,
    Elected,
    Fact,
    FirstPlaceTied,
    NobodyElected,
    Result,
    Runoff,
    RunoffNeeded,
    RunoffPlaceTied,
    Seats,
    SeatsBetween,
    SeatsTied,
    SureOfRunoffPlace,
    SureToLead,
)
from escrutinio.tabulation.scenarios import (
    StatedTurnout,
    check_registers,
    compute_scenarios,
    nothing_added,
    widest_scenario,
)
from escrutinio.tabulation.standing import Standing
from escrutinio.tabulation.tally_checks import TallyFinding, check_tally
from escrutinio.tabulation.treatment import treat_sheets

__all__ = [
    "MAX_EVIDENCE_BYTES",
    "CandidacyBounds",
    "CannotBeElected",
    "CannotReachRunoff",
    "ContestEvidence",
    "ContestTally",
    "Counters",
    "DivisionTally",
    "Elected",
    "Evidence",
    "Fact",
    "FileRole",
    "FindingCount",
    "FirstPlaceTied",
    "Histogram",
    "NobodyElected",
    "Outcome",
    "OutcomeStatus",
    "RegisteredVotes",
    "Result",
    "Runoff",
    "RunoffNeeded",
    "RunoffPlaceTied",
    "Scenario",
    "ScenarioKind",
    "Seats",
    "SeatsBetween",
    "SeatsTied",
    "SourceFile",
    "Standing",
    "StatedTurnout",
    "SureOfRunoffPlace",
    "SureToLead",
    "TallyFinding",
    "check_registers",
    "check_tally",
    "compute_bounds",
    "compute_outcome",
    "compute_outcome_counted",
    "compute_scenarios",
    "decode_evidence",
    "encode_evidence",
    "nothing_added",
    "tabulate",
    "treat_sheets",
    "widest_scenario",
]
