"""The shapes of the divisions inside each one, drawn once for every language and map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from escrutinio.definition import Division
from escrutinio.site.results.geometry import Geometry
from escrutinio.site.results.outlines import Outlines, draw_outlines
from escrutinio.site.results.tile_map import MAX_TILES

__all__ = ["MAX_SHAPES", "Shapes"]

#: Most divisions of one map, as of tiles; a table is the better picture of more.
MAX_SHAPES = MAX_TILES


class Shapes:
    """Draws outlines where a record has a geometry, and remembers them."""

    def __init__(
        self, geometry: Geometry | None, children: Mapping[str, Sequence[Division]]
    ) -> None:
        """Take the shapes, and the divisions right inside each one."""
        self._geometry = geometry
        self._children = children
        self._drawn: dict[str, Outlines | None] = {}

    def inside(self, division: str) -> Outlines | None:
        """Give the outlines of those right inside a division; None of one alone, or too many."""
        if self._geometry is None:
            return None
        if division not in self._drawn:
            self._drawn[division] = self._draw(self._geometry, division)
        return self._drawn[division]

    def _draw(self, geometry: Geometry, division: str) -> Outlines | None:
        children = [item.division for item in self._children.get(division, ())]
        number = sum(item in geometry.shapes for item in children)
        return draw_outlines(geometry, children) if 1 < number <= MAX_SHAPES else None
