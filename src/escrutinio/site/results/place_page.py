"""The page of a polling place: each of its stations with every version of its sheet.

It is about its stations alone and names no newer bulletin than the first that included a sheet,
so it stays as it is while the count goes on elsewhere. There are many of these pages. So they are
put together from pieces prepared once per language (``place_text.py``), not by a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.links import Links
from escrutinio.site.results.paths import page_path, place_path, safe_name, station_anchor
from escrutinio.site.results.place_text import PlaceText
from escrutinio.site.results.station_text import StationText
from escrutinio.site.results.station_view import StationFacts, StationViewer
from escrutinio.site.results.view import Place, SiteView

__all__ = ["PlacePages"]


class PlacePages:
    """The pages of all polling places, and of the stations of which nobody names one."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name every page."""
        names = [f"p/{safe_name(place)}.html" for place in view.places]
        return [f"{language}/{name}" for language in view.languages for name in names]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make the pages that may differ."""
        touched = pages.touched(since)
        places = [
            place
            for place in view.places.values()
            if touched is None or place.place in touched.places
        ]
        viewer = StationViewer(view)
        makers = [_PlaceMaker(view, pages, words) for words in pages.words]
        contests = range(len(view.body.contests))
        for place in places:
            facts = {
                station: [
                    found
                    for position in contests
                    if (found := viewer.facts(position, station)) is not None
                ]
                for station in place.stations
            }
            for maker in makers:
                yield maker.make(place, facts)


class _PlaceMaker:
    """Makes the pages of one language."""

    def __init__(self, view: SiteView, pages: PageFrames, words: PageWords) -> None:
        self._view = view
        self._words = words
        self._to = Links(view, "../")
        self._shell = pages.shell(words, f"{words.code}/p")
        self._text = PlaceText(view, words)
        has_verifier = pages.has(page_path(words.code, "verify.html"))
        self._stations = StationText(view, words, self._text, has_verifier=has_verifier)
        self._crumbs: dict[str, str] = {}

    def make(self, place: Place, facts: Mapping[str, Sequence[StationFacts]]) -> LogFile:
        """Make the page of a place."""
        text = self._text
        title = text.name(place.place)
        pieces = [
            self._crumbs_of(place.division),
            text.eyebrow_place if place.is_building else text.eyebrow_station,
            f"<h1><bdi>{title}</bdi></h1>\n",
        ]
        if len(place.stations) > 1:
            links = "".join(
                f'<li><a href="#{station_anchor(station)}"><bdi>{text.name(station)}</bdi></a>'
                for station in place.stations
            )
            pieces.append(
                f'<nav class="contents" aria-label="{text.stations}"><ul>{links}</ul></nav>\n'
            )
        pieces += [
            self._stations.write(station, facts[station], place.division)
            for station in place.stations
        ]
        name = f"{safe_name(place.place)}.html"
        data = self._shell.fill(title=title, main="".join(pieces), name=name)
        return LogFile(place_path(self._words.code, place.place), data)

    def _crumbs_of(self, division: str | None) -> str:
        division = division or self._view.definition.root.division
        if division not in self._crumbs:
            links = "".join(
                f'<li><a href="{self._to.division(item.division)}">'
                f"<bdi>{self._text.name(item.name)}</bdi></a>"
                for item in self._view.paths[division]
            )
            self._crumbs[division] = (
                f'<nav class="crumbs" aria-label="{self._text.around}"><ol>{links}</ol></nav>\n'
            )
        return self._crumbs[division]
