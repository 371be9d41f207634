"""A synthetic election of any size: one row per sheet, forty party lines, five levels.

Places get stations evenly, party lines get votes around a mean of their own. The same seed gives
the same figures, on every machine and with every number of cores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
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
    SheetType,
    Station,
    StationId,
    StationKind,
    TieRule,
    WinnerRule,
)
from escrutinio.primitives import Names, Sha256Hex
from escrutinio.sheet import SheetStatus, SheetTable
from escrutinio.sheet.fields import category_field, option_field

__all__ = ["LEVELS", "LINES", "SEED", "make_definition", "make_sheets", "make_stations"]

SEED = 20240728
LINES = 40
CANDIDACIES = 10
#: Divisions per level, from the root down: the territory of Venezuela and its polling places.
LEVELS = {"country": 1, "state": 24, "municipality": 335, "parish": 1134, "place": 15797}

ROOT = DivisionId("0")


def make_definition(stations: tuple[Station, ...] | None = None, sheets: int = 0) -> Definition:
    """Build the definition.

    Args:
        stations: the list of stations, or None.
        sheets: number of stations, told to the smallest divisions when there is no list.
    """
    return Definition(
        identity=Sha256Hex("0" * 64),
        record_kind=RecordKind.OFFICIAL,
        phase=Phase.TEST,
        names=_names("synthetic election"),
        date="2024-07-28",
        time_zone="America/Caracas",
        levels=tuple(Level(code, _names(code)) for code in LEVELS),
        divisions=tuple(_divisions(sheets)),
        stations=stations,
        contests=(_contest(),),
        check_profile=CheckProfile(),
    )


def make_stations(number: int) -> tuple[Station, ...]:
    """Build a list of stations in order of their ids, each with a roll and a cap."""
    contest = _contest().code
    return tuple(
        Station(StationId(station), DivisionId(place), StationKind.DEVICE, "", {contest: 900}, {})
        for station, place in zip(_station_ids(number), _places_of(number), strict=True)
    )


def make_sheets(number: int) -> SheetTable:
    """Build a table of sheets, one per station, with the figures adding up on each."""
    contest = _contest()
    random = np.random.Generator(np.random.PCG64DXSM(SEED))
    means = 200 / np.arange(1, LINES + 1)
    votes = {
        option_field(option.code): random.poisson(mean, number)
        for option, mean in zip(contest.options, means, strict=True)
    }
    null = random.poisson(8, number)
    stayed_away = random.integers(0, 400, number)
    came = sum(votes.values()) + null
    figures = {
        "registered": came + stayed_away,
        **votes,
        category_field(contest.categories[0].code): null,
        "stated.cast": came,
    }
    identity = {
        "station": list(_station_ids(number)),
        "division": _places_of(number),
        "status": pl.repeat(SheetStatus.SHEET.value, number, eager=True),
        "file": pl.repeat(0, number, dtype=pl.UInt16, eager=True),
        "row": pl.int_range(1, number + 1, dtype=pl.UInt32, eager=True),
    }
    frame = pl.DataFrame({**identity, **figures}).with_columns(pl.col(list(figures)).cast(pl.Int64))
    return SheetTable(
        contest, "synthetic", SheetType.MACHINE, ("synthetic",), tuple(figures), frame
    )


def _names(text: str) -> Names:
    return Names({"en": text})


def _contest() -> Contest:
    candidacies = [CandidacyCode(f"C{number}") for number in range(CANDIDACIES)]
    return Contest(
        code=ContestCode("president"),
        names=_names("president"),
        division=ROOT,
        votes_allowed=1,
        candidacies=tuple(Candidacy(code, _names(code)) for code in candidacies),
        options=tuple(
            Option(OptionCode(f"L{line}"), candidacies[line % CANDIDACIES], _names(f"line {line}"))
            for line in range(LINES)
        ),
        categories=(
            Category(CategoryCode("null"), _names("null"), in_ballots=True, in_valid=False),
        ),
        max_ballots_per_station=None,
        register_totals=(),
        rule=WinnerRule((Clause(()),), 0, TieRule.LOTS),
    )


def _divisions(sheets: int) -> Iterator[Division]:
    """Give the divisions of every level in order of their ids, parents before children."""
    per_place = [len(part) for part in np.array_split(np.arange(sheets), LEVELS["place"])]
    parents: Sequence[DivisionId | None] = (None,)
    for depth, (level, number) in enumerate(LEVELS.items()):
        ids = [_division_id(depth, position) for position in range(number)]
        for position, division in enumerate(ids):
            stations = per_place[position] if sheets and level == "place" else None
            parent = parents[position * len(parents) // number]
            yield Division(division, parent, level, division, stations, None)
        parents = ids


def _division_id(depth: int, position: int) -> DivisionId:
    return ROOT if depth == 0 else DivisionId(f"{depth}{position:05d}")


def _station_ids(number: int) -> Iterator[str]:
    return (f"{position:09d}.01" for position in range(number))


def _places_of(number: int) -> list[str]:
    depth = len(LEVELS) - 1
    parts = np.array_split(np.arange(number), LEVELS["place"])
    return [_division_id(depth, place) for place, part in enumerate(parts) for _ in part]
