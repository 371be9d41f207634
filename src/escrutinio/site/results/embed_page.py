"""What newsrooms take into their own pages.

    <language>/embed.html                 how, with a frame to copy and the files for programs
    <language>/embed/<division>.html      a small page of one division, for a frame
    assets/bulletins.json                 every bulletin: number, time, size, root, path of its body

A small page names no bulletin: it stays as it is while the figures of its division do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from escrutinio.definition import Division
from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.publication.layout import body_path, rows_path, zip_path
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page
from escrutinio.site.results.bodies import decode_body
from escrutinio.site.results.contest_view import ContestSection, view_contest
from escrutinio.site.results.frame import CONTENT_POLICY, PageFrames
from escrutinio.site.results.history import differing_divisions
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.paths import link, safe_name
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["BULLETINS_PATH", "EmbedPages", "embed_path"]

BULLETINS_PATH = "assets/bulletins.json"
#: Candidacies of a small page; the others are counted, and stand on the division's own page.
MAX_CANDIDACIES = 12
#: Divisions that the page of instructions names, from the root down.
MAX_NAMED = 60


def embed_path(language: str, division: str) -> str:
    """Give the path of a division's small page."""
    return f"{language}/embed/{safe_name(division)}.html"


class EmbedPages:
    """The instructions, the small pages, and the list of bulletins for programs."""

    def __init__(self) -> None:
        """Name the page."""
        self._page = SinglePage("embed", _gather, _show)

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every file."""
        small = [
            embed_path(code, item.division)
            for code in view.languages
            for item in view.definition.divisions
        ]
        return [*self._page.list_paths(view), *small, BULLETINS_PATH]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the small pages whose figures changed, and the rest."""
        for division in _wanted(view, since):
            sections = [
                view_contest(view, position, division.division, {}, None)
                for position, _, _ in view.contests_in(division.division)
            ]
            for words in pages.words:
                yield _small_page(pages, words, division, sections)
        yield LogFile(BULLETINS_PATH, _list_bulletins(view))
        yield from self._page.make_files(view, pages, since)


def _wanted(view: SiteView, since: SiteSince | None) -> Sequence[Division]:
    if since is None or since.number is None:
        return view.definition.divisions
    before = decode_body(view.source.load_body(since.number))
    changed = differing_divisions(view, before)
    return [item for item in view.definition.divisions if item.division in changed]


def _small_page(
    pages: PageFrames, words: PageWords, division: Division, sections: Sequence[ContestSection]
) -> LogFile:
    path = embed_path(words.code, division.division)
    linker = Linker(pages, words, path)
    page = render_page(
        "results/embedded.html.j2",
        words,
        view=pages.view,
        direction=words.words["site.frame.direction"],
        policy=CONTENT_POLICY,
        assets=link(path, "assets"),
        division=division,
        whole=linker.division(division.division),
        sections=sections,
        most=MAX_CANDIDACIES,
    )
    return LogFile(path, page)


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
        "divisions": [(item, linker.page(embed_path(words.code, item.division))) for item in facts],
        "more": len(linker.view.definition.divisions) - len(facts),
        "bulletins_file": linker.file(BULLETINS_PATH),
        "data": linker.single("data"),
        "feed": linker.page(f"{words.code}/feed.xml"),
    }
