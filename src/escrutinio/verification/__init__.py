"""The numbered steps that check a public record from outside."""

from escrutinio.verification.announcements import (
    MAX_ANNOUNCED_BYTES,
    Announcement,
    decode_announcement,
)
from escrutinio.verification.held_papers import HeldPaper, decode_paper
from escrutinio.verification.pipeline import ReaderInputs, Verified, verify_record
from escrutinio.verification.ports import InOneProcess, Progress, RecordSource, Workers
from escrutinio.verification.remembering import (
    MAX_VERIFIED_BYTES,
    VERIFIED_FORMAT,
    VerifiedState,
    decode_verified,
    encode_verified,
)
from escrutinio.verification.signatures import Cosigned, NamedCheckpoint
from escrutinio.verification.steps import (
    MAX_PLACES,
    Answer,
    StepBook,
    StepCode,
    StepResult,
    StepStatus,
    answer_of,
)

__all__ = [
    "MAX_ANNOUNCED_BYTES",
    "MAX_PLACES",
    "MAX_VERIFIED_BYTES",
    "VERIFIED_FORMAT",
    "Announcement",
    "Answer",
    "Cosigned",
    "HeldPaper",
    "InOneProcess",
    "NamedCheckpoint",
    "Progress",
    "ReaderInputs",
    "RecordSource",
    "StepBook",
    "StepCode",
    "StepResult",
    "StepStatus",
    "Verified",
    "VerifiedState",
    "Workers",
    "answer_of",
    "decode_announcement",
    "decode_paper",
    "decode_verified",
    "encode_verified",
    "verify_record",
]
