"""Addresses of divisions, places and stations, as the pages of one folder name them."""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.site.results.paths import safe_name, station_anchor
from escrutinio.site.results.view import SiteView

__all__ = ["Links"]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of divisions, places and stations, as the pages of one folder name them.

    Attributes:
        view: of the site.
        root: from the page to the folder of its language.
    """

    view: SiteView
    root: str

    def division(self, division: str) -> str:
        """Give the address of a division's page; that of the root is the first page."""
        if division == self.view.definition.root.division:
            return f"{self.root}index.html"
        return f"{self.root}d/{safe_name(division)}.html"

    def place(self, place: str) -> str:
        """Give the address of a polling place's page."""
        return f"{self.root}p/{safe_name(place)}.html"

    def station(self, station: str) -> str:
        """Give the address of a station's part of its page."""
        place = self.view.place_of.get(station, station)
        return f"{self.place(place)}#{station_anchor(station)}"
