"""`escrutinio publish`, `simulate --site` and `serve`: pages in a record, seen over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from escrutinio.cli.main import main
from escrutinio.publication import is_page
from escrutinio.publication.layout import MANIFEST_NAME

TIMEOUT_S = 30.0


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(name="simulated", scope="module")
def _simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    keep = ("--keys", folder / "keys", "--election", folder / "election")
    said = _run("simulate", "--stations", "4", "--site", *keep, folder / "out")
    assert said.exit_code == 0, said.output
    assert f"Look at it: {folder / 'out' / 'record' / 'index.html'}\n" in said.output
    return folder


def _pages(record: Path) -> dict[str, bytes]:
    return {
        path.relative_to(record).as_posix(): path.read_bytes()
        for path in record.rglob("*")
        if path.is_file() and is_page(path.relative_to(record).as_posix())
    }


def test_a_simulated_record_with_pages_verifies(simulated: Path) -> None:
    """Pages change nothing of what a record proves."""
    out = simulated / "out"
    answer = _run("verify", out / "record", "--anchor", out / "anchor.toml")
    assert answer.exit_code == 0, answer.output
    assert {"index.html", "en/index.html", "es/index.html"} <= _pages(out / "record").keys()


def test_publishing_writes_pages_unless_it_is_told_not_to(simulated: Path, tmp_path: Path) -> None:
    """Into another folder, from the same log: the same pages come out."""
    keys = simulated / "keys"
    command = ("publish", simulated / "election", tmp_path / "record", "--no-bulletin")
    key_options = ("--log-key", keys / "log", "--operator-key", keys / "operator")
    without = _run(*command, *key_options, "--no-site")
    assert without.exit_code == 0, without.output
    assert _pages(tmp_path / "record") == {}
    with_pages = _run(*command, *key_options)
    assert with_pages.exit_code == 0, with_pages.output
    pages = _pages(tmp_path / "record")
    assert pages == _pages(simulated / "out" / "record")
    assert f"Pages of the site that were written: {len(pages)};" in with_pages.output
    again = _run(*command, *key_options, "--no-site")
    assert "Pages" not in again.output
    assert _pages(tmp_path / "record") == pages


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    program = Path(sys.executable).with_name("escrutinio")
    command: list[str | Path] = [program, "serve", folder, "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = line.split()[-1]
            assert line == f"The record in {folder} can be seen at {address}\n"
            assert address.startswith("http://127.0.0.1:")
            yield process, int(address.rstrip("/").rpartition(":")[2])
        finally:
            process.kill()


def test_a_record_can_be_looked_at_in_a_browser(simulated: Path) -> None:
    """Every page and the manifest come as they are; Ctrl-C ends it properly."""
    record = simulated / "out" / "record"
    with _serving(record) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        for path in ("", "en/", MANIFEST_NAME, "nothing.html"):
            connection.request("GET", f"/{path}")
            answer = connection.getresponse()
            data = answer.read()
            name = f"{path}index.html" if not path or path.endswith("/") else path
            if path == "nothing.html":
                assert answer.status == 404
            else:
                assert (answer.status, data) == (200, (record / name).read_bytes())
        process.send_signal(signal.SIGINT)
        _, journal = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0
    lines = [json.loads(line) for line in journal.splitlines()]
    assert [line["status"] for line in lines] == [200, 200, 200, 404]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before anything listens."""
    answer = _run("serve", tmp_path / "nothing")
    assert answer.exit_code == 2
    assert "the folder of a public record" in answer.output
