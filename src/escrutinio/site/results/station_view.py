"""What a place's page shows of one station in one contest, without a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from escrutinio.definition import Contest
from escrutinio.log.entries.model import Decision, LoggedSheet
from escrutinio.sheet import CellState
from escrutinio.sheet.fields import candidacy_field, category_field, option_field
from escrutinio.sheet.tally_sheet import NOT_ON_FORM, FormFigure
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.site.results.view import FindingRow, SiteView, StationRow
from escrutinio.tabulation.ledger import (
    PlacedBulletin,
    PlacedOpening,
    PlacedSeal,
    PlacedSheet,
    Proposal,
    StationChain,
)

__all__ = [
    "AtLeast",
    "Cell",
    "SheetFigures",
    "StationFacts",
    "StationViewer",
    "VersionFacts",
    "copy_of",
]


class AtLeast(NamedTuple):
    """Votes of a candidacy some of whose lines cannot be read."""

    votes: int


#: A figure, or what stands in its place: illegible, empty, dash, or None for nothing at all.
Cell = int | str | AtLeast | None

_STATES = {
    -int(CellState.EMPTY): "empty",
    -int(CellState.DASH): "dash",
    -int(CellState.ILLEGIBLE): "illegible",
    -int(CellState.NOT_ON_SOURCE): None,
}
_FORM_FIELDS = {
    "registered": FormFigure.REGISTERED,
    "admitted": FormFigure.ADMITTED,
    "stated.cast": FormFigure.BALLOTS,
    "stated.valid": FormFigure.STATED_VALID,
}


@dataclass(frozen=True, slots=True)
class SheetFigures:
    """The figures of a sheet in the order of its form.

    Attributes:
        votes: by candidacy: as the sheet states them, else the sum of its lines.
        lines: by party line, or by candidacy where the contest has no lines.
        categories: by tally category.
        form: figures that the form has, by their key.
        other: other fields that the source shows, by name.
    """

    votes: Sequence[Cell]
    lines: Sequence[Cell]
    categories: Sequence[Cell]
    form: Mapping[FormFigure, Cell]
    other: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version of a sheet.

    Attributes:
        placed: as it was logged.
        sheet: what it says.
        became: what became of it, a key of ``site.place.became``.
        by: entry of the sheet that stands in its place, where there is one.
        bulletin: the first that is about it; None while there is none.
        figures: of it.
        findings: of the checks about it.
        is_checked: whether the checks of the newest bulletin looked at it.
    """

    placed: PlacedSheet
    sheet: LoggedSheet | TranscribedSheet
    became: str
    by: int | None
    bulletin: PlacedBulletin | None
    figures: SheetFigures
    findings: Sequence[FindingRow]
    is_checked: bool


@dataclass(frozen=True, slots=True)
class StationFacts:
    """One station in one contest.

    Attributes:
        position: of the contest.
        station: its id.
        row: what became of it in the newest bulletin; None where that has no row of it.
        versions: every sheet of it that was logged, in the order of the log.
        findings: about the station and no sheet of it.
        opening: its first zero report, or None.
        seal: of the admitted voters, or None.
        decisions: of the authority about it, in force or not.
    """

    position: int
    station: str
    row: StationRow | None
    versions: Sequence[VersionFacts]
    findings: Sequence[FindingRow]
    opening: PlacedOpening | None
    seal: PlacedSeal | None
    decisions: Sequence[Proposal]


class StationViewer:
    """Looks stations up; what has to be searched for is searched for once."""

    def __init__(self, view: SiteView) -> None:
        """Take a site."""
        self._view = view
        newest = view.newest
        self._size = 0 if newest is None else newest.bulletin.size
        self._forms = [_Form(item.form) for item in view.cut.contests]
        self._checked = [frozenset(item.records.entries) for item in view.cut.contests]
        self._openings: dict[str, PlacedOpening] = {}
        for opening in view.ledger.stations.openings.values():
            self._openings.setdefault(opening.station, opening)
        self._decisions: dict[tuple[int, str], list[Proposal]] = {}
        for proposal in view.ledger.proposals:
            content = proposal.content
            if isinstance(content, Decision):
                key = (content.contest, content.station)
                self._decisions.setdefault(key, []).append(proposal)

    def facts(self, position: int, station: str) -> StationFacts | None:
        """Give what is known of a station in a contest; None where it does not vote in it."""
        view = self._view
        row = view.station_rows[position].get(station)
        chain = view.chain(position, station)
        if row is None and chain is None:
            return None
        found = view.findings_by_station[position].get(station, ())
        sheets = () if chain is None else chain.sheets
        return StationFacts(
            position=position,
            station=station,
            row=row,
            versions=[self._version(position, placed, chain, row, found) for placed in sheets],
            findings=[item for item in found if item.entry is None],
            opening=self._openings.get(station),
            seal=None if chain is None else view.ledger.stations.first_seal(chain),
            decisions=self._decisions.get((position, station), ()),
        )

    def _version(
        self,
        position: int,
        placed: PlacedSheet,
        chain: StationChain | None,
        row: StationRow | None,
        findings: Sequence[FindingRow],
    ) -> VersionFacts:
        sheet = placed.sheet
        became, by = self._became(placed, chain or StationChain(), row)
        return VersionFacts(
            placed=placed,
            sheet=sheet,
            became=became,
            by=by,
            bulletin=self._view.first_bulletin(placed.index),
            figures=self._forms[position].read(sheet),
            findings=[item for item in findings if item.entry == placed.index],
            is_checked=placed.index in self._checked[position],
        )

    def _became(
        self, placed: PlacedSheet, chain: StationChain, row: StationRow | None
    ) -> tuple[str, int | None]:
        """Say what became of a sheet in the newest bulletin, and what stands in its place."""
        standing = placed.standing
        if placed.index >= self._size:
            return "later", None
        if row is not None and row.entry == placed.index:
            return row.treatment, None
        if chain.closure is not None:
            return "station_closed", None
        if isinstance(placed.sheet, TranscribedSheet):
            if standing is not None and standing.replaced_by is not None:
                return "corrected", chain.sheets[standing.replaced_by].index
            return "other_reading", None if row is None else row.entry
        return _became_signed(placed, chain)


def _became_signed(placed: PlacedSheet, chain: StationChain) -> tuple[str, int | None]:
    """Say why a signed sheet is not the one that stands for its station."""
    if placed.standing is not None and placed.standing.approved is not None:
        return "approved_later", None
    if placed.version > 1:
        return "not_approved", None
    first = next(item for item in chain.sheets if item.version == 1)
    if first is not placed or chain.approved is None:
        return "second", first.index
    return "replaced", chain.sheets[chain.approved].index


def copy_of(placed: PlacedSheet, sheet: LoggedSheet | TranscribedSheet) -> bytes | None:
    """Give the SHA-256 of the image a sheet was read from, where its source or signers name it.

    Args:
        placed: the sheet in the log.
        sheet: what it says.
    """
    if isinstance(sheet, TranscribedSheet):
        return sheet.copy
    return None if placed.standing is None else placed.standing.scan


class _Form:
    """Reads the figures of sheets in the order of a contest's form."""

    def __init__(self, form: Contest) -> None:
        """Take a contest as its forms were printed."""
        self._form = form
        self._parts = [
            [at for at, option in enumerate(form.options) if option.candidacy == item.code]
            for item in form.candidacies
        ]

    def read(self, sheet: LoggedSheet | TranscribedSheet) -> SheetFigures:
        """Give the figures of a sheet of this contest."""
        if isinstance(sheet, TranscribedSheet):
            return self._read_transcribed(sheet)
        lines = [_cell(figure) for figure in sheet.votes]
        return SheetFigures(
            votes=[_add_up(lines, part) for part in self._parts] if self._form.options else lines,
            lines=lines,
            categories=[_cell(figure) for figure in sheet.categories],
            form={
                key: _cell(figure)
                for key, figure in zip(FormFigure, sheet.figures, strict=True)
                if figure != NOT_ON_FORM
            },
            other={},
        )

    def _read_transcribed(self, sheet: TranscribedSheet) -> SheetFigures:
        form = self._form
        left: dict[str, Cell] = {
            field: figure if figure >= 0 else _STATES[figure]
            for field, figure in sorted(sheet.figures.items())
        }
        own = [left.pop(candidacy_field(item.code), None) for item in form.candidacies]
        lines = [left.pop(option_field(item.code), None) for item in form.options]
        return SheetFigures(
            votes=[
                _add_up(lines, part) if stated is None else stated
                for stated, part in zip(own, self._parts, strict=True)
            ],
            lines=lines if form.options else own,
            categories=[left.pop(category_field(item.code), None) for item in form.categories],
            form={key: left.pop(field) for field, key in _FORM_FIELDS.items() if field in left},
            other=left,
        )


def _add_up(lines: Sequence[Cell], part: Sequence[int]) -> Cell:
    """Add up the lines of a candidacy as far as they can be read."""
    figures = [lines[at] for at in part]
    known = [figure for figure in figures if isinstance(figure, int)]
    if len(known) == len(figures):
        return sum(known) if known else None
    return AtLeast(sum(known)) if known else figures[0]


def _cell(figure: int | None) -> Cell:
    return "illegible" if figure is None else figure
