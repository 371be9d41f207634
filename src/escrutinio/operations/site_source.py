"""What the pages of a record are made of, and what makes them: the port to ``site``.

Pages are a pure function of the published log and of the bulletins in it. They prove nothing by
themselves; what they say can be computed again from the rest of the record.

Pages stand beside the evidence, under paths of their own:

    index.html         the first page
    <language>/...     the pages of one language
    assets/...         style, scripts, pictures

``assets/made-by.txt`` is written by whoever publishes the pages; their maker knows nothing of it.
So are the files that the publisher gives to the site, which their maker reads (``site_given.py``).

Format page: docs/formats/site.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from escrutinio.definition import Definition
from escrutinio.log import LogFile
from escrutinio.operations.site_given import GivenFile
from escrutinio.publication import ManifestFile
from escrutinio.publication.bulletin_body import ComposedBulletin
from escrutinio.publication.cut import Cut
from escrutinio.tabulation.ledger import Ledger

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MADE_BY_PATH", "PageMaker", "SiteSince", "SiteSource"]


#: Where the note on what the standing pages are about stands.
MADE_BY_PATH = "assets/made-by.txt"


@dataclass(frozen=True, slots=True)
class SiteSource:
    """What pages are made of.

    Attributes:
        origin: name of the log.
        ledger: of every entry that is going to be published; it may be ahead of the bulletin.
        cut: the count that the newest bulletin is about; None before the first bulletin.
        bulletin: the newest one; None before the first.
        findings: of each contest of the cut, as in its exports.
        load_body: gives ``bulletin.json`` of a bulletin in the log by its number.
        load_entry: gives the bytes of an entry by its index.
        files: by path, what the manifest says of every file that is no page, but for partial
            tiles of the publication before, which stand a little longer.
        load_file: gives a file as it stands in the record before this publication, by its path;
            None where there is none.
        given: by path, what the publisher gives to the site.
    """

    origin: str
    ledger: Ledger
    cut: Cut | None
    bulletin: ComposedBulletin | None
    findings: tuple[pl.DataFrame, ...]
    load_body: Callable[[int], bytes]
    load_entry: Callable[[int], bytes]
    files: Mapping[str, ManifestFile] = field(default_factory=dict, repr=False)
    load_file: Callable[[str], bytes | None] = field(default=lambda _: None)
    given: Mapping[str, GivenFile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SiteSince:
    """What the pages that stand in a record are about.

    Attributes:
        size: number of entries of the log that was published with them.
        number: of the newest bulletin then; None when there was none.
        fingerprint: of what made them.
    """

    size: int
    number: int | None
    fingerprint: str


class PageMaker(Protocol):
    """Makes the pages of a record; the same source gives the same bytes."""

    def check_given(self, given: Mapping[str, GivenFile], definition: Definition) -> None:
        """Look at what the publisher gives, before anything is published.

        Args:
            given: by path; the next source has the same.
            definition: the genesis definition.

        Raises:
            MalformedError: with every fault of every file.
        """

    def fingerprint(self, given: Mapping[str, GivenFile]) -> str:
        """Tell pages from those that another maker makes, or this one beside other files.

        Args:
            given: what the publisher gives to the site. A file of which only pages follow that are
                made at every publication needs no part in it.

        Returns:
            A digest of program, templates, words and files, hexadecimal.
        """

    def list_paths(self, source: SiteSource) -> Iterable[str]:
        """Name every file of the site."""

    def make_files(self, source: SiteSource, since: SiteSince | None) -> Iterator[LogFile]:
        """Make the files that may differ from those that stand in the record.

        They take their places in this order. The first page comes last, so that whoever reads
        while files are replaced finds no page that names a newer one.

        Args:
            source: what they are made of.
            since: what the standing ones are about; this maker made them. None makes all of them.
        """
