"""Time ``escrutinio --help``: what a person waits for before anything happens."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import Line, measure, run_process, write_section

TARGET_S = 0.15


def main() -> None:
    """Measure, and write the section of the results."""
    command = str(Path(sys.executable).with_name("escrutinio"))
    rounds = measure(
        {
            "floor": lambda: run_process(sys.executable, "-c", "import click"),
            "help": lambda: run_process(command, "--help"),
            "check": lambda: run_process(command, "check", "--help"),
        }
    )
    write_section(
        "help",
        "`escrutinio --help`, whole process",
        rounds,
        [
            Line("floor", "a process that imports click", is_floor=True),
            Line("help", "`escrutinio --help`", TARGET_S),
            Line("check", "`escrutinio check --help`"),
        ],
    )


if __name__ == "__main__":
    main()
