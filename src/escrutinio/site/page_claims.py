"""Claims as the page shows them: grouped by publication, each statement at its first claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.claims import CLAIM_TESTS, Claim, ClaimsFile, Statement, Verdict
from escrutinio.operations import ContestReport
from escrutinio.primitives import Names
from escrutinio.site.page_claim_figures import (
    AnnouncedChart,
    FigureRow,
    PairChart,
    list_figures,
    view_announced,
    view_pairs,
)

__all__ = ["VERDICTS", "ClaimRef", "ClaimView", "ClaimsView", "StatementView", "view_claims"]

#: Verdicts in the order in which the summary lists them.
VERDICTS = (Verdict.CONTRADICTED, Verdict.SUPPORTED, Verdict.UNCHECKABLE, Verdict.INDICATOR)

_TITLES = {test.code: test.title for test in CLAIM_TESTS}


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A mention of a claim; ``anchor`` is empty when the page has no such claim."""

    anchor: str
    id: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement.

    Attributes:
        anchor: its id on the page.
        statement: verdict, sentence, arithmetic.
        title: name of the test; None for a code outside the catalogue.
        also: the other claims it is about.
        chart: announced against possible, for a contradicted partial total.
    """

    anchor: str
    statement: Statement
    title: Names | None
    also: tuple[ClaimRef, ...]
    chart: AnnouncedChart | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim with the statements that stand at it.

    Attributes:
        anchor: its id on the page.
        claim: what was published; None for the statements about the sheets themselves.
        figures: as printed.
        pairs: printed shares beside the sheets', or None.
        statements: about it.
        elsewhere: claims at which further statements about it stand.
    """

    anchor: str
    claim: Claim | None
    figures: tuple[FigureRow, ...]
    pairs: PairChart | None
    statements: tuple[StatementView, ...]
    elsewhere: tuple[ClaimRef, ...]


@dataclass(frozen=True, slots=True)
class VerdictList:
    """The statements with one verdict, each with the claim at which it stands."""

    verdict: Verdict
    items: tuple[tuple[StatementView, ClaimView], ...]


@dataclass(frozen=True, slots=True)
class ClaimsView:
    """The section on claims.

    Attributes:
        summary: the statements of each verdict, contradicted first; none is left out.
        examples: the first contradicted statement of each test, for the top of the page.
        claims: every claim in the order of the file; the sheets' own totals last.
    """

    summary: tuple[VerdictList, ...]
    examples: tuple[tuple[StatementView, ClaimView], ...]
    claims: tuple[ClaimView, ...]


def view_claims(
    report: ContestReport, claims: ClaimsFile | None, source: str, prefix: str
) -> ClaimsView:
    """Gather what the section on claims shows.

    Args:
        report: the contest.
        claims: the claims file, or None.
        source: id of the source of the sheets.
        prefix: start of every anchor, so that contests do not share any.
    """
    own = [item for item in claims.claims if item.contest == report.contest.code] if claims else []
    anchors = {item.id: f"{prefix}-claim-{number}" for number, item in enumerate(own, start=1)}
    placed = _place_statements(report.statements, anchors, f"{prefix}-statement")
    elsewhere = _list_elsewhere(report.statements, anchors)
    views = [
        ClaimView(
            anchor=anchors[item.id],
            claim=item,
            figures=tuple(list_figures(item, report)),
            pairs=view_pairs(item, report, source),
            statements=tuple(placed.get(item.id, ())),
            elsewhere=elsewhere.get(item.id, ()),
        )
        for item in own
    ]
    if rest := placed.get(""):
        views.append(ClaimView(f"{prefix}-sheets", None, (), None, tuple(rest), ()))
    summary = _summarise(views)
    return ClaimsView(
        summary=summary,
        examples=tuple({pair[0].statement.code: pair for pair in summary[0].items[::-1]}.values())[
            ::-1
        ],
        claims=tuple(views),
    )


def _summarise(views: Sequence[ClaimView]) -> tuple[VerdictList, ...]:
    """List the statements by verdict; the first list is that of the contradicted ones."""
    pairs = [(found, view) for view in views for found in view.statements]
    return tuple(
        VerdictList(verdict, tuple(pair for pair in pairs if pair[0].statement.verdict is verdict))
        for verdict in VERDICTS
    )


def _place_statements(
    statements: Sequence[Statement], anchors: Mapping[str, str], prefix: str
) -> Mapping[str, Sequence[StatementView]]:
    """Put each statement at the first claim of the file that it is about, else at none ("")."""
    placed: dict[str, list[StatementView]] = {}
    for number, item in enumerate(statements, start=1):
        home = _home_of(item, anchors)
        others = [code for code in item.claims if home and code != home]
        view = StatementView(
            anchor=f"{prefix}-{number}",
            statement=item,
            title=_TITLES.get(item.code),
            also=tuple(ClaimRef(anchors.get(code, ""), code) for code in others),
            chart=view_announced(item),
        )
        placed.setdefault(home, []).append(view)
    return placed


def _list_elsewhere(
    statements: Sequence[Statement], anchors: Mapping[str, str]
) -> Mapping[str, tuple[ClaimRef, ...]]:
    """Say for each claim where the statements about it stand that do not stand at it."""
    homes: Counter[tuple[str, str]] = Counter(
        (code, _home_of(item, anchors)) for item in statements for code in item.claims
    )
    return {
        code: tuple(
            ClaimRef(anchors[home], home) for home in anchors if home != code and homes[code, home]
        )
        for code in anchors
    }


def _home_of(statement: Statement, anchors: Mapping[str, str]) -> str:
    """Give the first claim of the file that a statement is about, or nothing."""
    return next((code for code in anchors if code in statement.claims), "")
