"""Bulletins: the list of all, and for each what changed since the one before.

    <language>/bulletins.html      newest first: counters, outcome in words, downloads
    <language>/feed.xml            the same as a feed
    <language>/b/000002.html       what changed from bulletin 1 to bulletin 2, station by station

A page of changes is about two bulletins that never change, so it is made once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escrutinio.definition import Contest
from escrutinio.log import LogFile
from escrutinio.log.entries.model import Bulletin, NationalFigures
from escrutinio.operations.site_source import SiteSince
from escrutinio.primitives import Message
from escrutinio.publication.layout import body_path, rows_path, zip_path
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.bodies import ChangeItem, decode_body
from escrutinio.site.results.feed import FEED_NAME, StatedBulletin, write_feed
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.linking import Download, Linker
from escrutinio.site.results.outcome_words import StatedOutcome, read_outcomes
from escrutinio.site.results.paths import link, page_path
from escrutinio.site.results.reason_words import say_reason
from escrutinio.site.results.view import SiteView

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["BulletinPages", "changes_path"]

#: Changes shown on one page; ``bulletin.json`` has all of them.
MAX_CHANGES = 500
_LIST_NAME = "bulletins.html"


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """One bulletin in the list.

    Attributes:
        stated: the bulletin.
        moment: its time.
        figures: of each contest of the genesis definition.
        outcomes: by contest, what it says.
        changes: link to what changed since the bulletin before; None in the first.
        downloads: its files.
    """

    stated: StatedBulletin
    moment: Markup
    figures: Sequence[tuple[Contest, NationalFigures]]
    outcomes: Mapping[str, StatedOutcome]
    changes: str | None
    downloads: Sequence[Download]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One station that changed otherwise than from missing to counted.

    Attributes:
        item: what the bulletin says.
        href: link to the station, or None.
        kind: what the change is, as a message key ends.
        was: why it was what it was.
        why: why it is what it is now.
    """

    item: ChangeItem
    href: str | None
    kind: str
    was: Sequence[Message]
    why: Sequence[Message]


@dataclass(frozen=True, slots=True)
class ContestChanges:
    """What changed in one contest.

    Attributes:
        contest: which one.
        added: stations counted now that were missing before, in the contest's area.
        kinds: how many changes there are of each kind, most first.
        rows: the changes, as far as they are shown.
        more: number of those that are not.
    """

    contest: Contest
    added: int
    kinds: Sequence[tuple[str, int]]
    rows: Sequence[ChangeRow]
    more: int


def changes_path(language: str, number: int) -> str:
    """Give the path of what changed from the bulletin before to this one."""
    return f"{language}/b/{number:06d}.html"


class BulletinPages:
    """The list, the feeds, and the changes of every bulletin but the first."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every file."""
        paths = []
        for code in view.languages:
            paths += [page_path(code, _LIST_NAME), page_path(code, FEED_NAME)]
            paths += [changes_path(code, item.bulletin.number) for item in view.bulletins[1:]]
        return paths

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the list, the feeds, and the changes of the bulletins that are new."""
        known = 0 if since is None else since.number or 0
        for placed in view.bulletins[1:]:
            if placed.bulletin.number > known:
                yield from _change_pages(view, pages, placed.bulletin)
        genesis = view.ledger.genesis
        stated = [
            StatedBulletin(
                placed, read_outcomes(view.source.load_body(placed.bulletin.number), genesis)
            )
            for placed in reversed(view.bulletins)
        ]
        for words in pages.words:
            yield _list_page(view, pages, words, stated)
            path = page_path(words.code, FEED_NAME)
            pages_of = {
                item.placed.bulletin.number: _page_of(pages, words.code, path, item)
                for item in stated
            }
            yield LogFile(path, write_feed(view, words.code, stated, pages_of))


def _page_of(pages: PageFrames, code: str, path: str, stated: StatedBulletin) -> str:
    page = changes_path(code, stated.placed.bulletin.number)
    return link(path, page if pages.has(page) else page_path(code, _LIST_NAME))


def _change_pages(view: SiteView, pages: PageFrames, bulletin: Bulletin) -> Iterator[LogFile]:
    number = bulletin.number
    contests = decode_body(view.source.load_body(number)).contests
    for words in pages.words:
        path = changes_path(words.code, number)
        linker = Linker(pages, words, path)
        yield pages.render(
            words,
            path,
            "results/changes.html.j2",
            bulletin=number,
            moment=view.moments.show(words, bulletin.time_s),
            contests=[
                _contest_changes(
                    view.ledger.genesis.contests[item.position],
                    item.divisions[0].new or 0,
                    item.changes or (),
                    linker,
                )
                for item in contests
            ],
            body=linker.file(body_path(number)),
            back=linker.page(page_path(words.code, _LIST_NAME)),
        )


def _list_page(
    view: SiteView, pages: PageFrames, words: PageWords, stated: Sequence[StatedBulletin]
) -> LogFile:
    path = page_path(words.code, _LIST_NAME)
    linker = Linker(pages, words, path)
    contests, files = view.ledger.genesis.contests, view.source.files
    rows = []
    for item in stated:
        number = item.placed.bulletin.number
        names = (zip_path(number), body_path(number), rows_path(number))
        rows.append(
            BulletinRow(
                item,
                view.moments.show(words, item.placed.bulletin.time_s),
                list(zip(contests, item.placed.bulletin.figures, strict=True)),
                {outcome.contest.code: outcome for outcome in item.outcomes},
                linker.page(changes_path(words.code, number)),
                [linker.download(files[name]) for name in names if name in files],
            )
        )
    return pages.render(
        words,
        path,
        "results/bulletins.html.j2",
        is_live=True,
        bulletins=rows,
        feed=linker.page(page_path(words.code, FEED_NAME)),
    )


def _contest_changes(
    contest: Contest, added: int, changes: Sequence[ChangeItem], linker: Linker
) -> ContestChanges:
    numbers: dict[str, int] = {}
    rows: list[ChangeRow] = []
    for item in changes:
        kind = _kind_of(item)
        numbers[kind] = numbers.get(kind, 0) + 1
        if len(rows) < MAX_CHANGES:
            rows.append(
                ChangeRow(
                    item,
                    linker.station(item.station),
                    kind,
                    say_reason(item.from_why or ""),
                    say_reason(item.why or ""),
                )
            )
    kinds = sorted(numbers.items(), key=lambda found: (-found[1], found[0]))
    return ContestChanges(contest, added, kinds, rows, len(changes) - len(rows))


def _kind_of(item: ChangeItem) -> str:
    """Say what kind of change it is: a fate that is another one comes before all else."""
    if item.to is None:
        return "gone"
    if item.to != item.before:
        return f"to_{item.to}"
    if item.entry != item.from_entry:
        return "corrected"
    return "moved"
