"""Evidence files: what adding a set of sheets gave, for checking claims without the sheets.

An evidence file is canonical JSON. It names the definition and the files it was computed from by
their digests, and holds for each contest the counters and totals of every division, the
histograms of votes per sheet, and the number of findings by code. Whoever has the sheets can
compute it again, byte for byte.

Format page: ``docs/formats/evidence.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from escrutinio.definition import (
    CandidacyCode,
    CategoryCode,
    Contest,
    ContestCode,
    Definition,
    DivisionId,
    OptionCode,
    Severity,
    SheetType,
)
from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives import Names, decode_canonical, encode_canonical
from escrutinio.sheet import CATALOGUE
from escrutinio.tabulation.consistency import check_consistency
from escrutinio.tabulation.division_tallies import areas_of
from escrutinio.tabulation.model import ContestTally, Counters, DivisionTally, Histogram

__all__ = [
    "MAX_EVIDENCE_BYTES",
    "ContestEvidence",
    "Evidence",
    "FileRole",
    "FindingCount",
    "SourceFile",
    "decode_evidence",
    "encode_evidence",
]

C = TypeVar("C", bound=str)
N = TypeVar("N", int, int | None)

FORMAT = "escrutinio-evidence/1"
#: Largest evidence file decoded.
MAX_EVIDENCE_BYTES = 64 * 1024 * 1024


class FileRole(StrEnum):
    """What a file was read for."""

    SHEETS = "sheets"
    ROLLS = "rolls"
    PROFILE = "profile"
    ROLLS_PROFILE = "rolls_profile"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file something was computed from, as received.

    Attributes:
        name: its name, without its folder.
        sha256: digest of the bytes as received, still packed.
        bytes: number of those bytes.
        rows: records in it, or None for a file that has none.
        role: what it was read for.
    """

    name: str
    sha256: str
    bytes: int
    rows: int | None
    role: FileRole = FileRole.SHEETS


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of a code there are, and how many ballots those sheets hold."""

    code: str
    severity: Severity
    number: int
    ballots: int


@dataclass(frozen=True, slots=True)
class ContestEvidence:
    """The tally of one contest and its findings, counted."""

    tally: ContestTally
    findings: tuple[FindingCount, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What adding a set of sheets gave.

    Attributes:
        definition: identity of the definition it was computed under.
        source: id of the source of the sheets.
        names: what the source is called.
        files: the files it was computed from.
        contests: one entry per contest of the sheets.
    """

    definition: str
    source: str
    names: Names
    files: tuple[SourceFile, ...]
    contests: tuple[ContestEvidence, ...]


#: Any count of an evidence file; the sum of a continent's votes fits.
_Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Division(_Strict):
    division: str
    expected: _Count | None
    counted: _Count
    held: _Count
    closed: _Count
    received: _Count
    out_of_catalogue: _Count
    candidacies: dict[str, _Count]
    options: dict[str, _Count] | None
    categories: dict[str, _Count | None]
    unknown: dict[str, _Count]
    valid: _Count
    cast: _Count | None
    registered: _Count
    registered_stations: _Count
    cast_where_registered: _Count
    register_used: _Count
    outstanding_cap: _Count | None
    unreadable: _Count


class _Finding(_Strict):
    code: str
    severity: Severity
    number: _Count
    ballots: _Count


class _Contest(_Strict):
    contest: str
    sheet_type: SheetType
    divisions: list[_Division]
    votes_per_sheet: dict[str, list[tuple[_Count, _Count]]]
    others_per_sheet: dict[str, list[tuple[_Count, _Count]]]
    valid_per_sheet: list[tuple[_Count, _Count]]
    first_places: dict[str, _Count]
    ties: _Count
    findings: list[_Finding]


class _File(_Strict):
    name: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    bytes: _Count
    rows: _Count | None
    role: FileRole


class _Document(_Strict):
    format: str
    definition: str
    source: str
    names: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    files: list[_File]
    contests: list[_Contest]


def encode_evidence(evidence: Evidence) -> bytes:
    """Write evidence as canonical JSON."""
    document = _Document(
        format=FORMAT,
        definition=evidence.definition,
        source=evidence.source,
        names=dict(evidence.names.by_language),
        files=[_File(f.name, f.sha256, f.bytes, f.rows, f.role) for f in evidence.files],
        contests=[_contest_document(item) for item in evidence.contests],
    )
    return encode_canonical(msgspec.to_builtins(document)) + b"\n"


def decode_evidence(data: bytes, where: str, definition: Definition) -> Evidence:
    """Read an evidence file and refuse one that is not whole, or of another election.

    Raises:
        MalformedError: not an evidence file in its canonical spelling, computed under another
            definition, or with figures that other figures of the file contradict.
    """
    if len(data) > MAX_EVIDENCE_BYTES:
        raise MalformedError.of(
            Fault(where, f"at most {MAX_EVIDENCE_BYTES} bytes", f"{len(data)} bytes")
        )
    if not data.endswith(b"\n"):
        raise MalformedError.of(Fault(where, "a line break at the end", "none"))
    value = decode_canonical(data[:-1], where)
    try:
        document = msgspec.convert(value, _Document)
    except msgspec.ValidationError as error:
        raise MalformedError.of(Fault(where, f"a document '{FORMAT}'", str(error))) from None
    faults = list(_faults(document, where, definition))
    if faults:
        raise MalformedError.of(*faults)
    contests = tuple(_contest_evidence(item, document.source) for item in document.contests)
    faults = [
        fault
        for item in contests
        for fault in check_consistency(item.tally, definition, f"{where}, {item.tally.contest}")
    ]
    if faults:
        raise MalformedError.of(*faults)
    return Evidence(
        document.definition,
        document.source,
        Names(document.names),
        tuple(SourceFile(f.name, f.sha256, f.bytes, f.rows, f.role) for f in document.files),
        contests,
    )


def _contest_document(item: ContestEvidence) -> _Contest:
    tally = item.tally
    return _Contest(
        contest=tally.contest,
        sheet_type=tally.sheet_type,
        divisions=[_division_document(division) for division in tally.divisions],
        votes_per_sheet={code: _pairs(h) for code, h in tally.votes_per_sheet.items()},
        others_per_sheet={code: _pairs(h) for code, h in tally.others_per_sheet.items()},
        valid_per_sheet=_pairs(tally.valid_per_sheet),
        first_places=_plain(tally.first_places),
        ties=tally.ties,
        findings=[_Finding(f.code, f.severity, f.number, f.ballots) for f in item.findings],
    )


def _division_document(tally: DivisionTally) -> _Division:
    counters = tally.counters
    return _Division(
        division=tally.division,
        expected=counters.expected,
        counted=counters.counted,
        held=counters.held,
        closed=counters.closed,
        received=counters.received,
        out_of_catalogue=counters.out_of_catalogue,
        candidacies=_plain(tally.candidacies),
        options=None if tally.options is None else _plain(tally.options),
        categories=_plain(tally.categories),
        unknown=_plain(tally.unknown),
        valid=tally.valid,
        cast=tally.cast,
        registered=tally.registered,
        registered_stations=tally.registered_stations,
        cast_where_registered=tally.cast_where_registered,
        register_used=tally.register_used,
        outstanding_cap=tally.outstanding_cap,
        unreadable=tally.unreadable,
    )


def _plain(figures: Mapping[C, N]) -> dict[str, N]:
    return {str(code): figure for code, figure in figures.items()}


def _pairs(histogram: Histogram) -> list[tuple[int, int]]:
    return list(zip(histogram.values, histogram.sheets, strict=True))


def _faults(document: _Document, where: str, definition: Definition) -> list[Fault]:
    """Compare the document with the definition it is read under."""
    if document.format != FORMAT:
        return [Fault(f"{where}, format", repr(FORMAT), repr(document.format))]
    if document.definition != definition.identity:
        return [
            Fault(
                f"{where}, definition",
                f"the definition given, {definition.identity}",
                f"evidence computed under {document.definition}",
                "Name the definition the evidence was computed under, or compute it again.",
            )
        ]
    faults = []
    for number, item in enumerate(document.contests):
        contest = definition.contest(item.contest)
        if contest is None:
            faults.append(Fault(f"{where}, contest", "one of the definition", repr(item.contest)))
        elif any(item.contest == other.contest for other in document.contests[:number]):
            faults.append(Fault(f"{where}, contest", "each contest once", f"{item.contest} twice"))
        else:
            faults += _contest_faults(item, f"{where}, {item.contest}", contest, definition)
    return faults


def _contest_faults(
    item: _Contest, where: str, contest: Contest, definition: Definition
) -> list[Fault]:
    """Compare the names in one contest of the document with those of the definition."""
    faults = []
    codes = {str(candidacy.code) for candidacy in contest.candidacies}
    named = [set(item.votes_per_sheet), set(item.others_per_sheet), set(item.first_places)]
    named += [set(part) for row in item.divisions for part in (row.candidacies, row.unknown)]
    if any(part != codes for part in named):
        faults.append(Fault(where, "the candidacies of the contest", "others"))
    lines = {str(option.code) for option in contest.options}
    if any(not set(row.options or ()) <= lines or row.options == {} for row in item.divisions):
        faults.append(Fault(where, "party lines of the contest", "others"))
    categories = {str(category.code) for category in contest.categories}
    if any(set(row.categories) != categories for row in item.divisions):
        faults.append(Fault(where, "the tally categories of the contest", "others"))
    areas = areas_of(definition, contest)
    if [row.division for row in item.divisions] != [area.division for area in areas]:
        faults.append(Fault(where, "each division of the contest, its own area first", "others"))
    elif any(
        row.expected != area.stations for row, area in zip(item.divisions, areas, strict=True)
    ):
        faults.append(Fault(where, "the stations that the definition expects", "others"))
    unknown = sorted({finding.code for finding in item.findings} - CATALOGUE.keys())
    if unknown:
        faults.append(Fault(f"{where}, findings", "codes of the catalogue", ", ".join(unknown)))
    return faults


def _contest_evidence(item: _Contest, source: str) -> ContestEvidence:
    tally = ContestTally(
        contest=ContestCode(item.contest),
        source=source,
        sheet_type=item.sheet_type,
        divisions=tuple(_division_tally(row) for row in item.divisions),
        votes_per_sheet=_histograms(item.votes_per_sheet),
        others_per_sheet=_histograms(item.others_per_sheet),
        valid_per_sheet=_histogram(item.valid_per_sheet),
        first_places={CandidacyCode(code): n for code, n in item.first_places.items()},
        ties=item.ties,
    )
    findings = tuple(FindingCount(f.code, f.severity, f.number, f.ballots) for f in item.findings)
    return ContestEvidence(tally, findings)


def _division_tally(row: _Division) -> DivisionTally:
    options = row.options
    return DivisionTally(
        division=DivisionId(row.division),
        counters=Counters(
            row.expected, row.counted, row.held, row.closed, row.received, row.out_of_catalogue
        ),
        candidacies={CandidacyCode(code): n for code, n in row.candidacies.items()},
        options=None if options is None else {OptionCode(code): n for code, n in options.items()},
        categories={CategoryCode(code): n for code, n in row.categories.items()},
        unknown={CandidacyCode(code): n for code, n in row.unknown.items()},
        valid=row.valid,
        cast=row.cast,
        registered=row.registered,
        registered_stations=row.registered_stations,
        cast_where_registered=row.cast_where_registered,
        register_used=row.register_used,
        outstanding_cap=row.outstanding_cap,
        unreadable=row.unreadable,
    )


def _histograms(pairs: Mapping[str, list[tuple[int, int]]]) -> Mapping[CandidacyCode, Histogram]:
    return {CandidacyCode(code): _histogram(item) for code, item in pairs.items()}


def _histogram(pairs: list[tuple[int, int]]) -> Histogram:
    return Histogram(tuple(value for value, _ in pairs), tuple(sheets for _, sheets in pairs))
