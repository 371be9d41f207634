"""``escrutinio log``: begin the log of an election, add entries, look at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import ExitCode, explained_errors
from escrutinio.cli.options import language_option
from escrutinio.cli.proposals import PROPOSALS

if TYPE_CHECKING:
    from escrutinio.operations import ElectionLog, Submission, SubmissionAnswer
    from escrutinio.site import Language

__all__ = ["log"]

_PATH = click.Path(path_type=Path)
_ELECTION = click.argument("election", type=_PATH)
_LOG_KEY = click.option(
    "--log-key", required=True, type=_PATH, metavar="FILE", help="Key of the log."
)
_LANGUAGE = language_option("answer")
_REASONS = ("copying", "arithmetic", "legibility", "recount", "ruling")
_RECEIPTS = click.option(
    "--receipts",
    type=_PATH,
    metavar="DIR",
    help="Folder for the receipt of each entry, <digest>.tlog-proof.",
)


@click.group(short_help="Begin the log of an election, add entries, look at it.")
def log() -> None:
    """Begin the log of an election, add entries, look at it.

    ELECTION is the private working folder of the election's publisher. 'escrutinio publish' makes
    the public record from it.
    """


for _command in PROPOSALS:
    log.add_command(_command)


@log.command(short_help="Begin the log of an election.")
@_ELECTION
@click.option(
    "--definition",
    "definition_path",
    required=True,
    type=_PATH,
    metavar="DIR",
    help="Folder with definition.json, version 2.",
)
@_LOG_KEY
@click.option(
    "--operator-key", required=True, type=_PATH, metavar="FILE", help="Key of an operator."
)
@_LANGUAGE
def create(
    election: Path, definition_path: Path, log_key: Path, operator_key: Path, language: str
) -> None:
    """Begin the log of an election in the new folder ELECTION.

    The definition is copied there and is frozen from now on; the first entry of the log names it.
    After a crash the same command goes on.

    Exit codes: 0 begun; 2 a file is missing or cannot be written; 3 no definition of version 2,
    other keys than it names, or a log that has begun already.
    """
    from escrutinio.adapters import load_definition_files
    from escrutinio.adapters.election_folder import writing_workspace
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.operations import begin_election
    from escrutinio.site import load_language

    with explained_errors():
        files = load_definition_files(definition_path)
        keys = load_signing_key(log_key), load_signing_key(operator_key)
        with writing_workspace(election) as workspace:
            begun = begin_election(workspace, files, *keys)
            begun.save()
        words = load_language(language)
        click.echo(
            words.word(
                "log.created",
                identity=str(begun.definition.identity),
                origin=begun.writer.signer.name,
            )
        )


@log.command(short_help="Add signed entries.")
@_ELECTION
@click.argument("files", nargs=-1, required=True, metavar="FILES...", type=_PATH)
@_LOG_KEY
@click.option("--skip-refused", is_flag=True, help="Add the others when some are refused.")
@_RECEIPTS
@_LANGUAGE
def append(
    election: Path,
    files: tuple[Path, ...],
    log_key: Path,
    skip_refused: bool,  # noqa: FBT001  # an option of the command
    receipts: Path | None,
    language: str,
) -> None:
    """Add the signed entries in FILES to the log of ELECTION.

    A file holds one entry as bytes, or the texts of QR codes, one per line; of a folder all files
    are taken, by name. Nothing is added when any is refused, unless --skip-refused is given. An
    entry that is there already is reported with its place.

    Exit codes: 0 all are in the log; 2 a file cannot be read, or the folder cannot be written; 3
    some were refused.
    """
    from escrutinio.operations import submit_entries
    from escrutinio.site import load_language

    with explained_errors():
        submissions = _read_submissions(files)
        answers = _submit(
            election,
            log_key,
            lambda opened: submit_entries(opened, submissions, skip_refused=skip_refused),
            receipts,
        )
        words = load_language(language)
        _print_answers(answers, words)
        _print_counts(answers, words)


@log.command(short_help="Add the sheets that a source read from copies.")
@_ELECTION
@click.argument("sheets", nargs=-1, required=True, metavar="SHEETS...")
@click.option(
    "--profile",
    "profile_path",
    required=True,
    type=_PATH,
    metavar="FILE",
    help="Import profile of SHEETS.",
)
@click.option("--source-key", required=True, type=_PATH, metavar="FILE", help="Key of the source.")
@_LOG_KEY
@click.option(
    "--rolls",
    "rolls_path",
    metavar="FILE",
    help="The source's registered voters per station, for rows that show none.",
)
@click.option(
    "--rolls-profile",
    "rolls_profile_path",
    type=_PATH,
    metavar="FILE",
    help="Import profile of the rolls; else the one that --profile names.",
)
@click.option(
    "--correct",
    "reason",
    type=click.Choice(_REASONS),
    help="Why rows say something else than the source's earlier reading; they correct it.",
)
@_RECEIPTS
@_LANGUAGE
def transcribe(  # noqa: PLR0913, PLR0917  # one argument per option of the command
    election: Path,
    sheets: tuple[str, ...],
    profile_path: Path,
    source_key: Path,
    log_key: Path,
    rolls_path: str | None,
    rolls_profile_path: Path | None,
    reason: str | None,
    receipts: Path | None,
    language: str,
) -> None:
    """Add each row of SHEETS to the log of ELECTION as a transcribed sheet of one source.

    SHEETS are one or more files: CSV, gzipped CSV or Parquet, '-' for standard input. They are
    read as 'escrutinio check' reads them. A row that is there already is not added again. A row
    that says something else than the same source said before is refused, and nothing is added;
    with --correct it becomes a correction of that reading, which counts in its place from the
    next bulletin on. What was read before stays in the log. With --rolls, rows without registered
    voters take them from another table of the source, and its key signs for them too.

    Exit codes: 0 all are in the log; 2 a file cannot be read or written, or a wrong profile; 3
    unreadable data, or sheets that were refused.
    """
    from escrutinio.adapters import load_definition
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.cli.table_inputs import TableInputs, receive_table
    from escrutinio.operations import read_transcriptions, submit_readings
    from escrutinio.sheet.tally_sheet import CorrectionReason
    from escrutinio.site import load_language
    from escrutinio.tabulation import FileRole

    with explained_errors():
        definition = load_definition(election / "definition")
        inputs = TableInputs(definition)
        profile = inputs.load_profile(profile_path, FileRole.PROFILE)
        rolls = inputs.load_rolls(rolls_path, rolls_profile_path, profile_path, profile)
        key = load_signing_key(source_key)
        received = [receive_table(path) for path in sheets]
        rows = read_transcriptions(received, definition, profile, rolls)
        why = None if reason is None else CorrectionReason[reason.upper()]
        answers = _submit(
            election,
            log_key,
            lambda opened: submit_readings(opened, rows, key, why),
            receipts,
        )
        words = load_language(language)
        _print_answers([answer for answer in answers if answer.is_refused], words)
        if corrections := sum(answer.is_correction for answer in answers):
            click.echo(words.word("log.corrections", number=corrections))
        _print_counts(answers, words)


@log.command(short_help="Say what is in the log.")
@_ELECTION
@_LANGUAGE
def show(election: Path, language: str) -> None:
    """Say what is in the log of ELECTION: entries by kind, bulletins, proposals, witnesses.

    Exit codes: 0 shown; 2 no such folder; 3 the log contradicts itself or its key.
    """
    from escrutinio.adapters.election_folder import open_workspace
    from escrutinio.cli.log_text import log_lines
    from escrutinio.operations import view_election
    from escrutinio.site import load_language

    with explained_errors():
        workspace = open_workspace(election)
        view = view_election(workspace)
        for line in log_lines(view, load_language(language)):
            click.echo(line)


@log.command(short_help="Write the lines that readers hold from elsewhere.")
@_ELECTION
@click.argument("file", type=_PATH)
@_LANGUAGE
def anchor(election: Path, file: Path, language: str) -> None:
    """Write the trust anchor of ELECTION to FILE: identity, key of the log, witnesses.

    The key and the witnesses are those in force, as amendments have changed them. Give the file to
    readers by another way than the record: on posters, in newspapers, through parties.

    Exit codes: 0 written; 2 no such folder, or FILE cannot be written; 3 no definition with trust.
    """
    from escrutinio.adapters import store_files
    from escrutinio.adapters.election_folder import open_workspace
    from escrutinio.operations import find_anchor
    from escrutinio.publication import encode_anchor
    from escrutinio.site import load_language

    with explained_errors():
        made = find_anchor(open_workspace(election))
        store_files({file: encode_anchor(made)})
        click.echo(load_language(language).word("log.anchor_written", path=str(file)))


def _read_submissions(paths: Sequence[Path]) -> list[Submission]:
    """Read entries and QR texts; every file that cannot be taken is named at once."""
    from escrutinio.errors import Fault, MalformedError

    submissions: list[Submission] = []
    faults: list[Fault] = []
    for path in paths:
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            try:
                submissions += _read_file(file)
            except MalformedError as error:
                faults += error.faults
    if faults:
        raise MalformedError.of(*faults)
    return submissions


def _read_file(file: Path) -> list[Submission]:
    from escrutinio.adapters import read_bounded
    from escrutinio.log import MAX_ENTRY_BYTES
    from escrutinio.operations import Submission
    from escrutinio.sheet.qr_text import QR_PREFIX, decode_qr_text

    data = read_bounded(file, MAX_ENTRY_BYTES)
    if not data.startswith(QR_PREFIX.encode()):
        return [Submission(str(file), data)]
    lines = data.decode("ascii", errors="replace").splitlines()
    names = [
        str(file) if len(lines) == 1 else f"{file}: line {n}" for n in range(1, len(lines) + 1)
    ]
    return [
        Submission(name, decode_qr_text(line, name))
        for name, line in zip(names, lines, strict=True)
    ]


def _submit(
    election: Path,
    log_key: Path,
    submit: Callable[[ElectionLog], Sequence[SubmissionAnswer]],
    receipts: Path | None,
) -> Sequence[SubmissionAnswer]:
    from escrutinio.adapters.election_folder import writing_workspace
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.operations import open_election

    key = load_signing_key(log_key)
    with writing_workspace(election) as workspace:
        opened = open_election(workspace, key)
        answers = submit(opened)
        if any(answer.is_new for answer in answers):
            opened.save()
        if receipts is not None:
            _store_receipts(opened, answers, receipts)
    return answers


def _print_answers(answers: Sequence[SubmissionAnswer], words: Language) -> None:
    for answer in answers:
        for fault in answer.faults:
            click.echo(words.word("log.refused", reason=str(fault)), err=True)
        if answer.index is not None:
            key = "log.appended" if answer.is_new else "log.known"
            click.echo(words.word(key, name=answer.name, place=str(answer.index)))


def _print_counts(answers: Sequence[SubmissionAnswer], words: Language) -> None:
    """Say how many entries are new, known and refused; end with an error when some are."""
    counts = {
        "new": sum(answer.is_new for answer in answers),
        "known": sum(answer.index is not None and not answer.is_new for answer in answers),
        "refused": sum(answer.is_refused for answer in answers),
    }
    click.echo(words.word("log.counts", **counts))
    if counts["refused"]:
        sys.exit(ExitCode.UNREADABLE)


def _store_receipts(
    election: ElectionLog, answers: Sequence[SubmissionAnswer], folder: Path
) -> None:
    from escrutinio.adapters import store_files
    from escrutinio.errors import AdapterError, Fault
    from escrutinio.operations import make_receipts

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AdapterError.of(Fault(str(folder), "a folder for receipts", reason)) from None
    places = [answer.index for answer in answers if answer.index is not None]
    receipts = make_receipts(election, places)
    store_files({folder / name: data for name, data in receipts.items()})
