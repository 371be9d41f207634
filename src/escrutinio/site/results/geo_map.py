"""A map with the real shapes of divisions, where a record has a geometry."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from markupsafe import Markup

from escrutinio.primitives import Percent, say
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.map_levels import Area, Measure, fit_levels, give_short_codes
from escrutinio.site.results.outlines import TENTHS, Outline, Outlines
from escrutinio.site.results.picture import Picture, frame_picture

__all__ = ["geo_map"]

#: Room that a letter of a code needs, in tenths of a unit of the drawing.
_LETTER = 110

_MAP = Markup(
    '<svg class="chart-map chart-geo" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMin">\n{}'
    '<g class="chart-labels" aria-hidden="true">\n{}</g></svg>\n'
)
_SHAPE = Markup(
    '<a href="{}"><title>{}</title><path class="chart-shape" fill="url(#{})"'
    ' fill-rule="evenodd" d="{}"/></a>\n'
)
_CODE = Markup('<text class="chart-code chart-on-{}" x="{}" y="{}">{}</text>\n')


def geo_map(
    outlines: Outlines, areas: Sequence[Area], measure: Measure, picture: Picture, words: PageWords
) -> Markup:
    """Draw divisions in their shapes.

    Args:
        outlines: from ``draw_outlines``.
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
        outline, code = outlines.shapes[area.division], codes[area.division]
        fill = scale.fill(area.value)
        text = scale.say_area(code, area, words)
        shapes.append(_SHAPE.format(area.href, text, fill, outline.path))
        labels.append(_label(outline, code, fill))
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
