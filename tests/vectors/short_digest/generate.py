"""Write the vectors of short digests.

Run ``python -m tests.vectors.short_digest.generate``. Good ones: an entry with its short digest,
its words in each language and its digits. Bad ones: a text and the error that refuses it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from escrutinio.sheet.short_digest import (
    decode_words,
    encode_groups,
    encode_words,
    short_digest,
)
from escrutinio.sheet.signed import sign_sheet
from tests.vectors.sheet.cases import KEY
from tests.vectors.sheet.sheets import EXAMPLE
from tests.vectors.writing import refusal, render_vector, write_vectors

__all__ = ["FOLDER", "render_vectors"]

FOLDER = Path(__file__).resolve().parent

_ENTRIES = {
    "good": ("the example of docs/formats/sheet.md", sign_sheet(EXAMPLE, KEY)),
    "good-empty": ("no bytes at all", b""),
    "good-zero-byte": ("one zero byte", b"\0"),
}
_WORDS = encode_words(short_digest(_ENTRIES["good"][1]), "en")
_TEXTS = {
    "seven-words": ("one word is missing", " ".join(_WORDS[:7])),
    "nine-words": ("one word too many", " ".join((*_WORDS, _WORDS[0]))),
    "unknown-word": ("a word that is not in the list", " ".join((*_WORDS[:7], "ballot"))),
    "swapped-words": ("two words changed places", " ".join((_WORDS[1], _WORDS[0], *_WORDS[2:]))),
    "other-language": (
        "Spanish words, read as English ones",
        " ".join(encode_words(short_digest(b""), "es")),
    ),
    "no-words": ("nothing", ""),
}


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors: dict[str, Any] = {}
    for name, (why, entry) in _ENTRIES.items():
        short = short_digest(entry)
        vectors[name] = {
            "description": why,
            "input": entry.hex(),
            "expected": {
                "sha256": hashlib.sha256(entry).hexdigest(),
                "short_digest": short.hex(),
                "digits": encode_groups(short),
                "en": " ".join(encode_words(short, "en")),
                "es": " ".join(encode_words(short, "es")),
            },
        }
    for name, (why, text) in _TEXTS.items():
        expected = refusal(decode_words, text, "en", "words")
        vectors[name] = {"description": why, "input": text, "expected": expected}
    return {f"{name}.json": render_vector(vector) for name, vector in vectors.items()}


if __name__ == "__main__":
    write_vectors(FOLDER, render_vectors())
