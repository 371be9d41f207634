"""What newsrooms take into their own pages.

    <language>/embed.html      how, with a frame to copy and the files for programs
    assets/bulletins.json      every bulletin: number, time, size, root, path of its body

What stands in a frame is the country's page or that of a division: with ``#embed`` at the end of
its address the style sheet shows its figures alone. So every division can be framed, without a
script and without a file more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from escrutinio.definition import Division
from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.publication.layout import body_path, rows_path, zip_path
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["BULLETINS_PATH", "FRAMED", "EmbedPages"]

BULLETINS_PATH = "assets/bulletins.json"
#: What the address of a page in a frame ends in: the id of its body.
FRAMED = "#embed"
#: Divisions that the page of instructions names, from the root down.
MAX_NAMED = 60


class EmbedPages:
    """The instructions, and the list of bulletins for programs."""

    def __init__(self) -> None:
        """Name the page."""
        self._page = SinglePage("embed", _gather, _show, is_lasting=True)

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every file."""
        return [*self._page.list_paths(view), BULLETINS_PATH]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the list and the page."""
        yield LogFile(BULLETINS_PATH, _list_bulletins(view))
        yield from self._page.make_files(view, pages, since)


def _list_bulletins(view: SiteView) -> bytes:
    """Write every bulletin, oldest first, so that a program finds the newest at the end."""
    document = {
        "election": str(view.definition.identity),
        "bulletins": [
            {
                "number": item.bulletin.number,
                "time_s": item.bulletin.time_s,
                "size": item.bulletin.size,
                "root": item.bulletin.root.hex(),
                "body": body_path(item.bulletin.number),
                "rows": rows_path(item.bulletin.number),
                "zip": zip_path(item.bulletin.number),
            }
            for item in view.bulletins
        ],
    }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def _gather(view: SiteView) -> Sequence[Division]:
    upper = sorted(view.definition.divisions, key=lambda item: len(view.paths[item.division]))
    return upper[:MAX_NAMED]


def _show(facts: Sequence[Division], linker: Linker, words: PageWords) -> Mapping[str, object]:
    return {
        "divisions": [
            (item, f"{address}{FRAMED}")
            for item in facts
            if (address := linker.division(item.division)) is not None
        ],
        "more": len(linker.view.definition.divisions) - len(facts),
        "bulletins_file": linker.file(BULLETINS_PATH),
        "data": linker.single("data"),
        "feed": linker.page(f"{words.code}/feed.xml"),
    }
