"""``escrutinio keys``: make the keys of signers and logs.

A witness has its own command, because its key and its memory are made together.
"""

from __future__ import annotations

from pathlib import Path

import click

from escrutinio.cli.exit_codes import explained_errors

__all__ = ["keys"]

_KINDS = ("signer", "log")


@click.group(short_help="Make the keys of signers and logs.")
def keys() -> None:
    """Make the keys of signers and logs.

    A witness makes its own with 'escrutinio witness new-key'.
    """


@keys.command(short_help="Make a signing key that only its owner can read.")
@click.argument("name")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    default="signer",
    show_default=True,
    help="What it signs: entries, or the log's checkpoints.",
)
def new(name: str, file: Path, kind: str) -> None:
    """Make the signing key of NAME and store it in FILE, readable by its owner alone.

    The key itself is never shown, and a file that is there is never replaced. What is printed is
    public: of a signer its id and public key as they stand in signers.csv; of a log the line of a
    policy.

    Exit codes: 0 made; 2 FILE is there already or cannot be written; 3 NAME is no name of a key.
    """
    from escrutinio.adapters.key_files import create_signing_key
    from escrutinio.primitives.vkey import NoteSigner, encode_vkey, require_key_name

    with explained_errors():
        # Looked at before the file is made: its name would be taken for ever.
        require_key_name(name, "name of the key")
        key = create_signing_key(file)
        if kind == "signer":
            click.echo(f"{name},ROLE,SCOPE,{key.public.raw.hex()}")
            return
        click.echo(f"log {encode_vkey(NoteSigner(name, key).vkey)}")
