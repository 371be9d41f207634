"""How anybody runs a mirror of the record, and checks one: ``<language>/mirror.html``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView
from escrutinio.site.results.witnesses_page import log_keys

__all__ = ["MirrorPage"]


@dataclass(frozen=True, slots=True)
class MirrorFacts:
    """What the page shows, without a language.

    Attributes:
        addresses: where the policy says that the log is published.
    """

    addresses: Sequence[str]


class MirrorPage(SinglePage[MirrorFacts]):
    """Mirrors."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("mirror", _gather, _show, is_lasting=True)


def _gather(view: SiteView) -> MirrorFacts:
    addresses = [item.url for item in log_keys(view) if item.url is not None]
    return MirrorFacts(addresses)


def _show(facts: MirrorFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    return {
        "facts": facts,
        "compare": linker.single("compare"),
        "verify": linker.single("verify"),
        "data": linker.single("data"),
    }
