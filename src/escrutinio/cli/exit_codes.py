"""Exit codes and how errors reach the user: every fault on a line of its own, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import click

from escrutinio.errors import AdapterError, ElectionRecordError, UsageError

__all__ = ["ExitCode", "explained_errors"]


class ExitCode(IntEnum):
    """What a command answers with."""

    OK = 0
    CONTRADICTED = 1
    USAGE = 2
    UNREADABLE = 3


@contextmanager
def explained_errors() -> Iterator[None]:
    """Turn the package's own errors into lines on standard error and an exit code."""
    try:
        yield
    except ElectionRecordError as error:
        lines = [str(fault) for fault in error.faults] or [str(error)]
        for line in lines:
            click.echo(f"escrutinio: {_printable(line)}", err=True)
        sys.exit(_code_of(error))
    except MemoryError:
        click.echo("escrutinio: expected enough memory for this input, found none left", err=True)
        sys.exit(ExitCode.UNREADABLE)
    except KeyboardInterrupt:
        click.echo("escrutinio: stopped; nothing was written", err=True)
        sys.exit(130)


def _code_of(error: ElectionRecordError) -> ExitCode:
    # A path that cannot be opened or written is a wrong argument, not bad data.
    return ExitCode.USAGE if isinstance(error, UsageError | AdapterError) else ExitCode.UNREADABLE


def _printable(line: str) -> str:
    """Keep control characters of hostile input away from the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in line)
