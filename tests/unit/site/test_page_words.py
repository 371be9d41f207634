"""Words of the page: every one of them in a catalogue, and safe in HTML."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from escrutinio.primitives import Names, Percent, say
from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.page_words import PageWords

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def _words(language: str = "en") -> PageWords:
    return PageWords(load_language(language))


def test_a_name_is_escaped_once_and_isolated() -> None:
    shown = _words().show(Names({"en": "<b>A & B</b>"}))
    assert shown == "<bdi>&lt;b&gt;A &amp; B&lt;/b&gt;</bdi>"


def test_a_name_inside_a_message_inside_a_message_is_escaped_once() -> None:
    inner = say("outcome.result.elected", candidacy=Names({"en": "A & B"}))
    shown = _words().text(say("outcome.settled", result=inner))
    assert "<bdi>A &amp; B</bdi>" in shown
    assert "&amp;amp;" not in shown


def test_a_missing_sentence_shows_its_key_and_values() -> None:
    """It must be seen, and even then nothing of it is markup."""
    assert _words().say("no.such.key", name="<i>") == "[no.such.key] name = <bdi>&lt;i&gt;</bdi>"


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "2024-07-28", "28 July 2024"),
        ("es", "2024-08-02", "2 de agosto de 2024"),
        ("en", "2024-11", "November 2024"),
        ("es", "2024-11", "noviembre de 2024"),
        ("en", "2024", "2024"),
        ("en", "2024-13-01", "2024-13-01"),
    ],
)
def test_dates_are_written_as_people_write_them(language: str, text: str, shown: str) -> None:
    assert re.sub(r"</?bdi>", "", _words(language).date(text)) == shown


def test_what_is_not_known_is_a_dash() -> None:
    words = _words()
    assert words.number(None) == words.share(None) == words.say("page.none")
    assert words.number(0) == "0"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert _words("en").number(7_156_462) == "7,156,462"
    assert _words("es").number(7_156_462) == "7.156.462"
    assert _words("es").show(Percent(Fraction(2, 3))) == "66,67\u00a0%"


def _keys_in_use(repository: Path) -> set[str]:
    """Give every literal key of the page's templates and modules."""
    site = repository / "src" / "escrutinio" / "site"
    texts = [path.read_text("utf-8") for path in [*site.glob("*.py"), *site.rglob("*.j2")]]
    return {key for text in texts for key in re.findall(r'"(page\.[a-z0-9_.]*)', text)}


@both_languages
def test_every_word_the_templates_ask_for_is_in_the_catalogue(
    repository: Path, language: str
) -> None:
    """A key that ends in a point or an underscore is the start of several."""
    words = load_language(language).words
    for key in _keys_in_use(repository):
        if key.endswith((".", "_")):
            assert any(name.startswith(key) for name in words), key
        elif key not in words:
            assert f"{key}." in {name[: len(key) + 1] for name in words}, key


@both_languages
def test_every_word_of_the_page_is_used(repository: Path, language: str) -> None:
    """A sentence nobody shows is a sentence nobody corrects."""
    used = _keys_in_use(repository)
    starts = tuple(key for key in used if key.endswith((".", "_")))
    unused = [
        name
        for name in load_language(language).words
        if name.startswith("page.") and name not in used and not name.startswith(starts)
    ]
    assert not unused
