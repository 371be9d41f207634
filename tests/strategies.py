"""Random small worlds: a definition, a table of sheets that fits its form, and a roll.

The worlds are small and full of trouble on purpose: repeated stations, stations nobody listed,
unreadable cells, statuses with figures, party lines shown in part. The limits of the plausibility
checks are lowered so that small figures reach them.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from hypothesis import strategies as st

from escrutinio.definition import Contest, Definition, SheetType, Station
from escrutinio.sheet import CellState, SheetStatus, SheetTable
from escrutinio.sheet.fields import candidacy_field, category_field, is_known_field, option_field
from tests.builders import ROOT, contest, definition, station, table_from_rows

__all__ = ["SMALL_LIMITS", "World", "worlds"]

#: Limits under which sheets of a dozen ballots can be remarkable.
SMALL_LIMITS = {
    "unanimous_min_valid": 3,
    "repeat_min_valid": 2,
    "repeat_min_options": 1,
    "shift_min_valid": 3,
    "shift_far_percent": 30,
    "shift_near_percent": 30,
    "turnout_min_registered": 5,
    "residue_min_rows": 3,
    "difference_votes": 5,
}
#: Few figures make sums meet and rows repeat; even ones are what SHEET-408 is about.
_FIGURES = ((0, 1, 3), tuple(range(10)), (0, 2, 4, 6, 8))
_TREES: tuple[dict[str, str], ...] = (
    {},
    {"N": ROOT, "S": ROOT},
    {"N": ROOT, "S": ROOT, "N1": "N", "N2": "N", "S1": "S"},
)
#: Fields that some rule compares with each other, and forms that show one of them only.
_EXTRAS = (
    ("registered",),
    ("registered", "admitted", "absent"),
    ("admitted", "surplus", "deficit"),
    ("admitted", "admitted.men", "admitted.women"),
    ("admitted.men", "admitted.women"),
    ("admitted", "check_ins"),
    ("stated.valid", "twin.stated.valid"),
    ("stated.valid", "list_votes", "nominal_votes"),
    ("stated.valid",),
    ("stated.cast",),
    ("stated.cast", "stated.cast.box"),
    ("stated.cast.box", "stated.cast.post"),
    ("twin.category.null",),
    ("ballots_received", "ballots_used", "ballots_unused"),
    ("ballots_received", "ballots_used.day", "ballots_used.post", "ballots_unaccounted"),
)
_MARKS = (
    "unsigned",
    "poor_image",
    "incomplete_parts",
    "document_kind",
    "difference_unexplained",
    "ticked_equal",
    "ticked_more",
    "ticked_fewer",
)


@dataclass(frozen=True)
class World:
    """A definition with one contest, its sheets as rows, and rolls from another file.

    Attributes:
        definition: the election.
        contest: the only one of the definition.
        fields: what the source shows.
        rows: one mapping per record, as ``table_from_rows`` takes them.
        sheet_type: of the source.
        roll: station to registered voters from another file, or None.
    """

    definition: Definition
    contest: Contest
    fields: tuple[str, ...]
    rows: tuple[dict[str, object], ...]
    sheet_type: SheetType
    roll: dict[str, int] | None

    @property
    def table(self) -> SheetTable:
        """The rows as a table."""
        return table_from_rows(self.contest, self.rows, self.fields, self.sheet_type)

    @property
    def roll_frame(self) -> pl.DataFrame | None:
        """The roll as ``Roster.of`` takes it."""
        if self.roll is None:
            return None
        schema = {"station": pl.String, "roll": pl.Int64}
        return pl.DataFrame(list(self.roll.items()), schema=schema, orient="row")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world."""
    tree = draw(st.sampled_from(_TREES))
    areas = [ROOT, *tree]
    ballot = draw(_contests(areas))
    leaves = [area for area in areas if area not in tree.values()]
    stations = draw(st.none() | _stations(leaves))
    expected = draw(st.fixed_dictionaries({}, optional={area: _small(6) for area in areas}))
    if stations is not None:
        expected = _counted_stations(tree, stations)
    held = st.dictionaries(
        st.sampled_from(["SHEET-001", "SHEET-002", "SHEET-102", "SHEET-301", "SHEET-303"]),
        st.sampled_from(["block", "hold", "warn", "info"]),
        max_size=2,
    )
    election = definition(
        ballot,
        tree=tree,
        stations=stations,
        expected=expected,
        limits=SMALL_LIMITS,
        severities=draw(held),
    )
    fields = draw(_fields(ballot))
    ids = ["1", "2", "3", "4", "5"]
    row = _rows(fields, ids, areas, draw(st.sampled_from(_FIGURES)))
    rows = draw(st.lists(row, min_size=1, max_size=7))
    rows += draw(st.lists(st.sampled_from(rows), max_size=2))
    columns = draw(
        st.lists(st.sampled_from(_texts(marks=draw(st.booleans()))), unique=True, max_size=3)
    )
    rows = [row | {name: draw(_text(name, ids)) for name in columns} for row in rows]
    return World(
        election,
        ballot,
        tuple(fields),
        tuple(rows),
        draw(st.sampled_from(SheetType)),
        draw(st.none() | st.dictionaries(st.sampled_from(ids), _small(12))),
    )


def _small(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


@st.composite
def _contests(draw: st.DrawFn, areas: list[str]) -> Contest:
    codes = draw(st.sampled_from(["A", "A B", "A B C"]))
    lines = {
        code: " ".join(f"{code.lower()}{n}" for n in range(draw(st.integers(1, 3))))
        for code in codes.split()
    }
    return contest(
        codes,
        lines=draw(st.sampled_from([None, lines])),
        categories=draw(
            st.sampled_from(["", "null", "blank null", "blank:valid null", "null lost:outside"])
        ),
        division=draw(st.sampled_from(areas)),
        votes_allowed=draw(st.sampled_from([1, 1, 1, 2, 3])),
        cap=draw(st.none() | _small(15)),
    )


@st.composite
def _stations(draw: st.DrawFn, leaves: list[str]) -> dict[str, Station]:
    unknown = st.none() | _small(15)
    ids = draw(st.lists(st.sampled_from(["1", "2", "3", "4", "6"]), unique=True))
    return {
        item: station(draw(st.sampled_from(leaves)), draw(unknown), draw(unknown))
        for item in sorted(ids)
    }


def _counted_stations(tree: dict[str, str], stations: dict[str, Station]) -> dict[str, int]:
    counted = dict.fromkeys([ROOT, *tree], 0)
    for known in stations.values():
        area: str | None = known.division
        while area is not None:
            counted[area] += 1
            area = tree.get(area)
    return counted


@st.composite
def _fields(draw: st.DrawFn, ballot: Contest) -> list[str]:
    own = [candidacy_field(item.code) for item in ballot.candidacies]
    lines = [option_field(item.code) for item in ballot.options]
    shown = draw(st.sampled_from([own, lines or own, [*lines, *own], [*own, *lines][::2]]))
    categories = [category_field(item.code) for item in ballot.categories]
    hides = draw(_rarely())
    shown = [*shown, *(categories[1:] if hides else categories)]
    extras = draw(st.lists(st.sampled_from(_EXTRAS), unique=True, max_size=3))
    more = dict.fromkeys(name for group in extras for name in group)
    return [*shown, *(name for name in more if is_known_field(name, ballot))]


@st.composite
def _rows(
    draw: st.DrawFn, fields: list[str], ids: list[str], areas: list[str], few: tuple[int, ...]
) -> dict[str, object]:
    states = st.sampled_from([item for item in CellState if item is not CellState.NUMBER])
    figures = st.sampled_from(few)
    cells = st.one_of(figures, figures, figures, figures, states) if draw(_rarely()) else figures
    status = st.sampled_from([item.value for item in SheetStatus])
    row: dict[str, object] = {
        "station": draw(st.sampled_from(ids)),
        "division": draw(st.sampled_from([*areas, *areas, "elsewhere", None])),
        "status": draw(status) if draw(_rarely()) else SheetStatus.SHEET.value,
    }
    row |= {field: draw(cells) for field in fields}
    if draw(st.booleans()):
        _make_totals_fit(row, fields)
    return row


def _rarely() -> st.SearchStrategy[bool]:
    return st.sampled_from([True, False, False])


def _make_totals_fit(row: dict[str, object], fields: list[str]) -> None:
    """Let the stated totals be the sums, so that the other side of each rule is met as well."""
    votes = [row[field] for field in fields if field.startswith(("candidacy.", "option."))]
    null = [row[field] for field in fields if field.startswith("category.")]
    valid, rest = (
        sum(cell for cell in cells if isinstance(cell, int) and not isinstance(cell, CellState))
        for cells in (votes, null)
    )
    cast = valid + rest
    totals = {"stated.valid": valid, "stated.cast": cast, "admitted": cast}
    row |= {field: total for field, total in totals.items() if field in fields}


def _texts(*, marks: bool) -> list[str]:
    names = ["also_station", "image", "wrong:contest", "wrong:phase"]
    return [f"mark:{mark}" for mark in _MARKS] if marks else names


def _text(name: str, ids: list[str]) -> st.SearchStrategy[object]:
    if name == "also_station":
        return st.sampled_from([None, *ids])
    if name == "image":
        return st.sampled_from([None, "p.jpg", "q.jpg"])
    return st.sampled_from([False, False, True])
