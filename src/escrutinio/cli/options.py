"""Options that many commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

__all__ = ["language_option"]


def language_option(what: str, name: str = "language") -> Callable[[Any], Any]:
    """Give the option ``--lang``.

    Args:
        what: whose language it is, for the help.
        name: of the command's argument.
    """
    return click.option(
        "--lang",
        name,
        type=click.Choice(["en", "es"]),
        default="en",
        show_default=True,
        help=f"Language of the {what}.",
    )
