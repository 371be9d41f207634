"""Elections and tables of sheets in a few readable lines.

``contest``, ``definition`` and ``sheets`` build what a test is about; everything it does not say
has a plain default. A table of sheets is written as text, one line per record:

    sheets(contest("A B"), '''
        station division A  B  null registered
        1       N        10 5  0    40
        2       N        ?  5  -    40
    ''')

A cell is a number, or ``.`` empty, ``-`` dash, ``?`` illegible, ``~`` not on this source. Random
worlds for the property and reference tests: ``strategies.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import polars as pl

from escrutinio.definition import (
    Candidacy,
    CandidacyCode,
    Category,
    CategoryCode,
    CheckProfile,
    Clause,
    Contest,
    ContestCode,
    Definition,
    Division,
    DivisionId,
    Level,
    Option,
    OptionCode,
    Phase,
    RecordKind,
    RegisterTotal,
    Severity,
    SheetType,
    Station,
    StationId,
    StationKind,
    TieRule,
    WinnerRule,
)
from escrutinio.primitives import Names, sha256_hex
from escrutinio.sheet import CellState, Roster, SheetStatus, SheetTable, check_sheets
from escrutinio.sheet.fields import is_known_field, state_column
from escrutinio.tabulation.aggregate import tabulate
from escrutinio.tabulation.model import ContestTally

__all__ = [
    "ROOT",
    "Cell",
    "codes_of",
    "contest",
    "definition",
    "findings_of",
    "names",
    "sheets",
    "station",
    "table_from_rows",
    "tally_of",
]

#: The division that contains all others.
ROOT = "R"
#: A figure, or why there is none.
Cell: TypeAlias = int | CellState

_PLURALITY = WinnerRule((Clause(()),), 0, TieRule.LOTS)
_STATES = {
    ".": CellState.EMPTY,
    "-": CellState.DASH,
    "?": CellState.ILLEGIBLE,
    "~": CellState.NOT_ON_SOURCE,
}
_TEXTS = ("station", "division", "status", "also_station", "image")


def names(text: str) -> Names:
    """Name a thing the same in both languages."""
    return Names({"en": text, "es": text})


def contest(
    candidacies: str = "A B",
    *,
    code: str = "president",
    lines: Mapping[str, str] | None = None,
    categories: str = "null",
    division: str = ROOT,
    votes_allowed: int = 1,
    cap: int | None = None,
    registers: Mapping[str, int] | None = None,
) -> Contest:
    """Build a contest.

    Args:
        candidacies: codes, separated by blanks.
        code: its id.
        lines: candidacy to the codes of its party lines.
        categories: codes; ``blank:valid`` counts as valid, ``lost:outside`` is no ballot.
        division: the area that votes on it.
        votes_allowed: votes one ballot can carry.
        cap: the most ballots of any station.
        registers: circulating register totals.
    """
    made = []
    for word in categories.split():
        name, _, kind = word.partition(":")
        made.append(
            Category(CategoryCode(name), names(name), kind != "outside", in_valid=kind == "valid")
        )
    return Contest(
        code=ContestCode(code),
        names=names(code),
        division=DivisionId(division),
        votes_allowed=votes_allowed,
        candidacies=tuple(
            Candidacy(CandidacyCode(item), names(item)) for item in candidacies.split()
        ),
        options=tuple(
            Option(OptionCode(line), CandidacyCode(owner), names(line))
            for owner, codes in (lines or {}).items()
            for line in codes.split()
        ),
        categories=tuple(made),
        max_ballots_per_station=cap,
        register_totals=tuple(
            RegisterTotal(item, number, names(item), "test")
            for item, number in (registers or {}).items()
        ),
        rule=_PLURALITY,
    )


def station(
    division: str, roll: int | None = None, cap: int | None = None, of: str = "president"
) -> Station:
    """Build a listed station; ``definition`` gives it its id."""
    return Station(
        StationId(""),
        DivisionId(division),
        StationKind.PAPER,
        "",
        {} if roll is None else {ContestCode(of): roll},
        {} if cap is None else {ContestCode(of): cap},
    )


def definition(
    *contests: Contest,
    tree: Mapping[str, str] | None = None,
    stations: Mapping[str, Station] | None = None,
    expected: Mapping[str, int] | None = None,
    registered: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
    severities: Mapping[str, str] | None = None,
) -> Definition:
    """Build an election.

    Args:
        contests: its contests; one plain contest unless given.
        tree: division to its parent, parents first; ``N`` and ``S`` in the root unless given.
        stations: id to station; no list unless given.
        expected: division to its number of stations; unknown unless given.
        registered: division to its registered voters; unknown unless given.
        limits: frozen limits of the checks.
        severities: frozen severities of the checks, the same for both types of sheet.
    """
    parents: dict[str, str | None] = {ROOT: None}
    parents.update({"N": ROOT, "S": ROOT} if tree is None else tree)
    depth: dict[str, int] = {}
    for item, parent in parents.items():
        depth[item] = 0 if parent is None else depth[parent] + 1
    return Definition(
        identity=sha256_hex(repr((tree, stations, expected)).encode()),
        record_kind=RecordKind.TRANSCRIPTION,
        phase=Phase.OFFICIAL,
        names=names("test"),
        date="2030-02-28",
        time_zone="UTC",
        levels=tuple(
            Level(f"level{n}", names(f"level{n}")) for n in range(max(depth.values()) + 1)
        ),
        divisions=tuple(
            Division(
                DivisionId(item),
                None if parent is None else DivisionId(parent),
                f"level{depth[item]}",
                item,
                (expected or {}).get(item),
                (registered or {}).get(item),
            )
            for item, parent in parents.items()
        ),
        stations=None if stations is None else tuple(_listed(stations)),
        contests=contests or (contest(),),
        check_profile=CheckProfile(limits or {}, _frozen(severities or {})),
    )


def _listed(stations: Mapping[str, Station]) -> list[Station]:
    return [
        Station(
            StationId(item),
            known.division,
            known.kind,
            known.polling_place,
            known.registered,
            known.max_ballots,
        )
        for item, known in stations.items()
    ]


def _frozen(severities: Mapping[str, str]) -> dict[str, dict[SheetType, Severity]]:
    return {
        code: dict.fromkeys(SheetType, Severity(severity)) for code, severity in severities.items()
    }


def sheets(of: Contest, text: str, sheet_type: SheetType = SheetType.MACHINE) -> SheetTable:
    """Build a table of sheets from lines of text; see the module.

    A column is named by a field, or by the bare code of a candidacy, option or category.
    ``division`` may be left out, and ``status`` too. ``mark:`` and ``wrong:`` columns hold ``yes``
    or ``no``.
    """
    lines = [line.split() for line in text.strip().splitlines()]
    header = [_column(name, of) for name in lines[0]]
    rows = []
    for line in lines[1:]:
        row: dict[str, object] = {}
        for name, word in zip(header, line, strict=True):
            if name in _TEXTS:
                row[name] = None if word == "." else word
            elif name == "file":
                row[name] = int(word)
            elif name.startswith(("mark:", "wrong:")):
                row[name] = {"yes": True, "no": False}[word]
            else:
                row[name] = _STATES[word] if word in _STATES else int(word)
        rows.append(row)
    fields = [name for name in header if is_known_field(name, of)]
    return table_from_rows(of, rows, fields, sheet_type)


def _column(name: str, of: Contest) -> str:
    codes: dict[str, list[str]] = {
        "candidacy": [item.code for item in of.candidacies],
        "option": [item.code for item in of.options],
        "category": [item.code for item in of.categories],
    }
    kind = next((kind for kind, known in codes.items() if name in known), None)
    return name if kind is None else f"{kind}.{name}"


def table_from_rows(
    of: Contest,
    rows: Sequence[Mapping[str, object]],
    fields: Sequence[str],
    sheet_type: SheetType = SheetType.MACHINE,
) -> SheetTable:
    """Build a table from one mapping per record; figures are ``Cell``s."""
    columns: dict[str, pl.Series] = {
        "station": pl.Series([row["station"] for row in rows], dtype=pl.String),
        "division": pl.Series([row.get("division") for row in rows], dtype=pl.String),
        "status": pl.Series([row.get("status") or SheetStatus.SHEET.value for row in rows]),
        "file": pl.Series([row.get("file", 0) for row in rows], dtype=pl.UInt16),
        "row": pl.Series(range(1, len(rows) + 1), dtype=pl.UInt32),
    }
    for name in dict.fromkeys(key for row in rows for key in row):
        if name in {"also_station", "image"}:
            columns[name] = pl.Series([row.get(name) for row in rows], dtype=pl.String)
        if name.startswith(("mark:", "wrong:")):
            columns[name] = pl.Series([row.get(name) for row in rows], dtype=pl.Boolean)
    for field in fields:
        cells = [row[field] for row in rows]
        states = [int(cell) if isinstance(cell, CellState) else 0 for cell in cells]
        figures = [None if isinstance(cell, CellState) else cell for cell in cells]
        columns[field] = pl.Series(figures, dtype=pl.Int64)
        if any(states):
            columns[state_column(field)] = pl.Series(states, dtype=pl.UInt8)
    return SheetTable(of, "test", sheet_type, ("a.csv", "b.csv"), tuple(fields), _frame(columns))


def _frame(columns: Mapping[str, pl.Series]) -> pl.DataFrame:
    return pl.DataFrame([series.alias(name) for name, series in columns.items()])


def findings_of(
    table: SheetTable, election: Definition, *others: SheetTable, roll: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Check a table under a definition that has its contest."""
    roster = Roster.of(election, table.contest, roll)
    return check_sheets(table, election, roster, others)


def codes_of(table: SheetTable, election: Definition, *others: SheetTable) -> dict[int, set[str]]:
    """Give the codes found, by row of the table, the first being 1; 0 is the whole table.

    Rows without a finding are left out.
    """
    found: dict[int, set[str]] = {}
    for index, code in findings_of(table, election, *others).select("index", "code").iter_rows():
        found.setdefault(0 if index is None else index + 1, set()).add(code)
    return found


def tally_of(
    table: SheetTable, election: Definition, roll: pl.DataFrame | None = None
) -> ContestTally:
    """Check and add up a table."""
    roster = Roster.of(election, table.contest, roll)
    return tabulate(table, findings_of(table, election, roll=roll), election, roster)
