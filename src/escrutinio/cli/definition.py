"""``escrutinio definition``: check and seal the definition of an election."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import ExitCode, explained_errors
from escrutinio.cli.options import language_option

if TYPE_CHECKING:
    from escrutinio.definition import Definition, DefinitionFiles, Role, Trust
    from escrutinio.primitives import Message
    from escrutinio.site import Language

__all__ = ["definition"]

_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
_LANGUAGE = language_option("answer")


@click.group(short_help="Check and seal the definition of an election.")
def definition() -> None:
    """Check or seal the definition of an election."""


@definition.command(short_help="Name every fault of a definition.")
@_FOLDER
@_LANGUAGE
def check(folder: Path, language: str) -> None:
    """Check the definition in the folder DIR and name every fault of it.

    Exit codes: 0 it is a definition; 2 the folder or one of its files is missing; 3 it is not a
    definition.
    """
    from escrutinio.adapters import load_definition_files

    words = _words_for(folder, language)
    with explained_errors():
        read = _decode(load_definition_files(folder))
        _show(words, "definition.ok", read)


@definition.command(short_help="Write a definition in its one spelling, with its digests.")
@_FOLDER
@_LANGUAGE
def seal(folder: Path, language: str) -> None:
    """Write the definition in the folder DIR in its one spelling, with its digests.

    Reads definition.draft.json if there is one, else definition.json, with divisions.csv and, if
    they are there, stations.csv and signers.csv; writes definition.json and the tables.

    Exit codes: 0 sealed; 2 the folder or one of its files is missing, or cannot be written; 3
    there are faults that only the author can mend, and nothing was written.
    """
    from escrutinio.adapters import load_definition_files, store_definition_files
    from escrutinio.adapters.definition_files import find_document
    from escrutinio.definition import seal_definition

    words = _words_for(folder, language)
    with explained_errors():
        name = find_document(folder)
        draft = load_definition_files(folder, document_name=name)
        files = seal_definition(
            draft.definition, draft.divisions, draft.stations, draft.signers, document_name=name
        )
        # Decoded before anything is written: what is stored is what every reader accepts.
        sealed = _decode(files)
        store_definition_files(folder, files)
        _show(words, "definition.sealed", sealed)


def _words_for(folder: Path, language: str) -> Language:
    """Load the words, and leave at once when there is nothing to speak about."""
    from escrutinio.primitives import say
    from escrutinio.site import load_language

    words = load_language(language)
    if not folder.exists():
        message = words.text(say("definition.no_folder", path=str(folder)))
        click.echo(f"escrutinio: {message}", err=True)
        sys.exit(ExitCode.USAGE)
    return words


def _decode(files: DefinitionFiles) -> Definition:
    """Read a definition whose check profile and policy the later stages can read too.

    It is frozen when its identity is printed; a slip found when the log is opened is too late.
    """
    from escrutinio.definition import DEFINITION_NAME, check_definition, decode_definition
    from escrutinio.errors import MalformedError
    from escrutinio.log import decode_policy
    from escrutinio.sheet import known_checks, known_limits

    faults = check_definition(files, known_limits=known_limits(), known_checks=known_checks())
    if faults:
        raise MalformedError.of(*faults)
    read = decode_definition(files)
    if read.trust is not None:
        decode_policy(read.trust.policy.encode(), f"{DEFINITION_NAME}: trust.policy")
    return read


def _show(words: Language, key: str, read: Definition) -> None:
    click.echo(words.text(_summary(key, read)))
    if read.trust is not None:
        click.echo(words.text(_trust_summary(read.trust)))


def _summary(key: str, read: Definition) -> Message:
    from escrutinio.primitives import say

    stations = say("definition.stations_unlisted")
    if read.stations is not None:
        stations = _counted("stations", len(read.stations))
    return say(
        key,
        names=read.names,
        identity=read.identity,
        contests=_counted("contests", len(read.contests)),
        divisions=_counted("divisions", len(read.divisions)),
        stations=stations,
    )


def _trust_summary(trust: Trust) -> Message:
    """Say how many keys are enrolled in each role, and how many signers must agree."""
    from collections import Counter

    from escrutinio.definition import Role
    from escrutinio.primitives import say

    counts = Counter(signer.role for signer in trust.signers)
    return say(
        "definition.trust",
        signers=tuple(_role_of(role, counts[role]) for role in Role if counts[role]),
        required=tuple(_role_of(role, number) for role, number in trust.required.items()),
    )


def _role_of(role: Role, count: int) -> Message:
    from escrutinio.primitives import say

    name = say(f"definition.role.{role.value}")
    return say("definition.role", role=name, count=count)


def _counted(what: str, count: int) -> Message:
    from escrutinio.primitives import say

    return say(f"definition.{what}_one" if count == 1 else f"definition.{what}", count=count)
