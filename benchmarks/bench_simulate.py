"""Making the record of an invented national election: one whole process.

    python benchmarks/bench_simulate.py [STATIONS]

The floor is to sign every entry once, on one core, with libsodium through PyNaCl.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_publish import timed
from benchmarks.bench_verify import COMMAND, read_signed
from benchmarks.measuring import Line, Rounds, run_process, write_section
from escrutinio.primitives.keys import SigningKey

STATIONS = 30_026
ROUNDS = 3


def main() -> None:
    """Measure, and write the section of the results."""
    stations = int(sys.argv[1]) if len(sys.argv) > 1 else STATIONS
    key = SigningKey(bytes(32))
    floor, simulated, count = [], [], 0
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            out = Path(name) / "simulated"
            command = (COMMAND, "simulate", "--stations", str(stations), str(out))
            simulated.append(timed(lambda: run_process(*command)))  # noqa: B023  # called at once
            entries = [entry for *_, entry in read_signed(out / "record")]
            count = len(entries)
        floor.append(timed(lambda: [key.sign(entry) for entry in entries]))  # noqa: B023  # as above
    write_section(
        "simulate",
        f"`escrutinio simulate` of {stations:,} stations, whole process",
        Rounds({"floor": floor, "simulate": simulated}, None),
        [
            Line("floor", f"signing {count:,} entries, one core", is_floor=True),
            Line("simulate", "keys, entries, log, six bulletins, cosignatures, exports"),
        ],
    )


if __name__ == "__main__":
    main()
