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
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.key_files import store_signing_key
from escrutinio.operations import Submission, begin_election, open_election, submit_entries
from escrutinio.testing.election import make_election
from tests.unit.operations.days import Day

STATIONS = 30_026
NEW_SHEETS = 1_000
TIMES = ("2030-07-28T18:30:00-04:00", "2030-07-28T19:00:00-04:00", "2030-07-28T19:30:00-04:00")


def run_publish(folder: Path, at: str) -> float:
    """Run ``escrutinio publish`` and give the seconds it took."""
    keys = ("--log-key", folder / "log.key", "--operator-key", folder / "operator.key")
    program = Path(sys.executable).with_name("escrutinio")
    command = (program, "publish", folder / "election", folder / "record", *keys)
    begin = time.perf_counter()
    subprocess.run([*command, "--at", at], check=True, stdout=subprocess.DEVNULL)
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


def write_floor(folder: Path, since: float) -> tuple[int, int, float]:
    """Write the newest files of the record again, flushed; compress what is in its zips."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime > since]
    contents = [path.read_bytes() for path in files]
    packed = [zipfile.ZipFile(path) for path in files if path.suffix == ".zip"]
    members = [
        archive.read(item)
        for archive in packed
        for item in archive.infolist()
        if item.compress_type == zipfile.ZIP_DEFLATED
    ]
    with tempfile.TemporaryDirectory() as scratch:
        begin = time.perf_counter()
        for member in members:
            zlib.compress(member)
        for number, data in enumerate(contents):
            with (Path(scratch) / str(number)).open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        return len(files), sum(map(len, contents)), time.perf_counter() - begin


def main() -> None:
    """Print the figures."""
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
        print(f"append: {count:,} entries in {seconds:.2f} s, {count / seconds:,.0f} per second")
        for label, at in (("first publication", TIMES[0]), ("again, nothing new", TIMES[1])):
            since = time.time()
            seconds = run_publish(folder, at)
            files, size, floor = write_floor(folder / "record", since)
            print(
                f"{label}: {seconds:.2f} s; {files} files, {size / 1e6:.1f} MB, floor {floor:.2f} s"
            )
        count, seconds = append(folder, day, last, None)
        print(f"append {count:,} more: {seconds:.2f} s")
        since = time.time()
        seconds = run_publish(folder, TIMES[2])
        files, size, floor = write_floor(folder / "record", since)
        print(
            f"after {NEW_SHEETS:,} new sheets: {seconds:.2f} s; {files} files, {size / 1e6:.1f} MB,"
            f" floor {floor:.2f} s, ratio {seconds / floor:.1f}"
        )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"most memory of a publication: {peak / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
