"""A map made from a list of divisions alone: one tile each, all of the same size.

The tiles are hexagons in rows that turn like the lines of a plough, so that whoever follows
another in the list is its neighbour on the map. Nothing is known of where a division lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

from markupsafe import Markup, escape

from escrutinio.primitives import say
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.map_levels import (
    Area,
    LevelScale,
    Measure,
    fit_levels,
    give_short_codes,
)
from escrutinio.site.results.picture import Picture, frame_picture

__all__ = ["MAX_TILES", "Tile", "lay_tiles", "tile_map"]

#: Most divisions of one map; a table is the better picture of more.
MAX_TILES = 400
#: Tiles side by side that a phone shows without scrolling, and up to how many divisions.
_PHONE_COLUMNS, _PHONE_TILES = 6, 48
#: Tiles side by side that a desktop shows without scrolling.
_COLUMNS = 17
#: Half the width, half the height and the distance of the rows of a hexagon, in pixels.
_HALF_WIDTH, _RADIUS, _ROW = 26, 30, 45
#: How much larger the few tiles of a map may be drawn where there is room.
_GROWTH_PERCENT = 140

_MAP = Markup(
    '<svg class="chart-map{}" viewBox="0 0 {} {}" width="{}"><defs>'
    '<path id="{}-tile" d="M0-29 25-14.5v29L0 29-25 14.5v-29z"/></defs>\n{}</svg>\n'
)
_SCROLL = Markup('<div class="chart-scroll">\n{}</div>\n')


@dataclass(frozen=True, slots=True)
class Tile:
    """Where the middle of a tile lies, in pixels from the corner of the map."""

    x: int
    y: int


def lay_tiles(number: int) -> tuple[int, tuple[Tile, ...]]:
    """Lay so many hexagons in rows.

    Returns:
        The number of columns, and the tiles in the order of the list.
    """
    columns = isqrt(max(number - 1, 0)) + 1
    columns = min(columns, _PHONE_COLUMNS if number <= _PHONE_TILES else _COLUMNS)
    return columns, tuple(_lay(index, columns) for index in range(number))


def _lay(index: int, columns: int) -> Tile:
    row, step = divmod(index, columns)
    column = columns - 1 - step if row % 2 else step
    return Tile(_HALF_WIDTH * (1 + 2 * column + row % 2), _RADIUS + _ROW * row)


def tile_map(areas: Sequence[Area], measure: Measure, picture: Picture, words: PageWords) -> Markup:
    """Draw one tile per division.

    Args:
        areas: divisions in the order of the definition.
        measure: what their values are.
        picture: ids and title; a map of ``Measure.SHARE`` needs a title that says whose.
        words: the language.

    Returns:
        The figure; nothing for fewer than two divisions or more than ``MAX_TILES``.
    """
    if not 1 < len(areas) <= MAX_TILES:
        return Markup("")
    columns, tiles = lay_tiles(len(areas))
    scale = fit_levels(measure, areas)
    drawn = Markup("").join(
        _draw_tile(area, tile, code, scale, picture.id, words)
        for area, tile, code in zip(areas, tiles, give_short_codes(areas), strict=True)
    )
    width = _HALF_WIDTH * (2 * columns + 1)
    is_wide = columns > _PHONE_COLUMNS
    drawing = _MAP.format(
        " chart-wide" if is_wide else "",
        width,
        2 * _RADIUS + _ROW * ((len(areas) - 1) // columns),
        width if is_wide else width * _GROWTH_PERCENT // 100,
        picture.id,
        drawn,
    )
    return frame_picture(
        picture,
        say(f"site.chart.map.{measure.value}"),
        _SCROLL.format(drawing) if is_wide else drawing,
        words,
        notes=[say("site.chart.map.tiles_note"), say("site.chart.map.shade_note")],
        legend=scale.list_steps(words, has_none=any(area.value is None for area in areas)),
        has_links=True,
    )


def _draw_tile(
    area: Area, tile: Tile, code: str, scale: LevelScale, picture_id: str, words: PageWords
) -> Markup:
    fill, x, y = scale.fill(area.value), tile.x, tile.y
    return Markup(  # noqa: S704 -- what others wrote is escaped
        f'<a href="{escape(area.href)}"><title>{scale.say_area(code, area, words)}</title>'
        f'<use href="#{picture_id}-tile" fill="url(#{fill})" x="{x}" y="{y}"/>'
        f'<g class="chart-on-{fill}"><text class="chart-code" x="{x}" y="{y - 2}">{escape(code)}'
        f'</text><text x="{x}" y="{y + 12}">{scale.say_short(area.value, words)}</text></g></a>\n'
    )
