"""What is known of the stations beside the sheets: the published list, rolls and caps.

A roster joins three sources by station id: the definition's list of stations (division, roll,
cap), a roll read from another file (``--rolls``), and the contest's cap that holds everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from escrutinio.definition import Contest, Definition, DivisionId
from escrutinio.errors import Fault, MalformedError
from escrutinio.sheet.table import SheetTable

__all__ = ["Roster", "roll_from_sheets"]

_SCHEMA = {
    "station": pl.String,
    "listed_division": pl.String,
    "roll": pl.Int64,
    "cap": pl.Int64,
}

_LISTING_SCHEMA = {
    "station": pl.String,
    "kind": pl.String,
    "polling_place": pl.String,
    "roll": pl.Int64,
    "max_ballots": pl.Int64,
}


@dataclass(frozen=True)
class Roster:
    """What is known of the stations of one contest.

    Attributes:
        definition: gives the divisions.
        contest: which one.
        stations: station, listed_division, roll, cap; the published list, or None.
        roll: station and roll from another file, or None.
    """

    definition: Definition
    contest: Contest
    stations: pl.DataFrame | None
    roll: pl.DataFrame | None

    @classmethod
    def of(
        cls, definition: Definition, contest: Contest, roll: pl.DataFrame | None = None
    ) -> Roster:
        """Build the roster of a contest.

        Args:
            definition: gives the list of stations, when it has one.
            contest: which one.
            roll: two columns, ``station`` and ``roll``, from another file.
        """
        return cls(definition, contest, _listed(definition, contest), roll)

    @cached_property
    def listing(self) -> pl.DataFrame:
        """The published list: station, kind, polling_place, roll, max_ballots."""
        code = self.contest.code
        rows = [
            (
                item.station,
                item.kind.value,
                item.polling_place or None,
                item.registered.get(code),
                item.max_ballots.get(code),
            )
            for item in self.definition.stations or ()
        ]
        return pl.DataFrame(rows, schema=_LISTING_SCHEMA, orient="row")

    def attach(self, table: SheetTable) -> pl.DataFrame:
        """Give the table's frame with ``index`` and the columns that ``CheckView`` describes.

        The station's division is the listed one where there is a list, else the source's; a
        division the definition does not know makes the station unknown.
        """
        frame = table.frame.with_row_index("index")
        if self.stations is None:
            areas = self._areas()
            if frame.get_column("division").null_count() == frame.height:
                # A source that names no divisions is about the contest's whole area.
                frame = frame.with_columns(pl.lit(self.contest.division).alias("division"))
            known = pl.col("division").is_in(areas)
            frame = frame.with_columns(
                known.fill_null(value=False).alias("known"),
                pl.lit(None, dtype=pl.String).alias("listed_division"),
                pl.lit(value=False).alias("misplaced"),
                pl.lit(None, dtype=pl.Int64).alias("roll"),
                pl.lit(None, dtype=pl.Int64).alias("cap"),
            )
        else:
            listed = self.stations.with_columns(pl.lit(value=True).alias("known"))
            frame = frame.join(listed, on="station", how="left", maintain_order="left")
            frame = frame.with_columns(pl.col("known").fill_null(value=False))
            frame = self._mark_misplaced(frame)
        if self.roll is not None:
            other = self.roll.rename({"roll": "\0roll"})
            frame = frame.join(other, on="station", how="left", maintain_order="left")
            frame = frame.with_columns(pl.coalesce("roll", "\0roll").alias("roll")).drop("\0roll")
        everywhere = self.contest.max_ballots_per_station
        if everywhere is not None:
            frame = frame.with_columns(pl.col("cap").fill_null(everywhere))
        return frame

    def _mark_misplaced(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add ``misplaced``; a source may name any division that contains the listed one."""
        if frame.get_column("division").null_count() == frame.height:
            return frame.with_columns(pl.lit(value=False).alias("misplaced"))
        listed = frame.get_column("listed_division").drop_nulls().unique().to_list()
        containing = pl.DataFrame(
            [(item, parent) for item in listed for parent in self.definition.path_of(item)],
            schema={"listed_division": pl.String, "division": pl.String},
            orient="row",
        ).with_columns(pl.lit(value=True).alias("\0fits"))
        place = ["listed_division", "division"]
        frame = frame.join(containing, on=place, how="left", maintain_order="left")
        is_named = pl.all_horizontal(pl.col(place).is_not_null())
        misplaced = is_named & pl.col("\0fits").is_null()
        return frame.with_columns(misplaced.alias("misplaced")).drop("\0fits")

    def _areas(self) -> list[DivisionId]:
        definition = self.definition
        return [
            division.division
            for division in definition.divisions
            if self.contest.division in definition.path_of(division.division)
        ]


def _listed(definition: Definition, contest: Contest) -> pl.DataFrame | None:
    if definition.stations is None:
        return None
    inside = {
        division.division
        for division in definition.divisions
        if contest.division in definition.path_of(division.division)
    }
    rows = [
        (
            station.station,
            station.division,
            station.registered.get(contest.code),
            station.max_ballots.get(contest.code),
        )
        for station in definition.stations
        if station.division in inside
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def roll_from_sheets(table: SheetTable) -> pl.DataFrame:
    """Take the registered voters per station out of a table of sheets.

    Raises:
        MalformedError: the source shows no registered voters, or two different figures for one
            station.
    """
    where = ", ".join(table.files)
    if not table.has("registered"):
        raise MalformedError.of(
            Fault(
                where,
                "a source with registered voters per station",
                f"the profile of '{table.source}' reads none",
                "Name the profile of the rolls file with --rolls-profile.",
            )
        )
    rolls = table.frame.select("station", pl.col("registered").alias("roll")).drop_nulls().unique()
    twice = rolls.filter(pl.col("station").is_duplicated()).sort("station", "roll")
    if twice.height:
        station = twice.item(0, "station")
        figures = twice.filter(pl.col("station") == station)["roll"].to_list()
        raise MalformedError.of(
            Fault(
                f"{where}: station {station}",
                "one number of registered voters",
                " and ".join(str(figure) for figure in figures),
            )
        )
    return rolls
