"""``escrutinio check`` on input that is wrong: one clear message, the right exit code, no output.

Every message names the file, the row and the column where there are such. Nothing is written.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from escrutinio.cli.main import main

DIVISIONS = "division,parent,level,name,stations,registered\nX,,country,X,3,900\n"
DEFINITION: dict[str, object] = {
    "format": "escrutinio-definition/1",
    "record_kind": "transcription",
    "phase": "official",
    "names": {"en": "An election", "es": "Una elección"},
    "date": "2026-01-04",
    "time_zone": "America/Lima",
    "levels": [{"code": "country", "names": {"en": "country"}}],
    "divisions": {"file": "divisions.csv"},
    "stations": None,
    "contests": [
        {
            "code": "mayor",
            "names": {"en": "Mayor", "es": "Alcaldía"},
            "division": "X",
            "votes_allowed": 1,
            "candidacies": [
                {"code": "A", "names": {"en": "Ada"}},
                {"code": "B", "names": {"en": "Blas"}},
            ],
            "options": [],
            "categories": [
                {"code": "null", "names": {"en": "null"}, "in_ballots": True, "in_valid": False}
            ],
            "max_ballots_per_station": 300,
            "register_totals": [],
            "rule": {
                "kind": "winner",
                "clauses": [{"conditions": []}],
                "runoff": 0,
                "tie": "lots",
            },
        }
    ],
    "check_profile": {"limits": {}, "severities": {}},
    "sources": [],
}
PROFILE = """
format = "escrutinio-profile/1"
source = "observers"
names = { en = "observers" }
sheet_type = "handwritten"
[station]
parts = [{ column = "station" }]
[contest.mayor.columns]
"candidacy.A" = "a"
"candidacy.B" = "b"
"category.null" = "null"
"registered" = "roll"
"""
CLAIMS = """
format = "escrutinio-claims/1"
[[claim]]
id = "C1"
kind = "statement"
date = "2026-01-05"
source = "a newspaper"
speaker = "a candidate"
title = "who leads"
leads = "A"
"""
SHEETS = "station,a,b,null,roll\n1,150,90,3,300\n2,120,100,0,300\n"


@dataclass(frozen=True)
class World:
    """An election in a folder, and the command on it."""

    folder: Path

    def check(self, *arguments: str, sheets: str = "sheets.csv") -> Result:
        """Run the command with the usual arguments and these."""
        usual = ["check", str(self.folder / sheets), "--definition", str(self.folder)]
        usual += ["--profile", str(self.folder / "profile.toml")]
        return CliRunner().invoke(main, [*usual, *arguments], catch_exceptions=False)

    def write(self, name: str, content: str | bytes) -> None:
        """Replace a file."""
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(data)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Make a small election with two of three sheets."""
    world = World(tmp_path)
    world.write("definition.json", json.dumps(DEFINITION))
    world.write("divisions.csv", DIVISIONS)
    sealed = CliRunner().invoke(main, ["definition", "seal", str(tmp_path)])
    assert sealed.exit_code == 0, sealed.output
    world.write("profile.toml", PROFILE)
    world.write("claims.toml", CLAIMS)
    world.write("sheets.csv", SHEETS)
    return world


def test_honest_sheets_and_no_contradicted_claim(world: World) -> None:
    """Two of three stations counted, 50 votes ahead, 300 outstanding: open, exit 0."""
    result = world.check("--claims", str(world.folder / "claims.toml"))
    assert result.exit_code == 0
    assert "2 of 3 stations counted" in result.stdout
    assert "could still be" in result.stdout or "open" in result.stdout.lower()


def test_few_sheets_elect_nobody(world: World) -> None:
    """What the counted sheets alone would decide is said only when most stations are counted."""
    assert "If nothing were added" in world.check().stdout
    world.write("sheets.csv", "station,a,b,null,roll\n1,150,90,3,300\n")
    assert "If nothing were added" not in world.check().stdout


def test_a_candidacy_that_is_not_shown_has_no_votes_and_no_share(world: World) -> None:
    """A figure the source does not have is not zero."""
    world.write("profile.toml", PROFILE.replace('"candidacy.B" = "b"\n', ""))
    profile = (world.folder / "profile.toml").read_text()
    world.write(
        "profile.toml",
        profile.replace(
            "[contest.mayor.columns]",
            '[contest.mayor]\nabsent = ["candidacy.B"]\n[contest.mayor.columns]',
        ),
    )
    report = world.check().stdout
    assert "not shown" in report
    (ada,) = [line for line in report.splitlines() if line.startswith("  Ada  ")]
    assert "%" not in ada
    assert "elected" not in report


def test_contradicted_claim_gives_exit_1(world: World) -> None:
    """All three sheets are in and the other candidacy is ahead."""
    world.write("sheets.csv", SHEETS + "3,0,290,0,300\n")
    result = world.check("--claims", str(world.folder / "claims.toml"))
    assert result.exit_code == 1
    assert "Contradicted" in result.stdout


def test_findings_do_not_change_the_exit_code(world: World) -> None:
    """A held sheet is a finding, not a contradicted claim."""
    world.write("sheets.csv", SHEETS + "3,400,290,0,300\n")
    result = world.check()
    assert result.exit_code == 0
    assert "SHEET-306" in result.stdout


CELLS = {
    "negative": ("3,-1,0,0,300", "row 3, column a"),
    "fractional": ("3,1,2.5,0,300", "row 3, column b"),
    "huge": ("3,1,2,99999999999999999999,300", "row 3, column null"),
    "beyond the limit": ("3,1,2,10000001,300", "row 3, column null"),
    "signed": ("3,+1,2,0,300", "row 3, column a"),
    "exponent": ("3,1e2,2,0,300", "row 3, column a"),
    "words": ("3,1,many,0,300", "row 3, column b"),
    "no station": (",1,2,0,300", "row 3, column station"),
    "too many cells": ("3,1,2,0,300,7", "row 3"),
}


@pytest.mark.parametrize(("line", "place"), CELLS.values(), ids=CELLS.keys())
def test_bad_cell_is_named(world: World, line: str, place: str) -> None:
    """A count is digits; anything else is refused with its place, and nothing is written."""
    world.write("sheets.csv", f"{SHEETS}{line}\n")
    result = world.check("--json", str(world.folder / "out.json"))
    assert result.exit_code == 3
    assert "sheets.csv" in result.stderr
    assert place in result.stderr
    assert not (world.folder / "out.json").exists()


FILES = {
    "empty": (b"", "an empty file"),
    "header only": (b"station,a,b,null,roll\n", "a header without records"),
    "wrong encoding": (SHEETS.encode() + "3,1,2,0,ñ".encode("latin-1"), "line 4"),
    "missing column": (b"station,a,null,roll\n1,2,3,4\n", "a column 'b'"),
    "zero byte": (SHEETS.encode() + b"3,1,2,\x00,300\n", "line 4"),
    "broken gzip": (gzip.compress(SHEETS.encode())[:-9], "a whole gzip file"),
    "not parquet": (b"PAR1 and then nothing", "a Parquet file"),
    "same column twice": (b"station,a,b,null,roll,a\n1,2,3,4,5,6\n", "'a' twice"),
}


@pytest.mark.parametrize(("data", "said"), FILES.values(), ids=FILES.keys())
def test_bad_file_is_explained(world: World, data: bytes, said: str) -> None:
    """Each fault of a whole file is one message on standard error and exit 3."""
    world.write("sheets.csv", data)
    result = world.check()
    assert result.exit_code == 3
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_all_bad_cells_in_one_run(world: World) -> None:
    """Whoever mends a file must not run the command once per mistake."""
    world.write("sheets.csv", "station,a,b,null,roll\n1,x,2,3,4\n2,1,y,3,4\n3,1,2,z,4\n")
    result = world.check()
    assert [f"row {row}" in result.stderr for row in (1, 2, 3)] == [True, True, True]


USAGE = {
    "unknown key in the profile": (
        "profile.toml",
        PROFILE + "\n[file]\nencodig = 'utf-8'\n",
        "Did you mean 'encoding'?",
    ),
    "unknown option in the profile": (
        "profile.toml",
        PROFILE + '"candidacy.C" = "c"\n',
        "candidacy.C",
    ),
    "candidacy forgotten": (
        "profile.toml",
        PROFILE.replace('"candidacy.B" = "b"\n', ""),
        "candidacy.B",
    ),
    "profile is no TOML": ("profile.toml", "format = ", "valid TOML 1.0"),
}


@pytest.mark.parametrize(("name", "content", "said"), USAGE.values(), ids=USAGE.keys())
def test_wrong_profile_gives_exit_2(world: World, name: str, content: str, said: str) -> None:
    """A profile is written by the user; its faults are faults of usage."""
    world.write(name, content)
    result = world.check()
    assert result.exit_code == 2
    assert said in result.stderr
    assert name in result.stderr


def test_two_claims_with_one_id(world: World) -> None:
    """The id is how statements name their claim."""
    world.write("claims.toml", CLAIMS + CLAIMS.split("\n", 2)[2])
    result = world.check("--claims", str(world.folder / "claims.toml"))
    assert result.exit_code in {2, 3}
    assert "C1" in result.stderr
    assert "claims.toml" in result.stderr


def test_definition_whose_digest_does_not_match(world: World) -> None:
    """A changed table of divisions is another election."""
    world.write("divisions.csv", DIVISIONS.replace("900", "901"))
    result = world.check()
    assert result.exit_code == 3
    assert "divisions.csv" in result.stderr
    assert "sha256" in result.stderr.lower() or "digest" in result.stderr.lower()


PATHS: dict[str, tuple[list[str], str]] = {
    "folder instead of sheets": ([], "."),
    "no such sheets": ([], "nothing.csv"),
}


@pytest.mark.parametrize(("arguments", "sheets"), PATHS.values(), ids=PATHS.keys())
def test_wrong_path_gives_exit_2(world: World, arguments: list[str], sheets: str) -> None:
    """A path that is no readable file is a wrong argument."""
    result = world.check(*arguments, sheets=sheets)
    assert result.exit_code == 2
    assert str(world.folder) in result.stderr


@pytest.mark.parametrize("option", ["--json", "--html", "--evidence"])
@pytest.mark.parametrize("target", [".", "no/such/folder/out"])
def test_output_that_cannot_be_written(world: World, option: str, target: str) -> None:
    """Refused before any work is done."""
    result = world.check(option, str(world.folder / target))
    assert result.exit_code == 2
    assert result.stdout == ""


def test_missing_profile_is_said(world: World) -> None:
    """Only evidence files do without."""
    arguments = ["check", str(world.folder / "sheets.csv"), "--definition", str(world.folder)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "--profile" in result.stderr


def test_profile_for_rolls_is_asked_for(world: World) -> None:
    """A rolls file needs a profile that reads registered voters."""
    world.write("profile.toml", PROFILE.replace('"registered" = "roll"\n', ""))
    result = world.check("--rolls", str(world.folder / "sheets.csv"))
    assert result.exit_code in {2, 3}
    assert "--rolls-profile" in result.stderr


def test_sheets_from_standard_input(world: World) -> None:
    """``-`` reads standard input, gzip or not."""
    arguments = ["check", "-", "--definition", str(world.folder)]
    arguments += ["--profile", str(world.folder / "profile.toml")]
    for data in (SHEETS.encode(), gzip.compress(SHEETS.encode())):
        result = CliRunner().invoke(main, arguments, input=data)
        assert result.exit_code == 0, result.stderr
        assert "2 of 3 stations counted" in result.stdout


def test_several_files_are_one_source(world: World) -> None:
    """The sheets of a source may come in pieces."""
    world.write("more.csv", "station,a,b,null,roll\n3,10,20,0,300\n")
    result = world.check(str(world.folder / "more.csv"))
    assert "3 of 3 stations counted" in result.stdout


def test_spanish_report(world: World) -> None:
    """The same report in the other language, numbers written its way."""
    result = world.check("--lang", "es")
    assert "2 de 3 mesas contadas (66,67" in result.stdout


def _endless_line(path: Path, size: int) -> None:
    """Make a file that claims two gigabytes without using them."""
    with path.open("wb") as stream:
        stream.write(b"station,a,b,null,roll\n1")
        stream.truncate(size)


def test_line_of_two_gigabytes_is_refused_early(world: World) -> None:
    """Neither the time nor the memory for such a line is spent."""
    _endless_line(world.folder / "sheets.csv", 2 * 1024**3)
    limit = 1024**3
    script = (
        "import resource,sys;"
        f"resource.setrlimit(resource.RLIMIT_DATA, ({limit}, {limit}));"
        "from escrutinio.cli.main import main; main(sys.argv[1:])"
    )
    arguments = ["check", str(world.folder / "sheets.csv"), "--definition", str(world.folder)]
    arguments += ["--profile", str(world.folder / "profile.toml")]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )
    assert done.returncode == 3, done.stderr
    assert "line 2" in done.stderr


def _zeros(pieces: int) -> Iterator[bytes]:
    for _ in range(pieces):
        yield b"1,1,1,1,1\n" * 100_000


def test_gzip_bomb_is_refused(world: World) -> None:
    """Half a gigabyte unpacked is the limit, however small the file."""
    with gzip.open(world.folder / "sheets.csv", "wb", compresslevel=9) as stream:
        stream.write(b"station,a,b,null,roll\n")
        for piece in _zeros(600):
            stream.write(piece)
    assert (world.folder / "sheets.csv").stat().st_size < 3_000_000
    result = world.check()
    assert result.exit_code == 3
    assert "unpacked" in result.stderr


def test_evidence_with_one_figure_changed(world: World) -> None:
    """An evidence file whose totals do not follow from its sheets is refused."""
    path = world.folder / "evidence.json"
    assert world.check("--evidence", str(path)).exit_code == 0
    good = path.read_text()
    arguments = ["check", str(path), "--definition", str(world.folder)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    path.write_text(good.replace('"A":270', '"A":271'))
    assert path.read_text() != good
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 3
    assert "evidence.json" in result.stderr


def test_evidence_of_another_definition(world: World) -> None:
    """Evidence names the definition it was computed under."""
    path = world.folder / "evidence.json"
    world.check("--evidence", str(path))
    changed = {**DEFINITION, "date": "2026-01-05"}
    world.write("definition.json", json.dumps(changed))
    CliRunner().invoke(main, ["definition", "seal", str(world.folder)])
    arguments = ["check", str(path), "--definition", str(world.folder)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 3
    assert "another" in result.stderr or "computed under" in result.stderr


def test_help_names_every_exit_code() -> None:
    """Scripts rely on them."""
    text = CliRunner().invoke(main, ["check", "--help"]).output
    for code in ("0 no claim contradicted", "1 some", "2 wrong", "3 unreadable"):
        assert code in " ".join(text.split())


@pytest.mark.parametrize(
    "sheet", ["2,120,-,0,300", "2,120,100,0,90"], ids=["cannot be read", "is held"]
)
def test_a_figure_that_is_not_in_the_totals_is_not_taken_for_zero(world: World, sheet: str) -> None:
    """The source's own sum has it; a smaller sum here contradicts nobody."""
    world.write("profile.toml", PROFILE + '[special]\n"-" = "dash"\n')
    world.write("sheets.csv", f"station,a,b,null,roll\n1,150,90,3,300\n{sheet}\n")
    figures = 'dataset = "observers"\n[claim.votes]\nA = 270\nB = 190\n'
    world.write("claims.toml", CLAIMS + figures)
    result = world.check("--claims", str(world.folder / "claims.toml"))
    assert "0 contradicted" in " ".join(result.stdout.split())
    assert result.exit_code == 0
