"""``escrutinio serve``: look at the pages of a record on this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from escrutinio.cli.exit_codes import explained_errors
from escrutinio.cli.options import language_option
from escrutinio.cli.serving import serve_until_stopped

__all__ = ["serve"]

_PATH = click.Path(path_type=Path)
#: Nobody but this machine reaches it.
_HOST = "127.0.0.1"
_PORT = 8080
_MAX_PORT = 65_535


@click.command(short_help="Look at the pages of a public record in a browser on this machine.")
@click.argument("folder", metavar="RECORD", type=_PATH)
@click.option(
    "--port",
    type=click.IntRange(0, _MAX_PORT),
    default=_PORT,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@language_option("answer")
def serve(folder: Path, port: int, language: str) -> None:
    """Give out the public record in the folder RECORD to browsers on this machine.

    With the headers that a web server should send: what never changes is immutable to caches, all
    else is asked for again and sent when it changed. One line of JSON per request is written to
    standard error. For readers elsewhere copy the folder to any web server. Ends with Ctrl-C.

    Exit codes: 0 stopped; 2 wrong arguments, no such folder, or a port that cannot be used.
    """
    from escrutinio.adapters.record_reading import open_folder
    from escrutinio.service import HttpServer, RecordPreview
    from escrutinio.site import load_language
    from escrutinio.site.not_found_page import render_not_found
    from escrutinio.site.results.frame import CONTENT_POLICY

    words = load_language(language)
    with explained_errors():
        preview = RecordPreview(open_folder(folder), CONTENT_POLICY, render_not_found(words))
        with HttpServer((_HOST, port), preview.answer, 0, sys.stderr) as server:
            address = f"http://{_HOST}:{server.server_address[1]}/"
            click.echo(words.word("serve.serves", path=str(folder), address=address))
            serve_until_stopped(server)
