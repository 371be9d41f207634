"""Style sheets and scripts of the site, and the note on what made it.

assets/site.css, site.js ...    as they stand in the package
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources

from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.view import SiteView

__all__ = ["AssetFiles"]

_FOLDER = "assets"


class AssetFiles:
    """The files of the package's folder ``assets``."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every file."""
        del view  # they are the same for every record
        return [f"{_FOLDER}/{name}" for name in _assets()]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make all files; what stands was made by the same package, so nothing when it stands."""
        del view, pages
        if since is None:
            for name, data in _assets().items():
                yield LogFile(f"{_FOLDER}/{name}", data)


@cache
def _assets() -> Mapping[str, bytes]:
    folder = resources.files("escrutinio.site").joinpath(_FOLDER)
    return {
        item.name: item.read_bytes()
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.is_file()
    }
