"""Which pages may differ from those that stand in a record.

What stands was made of an older bulletin and of a shorter log. A page of a place is about its
stations: it may differ when an entry since that bulletin is about one of them, or when a finding
about several sheets came or went there. A page of a division may differ when its figures do, or
when something happened at one of its stations.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from escrutinio.errors import MalformedError, UnverifiableError
from escrutinio.log.entries import (
    Amendment,
    Approval,
    Confirmation,
    Content,
    Decision,
    Hold,
    decode_entry,
)
from escrutinio.operations.site_source import SiteSince
from escrutinio.publication.layout import MANIFEST_NAME, export_path, scan_path
from escrutinio.site.results.bodies import decode_body
from escrutinio.site.results.history import differing_divisions
from escrutinio.site.results.station_view import copy_of
from escrutinio.site.results.view import SiteView
from escrutinio.tabulation.ledger import PlacedSheet

__all__ = ["Touched", "find_touched"]

#: Checks that look at other stations too: what they find here may change without a new sheet here.
_ABOUT_OTHERS = frozenset({"SHEET-009", "SHEET-405", "SHEET-406", "SHEET-407"})

_SCAN = re.compile(r"scans/[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Touched:
    """What may differ.

    Attributes:
        stations: ids of stations.
        places: ids of their places.
        divisions: ids of divisions, with those around them.
    """

    stations: frozenset[str]
    places: frozenset[str]
    divisions: frozenset[str]


def find_touched(view: SiteView, since: SiteSince | None) -> Touched | None:
    """Find out what may differ since pages were made by the same program.

    Returns:
        None when everything may: there was no bulletin then, or an amendment came into force.
    """
    start = _start_of(view, since)
    if since is None or since.number is None or start is None:
        return None
    before = _stations_with_findings_about_others(view, since.number)
    scanned = _stations_with_other_scans(view)
    if before is None or scanned is None or _is_amended(view, start):
        return None
    stations = before | scanned | set(_stations_of_entries(view, start))
    for findings in view.findings_by_station:
        stations.update(
            station
            for station, rows in findings.items()
            if any(row.code in _ABOUT_OTHERS for row in rows)
        )
    divisions = differing_divisions(view, decode_body(view.source.load_body(since.number)))
    for station in stations:
        division = view.division_of(station) or view.definition.root.division
        divisions.update(outer.division for outer in view.paths[division])
    places = {view.place_of[station] for station in stations if station in view.place_of}
    return Touched(frozenset(stations), frozenset(places), frozenset(divisions))


def _start_of(view: SiteView, since: SiteSince | None) -> int | None:
    """Give the size of the log that the older bulletin is about."""
    for placed in view.bulletins:
        if since is not None and placed.bulletin.number == since.number:
            return placed.bulletin.size
    return None


def _is_amended(view: SiteView, start: int) -> bool:
    return any(
        isinstance(item.content, Amendment)
        and item.in_force_at is not None
        and item.in_force_at >= start
        for item in view.ledger.proposals
    )


def _stations_with_findings_about_others(view: SiteView, number: int) -> set[str] | None:
    data = view.source.load_file(export_path(number, "findings.csv"))
    if data is None:
        return None
    rows = csv.DictReader(io.StringIO(data.decode()))
    return {row["station"] for row in rows if row["code"] in _ABOUT_OTHERS}


def _stations_with_other_scans(view: SiteView) -> set[str] | None:
    """Name the stations of whose sheets an image was added to the record, or taken away."""
    manifest = view.source.load_file(MANIFEST_NAME)
    if manifest is None:
        return None
    before = set(_SCAN.findall(manifest.decode("ascii", "replace")))
    now = {path for path in view.source.files if _SCAN.fullmatch(path)}
    if before == now:
        return set()
    return {
        placed.station
        for placed in _all_sheets(view)
        if (copy := copy_of(placed, placed.sheet)) is not None and scan_path(copy) in before ^ now
    }


def _all_sheets(view: SiteView) -> Iterator[PlacedSheet]:
    for position in range(len(view.cut.contests)):
        for chain in view.ledger.chains(position).values():
            yield from chain.sheets


def _stations_of_entries(view: SiteView, start: int) -> Iterator[str]:
    """Name the stations that entries from a place on are about; some more than once."""
    sheets = {placed.digest: placed.station for placed in _all_sheets(view)}
    proposals = {item.digest: item.content for item in view.ledger.proposals}
    for index in range(start, view.ledger.size):
        data = view.source.load_entry(index)
        try:
            content: Content = decode_entry(data, index, f"entry {index}").content
        except (MalformedError, UnverifiableError):
            continue  # nobody can read it, and it says nothing
        if isinstance(content, Approval):
            content = proposals.get(content.proposal, content)
        if isinstance(content, Confirmation | Hold):
            station = sheets.get(content.sheet)
        elif isinstance(content, Decision):
            station = content.station
        else:
            # Sheets, openings, seals, audits and custody name a station, all others none.
            station = getattr(content, "station", None)
        if station is not None:
            yield station
