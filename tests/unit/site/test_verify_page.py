"""The page of the browser verifier: bytes, words, and what its script may ask for."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest

from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.verify_page import OtherLanguage, render_verify_page

both_languages = pytest.mark.parametrize("language", LANGUAGES)
SCRIPT = resources.files("escrutinio.site").joinpath("assets", "verify.js").read_text("utf-8")


@both_languages
def test_the_same_language_gives_the_same_bytes(language: str) -> None:
    words = load_language(language)
    page = render_verify_page(words)
    assert page == render_verify_page(words)
    assert f'<html lang="{language}"'.encode() in page


@both_languages
def test_nothing_runs_but_the_one_script(language: str) -> None:
    """The policy of the page allows its own script file, and nothing else is one."""
    page = render_verify_page(load_language(language)).decode()
    assert "default-src 'none'; script-src 'self'" in page
    assert re.findall(r"<script[^>]*>", page) == [
        '<script defer src="../assets/verify.js">',
        '<script type="application/json" id="words">',
    ]
    assert not re.search(r"\son[a-z]+=|javascript:|style=", page)
    assert not re.search(
        r"\beval\b|new Function|innerHTML|insertAdjacentHTML|document\.write", SCRIPT
    )


@both_languages
def test_the_words_for_the_script_are_json_without_markup(language: str) -> None:
    page = render_verify_page(load_language(language)).decode()
    text = page.partition('id="words">')[2].partition("</script>")[0]
    assert "<" not in text
    words = json.loads(text)
    assert words["verify_page.verify"] == load_language(language).words["verify_page.verify"]


@both_languages
def test_every_sentence_that_the_script_says_has_words(language: str) -> None:
    """A key without words would reach a reader as the key."""
    words = load_language(language).words
    said = set(re.findall(r"\bw\('([a-z_.A-Z0-9]+)'", SCRIPT))
    said |= {f"form.{key}" for key in re.findall(r"this\.bad\('([a-z_]+)'", SCRIPT)}
    said |= {f"station.{key}" for key in re.findall(r"\bsay\('[a-z]+', '([a-z_]+)'", SCRIPT)}
    said |= {f"reason.signatures_{how}" for how in ("insecure", "no")}
    assert len(said) > 150
    known = {
        key.partition(".")[2] for key in words if key.startswith(("verify_page", "verification"))
    }
    assert sorted(said - known) == []


def test_no_word_of_the_page_is_left_over() -> None:
    """What neither the page nor its script says is a sentence that nobody reads."""
    templates = resources.files("escrutinio.site").joinpath("templates")
    names = ("verify.html.j2", "verify_form.html.j2")
    text = SCRIPT + "".join(templates.joinpath(name).read_text("utf-8") for name in names)
    built = ("station.", "treatment.", "stage.", "answer.", "form.", "reason.signatures_")
    own = [
        key.removeprefix("verify_page.")
        for key in load_language("en").words
        if key.startswith("verify_page.")
    ]
    assert [key for key in own if not key.startswith(built) and key not in text] == []


def test_the_other_languages_are_linked() -> None:
    others = [OtherLanguage("es", "Español", "../es/verify.html")]
    page = render_verify_page(load_language("en"), others=others).decode()
    assert '<a href="../es/verify.html" hreflang="es" lang="es">Español</a>' in page
