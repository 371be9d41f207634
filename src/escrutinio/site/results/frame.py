"""The frame that every page of a site stands in, and the two ways of filling it.

``render`` fills a template that extends ``results/frame.html.j2``: for pages of which there are
few. ``shell`` renders that frame once and gives it in pieces: for the thousands of pages whose
inside is put together from prepared text.

A page never names a file that the site does not have: links go through ``PageFrames.has``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from escrutinio.definition import Phase, RecordKind, Role
from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.primitives import say
from escrutinio.site.language import load_language
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page
from escrutinio.site.results.paths import link, page_path
from escrutinio.site.results.site_words import SiteWords
from escrutinio.site.results.touched import Touched, find_touched
from escrutinio.site.results.view import SiteView

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["CONTENT_POLICY", "Frame", "PageFrames", "PageLink", "Shell"]

#: What a page may load: its own style and scripts, nothing from elsewhere, nothing inline.
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'"
)
#: Pages that the head of every page leads to, in order; the others are in its foot.
HEAD_PAGES = ("index", "search", "bulletins", "claims", "sheets", "data", "verify")
FOOT_PAGES = ("incidents", "witnesses", "compare", "mirror", "wall", "embed", "about")
#: Files that every page names, when the site has them.
_STYLES = ("assets/palette.css", "assets/site.css", "assets/charts.css")
_SCRIPTS = ("assets/site.js",)

# Names cannot hold these characters: ``PageWords.clean`` replaces them.
_SLOT = re.compile("\x01([a-z_]+)\x02")


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the frame.

    Attributes:
        href: as the page names it.
        text: what it says.
        code: language or name of the page.
        is_current: whether it leads to the page itself.
    """

    href: str
    text: Markup
    code: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of one page shows.

    Attributes:
        path: of the page in the record.
        root: from the page to the folder of the record, ``../`` for each folder.
        direction: writing direction of its language.
        policy: what the page may load.
        home: link to the first page of its language.
        languages: the same page in every language.
        head: pages that the head leads to.
        foot: pages that the foot leads to.
        styles: style sheets, as the page names them.
        scripts: scripts, as the page names them.
        is_live: whether it changes while the count runs.
        is_test: whether this is a rehearsal.
        sources: who read the copies of a transcription record; None of an official one.
    """

    path: str
    root: str
    direction: str
    policy: str
    home: str
    languages: tuple[PageLink, ...]
    head: tuple[PageLink, ...]
    foot: tuple[PageLink, ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    is_live: bool
    is_test: bool
    sources: tuple[str, ...] | None

    def to(self, path: str) -> str:
        """Give the address of a file of the record as this page names it."""
        return link(self.path, path)


class Shell:
    """A frame in pieces, for pages at one depth of one language.

    Args of ``fill`` are what goes between: ``title``, ``main`` and ``name``, the name of the
    page's file, by which it names itself in the other languages.
    """

    def __init__(self, text: str) -> None:
        """Take a page whose slots are marked."""
        self._pieces = _SLOT.split(text)

    def fill(self, **slots: str) -> bytes:
        """Give the page with its slots filled, in UTF-8."""
        pieces = list(self._pieces)
        for at in range(1, len(pieces), 2):
            pieces[at] = slots[pieces[at]]
        return "".join(pieces).encode()


class PageFrames:
    """Makes pages of one site.

    Attributes:
        view: what the site is about.
        words: of every language of the site, in their order.
    """

    def __init__(self, view: SiteView, paths: Collection[str]) -> None:
        """Take what the site is about, and the paths of all its pages and assets."""
        self.view = view
        self.words = tuple(SiteWords(load_language(code)) for code in view.languages)
        self._paths = paths
        self._shells: dict[tuple[str, str], Shell] = {}
        self._touched: dict[SiteSince | None, Touched | None] = {}

    def has(self, path: str) -> bool:
        """Say whether the site has a page or an asset."""
        return path in self._paths

    def touched(self, since: SiteSince | None) -> Touched | None:
        """Say what may differ from what stands in a record; None when everything may."""
        if since not in self._touched:
            self._touched[since] = find_touched(self.view, since)
        return self._touched[since]

    def frame(self, words: PageWords, path: str, *, is_live: bool = False) -> Frame:
        """Give the frame of a page.

        Args:
            words: language of the page.
            path: of the page in the record.
            is_live: whether it changes while the count runs; a script then looks for a newer one.
        """
        definition = self.view.definition
        return Frame(
            path=path,
            root="../" * path.count("/"),
            direction=words.words["site.frame.direction"],
            policy=CONTENT_POLICY,
            home=link(path, page_path(words.code, "index.html")),
            languages=tuple(self._language_links(path)),
            head=tuple(self._page_links(words, path, HEAD_PAGES)),
            foot=tuple(self._page_links(words, path, FOOT_PAGES)),
            styles=tuple(link(path, name) for name in _STYLES if self.has(name)),
            scripts=tuple(link(path, name) for name in _SCRIPTS if self.has(name)),
            is_live=is_live,
            is_test=definition.phase is Phase.TEST,
            sources=self._sources,
        )

    def render(
        self,
        words: PageWords,
        path: str,
        template: str,
        *,
        is_live: bool = False,
        **values: object,
    ) -> LogFile:
        """Fill a template that extends ``results/frame.html.j2``.

        Args:
            words: language of the page.
            path: of the page in the record.
            template: its name, such as ``results/data.html.j2``.
            is_live: whether it changes while the count runs.
            values: what it names beside ``frame``, ``view`` and what ``render_page`` gives.
        """
        frame = self.frame(words, path, is_live=is_live)
        return LogFile(path, render_page(template, words, frame=frame, view=self.view, **values))

    def shell(self, words: PageWords, folder: str, *, is_live: bool = False) -> Shell:
        """Give the frame of the pages of a folder, such as ``en/d``, in pieces.

        Args:
            words: language of the pages.
            folder: theirs, which begins with the language.
            is_live: whether they change while the count runs.
        """
        key = (words.code, folder)
        if key not in self._shells:
            # One path for all of them; its name is a slot.
            path = f"{folder}/\x01name\x02"
            data = self.render(words, path, "results/shell.html.j2", is_live=is_live).data
            self._shells[key] = Shell(data.decode())
        return self._shells[key]

    @cached_property
    def _sources(self) -> tuple[str, ...] | None:
        definition = self.view.definition
        if definition.record_kind is RecordKind.OFFICIAL:
            return None
        signers = () if definition.trust is None else definition.trust.signers
        return tuple(item.signer for item in signers if item.role is Role.SOURCE)

    def _language_links(self, path: str) -> Sequence[PageLink]:
        folder, _, rest = path.partition("/")
        if folder not in self.view.languages:
            rest = "index.html"
        return [
            PageLink(
                link(path, f"{other.code}/{rest}"),
                other.say("site.frame.language"),
                other.code,
                path == f"{other.code}/{rest}",
            )
            for other in self.words
        ]

    def _page_links(self, words: PageWords, path: str, names: Sequence[str]) -> Sequence[PageLink]:
        targets = [(name, page_path(words.code, f"{name}.html")) for name in names]
        return [
            PageLink(
                link(path, target),
                words.text(say(f"site.frame.page.{name}")),
                name,
                target == path,
            )
            for name, target in targets
            if self.has(target)
        ]
