"""Use cases that connect the stages."""

from escrutinio.operations.check import (
    ReceivedFile,
    check_evidence,
    check_sheet_files,
    collect_evidence,
)
from escrutinio.operations.report import (
    CheckReport,
    ContestReport,
    FindingExample,
    FindingGroup,
)
from escrutinio.operations.report_json import encode_report

__all__ = [
    "CheckReport",
    "ContestReport",
    "FindingExample",
    "FindingGroup",
    "ReceivedFile",
    "check_evidence",
    "check_sheet_files",
    "collect_evidence",
    "encode_report",
]
