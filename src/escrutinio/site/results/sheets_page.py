"""The sheets that somebody should look at, by what hangs on each: ``<language>/sheets.html``.

What is at stake is the number of votes by which the totals could still change because of a sheet:

- held, or missing because no version of it is approved: the most ballots its station can have, or
  those on the sheet where they are more;
- closed: the votes of the sheet that was annulled; nothing, where there is none;
- corrected, forked, or with versions that do not count: the votes by which the versions differ.

``None`` means that nothing limits it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from escrutinio.definition import Contest
from escrutinio.primitives import Message, say
from escrutinio.publication.layout import export_path
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.reason_words import reason_groups, say_group, say_reason
from escrutinio.site.results.sheet_votes import difference, votes_of
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView, StationRow
from escrutinio.tabulation.ledger import PlacedSheet, StationChain

__all__ = ["SheetsPage"]

#: Rows shown in one section; the exports have all of them.
MAX_ROWS = 150
#: Sections that are not about what became of the station.
_VERSIONS = ("corrected", "forked", "unapproved")


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """One station's sheet in a section.

    Attributes:
        contest: which one.
        row: what became of the station.
        votes: votes on the sheet that the section is about; None without one.
        at_stake: see the module.
    """

    contest: Contest
    row: StationRow
    votes: int | None
    at_stake: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """The sheets that have one thing in common.

    Attributes:
        name: as the address of the page names it.
        title: what they have in common.
        sheets: what is most at stake first.
        at_stake: the sum of it; None when nothing limits it.
    """

    name: str
    title: Message
    sheets: Sequence[ListedSheet]
    at_stake: int | None


class SheetsPage(SinglePage[Sequence[Section]]):
    """Sheets to look at."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("sheets", gather_sections, _show, is_live=True)


def gather_sections(view: SiteView) -> Sequence[Section]:
    """Gather every sheet that is held, closed, corrected, forked or not approved."""
    found: dict[str, list[ListedSheet]] = {}
    for position, cut in enumerate(view.cut.contests):
        for row in view.station_rows[position].values():
            chain = view.chain(position, row.station)
            if row.treatment == "counted" and (chain is None or len(chain.sheets) == 1):
                continue
            for name, listed in _list_station(view, cut.form, row, chain):
                found.setdefault(name, []).append(listed)
    order = {name: place for place, name in enumerate(_VERSIONS)}
    names = sorted(found, key=lambda name: (order.get(name, -1), name))
    return [_section(name, found[name]) for name in names]


def _section(name: str, sheets: Sequence[ListedSheet]) -> Section:
    stakes = [item.at_stake for item in sheets]
    known = [stake for stake in stakes if stake is not None]
    ordered = sorted(
        sheets,
        key=lambda item: (
            item.at_stake is not None,
            -(item.at_stake or 0),
            item.contest.code,
            item.row.station,
        ),
    )
    title = say(f"site.sheets.{name}") if name in _VERSIONS else say_group(name)
    return Section(name, title, ordered, sum(known) if len(known) == len(stakes) else None)


def _list_station(
    view: SiteView, contest: Contest, row: StationRow, chain: StationChain | None
) -> Iterator[tuple[str, ListedSheet]]:
    """Name the sections a station belongs to."""
    sheets = [] if chain is None else chain.sheets
    standing = next((sheet for sheet in sheets if sheet.index == row.entry), None)
    votes = None if standing is None else votes_of(standing.sheet, contest).total
    if row.treatment != "counted":
        stake = _stake(view, contest, row, sheets, votes)
        for name in _groups_of(row):
            yield name, ListedSheet(contest, row, votes, stake)
    others = [sheet for sheet in sheets if sheet is not standing]
    if not others or standing is None:
        return
    if standing is not sheets[0]:
        stake = difference(sheets[0].sheet, standing.sheet, contest)
        yield "corrected", ListedSheet(contest, row, votes, stake)
    for name, rivals in _rivals(standing, others).items():
        stake = max(difference(rival.sheet, standing.sheet, contest) for rival in rivals)
        yield name, ListedSheet(contest, row, votes, stake)


def _groups_of(row: StationRow) -> Sequence[str]:
    """Name what a station that does not count is gathered under."""
    if row.treatment == "out_of_catalogue":
        return ("out_of_catalogue",)
    # What a source says of a copy has no reason in the log; an ordinary missing sheet has none.
    is_said = row.treatment in {"held", "closed"}
    return reason_groups(row.reason) or (("source",) if is_said else ())


def _rivals(
    standing: PlacedSheet, others: Sequence[PlacedSheet]
) -> Mapping[str, Sequence[PlacedSheet]]:
    """Sort the sheets that do not count: of the same version, or of a later one nobody approved."""
    rivals: dict[str, list[PlacedSheet]] = {}
    for other in others:
        if other.version == standing.version:
            rivals.setdefault("forked", []).append(other)
        elif other.version > standing.version:
            rivals.setdefault("unapproved", []).append(other)
    return rivals


def _stake(
    view: SiteView,
    contest: Contest,
    row: StationRow,
    sheets: Sequence[PlacedSheet],
    votes: int | None,
) -> int | None:
    if row.treatment == "closed":
        annulled = [votes_of(sheet.sheet, contest).total for sheet in sheets]
        return votes if votes is not None else max(annulled, default=0)
    station = view.stations.get(row.station)
    if station is None:
        # A station that the definition does not list is in no total, whatever is decided.
        return 0
    cap = station.max_ballots.get(contest.code, contest.max_ballots_per_station)
    if cap is None:
        return None
    return max([cap, *(votes_of(sheet.sheet, contest).ballots for sheet in sheets)])


def _show(sections: Sequence[Section], linker: Linker, words: PageWords) -> Mapping[str, object]:
    view = linker.view
    exports = (
        [
            linker.download(view.source.files[path])
            for contest in view.ledger.genesis.contests
            if (path := export_path(view.body.number, f"sheets-{contest.code}.csv"))
            in view.source.files
        ]
        if view.body.number
        else []
    )
    return {
        "sections": sections,
        "most": MAX_ROWS,
        "exports": exports,
        "station": linker.station,
        "division": lambda row: _division_name(view, row, words),
        "reasons": lambda row: [words.text(item) for item in say_reason(row.reason)],
        "has_contests": len(view.ledger.genesis.contests) > 1,
    }


def _division_name(view: SiteView, row: StationRow, words: PageWords) -> object:
    path = view.paths.get(row.division) if row.division else None
    return words.say("page.none") if not path else words.isolate(path[-1].name)
