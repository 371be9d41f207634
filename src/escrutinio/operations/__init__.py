"""Use cases that connect the stages."""

from escrutinio.operations.check import (
    ReceivedFile,
    check_evidence,
    check_sheet_files,
    collect_evidence,
)
from escrutinio.operations.check_cut import check_cut
from escrutinio.operations.election_log import (
    ElectionLog,
    Workspace,
    begin_election,
    open_election,
)
from escrutinio.operations.election_view import (
    ElectionView,
    find_anchor,
    make_anchor,
    make_receipts,
    view_election,
)
from escrutinio.operations.publish import Published, publish_record
from escrutinio.operations.record_writing import RecordStore
from escrutinio.operations.report import (
    CheckReport,
    ContestReport,
    FindingExample,
    FindingGroup,
)
from escrutinio.operations.report_json import encode_report
from escrutinio.operations.submitting import Submission, SubmissionAnswer, submit_entries
from escrutinio.operations.transcribing import (
    read_transcriptions,
    submit_readings,
)

__all__ = [
    "CheckReport",
    "ContestReport",
    "ElectionLog",
    "ElectionView",
    "FindingExample",
    "FindingGroup",
    "Published",
    "ReceivedFile",
    "RecordStore",
    "Submission",
    "SubmissionAnswer",
    "Workspace",
    "begin_election",
    "check_cut",
    "check_evidence",
    "check_sheet_files",
    "collect_evidence",
    "encode_report",
    "find_anchor",
    "make_anchor",
    "make_receipts",
    "open_election",
    "publish_record",
    "read_transcriptions",
    "submit_entries",
    "submit_readings",
    "view_election",
]
