"""``escrutinio definition check`` and ``seal``: what they say, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from escrutinio.adapters.definition_files import (
    load_definition,
    load_definition_files,
    store_definition_files,
)
from escrutinio.cli.definition import definition
from tests.vectors.definition.documents import (
    DIVISIONS,
    SIGNERS,
    STATIONS,
    assemble,
    assemble_with_trust,
    document,
    document_with_trust,
    with_governor,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a sealed definition."""
    store_definition_files(tmp_path, assemble())
    return tmp_path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(definition, arguments)


def test_a_good_definition_is_named_with_its_identity(folder: Path) -> None:
    """The identity is what a reader compares with the one known from elsewhere."""
    result = _run("check", str(folder))
    identity = load_definition(folder).identity
    assert result.stdout == (
        f"definition OK: Ejemplia 2030, identity {identity}, 1 contest, 6 divisions, 5 stations\n"
    )
    assert result.exit_code == 0


def test_the_answer_speaks_spanish(folder: Path) -> None:
    """The same sentence, in the words of the glossary."""
    result = _run("check", "--lang", "es", str(folder))
    identity = load_definition(folder).identity
    assert result.stdout == (
        f"definición correcta: Ejemplia 2030, identidad {identity}, 1 contienda, 6 divisiones, "
        "5 mesas\n"
    )


def test_an_unknown_list_of_stations_is_said(tmp_path: Path) -> None:
    """Zero stations would be another statement."""
    store_definition_files(tmp_path, assemble(with_governor(), stations=None))
    result = _run("check", str(tmp_path))
    assert "2 contests, 6 divisions, stations not listed" in result.stdout


SIGNER_LINES = {
    "en": "signers: authority 3, auditor 1, board 2, centre 2, device 1, operator 1; "
    "must agree: authority 2, board 2, centre 2",
    "es": "firmantes: autoridad 3, auditor 1, junta 2, centro de captura 2, dispositivo 1, "
    "operador 1; deben coincidir: autoridad 2, junta 2, centro de captura 2",
}


@pytest.mark.parametrize("language", SIGNER_LINES)
@pytest.mark.parametrize("command", ["check", "seal"])
def test_who_signs_is_said_in_a_second_line(tmp_path: Path, command: str, language: str) -> None:
    """A key that is missing or too many is seen before the definition is printed on a poster."""
    store_definition_files(tmp_path, assemble_with_trust())
    result = _run(command, "--lang", language, str(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [SIGNER_LINES[language]]


@pytest.mark.parametrize("command", ["check", "seal"])
def test_a_key_that_is_no_point_is_named(tmp_path: Path, command: str) -> None:
    """Anybody can sign under a key of small order, so no definition may enrol one."""
    files = assemble_with_trust(signers=SIGNERS[:-65] + "0" * 64 + "\n")
    store_definition_files(tmp_path, files)
    result = _run(command, str(tmp_path))
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.startswith("escrutinio: signers.csv: row 11, column key: expected a valid")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["check", "seal"])
def test_a_policy_that_no_client_reads_is_named(tmp_path: Path, command: str) -> None:
    """It is frozen with the definition, and every witness and reader would refuse it later."""
    doc = document_with_trust()
    doc["trust"]["policy"] = doc["trust"]["policy"].replace("quorum independent", "quorum nobody")
    store_definition_files(tmp_path, assemble_with_trust(doc))
    before = load_definition_files(tmp_path)
    result = _run(command, str(tmp_path))
    assert result.exit_code == 3
    assert result.stderr.startswith("escrutinio: definition.json: trust.policy: line 5: expected")
    assert load_definition_files(tmp_path) == before


def test_a_draft_with_trust_is_sealed_beside_itself(tmp_path: Path) -> None:
    """An author writes rows in any order and no digests."""
    draft = json.dumps(document_with_trust(), indent=2)
    (tmp_path / "definition.draft.json").write_text(draft, encoding="utf-8")
    (tmp_path / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    (tmp_path / "stations.csv").write_text(STATIONS, encoding="utf-8")
    header, *rows = SIGNERS.splitlines()
    table = "\r\n".join([header, *reversed(rows)])
    (tmp_path / "signers.csv").write_text(table, encoding="utf-8-sig", newline="")
    assert _run("seal", str(tmp_path)).exit_code == 0
    assert load_definition_files(tmp_path) == assemble_with_trust()


def test_every_fault_is_one_line_on_standard_error(folder: Path) -> None:
    """Exit code 3: it could not be read as a definition; nothing on standard output."""
    (folder / "divisions.csv").write_text(DIVISIONS.replace("2,900", "2,9e2"), encoding="utf-8")
    (folder / "stations.csv").write_text(STATIONS.replace("paper", "papel"), encoding="utf-8")
    result = _run("check", str(folder))
    assert result.exit_code == 3
    assert result.stdout == ""
    assert [line.partition(": expected")[0] for line in result.stderr.splitlines()] == [
        "escrutinio: divisions.csv",
        "escrutinio: divisions.csv: row 5, column registered",
        "escrutinio: stations.csv",
        "escrutinio: stations.csv: row 3, column kind",
    ]


@pytest.mark.parametrize("command", ["check", "seal"])
def test_a_missing_folder_is_wrong_usage(tmp_path: Path, command: str) -> None:
    """Exit code 2: the argument is wrong, not the definition."""
    result = _run(command, str(tmp_path / "absent"))
    assert result.exit_code == 2
    assert result.stderr == f"escrutinio: there is no folder {tmp_path / 'absent'}\n"


@pytest.mark.parametrize("command", ["check", "seal"])
def test_a_folder_without_files_cannot_be_read(tmp_path: Path, command: str) -> None:
    """Exit code 2, with both missing files: somebody named the wrong folder."""
    result = _run(command, str(tmp_path))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2


def test_a_draft_is_sealed_beside_itself(tmp_path: Path) -> None:
    """The readable draft stays; the sealed files are those every reader accepts."""
    draft = json.dumps(document(), indent=2)
    (tmp_path / "definition.draft.json").write_text(draft, encoding="utf-8")
    (tmp_path / "divisions.csv").write_text(DIVISIONS, encoding="utf-8", newline="\r\n")
    (tmp_path / "stations.csv").write_text(STATIONS, encoding="utf-8-sig")
    result = _run("seal", str(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.startswith("definition sealed: Ejemplia 2030, identity ")
    assert (tmp_path / "definition.draft.json").read_text(encoding="utf-8") == draft
    assert (tmp_path / "definition.json").read_bytes() == assemble().definition
    assert _run("check", str(tmp_path)).exit_code == 0


def test_a_document_without_a_draft_is_sealed_in_place(folder: Path) -> None:
    """An author who keeps no draft may write the document itself."""
    pretty = json.dumps(document(), indent=2)
    (folder / "definition.json").write_text(pretty, encoding="utf-8")
    assert _run("seal", str(folder)).exit_code == 0
    assert (folder / "definition.json").read_bytes() == assemble().definition


def test_nothing_is_written_when_there_are_faults(folder: Path) -> None:
    """A half-sealed folder would hide what the author wrote."""
    doc = {**document(), "date": "soon"}
    (folder / "definition.draft.json").write_text(json.dumps(doc), encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = _run("seal", str(folder))
    assert result.exit_code == 3
    assert result.stderr.startswith("escrutinio: definition.draft.json: date: expected")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("command", ["check", "seal"])
def test_the_check_profile_names_what_there_is(tmp_path: Path, command: str) -> None:
    """A limit with a slip in its name would be frozen and never used."""
    doc = document()
    doc["check_profile"]["limits"] = {"turnout_hi_percent": 99}
    store_definition_files(tmp_path, assemble(doc))
    result = _run(command, str(tmp_path))
    assert result.exit_code == 3
    assert "definition.json: check_profile.limits.turnout_hi_percent: expected" in result.stderr


def test_the_command_loads_nothing_before_it_runs() -> None:
    """``--help`` must answer at once, so the module brings no stage, words or data frames."""
    code = "import sys, escrutinio.cli.definition as _; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(answer.stdout.split())
    assert not loaded & {"polars", "jinja2", "escrutinio.definition", "escrutinio.adapters"}
