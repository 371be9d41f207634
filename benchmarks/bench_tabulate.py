"""Time adding up a million sheets of forty party lines at five levels, and checking them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import Line, measure, write_section
from benchmarks.synthetic import LEVELS, LINES, SEED, make_definition, make_sheets
from escrutinio.sheet import Roster, SheetTable, check_sheets
from escrutinio.tabulation import tabulate

SHEETS = 1_000_000
TARGET_S = 1.0
MEBIBYTE = 2**20


def main() -> None:
    """Measure, and write the section of the results."""
    definition = make_definition(sheets=SHEETS)
    table = make_sheets(SHEETS)
    roster = Roster.of(definition, table.contest)
    findings = check_sheets(table, definition, roster)
    before = _reset_peak()
    tabulate(table, findings, definition, roster)
    after = _peak_bytes()
    rounds = measure(
        {
            "floor": lambda: _sum_one_level(table),
            # A fresh table remembers nothing of the round before.
            "tabulate": lambda: tabulate(replace(table), findings, definition, roster),
            "check": lambda: check_sheets(replace(table), definition, roster),
        }
    )
    levels = ", ".join(f"{number:,}" for number in LEVELS.values())
    write_section(
        "tabulate",
        f"Tabulating {SHEETS:,} sheets of {LINES} party lines at 5 levels, in memory",
        rounds,
        [
            Line("floor", "the engine's sums of the same columns at one level", is_floor=True),
            Line("tabulate", f"`tabulate`: totals of {levels} divisions and histograms", TARGET_S),
            Line("check", f"`check_sheets`: every check, {findings.height:,} findings"),
        ],
        [_describe_memory(table, before, after), f"Figures: PCG64DXSM, seed {SEED}."],
    )


def _sum_one_level(table: SheetTable) -> pl.DataFrame:
    return table.frame.group_by("division").agg(pl.col(table.fields).sum())


def _describe_memory(table: SheetTable, before: int, after: int) -> str:
    size = table.frame.estimated_size() / MEBIBYTE
    if not after:
        return f"Memory: the table takes {size:.0f} MiB; the peak is not known on this system."
    return (
        f"Memory: the table takes {size:.0f} MiB, the process {before / MEBIBYTE:.0f} MiB before "
        f"and at most {after / MEBIBYTE:.0f} MiB while tabulating."
    )


def _reset_peak() -> int:
    """Forget the peak so far, and give the memory that the process has now, in bytes."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return 0
    return _status_bytes("VmRSS")


def _peak_bytes() -> int:
    return _status_bytes("VmHWM")


def _status_bytes(key: str) -> int:
    """Read a line of this process's status, in bytes; 0 when there is none."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    kibibytes = (line.split()[1] for line in lines if line.startswith(f"{key}:"))
    return 1024 * int(next(kibibytes, "0"))


if __name__ == "__main__":
    main()
