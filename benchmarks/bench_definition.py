"""Time reading a definition with as many stations as Venezuela has, and a key for each."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import Line, measure, write_section
from benchmarks.synthetic import make_definition, make_stations
from escrutinio.definition import (
    BulletinSchedule,
    Definition,
    DefinitionFiles,
    Role,
    Signer,
    SignerId,
    Trust,
    decode_definition,
    encode_definition,
    verify_signer_keys,
)
from escrutinio.primitives.keys import SEED_BYTES, SigningKey
from escrutinio.sheet import Roster

STATIONS = 30_026


def main() -> None:
    """Measure, and write the section of the results."""
    definition = make_definition(make_stations(STATIONS))
    files = encode_definition(definition)
    trust = make_trust(definition)
    with_trust = encode_definition(replace(definition, trust=trust))
    divisions = len(definition.divisions)
    rounds = measure(
        {
            "floor": lambda: split_files(files),
            "decode": lambda: decode_definition(files),
            "trust": lambda: decode_definition(with_trust),
            "points": lambda: verify_signer_keys(trust.signers),
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
            Line("trust", f"the same with {len(trust.signers):,} signers, version 2"),
            Line("points", "`verify_signer_keys`: whether their keys are points, on one core"),
            Line("roster", "`Roster.of`: the stations as a table"),
        ],
    )


def make_trust(definition: Definition) -> Trust:
    """Enrol a device at every station, and who else a log needs."""
    root = str(definition.root.division)
    places = [
        *(
            (Role.DEVICE, f"device-{item.station}", str(item.station))
            for item in definition.stations or ()
        ),
        *((Role.AUTHORITY, f"authority-{number}", root) for number in range(3)),
        (Role.OPERATOR, "operator", root),
    ]
    signers = tuple(
        Signer(SignerId(name), role, scope, make_key(number))
        for number, (role, name, scope) in enumerate(places)
    )
    required = {Role.AUTHORITY: 2, Role.BOARD: 2, Role.CENTRE: 2}
    return Trust(required, "log x+0+0\n", BulletinSchedule(0, 1800), None, signers)


def make_key(number: int) -> bytes:
    """Give the public key of a seed that counts up."""
    return SigningKey(number.to_bytes(SEED_BYTES, "big")).public.raw


def split_files(files: DefinitionFiles) -> int:
    """Split the files into their cells, and do nothing else with them."""
    json.loads(files.definition)
    tables = (files.divisions, files.stations or b"")
    return sum(len(list(csv.reader(table.decode().splitlines()))) for table in tables)


if __name__ == "__main__":
    main()
