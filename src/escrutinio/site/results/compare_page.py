"""Holding this site's checkpoint against one from elsewhere: ``<language>/compare.html``.

The comparison itself is a script. The page says how to do it by hand, and what each answer means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from escrutinio.log import CHECKPOINT_PATH
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.witnesses_page import KeyRow, log_keys

__all__ = ["ComparePage"]


class ComparePage(SinglePage[Sequence[KeyRow]]):
    """Comparing checkpoints."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("compare", log_keys, _show, is_lasting=True)


def _show(keys: Sequence[KeyRow], linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    return {
        "vkey": keys[0].vkey if keys else "",
        "checkpoint_file": linker.file(CHECKPOINT_PATH),
        "witnesses": linker.single("witnesses"),
        "mirror": linker.single("mirror"),
    }
