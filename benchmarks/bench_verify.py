"""Verify the record of a national election as a user does: whole processes on a folder.

    python benchmarks/bench_verify.py [--stations N] [--million]

The floor is what no verifier can do without, on one core: each signature of an entry checked once
with libsodium through PyNaCl, and each entry hashed once.

1. ``verify``: every station has an opening, a seal and a sheet, and there is one bulletin.
2. ``evening``: what ``escrutinio simulate`` makes, with everything that happens on an election day
   and six bulletins; each of them is computed again with all its exports.
3. ``million``, only with ``--million``: a log of 1,000,000 entries, once; it takes minutes to make.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median

from nacl import bindings
from nacl.exceptions import BadSignatureError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_publish import TIMES, append, run_publish
from benchmarks.measuring import Line, Rounds, measure, run_process, write_section
from escrutinio.adapters import load_definition
from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.key_files import store_signing_key
from escrutinio.log import decode_checkpoint
from escrutinio.log.entries.signing import split_message
from escrutinio.log.tiles import bundles_of, decode_bundle
from escrutinio.operations import begin_election, make_anchor
from escrutinio.primitives.cose import key_id, to_be_signed
from escrutinio.primitives.keys import PublicKey
from escrutinio.publication import encode_anchor
from escrutinio.testing.election import make_election
from tests.unit.operations.days import Day

STATIONS = 30_026
#: Each has an opening, a seal and a sheet.
MILLION_STATIONS = 333_334
NEW_SHEETS = 1_000
#: The most that verifying may take, as a multiple of the floor.
MOST_TIMES = 1.3
#: Exit code of a verification in which something could not be checked.
UNCHECKED = 3
MILLION_S, MILLION_BYTES = 60, 1_500_000_000
COMMAND = str(Path(sys.executable).with_name("escrutinio"))

#: Public key, the signature with what is signed behind it, and the entry.
Signed = tuple[bytes, bytes, bytes]


def main() -> None:
    """Measure, and write the sections of the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stations", type=int, default=STATIONS)
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.million:
            measure_million(Path(name))
        else:
            measure_day(Path(name), options.stations)
            measure_evening(Path(name), options.stations)


def measure_day(folder: Path, stations: int) -> None:
    """Verify every station's entries with one bulletin, and what is new after more stations."""
    day = Day(make_election(stations + NEW_SHEETS, 1))
    begin(folder, day)
    append(folder, day, 0, stations)
    run_publish(folder, TIMES[0])
    verify = verify_command(folder, "first")
    state = str(folder / "verified")
    shutil.copytree(folder / "record", folder / "first")
    # No witness cosigned, which the anchor asks for: not all can be checked.
    run_process(*verify, "--remember", state, expected=UNCHECKED)
    append(folder, day, stations, None)
    run_publish(folder, TIMES[1])
    grown = [*verify_command(folder, "record"), "--since", state]
    signed = read_signed(folder / "first")
    rounds = measure(
        {
            "floor": partial(check_floor, signed),
            "verify": lambda: run_process(*verify, expected=UNCHECKED),
            "one": lambda: run_process(*verify, "--processes", "1", expected=UNCHECKED),
            "new": lambda: run_process(*grown, expected=UNCHECKED),
        }
    )
    floor_s = median(rounds.seconds["floor"])
    write_section(
        "verify",
        f"`escrutinio verify` of {stations:,} sheets with openings and seals, whole process",
        rounds,
        [
            Line(
                "floor", f"each of {len(signed):,} signatures and hashes, one core", is_floor=True
            ),
            Line("verify", "every step, on all cores, one bulletin", MOST_TIMES * floor_s),
            Line("one", "the same in one process"),
            Line("new", f"what {NEW_SHEETS:,} more stations and a bulletin added since"),
        ],
    )


def measure_evening(folder: Path, stations: int) -> None:
    """Verify a simulated evening with all its bulletins."""
    out = folder / "simulated"
    run_process(COMMAND, "simulate", "--stations", str(stations), str(out))
    verify = [COMMAND, "verify", str(out / "record"), "--anchor", str(out / "anchor.toml")]
    signed = read_signed(out / "record")
    rounds = measure(
        {"floor": partial(check_floor, signed), "verify": lambda: run_process(*verify)}
    )
    write_section(
        "evening",
        f"`escrutinio verify` of a simulated evening, {stations:,} stations, six bulletins",
        rounds,
        [
            Line(
                "floor", f"each of {len(signed):,} signatures and hashes, one core", is_floor=True
            ),
            Line("verify", "every step, on all cores"),
        ],
    )


def verify_command(folder: Path, record: str) -> list[str]:
    """Give the command that verifies a record in the folder of an election."""
    return [COMMAND, "verify", str(folder / record), "--anchor", str(folder / "anchor.toml")]


def read_signed(record: Path) -> list[Signed]:
    """Take the entries of a record apart."""
    definition = load_definition(record)
    size = decode_checkpoint((record / "checkpoint").read_bytes(), "checkpoint").checkpoint.size
    signers = () if definition.trust is None else definition.trust.signers
    keys = {key_id(PublicKey(item.key)): item.key for item in signers}
    found = []
    for bundle in bundles_of(size):
        for entry in decode_bundle((record / bundle.path).read_bytes(), bundle.width, "bundle"):
            message = split_message(entry)
            if message is not None:
                # A key that was enrolled later costs as much as any other.
                key = keys.get(message.kid, signers[0].key)
                signed = to_be_signed(message.protected, message.payload)
                found.append((key, message.signature + signed, entry))
    return found


def check_floor(signed: Sequence[Signed]) -> None:
    """Check every signature and hash every entry."""
    for key, message, entry in signed:
        with suppress(BadSignatureError):
            bindings.crypto_sign_open(message, key)
        hashlib.sha256(b"\0" + entry).digest()


def begin(folder: Path, day: Day) -> None:
    """Begin the log of an election; keep its anchor."""
    store_signing_key(folder / "log.key", day.log_key)
    store_signing_key(folder / "operator.key", day.operator)
    (folder / "anchor.toml").write_bytes(encode_anchor(make_anchor(day.world.definition)))
    with writing_workspace(folder / "election") as workspace:
        begin_election(workspace, day.world.files, day.log_key, day.operator).save()


def measure_million(folder: Path) -> None:
    """Verify a very large record once; write down time and memory."""
    day = Day(make_election(MILLION_STATIONS, 1))
    begin(folder, day)
    count, seconds = append(folder, day, 0, None)
    print(f"{count:,} entries appended in {seconds:.0f} s")
    print(f"published in {run_publish(folder, TIMES[0]):.0f} s")
    began = time.perf_counter()
    process = subprocess.Popen(verify_command(folder, "record"), stdout=subprocess.DEVNULL)
    most_bytes = watch_memory(process)
    verify_s = time.perf_counter() - began
    if process.returncode != UNCHECKED:
        sys.exit(f"expected exit code {UNCHECKED}, got {process.returncode}")
    signed = read_signed(folder / "record")
    began = time.perf_counter()
    check_floor(signed)
    floor_s = time.perf_counter() - began
    judged = "met" if most_bytes <= MILLION_BYTES else "missed"
    memory = f"{most_bytes / 1e6:,.0f} MB (target {MILLION_BYTES / 1e6:,.0f}: {judged})"
    write_section(
        "million",
        f"`escrutinio verify` of {count + 2:,} entries, whole process, once",
        Rounds({"floor": [floor_s], "verify": [verify_s]}, None),
        [
            Line("floor", "each signature and each hash, one core", is_floor=True),
            Line("verify", "every step, on all cores, one bulletin", MILLION_S),
        ],
        [f"Memory: at most {memory} at one time in all processes together."],
    )


def watch_memory(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; give the most memory that it and its children had at one time."""
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(resident_bytes, family(process.pid))))
        time.sleep(0.2)
    return most


def family(pid: int) -> list[int]:
    """Give a process and all below it."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [pid, *(item for child in text.split() for item in family(int(child)))]


def resident_bytes(pid: int) -> int:
    """Give the memory of a process, what it shares counted in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
