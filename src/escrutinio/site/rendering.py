"""From a template to the bytes of a page: the one way in which pages are made."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from escrutinio import __version__
from escrutinio.primitives import Percent, say
from escrutinio.site.page_words import PageWords

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_page"]


def render_page(template: str, words: PageWords, **values: object) -> bytes:
    """Fill a template; what is not in the template itself is written through the words.

    Args:
        template: name of the file.
        words: the language of the page.
        values: what the template names beside the words.

    Returns:
        The page in UTF-8; the same bytes for the same values.
    """
    text = (
        _environment()
        .get_template(template)
        .render(
            version=__version__,
            lang=words.code,
            t=words.say,
            msg=say,
            percent=Percent,
            show=words.show,
            number=words.number,
            share=words.share,
            date=words.date,
            isolate=words.isolate,
            clean=words.clean,
            **values,
        )
    )
    return text.encode("utf-8")


@cache
def _environment() -> Environment:
    """Make the template engine once; a name that a template misspells is an error.

    It is imported here, because that takes longer than adding up an election, and most checks
    ask for no page.
    """
    from jinja2 import (  # noqa: PLC0415 -- see above
        ChoiceLoader,
        Environment,
        PackageLoader,
        PrefixLoader,
        StrictUndefined,
    )

    templates = PackageLoader("escrutinio.site", "templates")
    assets = PrefixLoader({"assets": PackageLoader("escrutinio.site", "assets")})
    return Environment(
        loader=ChoiceLoader([templates, assets]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
