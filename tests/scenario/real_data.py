"""The files of ``../shared/data`` that hold sheets, and the whole way from one to its tally."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from escrutinio.adapters import load_definition, read_bounded, read_table
from escrutinio.definition import Definition, DivisionId
from escrutinio.sheet import (
    Profile,
    Roster,
    SheetTable,
    check_sheets,
    decode_profile,
    decode_text,
    read_sheets,
)
from escrutinio.tabulation import ContestTally, DivisionTally, tabulate

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
MAX_PROFILE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file with sheets, and the example and profile that read it."""

    example: str
    profile: str
    file: str


#: Every file with sheets by a short name; ``ke-2013`` is read twice, by two of its three levels.
SHEET_FILES: Mapping[str, SheetFile] = {
    "ar-2023 general": SheetFile(
        "ar-2023/general", "provisional", "ar-2023/mesas_general_2023.csv.gz"
    ),
    "ar-2023 primaries": SheetFile(
        "ar-2023/primaries", "provisional", "ar-2023/mesas_paso_2023.csv.gz"
    ),
    "bo-2019 trep-1": SheetFile("bo-2019", "trep-1", "bo-2019/trep_2019.10.20.19.40.57.csv.gz"),
    "bo-2019 trep-2": SheetFile("bo-2019", "trep-2", "bo-2019/trep_2019.10.21.18.29.53.csv.gz"),
    "bo-2019 final": SheetFile("bo-2019", "final", "bo-2019/computo_final.csv.gz"),
    "bo-2020": SheetFile(
        "bo-2020", "export", "bo-2020/exportacion_20201020_021835_presidente.csv.gz"
    ),
    "hn-2025": SheetFile("hn-2025", "sheets", "hn-2025/actas_transcritas.csv"),
    "ke-2013 wards": SheetFile("ke-2013", "wards", "ke-2013/provisional_feed_president.csv.gz"),
    "ke-2013 counties": SheetFile(
        "ke-2013", "counties", "ke-2013/provisional_feed_president.csv.gz"
    ),
    "ke-2022": SheetFile("ke-2022", "forms34a", "ke-2022/form34a_crowdsourced.csv.gz"),
    "pe-2021": SheetFile("pe-2021", "sheets", "pe-2021/actas_primera_vuelta.csv.gz"),
    "ru-2018": SheetFile("ru-2018", "protocols", "ru-2018/mesas_2018.csv.gz"),
    "ve-2013": SheetFile("ve-2013", "council", "ve-2013/resultados_mesa_cne.csv.gz"),
    "ve-2024 v1": SheetFile("ve-2024", "v1", "ve-2024/resultados_mesa_v1.csv.gz"),
    "ve-2024 v2": SheetFile("ve-2024", "v2", "ve-2024/resultados_mesa_v2.csv.gz"),
    "ve-2024 qr": SheetFile("ve-2024", "qr", "ve-2024/qr_actas_candidato.csv.gz"),
}

#: A list of tables with rolls and without votes, for ``--rolls``.
ROLLS = SheetFile("bo-2020", "padron", "bo-2020/padron_mesas.csv.gz")

Roll: TypeAlias = pl.DataFrame


@dataclass(frozen=True)
class Loaded:
    """A table of sheets with what is known beside it; findings and tally on demand."""

    definition: Definition
    profile: Profile
    table: SheetTable
    roll: Roll | None = None

    @cached_property
    def roster(self) -> Roster:
        """What is known of the stations beside the sheets."""
        return Roster.of(self.definition, self.table.contest, self.roll)

    @cached_property
    def findings(self) -> pl.DataFrame:
        """Every finding of the catalogue on these sheets."""
        return check_sheets(self.table, self.definition, self.roster)

    @cached_property
    def tally(self) -> ContestTally:
        """What the sheets add up to."""
        return tabulate(self.table, self.findings, self.definition, self.roster)

    @property
    def codes(self) -> Mapping[str, int]:
        """Number of findings by code."""
        return dict(self.findings.group_by("code").len().iter_rows())

    def of_code(self, code: str) -> pl.DataFrame:
        """Give the findings of one code."""
        return self.findings.filter(pl.col("code") == code)

    def division(self, name: str) -> DivisionTally:
        """Give the tally of a division by its name."""
        found = next(item for item in self.definition.divisions if item.name == name)
        tally = self.tally.of(DivisionId(found.division))
        assert tally is not None
        return tally


class RealData:
    """The folder of the data; every file is read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.totals: Mapping[str, Mapping[str, Any]] = json.loads(
            (folder / "totals.json").read_text(encoding="utf-8")
        )
        self._loaded: dict[str, Loaded] = {}
        self._cells: dict[tuple[str, str], pl.DataFrame] = {}

    def __getitem__(self, name: str) -> Loaded:
        """Give a file by its short name, with its own definition and nothing beside it."""
        if name not in self._loaded:
            self._loaded[name] = self.read(SHEET_FILES[name])
        return self._loaded[name]

    def read(
        self,
        source: SheetFile,
        *more: SheetFile,
        definition: Definition | None = None,
        roll: Roll | None = None,
        adjust: Callable[[Profile], Profile] = lambda profile: profile,
        edit: Callable[[pl.DataFrame], pl.DataFrame] = lambda cells: cells,
    ) -> Loaded:
        """Read files with the profile of the first.

        Args:
            source: the file whose profile is used.
            more: further files of the same layout.
            definition: another definition than the example's.
            roll: a roll from another file.
            adjust: changes the profile.
            edit: changes the cells of each file.
        """
        known = definition or load_definition(EXAMPLES / source.example)
        profile = adjust(read_profile(source.example, source.profile, known))
        files: Sequence[tuple[str, pl.DataFrame]] = [
            (item.file, edit(self._cells_of(item, profile))) for item in (source, *more)
        ]
        (table,) = read_sheets(files, profile, known)
        return Loaded(known, profile, table, roll)

    def _cells_of(self, source: SheetFile, profile: Profile) -> pl.DataFrame:
        key = (source.file, source.profile)
        if key not in self._cells:
            received = read_table(str(self.folder / source.file))
            self._cells[key] = decode_text(received.data, source.file, profile.layout)
        return self._cells[key]


def read_profile(example: str, name: str, definition: Definition) -> Profile:
    """Read an example's profile."""
    path = EXAMPLES / example / "profiles" / f"{name}.toml"
    return decode_profile(read_bounded(path, MAX_PROFILE_BYTES), path.name, definition)
