"""``escrutinio simulate``: the complete record of an invented election, honest or attacked."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import explained_errors
from escrutinio.cli.options import language_option
from escrutinio.cli.progress import stage_printer

if TYPE_CHECKING:
    from escrutinio.operations.site_source import PageMaker
    from escrutinio.testing import Attack, Simulated, SimulatedElection

__all__ = ["simulate"]

_PATH = click.Path(path_type=Path)
_MAX_STATIONS = 100_000
#: A record is for everybody, as far as the user's umask allows; keys are for their owner.
_PUBLIC_MODE, _PRIVATE_MODE = 0o777, 0o700


@click.command(short_help="Make the record of an invented election, honest or attacked.")
@click.argument("out", type=_PATH, required=False)
@click.option(
    "--stations",
    type=click.IntRange(1, _MAX_STATIONS),
    default=2_000,
    show_default=True,
    help="Polling stations; 30026 is the shape of a real country.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    show_default=True,
    help="Another one gives another election.",
)
@click.option("--attack", "attack_name", metavar="NAME", help="Attack the record.")
@click.option("--site", "has_site", is_flag=True, help="Add the pages.")
@click.option("--list-attacks", is_flag=True, help="List the attacks and leave.")
@click.option("--keys", "keys_folder", type=_PATH, metavar="DIR", help="Keep everybody's keys.")
@click.option(
    "--election",
    "election_folder",
    type=_PATH,
    metavar="DIR",
    help="Keep the publisher's working folder.",
)
@language_option("answer")
def simulate(  # noqa: PLR0913, PLR0917  # one argument per option of the command
    out: Path | None,
    stations: int,
    seed: int,
    attack_name: str | None,
    has_site: bool,  # noqa: FBT001  # an option of the command
    list_attacks: bool,  # noqa: FBT001  # an option of the command
    keys_folder: Path | None,
    election_folder: Path | None,
    language: str,
) -> None:
    """Write the complete record of an invented election into the new folder OUT.

    OUT/record is the public folder, OUT/anchor.toml what a reader holds from elsewhere, OUT/held
    what a reader kept during the evening. The same number of stations and the same seed give the
    same bytes. Every key is derived from the seed: they are good for rehearsals alone. With
    --attack, OUT/attack.toml says what was done and which step of 'escrutinio verify' must notice;
    with --site too, the pages are those that such a publisher makes with each bulletin.

    Exit codes: 0 written; 2 a wrong argument, or a folder that cannot be written; 3 an attack that
    this election is too small for.
    """
    from escrutinio.site import load_language

    words = load_language(language)
    if list_attacks:
        _list_attacks(language)
        return
    if out is None:
        raise click.UsageError(words.word("simulate.no_folder"))
    from escrutinio.testing import find_attack, make_election

    with explained_errors(), ExitStack() as folders:
        attack = None if attack_name is None else find_attack(attack_name, stations)
        folder = folders.enter_context(_new_folder(out, _PUBLIC_MODE))
        keys, working = (
            None if path is None else folders.enter_context(_new_folder(path, _PRIVATE_MODE))
            for path in (keys_folder, election_folder)
        )
        folders.enter_context(stage_printer(language))("simulate")
        election = make_election(stations, seed)
        simulated = _write(folder, working, election, attack, has_site=has_site)
        if keys is not None:
            _store_keys(keys, election)
    _print(simulated, out, stations, attack, language)


def _print(
    simulated: Simulated, out: Path, stations: int, attack: Attack | None, language: str
) -> None:
    from escrutinio.publication.layout import FIRST_PAGE_NAME
    from escrutinio.site import load_language
    from escrutinio.testing import RECORD_FOLDER, verify_command

    words = load_language(language)
    click.echo(
        words.word(
            "simulate.done",
            entries=simulated.entries,
            bulletins=simulated.bulletins,
            stations=stations,
            path=str(out),
        )
    )
    if attack is not None:
        click.echo(
            words.word("simulate.attacked", attack=attack.name, what=_line(attack, language))
        )
        click.echo(words.word("simulate.caught", step=attack.step, place=simulated.place or ""))
    click.echo(words.word("simulate.verify", command=verify_command(str(out), attack)))
    first = out / RECORD_FOLDER / FIRST_PAGE_NAME
    if first.exists():
        click.echo(words.word("simulate.pages", path=str(first)))


def _write(
    out: Path,
    election_folder: Path | None,
    election: SimulatedElection,
    attack: Attack | None,
    *,
    has_site: bool,
) -> Simulated:
    from escrutinio.adapters.atomic_writing import store_files
    from escrutinio.adapters.election_folder import writing_workspace
    from escrutinio.adapters.record_folder import RecordFolder
    from escrutinio.testing import RECORD_FOLDER, workspace_in_memory
    from escrutinio.testing import simulate as run

    record = RecordFolder(out / RECORD_FOLDER)
    pages = _make_pages() if has_site else None
    if election_folder is None:
        simulated = run(election, record, workspace_in_memory(), attack, pages)
    else:
        with writing_workspace(election_folder) as workspace:
            simulated = run(election, record, workspace, attack, pages)
    for path in simulated.files:
        (out / path).parent.mkdir(exist_ok=True)
    store_files({out / path: data for path, data in simulated.files.items()})
    return simulated


def _make_pages() -> PageMaker:
    from escrutinio.site.results.site_maker import SiteMaker

    return SiteMaker()


def _store_keys(folder: Path, election: SimulatedElection) -> None:
    """Store the keys of the log, the witnesses and every signer of the definition."""
    from escrutinio.adapters.key_files import store_signing_key

    keys, trust = election.keys, election.definition.trust
    store_signing_key(folder / "log", keys.log.key)
    for witness in keys.witnesses:
        store_signing_key(folder / f"witness-{witness.name.partition('.')[0]}", witness.key)
    for signer in trust.signers if trust else ():
        store_signing_key(folder / signer.signer, keys.signer(signer.signer))


@contextmanager
def _new_folder(path: Path, mode: int) -> Iterator[Path]:
    """Give a folder to fill, which becomes ``path`` at the end, or vanishes on any failure."""
    from escrutinio.errors import AdapterError, Fault

    if path.exists() or path.is_symlink():
        remedy = "Name another folder, or remove it."
        raise AdapterError.of(Fault(str(path), "a folder that is not there yet", "one", remedy))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(str(path), "a folder to write", reason)) from None
    try:
        yield folder
        umask = os.umask(0)
        os.umask(umask)
        folder.chmod(mode & ~umask)
        folder.rename(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(str(path), "a folder to write", reason)) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _list_attacks(language: str) -> None:
    from escrutinio.testing import ATTACKS

    width = max(len(attack.name) for attack in ATTACKS)
    for attack in ATTACKS:
        click.echo(f"{attack.name:{width}}  {attack.step}  {_line(attack, language)}")


def _line(attack: Attack, language: str) -> str:
    return attack.es if language == "es" else attack.en
