"""Pictures of a contest in a division; none of a division without figures to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from markupsafe import Markup

from escrutinio.site.page_words import PageWords
from escrutinio.site.results.charts_svg import (
    OutstandingBar,
    ResultBar,
    StationCounts,
    counters_bar,
    outstanding_bars,
    results_bars,
)
from escrutinio.site.results.contest_view import ContestSection, share_of
from escrutinio.site.results.geo_map import geo_map
from escrutinio.site.results.links import Links
from escrutinio.site.results.map_levels import Area, Measure
from escrutinio.site.results.outcomes import ContestOutcome
from escrutinio.site.results.picture import Picture
from escrutinio.site.results.tile_map import tile_map

__all__ = ["Pictures"]


class Pictures:
    """Pictures of a contest in a division; none of a division without figures to compare."""

    def __init__(self, words: PageWords, to: Links, outcome: Mapping[int, ContestOutcome]) -> None:
        """Take the language, the links, and outcomes of contests that are shown as a whole."""
        self._words = words
        self._to = to
        self._outcome = outcome

    def counters(self, section: ContestSection) -> Markup:
        """Show what became of the stations; a few of them need no picture."""
        row = section.row
        if not section.children:
            return Markup("")
        counts = StationCounts(row.expected, row.counted, row.held, row.missing, row.closed)
        picture = Picture(f"{section.prefix}-counters-picture", f"{section.prefix}-counters")
        return counters_bar(counts, picture, self._words)

    def results(self, section: ContestSection) -> Markup:
        """Show votes and shares, with their bounds where a contest is shown as a whole."""
        if not section.row.valid:
            return Markup("")
        bounds, outstanding = {}, None
        outcome = self._outcome.get(section.position)
        if section.is_whole and outcome is not None and outcome.main.outcome.scenario is not None:
            bounds = {item.candidacy: item for item in outcome.main.bounds}
            outstanding = outcome.main.outcome.scenario.outstanding
        rows = []
        for item, line in zip(section.contest.candidacies, section.candidacies, strict=True):
            bound = bounds.get(item.code)
            least = None if bound is None else bound.least_share
            most = None if bound is None else bound.most_share
            share = section.share(line.votes)
            rows.append(ResultBar(line.names, line.votes, share, least, most))
        picture = Picture(f"{section.prefix}-votes-picture", f"{section.prefix}-votes")
        return results_bars(rows, picture, self._words, outstanding=outstanding)

    def outstanding(self, section: ContestSection) -> Markup:
        """Show where the outstanding part is."""
        rows = [
            OutstandingBar(
                item.division.name, item.row.outstanding or 0, item.row.registered_outstanding
            )
            for item in section.children
            if item.row.outstanding
        ]
        if not any(row.registered for row in rows):
            return Markup("")
        picture = Picture(f"{section.prefix}-outstanding-picture", f"{section.prefix}-children")
        return outstanding_bars(rows, picture, self._words)

    def maps(self, section: ContestSection) -> Markup:
        """Show coverage, outstanding voters and turnout of the divisions inside.

        In their shapes where the record has them, else as tiles.
        """
        outlines = self._to.view.shapes.inside(section.row.division)
        values: Mapping[Measure, Sequence[Fraction | int | None]] = {
            Measure.COVERAGE: [
                share_of(item.row.counted, item.row.expected or 0) for item in section.children
            ],
            Measure.OUTSTANDING: [item.row.registered_outstanding for item in section.children],
            Measure.TURNOUT: [item.turnout for item in section.children],
        }
        figures = []
        for measure, found in values.items():
            areas = [
                Area(
                    item.division.division,
                    item.division.name,
                    self._to.division(item.division.division),
                    value,
                )
                for item, value in zip(section.children, found, strict=True)
            ]
            name = f"{section.prefix}-map-{measure.value}"
            picture = Picture(name, f"{section.prefix}-children")
            if any(value is not None for value in found):
                drawn = Markup("")
                if outlines is not None:
                    drawn = geo_map(outlines, areas, measure, picture, self._words)
                figures.append(drawn or tile_map(areas, measure, picture, self._words))
        return Markup("").join(figures)
