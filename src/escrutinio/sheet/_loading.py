"""Public names of a folder, loaded when they are first asked for (PEP 562)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

__all__ = ["load_name"]


def load_name(folder: str, modules: Mapping[str, str], name: str) -> object:
    """Give what a folder calls by a name.

    Args:
        folder: its package.
        modules: each public name, and the module of the folder that has it.
        name: which one.

    Raises:
        AttributeError: no such name.
    """
    if name not in modules:
        message = f"module {folder!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{folder}.{modules[name]}"), name)
