"""``escrutinio check``: recompute a result from its tally sheets and test the claims about it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from escrutinio.adapters import (
    load_definition,
    require_outputs,
    store_files,
)
from escrutinio.cli.exit_codes import ExitCode, explained_errors
from escrutinio.cli.options import language_option
from escrutinio.cli.progress import stage_printer
from escrutinio.cli.report_text import report_lines
from escrutinio.cli.table_inputs import TableInputs, receive_table
from escrutinio.operations import (
    CheckReport,
    check_sheet_files,
    collect_evidence,
    encode_report,
)
from escrutinio.sheet import verify_profile_names
from escrutinio.site import load_language
from escrutinio.tabulation import (
    FileRole,
    encode_evidence,
)

__all__ = ["check"]

_FILE = click.Path(path_type=Path)


@click.command(short_help="Recompute a result and test the claims about it.")
@click.argument("sheets", nargs=-1, required=True)
@click.option(
    "--definition",
    "definition_path",
    required=True,
    type=_FILE,
    metavar="DIR",
    help="Folder with definition.json.",
)
@click.option(
    "--profile",
    "profile_path",
    type=_FILE,
    metavar="FILE",
    help="Import profile of SHEETS; not needed for an evidence file.",
)
@click.option(
    "--rolls", "rolls_path", metavar="FILE", help="File with registered voters per station."
)
@click.option(
    "--rolls-profile",
    "rolls_profile_path",
    type=_FILE,
    metavar="FILE",
    help="Import profile of the rolls; else the one that --profile names.",
)
@click.option("--claims", "claims_path", type=_FILE, metavar="FILE", help="Public claims to test.")
@click.option(
    "--json", "json_path", type=_FILE, metavar="FILE", help="Write the whole report as JSON."
)
@click.option(
    "--html",
    "html_path",
    type=_FILE,
    metavar="FILE",
    help="Write the report as one self-contained page.",
)
@click.option(
    "--evidence",
    "evidence_path",
    type=_FILE,
    metavar="FILE",
    help="Write what the sheets add up to, for checking without them.",
)
@language_option("report", "lang")
def check(  # noqa: PLR0913, PLR0917 -- one argument per option of the command
    sheets: tuple[str, ...],
    definition_path: Path,
    profile_path: Path | None,
    rolls_path: str | None,
    rolls_profile_path: Path | None,
    claims_path: Path | None,
    json_path: Path | None,
    html_path: Path | None,
    evidence_path: Path | None,
    lang: str,
) -> None:
    """Recompute a result from its tally SHEETS and test the claims about it.

    SHEETS are one or more files of one source: CSV, gzipped CSV or Parquet, '-' for standard
    input; or one evidence file (.json) that an earlier check wrote.

    Exit codes: 0 no claim contradicted, 1 some claim contradicted, 2 wrong arguments or profile,
    3 unreadable or malformed data. Findings never change the exit code.
    """
    with explained_errors():
        outputs = {"json": json_path, "html": html_path, "evidence": evidence_path}
        require_outputs(outputs.values())
        definition = load_definition(definition_path)
        verify_profile_names(definition.check_profile)
        inputs = TableInputs(definition)
        claims = inputs.load_claims(claims_path)
        with stage_printer(lang) as progress:
            progress("read")
            if _is_evidence(sheets):
                report = inputs.check_evidence(sheets[0], claims)
            else:
                profile = inputs.load_profile(profile_path, FileRole.PROFILE)
                rolls = inputs.load_rolls(rolls_path, rolls_profile_path, profile_path, profile)
                report = check_sheet_files(
                    [receive_table(path) for path in sheets],
                    definition,
                    profile,
                    rolls=rolls,
                    claims=claims,
                    settings=inputs.settings,
                    progress=progress,
                )
            progress("write")
            _write(report, lang, outputs)
        _print(report, lang, outputs)
    sys.exit(ExitCode.CONTRADICTED if report.has_contradiction else ExitCode.OK)


def _is_evidence(sheets: tuple[str, ...]) -> bool:
    return len(sheets) == 1 and sheets[0].endswith(".json")


def _write(report: CheckReport, lang: str, outputs: dict[str, Path | None]) -> None:
    """Write every output asked for, all of them or none."""
    files: dict[Path, bytes] = {}
    if (path := outputs["json"]) is not None:
        files[path] = encode_report(report, load_language(lang))
    if (path := outputs["html"]) is not None:
        # The template engine is loaded only when a page is asked for.
        from escrutinio.site.report_page import render_report_page

        files[path] = render_report_page(report, load_language(lang))
    if (path := outputs["evidence"]) is not None:
        files[path] = encode_evidence(collect_evidence(report))
    store_files(files)


def _print(report: CheckReport, lang: str, outputs: dict[str, Path | None]) -> None:
    language = load_language(lang)
    for line in report_lines(report, language):
        click.echo(line)
    for kind, path in outputs.items():
        if path is not None:
            click.echo(language.word(f"report.written_{kind}", path=str(path)))
