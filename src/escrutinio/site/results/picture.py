"""The frame around every picture of the site: its name, what it shows, and where its table is.

A picture is HTML around small SVG drawings: text keeps its size and wraps, bars take the width
there is. No style attribute and no script stands in one, so the pages' own policy allows it.
Colours are custom properties of the style sheets; kinds differ by pattern too, never by colour
alone. What the patterns are stands once on a page, see ``draw_patterns``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from escrutinio.primitives import Message
from escrutinio.site.page_words import PageWords

__all__ = ["Picture", "draw_patterns", "draw_swatch", "frame_picture", "list_legend", "plain_name"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page says of a picture.

    Attributes:
        id: unique on the page, and our own; the ids inside the picture begin with it.
        table: id of the table with the same figures.
        title: what the picture shows; None takes the usual words.
    """

    id: str
    table: str
    title: Message | None = None


_NOTHING = Markup("")
_SWATCH = Markup(
    '<svg class="chart-swatch" width="16" height="16" aria-hidden="true">'
    '<rect class="chart-frame {}" fill="{}" x=".5" y=".5" width="15" height="15"/></svg>'
)
#: Every pattern is its own ground and what is drawn on it; the classes give the colours.
_PATTERNS = Markup(
    '<svg class="chart-defs" width="0" height="0" aria-hidden="true"><defs>\n'
    '<pattern id="fill-counted" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="chart-counted" width="8" height="8"/></pattern>\n'
    '<pattern id="fill-held" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="chart-held" width="6" height="6"/>'
    '<rect class="chart-held-line" width="2.5" height="6"/></pattern>\n'
    '<pattern id="fill-missing" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="chart-missing" width="8" height="8"/></pattern>\n'
    '<pattern id="fill-closed" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="chart-closed" width="5" height="5"/>'
    '<circle class="chart-closed-dot" cx="2.5" cy="2.5" r="1.1"/></pattern>\n'
    '<pattern id="level-none" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(-45)"><rect class="chart-level-none" width="6" height="6"/>'
    '<rect class="chart-level-none-line" width="1" height="6"/></pattern>\n'
    '<pattern id="level-0" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="chart-level-0" width="8" height="8"/></pattern>\n'
    '<pattern id="level-1" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<rect class="chart-level-1" width="7" height="7"/>'
    '<circle class="chart-level-1-line" cx="3.5" cy="3.5" r="1"/></pattern>\n'
    '<pattern id="level-2" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="chart-level-2" width="7" height="7"/>'
    '<rect class="chart-level-2-line" width="1.5" height="7"/></pattern>\n'
    '<pattern id="level-3" width="7" height="7" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="chart-level-3" width="7" height="7"/>'
    '<path class="chart-level-3-line" d="M0 0h7v1.5h-5.5v5.5h-1.5z"/></pattern>\n'
    '<pattern id="level-4" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<rect class="chart-level-4" width="8" height="8"/></pattern>\n'
    "</defs></svg>\n"
)
#: Characters that change the direction of the text around them.
_DIRECTIONS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def draw_patterns() -> Markup:
    """Give what all pictures of a page fill their shapes with; once, before the first of them."""
    return _PATTERNS


@cache
def draw_swatch(fill: str) -> Markup:
    """Draw the sample of a legend.

    Args:
        fill: id of a pattern, ``fill-held`` or ``level-2``; or class of a part of a bar.
    """
    if fill.startswith(("fill-", "level-")):
        return _SWATCH.format("", f"url(#{fill})")
    return _SWATCH.format(fill, "none")


def list_legend(items: Sequence[tuple[Markup, Markup]]) -> Markup:
    """Write a legend: a sample and its words per item."""
    lines = "".join([f"<li>{sample} {text}</li>\n" for sample, text in items])
    return Markup(f'<ul class="chart-legend">\n{lines}</ul>\n')  # noqa: S704 -- of markup alone


def frame_picture(
    picture: Picture,
    title: Message,
    drawing: Markup,
    words: PageWords,
    *,
    notes: Sequence[Message],
    legend: Markup = _NOTHING,
    has_links: bool = False,
) -> Markup:
    """Put a drawing into its frame.

    Args:
        picture: ids, and perhaps another title.
        title: the usual title.
        drawing: what is drawn. To a screen reader it is one image with the title and the notes
            as its text, because the figures stand in the table.
        words: the language.
        notes: how to read it.
        legend: stands below the drawing.
        has_links: whether parts of the drawing are links; it is then no image but a group, in
            which every link has its own text.
    """
    id_, role = picture.id, "group" if has_links else "img"
    note = " ".join([words.text(note) for note in notes])
    # Thousands of pages have pictures: put together as text, for every part of it is markup.
    return Markup(  # noqa: S704 -- sentences, drawings and ids of our own
        f'<figure class="chart" id="{id_}">\n'
        f'<figcaption id="{id_}-title">{words.text(picture.title or title)}</figcaption>\n'
        f'<div class="chart-drawing" role="{role}" aria-labelledby="{id_}-title"'
        f' aria-describedby="{id_}-note">\n{drawing}</div>\n{legend}'
        f'<p class="chart-note" id="{id_}-note">{note} <a href="#{picture.table}">'
        f"{words.say('site.chart.in_table')}</a></p>\n"
        "</figure>\n"
    )


def plain_name(name: str, words: PageWords) -> str:
    """Write a name where no element may stand, so that its direction stays its own.

    First strong isolate and pop directional isolate do what ``<bdi>`` does elsewhere.
    """
    return f"\u2068{_DIRECTIONS.sub('', words.clean(name))}\u2069"
