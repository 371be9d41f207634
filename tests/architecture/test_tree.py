"""The shape of the source tree, as the house style asks for it."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import PACKAGE, ROOT, files_in, package_folders, parse, shown

MAX_README_LINES = 10
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60

# One file on purpose: whoever wants to check the program carries it away and reads it from the top.
MAX_LINES_OF_THE_SECOND_READER = 1600
SECOND_READER = ROOT / "tools" / "verify_record.py"

# A browser loads no modules from `file:`, so the verifier of the page is one script too, in
# sections; it has outcomes, sources of files and the page beside what the second reader has.
MAX_LINES_OF_THE_BROWSER_VERIFIER = 5000
BROWSER_VERIFIER = ROOT / "src" / "escrutinio" / "site" / "assets" / "verify.js"
LONGER_FILES = {
    SECOND_READER: MAX_LINES_OF_THE_SECOND_READER,
    BROWSER_VERIFIER: MAX_LINES_OF_THE_BROWSER_VERIFIER,
}

CODE_FOLDERS = [
    folder
    for name in ("src", "tests", "benchmarks", "tools", "scripts")
    if (folder := ROOT / name).is_dir()
]


def test_every_folder_says_in_ten_lines_what_it_is_for() -> None:
    """A reader finds purpose, allowed imports and first file without opening any code."""
    problems = []
    for folder in package_folders():
        readme = folder / "README.md"
        if not readme.is_file():
            problems.append(f"{shown(folder)} has no README.md")
            continue
        lines = readme.read_text(encoding="utf-8").splitlines()
        if not 1 < len(lines) <= MAX_README_LINES:
            problems.append(f"{shown(readme)} has {len(lines)} lines, not 2 to {MAX_README_LINES}")
    assert not problems, "\n".join(problems)


def test_every_folder_names_its_public_names() -> None:
    """What other folders may use is a list that one can read and review."""
    problems = []
    for folder in package_folders():
        init = folder / "__init__.py"
        if not init.is_file():
            problems.append(f"{shown(folder)} has no __init__.py")
        elif "__all__" not in _assigned_names(parse(init)):
            problems.append(f"{shown(init)} has no __all__")
    assert not problems, "\n".join(problems)


def _assigned_names(module: ast.Module) -> set[str]:
    return {
        target.id
        for statement in module.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        )
        if isinstance(target, ast.Name)
    }


def test_the_package_says_it_is_typed() -> None:
    """Without this file type checkers ignore our annotations in other projects."""
    assert (PACKAGE / "py.typed").is_file()


def test_no_file_is_longer_than_500_lines() -> None:
    """One concept per file; a longer file holds more than one."""
    problems = []
    for folder in CODE_FOLDERS:
        for path in files_in(folder, ".py", ".js", ".sh", ".j2", ".html"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            most = LONGER_FILES.get(path, MAX_FILE_LINES)
            if lines > most:
                problems.append(f"{shown(path)} has {lines} lines, at most {most}")
    assert not problems, "\n".join(problems)


def test_no_function_is_longer_than_60_lines() -> None:
    """A function is read in one look, its docstring included."""
    problems = []
    for folder in CODE_FOLDERS:
        for path in files_in(folder, ".py"):
            for node in ast.walk(parse(path)):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    if lines > MAX_FUNCTION_LINES:
                        problems.append(
                            f"{shown(path, node.lineno)} {node.name} has {lines} lines, "
                            f"at most {MAX_FUNCTION_LINES}"
                        )
    assert not problems, "\n".join(problems)


def test_no_file_imports_everything_from_another() -> None:
    """After `import *` nobody can say where a name comes from."""
    problems = [
        f"{shown(path, node.lineno)} imports * from {node.module}"
        for folder in CODE_FOLDERS
        for path in files_in(folder, ".py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names)
    ]
    assert not problems, "\n".join(problems)


def test_every_ignored_type_error_has_a_code_and_a_reason() -> None:
    """An ignored error without a reason is a guess that nobody can check later.

    The form is ``# type: ignore[code]  # reason``.
    """
    marker = "type: " + "ignore"
    good = re.compile(rf"# {marker}\[[a-z0-9, -]+\]  # \S.+")
    problems = [
        f"{shown(path, number)}: {line.strip()}"
        for folder in CODE_FOLDERS
        for path in files_in(folder, ".py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(rf"#\s*{marker}", line) and not good.search(line)
    ]
    assert not problems, "\n".join(problems)
