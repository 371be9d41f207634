"""The report as JSON, versioned: ``escrutinio-report/1``.

Every count is an integer. A share or another exact number is an object with the fraction itself
and its decimal text: ``{"exact": "7156462/10659128", "decimal": "0.671393"}``. Sentences are in
the language asked for; keys and codes are not translated.

Schema: ``docs/reference/report.schema.json``; page: ``docs/reference/report.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Protocol, TypeVar

from escrutinio import __version__
from escrutinio.claims import Statement
from escrutinio.definition import Definition
from escrutinio.operations.report import CheckReport, ContestReport, FindingGroup
from escrutinio.primitives import JsonValue, Message, Names, format_fraction
from escrutinio.tabulation import CandidacyBounds, DivisionTally, Outcome, Scenario

__all__ = ["FORMAT", "MAX_LISTED", "Words", "encode_report"]

C = TypeVar("C", bound=str)

FORMAT = "escrutinio-report/1"
#: Most findings listed one by one per code; the number of all of them is always given.
MAX_LISTED = 10_000
#: Decimals of the decimal text beside an exact fraction.
DECIMALS = 6


class Words(Protocol):
    """A language: puts messages and names into words."""

    code: str

    def text(self, message: Message) -> str:
        """Put a message into words."""
        ...

    def name(self, names: Names) -> str:
        """Give a name."""
        ...


def encode_report(report: CheckReport, words: Words) -> bytes:
    """Write a report as JSON, with its sentences in one language."""
    document: JsonValue = {
        "format": FORMAT,
        "program": f"escrutinio {__version__}",
        "language": words.code,
        "definition": {
            "identity": report.definition.identity,
            "name": words.name(report.definition.names),
            "date": report.definition.date,
            "record_kind": report.definition.record_kind.value,
            "phase": report.definition.phase.value,
        },
        "source": {
            "id": report.source,
            "name": words.name(report.source_names),
            "from_evidence": report.from_evidence,
            "files": [
                {
                    "role": f.role.value,
                    "name": f.name,
                    "sha256": f.sha256,
                    "bytes": f.bytes,
                    "rows": f.rows,
                }
                for f in report.files
            ],
        },
        "basis": report.basis.value,
        "has_contradiction": report.has_contradiction,
        "contests": [_contest(item, report.definition, words) for item in report.contests],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _contest(item: ContestReport, definition: Definition, words: Words) -> JsonValue:
    names = {row.division: row for row in definition.divisions}
    return {
        "code": item.contest.code,
        "name": words.name(item.contest.names),
        "candidacies": [
            {
                "code": candidacy.code,
                "name": words.name(candidacy.names),
                "options": [option.code for option in item.contest.options_of(candidacy.code)],
            }
            for candidacy in item.contest.candidacies
        ],
        "coverage": [
            {
                "division": row.division,
                "name": names[row.division].name,
                "level": names[row.division].level,
                "expected": row.counters.expected,
                "counted": row.counters.counted,
                "held": row.counters.held,
                "missing": row.counters.missing,
                "closed": row.counters.closed,
                "received": row.counters.received,
                "out_of_catalogue": row.counters.out_of_catalogue,
                "surplus": row.counters.surplus,
            }
            for row in item.tally.divisions
        ],
        "totals": {
            "divisions": [_totals(row) for row in item.tally.divisions],
            "first_places": _plain(item.tally.first_places),
            "ties": item.tally.ties,
            "largest_sheet": max(item.tally.valid_per_sheet.values, default=None),
        },
        "findings": [_findings(group, words) for group in item.findings],
        "bounds": [
            {
                **_scenario(scenario, words),
                "candidacies": [_bounds(row) for row in item.bounds[scenario.id]],
            }
            for scenario in item.scenarios
        ],
        "outcome": {
            "counted": _outcome(item.counted, words),
            "scenarios": [_outcome(row, words) for row in item.outcomes],
            "register_notes": [words.text(note) for note in item.register_notes],
        },
        "claims": [_statement(row, words) for row in item.statements],
    }


def _totals(row: DivisionTally) -> JsonValue:
    turnout = None
    if row.registered:
        turnout = {
            **_fraction(Fraction(row.cast_where_registered, row.registered)),
            "ballots": row.cast_where_registered,
            "registered": row.registered,
            "stations": row.registered_stations,
        }
    return {
        "division": row.division,
        "candidacies": _plain(row.candidacies),
        "options": None if row.options is None else _plain(row.options),
        "categories": _plain(row.categories),
        "unknown": _plain(row.unknown),
        "valid": row.valid,
        "cast": row.cast,
        "registered": row.registered if row.registered_stations else None,
        "registered_stations": row.registered_stations,
        "register_used": row.register_used,
        "unreadable": row.unreadable,
        "turnout": turnout,
    }


def _findings(group: FindingGroup, words: Words) -> JsonValue:
    return {
        "code": group.code,
        "severity": group.severity.value,
        "title": words.name(group.title),
        "remedy": words.name(group.remedy),
        "number": group.number,
        "ballots": group.ballots,
        "listed": [
            {
                "station": row.station or None,
                "file": row.file or None,
                "row": row.row or None,
                "fields": row.fields,
                "expected": row.expected,
                "found": row.found,
            }
            for row in group.findings[:MAX_LISTED]
        ],
    }


def _scenario(scenario: Scenario, words: Words) -> dict[str, JsonValue]:
    return {
        "scenario": scenario.id,
        "kind": scenario.kind.value,
        "assumption": words.text(scenario.assumption) if scenario.assumption else None,
        "outstanding": scenario.outstanding,
        "outstanding_registered": scenario.outstanding_registered,
        "register": scenario.register.registered if scenario.register else None,
    }


def _bounds(row: CandidacyBounds) -> JsonValue:
    return {
        "candidacy": row.candidacy,
        "least": row.least,
        "most": row.most,
        "least_share": _optional(row.least_share),
        "most_share": _optional(row.most_share),
    }


def _outcome(outcome: Outcome, words: Words) -> JsonValue:
    standing = outcome.standing
    return {
        "scenario": outcome.scenario.id if outcome.scenario else None,
        "status": outcome.status.value,
        "sentence": words.text(outcome.sentence),
        "condition": words.text(outcome.condition) if outcome.condition else None,
        "notes": [words.text(note) for note in outcome.notes],
        "arithmetic": [words.text(line) for line in outcome.arithmetic],
        "leader": standing.leader,
        "runner_up": standing.runner_up,
        "lead": standing.lead,
        "outstanding": standing.outstanding,
        "spare": standing.spare,
        "break_even_turnout": _optional(standing.break_even_turnout),
        "settled_below": standing.settled_below,
        "stations_outstanding": standing.stations_outstanding,
        "votes_per_missing_station": _optional(standing.votes_per_missing_station),
    }


def _statement(row: Statement, words: Words) -> JsonValue:
    return {
        "code": row.code,
        "claims": list(row.claims),
        "subject": row.subject,
        "verdict": row.verdict.value,
        "class": row.evidence_class.value,
        "basis": row.basis.value,
        "sentence": words.text(row.sentence),
        "arithmetic": [words.text(line) for line in row.arithmetic],
        "missing": words.text(row.missing) if row.missing else None,
        "figures": {
            name: _fraction(figure) if isinstance(figure, Fraction) else figure
            for name, figure in row.figures.items()
        },
    }


def _plain(figures: Mapping[C, int] | Mapping[C, int | None]) -> JsonValue:
    return {str(code): figure for code, figure in figures.items()}


def _optional(value: Fraction | None) -> JsonValue:
    return None if value is None else _fraction(value)


def _fraction(value: Fraction) -> dict[str, JsonValue]:
    # A probability of 7e-9 would vanish at six decimals; show as many as it takes.
    digits = DECIMALS
    while 0 < abs(value) * 10**digits < 10**5 and digits < 40:  # noqa: PLR2004 -- five figures
        digits += 1
    return {
        "exact": f"{value.numerator}/{value.denominator}",
        "decimal": format_fraction(value, digits),
    }
