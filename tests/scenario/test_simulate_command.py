"""`escrutinio simulate`: a record on disk that `escrutinio verify` answers, honest and attacked."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from escrutinio.cli.main import main
from escrutinio.site import load_language
from escrutinio.testing import ATTACKS
from tests.unit.site.reading import number_in
from tests.unit.site.results.sites import read_site_page

STATIONS = "20"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def _simulate(out: Path, *options: str | Path) -> Result:
    return _run("simulate", "--stations", STATIONS, *options, out)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_record_verifies_and_is_the_same_every_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert _simulate(first).exit_code == 0
    assert _simulate(second, "--election", tmp_path / "election").exit_code == 0
    assert _files(first) == _files(second)
    answer = _run("verify", first / "record", "--anchor", first / "anchor.toml")
    assert answer.exit_code == 0, answer.output


def test_attack_is_described_and_caught(tmp_path: Path) -> None:
    """The file beside the record says what was done, which step must notice, and how to look."""
    out = tmp_path / "out"
    said = _simulate(out, "--attack", "sheet-withheld")
    assert said.exit_code == 0, said.output
    attack = tomllib.loads((out / "attack.toml").read_text(encoding="utf-8"))
    assert (attack["step"], attack["status"]) == ("V21", "failed")
    assert attack["place"] in said.output
    command = attack["command"].split()
    assert command[:2] == ["escrutinio", "verify"]
    parts = [out / part if (out / part).exists() else part for part in command[1:]]
    answer = _run(*parts)
    assert answer.exit_code == 1
    assert attack["place"] in answer.output


@pytest.mark.parametrize(
    "name", ["totals-altered", "record-stale", "look-alike", "proclamation-other"]
)
def test_an_attacked_record_has_the_pages_of_its_attacker(name: str, tmp_path: Path) -> None:
    """A reader of a site must be able to rehearse what a false one looks like, and that it shows.

    Of these the last publication is without pages, or is that of somebody else, or was never made.
    """
    out = tmp_path / "out"
    said = _simulate(out, "--site", "--attack", name)
    assert said.exit_code == 0, said.output
    record = out / "record"
    newest = max((record / "bulletins").glob("*/bulletin.json"))
    country = json.loads(newest.read_bytes())["contests"][0]["divisions"][0]
    page = read_site_page((record / "en" / "index.html").read_bytes())
    shown = [
        number_in(next(row.all("td")).text, "en")
        for row in page.by_id("c1-votes").all("tr")
        if any(row.all("td"))
    ]
    assert shown[: len(country["candidacies"])] == country["candidacies"]
    attack = tomllib.loads((out / "attack.toml").read_text(encoding="utf-8"))
    parts = attack["command"].split()[1:]
    answer = _run(*[out / part if (out / part).exists() else part for part in parts])
    if attack["status"] == "not_checked":
        assert answer.exit_code == 3
    else:
        assert answer.exit_code == 1
        assert attack["place"] in answer.output


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_attack_is_listed_with_its_step(lang: str) -> None:
    output = _run("simulate", "--list-attacks", "--lang", lang).output
    lines = [line.split(maxsplit=2) for line in output.splitlines()]
    told = [[item.name, item.step, item.es if lang == "es" else item.en] for item in ATTACKS]
    assert lines == told


def test_keys_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    result = _run("simulate", "--stations", "1", "--keys", keys, tmp_path / "out")
    assert result.exit_code == 0
    names = {path.name for path in keys.iterdir()}
    assert {"log", "operator", "authority-1", "witness-party-a"} <= names
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert keys.stat().st_mode & 0o777 == 0o700


def test_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """A rehearsal that overwrote a record would be the worst thing a test tool can do."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    result = _simulate(tmp_path / "out")
    assert result.exit_code == 2
    assert "a folder that is not there yet" in result.output
    assert _files(tmp_path) == {"out/mine": b"mine"}


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--attack", "nonsense"], 2, "--list-attacks"),
        (["--attack", "mirror-byte", "--stations", "19"], 3, "at least 20 stations"),
        (["--stations", "0"], 2, "1<=x<=100000"),
        (["--stations", "100001"], 2, "1<=x<=100000"),
        (["--seed", "-1"], 2, "0<=x"),
        (["--keys", "."], 2, "a folder that is not there yet"),
    ],
)
def test_wrong_argument_is_named_and_nothing_is_written(
    options: list[str], code: int, told: str, tmp_path: Path
) -> None:
    result = _run("simulate", *options, tmp_path / "out")
    assert result.exit_code == code
    assert told in result.output
    assert not list(tmp_path.iterdir())


def test_missing_folder_is_asked_for() -> None:
    result = _run("simulate")
    assert result.exit_code == 2
    assert load_language("en").word("simulate.no_folder") in result.output
