"""Every command of the program as Markdown, as its own help says it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from escrutinio.cli.main import main as program

__all__ = ["command_pages", "commands_of"]

PROGRAM = "escrutinio"
WIDTH = 90


def commands_of(
    command: click.Command = program, path: str = PROGRAM
) -> Iterator[tuple[str, click.Command]]:
    """Give every command below one, itself first, with its full name."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from commands_of(inner, f"{path} {name}")


def command_pages() -> str:
    """Give the help of every command."""
    return "\n\n".join(
        f"## {path}\n\n```text\n{_help(path, command)}\n```" for path, command in commands_of()
    )


def _help(path: str, command: click.Command) -> str:
    settings = dict(program.context_settings)
    context = click.Context(
        command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH, **settings
    )
    lines = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)
