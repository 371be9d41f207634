"""The page of the browser verifier, in one language.

The page holds the form and every sentence that its script says; the script, ``assets/verify.js``,
holds none. So a further language is only a catalogue. The same language gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from escrutinio.site.language import Language
from escrutinio.site.page_words import PageWords
from escrutinio.site.rendering import render_page

__all__ = ["OtherLanguage", "render_verify_page", "script_words"]

#: Keys of the catalogue that the script needs.
_KEYS = ("verify_page.", "verification.", "number.")
#: What must not stand in a script element as it is, whatever its type.
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The same page in another language.

    Attributes:
        code: of the language.
        name: what the language calls itself.
        href: address of the page, relative to this one.
    """

    code: str
    name: str
    href: str


def render_verify_page(
    language: Language,
    *,
    record: str = "../",
    assets: str = "../assets/",
    styles: Sequence[str] = ("palette.css", "site.css", "verify.css"),
    others: Sequence[OtherLanguage] = (),
) -> bytes:
    """Write the page of the browser verifier.

    Args:
        language: of every sentence of the page.
        record: address of the folder of the record, relative to the page, with a slash at its end;
            as it stands for ``en/verify.html``.
        assets: address of the folder of scripts and styles, likewise.
        styles: names of the style sheets in it.
        others: the page in other languages.

    Returns:
        The page in UTF-8; the same bytes for the same arguments.
    """
    return render_page(
        "verify.html.j2",
        PageWords(language),
        record=record,
        script=f"{assets}verify.js",
        styles=[f"{assets}{name}" for name in styles],
        others=others,
        catalogue=script_words(language),
    )


def script_words(language: Language) -> Markup:
    """Give the sentences that the script says, as JSON that can stand in a page."""
    words = {key: text for key, text in language.words.items() if key.startswith(_KEYS)}
    return _in_script(words)


def _in_script(words: Mapping[str, str]) -> Markup:
    """Write words as JSON that can stand in a script element."""
    text = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character, escape in _IN_SCRIPT.items():
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704  # holds no markup any more
