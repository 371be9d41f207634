"""A sentence with a count reads well for one of a thing and for many, in every language.

Sentences put the count behind the word, "stations: 1", so that no plural stands behind a number.
"""

from __future__ import annotations

import re

import pytest

from escrutinio.site import LANGUAGES, load_language

#: Values that count things of which there may be one.
COUNTS = (
    *("bulletins", "closed", "counted", "cosigned", "days", "entries", "expected", "figures"),
    *("files", "held", "hours", "minutes", "missing", "number", "other", "own", "places", "seats"),
    *("sheets", "size", "stations", "surplus", "witnesses"),
)
#: Sentences that are only said of two or more.
OF_SEVERAL = {
    "outcome.arithmetic.runoff_gap",  # places of a run-off
    "page.totals.votes_allowed",  # contests with more than one vote
}
_PLURAL = re.compile(rf"\{{(?:{'|'.join(COUNTS)})\}} (?!(?:is|has|was)\b)\w+s\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_plural_stands_behind_a_count(language: str) -> None:
    words = load_language(language).words
    pages = {
        key: said for key, said in words.items() if key.startswith(("site.", "page.", "outcome."))
    }
    found = [key for key, said in pages.items() if _PLURAL.search(said)]
    assert sorted(found) == sorted(OF_SEVERAL)


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [
        ("en", 1, "Stations counted: 1 of 1"),
        ("en", 7, "Stations counted: 7 of 7"),
        ("es", 1, "Mesas contadas: 1 de 1"),
        ("es", 7, "Mesas contadas: 7 de 7"),
    ],
)
def test_one_station_and_many_are_said_alike(language: str, number: int, shown: str) -> None:
    words = load_language(language)
    assert words.word("page.counts.of", counted=number, expected=number) == shown
