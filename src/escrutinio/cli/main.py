"""The command ``escrutinio``: finds the command asked for and loads only that one."""

from __future__ import annotations

import importlib

import click

from escrutinio import __version__

__all__ = ["main"]

#: Command name to (module, object, one-line help). Modules are imported when they are called.
COMMANDS = {
    "check": (
        "escrutinio.cli.check",
        "check",
        "Recompute a result from its tally sheets and test the claims about it.",
    ),
    "definition": (
        "escrutinio.cli.definition",
        "definition",
        "Check and seal the definition of an election.",
    ),
    "keys": (
        "escrutinio.cli.keys",
        "keys",
        "Make the keys of signers, logs and witnesses.",
    ),
    "log": (
        "escrutinio.cli.log",
        "log",
        "Begin the log of an election, add entries, look at it.",
    ),
    "publish": (
        "escrutinio.cli.publish",
        "publish",
        "Make the public record of an election, or bring it up to date.",
    ),
    "serve": (
        "escrutinio.cli.serve",
        "serve",
        "Look at the pages of a public record in a browser on this machine.",
    ),
    "sheet": (
        "escrutinio.cli.sheet",
        "sheet",
        "Sign, print, read and verify tally sheets.",
    ),
    "verify": (
        "escrutinio.cli.verify",
        "verify",
        "Verify a public record from outside, step by step.",
    ),
    "simulate": (
        "escrutinio.cli.simulate",
        "simulate",
        "Make the record of an invented election, honest or attacked.",
    ),
    "witness": (
        "escrutinio.cli.witness",
        "witness",
        "Be a witness of a log, or ask the witnesses of one.",
    ),
}


class _Lazy(click.Group):
    """A group whose commands are imported on use; their help lines stand in the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands by name."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in sorted(COMMANDS)])


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="escrutinio")
def main() -> None:
    """Check an election count with nothing but files.

    Exit codes of check and verify: 0 nothing contradicted; 1 something contradicted; 2 wrong
    arguments; 3 unreadable or malformed data, or not everything could be checked. Each command says
    what its own mean.
    """
