"""A witness run as a party would run it: two commands, a log, a kill, and what is refused."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from escrutinio.adapters.log_folder import LogFolder
from escrutinio.cli.main import main
from escrutinio.log import create_log, load_checkpoint, open_log
from escrutinio.service.witness import hash_origin
from tests.unit.log.worlds import LOG, make_entries

NAME = "party.example/witness"
TIMEOUT_S = 30


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["witness", *map(str, arguments)])


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _new_key(name: str = NAME, file: str = "w.key", *more: str) -> str:
    result = _run("new-key", name, file, *more)
    assert result.exit_code == 0, result.output
    key, line, memory = result.stdout.splitlines()
    assert line.endswith(f"witness {name} {key.removeprefix('key: ')}")
    assert memory.startswith("memory: w.sqlite3 ")
    return key.removeprefix("key: ")


def _grow(folder: str, count: int, entry: bytes = b"") -> None:
    log = LogFolder(Path(folder))
    with log.writing():
        writer = open_log(log, LOG) if Path(folder).exists() and load_checkpoint(log) else None
        writer = writer or create_log(log, LOG)
        writer.append([entry] * count if entry else make_entries(count, writer.size))
        writer.publish()


@dataclass(frozen=True, slots=True)
class Serving:
    """A witness that runs in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def stop(self, number: signal.Signals) -> tuple[int, list[str]]:
        """Send a signal; give the exit code and the journal."""
        self.process.send_signal(number)
        _, journal = self.process.communicate(timeout=TIMEOUT_S)
        return self.process.returncode, journal.splitlines()


@contextlib.contextmanager
def _serving(*more: str) -> Iterator[Serving]:
    command: list[str | Path] = [
        Path(sys.executable).with_name("escrutinio"),
        *("witness", "serve", "--key", "w.key", "--database", "w.sqlite3"),
        *("--listen", "127.0.0.1:0"),
        *(more or ("--log", str(LOG.vkey))),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(f"witness {NAME}+"), line
            yield Serving(process, line.split()[-1])
        finally:
            process.kill()


def _write_policy(*lines: str) -> None:
    text = "\n".join([f"log {LOG.vkey}", *lines, ""])
    Path("policy").write_text(text, encoding="utf-8")


def test_a_party_witnesses_a_log(place: Path) -> None:
    """Key, service, asking for late cosignatures, kill -9, and the same memory afterwards."""
    vkey = _new_key()
    assert stat.S_IMODE((place / "w.key").stat().st_mode) == 0o600
    _grow("log", 300)
    text = Path("log/checkpoint").read_bytes()
    with _serving() as serving:
        _write_policy(f"witness party {vkey} http://{serving.address}", "quorum party")
        result = _run("ask", "log", "--policy", "policy")
        assert result.stdout == (
            "party: cosigned\n"
            "1 of 1 witnesses have cosigned the checkpoint of 300 entries.\n"
            "The quorum of the policy is reached.\n"
        )
        assert result.exit_code == 0
        cosigned = Path("log/checkpoint").read_bytes()
        assert cosigned.startswith(text)
        assert cosigned.count(b"\n") == text.count(b"\n") + 1
        page = f"http://{serving.address}/{hash_origin(LOG.name)}/checkpoint"
        with urllib.request.urlopen(page, timeout=TIMEOUT_S) as answer:
            assert answer.read() == cosigned
        assert serving.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    _grow("log", 20)
    with _serving() as serving:
        _write_policy(f"witness party {vkey} http://{serving.address}", "quorum party")
        result = _run("ask", "log", "--policy", "policy", "--lang", "es")
        assert "party: cofirmó\n1 de 1 cofirmantes" in result.stdout
        code, journal = serving.stop(signal.SIGTERM)
    assert code == 0
    assert [json.loads(line)["status"] for line in journal] == [409, 200]


def test_a_log_with_two_histories_is_named(place: Path) -> None:
    """The answer has an exit code of its own, and the published file stays as it is."""
    vkey = _new_key()
    _grow(str(place / "log"), 5)
    _grow("fork", 5, b"another entry")
    with _serving() as serving:
        _write_policy(f"witness party {vkey} http://{serving.address}", "quorum party")
        assert _run("ask", "log", "--policy", "policy").exit_code == 0
        before = Path("fork/checkpoint").read_bytes()
        result = _run("ask", "fork", "--policy", "policy")
        assert serving.stop(signal.SIGINT)[0] == 0
    assert result.exit_code == 1
    assert "SAYS IT COSIGNED ANOTHER HISTORY" in result.stdout
    assert "0 of 1 witnesses" in result.stdout
    assert Path("fork/checkpoint").read_bytes() == before


def test_a_witness_that_is_down_is_named_and_nothing_else_happens(place: Path) -> None:
    """Too few cosignatures contradict nothing: the answer is that it could not be checked."""
    vkey = _new_key()
    _grow(str(place / "log"), 5)
    _write_policy(f"witness party {vkey} http://127.0.0.1:1", "quorum party")
    result = _run("ask", "log", "--policy", "policy")
    assert result.exit_code == 3
    assert "party: not reached (Connection refused)\n0 of 1" in result.stdout


def test_a_policy_names_the_logs_and_a_second_key_cosigns_too(place: Path) -> None:
    """A witness with an ML-DSA-44 key beside the other one."""
    vkey = _new_key()
    second = _new_key(NAME, "pq.key", "--ml-dsa", "--database", "w.sqlite3")
    _grow(str(place / "log"), 5)
    _write_policy("quorum none")
    with _serving("--policy", "policy", "--ml-dsa-key", "pq.key", "--prefix", "/w") as serving:
        url = f"http://{serving.address}/w"
        _write_policy(f"witness a {vkey} {url}", f"witness b {second} {url}", "quorum b")
        result = _run("ask", "log", "--policy", "policy")
    assert "a: cosigned\nb: cosigned\n2 of 2" in result.stdout
    assert result.exit_code == 0


REFUSED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "no log": (("--key", "w.key", "--database", "w.sqlite3"), 2, "a log to follow"),
    "no memory": (
        ("--key", "w.key", "--database", "lost", "--log", str(LOG.vkey)),
        2,
        "lost: expected the memory of this witness, found no such file",
    ),
    "another witness's memory": (
        ("--key", "x.key", "--database", "w.sqlite3", "--log", str(LOG.vkey)),
        3,
        "expected the memory of party.example/witness+",
    ),
    "a witness's key as log": (
        ("--key", "w.key", "--database", "w.sqlite3", "--log", ""),
        3,
        "vkey",
    ),
    "an address without a port": (
        ("--key", "w.key", "--database", "w.sqlite3", "--log", str(LOG.vkey), "--listen", "here"),
        2,
        "HOST:PORT",
    ),
    "a prefix that is no path": (
        ("--key", "w.key", "--database", "w.sqlite3", "--log", str(LOG.vkey), "--prefix", "w"),
        2,
        "begins with '/'",
    ),
    "a key file that is none": (
        ("--key", "w.sqlite3", "--database", "w.sqlite3", "--log", str(LOG.vkey)),
        3,
        "a key file of at most",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_served_is_said(place: Path, name: str) -> None:
    """One clear line, the right exit code, no traceback, and nothing of a key."""
    vkey = _new_key()
    assert _run("new-key", "x.example/w", str(place / "x.key")).exit_code == 0
    arguments, code, message = REFUSED[name]
    result = _run("serve", *(item or vkey for item in arguments))
    assert result.exit_code == code, result.output
    assert (message if message != "vkey" else "type 0x01") in result.stderr
    assert result.stderr.startswith("escrutinio: ")
    assert "PRIVATE" not in result.output


def test_a_key_is_made_once(place: Path) -> None:
    """Neither the key nor the memory of a witness is ever replaced."""
    _new_key()
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    for arguments in (
        ("w.key",),
        ("new.key", "--database", "w.sqlite3"),
        ("w.key", "--database", "n"),
    ):
        result = _run("new-key", NAME, *arguments)
        assert result.exit_code == 2, result.output
        assert "something with this name" in result.stderr
    assert _run("new-key", "bad name", "n.key").exit_code == 3
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


@pytest.mark.parametrize(
    ("spoil", "code", "message"),
    [
        ("no log", 3, "a published checkpoint"),
        ("no policy", 2, "policy"),
        ("bad policy", 3, "quorum"),
        ("another log", 3, "a checkpoint of 'other.example'"),
        ("bad checkpoint", 3, "checkpoint"),
    ],
)
def test_what_cannot_be_asked_is_said(place: Path, spoil: str, code: int, message: str) -> None:
    """Before any witness is asked."""
    _grow(str(place / "log"), 5)
    _write_policy("quorum none")
    policy, checkpoint = Path("policy"), Path("log/checkpoint")
    if spoil == "no log":
        checkpoint.unlink()
    elif spoil == "no policy":
        policy.unlink()
    elif spoil == "bad policy":
        policy.write_text(f"log {LOG.vkey}\n", encoding="utf-8")
    elif spoil == "another log":
        other = type(LOG)("other.example", LOG.key)
        policy.write_text(f"log {other.vkey}\nquorum none\n", encoding="utf-8")
    else:
        checkpoint.write_bytes(b"rubbish")
    result = _run("ask", "log", "--policy", "policy")
    assert result.exit_code == code, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_log_that_is_being_written_is_left_alone(place: Path) -> None:
    """Cosignatures are added under the lock of the log; who does not get it can ask again."""
    vkey = _new_key()
    _grow(str(place / "log"), 5)
    with _serving() as serving:
        _write_policy(f"witness party {vkey} http://{serving.address}", "quorum party")
        with LogFolder(Path("log")).writing():
            result = _run("ask", "log", "--policy", "policy")
        assert result.exit_code == 2
        assert "another process" in result.stderr or "no other process" in result.stderr
        assert _run("ask", "log", "--policy", "policy").exit_code == 0


def test_the_secret_is_in_no_list_of_processes(place: Path) -> None:
    """The key is named by its file alone."""
    del place
    _new_key()
    with _serving() as serving:
        command = Path(f"/proc/{serving.process.pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{serving.process.pid}/environ").read_bytes()
        secret = Path("w.key").read_text(encoding="ascii").splitlines()[1].encode()
        assert secret not in command + environment
        assert os.fsencode("w.key") in command
