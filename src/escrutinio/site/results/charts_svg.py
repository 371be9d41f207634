"""Bars of the site: results, stations, turnout, and where the outstanding part is.

Rows stand in the order they are given, which for candidacies is the ballot's. Every function
gives a whole figure (see ``picture.py``); numbers are exact until they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from markupsafe import Markup

from escrutinio.primitives import Message, Names, Percent, say
from escrutinio.site.charts import Scale, Tick, fit_scale, place, span, stack
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.picture import Picture, draw_swatch, frame_picture, list_legend

__all__ = [
    "MAX_OUTSTANDING_BARS",
    "MAX_RESULT_BARS",
    "OutstandingBar",
    "ResultBar",
    "StationCounts",
    "counters_bar",
    "outstanding_bars",
    "results_bars",
    "round_end",
    "turnout_bar",
]

#: Most candidacies and most divisions with a bar; more of them nobody compares by eye.
MAX_RESULT_BARS = 200
MAX_OUTSTANDING_BARS = 40

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class ResultBar:
    """One candidacy.

    Attributes:
        names: what it is called.
        votes: counted for it.
        share: of the valid votes counted; None while there are none.
        least: its share of all valid votes if it gets nothing of what is outstanding; None where
            nothing says how much that is.
        most: the same if it gets all of it.
    """

    names: Names
    votes: int
    share: Fraction | None
    least: Fraction | None = None
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class StationCounts:
    """Stations by what became of their sheet; ``expected`` is the sum of the others.

    ``expected`` and ``missing`` are None where nobody says how many stations there are.
    """

    expected: int | None
    counted: int
    held: int
    missing: int | None
    closed: int


@dataclass(frozen=True, slots=True)
class OutstandingBar:
    """What is outstanding in one division.

    Attributes:
        name: what the division is called.
        stations: held and missing ones.
        registered: voters on their rolls, as far as they are known; None where none is.
    """

    name: str
    stations: int
    registered: int | None


_DEFS = Markup(
    '<svg class="chart-defs" width="0" height="0"><defs><g id="%s-grid">%s</g></defs></svg>\n'
)
_GRID = Markup('<line class="chart-grid" x1="%s" x2="%s" y1="0" y2="100%%"/>')
_THRESHOLD = Markup('<line class="chart-threshold" x1="%s" x2="%s" y1="0" y2="100%%"/>')
_ROW = Markup(
    '<div class="chart-row"><span class="chart-name">%s</span><span class="chart-value">%s</span>'
    '<span class="chart-share">%s</span><svg class="chart-bar"><use href="#%s-grid"/>%s</svg>'
    "</div>\n"
)
_AXIS = Markup('<svg class="chart-axis">%s</svg>\n')
_AXIS_ROW = Markup('<div class="chart-row">%s</div>\n')
_AXIS_TEXT = Markup('<text class="chart-at-%s" x="%s" y="1em">%s</text>')
_SOLID = Markup('<rect class="chart-solid" y="25%%" height="50%%" width="%s"/>')
_BAND = Markup('<rect class="chart-band" y="35%%" height="30%%" x="%s" width="%s"/>')
_NOW = Markup('<line class="chart-now" x1="%s" x2="%s" y1="8%%" y2="92%%"/>')
_STACK = Markup(
    '<svg class="chart-stack">%s'
    '<rect class="chart-frame" fill="none" width="100%%" height="100%%"/></svg>\n'
)
_PART = Markup('<rect fill="url(#fill-%s)" x="%s" width="%s" height="100%%"/>')
_COUNT = Markup("%s <b>%s</b> %s")
_NOW_SAMPLE = Markup(
    '<svg class="chart-swatch" width="16" height="16" aria-hidden="true">'
    '<line class="chart-%s" x1="8" x2="8" y1="0" y2="16"/></svg>'
)


def results_bars(
    rows: Sequence[ResultBar],
    picture: Picture,
    words: PageWords,
    *,
    outstanding: int | None = None,
    thresholds: Sequence[Fraction] = (),
) -> Markup:
    """Draw votes, shares, and what each candidacy can still end with, on one scale.

    Args:
        rows: candidacies in ballot order. Of more than ``MAX_RESULT_BARS`` those with fewest
            votes have no bar.
        picture: ids and title.
        words: the language.
        outstanding: votes that can still be added, which ``least`` and ``most`` rest on.
        thresholds: shares of the valid votes that the rule names.
    """
    charted, left_out = _choose(rows, MAX_RESULT_BARS, lambda row: row.votes)
    has_bands = bool(outstanding) and any(row.most is not None for row in charted)
    shares = [
        share
        for row in charted
        for share in (row.share, row.most if has_bands else None)
        if share is not None
    ]
    scale = fit_scale([*shares, *thresholds])
    drawing = _define_grid(picture, scale.ticks, [scale.place(item) for item in thresholds])
    if thresholds:
        above = [(item / scale.end, words.share(item, 0)) for item in thresholds]
        drawing += _AXIS_ROW % _axis(above)
    drawing += Markup("").join(
        _ROW
        % (
            words.show(row.names),
            words.number(row.votes),
            words.share(row.share),
            picture.id,
            _result_bar(row, scale, has_bands=has_bands),
        )
        for row in charted
    )
    below = [(tick.share / scale.end, words.share(tick.share, 0)) for tick in scale.ticks]
    drawing += _AXIS_ROW % _axis(below)
    notes = [say("site.chart.results.note_bands" if has_bands else "site.chart.results.note")]
    return frame_picture(
        picture,
        say("site.chart.results.title"),
        drawing,
        words,
        notes=[*notes, *_say_left_out(left_out)],
        legend=_results_legend(words, outstanding if has_bands else None, len(thresholds)),
    )


def _result_bar(row: ResultBar, scale: Scale, *, has_bands: bool) -> Markup:
    if not has_bands or row.least is None or row.most is None:
        return _SOLID % scale.place(row.share or Fraction(0))
    start, width = span(row.least, row.most, scale.end)
    bar = _BAND % (start, width) + _SOLID % start
    if row.share is None:
        return bar
    now = scale.place(row.share)
    return bar + _NOW % (now, now)


def _results_legend(words: PageWords, outstanding: int | None, thresholds: int) -> Markup:
    items = []
    if outstanding is not None:
        items += [
            (draw_swatch("chart-solid"), words.say("site.chart.results.solid", votes=outstanding)),
            (draw_swatch("chart-band"), words.say("site.chart.results.band")),
            (_NOW_SAMPLE % "now", words.say("page.bounds.legend_counted")),
        ]
    if thresholds:
        items.append((_NOW_SAMPLE % "threshold", words.say("page.bounds.legend_threshold")))
    return list_legend(items) if items else Markup("")


def counters_bar(counts: StationCounts, picture: Picture, words: PageWords) -> Markup:
    """Draw what became of the expected stations as one bar with four patterns."""
    parts = [
        ("counted", counts.counted),
        ("held", counts.held),
        ("missing", counts.missing),
        ("closed", counts.closed),
    ]
    known = [(kind, number or 0) for kind, number in parts]
    drawing = _STACK % (
        Markup("").join(_PART % (part.kind, part.start, part.width) for part in stack(known))
    )
    note = (
        say("site.chart.counters.note_unknown", known=sum(number for _, number in known))
        if counts.expected is None
        else say("site.chart.counters.note", expected=counts.expected)
    )
    legend = list_legend(
        [
            (
                draw_swatch(f"fill-{kind}"),
                _COUNT
                % (
                    words.say(f"page.counter.{kind}"),
                    words.number(number),
                    _share_of(number, counts.expected, words),
                ),
            )
            for kind, number in parts
        ]
    )
    return frame_picture(
        picture, say("page.coverage.picture"), drawing, words, notes=[note], legend=legend
    )


def turnout_bar(
    cast: int, registered: int, stations: int, picture: Picture, words: PageWords
) -> Markup:
    """Draw turnout: ballots over the rolls of the counted stations whose roll is known.

    Args:
        cast: ballots at those stations.
        registered: voters on their rolls.
        stations: how many stations that is.
        picture: ids and title.
        words: the language.
    """
    title = say("site.chart.turnout.title")
    if not registered:
        note = say("page.totals.no_turnout")
        return frame_picture(picture, title, Markup(""), words, notes=[note])
    drawing = _STACK % (_PART % ("counted", "0", place(cast, registered)))
    fifths = [Fraction(part, 5) for part in range(6)]
    drawing += _axis([(share, words.share(share, 0)) for share in fifths])
    note = say(
        "site.chart.turnout.note",
        turnout=Percent(Fraction(cast, registered)),
        ballots=cast,
        registered=registered,
        stations=stations,
    )
    return frame_picture(picture, title, drawing, words, notes=[note])


def outstanding_bars(rows: Sequence[OutstandingBar], picture: Picture, words: PageWords) -> Markup:
    """Draw where the voters of held and missing stations are.

    Args:
        rows: divisions in the order of the definition. Of more than ``MAX_OUTSTANDING_BARS``
            those with the smallest figures have no bar.
        picture: ids and title.
        words: the language.
    """
    charted, left_out = _choose(rows, MAX_OUTSTANDING_BARS, lambda row: row.registered or 0)
    end = round_end(max((row.registered or 0 for row in charted), default=0))
    ticks = [(Fraction(part, 5), words.number(end * part // 5)) for part in (0, 2, 4)]
    grid = [Tick(place(part, 5), Fraction(part, 5)) for part in range(6)]
    drawing = _define_grid(picture, grid, ())
    drawing += Markup("").join(
        _ROW
        % (
            words.isolate(row.name),
            words.number(row.registered),
            words.say("site.chart.outstanding.stations", number=row.stations),
            picture.id,
            _SOLID % place(row.registered or 0, end),
        )
        for row in charted
    )
    return frame_picture(
        picture,
        say("site.chart.outstanding.title"),
        drawing + _AXIS_ROW % _axis(ticks),
        words,
        notes=[say("site.chart.outstanding.note"), *_say_left_out(left_out)],
    )


def round_end(largest: int | Fraction) -> int:
    """Give where a scale of counts ends: the least 5, 10, 20, 50, 100… that holds the largest."""
    power = 1
    while True:
        for first in (5, 10, 20):
            if first * power >= largest:
                return first * power
        power *= 10


def _choose(
    rows: Sequence[_Row], most: int, weight: Callable[[_Row], int]
) -> tuple[Sequence[_Row], int]:
    """Take the rows with the largest figures, in the order of the list; say how many are left."""
    if len(rows) <= most:
        return rows, 0
    by_weight = sorted(range(len(rows)), key=lambda index: (-weight(rows[index]), index))
    kept = sorted(by_weight[:most])
    return [rows[index] for index in kept], len(rows) - most


def _say_left_out(number: int) -> list[Message]:
    return [say("site.chart.left_out", number=number)] if number else []


def _define_grid(picture: Picture, ticks: Sequence[Tick], thresholds: Sequence[str]) -> Markup:
    """Draw the lines across all bars once; every row shows them by reference."""
    lines = [_GRID % (tick.place, tick.place) for tick in ticks]
    lines += [_THRESHOLD % (at, at) for at in thresholds]
    return _DEFS % (picture.id, Markup("").join(lines))


def _axis(ticks: Sequence[tuple[Fraction, Markup]]) -> Markup:
    """Write words under (or above) the bars, each at its share of the axis."""
    return _AXIS % (
        Markup("").join(_AXIS_TEXT % (_anchor(at), place(at, 1), text) for at, text in ticks)
    )


def _anchor(at: Fraction) -> str:
    """Keep the words at both ends inside the axis."""
    return "start" if at <= 0 else "end" if at >= 1 else "middle"


def _share_of(part: int | None, whole: int | None, words: PageWords) -> Markup:
    return words.share(Fraction(part, whole)) if part is not None and whole else Markup("")
