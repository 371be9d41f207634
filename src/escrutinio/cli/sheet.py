"""``escrutinio sheet``: sign, print, read and verify tally sheets, on paper and as files."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import ExitCode, explained_errors
from escrutinio.cli.options import language_option
from escrutinio.errors import (
    ElectionRecordError,
    Fault,
    MalformedError,
    RefusedError,
    UsageError,
    VerificationError,
)

if TYPE_CHECKING:
    import polars as pl

    from escrutinio.cli.sheet_inputs import ReceivedSheet
    from escrutinio.definition import Definition
    from escrutinio.operations.verify_sheet import OpenedSheet
    from escrutinio.primitives.keys import PublicKey
    from escrutinio.sheet.printed import PrintedSheet
    from escrutinio.site import Language

__all__ = ["sheet"]

#: Digits of the entry's digest in the name of a file.
_NAME_DIGITS = 16

_FILE = click.Path(path_type=Path)
_DEFINITION = click.option(
    "--definition",
    "folder",
    required=True,
    type=_FILE,
    metavar="DIR",
    help="Folder with definition.json.",
)
_LANGUAGE = language_option("words", "lang")


@click.group(short_help="Sign, print, read and verify tally sheets.")
def sheet() -> None:
    """Sign, print, read and verify tally sheets.

    A SHEET is the file of a signed sheet, a file with the text of its QR code, a photo or scan of
    its paper (PNG, JPEG, PDF), '-' for standard input, or the text 'ESC1:...' itself.
    """


@sheet.command(short_help="Sign the figures of a sheet.")
@click.argument("figures", type=_FILE)
@_DEFINITION
@click.option(
    "--key", "key_path", required=True, type=_FILE, metavar="FILE", help="Signing key (PEM)."
)
@click.option(
    "--out", type=_FILE, metavar="FILE", help="Signed sheet; else FIGURES with the end .sheet."
)
@click.option("--qr-text", is_flag=True, help="Print the text of the QR code as well.")
@_LANGUAGE
def sign(
    figures: Path, folder: Path, key_path: Path, out: Path | None, *, qr_text: bool, lang: str
) -> None:
    """Sign the figures of a sheet, written down in the TOML file FIGURES.

    Prints the short digest in words and what the checks find; a finding hinders nothing.

    Exit codes: 0 signed; 2 a file cannot be opened or written; 3 FIGURES are not figures of a sheet
    of this election.
    """
    from escrutinio.adapters import read_bounded, store_files
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.operations.verify_sheet import check_one_sheet, open_sheet
    from escrutinio.sheet.figures_file import MAX_FIGURES_FILE_BYTES, decode_figures
    from escrutinio.sheet.qr_text import encode_qr_text
    from escrutinio.sheet.signed import sign_sheet
    from escrutinio.site import load_language

    with explained_errors():
        definition = _load_definition(folder)
        data = read_bounded(figures, MAX_FIGURES_FILE_BYTES)
        said = decode_figures(data, str(figures), definition)
        entry = sign_sheet(said, load_signing_key(key_path))
        target = out or figures.with_suffix(".sheet")
        _refuse_other_bytes(target, entry)
        store_files({target: entry})
        language = load_language(lang)
        click.echo(language.word("sheet.signed", path=str(target)))
        opened = open_sheet(entry, definition, str(target))
        _echo_digest(entry, language)
        _echo_findings(check_one_sheet(opened), language)
        if qr_text:
            click.echo(encode_qr_text(entry))


@sheet.command("print", short_help="Print a signed sheet as PDF.")
@click.argument("source", metavar="SHEET")
@_DEFINITION
@click.option("--out", required=True, type=_FILE, metavar="FILE", help="PDF file to write.")
@click.option(
    "--paper",
    type=click.Choice(["a4", "roll"]),
    default="a4",
    show_default=True,
    help="A4, or a thermal roll 80 mm wide.",
)
@_LANGUAGE
def print_(source: str, folder: Path, out: Path, paper: str, lang: str) -> None:
    """Print a signed SHEET as PDF, with its QR code, its words and lines for pens.

    Its signature is not checked here; that is what 'verify' does with the paper.

    Exit codes: 0 printed; 2 a file cannot be opened or written, or packages are missing; 3 not one
    signed sheet of this election.
    """
    from escrutinio.adapters import store_files
    from escrutinio.cli.sheet_inputs import paper_packages, receive_sheets
    from escrutinio.operations.verify_sheet import open_sheet
    from escrutinio.sheet.printed import Paper
    from escrutinio.sheet.qr_text import encode_qr_text
    from escrutinio.site import load_language

    with explained_errors():
        with paper_packages():
            from escrutinio.adapters.sheet_pdf import render_sheet_pdf
        definition = _load_definition(folder)
        received = _only_one(receive_sheets(source), source)
        opened = open_sheet(received.entry, definition, received.where)
        language = load_language(lang)
        text = encode_qr_text(received.entry)
        store_files({out: render_sheet_pdf(_worded(opened, language), text, Paper(paper))})
        click.echo(language.word("sheet.printed", path=str(out)))


@sheet.command(short_help="Read signed sheets from photos, scans and files.")
@click.argument("sources", metavar="SHEET...", nargs=-1, required=True)
@_DEFINITION
@click.option(
    "--out-dir", type=_FILE, metavar="DIR", help="Folder in which each sheet becomes a file."
)
@_LANGUAGE
def read(sources: tuple[str, ...], folder: Path, out_dir: Path | None, lang: str) -> None:
    """Read every signed SHEET and show its figures under their names.

    Signatures are not checked here; that is what 'verify' does.

    Exit codes: 0 all read; 2 a file cannot be opened or written, or packages are missing; 3 some
    SHEET holds no signed sheet of this election that can be read.
    """
    from escrutinio.adapters import store_files
    from escrutinio.adapters.atomic_writing import make_folder
    from escrutinio.cli.sheet_text import sheet_lines
    from escrutinio.operations.verify_sheet import open_sheet
    from escrutinio.site import load_language

    language = load_language(lang)
    with explained_errors():
        definition = _load_definition(folder)
    answers = _Answers(contradictions=())
    was_shown = False
    for received in _received(sources, answers):
        with answers.noted():
            opened = open_sheet(received.entry, definition, received.where)
            click.echo(f"{received.where}:")
            _echo(sheet_lines(_worded(opened, language)))
            was_shown = True
            if out_dir is not None:
                make_folder(out_dir)
                path = out_dir / _file_name(opened)
                store_files({path: received.entry})
                click.echo(language.word("sheet.signed", path=str(path)))
    if was_shown:
        click.echo(language.word("sheet.not_verified"))
    sys.exit(answers.exit_code)


@sheet.command(short_help="Verify signed sheets under a definition.")
@click.argument("sources", metavar="SHEET...", nargs=-1, required=True)
@_DEFINITION
@click.option(
    "--public-key",
    "key_paths",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="Public key (PEM) that may have signed, instead of the definition's signers.",
)
@click.option("--key-hex", "key_texts", multiple=True, metavar="HEX", help="The same as 64 digits.")
@click.option("--words", metavar="WORDS", help="Short digest that somebody read out, to compare.")
@_LANGUAGE
def verify(
    sources: tuple[str, ...],
    folder: Path,
    key_paths: tuple[Path, ...],
    key_texts: tuple[str, ...],
    words: str | None,
    lang: str,
) -> None:
    """Verify who signed each SHEET, show its figures, and check them.

    Findings never change the exit code: a signed sheet with a wrong sum is a signed sheet.

    Exit codes: 0 all verified; 1 a signature is wrong, a sheet is of another election, or the words
    differ; 2 wrong arguments, or packages are missing; 3 something could not be read or checked.
    """
    from escrutinio.cli.sheet_text import sheet_lines, wrapped_lines
    from escrutinio.operations.verify_sheet import check_one_sheet, open_sheet
    from escrutinio.site import load_language

    language = load_language(lang)
    with explained_errors():
        definition = _load_definition(folder)
        keys = _given_keys(key_paths, key_texts)
        _require_keys(keys, definition)
        spoken = None if words is None else _spoken_digest(words, lang)
    answers = _Answers(contradictions=(VerificationError, RefusedError))
    for received in _received(sources, answers):
        with answers.noted():
            opened = open_sheet(received.entry, definition, received.where)
            signed_by = _signer_lines(opened, keys, received.where, language)
            if spoken is not None:
                _compare_words(received, spoken, lang)
            click.echo(f"{received.where}:")
            _echo(sheet_lines(_worded(opened, language)))
            _echo(wrapped_lines(signed_by))
            _echo_findings(check_one_sheet(opened), language)
    sys.exit(answers.exit_code)


class _Answers:
    """What became of each sheet; one that fails does not keep the others from being looked at."""

    def __init__(self, contradictions: tuple[type[ElectionRecordError], ...]) -> None:
        self.contradictions = contradictions
        self.codes: set[ExitCode] = set()

    @property
    def exit_code(self) -> ExitCode:
        """The worst answer: wrong arguments, then contradicted, then unreadable."""
        for code in (ExitCode.USAGE, ExitCode.CONTRADICTED, ExitCode.UNREADABLE):
            if code in self.codes:
                return code
        return ExitCode.OK

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Print the errors of one sheet and remember its exit code."""
        is_contradicted = False
        try:
            with explained_errors():
                try:
                    yield
                except self.contradictions:
                    is_contradicted = True
                    raise
        except SystemExit as end:
            if end.code not in set(ExitCode):
                raise  # Somebody stopped the program.
            self.codes.add(ExitCode.CONTRADICTED if is_contradicted else ExitCode(end.code))


def _received(sources: tuple[str, ...], answers: _Answers) -> Iterator[ReceivedSheet]:
    from escrutinio.cli.sheet_inputs import receive_sheets

    for source in sources:
        received: list[ReceivedSheet] = []
        with answers.noted():
            received = receive_sheets(source)
        yield from received


def _only_one(received: list[ReceivedSheet], source: str) -> ReceivedSheet:
    if len(received) != 1:
        raise MalformedError.of(Fault(source, "one signed sheet", f"{len(received)} of them"))
    return received[0]


def _load_definition(folder: Path) -> Definition:
    from escrutinio.adapters import load_definition
    from escrutinio.sheet import verify_profile_names

    definition = load_definition(folder)
    verify_profile_names(definition.check_profile)
    return definition


def _worded(opened: OpenedSheet, language: Language) -> PrintedSheet:
    from escrutinio.adapters.time_zones import local_time
    from escrutinio.sheet.short_digest import short_digest
    from escrutinio.site.sheet_words import word_sheet

    labelled = opened.labelled
    closed_at = local_time(labelled.sheet.closed_at_s, labelled.definition.time_zone)
    short = short_digest(opened.entry)
    return word_sheet(labelled, opened.signed.message, short, closed_at, language)


def _given_keys(paths: tuple[Path, ...], texts: tuple[str, ...]) -> list[PublicKey]:
    from escrutinio.adapters.key_files import load_public_key
    from escrutinio.primitives.keys import PUBLIC_KEY_BYTES, PublicKey

    keys = [load_public_key(path) for path in paths]
    for text in texts:
        if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * PUBLIC_KEY_BYTES}}}", text):
            expected = f"{2 * PUBLIC_KEY_BYTES} hexadecimal digits"
            raise UsageError.of(Fault("--key-hex", expected, ascii(text[:80])))
        keys.append(PublicKey(bytes.fromhex(text)))
    return keys


def _require_keys(keys: list[PublicKey], definition: Definition) -> None:
    if not keys and definition.trust is None:
        raise UsageError.of(
            Fault(
                "arguments",
                "--public-key FILE or --key-hex HEX",
                "none",
                "This definition enrols no signers, so it cannot say whose signature counts.",
            )
        )


def _signer_lines(
    opened: OpenedSheet, keys: list[PublicKey], where: str, language: Language
) -> list[str]:
    """Verify the signature and say whose it is."""
    from escrutinio.definition import Role
    from escrutinio.operations.verify_sheet import find_enrolled_signer, find_given_signer

    if keys:
        key = find_given_signer(opened, keys, where)
        return [language.word("sheet.given_key", digits=key.raw.hex())]
    signer = find_enrolled_signer(opened, where)
    role = language.word(f"sheet.role.{signer.role.value}")
    lines = [language.word("sheet.enrolled", signer=signer.signer, role=role, scope=signer.scope)]
    trust = opened.labelled.definition.trust
    required = 1 if trust is None or signer.role is Role.DEVICE else trust.required[signer.role]
    if required > 1:
        lines.append(language.word("sheet.more_signers", required=required))
    return lines


def _spoken_digest(words: str, lang: str) -> bytes:
    from escrutinio.sheet.short_digest import decode_words

    try:
        return decode_words(words, lang, "--words")
    except MalformedError as error:
        raise UsageError(str(error), error.faults) from None


def _compare_words(received: ReceivedSheet, spoken: bytes, lang: str) -> None:
    from escrutinio.sheet.short_digest import encode_words, short_digest

    own = short_digest(received.entry)
    if own != spoken:
        expected = f"the words {' '.join(encode_words(spoken, lang))}"
        found = " ".join(encode_words(own, lang))
        raise VerificationError.of(Fault(received.where, expected, found, "It is another sheet."))


def _file_name(opened: OpenedSheet) -> str:
    """Name a sheet after its place, and so that two sheets never take one name."""
    said = opened.labelled.sheet
    station = re.sub(r"[^A-Za-z0-9.-]", "_", said.station)
    digest = hashlib.sha256(opened.entry).hexdigest()[:_NAME_DIGITS]
    return f"{station}-{said.contest}-v{said.version}-{digest}.sheet"


def _refuse_other_bytes(path: Path, entry: bytes) -> None:
    """Never write over another sheet: what was signed once may be all that is left of it."""
    from escrutinio.adapters import read_bounded
    from escrutinio.cli.sheet_inputs import MAX_SHEET_FILE_BYTES

    if path.exists() and read_bounded(path, MAX_SHEET_FILE_BYTES) != entry:
        raise UsageError.of(Fault(str(path), "a new name for the sheet", "another file"))


def _echo(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line)


def _echo_digest(entry: bytes, language: Language) -> None:
    from escrutinio.cli.sheet_text import digest_lines
    from escrutinio.sheet.short_digest import encode_groups, encode_words, short_digest

    short = short_digest(entry)
    _echo(digest_lines(encode_words(short, language.code), encode_groups(short)))


def _echo_findings(findings: pl.DataFrame, language: Language) -> None:
    from escrutinio.cli.sheet_text import finding_lines

    _echo(finding_lines(findings, language))
