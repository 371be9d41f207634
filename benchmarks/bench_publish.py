"""Publishing a national election: the first time, and again after 1,000 new sheets.

    python benchmarks/bench_publish.py [STATIONS]

Every station has an opening, a seal and a sheet. What is timed are whole processes of the command
line, each from cold: definition decoded, state loaded, findings, holds, bulletin, exports, files
flushed to the disk. The floor beside each is the time to write the same bytes, flushed, and to
compress what is packed.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import ROUNDS, Line, Rounds, write_section
from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.key_files import store_signing_key
from escrutinio.operations import Submission, begin_election, open_election, submit_entries
from escrutinio.testing.election import make_election
from tests.unit.operations.days import Day

STATIONS = 30_026
NEW_SHEETS = 1_000
#: The most that the next bulletin may take.
MOST_S = 2
TIMES = ("2030-07-28T18:30:00-04:00", "2030-07-28T19:00:00-04:00", "2030-07-28T19:30:00-04:00")


def run_publish(folder: Path, at: str) -> float:
    """Run ``escrutinio publish`` and give the seconds it took."""
    keys = ("--log-key", folder / "log.key", "--operator-key", folder / "operator.key")
    program = Path(sys.executable).with_name("escrutinio")
    command = (program, "publish", folder / "election", folder / "record", *keys)
    begin = time.perf_counter()
    subprocess.run([*command, "--at", at, "--no-site"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def append(folder: Path, day: Day, begin: int, end: int | None) -> tuple[int, float]:
    """Append the entries of some stations; give their number and the seconds it took."""
    entries = [Submission(str(n), data) for n, data in enumerate(day.reports(begin, end))]
    start = time.perf_counter()
    with writing_workspace(folder / "election") as workspace:
        election = open_election(workspace, day.log_key)
        answers = submit_entries(election, entries)
        if any(answer.is_refused for answer in answers):
            raise SystemExit(str(next(answer for answer in answers if answer.is_refused)))
        election.save()
    return len(entries), time.perf_counter() - start


def write_floor(record: Path, since: float) -> Callable[[], None]:
    """Give what writes the newest files of a record again, flushed, and packs what is in zips."""
    files = [path for path in record.rglob("*") if path.is_file() and path.stat().st_mtime > since]
    contents = [path.read_bytes() for path in files]
    members = [
        archive.read(item)
        for archive in (zipfile.ZipFile(path) for path in files if path.suffix == ".zip")
        for item in archive.infolist()
        if item.compress_type == zipfile.ZIP_DEFLATED
    ]

    def write() -> None:
        for member in members:
            zlib.compress(member)
        with tempfile.TemporaryDirectory() as scratch:
            for number, data in enumerate(contents):
                with (Path(scratch) / str(number)).open("wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())

    return write


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def publish_copies(folder: Path, at: str) -> tuple[list[float], list[float]]:
    """Publish copies of an election; give the seconds of each, and of writing the same files."""
    published, written = [], []
    for number in range(ROUNDS):
        copy = folder / f"copy-{number}"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("copy-*"))
        since = time.time()
        published.append(run_publish(copy, at))
        written.append(timed(write_floor(copy / "record", since)))
        shutil.rmtree(copy)
    return published, written


def main() -> None:
    """Measure, and write the section of the results."""
    stations = int(sys.argv[1]) if len(sys.argv) > 1 else STATIONS
    day = Day(make_election(stations, 1))
    last = max(len(day.stations) - NEW_SHEETS, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store_signing_key(folder / "log.key", day.log_key)
        store_signing_key(folder / "operator.key", day.operator)
        with writing_workspace(folder / "election") as workspace:
            begin_election(workspace, day.world.files, day.log_key, day.operator).save()
        count, seconds = append(folder, day, 0, last)
        first, first_floor = publish_copies(folder, TIMES[0])
        run_publish(folder, TIMES[0])
        append(folder, day, last, None)
        again, again_floor = publish_copies(folder, TIMES[1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    rate = f"{count / seconds:,.0f} a second"
    floor = f"{median(first_floor):.3f} s"
    notes = [
        f"Before it, {count:,} entries were decoded, verified and appended: {rate}.",
        f"The same floor of the first publication: {floor}.",
        f"Most memory of a publication: {peak / 1024:,.0f} MiB.",
    ]
    write_section(
        "publish",
        f"`escrutinio publish` of {stations:,} stations, whole process, without pages",
        Rounds({"floor": again_floor, "first": first, "again": again}, None),
        [
            Line("floor", "writing the same files again, and packing the zip", is_floor=True),
            Line("again", f"the next bulletin after {NEW_SHEETS:,} new sheets", MOST_S),
            Line("first", "the first publication"),
        ],
        notes,
    )


if __name__ == "__main__":
    main()
