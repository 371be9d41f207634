"""The browser verifier in the frame of a site: ``<language>/verify.html``."""

from __future__ import annotations

from collections.abc import Mapping

from escrutinio.site.language import load_language
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView
from escrutinio.site.verify_page import script_words

__all__ = ["VerifierPage"]

#: From the page to the folder of the record.
_RECORD = "../"


class VerifierPage(SinglePage[None]):
    """The verifier; its form and sentences are the same for every record."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("verify", _gather, _show, is_lasting=True)


def _gather(view: SiteView) -> None:
    del view


def _show(facts: None, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del facts, linker
    # The script escapes by itself: it never writes markup.
    return {"record": _RECORD, "catalogue": script_words(load_language(words.code))}
