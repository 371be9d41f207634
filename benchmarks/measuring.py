"""Time things fairly and write the figures down.

Every benchmark measures a floor beside its own work: the least that any program built on the same
parts must do. Work and floor take turns, so that a busy moment of the machine hits both, and what
is judged over time is their ratio; seconds alone say as much about the machine as about the code.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

__all__ = ["ROOT", "Line", "Rounds", "measure", "run_process", "write_section"]

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.md"
ROUNDS = 5

#: Sections of the results in their order; each benchmark writes its own.
SECTIONS = (
    "check",
    "verify",
    "evening",
    "million",
    "publish",
    "simulate",
    "site",
    "browser",
    "tabulate",
    "help",
    "definition",
)
HEAD = """# Benchmarks

Written by `make bench`; [README](README.md) says what is measured and how. Times are in seconds:
the median of five rounds, with the fastest and the slowest round in brackets. A ratio is the
median against the median of the floor in the same rounds.
"""

# As on a user's computer: compiled modules are kept, here in a folder that goes with the process.
_COMPILED = tempfile.TemporaryDirectory(prefix="escrutinio-bench-")
_KEPT = {"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR"}
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name in _KEPT} | {
    "PYTHONPYCACHEPREFIX": _COMPILED.name
}


@dataclass(frozen=True, slots=True)
class Rounds:
    """What ``measure`` found.

    Attributes:
        seconds: name of a case to its times.
        others: cores that other programs kept busy meanwhile, or None where this is unknown.
    """

    seconds: Mapping[str, Sequence[float]]
    others: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table of results.

    Attributes:
        case: which case it shows.
        what: what was measured, in words.
        target_s: the most it should take, or None.
        is_floor: whether the other lines are compared with this one.
    """

    case: str
    what: str
    target_s: float | None = None
    is_floor: bool = False


def run_process(*command: str, expected: int = 0) -> None:
    """Run a whole process and wait for its end.

    Raises:
        SystemExit: it ended with another exit code; a benchmark of a failure means nothing.
    """
    process = subprocess.run(command, cwd=ROOT, env=_ENVIRONMENT, capture_output=True, check=False)
    if process.returncode != expected:
        errors = process.stderr.decode()
        sys.exit(f"expected exit code {expected}, got {process.returncode}: {errors}")


def measure(cases: Mapping[str, Callable[[], object]]) -> Rounds:
    """Run every case once to warm up and then ``ROUNDS`` times, the cases taking turns."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for work in cases.values():
        work()
    start, busy, own = perf_counter(), _busy_s(), sum(os.times()[:4])
    for _ in range(ROUNDS):
        for name, work in cases.items():
            began = perf_counter()
            work()
            found[name].append(perf_counter() - began)
    elapsed, own = perf_counter() - start, sum(os.times()[:4]) - own
    now_busy = _busy_s()
    if busy is None or now_busy is None:
        return Rounds(found, None)
    return Rounds(found, max(now_busy - busy - own, 0) / elapsed)


def write_section(
    name: str, title: str, rounds: Rounds, lines: Sequence[Line], notes: Sequence[str] = ()
) -> None:
    """Put a section into the results in the place of the earlier one, and print it."""
    medians = {case: median(times) for case, times in rounds.seconds.items()}
    floor = next(medians[line.case] for line in lines if line.is_floor)
    table = ["| what | seconds | ratio | target |", "| --- | --- | --- | --- |"]
    for line in lines:
        middle, times = medians[line.case], rounds.seconds[line.case]
        shown = f"{middle:.3f} ({min(times):.3f} to {max(times):.3f})"
        ratio = "floor" if line.is_floor else f"{middle / floor:.2f}"
        target = "" if line.target_s is None else f"{line.target_s:g}: {_judge(middle, line)}"
        table.append(f"| {line.what} | {shown} | {ratio} | {target} |")
    text = "\n\n".join([f"## {title}", "\n".join(table), *notes, _describe(rounds)])
    sections = {**_read_sections(), name: text}
    parts = [f"{_mark(key)}\n{sections[key]}\n" for key in SECTIONS if key in sections]
    RESULTS.write_text("\n".join([HEAD, *parts]), encoding="utf-8")
    print(text, end="\n\n")


def _judge(seconds: float, line: Line) -> str:
    return "met" if line.target_s is None or seconds <= line.target_s else "missed"


def _mark(name: str) -> str:
    return f"<!-- section: {name} -->"


def _read_sections() -> dict[str, str]:
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    found = {}
    for name in SECTIONS:
        _, mark, rest = text.partition(_mark(name) + "\n")
        if mark:
            found[name] = rest.partition("<!-- section: ")[0].strip("\n")
    return found


def _describe(rounds: Rounds) -> str:
    """Describe the machine without naming it, the versions, and what else was running."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {version(name)}" for name in ("polars", "escrutinio")]
    lines = [f"Machine: {_cpu()}, {cores} cores, {memory:.0f} GiB; {', '.join(versions)}."]
    if rounds.others is not None:
        lines.append(f"Other programs kept {rounds.others:.1f} of the cores busy meanwhile.")
    return "\n".join(lines)


def _cpu() -> str:
    for line in _read_lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _busy_s() -> float | None:
    """Give the seconds that all cores together have been busy since the start of the machine."""
    for line in _read_lines("/proc/stat"):
        if line.startswith("cpu "):
            user, nice, system, _, _, *others = (int(part) for part in line.split()[1:9])
            return (user + nice + system + sum(others)) / os.sysconf("SC_CLK_TCK")
    return None


def _read_lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
