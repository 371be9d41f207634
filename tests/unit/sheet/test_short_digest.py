"""The short digest: the same words for the same sheet, and a misheard word is noticed."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import combinations
from pathlib import Path

import pytest

from escrutinio.errors import MalformedError
from escrutinio.sheet._short_words import WORDS
from escrutinio.sheet.short_digest import (
    MAX_SHORT_TEXT_CHARS,
    decode_groups,
    decode_words,
    encode_groups,
    encode_words,
    short_digest,
)
from tests.vectors.short_digest.generate import FOLDER, render_vectors

SHORT = short_digest(b"a sheet")
VECTORS = sorted(FOLDER.glob("*.json"))
LANGUAGES = ["en", "es"]
#: SHA-256 of each list, words joined by blanks: a list never changes.
LIST_DIGESTS = {
    "en": "69317ed4278773b1ca288f2fd727ca2c8e204f75e0679b32a468b14e4bbdd130",
    "es": "98ebc9a3310c4f44fed9136d1fca7a728f29218e18666bd77f77b885e9ecba76",
}
#: Letters that Spanish speakers may not tell apart.
SPANISH_SOUNDS = (
    ("ll", "y"),
    ("qu", "k"),
    ("g(?=[ei])", "j"),
    ("c(?=[ei])", "s"),
    ("ch", "C"),
    ("h", ""),
    ("z", "s"),
    ("v", "b"),
    ("c", "k"),
    ("x", "s"),
    ("rr", "r"),
)


def test_the_vectors_are_those_of_the_generator() -> None:
    """They were not changed by hand, and none is missing."""
    assert {path.name: path.read_text(encoding="utf-8") for path in VECTORS} == render_vectors()


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_every_vector_is_read(path: Path) -> None:
    """As another program would read them."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    expected = vector["expected"]
    if "refused" in expected:
        with pytest.raises(MalformedError) as caught:
            decode_words(vector["input"], "en", "words")
        assert [fault.where for fault in caught.value.faults] == expected["where"]
        return
    short = bytes.fromhex(expected["short_digest"])
    assert short == short_digest(bytes.fromhex(vector["input"]))
    assert expected["sha256"].startswith(short[:9].hex())
    assert hashlib.sha256(short[:9]).digest()[0] == short[9]
    assert decode_groups(expected["digits"], "digits") == short
    for language in LANGUAGES:
        assert decode_words(expected[language], language, "words") == short


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_never_changes(language: str) -> None:
    """Sheets that were printed keep their words."""
    words = WORDS[language]
    assert hashlib.sha256(" ".join(words).encode()).hexdigest() == LIST_DIGESTS[language]
    assert len(words) == 1024
    assert list(words) == sorted(set(words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_not_easily_taken_for_one_another(language: str) -> None:
    """No two begin with the same four letters, differ by one letter or by two that swapped."""
    words = WORDS[language]
    assert len({word[:4] for word in words}) == len(words)
    assert all(re.fullmatch(r"[a-z]{3,9}", word) for word in words)
    shapes: dict[str, str] = {}
    for word in words:
        for shape in {*_one_less(word), *_swapped(word), word}:
            assert shapes.setdefault(shape, word) == word, (word, shapes[shape])


def _one_less(word: str) -> set[str]:
    """Give what two words share that differ by one letter put in, left out or changed."""
    return {f"{word[:at]}*{word[at + 1 :]}" for at in range(len(word))} | {
        f"{word[:at]}*{word[at:]}" for at in range(len(word) + 1)
    }


def _swapped(word: str) -> set[str]:
    return {
        f"{word[:at]}{{{''.join(sorted(word[at : at + 2]))}}}{word[at + 2 :]}"
        for at in range(len(word) - 1)
    }


def test_no_two_spanish_words_sound_the_same() -> None:
    """Most of the region says b and v, s and z, ll and y alike, and no h."""
    sounds: dict[str, str] = {}
    for word in WORDS["es"]:
        sound = word
        for letters, other in SPANISH_SOUNDS:
            sound = re.sub(letters, other, sound)
        assert sounds.setdefault(sound, word) == word


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_read_in_any_case_and_between_any_marks(language: str) -> None:
    """People write down what they hear as they like."""
    words = encode_words(SHORT, language)
    for text in (" ".join(words), ", ".join(words).upper(), "-".join(words), "\n".join(words)):
        assert decode_words(text, language, "words") == SHORT


def test_digits_are_read_with_or_without_blanks() -> None:
    """And in any case."""
    digits = encode_groups(SHORT)
    assert re.fullmatch(r"([0-9a-f]{4} ){4}[0-9a-f]{4}", digits)
    for text in (digits, digits.replace(" ", ""), digits.upper()):
        assert decode_groups(text, "digits") == SHORT


def test_a_wrong_word_is_noticed_255_times_of_256() -> None:
    """It must not pass for the words of another sheet."""
    words = list(encode_words(SHORT, "en"))
    passed = 0
    for word in WORDS["en"]:
        try:
            decode_words(" ".join([word, *words[1:]]), "en", "words")
        except MalformedError:
            continue
        passed += 1
    assert 1 <= passed <= 12


def test_an_unknown_word_is_named_with_what_it_resembles() -> None:
    """All of them in one run."""
    words = list(encode_words(SHORT, "es"))
    words[2], words[5] = "guitara", "qqqq"
    with pytest.raises(MalformedError) as caught:
        decode_words(" ".join(words), "es", "words")
    third, sixth = caught.value.faults
    assert (third.where, sixth.where) == ("words: word 3", "words: word 6")
    assert "guitarra" in third.remedy
    assert not sixth.remedy


@pytest.mark.parametrize("text", ["", "12", "0123 4567 89ab cdef 012g", "0" * 21])
def test_other_digits_are_refused(text: str) -> None:
    """Too few, too many, or no digits."""
    with pytest.raises(MalformedError, match="20 hexadecimal digits"):
        decode_groups(text, "digits")


def test_a_changed_digit_is_noticed() -> None:
    """The check byte covers the digits as it covers the words."""
    digits = SHORT.hex()
    changed = ("1" if digits[0] == "0" else "0") + digits[1:]
    with pytest.raises(MalformedError, match="last part agrees"):
        decode_groups(changed, "digits")


def test_a_long_text_is_refused_before_it_is_looked_at() -> None:
    """The limit is exact."""
    with pytest.raises(MalformedError, match="characters"):
        decode_words("a" * (MAX_SHORT_TEXT_CHARS + 1), "en", "words")


def test_the_words_of_different_sheets_differ() -> None:
    """Of a thousand sheets no two have the same."""
    all_words = {
        encode_words(short_digest(number.to_bytes(2, "big")), "en") for number in range(999)
    }
    assert len(all_words) == 999
    assert all(one != other for one, other in combinations(list(all_words)[:20], 2))
