"""Who may import what, beyond what a single contract in pyproject.toml can say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.architecture.tree import (
    PACKAGE,
    ROOT,
    files_in,
    package_folders,
    parse,
    read_toml,
    shown,
)

# Calls that reach outside, by the name they are called with: files, terminal, clock, code loading.
OUTSIDE_FUNCTIONS = {"__import__", "breakpoint", "input", "open", "print"}
OUTSIDE_METHODS = {"import_module", "now", "today", "utcnow"}


def _contract(identifier: str) -> dict[str, Any]:
    contracts = read_toml(ROOT / "pyproject.toml")["tool"]["importlinter"]["contracts"]
    return next(contract for contract in contracts if contract["id"] == identifier)


def _layers() -> list[set[str]]:
    """Give the layers of the contract, highest first, each as the names of its folders."""
    return [
        {name.strip(" ()") for name in layer.split("|")} for layer in _contract("layers")["layers"]
    ]


def _below_adapters() -> set[str]:
    layers = _layers()
    first = next(index for index, layer in enumerate(layers) if "adapters" in layer)
    return set().union(*layers[first + 1 :])


def _files_below_adapters() -> list[Path]:
    names = _below_adapters()
    return [
        path
        for path in files_in(PACKAGE, ".py")
        if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in names
    ]


def test_the_import_contracts_hold() -> None:
    """The contracts run with the tests, so that nobody can forget them."""
    answer = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_layer_below_the_adapters_is_kept_from_the_outside() -> None:
    """Two lists in pyproject.toml must not drift apart."""
    listed = {
        source.removeprefix("escrutinio.").removesuffix(".**")
        for source in _contract("no-input-or-output")["source_modules"]
    }
    assert listed == _below_adapters()


def test_a_folder_init_imports_only_from_its_own_folder() -> None:
    """An `__init__.py` re-exports; the contracts look at the other modules and rely on this."""
    problems = [
        f"{shown(init)} imports {module}"
        for init in (folder / "__init__.py" for folder in package_folders())
        if init.is_file()
        for module in _imported_modules(parse(init))
        if module != "__future__" and not f"{module}.".startswith(f"escrutinio.{init.parent.name}.")
    ]
    assert not problems, "\n".join(problems)


def _imported_modules(module: ast.Module) -> list[str]:
    """Name every module that a file imports; a relative import is named with its dots."""
    names = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." * node.level + (node.module or ""))
    return names


def test_nothing_below_the_adapters_calls_the_outside_world() -> None:
    """Files, the terminal and the clock arrive as arguments, so that a result is a function."""
    problems = [
        f"{shown(path, node.lineno)} calls {name}()"
        for path in _files_below_adapters()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and (name := _outside_call(node))
    ]
    assert not problems, "\n".join(problems)


def _outside_call(node: ast.Call) -> str | None:
    if isinstance(node.func, ast.Name) and node.func.id in OUTSIDE_FUNCTIONS:
        return node.func.id
    if isinstance(node.func, ast.Attribute) and node.func.attr in OUTSIDE_METHODS:
        return node.func.attr
    return None
