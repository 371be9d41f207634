"""What the preview of a record shows where there is no file."""

from __future__ import annotations

from escrutinio.site.language import Language
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page

__all__ = ["render_not_found"]


def render_not_found(language: Language) -> bytes:
    """Write the page, for a record at the root of its server."""
    return render_page("not_found.html.j2", PageWords(language))
