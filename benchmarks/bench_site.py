"""The pages of a national election: all of them, and again after 1,000 new sheets.

    python benchmarks/bench_site.py [STATIONS]

A simulated evening, published hour by hour without pages; then whole processes of the command
line, each from cold, with pages and without. What pages cost is the difference. The floor is to
write the pages of the first publication, made durable by one flush.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_publish import timed
from benchmarks.measuring import Line, Rounds, write_section
from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.key_files import store_signing_key
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.log.entries import LoggedSheet
from escrutinio.operations import Submission, open_election, submit_entries
from escrutinio.publication.layout import MANIFEST_NAME, is_page
from escrutinio.testing.day import BULLETINS, Day, bulletin_time
from escrutinio.testing.election import make_election
from escrutinio.testing.rehearsal import Rehearsal, make_day

STATIONS = 30_026
NEW_SHEETS = 1_000
ROUNDS = 3
#: The most that all pages may take, and the most that pages may add to the next bulletin.
MOST_ALL_S, MOST_MORE_S = 60, 2
#: Seconds from one publication to the next.
STEP_S = 60


class Runs(NamedTuple):
    """Seconds of the clock, and of the processor, that runs of a command took."""

    seconds: list[float]
    cpu_s: list[float]


def run_publish(folder: Path, time_s: int, *options: str) -> float:
    """Run ``escrutinio publish`` and give the seconds it took."""
    keys = ("--log-key", folder / "log.key", "--operator-key", folder / "operator.key")
    program = Path(sys.executable).with_name("escrutinio")
    at = datetime.fromtimestamp(time_s, UTC).isoformat()
    command = (program, "publish", folder / "election", folder / "record", *keys, "--at", at)
    begin = time.perf_counter()
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def begin(folder: Path, day: Day, stop_s: int) -> None:
    """Make the working folder of an evening up to a time, and its record without pages."""
    keys = day.election.keys
    store_signing_key(folder / "log.key", keys.log.key)
    store_signing_key(folder / "operator.key", keys.signer("operator"))
    hours = [number for number in range(1, BULLETINS) if bulletin_time(number) < stop_s]
    with writing_workspace(folder / "election") as workspace:
        rehearsal = Rehearsal(day, workspace, RecordFolder(folder / "record"))
        rehearsal.run_to(max(hours, default=0))
        rehearsal.log_until(stop_s)
        rehearsal.log.save()


def append_rest(folder: Path, day: Day, stop_s: int) -> None:
    """Append what arrived from a time on until the last sheet."""
    sheets = [item.time_s for item in day.events if isinstance(item.content, LoggedSheet)]
    rest = [item for item in day.arrivals() if stop_s <= item.time_s <= max(sheets)]
    with writing_workspace(folder / "election") as workspace:
        election = open_election(workspace, day.election.keys.log.key)
        answers = submit_entries(election, [Submission("entry", item.data) for item in rest])
        if any(answer.is_refused for answer in answers):
            raise SystemExit(str(next(answer for answer in answers if answer.is_refused)))
        election.save()


def publish_copies(folder: Path, time_s: int) -> tuple[Runs, Runs]:
    """Publish copies of an election, without pages and with them.

    The copies stay until the end: a file system that has just removed thousands of files takes
    longer to make new ones.
    """
    without, with_pages = Runs([], []), Runs([], [])
    for _ in range(ROUNDS):
        for found, options in ((without, ("--no-site",)), (with_pages, ())):
            copy = Path(tempfile.mkdtemp(dir=folder.parent)) / folder.name
            shutil.copytree(folder, copy)
            # What was copied is not what is measured.
            os.sync()
            before = os.times()
            found.seconds.append(run_publish(copy, time_s, *options))
            after = os.times()
            found.cpu_s.append(
                after.children_user
                + after.children_system
                - before.children_user
                - before.children_system
            )
    return without, with_pages


def write_floor(record: Path) -> tuple[list[float], int]:
    """Write the pages of a record again, flushed; give the seconds, and their bytes."""
    paths = [path for path in RecordFolder(record).list_paths() if is_page(path)]
    contents = [(record / path).read_bytes() for path in paths]

    def write() -> None:
        with tempfile.TemporaryDirectory(dir=record.parent) as scratch:
            for number, data in enumerate(contents):
                (Path(scratch) / str(number)).write_bytes(data)
            os.sync()

    return [timed(write) for _ in range(ROUNDS)], sum(map(len, contents))


def changed(before: Path, after: Path) -> int:
    """Count the pages of a record that another does not have as they are."""
    paths = [path for path in RecordFolder(after).list_paths() if is_page(path)]
    return sum(
        not (before / path).exists() or (before / path).read_bytes() != (after / path).read_bytes()
        for path in paths
    )


def main() -> None:
    """Measure, and write the section of the results."""
    stations = int(sys.argv[1]) if len(sys.argv) > 1 else STATIONS
    day = make_day(make_election(stations, 1))
    sheets = sorted(item.time_s for item in day.events if isinstance(item.content, LoggedSheet))
    stop_s = sheets[-min(NEW_SHEETS, len(sheets))]
    times = (stop_s + STEP_S, max(sheets) + STEP_S)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "first"
        folder.mkdir()
        begin(folder, day, stop_s)
        first, all_pages = publish_copies(folder, times[0])
        run_publish(folder, times[0])
        floor, size_bytes = write_floor(folder / "record")
        append_rest(folder, day, stop_s)
        again, more_pages = publish_copies(folder, times[1])
        before = shutil.copytree(folder / "record", Path(name) / "before")
        run_publish(folder, times[1])
        count = sum(map(is_page, RecordFolder(folder / "record").list_paths()))
        written = changed(before, folder / "record")
        manifest = (folder / "record" / MANIFEST_NAME).stat().st_size
    more = median(more_pages.seconds) - median(again.seconds)
    most_again = round(median(again.seconds) + MOST_MORE_S, 2)
    more_cpu = median(more_pages.cpu_s) - median(again.cpu_s)
    write_section(
        "site",
        f"The pages of {stations:,} stations, `escrutinio publish`, whole process",
        Rounds(
            {
                "floor": floor,
                "none": first.seconds,
                "all": all_pages.seconds,
                "again": again.seconds,
                "more": more_pages.seconds,
            },
            None,
        ),
        [
            Line("floor", "writing all pages again, flushed once", is_floor=True),
            Line("none", "a bulletin without pages"),
            Line("all", "the same with all pages, none of which stood", MOST_ALL_S),
            Line("again", f"the next bulletin after {NEW_SHEETS:,} new sheets, without pages"),
            Line("more", "the same with the pages that changed", most_again),
        ],
        [
            f"{count:,} files of the site, {size_bytes / 1e6:,.0f} MB.",
            f"`MANIFEST` has {manifest / 1e6:.1f} MB.",
            f"After {NEW_SHEETS:,} new sheets {written:,} of them are written.",
            (
                f"That adds {more:.2f} s to the bulletin (at most {MOST_MORE_S} s); "
                f"of the processor it takes {more_cpu:.2f} s."
            ),
        ],
    )


if __name__ == "__main__":
    main()
