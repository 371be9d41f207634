"""What a verification reports, and the report as JSON, versioned: ``escrutinio-verification/1``.

Codes, keys and statuses are permanent and not translated; sentences are in the language asked for.
The same record, inputs and time give the same bytes.

Schema: ``docs/reference/verification-report.schema.json``; page:
docs/formats/verification-report.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from escrutinio import __version__
from escrutinio.errors import Fault
from escrutinio.operations.report_json import Words
from escrutinio.primitives import JsonValue, say
from escrutinio.primitives.spelling import utc
from escrutinio.verification import Answer, StepResult, Verified

__all__ = ["VERIFICATION_FORMAT", "VerificationReport", "encode_verification_report"]

VERIFICATION_FORMAT = "escrutinio-verification/1"


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """A verification, with what the reader asked.

    Attributes:
        place: folder or address of the record, as the reader gave it.
        has_anchor: whether the reader brought a trust anchor.
        verified: what was found.
    """

    place: str
    has_anchor: bool
    verified: Verified

    @property
    def answer(self) -> Answer:
        """What all steps together say."""
        return self.verified.answer


def encode_verification_report(report: VerificationReport, words: Words) -> bytes:
    """Write a report as JSON, with its sentences in one language."""
    verified = report.verified
    definition, signed = verified.definition, verified.signed
    document: JsonValue = {
        "format": VERIFICATION_FORMAT,
        "program": f"escrutinio {__version__}",
        "language": words.code,
        "answer": report.answer.value,
        "has_anchor": report.has_anchor,
        "definition": None
        if definition is None
        else {
            "identity": definition.identity,
            "name": words.name(definition.names),
            "date": definition.date,
            "record_kind": definition.record_kind.value,
            "phase": definition.phase.value,
        },
        "checkpoint": None
        if signed is None
        else {
            "origin": signed.checkpoint.origin,
            "size": signed.checkpoint.size,
            "root": signed.checkpoint.root.hex(),
        },
        "witnesses": {
            "named": verified.cosigned.witnesses,
            "cosigned": [
                {"name": name, "time_s": time_s, "time": utc(time_s)}
                for name, time_s in verified.cosigned.times_s.items()
            ],
        },
        "since": verified.since,
        "bulletins": [
            {"number": number, "time_s": time_s, "time": utc(time_s)}
            for number, time_s in verified.bulletins
        ],
        "steps": [_step(step, words) for step in verified.steps],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _step(step: StepResult, words: Words) -> JsonValue:
    return {
        "code": step.code.value,
        "title": words.text(say(f"verification.step.{step.code}")),
        "status": step.status.value,
        "asked": step.is_asked,
        "reasons": [words.text(reason) for reason in step.reasons],
        "notes": [words.text(note) for note in step.notes],
        "total": step.total,
        "places": [_place(place) for place in step.places],
    }


def _place(place: Fault) -> JsonValue:
    return {
        "where": place.where,
        "expected": place.expected,
        "found": place.found,
        "remedy": place.remedy or None,
    }
