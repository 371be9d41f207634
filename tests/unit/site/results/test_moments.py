"""Times on pages are those of the clocks of the election, and say how far they are from UTC."""

from __future__ import annotations

import pytest

from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.moments import Moments

#: 29 July 2024, 04:10 in UTC.
AT_S = 1_722_226_200


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("America/Caracas", "29 July 2024, 00:10 (UTC−4)"),
        ("Asia/Kolkata", "29 July 2024, 09:40 (UTC+5:30)"),
        ("America/St_Johns", "29 July 2024, 01:40 (UTC−2:30)"),
        ("Pacific/Honolulu", "28 July 2024, 18:10 (UTC−10)"),
        ("UTC", "29 July 2024, 04:10 (UTC)"),
        # What no machine knows is said in UTC, and not guessed.
        ("Nowhere/At_All", "29 July 2024, 04:10 (UTC)"),
    ],
)
def test_a_time_is_that_of_the_zone_with_its_distance(zone: str, shown: str) -> None:
    assert load_language("en").text(Moments(zone).say(AT_S)) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_reads_the_same_time_in_utc(language: str) -> None:
    words = PageWords(load_language(language))
    shown = str(Moments("America/Caracas").show(words, AT_S))
    assert shown.startswith('<time datetime="2024-07-29T04:10:00Z">')
    assert "00:10" in shown


def test_the_last_second_that_an_entry_can_hold_has_a_date() -> None:
    shown = load_language("es").text(Moments("America/Caracas").say(2**32 - 1))
    assert shown == "7 de febrero de 2106, 02:28 (UTC−4)"
