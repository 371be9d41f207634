"""Pages of which there is one per language: a name, a template, and what the template shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.paths import page_path
from escrutinio.site.results.view import SiteView

__all__ = ["SinglePage"]

Facts = TypeVar("Facts")


class SinglePage(Generic[Facts]):
    """One page in every language.

    Most are made at every publication: there are few of them, and what has not changed is not
    written.
    """

    def __init__(
        self,
        name: str,
        gather: Callable[[SiteView], Facts],
        show: Callable[[Facts, Linker, PageWords], Mapping[str, object]],
        *,
        is_live: bool = False,
        is_lasting: bool = False,
    ) -> None:
        """Take the page.

        Args:
            name: of its file and its template, without an ending.
            gather: gives what it is about, whatever the language; asked once.
            show: gives what its template names, for each language.
            is_live: whether it looks by itself for a newer version of itself.
            is_lasting: whether it stays as it is while no amendment comes into force.
        """
        self._name = name
        self._gather = gather
        self._show = show
        self._is_live = is_live
        self._is_lasting = is_lasting

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name the page in every language."""
        return [page_path(code, f"{self._name}.html") for code in view.languages]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the page in every language."""
        if self._is_lasting and pages.touched(since) is not None:
            return
        facts = self._gather(view)
        for words in pages.words:
            path = page_path(words.code, f"{self._name}.html")
            values = self._show(facts, Linker(pages, words, path), words)
            template = f"results/{self._name}.html.j2"
            yield pages.render(words, path, template, is_live=self._is_live, **values)
