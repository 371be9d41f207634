"""``escrutinio verify`` as a person types it."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from escrutinio.publication import encode_anchor
from tests.unit.verification.records import small_record

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "reference" / "verification-report.schema.json"


def _verify(*arguments: object) -> subprocess.CompletedProcess[str]:
    code = "from escrutinio.cli.main import main; main(prog_name='escrutinio')"
    command = [sys.executable, "-c", code, "verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    path = tmp_path / "anchor.toml"
    path.write_bytes(encode_anchor(small_record().anchor))
    return path


def test_a_good_record_is_verified_and_remembered(anchor: Path, tmp_path: Path) -> None:
    """Report, page and state are written, and the next run goes on from the state."""
    outputs = {name: tmp_path / name for name in ("report.json", "page.html", "verified")}
    answer = _verify(
        small_record().folder,
        *("--anchor", anchor, "--json", outputs["report.json"]),
        *("--html", outputs["page.html"], "--remember", outputs["verified"]),
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "VERIFIED: every step that was asked for passed." in answer.stdout
    report = json.loads(outputs["report.json"].read_text(encoding="utf-8"))
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [step["code"] for step in report["steps"]] == [f"V{n:02d}" for n in range(1, 22)]
    assert report["answer"] == "verified"
    page = outputs["page.html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "V21" in page
    again = _verify(small_record().folder, "--anchor", anchor, "--since", outputs["verified"])
    assert again.returncode == 0
    assert "were verified before" in again.stdout


def test_a_changed_byte_is_exit_1_with_step_and_place(anchor: Path, tmp_path: Path) -> None:
    """What the README promises to whoever breaks one byte with an editor."""
    folder = small_record().copy(tmp_path)
    rows = folder / "bulletins" / "000006" / "rows.csv"
    rows.write_bytes(rows.read_bytes().replace(b",counted,", b",missing,", 1))
    answer = _verify(folder, "--anchor", anchor, "--lang", "es")
    assert answer.returncode == 1
    assert "V15  FALLÓ" in answer.stdout
    assert "bulletins/000006/rows.csv: line" in answer.stdout
    assert "CONTRADICHO" in answer.stdout


def test_without_an_anchor_the_exit_code_is_3() -> None:
    answer = _verify(small_record().folder)
    assert answer.returncode == 3
    assert "at best consistent with itself" in " ".join(answer.stdout.split())


def test_an_identity_and_a_policy_are_an_anchor_too(tmp_path: Path) -> None:
    published = small_record()
    policy = tmp_path / "policy"
    policy.write_text(published.anchor.policy_text, encoding="utf-8")
    given = ("--identity", published.anchor.identity, "--policy", policy)
    assert _verify(published.folder, *given).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-folder",),
        ("ftp://example.org/",),
        ("{record}", "--anchor", "no-such-file"),
        ("{record}", "--identity", "00"),
        ("{record}", "--json", "{record}/no/such/folder.json"),
    ],
    ids=["folder", "address", "anchor", "half an anchor", "output"],
)
def test_wrong_arguments_are_exit_2_and_one_line(arguments: tuple[str, ...]) -> None:
    record = str(small_record().folder)
    answer = _verify(*(argument.replace("{record}", record) for argument in arguments))
    assert answer.returncode == 2
    assert answer.stderr.startswith("escrutinio: ")
    assert "Traceback" not in answer.stderr


def test_a_record_that_cannot_be_reached_is_exit_3(anchor: Path) -> None:
    answer = _verify("http://127.0.0.1:9/", "--anchor", anchor)
    assert answer.returncode == 3
    assert "Traceback" not in answer.stderr


def test_a_folder_that_is_no_record_is_exit_3(anchor: Path, tmp_path: Path) -> None:
    """Every step is reported, even where there is nothing to look at."""
    (tmp_path / "empty").mkdir()
    answer = _verify(tmp_path / "empty", "--anchor", anchor)
    assert answer.returncode == 3
    assert all(f"V{number:02d}  " in answer.stdout for number in range(1, 22))


def test_a_cut_off_state_is_named(anchor: Path, tmp_path: Path) -> None:
    """Half a file must not be taken for a smaller record that was verified."""
    state = tmp_path / "verified"
    good = _verify(small_record().folder, "--anchor", anchor, "--remember", state)
    assert good.returncode == 0
    digest = hashlib.sha256(state.read_bytes()).digest()
    state.write_bytes(state.read_bytes()[:-40])
    answer = _verify(small_record().folder, "--anchor", anchor, "--since", state)
    assert answer.returncode == 3
    assert "a verified state" in answer.stderr
    assert digest != hashlib.sha256(state.read_bytes()).digest()
