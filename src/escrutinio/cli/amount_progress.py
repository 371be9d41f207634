"""Progress of work whose amount is known: how much is done, and how long the rest will take.

The estimate is the rate so far, of the whole stage. Nothing is shown when standard error is not a
terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["AmountProgress", "amount_printer"]

#: Told the name of a stage, how much of it is done, and how much there is in all (0: unknown).
AmountProgress: TypeAlias = Callable[[str, int, int], None]

#: Longer than anything takes: the rate is that of the whole stage, not of the last moments.
_RATE_OVER_S = 86_400


@contextmanager
def amount_printer(lang: str) -> Iterator[AmountProgress]:
    """Give the function that is told how far the work is, and clear the line at the end."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Display

    from escrutinio.site import load_language

    language = load_language(lang)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Display(
        *columns, console=console, transient=True, speed_estimate_period=_RATE_OVER_S
    ) as display:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    display.update(task, visible=False)
                tasks[stage] = display.add_task(language.word(f"progress.{stage}"), total=None)
            display.update(tasks[stage], completed=done, total=total or None)

        yield show
