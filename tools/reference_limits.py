"""Exit codes, kinds of errors, and every named limit of the program, as Markdown."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from escrutinio import errors
from escrutinio.cli.exit_codes import ExitCode

__all__ = ["error_kinds", "exit_codes", "limits"]

PACKAGE = Path(errors.__file__).parent
LIMIT_NAME = re.compile(r"^(MAX|MOST|LEAST)_[A-Z_]+$")
KIBIBYTE = 1024

#: What each exit code means; a code that is not here has no meaning yet.
MEANINGS = {
    ExitCode.OK: "no claim is contradicted; for `definition`: it is a definition, or it was sealed",
    ExitCode.CONTRADICTED: "some claim is contradicted",
    ExitCode.USAGE: "the arguments or the import profile are wrong, or a path cannot be opened "
    "or written",
    ExitCode.UNREADABLE: "a file was read and is not what it should be, or something could not "
    "be checked",
}


def exit_codes() -> str:
    """Give a table of the exit codes."""
    rows = ["| code | meaning |", "| --- | --- |"]
    rows += [f"| {code.value} | {MEANINGS[code]} |" for code in ExitCode]
    return "\n".join(rows)


def error_kinds() -> str:
    """Give a table of the kinds of errors, from their docstrings."""
    rows = ["| kind | when |", "| --- | --- |"]
    for name in errors.__all__:
        kind = getattr(errors, name)
        if kind is errors.ElectionRecordError or not issubclass(kind, errors.ElectionRecordError):
            continue
        summary = (kind.__doc__ or "").splitlines()[0]
        rows.append(f"| `{name}` | {summary} |")
    return "\n".join(rows)


def limits() -> str:
    """Give a table of every named limit: its value, where it stands, what it is for."""
    rows = ["| limit | value | where | what it bounds |", "| --- | --- | --- | --- |"]
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix()
        for name, comment in _limits_in(path):
            value = getattr(importlib.import_module(_dotted(module)), name)
            rows.append(f"| `{name}` | {_shown(name, value)} | `{module}.py` | {comment} |")
    return "\n".join(rows)


def _dotted(module: str) -> str:
    return "escrutinio." + module.replace("/", ".").removesuffix(".__init__")


def _limits_in(path: Path) -> Iterator[tuple[str, str]]:
    """Give the limits a module defines, with the comment above each."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if LIMIT_NAME.match(name):
                yield name, _comment_above(lines, node.lineno - 1)


def _comment_above(lines: list[str], index: int) -> str:
    comment: list[str] = []
    while index and lines[index - 1].startswith("#:"):
        index -= 1
        comment.insert(0, lines[index].removeprefix("#:").strip())
    # The cell of a table ends at the next bar.
    return " ".join(comment).replace("``", "`").replace("|", "\\|")


def _shown(name: str, value: int) -> str:
    if name.endswith("_BYTES"):
        for unit, size in (("MiB", KIBIBYTE**2), ("KiB", KIBIBYTE)):
            if value % size == 0:
                return f"{value // size} {unit}"
    return f"{value:,}"
