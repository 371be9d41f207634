"""Claims as they were printed, and what the evidence says about them.

A claim keeps what a source printed, decimals and all. A statement is one checkable sentence
drawn from it, with a verdict. The program never says why figures disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from escrutinio.definition import CandidacyCode, CategoryCode, ContestCode
from escrutinio.primitives import Message, Names

__all__ = [
    "Assertion",
    "AssertionKind",
    "Basis",
    "Claim",
    "ClaimKind",
    "ClaimsFile",
    "Coverage",
    "CoverageUnit",
    "EvidenceClass",
    "Figures",
    "PrintedShare",
    "Scope",
    "Statement",
    "Verdict",
]


class Verdict(StrEnum):
    """What the evidence on the table says about a statement.

    ``INDICATOR`` is for the statistical tests of class F and the rounded-share test: they show a
    number and its rate under a model, and decide nothing.
    """

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNCHECKABLE = "cannot_be_checked"
    INDICATOR = "indicator"


class EvidenceClass(StrEnum):
    """How much a statement has to assume (statistics, section 0)."""

    ARITHMETIC = "A"
    BOUND = "B"
    CONTRADICTION = "C"
    DESIGN_BASED = "D"
    MODEL_BASED = "E"
    INDICATOR = "F"


class Basis(StrEnum):
    """What has to be true for the statement to be about the election."""

    OWN_FIGURES = "own_figures"
    TRUE_COPIES = "true_copies"
    BETWEEN_SOURCES = "between_sources"


class ClaimKind(StrEnum):
    """What sort of publication the claim is."""

    BULLETIN = "bulletin"
    PARALLEL = "parallel"
    EXIT_POLL = "exit_poll"
    STATEMENT = "statement"


class CoverageUnit(StrEnum):
    """What a printed coverage is a share of."""

    STATIONS = "stations"
    REGISTERED = "registered"
    VOTES = "votes"
    PLACES = "places"


class Scope(StrEnum):
    """What the figures of a claim are figures of.

    ``COUNTED``: of what was counted so far, or read so far; their shares are not shares of the
    whole result. ``WHOLE``: of the whole result, counted or estimated (exit poll, quick count).
    """

    COUNTED = "counted"
    WHOLE = "whole"


class AssertionKind(StrEnum):
    """What a claim says beyond its figures."""

    LEADS = "leads"
    ELECTED = "elected"
    IRREVERSIBLE = "irreversible"


@dataclass(frozen=True, slots=True)
class PrintedShare:
    """A percentage as printed: ``51.20`` is not ``51.2``."""

    text: str
    share: Fraction
    decimals: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much a claim says it covers.

    Attributes:
        of: what the share is taken of.
        percent: the share as printed, or None.
        stations: stations covered, or None.
        stations_expected: stations in all as the source prints them, or None.
        registered: registered voters in the covered stations, or None.
    """

    of: CoverageUnit
    percent: PrintedShare | None
    stations: int | None
    stations_expected: int | None
    registered: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures as printed; everything a source left out is None or absent.

    Attributes:
        votes: votes by candidacy.
        rest_votes: votes of all other candidacies together ("others"), or None.
        other_votes: votes of single other candidacies that the source does not attribute, in the
            order of the source.
        shares: printed percentages by candidacy.
        rest_share: the printed percentage of the others, or None.
        other_shares: printed percentages of the candidacies of ``other_votes``, in that order.
        valid: valid votes.
        cast: ballots cast.
        categories: ballots by tally category.
        registered: registered voters.
        turnout: printed turnout.
        margin: the margin of error printed with the shares, in points, or None.
    """

    votes: Mapping[CandidacyCode, int]
    rest_votes: int | None
    other_votes: tuple[int, ...]
    shares: Mapping[CandidacyCode, PrintedShare]
    rest_share: PrintedShare | None
    other_shares: tuple[PrintedShare, ...]
    valid: int | None
    cast: int | None
    categories: Mapping[CategoryCode, int]
    registered: int | None
    turnout: PrintedShare | None
    margin: PrintedShare | None


@dataclass(frozen=True, slots=True)
class Assertion:
    """Something a claim says beyond its figures; ``candidacy`` where it is about one."""

    kind: AssertionKind
    candidacy: CandidacyCode | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One publication by one source.

    Attributes:
        id: unique in its file.
        contest: what it is about.
        kind: what sort of publication.
        date: ``YYYY-MM-DD`` or ``YYYY-MM``.
        source: where it is printed.
        speaker: who says it.
        title: what the claim is called on pages.
        announcement: claims with the same value print the same announcement and are compared;
            empty when there is only this one.
        series: bulletins of the same series are ordered by ``number``; empty for none.
        number: place in the series, or None.
        dataset: source id of the sheets the claim speaks of, or empty; figures about a data set
            are checked when those sheets are the ones given.
        scope: whether its figures are of what was counted or of the whole result.
        coverage: how much it covers, or None.
        figures: what it prints.
        assertions: what else it says.
        needs: what would be needed to check it, in the words of whoever wrote the file down, for
            a claim that no test can decide; else None.
    """

    id: str
    contest: ContestCode
    kind: ClaimKind
    date: str
    source: str
    speaker: Names
    title: Names
    announcement: str
    series: str
    number: int | None
    dataset: str
    scope: Scope
    coverage: Coverage | None
    figures: Figures
    assertions: tuple[Assertion, ...]
    needs: Names | None


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """A file of claims.

    Attributes:
        claims: in the order of the file.
        turnouts: turnouts that circulate, assumed outside the counted sheets in the bounds.
    """

    claims: tuple[Claim, ...]
    turnouts: tuple[PrintedShare, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One checkable sentence and what the evidence says about it.

    Attributes:
        code: permanent code of the test, ``CLAIM-nnn``.
        claims: ids of the claims it is about, at least one.
        subject: what the sentence is about inside the claim, such as a candidacy or ``valid``;
            keeps (code, claims, subject) unique and stable.
        verdict: supported, contradicted, cannot be checked, or an indicator.
        evidence_class: how much it assumes.
        basis: what has to be true for it to be about the election.
        sentence: the statement itself with the figures that decide it.
        arithmetic: how the verdict follows, as sentences.
        missing: what would be needed, when it cannot be checked; else None.
        figures: the integers and exact fractions of the arithmetic, by name, for the JSON.
    """

    code: str
    claims: tuple[str, ...]
    subject: str
    verdict: Verdict
    evidence_class: EvidenceClass
    basis: Basis
    sentence: Message
    arithmetic: tuple[Message, ...]
    missing: Message | None
    figures: Mapping[str, int | Fraction | str]
