"""Maps with the real shapes of divisions, where a record has a geometry.

The outlines stand once on a page, see ``draw_shapes``; each of its maps fills them in its own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from markupsafe import Markup

from escrutinio.primitives import Percent, say
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.map_levels import Area, Measure, fit_levels, give_short_codes
from escrutinio.site.results.outlines import TENTHS, Outline, Outlines
from escrutinio.site.results.paths import safe_name
from escrutinio.site.results.picture import Picture, frame_picture

__all__ = ["draw_shapes", "geo_map"]

#: Room that a letter of a code needs, in tenths of a unit of the drawing.
_LETTER = 110

_MAP = Markup(
    '<svg class="chart-map chart-geo" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMin">\n{}'
    '<g class="chart-labels" aria-hidden="true">\n{}</g></svg>\n'
)
_OUTLINES = Markup(
    '<svg class="chart-defs" width="0" height="0" aria-hidden="true"><defs>\n{}</defs></svg>\n'
)
_OUTLINE = Markup('<path id="shape-{}" fill-rule="evenodd" d="{}"/>\n')
_SHAPE = Markup(
    '<a href="{}"><title>{}</title>'
    '<use class="chart-shape" href="#shape-{}" fill="url(#{})"/></a>\n'
)
_CODE = Markup('<text class="chart-code chart-on-{}" x="{}" y="{}">{}</text>\n')


def draw_shapes(outlines: Outlines | None) -> Markup:
    """Give the outlines that the maps of a page fill; once, before the first of them."""
    if outlines is None:
        return Markup("")
    paths = (
        _OUTLINE.format(safe_name(division), outline.path)
        for division, outline in outlines.shapes.items()
    )
    return _OUTLINES.format(Markup("").join(paths))


def geo_map(
    outlines: Outlines, areas: Sequence[Area], measure: Measure, picture: Picture, words: PageWords
) -> Markup:
    """Draw divisions in their shapes.

    Args:
        outlines: those of ``draw_shapes`` on the same page.
        areas: divisions in the order of the definition; those without an outline are counted in
            the note.
        measure: what their values are.
        picture: ids and title; a map of ``Measure.SHARE`` needs a title that says whose.
        words: the language.

    Returns:
        The figure; nothing when fewer than two of the divisions have an outline.
    """
    codes = dict(zip((area.division for area in areas), give_short_codes(areas), strict=True))
    drawn = [area for area in areas if area.division in outlines.shapes]
    if len(drawn) <= 1:
        return Markup("")
    scale = fit_levels(measure, areas)
    shapes, labels = [], []
    for area in drawn:
        code, fill = codes[area.division], scale.fill(area.value)
        text = scale.say_area(code, area, words)
        shapes.append(_SHAPE.format(area.href, text, safe_name(area.division), fill))
        labels.append(_label(outlines.shapes[area.division], code, fill))
    tolerance = Percent(Fraction(outlines.tolerance, outlines.width * TENTHS))
    notes = [say("site.chart.map.geo_note", tolerance=tolerance)]
    if len(drawn) < len(areas):
        notes.append(say("site.chart.map.without_shape", number=len(areas) - len(drawn)))
    return frame_picture(
        picture,
        say(f"site.chart.map.{measure.value}"),
        _MAP.format(
            outlines.width, outlines.height, Markup("").join(shapes), Markup("").join(labels)
        ),
        words,
        notes=[*notes, say("site.chart.map.shade_note")],
        legend=scale.list_steps(words, has_none=any(area.value is None for area in drawn)),
        has_links=True,
    )


def _label(outline: Outline, code: str, fill: str) -> Markup:
    """Write the code where there is room for it."""
    if outline.room < _LETTER * len(code):
        return Markup("")
    x, y = outline.label
    return _CODE.format(fill, x // TENTHS, y // TENTHS + 5, code)
