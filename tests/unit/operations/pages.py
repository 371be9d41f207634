"""A small maker of pages, for the tests of publishing: what a real one may do, in few files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from escrutinio.definition import Definition
from escrutinio.errors import Fault, MalformedError
from escrutinio.log import LogFile
from escrutinio.operations.site_given import GEOMETRY_PATH, GivenFile
from escrutinio.operations.site_source import SiteSince, SiteSource

__all__ = ["SmallPages"]


class SmallPages:
    """One page per station with a sheet, per bulletin, and a first page; a page per kind of change.

    Stations' pages follow from their sheets alone, the first page from everything, and one page
    stands only while the number of bulletins is odd.
    """

    def __init__(self, look: str = "plain") -> None:
        """Take what the pages look like: another look is another maker."""
        self._look = look
        #: What ``make_files`` was asked for.
        self.asked: list[SiteSince | None] = []

    def check_given(self, given: Mapping[str, GivenFile], definition: Definition) -> None:
        """Refuse every file that begins with an exclamation mark."""
        del definition
        faults = [
            Fault(file.name, "no mark", "one")
            for file in given.values()
            if file.data.startswith(b"!")
        ]
        if faults:
            raise MalformedError.of(*faults)

    def fingerprint(self, given: Mapping[str, GivenFile]) -> str:
        """What tells this maker from another one, and whether shapes are given."""
        parts = (self._look, *(path for path in given if path == GEOMETRY_PATH))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def list_paths(self, source: SiteSource) -> Iterable[str]:
        """Name every file of the site."""
        return [path for path, _ in self._pages(source)]

    def make_files(self, source: SiteSource, since: SiteSince | None) -> Iterator[LogFile]:
        """Make the files that may differ."""
        self.asked.append(since)
        old = -1 if since is None else since.size
        for path, size in self._pages(source):
            if size >= old:
                yield LogFile(path, self._text(path, size, source))

    def _pages(self, source: SiteSource) -> Iterator[tuple[str, int]]:
        """Give every page with the size of the log from which on it is as it is."""
        yield "assets/site.css", 0
        sheets = () if source.cut is None else source.cut.contests[0].records.sheets
        for sheet in sheets:
            if sheet is not None:
                yield f"en/p/{sheet.sheet.station}.html", sheet.index
        for placed in source.ledger.bulletins:
            yield f"en/b/{placed.bulletin.number}.html", placed.index
        if len(source.ledger.bulletins) % 2:
            yield "en/odd.html", source.ledger.size
        yield "index.html", source.ledger.size

    def _text(self, path: str, size: int, source: SiteSource) -> bytes:
        lines = [self._look, path]
        if path.startswith("en/p/"):
            lines.append(hashlib.sha256(source.load_entry(size)).hexdigest())
        if path.startswith("en/b/"):
            number = int(path.removeprefix("en/b/").removesuffix(".html"))
            lines.append(hashlib.sha256(source.load_body(number)).hexdigest())
        if path == "index.html":
            lines.append(f"{source.origin} {source.ledger.size}")
            if source.cut is not None and source.bulletin is not None:
                found = sum(frame.height for frame in source.findings)
                lines.append(f"{source.bulletin.entry.number} {source.cut.size} {found}")
        return "\n".join(lines).encode()
