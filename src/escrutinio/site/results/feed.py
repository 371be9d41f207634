"""The bulletins as an Atom feed, one per language: ``<language>/feed.xml``.

Links are relative to the feed itself, so that it works from any mirror; ids follow from the log
alone, so that the same bulletin is one item wherever it is read.

Reference: RFC 4287.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from escrutinio.primitives import Message, Value, say
from escrutinio.primitives.spelling import utc
from escrutinio.site.language import Language, load_language
from escrutinio.site.results.outcome_words import StatedOutcome
from escrutinio.site.results.view import SiteView
from escrutinio.tabulation.ledger import PlacedBulletin

__all__ = ["FEED_NAME", "StatedBulletin", "write_feed"]

FEED_NAME = "feed.xml"
#: Newest bulletins in a feed; the page has all of them.
MAX_ITEMS = 50


@dataclass(frozen=True, slots=True)
class StatedBulletin:
    """A bulletin and what it says of each contest."""

    placed: PlacedBulletin
    outcomes: tuple[StatedOutcome, ...]


def write_feed(
    view: SiteView, code: str, bulletins: Sequence[StatedBulletin], pages: Mapping[int, str]
) -> bytes:
    """Write the feed of a language.

    Args:
        view: what the site is about.
        code: of the language.
        bulletins: every one, newest first.
        pages: by number, the page of each, as the feed names it.
    """
    language = load_language(code)
    definition = view.ledger.genesis
    identifier = f"urn:x-escrutinio:{definition.identity}"
    # Before the first bulletin a feed still needs a time: that of the election's day.
    updated = f"{definition.date}T00:00:00Z"
    if bulletins:
        updated = utc(bulletins[0].placed.bulletin.time_s)
    title = language.word("site.feed.title", election=definition.names)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(code)}>',
        f"<id>{_text(identifier)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{_text(view.source.origin)}</name></author>",
        '<link rel="self" type="application/atom+xml" href="feed.xml"/>',
        '<link rel="alternate" type="text/html" href="bulletins.html"/>',
    ]
    for item in bulletins[:MAX_ITEMS]:
        lines += _item(language, item, identifier, pages[item.placed.bulletin.number])
    return "\n".join([*lines, "</feed>", ""]).encode()


def _item(language: Language, item: StatedBulletin, identifier: str, href: str) -> Iterator[str]:
    number = item.placed.bulletin.number
    summary = " ".join(language.text(sentence) for sentence in _sentences(item))
    yield "<entry>"
    yield f"<id>{_text(identifier)}:bulletin:{number}</id>"
    yield f"<title>{_text(language.word('site.bulletins.number', number=number))}</title>"
    yield f"<updated>{utc(item.placed.bulletin.time_s)}</updated>"
    yield f'<link rel="alternate" type="text/html" href={quoteattr(href)}/>'
    yield f"<summary>{_text(summary)}</summary>"
    yield "</entry>"


def _sentences(item: StatedBulletin) -> Iterator[Message]:
    """Say what a bulletin counts and states, contest by contest, and how much it corrects."""
    figures = item.placed.bulletin.figures
    for outcome, found in zip(item.outcomes, figures, strict=True):
        values: dict[str, Value] = {"contest": outcome.contest.names, "counted": found.counted}
        if found.expected is None:
            yield say("site.feed.counted_of_unknown", **values)
        else:
            yield say("site.feed.counted", expected=found.expected, **values)
        yield outcome.sentence
        if outcome.changes:
            yield say("site.feed.changes", number=outcome.changes)


def _text(text: str) -> str:
    """Write text that XML can hold."""
    return escape("".join(char for char in text if char.isprintable()))
