"""All pages of a record: the ``PageMaker`` of ``operations/site_source.py``.

A site is made of groups of pages. Each group names its files and makes those that may differ from
what stands in the record; ``page_groups`` lists them, the first page last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from escrutinio import __version__
from escrutinio.definition import Definition
from escrutinio.log import LogFile
from escrutinio.operations.site_given import CLAIMS_PATH, GEOMETRY_PATH, GivenFile
from escrutinio.operations.site_source import SiteSince, SiteSource
from escrutinio.site.language import LANGUAGES
from escrutinio.site.results.assets import AssetFiles
from escrutinio.site.results.country_page import CountryPages
from escrutinio.site.results.division_page import DivisionPages
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.given import read_given
from escrutinio.site.results.page_group import PageGroup
from escrutinio.site.results.place_page import PlacePages
from escrutinio.site.results.single_pages import single_pages
from escrutinio.site.results.view import SiteView, view_site

__all__ = ["PageGroup", "SiteMaker", "page_groups"]

#: Kinds of files of this package that pages follow from.
_SOURCES = (".py", ".j2", ".toml", ".css", ".js")


def page_groups() -> Sequence[PageGroup]:
    """Give every group of pages, in the order in which they are written: the first page last."""
    return (
        AssetFiles(),
        *single_pages(),
        PlacePages(),
        DivisionPages(),
        CountryPages(),
    )


class SiteMaker:
    """Makes the pages of a record in some languages."""

    def __init__(
        self, languages: Sequence[str] = LANGUAGES, groups: Sequence[PageGroup] | None = None
    ) -> None:
        """Take codes of languages that have a catalogue, and what to make instead of all."""
        self._languages = tuple(languages)
        self._groups = page_groups() if groups is None else groups
        self._last: tuple[SiteSource, SiteView, Collection[str]] | None = None

    def check_given(self, given: Mapping[str, GivenFile], definition: Definition) -> None:
        """Look at claims and shapes before anything is published.

        Raises:
            MalformedError: with every fault of every file.
        """
        read_given(given, definition)

    def fingerprint(self, given: Mapping[str, GivenFile]) -> str:
        """Tell pages from those of another program, in other languages, or with other shapes.

        That there are claims shows in the frame of every page; what they say on one alone.
        """
        shapes = given.get(GEOMETRY_PATH)
        parts = (
            __version__,
            *self._languages,
            _fingerprint_of_package(),
            "claims" if CLAIMS_PATH in given else "",
            "" if shapes is None else hashlib.sha256(shapes.data).hexdigest(),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def list_paths(self, source: SiteSource) -> Iterable[str]:
        """Name every file of the site."""
        return self._made_of(source)[1]

    def make_files(self, source: SiteSource, since: SiteSince | None) -> Iterator[LogFile]:
        """Make the files that may differ from those that stand in the record.

        Args:
            source: what they are made of.
            since: what the standing ones are about and were made by; None makes all of them.
        """
        view, paths = self._made_of(source)
        if since is not None and since.fingerprint != self.fingerprint(source.given):
            since = None
        pages = PageFrames(view, paths)
        for group in self._groups:
            yield from group.make_files(view, pages, since)

    def _made_of(self, source: SiteSource) -> tuple[SiteView, Collection[str]]:
        """Gather what pages show, and name them; once for each source."""
        if self._last is None or self._last[0] is not source:
            view = view_site(source, self._languages)
            paths = dict.fromkeys(path for group in self._groups for path in group.list_paths(view))
            self._last = (source, view, paths)
        return self._last[1:]


@cache
def _fingerprint_of_package() -> str:
    """Digest every file of this package that pages follow from."""
    digest = hashlib.sha256()
    for name, data in sorted(_files_of(resources.files("escrutinio.site"), "")):
        digest.update(f"{name} {hashlib.sha256(data).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files_of(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _files_of(item, f"{prefix}{item.name}/")
        elif item.name.endswith(_SOURCES):
            yield f"{prefix}{item.name}", item.read_bytes()
