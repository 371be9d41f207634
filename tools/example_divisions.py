"""Count the stations and rolls of the examples' divisions in the public files, and seal them.

Usage: ``.venv/bin/python tools/example_divisions.py [DATA]``; DATA is ``../shared/data`` unless
given. Names of divisions, and figures that stand in no file, are written by hand in each
``divisions.csv``; this program fills in what a complete file says and leaves the rest as it is.
Examples without a complete file are only sealed.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import polars as pl

from escrutinio.adapters import (
    load_definition_files,
    read_bounded,
    read_table,
    store_definition_files,
)
from escrutinio.definition import (
    DRAFT_NAME,
    Definition,
    DefinitionFiles,
    decode_definition,
    seal_definition,
)
from escrutinio.sheet import decode_profile, decode_text, read_sheets

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
MAX_PROFILE_BYTES = 1024 * 1024

#: Every example that this program seals, by its folder.
FOLDERS = (
    "ar-2023/general",
    "ar-2023/primaries",
    "bo-2019",
    "bo-2020",
    "hn-2025",
    "ke-2013",
    "ke-2022",
    "pe-2021",
    "ru-2018",
    "ve-2013",
)


@dataclass(frozen=True, slots=True)
class Complete:
    """A file with one record for every station.

    Attributes:
        file: its path inside the folder of the data.
        profile: the example's profile that reads it.
        has_rolls: whether it has the registered voters of every station.
    """

    file: str
    profile: str
    has_rolls: bool


COMPLETE = {
    "ar-2023/general": Complete("ar-2023/mesas_general_2023.csv.gz", "provisional", has_rolls=True),
    "bo-2019": Complete("bo-2019/computo_final.csv.gz", "final", has_rolls=True),
    "bo-2020": Complete("bo-2020/padron_mesas.csv.gz", "padron", has_rolls=True),
    "ru-2018": Complete("ru-2018/mesas_2018.csv.gz", "protocols", has_rolls=True),
    "ve-2013": Complete("ve-2013/resultados_mesa_cne.csv.gz", "council", has_rolls=False),
}

#: Stations and registered voters of a division; None leaves the cell as it is.
Figures: TypeAlias = Mapping[str, tuple[int | None, int | None]]


def seal_example(folder: str, data: Path) -> DefinitionFiles:
    """Give the sealed files of an example with its divisions counted anew."""
    path = EXAMPLES / folder
    drafted = load_definition_files(path, document_name=DRAFT_NAME)
    written = seal_definition(drafted.definition, drafted.divisions, None)
    figures: Figures = {}
    if folder in COMPLETE:
        definition = decode_definition(written)
        figures = _count_stations(path, COMPLETE[folder], definition, data)
    elif folder == "pe-2021":
        figures = _count_peru(data / folder)
    return seal_definition(drafted.definition, _fill_in(written.divisions, figures), None)


def _count_stations(path: Path, source: Complete, definition: Definition, data: Path) -> Figures:
    where = path / "profiles" / f"{source.profile}.toml"
    profile = decode_profile(read_bounded(where, MAX_PROFILE_BYTES), where.name, definition)
    cells = decode_text(read_table(str(data / source.file)).data, source.file, profile.layout)
    (table,) = read_sheets([(source.file, cells)], profile, definition)
    rolls = pl.col("registered").sum() if source.has_rolls else pl.lit(None, dtype=pl.Int64)
    counts = table.frame.group_by("division").agg(pl.len(), rolls.alias("rolls"))
    return {division: (stations, voters) for division, stations, voters in counts.iter_rows()}


def _count_peru(data: Path) -> Figures:
    """Take the office's own totals per district; what is abroad is the rest of all tables."""
    numbers = {"stations": "MESAS_HABILES", "rolls": "ELECTORES_HABIL"}
    districts = _read_plain(data / "presidencial-datos-resumen.csv.gz")
    counts = districts.group_by(pl.col("ubigeo").str.head(2).alias("division")).agg(
        pl.col(column).str.replace_all(",", "").cast(pl.Int64).sum().alias(name)
        for name, column in numbers.items()
    )
    figures: dict[str, tuple[int | None, int | None]] = {
        division: (stations, voters) for division, stations, voters in counts.iter_rows()
    }
    everywhere = _read_plain(data / "actas_primera_vuelta.csv.gz").height
    figures["EXT"] = (everywhere - int(counts.get_column("stations").sum()), None)
    return figures


def _read_plain(path: Path) -> pl.DataFrame:
    return pl.read_csv(read_table(str(path)).data, infer_schema=False)


def _fill_in(divisions: bytes, figures: Figures) -> bytes:
    """Write the figures into the table; the root gets the sums of its parts."""
    rows = list(csv.DictReader(io.StringIO(divisions.decode("utf-8"))))
    for row in rows:
        for column, figure in zip(
            ("stations", "registered"), figures.get(row["division"], ()), strict=False
        ):
            row[column] = row[column] if figure is None else str(figure)
    root = next(row for row in rows if not row["parent"])
    for column in ("stations", "registered"):
        parts = [row[column] for row in rows if row["parent"]]
        if all(parts):
            root[column] = str(sum(map(int, parts)))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def main() -> None:
    """Count and seal every example."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    for folder in FOLDERS:
        files = seal_example(folder, data)
        store_definition_files(EXAMPLES / folder, files)
        print(f"{decode_definition(files).identity[:12]} examples/{folder}")


if __name__ == "__main__":
    main()
