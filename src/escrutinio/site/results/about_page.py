"""How to read the pages: glossary, what the statuses mean, the rules. ``<language>/about.html``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.definition import Contest
from escrutinio.primitives import Message
from escrutinio.publication.layout import POLICY_NAME
from escrutinio.site.page_rule import say_rule
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["AboutPage"]

#: Words that are explained, as message keys end, in the order in which a reader meets them.
TERMS = (
    "station",
    "place",
    "sheet",
    "counted",
    "held",
    "missing",
    "closed",
    "received",
    "out_of_catalogue",
    "valid",
    "turnout",
    "preliminary",
    "partial",
    "official",
    "bulletin",
    "settled",
    "settled_if",
    "open",
    "outstanding",
    "finding",
    "log",
    "entry",
    "checkpoint",
    "witness",
    "inclusion",
    "split_view",
    "anchor",
)


@dataclass(frozen=True, slots=True)
class AboutFacts:
    """What the page shows, without a language: contests as amended, with their rules."""

    contests: Sequence[tuple[Contest, Sequence[Message]]]


class AboutPage(SinglePage[AboutFacts]):
    """How to read the pages."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("about", _gather, _show, is_lasting=True)


def _gather(view: SiteView) -> AboutFacts:
    return AboutFacts(
        [(item, say_rule(item, view.definition)) for item in view.definition.contests]
    )


def _show(facts: AboutFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    return {
        "facts": facts,
        "terms": TERMS,
        "definition_file": linker.file("definition.json"),
        "policy_file": linker.file(POLICY_NAME),
        "verify": linker.single("verify"),
        "witnesses": linker.single("witnesses"),
        "compare": linker.single("compare"),
        "to": linker,
    }
