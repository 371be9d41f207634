"""One ``[[claim]]`` table to a ``Claim``."""

from __future__ import annotations

from collections.abc import Sequence

from escrutinio.claims._claim_table import ClaimTableReader
from escrutinio.claims.limits import MAX_COUNT, MAX_NUMBER, MAX_OTHERS
from escrutinio.claims.model import (
    Assertion,
    AssertionKind,
    Claim,
    ClaimKind,
    Coverage,
    CoverageUnit,
    Figures,
    PrintedShare,
    Scope,
)
from escrutinio.definition import CandidacyCode, CategoryCode, Contest, ContestCode
from escrutinio.primitives.faults import shown

__all__ = ["CLAIM_KEYS", "read_claim"]

CLAIM_KEYS = (
    "id",
    "contest",
    "kind",
    "date",
    "source",
    "speaker",
    "title",
    "announcement",
    "series",
    "number",
    "dataset",
    "scope",
    "leads",
    "elected",
    "asserts",
    "needs",
    "valid",
    "cast",
    "registered",
    "turnout",
    "margin",
    "coverage",
    "votes",
    "shares",
    "categories",
)
_COVERAGE_KEYS = ("of", "percent", "stations", "stations_expected", "registered")
_REST = "rest"
_OTHERS = "others"


def read_claim(reader: ClaimTableReader, contests: Sequence[Contest]) -> Claim:
    """Read one claim; after a fault the claim is a placeholder that nobody uses."""
    contest = _read_contest(reader, contests)
    kind = reader.choice("kind", ClaimKind)
    usual = Scope.WHOLE if kind is ClaimKind.EXIT_POLL else Scope.COUNTED
    series, number = _read_series(reader)
    return Claim(
        id=reader.identifier("id"),
        contest=contest.code if contest else ContestCode(""),
        kind=kind,
        date=reader.date("date"),
        source=reader.text("source"),
        speaker=reader.names("speaker"),
        title=reader.names("title"),
        announcement=reader.identifier("announcement", ""),
        series=series,
        number=number,
        dataset=reader.identifier("dataset", ""),
        scope=reader.choice("scope", Scope, usual),
        coverage=_read_coverage(reader),
        figures=_read_figures(reader, contest),
        assertions=_read_assertions(reader, contest),
        needs=reader.optional_names("needs"),
    )


def _read_contest(reader: ClaimTableReader, contests: Sequence[Contest]) -> Contest | None:
    code = reader.text("contest", "")
    if not reader.has("contest") and len(contests) == 1:
        return contests[0]
    found = next((contest for contest in contests if contest.code == code), None)
    if found is None:
        codes = ", ".join(contest.code for contest in contests) or "none"
        reader.fault("contest", f"a contest of the definition ({codes})", shown(code))
    return found


def _read_series(reader: ClaimTableReader) -> tuple[str, int | None]:
    series, number = reader.identifier("series", ""), reader.count("number", MAX_NUMBER, 1)
    if reader.has("series") != reader.has("number"):
        there, absent = ("series", "number") if reader.has("series") else ("number", "series")
        reader.fault(absent, "series and number together", f"{there} alone")
    return series, number


def _read_coverage(reader: ClaimTableReader) -> Coverage | None:
    if not reader.has("coverage"):
        return None
    inner = reader.table("coverage")
    inner.refuse_unknown(_COVERAGE_KEYS)
    coverage = Coverage(
        of=inner.choice("of", CoverageUnit),
        percent=inner.share("percent"),
        stations=inner.count("stations", MAX_COUNT),
        stations_expected=inner.count("stations_expected", MAX_COUNT),
        registered=inner.count("registered", MAX_COUNT),
    )
    if not any(inner.has(key) for key in ("percent", "stations", "registered")):
        inner.fault("", "percent, stations or registered", "none of them")
    return coverage


def _read_figures(reader: ClaimTableReader, contest: Contest | None) -> Figures:
    votes, shares = reader.table("votes"), reader.table("shares")
    categories = reader.table("categories")
    if contest:
        candidacies = tuple(item.code for item in contest.candidacies)
        votes.refuse_unknown((*candidacies, _REST, _OTHERS))
        shares.refuse_unknown((*candidacies, _REST, _OTHERS))
        categories.refuse_unknown(tuple(item.code for item in contest.categories))
    figures = Figures(
        votes=_counts_by_code(votes),
        rest_votes=votes.count(_REST, MAX_COUNT),
        other_votes=votes.counts(_OTHERS, MAX_OTHERS, MAX_COUNT),
        shares=_shares_by_code(shares),
        rest_share=shares.share(_REST),
        other_shares=shares.shares(_OTHERS, MAX_OTHERS),
        valid=reader.count("valid", MAX_COUNT),
        cast=reader.count("cast", MAX_COUNT),
        categories={
            CategoryCode(code): count
            for code in categories.listed()
            if (count := categories.count(code, MAX_COUNT)) is not None
        },
        registered=reader.count("registered", MAX_COUNT),
        turnout=reader.share("turnout"),
        margin=reader.share("margin"),
    )
    _refuse_ambiguous_others(votes, shares, figures, contest)
    return figures


def _counts_by_code(votes: ClaimTableReader) -> dict[CandidacyCode, int]:
    codes = [code for code in votes.listed() if code not in (_REST, _OTHERS)]
    read = {CandidacyCode(code): votes.count(code, MAX_COUNT) for code in codes}
    return {code: count for code, count in read.items() if count is not None}


def _shares_by_code(shares: ClaimTableReader) -> dict[CandidacyCode, PrintedShare]:
    codes = [code for code in shares.listed() if code not in (_REST, _OTHERS)]
    read = {CandidacyCode(code): shares.share(code) for code in codes}
    return {code: share for code, share in read.items() if share is not None}


def _refuse_ambiguous_others(
    votes: ClaimTableReader, shares: ClaimTableReader, figures: Figures, contest: Contest | None
) -> None:
    for table in (votes, shares):
        if table.has(_REST) and table.has(_OTHERS):
            table.fault(_REST, f"either {_REST} or {_OTHERS}", "both")
    lengths = {len(figures.other_votes), len(figures.other_shares)}
    if votes.has(_OTHERS) and shares.has(_OTHERS) and len(lengths) > 1:
        shares.fault(
            _OTHERS,
            f"as many percentages as there are votes.{_OTHERS}, in the same order",
            f"{len(figures.other_shares)} for {len(figures.other_votes)}",
        )
    if contest is None:
        return
    for table, named, others in (
        (votes, len(figures.votes), len(figures.other_votes)),
        (shares, len(figures.shares), len(figures.other_shares)),
    ):
        if others and named + others > len(contest.candidacies):
            most = len(contest.candidacies) - named
            table.fault(_OTHERS, f"at most {most}, the candidacies not named", f"{others}")


def _read_assertions(reader: ClaimTableReader, contest: Contest | None) -> tuple[Assertion, ...]:
    found = []
    for kind in (AssertionKind.LEADS, AssertionKind.ELECTED):
        if code := reader.text(kind.value, ""):
            codes = [item.code for item in contest.candidacies] if contest else [code]
            if code not in codes:
                reader.fault(kind.value, f"a candidacy ({', '.join(codes)})", shown(code))
            found.append(Assertion(kind, CandidacyCode(code)))
    words = reader.words("asserts", (AssertionKind.IRREVERSIBLE.value,))
    return (*found, *(Assertion(AssertionKind(word), None) for word in words))
