"""Public claims held against the newest bulletin: ``<language>/claims.html``.

Statements and their words are those of ``escrutinio check``; only the ground is another one: not a
table of sheets but the count of the bulletin, which anybody can verify. The page is there where the
publisher gives claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from escrutinio.claims import ClaimsFile, EvidenceClass
from escrutinio.definition import RecordKind
from escrutinio.log import LogFile
from escrutinio.operations import ContestReport
from escrutinio.operations.check_cut import CutReport, Ground, check_cut
from escrutinio.operations.site_given import CLAIMS_PATH
from escrutinio.operations.site_source import SiteSince
from escrutinio.primitives import Message, Names, say
from escrutinio.site.page_claims import ClaimsView, view_claims
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["ClaimsFacts", "ClaimsPage", "gather_claims"]


@dataclass(frozen=True, slots=True)
class ClaimedContest:
    """A contest that claims are about.

    Attributes:
        prefix: start of every anchor of its part of the page.
        report: the contest with the statements.
        claims: the claims as the page shows them.
        ground: what they were held against.
        has_apart: whether some of them were held against their own figures alone.
    """

    prefix: str
    report: ContestReport
    claims: ClaimsView
    ground: Message
    has_apart: bool


@dataclass(frozen=True, slots=True)
class ClaimsFacts:
    """What the page shows, without a language.

    Attributes:
        claims: the file; None where there is none, and no page.
        contests: those that claims are about, in the order of the definition.
        source_names: whose sheets they were held against.
    """

    claims: ClaimsFile | None
    contests: Sequence[ClaimedContest]
    source_names: Names | Message


class ClaimsPage(SinglePage[ClaimsFacts]):
    """The claims, where there are any."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("claims", gather_claims, _show, is_live=True)

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name the page in every language."""
        return super().list_paths(view) if CLAIMS_PATH in view.source.given else ()

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the page in every language."""
        if CLAIMS_PATH in view.source.given:
            yield from super().make_files(view, pages, since)


def gather_claims(view: SiteView) -> ClaimsFacts:
    """Hold the claims against the newest bulletin."""
    claims = view.given.claims
    contests: list[ClaimedContest] = []
    if claims is not None:
        named = {item.contest for item in claims.claims}
        checked = check_cut(view.ledger, view.cut, claims, view.source.origin)
        contests = [
            _view(view, item, claims, f"c{number}")
            for number, item in enumerate(checked, start=1)
            if item.report.contest.code in named
        ]
    sources = ", ".join(sorted({item.tally.source for item in view.cut.contests}))
    is_official = view.definition.record_kind is RecordKind.OFFICIAL
    return ClaimsFacts(
        claims, contests, say("site.claims.log") if is_official else Names({"en": sources})
    )


def _view(view: SiteView, checked: CutReport, claims: ClaimsFile, prefix: str) -> ClaimedContest:
    report, apart = checked.report, checked.apart
    shown = view_claims(report, claims, report.tally.source, prefix)
    # Their bars would lay what they print beside totals that they are not held against.
    bare = tuple(
        replace(item, pairs=None) if item.claim and item.claim.id in apart else item
        for item in shown.claims
    )
    time = view.moments.say(view.body.time_s)
    ground = say(f"site.claims.{checked.ground.value}", number=view.body.number, time=time)
    has_apart = checked.ground is Ground.COUNT and bool(apart)
    return ClaimedContest(prefix, report, replace(shown, claims=bare), ground, has_apart)


def _show(facts: ClaimsFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    file = linker.view.source.given[CLAIMS_PATH]
    return {
        "report": facts,
        "contests": facts.contests,
        "classes": [item.value for item in EvidenceClass],
        "file": linker.download(file.line(CLAIMS_PATH)),
        "sheets": linker.single("data"),
    }
