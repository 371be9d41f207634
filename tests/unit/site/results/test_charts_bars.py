"""Bars of the site: what is drawn where, in which order, and what is said beside it."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from markupsafe import Markup

from escrutinio.primitives import Names, say
from escrutinio.site import LANGUAGES
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.charts_svg import (
    MAX_OUTSTANDING_BARS,
    MAX_RESULT_BARS,
    OutstandingBar,
    ResultBar,
    StationCounts,
    counters_bar,
    outstanding_bars,
    results_bars,
    round_end,
    turnout_bar,
)
from escrutinio.site.results.picture import Picture, draw_patterns
from tests.unit.site.results.drawings import parse, words_of

PICTURE = Picture("p", "table")
HOSTILE = "<script>alert(1)</script> \u202e\" onload='x' & \x07" + "long" * 80

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def _texts(drawn: Markup, name: str) -> list[str]:
    found = [item for item in parse(drawn).iter() if item.get("class") == name]
    return ["".join(item.itertext()) for item in found]


def _attributes(drawn: Markup, name: str, *keys: str) -> list[tuple[str | None, ...]]:
    found = [item for item in parse(drawn).iter() if item.get("class") == name]
    return [tuple(item.get(key) for key in keys) for item in found]


def _row(name: str, votes: int, counted: int = 100, outstanding: int = 0) -> ResultBar:
    end = counted + outstanding
    return ResultBar(
        Names({"en": name}),
        votes,
        Fraction(votes, counted),
        Fraction(votes, end),
        Fraction(votes + outstanding, end),
    )


def _everything(words: PageWords) -> Markup:
    rows = [_row(HOSTILE, 60, outstanding=20), _row("B", 40, outstanding=20)]
    return Markup("").join(
        (
            draw_patterns(),
            results_bars(
                rows, Picture("a", "t"), words, outstanding=20, thresholds=[Fraction(1, 2)]
            ),
            counters_bar(StationCounts(10, 4, 3, 2, 1), Picture("b", "t"), words),
            turnout_bar(1, 2, 3, Picture("c", "t"), words),
            outstanding_bars([OutstandingBar(HOSTILE, 1, None)], Picture("d", "t"), words),
        )
    )


@both_languages
def test_nothing_a_page_must_not_hold_is_drawn(language: str) -> None:
    """The policy of the pages forbids scripts and styles; names come from strangers."""
    drawn = _everything(words_of(language))
    for item in parse(drawn).iter():
        assert item.tag not in {"script", "style", "foreignObject", "image"}
        assert not [key for key in item.attrib if key == "style" or key.startswith("on")]
    assert "[site." not in drawn
    assert "[page." not in drawn


def test_every_id_that_is_named_exists_once() -> None:
    root = parse(_everything(words_of()))
    ids = [item.get("id") for item in root.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    named = set(re.findall(r"url\(#([\w-]+)\)|href=\"#([\w-]+)\"", _everything(words_of())))
    assert {first or second for first, second in named} <= {*ids, "t"}
    for item in root.iter():
        for key in ("aria-labelledby", "aria-describedby"):
            assert item.get(key) is None or item.get(key) in ids


def test_a_picture_has_its_words_and_names_its_table() -> None:
    drawn = counters_bar(StationCounts(1, 1, 0, 0, 0), PICTURE, words_of())
    image = next(item for item in parse(drawn).iter() if item.get("role") == "img")
    assert image.get("aria-labelledby") == "p-title"
    assert image.get("aria-describedby") == "p-note"
    assert '<a href="#table">The same figures in a table</a>' in drawn


def test_a_page_may_give_its_own_title() -> None:
    picture = Picture("p", "t", say("page.totals.title"))
    drawn = counters_bar(StationCounts(1, 1, 0, 0, 0), picture, words_of())
    assert '<figcaption id="p-title">Totals</figcaption>' in drawn


def test_candidacies_stand_in_ballot_order_whoever_is_ahead() -> None:
    drawn = results_bars([_row("Z", 1), _row("A", 90), _row("M", 9)], PICTURE, words_of())
    assert _texts(drawn, "chart-name") == ["Z", "A", "M"]
    assert _texts(drawn, "chart-value") == ["1", "90", "9"]
    assert _texts(drawn, "chart-share") == ["1.00\u00a0%", "90.00\u00a0%", "9.00\u00a0%"]


def test_all_bars_have_the_same_look() -> None:
    """No colour and no class of its own for whoever is ahead, or for anybody."""
    drawn = results_bars([_row("A", 60), _row("B", 40)], PICTURE, words_of())
    first, second = re.findall(r'<svg class="chart-bar">.*?</svg>', drawn)
    assert first.replace('width="100.000%"', "") == second.replace('width="66.667%"', "")


def test_band_solid_part_and_mark_stand_on_one_scale() -> None:
    """60 of 100 counted and 100 outstanding: from 60 of 200 to 160 of 200, now at 60 of 100."""
    rows = [_row("A", 60, outstanding=100), _row("B", 40, outstanding=100)]
    drawn = results_bars(rows, PICTURE, words_of(), outstanding=100)
    # The scale ends at 80 %.
    assert _attributes(drawn, "chart-solid", "width")[:2] == [("37.500%",), ("25.000%",)]
    assert _attributes(drawn, "chart-band", "x", "width")[:2] == [
        ("37.500%", "62.500%"),
        ("25.000%", "62.500%"),
    ]
    assert _attributes(drawn, "chart-now", "x1")[:2] == [("75.000%",), ("50.000%",)]
    assert "none of the 100 votes" in drawn


def test_without_outstanding_votes_the_bars_are_the_shares_counted() -> None:
    rows = [_row("A", 60), _row("B", 40)]
    drawn = results_bars(rows, PICTURE, words_of(), outstanding=0)
    assert _attributes(drawn, "chart-solid", "width") == [("100.000%",), ("66.667%",)]
    assert "chart-band" not in drawn
    assert "chart-now" not in drawn
    assert "chart-legend" not in drawn


def test_the_scale_holds_the_shares_of_the_rule() -> None:
    drawn = results_bars([_row("A", 4)], PICTURE, words_of(), thresholds=[Fraction(1, 2)])
    assert _attributes(drawn, "chart-threshold", "x1")[0] == ("100.000%",)
    assert "share that the rule names" in drawn


def test_before_any_vote_there_are_rows_and_no_bars() -> None:
    rows = [ResultBar(Names({"en": name}), 0, None) for name in "AB"]
    drawn = results_bars(rows, PICTURE, words_of())
    assert _texts(drawn, "chart-share") == ["–", "–"]
    assert _attributes(drawn, "chart-solid", "width") == [("0.000%",), ("0.000%",)]


def test_of_very_many_candidacies_those_with_fewest_votes_have_no_bar() -> None:
    """Which ones are left out follows from votes alone; the others keep their places."""
    rows = [_row(f"n{number}", number % 7, 1000) for number in range(MAX_RESULT_BARS + 30)]
    drawn = results_bars(rows, PICTURE, words_of())
    shown = _texts(drawn, "chart-name")
    assert len(shown) == MAX_RESULT_BARS
    assert shown == sorted(shown, key=lambda name: int(name[1:]))
    left_out = {f"n{number}" for number in range(len(rows))} - set(shown)
    assert {int(name[1:]) % 7 for name in left_out} == {0}
    assert "Without a bar: 30," in drawn


@both_languages
def test_numbers_are_written_as_the_language_writes_them(language: str) -> None:
    drawn = results_bars([_row("A", 1_234_567, 2_000_000)], PICTURE, words_of(language))
    written = {"en": ("1,234,567", "61.73\u00a0%"), "es": ("1.234.567", "61,73\u00a0%")}
    assert _texts(drawn, "chart-value") == [written[language][0]]
    assert _texts(drawn, "chart-share") == [written[language][1]]


def test_the_stations_of_the_bar_fill_it_with_four_patterns() -> None:
    drawn = counters_bar(StationCounts(20, 10, 5, 4, 1), PICTURE, words_of())
    stack = re.findall(r'<rect fill="url\(#fill-(\w+)\)" x="([^"]+)" width="([^"]+)"', drawn)
    assert stack == [
        ("counted", "0.000%", "50.000%"),
        ("held", "50.000%", "25.000%"),
        ("missing", "75.000%", "20.000%"),
        ("closed", "95.000%", "5.000%"),
    ]
    legend = [" ".join("".join(item.itertext()).split()) for item in parse(drawn).iter("li")]
    assert legend == [
        "Counted 10 50.00 %",
        "Held 5 25.00 %",
        "Missing 4 20.00 %",
        "Closed 1 5.00 %",
    ]
    assert "all expected stations, 20;" in drawn


def test_an_unknown_number_of_stations_is_not_made_up() -> None:
    drawn = counters_bar(StationCounts(None, 10, 5, None, 0), PICTURE, words_of())
    assert "those of which something is known: 15." in drawn
    assert "<b>–</b>" in drawn
    assert "%" not in "".join(_texts(drawn, "chart-legend"))


def test_no_station_at_all_draws_an_empty_bar() -> None:
    drawn = counters_bar(StationCounts(0, 0, 0, 0, 0), PICTURE, words_of())
    assert "url(#fill-" not in drawn.split("chart-legend")[0]


def test_turnout_names_its_denominator() -> None:
    drawn = turnout_bar(1_500, 2_000, 12, PICTURE, words_of())
    assert 'width="75.000%"' in drawn
    assert "75.00\u00a0%: 1,500 ballots of 2,000 registered voters." in drawn
    assert "Counted stations whose roll is known: 12." in drawn


def test_more_ballots_than_voters_do_not_draw_over_the_page() -> None:
    drawn = turnout_bar(3_000, 2_000, 12, PICTURE, words_of())
    assert 'width="100.000%"' in drawn
    assert "150.00\u00a0%: 3,000 ballots of 2,000" in drawn


def test_turnout_without_a_roll_is_not_drawn() -> None:
    drawn = turnout_bar(10, 0, 0, PICTURE, words_of())
    assert "chart-stack" not in drawn
    assert "Turnout: cannot be given" in drawn


def test_outstanding_voters_are_on_a_scale_that_ends_on_a_round_number() -> None:
    rows = [OutstandingBar("A", 3, 410), OutstandingBar("B", 1, None), OutstandingBar("C", 0, 0)]
    drawn = outstanding_bars(rows, PICTURE, words_of())
    assert _attributes(drawn, "chart-solid", "width") == [("82.000%",), ("0.000%",), ("0.000%",)]
    assert _texts(drawn, "chart-value") == ["410", "–", "0"]
    assert _texts(drawn, "chart-share") == ["stations: 3", "stations: 1", "stations: 0"]
    assert _texts(drawn, "chart-axis") == ["0200400"]


def test_of_very_many_divisions_those_with_most_voters_outstanding_have_a_bar() -> None:
    rows = [OutstandingBar(f"d{n}", 1, n % 50) for n in range(MAX_OUTSTANDING_BARS + 10)]
    drawn = outstanding_bars(rows, PICTURE, words_of())
    assert _texts(drawn, "chart-name") == [f"d{number}" for number in range(10, 50)]
    assert "Without a bar: 10," in drawn


@pytest.mark.parametrize(
    ("largest", "end"),
    [(0, 5), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (400_001, 500_000), (10**9, 10**9)],
)
def test_a_scale_of_counts_has_whole_fifths(largest: int, end: int) -> None:
    assert round_end(largest) == end
    assert end % 5 == 0
