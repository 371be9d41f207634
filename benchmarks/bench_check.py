"""Time ``escrutinio check`` as a user runs it: a whole process on the first published file."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.measuring import ROOT, Line, measure, run_process, write_section

EXAMPLE = ROOT / "examples" / "ve-2024"
SHEETS = ROOT.parent / "shared" / "data" / "ve-2024" / "resultados_mesa_v1.csv.gz"
#: Some claims about this election are contradicted by the sheets.
CONTRADICTED = 1
TARGET_S = 0.8

FLOOR = """
import sys
import polars as pl

sheets = pl.read_csv(sys.argv[1])
sheets.group_by("COD_EDO").agg(pl.selectors.integer().sum())
"""


def main() -> None:
    """Measure, and write the section of the results."""
    if not SHEETS.is_file():
        print(f"skipped: no {SHEETS.name} beside the repository")
        return
    command = Path(sys.executable).with_name("escrutinio")
    check = [str(command), "check", "--definition", str(EXAMPLE)]
    check += ["--claims", str(EXAMPLE / "claims.toml")]
    sheets = [*check, str(SHEETS), "--profile", str(EXAMPLE / "profiles" / "v1.toml")]
    evidence = [*check, str(EXAMPLE / "evidence-v1.json")]
    with tempfile.TemporaryDirectory() as folder:
        json = ["--json", str(Path(folder, "report.json"))]
        html = ["--html", str(Path(folder, "report.html"))]
        rounds = measure(
            {
                "floor": lambda: run_process(sys.executable, "-c", FLOOR, str(SHEETS)),
                "text": lambda: run_process(*sheets, expected=CONTRADICTED),
                "json": lambda: run_process(*sheets, *json, expected=CONTRADICTED),
                "html": lambda: run_process(*sheets, *html, expected=CONTRADICTED),
                "both": lambda: run_process(*sheets, *json, *html, expected=CONTRADICTED),
                "evidence": lambda: run_process(*evidence, expected=CONTRADICTED),
            }
        )
    write_section(
        "check",
        "`escrutinio check` of 24,532 sheets with claims, whole process",
        rounds,
        [
            Line(
                "floor",
                "a process that imports the engine, reads the file and groups it",
                is_floor=True,
            ),
            Line("text", "report on the terminal", TARGET_S),
            Line("json", "the same and `--json`", TARGET_S),
            Line("html", "the same and `--html`", TARGET_S),
            Line("both", "the same and both", TARGET_S),
            Line("evidence", "report from the evidence file in the repository"),
        ],
    )


if __name__ == "__main__":
    main()
