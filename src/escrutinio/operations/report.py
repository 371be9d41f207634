"""What a check reports, before it has a language or a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from escrutinio.claims import Basis, ClaimsFile, Statement, Verdict
from escrutinio.definition import Contest, Definition, RecordKind, RegisterTotal, Severity
from escrutinio.primitives import Message, Names
from escrutinio.tabulation import (
    CandidacyBounds,
    ContestTally,
    FileRole,
    Outcome,
    OutcomeStatus,
    Scenario,
    ScenarioKind,
    SourceFile,
)

__all__ = ["CheckReport", "ContestReport", "FindingExample", "FindingGroup"]


@dataclass(frozen=True, slots=True)
class FindingExample:
    """One finding, with its place.

    Attributes:
        station: station id; empty for a finding about a column or a division.
        file: name of the file; empty when it is not about a record.
        row: record number, 0 when it is not about a record.
        fields: what it is about.
        expected: figure the rule expects, or None.
        found: figure that is there, or None.
    """

    station: str
    file: str
    row: int
    fields: str
    expected: int | None
    found: int | None


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one code.

    Attributes:
        code: of the catalogue.
        severity: what it does to a sheet.
        title: what was found.
        remedy: what to do about it.
        number: findings of this code; a sheet can have several.
        ballots: ballots known to be on those sheets.
        findings: every one of them, or none when only an evidence file was at hand.
    """

    code: str
    severity: Severity
    title: Names
    remedy: Names
    number: int
    ballots: int
    findings: tuple[FindingExample, ...]


@dataclass(frozen=True, slots=True)
class ContestReport:
    """Everything the check says of one contest.

    Attributes:
        contest: which one.
        tally: counters and totals.
        findings: by code.
        scenarios: why at most so many ballots are outstanding; empty when nothing is known.
        bounds: by scenario id.
        outcomes: one per scenario, or a single one without scenario.
        counted: the outcome on the counted sheets alone.
        register_notes: register totals that the counted sheets contradict.
        registers: register totals that circulate.
        statements: about the claims and, last, about the sheets' own totals.
    """

    contest: Contest
    tally: ContestTally
    findings: tuple[FindingGroup, ...]
    scenarios: tuple[Scenario, ...]
    bounds: Mapping[str, tuple[CandidacyBounds, ...]]
    outcomes: tuple[Outcome, ...]
    counted: Outcome
    register_notes: tuple[Message, ...]
    registers: tuple[RegisterTotal, ...]
    statements: tuple[Statement, ...]

    @property
    def shows_all_candidacies(self) -> bool:
        """Whether the source shows every candidacy; without one of them no share is known."""
        total = self.tally.total
        return all(total.shows(item.code) for item in self.contest.candidacies)

    @property
    def shows_counted_outcome(self) -> bool:
        """Whether the outcome on the counted sheets alone says anything of its own.

        It does not when figures are unknown, when nothing is outstanding, or when no more
        stations are counted than are outstanding: four sheets elect nobody.
        """
        total = self.tally.total
        is_complete = any(item.standing.outstanding == 0 for item in self.lasting_outcomes)
        outstanding = total.counters.outstanding
        is_small = outstanding is None or total.counters.counted <= outstanding
        return not (total.unreadable or is_complete or is_small)

    @property
    def lasting_outcomes(self) -> tuple[Outcome, ...]:
        """What a first page shows: outcomes that assume no turnout.

        Where one is settled without any assumption, those that need one say less and are left out.
        """
        settled = tuple(item for item in self.outcomes if item.status is OutcomeStatus.SETTLED)
        return settled or tuple(
            item
            for item in self.outcomes
            if item.scenario is None or item.scenario.kind is not ScenarioKind.TURNOUT
        )


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check reports.

    Attributes:
        definition: the election.
        source: id of the source of the sheets.
        source_names: what the source is called.
        files: every file that was read, as received, with what it was read for.
        from_evidence: whether an evidence file stood in for the sheets.
        claims: the claims file, or None.
        contests: one report per contest of the sheets.
    """

    definition: Definition
    source: str
    source_names: Names
    files: tuple[SourceFile, ...]
    from_evidence: bool
    claims: ClaimsFile | None
    contests: tuple[ContestReport, ...]

    @property
    def sheet_files(self) -> tuple[SourceFile, ...]:
        """The files with the sheets themselves."""
        return tuple(file for file in self.files if file.role is FileRole.SHEETS)

    @property
    def basis(self) -> Basis:
        """What has to be true for totals, bounds and outcome to be about the election."""
        is_official = self.definition.record_kind is RecordKind.OFFICIAL
        return Basis.OWN_FIGURES if is_official else Basis.TRUE_COPIES

    @property
    def has_contradiction(self) -> bool:
        """Whether some claim is contradicted; findings and open claims do not count."""
        return any(
            statement.verdict is Verdict.CONTRADICTED
            for contest in self.contests
            for statement in contest.statements
        )
