"""The memory of a witness: never forgets, never grows without end, never belongs to another."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from escrutinio.adapters.witness_database import (
    MAX_PROVEN,
    MAX_UNPROVEN,
    WitnessDatabase,
    create_witness_database,
)
from escrutinio.errors import AdapterError, RefusedError
from escrutinio.log import Checkpoint, WitnessAnswer, encode_checkpoint, sign_checkpoint
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, SignatureType
from tests.unit.log.worlds import LOG, WITNESS
from tests.unit.service.servers import head, post, request, witness

OTHER = NoteSigner("other.example/w", SigningKey(b"\x03" * 32), SignatureType.COSIGNATURE)
COSIGNED = WitnessAnswer(200, b"line\n")


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    path = tmp_path / "witness.sqlite3"
    create_witness_database(path, WITNESS.vkey)
    return path


def test_what_was_decided_is_there_after_a_restart(path: Path) -> None:
    """The stored bytes come back as they are, per origin."""
    database = WitnessDatabase(path)
    database.update("a", lambda stored: (COSIGNED, b"one" if stored is None else b"!"))
    database.update("b", lambda stored: (COSIGNED, b"two" if stored is None else b"!"))
    database.close()
    database = WitnessDatabase(path)
    seen: list[bytes | None] = []

    def look(stored: bytes | None) -> tuple[WitnessAnswer, bytes | None]:
        seen.append(stored)
        return WitnessAnswer(409, b""), None

    for origin in ("a", "b", "c"):
        database.update(origin, look)
    assert seen == [b"one", b"two", None]
    assert database.load_cosigned("a") == b"oneline\n"
    assert database.load_cosigned("c") is None
    database.close()


def test_a_decision_that_fails_stores_nothing(path: Path) -> None:
    """The lock is given back, and the next decision finds the memory as it was."""
    database = WitnessDatabase(path)

    def fail(_: bytes | None) -> tuple[WitnessAnswer, bytes | None]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.update("a", fail)
    database.update("a", lambda stored: (COSIGNED, b"one" if stored is None else b"!"))
    assert database.load_cosigned("a") == b"oneline\n"
    database.close()


def test_a_lost_memory_is_not_made_again(tmp_path: Path) -> None:
    """A witness without its memory is another witness."""
    with pytest.raises(AdapterError, match="make a new one"):
        WitnessDatabase(tmp_path / "lost.sqlite3")
    assert not list(tmp_path.iterdir())


def test_a_memory_is_made_once_and_for_its_owner(path: Path) -> None:
    """Neither a second one over it, nor others who could read or change it."""
    with pytest.raises(AdapterError, match="something with this name"):
        create_witness_database(path, WITNESS.vkey)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_memory_belongs_to_its_keys(path: Path) -> None:
    """With another witness's memory a key could cosign what its own memory forbids."""
    database = WitnessDatabase(path)
    database.require_keys([WITNESS.vkey])
    with pytest.raises(RefusedError, match=r"other\.example/w"):
        database.require_keys([WITNESS.vkey, OTHER.vkey])
    database.add_key(OTHER.vkey)
    database.require_keys([OTHER.vkey, WITNESS.vkey])
    assert database.load_keys() == (WITNESS.vkey, OTHER.vkey)
    database.close()


@pytest.mark.parametrize("kind", ["rubbish", "empty", "foreign", "newer"])
def test_another_file_is_refused_and_left_as_it_is(path: Path, kind: str) -> None:
    """A memory that cannot be understood must not be taken for an empty one."""
    if kind == "rubbish":
        path.write_bytes(b"rubbish" * 1000)
    elif kind == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE cosigned (origin, checkpoint, cosignatures)")
            if kind == "newer":
                connection.execute("PRAGMA application_id = 0x45534357")
                connection.execute("PRAGMA user_version = 2")
        connection.close()
    before = path.read_bytes()
    with pytest.raises((AdapterError, RefusedError)):
        WitnessDatabase(path)
    assert path.read_bytes() == before


def _decide_once(
    answer: tuple[WitnessAnswer, bytes | None], _: bytes | None
) -> tuple[WitnessAnswer, bytes | None]:
    return answer


def _refused(size: int, number: int = 0) -> bytes:
    root = number.to_bytes(32, "big")
    return encode_checkpoint(sign_checkpoint(Checkpoint(LOG.name, size, root), LOG))


def test_evidence_is_bounded_and_proofs_stay(path: Path) -> None:
    """Anybody can send what the log once signed; nobody may push a proof out by that."""
    database = WitnessDatabase(path)
    stored = encode_checkpoint(head(5))
    database.update(LOG.name, lambda _: (COSIGNED, stored))
    proofs = [_refused(5, number) for number in range(MAX_PROVEN + 2)]
    others = [_refused(6 + number) for number in range(MAX_UNPROVEN + 2)]
    for evidence in (proofs[0], *others, *proofs, others[-1]):
        answer = (WitnessAnswer(422, b"", evidence=evidence), None)
        database.update(LOG.name, partial(_decide_once, answer))
    kept = database.load_contradictions()
    assert [item.refused for item in kept if item.is_proof] == proofs[:MAX_PROVEN]
    assert [item.refused for item in kept if not item.is_proof] == others[-MAX_UNPROVEN:]
    assert {item.cosigned for item in kept} == {stored}
    database.close()


def test_a_closed_memory_answers_nothing(path: Path) -> None:
    """The server may still be finishing connections."""
    database = WitnessDatabase(path)
    database.close()
    with pytest.raises(AdapterError):
        database.load_cosigned("a")
    with pytest.raises(AdapterError):
        database.update("a", lambda _: (COSIGNED, b"x"))


FULL = """
import resource, sys
from pathlib import Path
from escrutinio.adapters.witness_database import WitnessDatabase
from escrutinio.errors import AdapterError
from escrutinio.log import WitnessAnswer
database = WitnessDatabase(Path(sys.argv[1]))
database.update("a", lambda stored: (WitnessAnswer(200, b""), b"one"))
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in ((16384, unlimited[1]), unlimited):
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    try:
        database.update("a", lambda stored: (WitnessAnswer(200, b""), b"two" * 10000))
    except AdapterError as error:
        print(error)
"""


def test_a_full_disk_closes_the_memory(path: Path) -> None:
    """What is on the disk is unknown then; going on from memory could contradict it."""
    answer = subprocess.run(
        [sys.executable, "-c", FULL, path],
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )
    first, second = answer.stdout.splitlines()
    assert "to write the memory" in first
    assert "closed or failed" in second
    database = WitnessDatabase(path)
    assert database.load_cosigned("a") == b"one"
    database.close()


KILLED = """
import os, sys, signal
from pathlib import Path
from escrutinio.adapters.witness_database import WitnessDatabase
from escrutinio.log import WitnessAnswer
database = WitnessDatabase(Path(sys.argv[1]))
def decide(stored):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    return WitnessAnswer(200, b"line\\n"), b"one"
database.update("a", decide)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "found"), [("before", None), ("after", b"oneline\n")])
def test_a_killed_witness_has_stored_all_or_nothing(
    path: Path, moment: str, found: bytes | None
) -> None:
    """Killed between storing and answering, it must have stored; before that, nothing was said."""
    answer = subprocess.run([sys.executable, "-c", KILLED, path, moment], check=False, timeout=60)
    assert answer.returncode == -signal.SIGKILL
    database = WitnessDatabase(path)
    assert database.load_cosigned("a") == found
    database.close()


def test_processes_that_race_agree_on_one_history(tmp_path: Path) -> None:
    """Each of them cosigns only what extends what any of them cosigned."""
    path = tmp_path / "counter.sqlite3"
    create_witness_database(path, WITNESS.vkey)
    code = """
import sys
from pathlib import Path
from escrutinio.adapters.witness_database import WitnessDatabase
from escrutinio.log import WitnessAnswer
database = WitnessDatabase(Path(sys.argv[1]))
for _ in range(50):
    database.update("a", lambda stored: (WitnessAnswer(200, b""), b"%d" % (int(stored or 0) + 1)))
"""
    racing = [subprocess.Popen([sys.executable, "-c", code, path]) for _ in range(2)]
    assert [process.wait(60) for process in racing] == [0, 0]
    database = WitnessDatabase(path)
    assert database.load_cosigned("a") == b"100"
    database.close()


def test_an_older_copy_put_back_is_not_noticed(tmp_path: Path) -> None:
    """What no memory can know of itself, so that the guide's warning stays true."""
    path, copy = tmp_path / "witness.sqlite3", tmp_path / "copy"
    with witness(path) as server:
        server.send(_post(request(0, head(5))))
    copy.write_bytes(path.read_bytes())
    with witness(path) as server:
        server.send(_post(request(5, head(9))))
    copy.replace(path)
    with witness(path) as server:
        assert server.send(_post(request(5, head(7)))).status == 200


def _post(body: bytes) -> bytes:
    return post("/add-checkpoint", body)
