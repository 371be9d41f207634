"""Reading back what was drawn."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from escrutinio.site import load_language
from escrutinio.site.page_words import PageWords

__all__ = ["parse", "words_of"]


def parse(drawn: str) -> ET.Element:
    """Read markup; anything that is not well formed is an error."""
    return ET.fromstring(f"<div>{drawn}</div>")  # noqa: S314  # our own output


def words_of(language: str = "en") -> PageWords:
    """Give a language in which to draw."""
    return PageWords(load_language(language))
