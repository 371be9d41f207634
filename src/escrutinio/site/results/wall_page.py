"""The wall view, for a projector: few and large numbers of each contest. ``<language>/wall.html``.

It puts a newer version of itself in its own place, because nobody stands there to press a button.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.site.page_words import PageWords
from escrutinio.site.results.contest_view import ContestSection, view_contest
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.outcomes import ContestOutcome
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["WallPage"]

#: Candidacies shown of each contest; the others are counted.
MAX_CANDIDACIES = 12


@dataclass(frozen=True, slots=True)
class WallContest:
    """One contest on the wall: its own area, and what follows."""

    section: ContestSection
    outcome: ContestOutcome


class WallPage(SinglePage[Sequence[WallContest]]):
    """The wall view."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("wall", gather_wall, _show, is_live=True)


def gather_wall(view: SiteView) -> Sequence[WallContest]:
    """Gather every contest in its own area."""
    return [
        WallContest(
            view_contest(view, position, body.divisions[0].division, {}, None),
            view.outcomes[position],
        )
        for position, body in enumerate(view.body.contests)
    ]


def _show(facts: Sequence[WallContest], linker: Linker, words: PageWords) -> Mapping[str, object]:
    view = linker.view
    moment = None if view.newest is None else view.moments.show(words, view.body.time_s)
    return {"contests": facts, "most": MAX_CANDIDACIES, "moment": moment}
