"""Finding a place, a station or a division: ``<language>/search.html``.

The page lists divisions to go down from; a script looks up ids and names in the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from escrutinio.definition import Division
from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.search_index import (
    Item,
    cut_index,
    index_files,
    list_items,
    shard_paths,
)
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["SearchPages"]

#: Most divisions listed on the page; with more, only the upper levels are.
MAX_LISTED = 500


@dataclass(frozen=True, slots=True)
class Branch:
    """A division, with those inside it that are listed."""

    division: Division
    inside: Sequence[Branch]


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """What the page shows, without a language.

    Attributes:
        root: the division around all others.
        is_whole: whether every division is listed.
    """

    root: Branch
    is_whole: bool


class SearchPages:
    """The page and its index."""

    def __init__(self) -> None:
        """Name the page."""
        self._page = SinglePage("search", gather_divisions, _show, is_lasting=True)
        self._last: tuple[SiteView, Mapping[str, Sequence[Item]]] | None = None

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name the page in every language, and the files of the index."""
        return [*self._page.list_paths(view), *shard_paths(self._shards(view))]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the index and the page."""
        # Without an amendment the index changes only with stations that no definition names.
        if pages.touched(since) is None or view.place_of.keys() != view.stations.keys():
            yield from index_files(self._shards(view))
        yield from self._page.make_files(view, pages, since)

    def _shards(self, view: SiteView) -> Mapping[str, Sequence[Item]]:
        if self._last is None or self._last[0] is not view:
            self._last = (view, cut_index(list_items(view)))
        return self._last[1]


def gather_divisions(view: SiteView) -> SearchFacts:
    """Gather the upper levels, as many as there is room for."""
    depths = [len(path) for path in view.paths.values()]
    depth = deepest = max(depths)
    while depth > 1 and sum(at <= depth for at in depths) > MAX_LISTED:
        depth -= 1
    return SearchFacts(_branch(view, view.definition.root, depth), depth == deepest)


def _branch(view: SiteView, division: Division, depth: int) -> Branch:
    inside = view.children.get(division.division, ()) if depth > 1 else ()
    return Branch(division, [_branch(view, child, depth - 1) for child in inside])


def _show(facts: SearchFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    return {"facts": facts, "to": linker}
