"""What every group of pages offers: its names, and those of its files that may differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.view import SiteView

__all__ = ["PageGroup"]


class PageGroup(Protocol):
    """Pages that are made together."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every file of the group."""

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the files that may differ from those that stand in the record.

        Args:
            view: what they are made of.
            pages: frames them.
            since: what the standing ones are about; None makes all of them.
        """
