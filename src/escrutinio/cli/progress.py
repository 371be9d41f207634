"""Progress of long work, on a terminal only: the stage that runs and how long it has taken.

Nothing is shown when standard error is not a terminal, so that logs and pipes stay clean. The
library that draws is loaded only when there is a terminal to draw on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

__all__ = ["Progress", "stage_printer"]

#: Told the name of each stage when it begins.
Progress: TypeAlias = Callable[[str], None]


@contextmanager
def stage_printer(lang: str) -> Iterator[Progress]:
    """Give the function that is told the stages, and clear the line at the end."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        Progress as Display,
    )
    from rich.progress import (
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    from escrutinio.site import load_language

    language = load_language(lang)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Display(*columns, console=Console(stderr=True), transient=True) as display:
        task = display.add_task("")

        def show(stage: str) -> None:
            display.update(task, description=language.word(f"progress.{stage}"))

        yield show
