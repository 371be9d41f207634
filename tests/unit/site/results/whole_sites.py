"""Records with every page, as a publisher writes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from escrutinio.site.results.assets import AssetFiles
from escrutinio.site.results.single_pages import single_pages
from escrutinio.site.results.site_maker import SiteMaker
from escrutinio.testing import FilesInMemory, make_election, workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day
from tests.unit.site.results.sites import Site, site_of
from tests.unit.site.results.worlds import WORLDS

__all__ = ["begin_rehearsal", "lay_into", "single_pages_of_world", "whole_site"]


def begin_rehearsal(stations: int, seed: int = 1) -> Rehearsal:
    """Begin an election day whose record is in memory."""
    day = make_day(make_election(stations, seed))
    return Rehearsal(day, workspace_in_memory(), FilesInMemory())


@cache
def whole_site(stations: int, bulletins: int, seed: int = 1) -> Site:
    """Give the record of an election at one of its bulletins, with every page.

    Args:
        stations: of the election.
        bulletins: 0 for before the first; 7 for after the proclamation.
        seed: of the election.
    """
    rehearsal = begin_rehearsal(stations, seed)
    if bulletins <= rehearsal.day.bulletins:
        rehearsal.run_to(bulletins)
    else:
        rehearsal.run()
    return site_of(rehearsal, SiteMaker())


@cache
def single_pages_of_world(name: str) -> Site:
    """Make the pages of which there is one per language, of one of ``WORLDS``."""
    maker = SiteMaker(groups=(AssetFiles(), *single_pages()))
    return Site({file.path: file.data for file in maker.make_files(WORLDS[name](), None)})


def lay_into(folder: Path, site: Site) -> Path:
    """Write the files of a record into a folder, over those of the same name."""
    for path, data in site.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder
