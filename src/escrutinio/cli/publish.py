"""``escrutinio publish``: make the public record of an election, or bring it up to date."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import explained_errors
from escrutinio.cli.options import language_option
from escrutinio.cli.times import read_time

if TYPE_CHECKING:
    from escrutinio.operations import ElectionLog, Published
    from escrutinio.operations.publish import CosignatureSource
    from escrutinio.operations.site_source import PageMaker
    from escrutinio.site import Language

__all__ = ["publish"]

_PATH = click.Path(path_type=Path)


@click.command(short_help="Make the public record of an election, or bring it up to date.")
@click.argument("election", type=_PATH)
@click.argument("record", type=_PATH)
@click.option("--log-key", required=True, type=_PATH, metavar="FILE", help="Key of the log.")
@click.option(
    "--operator-key",
    required=True,
    type=_PATH,
    metavar="FILE",
    help="Key of an operator, for holds and the bulletin.",
)
@click.option("--at", metavar="TIME", help="Time of the bulletin; else now.")
@click.option(
    "--no-bulletin", is_flag=True, help="Publish the log, and late cosignatures, without a new one."
)
@click.option("--no-site", is_flag=True, help="Leave the pages of the site as they are.")
@click.option(
    "--claims", type=_PATH, metavar="FILE", help="Show these public claims with their verdicts."
)
@click.option("--no-claims", is_flag=True, help="Take the claims away.")
@click.option("--geometry", type=_PATH, metavar="FILE", help="Draw maps with this GeoJSON.")
@click.option("--no-geometry", is_flag=True, help="Take the geometry away.")
@click.option("--ask-witnesses", is_flag=True, help="Ask the witnesses that have an address.")
@language_option("answer")
def publish(  # noqa: PLR0913, PLR0917  # one argument per option of the command
    election: Path,
    record: Path,
    log_key: Path,
    operator_key: Path,
    at: str | None,
    no_bulletin: bool,  # noqa: FBT001  # an option of the command
    no_site: bool,  # noqa: FBT001  # an option of the command
    claims: Path | None,
    no_claims: bool,  # noqa: FBT001  # an option of the command
    geometry: Path | None,
    no_geometry: bool,  # noqa: FBT001  # an option of the command
    ask_witnesses: bool,  # noqa: FBT001  # an option of the command
    language: str,
) -> None:
    """Publish the log in the working folder ELECTION as the public record in the folder RECORD.

    Logs the holds that the check profile demands and a new bulletin, and writes what RECORD does
    not have yet: tiles, bulletin, exports, MANIFEST, the pages that changed, and the checkpoint
    last. Readers never see half of it. After a crash or a full disk the same command goes on.
    Witnesses are asked once and never waited for longer than ten seconds. For late cosignatures run
    it again, with --ask-witnesses and --no-bulletin. Look at the pages with 'escrutinio serve'.

    Claims and geometry stand in RECORD as they were given, and stay until others are given or they
    are taken away.

    Exit codes: 0 published; 2 a file cannot be read or written, or a wrong argument; 3 refused, or
    files that contradict each other.
    """
    from escrutinio.adapters.election_folder import writing_workspace
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.adapters.record_folder import RecordFolder
    from escrutinio.cli.given_inputs import GivenOptions, load_given
    from escrutinio.operations import open_election, publish_record
    from escrutinio.site import load_language

    with explained_errors():
        time_s = None if no_bulletin else read_time(at, "--at")
        given = load_given(
            GivenOptions("claims", claims, no_claims),
            GivenOptions("geometry", geometry, no_geometry),
            has_site=not no_site,
        )
        keys = load_signing_key(log_key), load_signing_key(operator_key)
        with writing_workspace(election) as workspace, _no_cycles():
            opened = open_election(workspace, keys[0])
            witnesses = _witnesses(opened) if ask_witnesses else None
            pages = None if no_site else _page_maker()
            published = publish_record(
                opened, RecordFolder(record), keys[1], time_s, witnesses, pages, given
            )
        _print(published, opened, record, load_language(language))


@contextlib.contextmanager
def _no_cycles() -> Iterator[None]:
    """Let Python's search for cycles rest: it looks through every entry again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _page_maker() -> PageMaker:
    # Loading it takes a tenth of a second, which a publication without pages does not wait for.
    from escrutinio.site.results.site_maker import SiteMaker

    return SiteMaker()


def _witnesses(election: ElectionLog) -> CosignatureSource:
    from escrutinio.adapters.ml_dsa import find_ml_dsa
    from escrutinio.adapters.witness_client import HttpWitnessAsker
    from escrutinio.log import decode_policy

    policy = decode_policy(election.ledger.policy.encode(), "policy")
    return HttpWitnessAsker(policy, find_ml_dsa())


def _print(published: Published, election: ElectionLog, record: Path, words: Language) -> None:
    from escrutinio.cli.log_text import witness_line
    from escrutinio.publication.layout import FIRST_PAGE_NAME

    entries = published.signed.checkpoint.size
    if published.number is None:
        click.echo(words.word("publish.log_only", entries=entries))
    else:
        key = "publish.bulletin" if published.is_new else "publish.no_new_bulletin"
        click.echo(words.word(key, number=published.number, entries=entries))
    if published.pages is not None:
        first = str(record / FIRST_PAGE_NAME)
        click.echo(words.word("publish.pages", pages=published.pages, path=first))
    if published.holds:
        click.echo(words.word("publish.holds", holds=published.holds))
    for departure in published.departures:
        click.echo(
            words.word(
                "publish.departure",
                step=departure.step,
                expected=departure.expected,
                found=departure.found,
            )
        )
    for outcome in published.asked.outcomes if published.asked else ():
        if outcome.reason:
            click.echo(
                words.word(
                    "publish.witness",
                    name=outcome.name,
                    answer=words.word(f"witness.{outcome.status.value}"),
                    reason=outcome.reason,
                )
            )
    click.echo(witness_line(published.signed, election.ledger.policy, words))
