"""Links from single pages to stations, divisions and files, only where the site has them."""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.publication import ManifestFile
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.paths import (
    division_path,
    link,
    page_path,
    place_path,
    station_anchor,
)
from escrutinio.site.results.view import SiteView

__all__ = ["Download", "Linker"]


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the record as a page offers it.

    Attributes:
        name: its path in the record.
        href: as the page names it.
        size_bytes: its size.
        sha256: its SHA-256 in hexadecimal.
    """

    name: str
    href: str
    size_bytes: int
    sha256: str


class Linker:
    """Makes the links of one page."""

    def __init__(self, pages: PageFrames, words: PageWords, path: str) -> None:
        """Take the page.

        Args:
            pages: of the site.
            words: language of the page.
            path: of the page in the record.
        """
        self._pages = pages
        self._code = words.code
        self._path = path

    @property
    def view(self) -> SiteView:
        """What the site is about."""
        return self._pages.view

    def page(self, path: str) -> str | None:
        """Give the address of a page, or None when the site has no such page."""
        return link(self._path, path) if self._pages.has(path) else None

    def single(self, name: str) -> str | None:
        """Give the address of a page of which there is one in this language."""
        return self.page(page_path(self._code, f"{name}.html"))

    def station(self, station: str) -> str | None:
        """Give the address of a station's part of its page."""
        place = self._pages.view.place_of.get(station)
        page = None if place is None else self.page(place_path(self._code, place))
        return None if page is None else f"{page}#{station_anchor(station)}"

    def division(self, division: str) -> str | None:
        """Give the address of a division's page; that of the root is the first page."""
        if division == self.view.definition.root.division:
            return self.single("index")
        return self.page(division_path(self._code, division))

    def anywhere(self, place: str) -> str | None:
        """Give the address of a place that is a station or a division."""
        return self.station(place) or self.division(place)

    def file(self, path: str) -> str:
        """Give the address of a file of the record that is no page."""
        return link(self._path, path)

    def download(self, file: ManifestFile) -> Download:
        """Offer a file that the manifest lists."""
        href = link(self._path, file.path)
        return Download(file.path, href, file.size_bytes, file.sha256.hex())
