"""``escrutinio verify``: verify a public record from outside, step by step."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import ExitCode, explained_errors
from escrutinio.cli.options import language_option

if TYPE_CHECKING:
    from escrutinio.operations.verification_report import VerificationReport
    from escrutinio.operations.verify import ReaderFile, ReaderFiles

__all__ = ["verify"]

#: Largest anchor, announcement, receipt or sheet that a reader brings.
MAX_HELD_BYTES = 4 << 20

_FILE = click.Path(path_type=Path)


@click.command(short_help="Verify a public record from outside.")
@click.argument("record", metavar="FOLDER_OR_URL")
@click.option("--anchor", type=_FILE, metavar="FILE", help="Trust anchor: whom you trust.")
@click.option(
    "--identity", metavar="DIGEST", help="Identity of the election; with --policy, no anchor."
)
@click.option(
    "--policy", type=_FILE, metavar="FILE", help="tlog-policy with the log's key and witnesses."
)
@click.option(
    "--since",
    type=_FILE,
    metavar="FILE",
    multiple=True,
    help="Checkpoint you kept, or what --remember wrote; may be repeated.",
)
@click.option(
    "--remember",
    "remember_path",
    type=_FILE,
    metavar="FILE",
    help="Write what was verified; the next run then verifies only what is new.",
)
@click.option(
    "--announced",
    type=_FILE,
    metavar="FILE",
    multiple=True,
    help="Announced figures of a bulletin; may be repeated.",
)
@click.option(
    "--receipts",
    type=_FILE,
    metavar="FILE",
    multiple=True,
    help="Receipt, signed sheet or text of its QR code; may be repeated.",
)
@click.option(
    "--json", "json_path", type=_FILE, metavar="FILE", help="Write the whole report as JSON."
)
@click.option(
    "--html", "html_path", type=_FILE, metavar="FILE", help="Write the report as one page."
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that check signatures; else one per core.",
)
@language_option("report", "lang")
def verify(  # noqa: PLR0913, PLR0917  # one argument per option of the command
    record: str,
    anchor: Path | None,
    identity: str | None,
    policy: Path | None,
    since: tuple[Path, ...],
    remember_path: Path | None,
    announced: tuple[Path, ...],
    receipts: tuple[Path, ...],
    json_path: Path | None,
    html_path: Path | None,
    processes: int | None,
    lang: str,
) -> None:
    """Verify the public record in a folder or at a web address, step by step.

    Without --anchor (or --identity and --policy) a record can at best be shown to be consistent
    with itself, and the exit code is 3.

    Exit codes: 0 verified; 1 contradicted, with every place; 2 wrong arguments; 3 something could
    not be checked.
    """
    from escrutinio.adapters import require_outputs
    from escrutinio.operations.verify import ReaderFiles

    with explained_errors():
        outputs = {"json": json_path, "html": html_path, "remembered": remember_path}
        require_outputs(outputs.values())
        files = ReaderFiles(
            anchor=_load(anchor),
            identity=identity,
            policy=_load(policy),
            since=[_receive_kept(path) for path in since],
            announced=[_receive(path) for path in announced],
            papers=[_receive(path) for path in receipts],
        )
        report = _run(record, files, processes, lang)
        _write(report, lang, outputs)
        _print(report, lang, outputs)
    sys.exit(_exit_code(report))


def _run(record: str, files: ReaderFiles, processes: int | None, lang: str) -> VerificationReport:
    from escrutinio.adapters.ml_dsa import find_ml_dsa
    from escrutinio.adapters.processes import WorkerProcesses, count_cores
    from escrutinio.adapters.record_reading import open_record
    from escrutinio.cli.amount_progress import amount_printer
    from escrutinio.operations.verify import read_inputs
    from escrutinio.operations.verify import verify as verify_inputs

    inputs = read_inputs(files, int(time.time()), find_ml_dsa())
    with ExitStack() as stack:
        source = stack.enter_context(open_record(record))
        workers = stack.enter_context(WorkerProcesses(processes or count_cores()))
        progress = stack.enter_context(amount_printer(lang))
        return verify_inputs(record, source, inputs, workers, progress)


def _load(path: Path | None) -> ReaderFile | None:
    return None if path is None else _receive(path)


def _receive(path: Path, most_bytes: int = MAX_HELD_BYTES) -> ReaderFile:
    from escrutinio.adapters import read_bounded
    from escrutinio.operations.verify import ReaderFile

    return ReaderFile(str(path), read_bounded(path, most_bytes))


def _receive_kept(path: Path) -> ReaderFile:
    """Read a checkpoint or a verified state; the latter grows with the log."""
    from escrutinio.verification import MAX_VERIFIED_BYTES

    size_bytes = path.stat().st_size if path.is_file() else 0
    return _receive(path, min(max(size_bytes, MAX_HELD_BYTES), MAX_VERIFIED_BYTES))


def _write(report: VerificationReport, lang: str, outputs: dict[str, Path | None]) -> None:
    """Write every output asked for, all of them or none."""
    from escrutinio.adapters import store_files
    from escrutinio.operations.verification_report import encode_verification_report
    from escrutinio.site import load_language
    from escrutinio.verification import encode_verified

    files: dict[Path, bytes] = {}
    if (path := outputs["json"]) is not None:
        files[path] = encode_verification_report(report, load_language(lang))
    if (path := outputs["html"]) is not None:
        from escrutinio.site.verification_page import render_verification_page

        files[path] = render_verification_page(report, load_language(lang))
    if (path := outputs["remembered"]) is not None and report.verified.state is not None:
        files[path] = encode_verified(report.verified.state)
    store_files(files)


def _print(report: VerificationReport, lang: str, outputs: dict[str, Path | None]) -> None:
    from escrutinio.cli.verify_text import verification_lines
    from escrutinio.site import load_language

    language = load_language(lang)
    for line in verification_lines(report, language):
        click.echo(line)
    for kind, path in outputs.items():
        if path is None:
            continue
        is_written = kind != "remembered" or report.verified.state is not None
        key = f"report.written_{kind}" if kind != "remembered" else "verification.remembered"
        click.echo(
            language.word(key if is_written else "verification.not_remembered", path=str(path))
        )


def _exit_code(report: VerificationReport) -> ExitCode:
    from escrutinio.verification import Answer

    return {
        Answer.VERIFIED: ExitCode.OK,
        Answer.CONTRADICTED: ExitCode.CONTRADICTED,
        Answer.UNCHECKED: ExitCode.UNREADABLE,
    }[report.answer]
