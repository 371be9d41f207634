"""What the architecture tests read: the package, its folders, and the text files of the tree."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "escrutinio"

# Made by tools, never written by hand, and in no commit.
NOT_OURS = {"__pycache__", "build", "dist", "node_modules"}


def files_in(folder: Path, *suffixes: str) -> list[Path]:
    """List the files below a folder, of the given suffixes or of all, in order of path."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and (not suffixes or path.suffix in suffixes)
        and not _is_made_by_tools(path.relative_to(ROOT))
    )


def _is_made_by_tools(path: Path) -> bool:
    return any(part in NOT_OURS or part.startswith(".") for part in path.parts[:-1])


def package_folders() -> list[Path]:
    """List the folders directly below the package: the stages of a result's path."""
    return sorted(path for path in PACKAGE.iterdir() if path.is_dir() and path.name not in NOT_OURS)


def parse(path: Path) -> ast.Module:
    """Parse a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path, line: int | None = None) -> str:
    """Write a path as messages show it, with its line."""
    place = path.relative_to(ROOT).as_posix()
    return place if line is None else f"{place}:{line}"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def lines_outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Give the numbered lines of a Markdown text that are not inside a fenced code block."""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        mark = line.lstrip()[:3]
        if fence:
            if mark == fence:
                fence = ""
        elif mark in {"```", "~~~"}:
            fence = mark
        else:
            yield number, line
