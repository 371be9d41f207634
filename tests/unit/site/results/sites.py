"""Sites of simulated elections, published as a publisher does, and pages read back from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from escrutinio.operations import publish_record
from escrutinio.operations.site_source import PageMaker
from escrutinio.site.results.assets import AssetFiles
from escrutinio.site.results.country_page import CountryPages
from escrutinio.site.results.division_page import DivisionPages
from escrutinio.site.results.place_page import PlacePages
from escrutinio.site.results.site_maker import PageGroup, SiteMaker
from escrutinio.testing import FilesInMemory, make_election, workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day
from tests.unit.site.reading import Element, read_page

__all__ = ["Site", "core_groups", "hrefs_of", "read_site_page", "simulated_site", "site_of"]

#: Elements whose end HTML lets a page leave out, and before which others they end.
_OPEN_ENDED = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "th": {"tr", "td", "th", "tbody"},
    "td": {"tr", "td", "th", "tbody"},
    "tr": {"tr", "tbody"},
    "tbody": {"tbody"},
}


def core_groups() -> tuple[PageGroup, ...]:
    """Give the pages of the country, of divisions and of places, without the single pages."""
    return (AssetFiles(), PlacePages(), DivisionPages(), CountryPages())


class Site:
    """The files of a record with its pages, by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    def page(self, path: str) -> Element:
        """Read a page."""
        return read_site_page(self.files[path])

    @property
    def pages(self) -> list[str]:
        return sorted(path for path in self.files if path.endswith(".html"))


def read_site_page(page: bytes) -> Element:
    """Read a page in which optional end tags are left out, as browsers do."""
    return read_page(_close(page.decode()).encode())


_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")


def _close(text: str) -> str:
    """Write the end tags that HTML lets a page leave out."""
    open_tags: list[str] = []

    def end_before(tag: str) -> str:
        ended = ""
        while open_tags and tag in _OPEN_ENDED.get(open_tags[-1], ()):
            ended += f"</{open_tags.pop()}>"
        return ended

    def replace(found: re.Match[str]) -> str:
        is_end, tag, rest = found[1], found[2], found[3]
        if is_end:
            ended = ""
            while open_tags and open_tags[-1] != tag and open_tags[-1] in _OPEN_ENDED:
                ended += f"</{open_tags.pop()}>"
            if open_tags and open_tags[-1] == tag:
                open_tags.pop()
            return ended + found[0]
        ended = end_before(tag)
        if tag == "use":
            return f"{ended}<use{rest.removesuffix('/')}></use>"
        if not rest.endswith("/") and tag not in {"meta", "link", "br", "hr", "img", "input"}:
            open_tags.append(tag)
        return ended + found[0]

    return _TAG.sub(replace, text)


def site_of(rehearsal: Rehearsal, maker: PageMaker | None = None) -> Site:
    """Publish what was rehearsed with its pages, once more and without a bulletin."""
    record = rehearsal.record
    pages = maker or SiteMaker(groups=core_groups())
    publish_record(rehearsal.log, record, rehearsal.operator, None, None, pages)
    assert isinstance(record, FilesInMemory)
    return Site(record.files)


@cache
def simulated_site(stations: int, bulletins: int, seed: int = 1) -> Site:
    """Give the site of an election at one of its bulletins; 0 for before the first."""
    election = make_election(stations, seed)
    rehearsal = Rehearsal(make_day(election), workspace_in_memory(), FilesInMemory())
    rehearsal.run_to(bulletins)
    return site_of(rehearsal)


def hrefs_of(page: Element) -> list[str]:
    """Give every address that a page names."""
    return [
        item.attributes[name]
        for item in page.all()
        for name in ("href", "src")
        if name in item.attributes and item.tag != "use"
    ]
