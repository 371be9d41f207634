"""The short digest: a signed sheet in eight words that people read to each other.

    SHA-256 of the entry    c3 5f 0a 91 22 e8 7d 40 6b …      32 bytes
    the first nine of them  c3 5f 0a 91 22 e8 7d 40 6b        72 bits
    and a check byte        c3 5f 0a 91 22 e8 7d 40 6b 1e     first byte of SHA-256 of the nine
    in groups               c35f 0a91 22e8 7d40 6b1e
    in words                ten bits each, eight words of a list of 1,024

The nine bytes are the beginning of what ``sha256sum`` prints for the file. The check byte tells a
word that was misheard from a sheet that is another one: a wrong word passes it once in 256 times.

**Strength.** Who has one signed sheet and wants another with the same words must try about 2^72
of them, each with a signature. Who makes both sheets needs about 2^36 tries, which is little: the
words do not protect against the signer, only the log does. They compare two copies; they prove
nothing about either, so a sheet whose words agree is still to be verified.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence

from escrutinio.errors import Fault, MalformedError
from escrutinio.sheet._short_words import WORDS

__all__ = [
    "DIGEST_PART_BYTES",
    "SHORT_DIGEST_BYTES",
    "WORD_COUNT",
    "decode_groups",
    "decode_words",
    "encode_groups",
    "encode_words",
    "short_digest",
]

#: Bytes of SHA-256 that a short digest keeps.
DIGEST_PART_BYTES = 9
#: Length of a short digest, with its check byte.
SHORT_DIGEST_BYTES = DIGEST_PART_BYTES + 1
#: Words of a short digest.
WORD_COUNT = 8
#: Longest text that is read as words or groups; eight words have fewer than a hundred characters.
MAX_SHORT_TEXT_CHARS = 400

_WORD_BITS = 10
_GROUP_CHARS = 4


def short_digest(entry: bytes) -> bytes:
    """Give the short digest of a signed sheet, 10 bytes with the check byte last."""
    part = hashlib.sha256(entry).digest()[:DIGEST_PART_BYTES]
    return part + _check_byte(part)


def encode_words(short: bytes, language: str) -> tuple[str, ...]:
    """Give a short digest in words.

    Args:
        short: as ``short_digest`` gives it.
        language: ``en`` or ``es``.

    Raises:
        KeyError: there is no list of words in this language.
    """
    number = int.from_bytes(short, "big")
    words = WORDS[language]
    mask = len(words) - 1
    shifts = range(_WORD_BITS * (WORD_COUNT - 1), -1, -_WORD_BITS)
    return tuple(words[number >> shift & mask] for shift in shifts)


def decode_words(text: str, language: str, where: str) -> bytes:
    """Read a short digest from words in any case, between blanks, commas or hyphens.

    Raises:
        MalformedError: other than eight words of the list, or words that do not belong together.
            The error names every unknown word, with the words of the list that it resembles.
        KeyError: there is no list of words in this language.
    """
    words = WORDS[language]
    spoken = _split(text, where)
    unknown = [
        Fault(f"{where}: word {at}", f"a word of the list ({language})", ascii(word[:20]), remedy)
        for at, word in enumerate(spoken, start=1)
        if word not in words
        for remedy in (_resembling(word, words),)
    ]
    if len(spoken) != WORD_COUNT:
        unknown.append(Fault(where, f"{WORD_COUNT} words", str(len(spoken))))
    if unknown:
        raise MalformedError.of(*unknown)
    number = 0
    for word in spoken:
        number = number << _WORD_BITS | words.index(word)
    return _checked(number.to_bytes(SHORT_DIGEST_BYTES, "big"), where)


def encode_groups(short: bytes) -> str:
    """Give a short digest in five groups of four hexadecimal digits, the same in any language."""
    digits = short.hex()
    return " ".join(digits[at : at + _GROUP_CHARS] for at in range(0, len(digits), _GROUP_CHARS))


def decode_groups(text: str, where: str) -> bytes:
    """Read a short digest from hexadecimal digits in any case, with or without blanks.

    Raises:
        MalformedError: other than twenty digits, or digits that do not belong together.
    """
    digits = "".join(_split(text, where))
    size = 2 * SHORT_DIGEST_BYTES
    if len(digits) != size or not set(digits) <= set("0123456789abcdef"):
        raise MalformedError.of(Fault(where, f"{size} hexadecimal digits", ascii(digits[:40])))
    return _checked(bytes.fromhex(digits), where)


def _check_byte(part: bytes) -> bytes:
    return hashlib.sha256(part).digest()[:1]


def _checked(short: bytes, where: str) -> bytes:
    if _check_byte(short[:DIGEST_PART_BYTES]) != short[DIGEST_PART_BYTES:]:
        raise MalformedError.of(
            Fault(
                where,
                "a short digest whose last part agrees with the rest",
                "one that does not",
                "It was read or written wrongly: read it again.",
            )
        )
    return short


def _split(text: str, where: str) -> list[str]:
    if len(text) > MAX_SHORT_TEXT_CHARS:
        expected = f"at most {MAX_SHORT_TEXT_CHARS} characters"
        raise MalformedError.of(Fault(where, expected, f"{len(text)} characters"))
    return text.lower().replace(",", " ").replace("-", " ").split()


def _resembling(word: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(word[:20], words, n=3)
    return f"Perhaps: {', '.join(near)}." if near else ""
