"""Time reading a definition with as many stations as Venezuela has."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import Line, measure, write_section
from benchmarks.synthetic import make_definition, make_stations
from escrutinio.definition import DefinitionFiles, decode_definition, encode_definition
from escrutinio.sheet import Roster

STATIONS = 30_026


def main() -> None:
    """Measure, and write the section of the results."""
    definition = make_definition(make_stations(STATIONS))
    files = encode_definition(definition)
    divisions = len(definition.divisions)
    rounds = measure(
        {
            "floor": lambda: split_files(files),
            "decode": lambda: decode_definition(files),
            "roster": lambda: Roster.of(definition, definition.contests[0]),
        }
    )
    write_section(
        "definition",
        f"Decoding a definition with {STATIONS:,} stations in {divisions:,} divisions",
        rounds,
        [
            Line("floor", "the JSON and CSV readers of Python on the same bytes", is_floor=True),
            Line("decode", "`decode_definition`: every rule of the format"),
            Line("roster", "`Roster.of`: the stations as a table"),
        ],
    )


def split_files(files: DefinitionFiles) -> int:
    """Split the files into their cells, and do nothing else with them."""
    json.loads(files.definition)
    tables = (files.divisions, files.stations or b"")
    return sum(len(list(csv.reader(table.decode().splitlines()))) for table in tables)


if __name__ == "__main__":
    main()
