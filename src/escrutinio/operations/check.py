"""Recompute an announced result from its tally sheets.

The whole of ``escrutinio check`` without its command line: sheets as bytes come in, a report goes
out. Steps: read the sheets by the profile, run the catalogue of checks, decide which sheets count,
add them up, bound what is outstanding, say what is settled, and hold the claims against it all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from escrutinio.claims import ClaimsFile, Statement, check_claims
from escrutinio.definition import Contest, Definition, Severity
from escrutinio.errors import Fault, UsageError
from escrutinio.operations.report import (
    CheckReport,
    ContestReport,
    FindingExample,
    FindingGroup,
)
from escrutinio.sheet import (
    CATALOGUE,
    PARQUET_MAGIC,
    Profile,
    Roster,
    SheetTable,
    check_sheets,
    decode_parquet,
    decode_text,
    read_sheets,
    roll_from_sheets,
)
from escrutinio.tabulation import (
    ContestEvidence,
    ContestTally,
    Evidence,
    FileRole,
    FindingCount,
    SourceFile,
    check_registers,
    check_tally,
    compute_bounds,
    compute_outcome,
    compute_outcome_counted,
    compute_scenarios,
    tabulate,
)

__all__ = [
    "ReceivedFile",
    "check_evidence",
    "check_sheet_files",
    "collect_evidence",
    "decode_received",
    "read_roll_tables",
]

#: Told the name of each stage when it begins.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file as received.

    Attributes:
        name: its name, for errors and the report.
        data: its content, gzip unpacked.
        sha256: digest of the bytes as received, still packed.
        size_bytes: number of those bytes.
    """

    name: str
    data: bytes
    sha256: str
    size_bytes: int


def _no_progress(_: str) -> None:
    return


def check_sheet_files(
    files: Sequence[ReceivedFile],
    definition: Definition,
    profile: Profile,
    *,
    rolls: tuple[ReceivedFile, Profile] | None = None,
    claims: ClaimsFile | None = None,
    settings: Sequence[SourceFile] = (),
    progress: Progress = _no_progress,
) -> CheckReport:
    """Check tables of sheets and the claims about them.

    Args:
        files: the sheets.
        definition: the election.
        profile: how the sheets are laid out.
        rolls: a file with registered voters per station, and its profile.
        claims: public claims.
        settings: the files behind the profiles and the claims, for the report.
        progress: told the stages.

    Raises:
        MalformedError: a file is not what its profile says.
        UsageError: the claims are about a contest that the sheets do not cover.
    """
    progress("read")
    frames = [(file.name, decode_received(file, profile)) for file in files]
    tables = read_sheets(frames, profile, definition)
    roll_tables = read_roll_tables(rolls, definition)
    reports = []
    for table in tables:
        roll = next(
            (roll_from_sheets(item) for item in roll_tables if item.contest == table.contest), None
        )
        roster = Roster.of(definition, table.contest, roll)
        progress("check")
        others = [other for other in tables if other is not table]
        findings = check_sheets(table, definition, roster, others)
        progress("tabulate")
        tally = tabulate(table, findings, definition, roster)
        groups = _group_findings(findings, table) + _tally_groups(definition, table.contest, tally)
        progress("claims")
        reports.append(report_contest(definition, table.contest, tally, groups, claims))
    return CheckReport(
        definition=definition,
        source=profile.source,
        source_names=profile.names,
        files=(
            *(_source(file, frame.height) for file, (_, frame) in zip(files, frames, strict=True)),
            *_rolls_source(rolls, roll_tables),
            *settings,
        ),
        from_evidence=False,
        claims=claims,
        contests=tuple(reports),
    )


def check_evidence(
    evidence: Evidence,
    definition: Definition,
    *,
    claims: ClaimsFile | None = None,
    settings: Sequence[SourceFile] = (),
) -> CheckReport:
    """Check claims against evidence that was computed from sheets before."""
    reports = []
    for item in evidence.contests:
        contest = definition.contest(item.tally.contest)
        if contest is None:
            raise UsageError.of(
                Fault("evidence", "a contest of the definition", str(item.tally.contest))
            )
        groups = tuple(
            _group(found.code, found.severity, found.number, found.ballots, ())
            for found in item.findings
        )
        reports.append(report_contest(definition, contest, item.tally, groups, claims))
    return CheckReport(
        definition=definition,
        source=evidence.source,
        source_names=evidence.names,
        files=(*evidence.files, *settings),
        from_evidence=True,
        claims=claims,
        contests=tuple(reports),
    )


def collect_evidence(report: CheckReport) -> Evidence:
    """Keep what checking claims needs, and leave the single sheets out."""
    return Evidence(
        definition=report.definition.identity,
        source=report.source,
        names=report.source_names,
        files=tuple(file for file in report.files if file.role is not FileRole.CLAIMS),
        contests=tuple(
            ContestEvidence(
                contest.tally,
                tuple(
                    FindingCount(group.code, group.severity, group.number, group.ballots)
                    for group in contest.findings
                ),
            )
            for contest in report.contests
        ),
    )


def _bare(name: str) -> str:
    """Leave the folders out: a report may be published, the reader's own disk need not be."""
    return name.rsplit("/", 1)[-1]


def _source(file: ReceivedFile, rows: int, role: FileRole = FileRole.SHEETS) -> SourceFile:
    return SourceFile(_bare(file.name), file.sha256, file.size_bytes, rows, role)


def _rolls_source(
    rolls: tuple[ReceivedFile, Profile] | None, tables: Sequence[SheetTable]
) -> tuple[SourceFile, ...]:
    if rolls is None:
        return ()
    return (_source(rolls[0], len(tables[0]) if tables else 0, FileRole.ROLLS),)


def decode_received(file: ReceivedFile, profile: Profile) -> pl.DataFrame:
    """Parse a file of sheets into its columns as text.

    Raises:
        MalformedError: the file is not what its profile says.
    """
    if file.data.startswith(PARQUET_MAGIC):
        return decode_parquet(file.data, file.name, profile.source_columns())
    return decode_text(file.data, file.name, profile.layout)


def read_roll_tables(
    rolls: tuple[ReceivedFile, Profile] | None, definition: Definition
) -> tuple[SheetTable, ...]:
    """Read a file with registered voters per station: a table per contest, none without a file.

    Args:
        rolls: the file and its profile.
        definition: the election.

    Raises:
        MalformedError: the file is not what its profile says.
    """
    if rolls is None:
        return ()
    file, profile = rolls
    return read_sheets([(file.name, decode_received(file, profile))], profile, definition)


def report_contest(
    definition: Definition,
    contest: Contest,
    tally: ContestTally,
    groups: tuple[FindingGroup, ...],
    claims: ClaimsFile | None,
) -> ContestReport:
    """Say what follows from the totals of a contest.

    Args:
        definition: the election.
        contest: the contest.
        tally: its added sheets.
        groups: what was found on them.
        claims: public claims; None for none.
    """
    turnouts = claims.turnouts if claims else ()
    scenarios = compute_scenarios(definition, contest, tally, turnouts)
    bounds = {item.id: compute_bounds(contest, tally, item) for item in scenarios}
    outcomes = tuple(
        compute_outcome(definition, contest, tally, scenario) for scenario in scenarios or (None,)
    )
    statements: tuple[Statement, ...] = ()
    if claims is not None:
        statements = check_claims(claims, definition, contest, tally, scenarios, bounds)
    return ContestReport(
        contest=contest,
        tally=tally,
        findings=groups,
        scenarios=scenarios,
        bounds=bounds,
        outcomes=outcomes,
        counted=compute_outcome_counted(definition, contest, tally),
        register_notes=check_registers(definition, contest, tally),
        registers=contest.register_totals,
        statements=statements,
    )


def _group_findings(findings: pl.DataFrame, table: SheetTable) -> tuple[FindingGroup, ...]:
    """Put the findings of each code together, most severe first."""
    shown = [pl.col(field).fill_null(0) for field in (*table.vote_fields, *table.category_fields)]
    ballots = table.frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("index"),
        pl.sum_horizontal(shown).alias("ballots"),
    )
    joined = findings.join(ballots, on="index", how="left", maintain_order="left")
    order = {severity.value: rank for rank, severity in enumerate(Severity)}
    groups = []
    for (code, severity), rows in joined.group_by("code", "severity", maintain_order=True):
        found = tuple(
            FindingExample(
                station=row["station"] or "",
                file=_bare(table.files[row["file"]]) if row["file"] is not None else "",
                row=row["row"] or 0,
                fields=row["fields"],
                expected=row["expected"],
                found=row["found"],
            )
            for row in rows.iter_rows(named=True)
        )
        on_sheets = rows.unique("index").get_column("ballots").sum()
        groups.append(
            _group(str(code), Severity(severity), rows.height, int(on_sheets or 0), found)
        )
    return tuple(sorted(groups, key=lambda group: (order[group.severity.value], group.code)))


def _tally_groups(
    definition: Definition, contest: Contest, tally: ContestTally
) -> tuple[FindingGroup, ...]:
    groups: dict[str, list[FindingExample]] = {}
    for finding in check_tally(definition, contest, tally):
        example = FindingExample("", "", 0, str(finding.division), finding.expected, finding.found)
        groups.setdefault(finding.code, []).append(example)
    return tuple(
        _group(code, CATALOGUE[code].machine, len(found), 0, tuple(found))
        for code, found in groups.items()
    )


def _group(
    code: str,
    severity: Severity,
    number: int,
    ballots: int,
    findings: tuple[FindingExample, ...],
) -> FindingGroup:
    check = CATALOGUE[code]
    return FindingGroup(
        code=code,
        severity=severity,
        title=check.title,
        remedy=check.remedy,
        number=number,
        ballots=ballots,
        findings=findings,
    )
