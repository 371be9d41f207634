"""Run the console blocks of a page and compare what they print with what the page shows.

A fenced block with the info string ``console`` is a transcript::

    $ command            a command; lines that begin with "> " continue it
    output               what it prints, on either stream
    ...                  here the page leaves lines out

A block with the info string ``bash`` is typed as it stands and prints nothing. All blocks of a page
run in one shell, in the order of the page, in a temporary copy of the parts of the repository that
a reader uses. A block that must not run has another info string, such as ``sh``.

    python -m tools.console_blocks PAGE...          compare, and show every difference
    python -m tools.console_blocks --write PAGE...  put the current output into the pages
"""

from __future__ import annotations

import difflib
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

__all__ = ["Step", "compare", "matches", "read_steps", "run_steps"]

ROOT = Path(__file__).resolve().parents[1]
FENCE = "```"
LEFT_OUT = "..."
#: What a reader's clone has and the commands of the pages use.
COPIED = ("examples", "scripts", "Makefile")
TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a page.

    Attributes:
        command: what is typed; several lines where the page continues it.
        shown: the output lines on the page.
        first: index of the first of these lines in the page.
    """

    command: str
    shown: tuple[str, ...]
    first: int


def read_steps(text: str) -> list[Step]:
    """Find the commands of a page, with the output shown for each."""
    steps: list[Step] = []
    kind, begin = "", 0
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith(FENCE):
            continue
        if kind == "console":
            steps += _transcript(lines, begin, number)
        elif kind == "bash":
            steps.append(Step("\n".join(lines[begin:number]), (), number))
        kind, begin = ("" if kind else line.removeprefix(FENCE) or "text"), number + 1
    return steps


def _transcript(lines: Sequence[str], begin: int, end: int) -> Iterator[Step]:
    """Give the commands of one ``console`` block; only lines before the first are lost."""
    number = begin
    while number < end:
        if not lines[number].startswith("$ "):
            number += 1
            continue
        command = [lines[number].removeprefix("$ ")]
        number += 1
        while number < end and lines[number].startswith("> "):
            command.append(lines[number].removeprefix("> "))
            number += 1
        first = number
        while number < end and not lines[number].startswith("$ "):
            number += 1
        yield Step("\n".join(command), tuple(lines[first:number]), first)


def run_steps(steps: Sequence[Step], environment: Path) -> list[list[str]]:
    """Run the commands of one page and give the lines that each of them printed.

    Args:
        steps: the commands, in order; they share one shell.
        environment: folder of the Python environment that the page calls ``.venv``.

    Raises:
        subprocess.TimeoutExpired: the page took longer than ``TIMEOUT_S``.
    """
    mark = f"--- {secrets.token_hex(8)} ---"
    script = "".join(_with_mark(step.command, mark) for step in steps)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "escrutinio"
        _copy_repository(place, environment)
        answer = subprocess.run(
            [shutil.which("bash") or "bash", "--noprofile", "--norc"],
            input=script,
            cwd=place,
            env=_plain_environment(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT_S,
            check=False,
        )
    # The text before the first mark is what the shell says before any command.
    return [_lines(part) for part in answer.stdout.split(f"\n{mark}\n")[1:]]


def _with_mark(command: str, mark: str) -> str:
    # The mark must not change $?, which a page may show with `echo $?`.
    return f"__status=$?; printf '\\n%s\\n' '{mark}'; (exit $__status)\n{command}\n"


def _copy_repository(place: Path, environment: Path) -> None:
    place.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name)
        else:
            shutil.copy(source, place / name)
    (place / ".venv").symlink_to(environment, target_is_directory=True)
    # The environment is there, so set-up has nothing to do, as in a clone that was set up before.
    (place / "scripts" / "setup.sh").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")


def _plain_environment(home: str) -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8"}


def _lines(output: str) -> list[str]:
    # A space that does not break lines looks like any other on a page.
    text = output.replace("\u00a0", " ").rstrip("\n")
    return [line.rstrip() for line in text.split("\n")] if text else []


def matches(shown: Sequence[str], output: Sequence[str]) -> bool:
    """Say whether an output is what a page shows, lines left out at each ``...`` allowed."""
    if not shown:
        return not output
    if shown[0] != LEFT_OUT:
        return bool(output) and shown[0] == output[0] and matches(shown[1:], output[1:])
    rest = shown[1:]
    return not rest or any(matches(rest, output[start:]) for start in range(len(output)))


def compare(steps: Sequence[Step], outputs: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give one text for every command whose output is not what the page shows."""
    for step, output in zip(steps, outputs, strict=True):
        if not matches(step.shown, output):
            difference = difflib.unified_diff(step.shown, output, "page", "program", lineterm="")
            yield "\n".join([f"$ {step.command}", *difference])


def _written(text: str, steps: Sequence[Step], outputs: Sequence[Sequence[str]]) -> str:
    """Put the current output into a page; of an excerpt, what comes nearest to each part."""
    lines = text.splitlines()
    for step, output in reversed(list(zip(steps, outputs, strict=True))):
        is_broken = any(line.startswith("Traceback ") for line in output)
        if not is_broken and not matches(step.shown, output):
            lines[step.first : step.first + len(step.shown)] = _excerpt(step.shown, output)
    return "\n".join(lines) + "\n"


def _excerpt(shown: Sequence[str], output: Sequence[str]) -> list[str]:
    """Choose from an output the lines nearest to an excerpt of an older one; look at them after."""
    if LEFT_OUT not in shown:
        return list(output)
    chosen: list[str] = []
    start = 0
    for is_gap, lines in groupby(shown, lambda line: line == LEFT_OUT):
        if is_gap:
            chosen.append(LEFT_OUT)
            continue
        old = list(lines)
        places = range(start, max(len(output) - len(old), start) + 1)
        best = max(places, key=lambda place: _likeness(old, output[place : place + len(old)]))
        start = best + len(old)
        chosen += output[best:start]
    return chosen


def _likeness(old: Sequence[str], new: Sequence[str]) -> float:
    return difflib.SequenceMatcher(None, "\n".join(old), "\n".join(new)).ratio()


def main(arguments: Sequence[str]) -> int:
    """Compare the pages named, or write them."""
    writes = "--write" in arguments
    found = 0
    for name in arguments:
        if name.startswith("--"):
            continue
        page = Path(name)
        text = page.read_text(encoding="utf-8")
        steps = read_steps(text)
        outputs = run_steps(steps, Path(sys.prefix))
        if writes:
            text = _written(text, steps, outputs)
            page.write_text(text, encoding="utf-8")
            steps = read_steps(text)
        for problem in compare(steps, outputs):
            found += 1
            print(f"{name}\n{problem}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
