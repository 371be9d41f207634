"""The witness over HTTP: every answer of the specification, its memory, and what fails."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from escrutinio.adapters.witness_database import WitnessDatabase
from escrutinio.log import (
    CosignerKey,
    SignedCheckpoint,
    collect_cosignatures,
    decode_checkpoint,
    encode_checkpoint,
    sign_checkpoint,
)
from escrutinio.log.checkpoint import Checkpoint
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.note import Note, NoteSignature, decode_signature_lines
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.service.witness import hash_origin
from tests.unit.log.worlds import LOG, WITNESS
from tests.unit.service.servers import NOW, Reply, Running, fork, head, post, request, witness

ADD = "/add-checkpoint"
PAGE = f"GET /{hash_origin(LOG.name)}/checkpoint HTTP/1.1\r\n\r\n".encode()
STRANGER = NoteSigner("stranger.example/log", SigningKey(b"\x07" * 32))
THIEF = NoteSigner(LOG.name, SigningKey(b"\x08" * 32))


def _ask(server: Running, old: int, signed: SignedCheckpoint) -> Reply:
    return server.send(post(ADD, request(old, signed)))


def _badly_signed() -> SignedCheckpoint:
    good = head(5)
    line = NoteSignature(LOG.name, LOG.vkey.key_id, bytes(64))
    return SignedCheckpoint(good.checkpoint, Note(good.note.text, (line,)))


@pytest.fixture(name="memory")
def _memory(tmp_path: Path) -> Path:
    return tmp_path / "witness.sqlite3"


def test_a_checkpoint_that_extends_the_last_one_is_cosigned(memory: Path) -> None:
    """The answer is signature lines and nothing else."""
    with witness(memory) as server:
        for old, size in ((0, 3), (3, 300), (300, 300), (300, 600)):
            reply = _ask(server, old, head(size))
            assert reply.status == 200
            assert "Content-Type: text/plain; charset=utf-8" in reply.head
            lines = decode_signature_lines(reply.body, "answer")
            note = Note(head(size).note.text, lines)
            answered = SignedCheckpoint(head(size).checkpoint, note)
            (cosigning,) = collect_cosignatures(answered, [CosignerKey(WITNESS.vkey)], "answer")
            assert cosigning.time == NOW


REFUSALS = {
    "no request": (b"hello", 400),
    "empty": (b"", 400),
    "old above the size": (b"old 10\n\n" + encode_checkpoint(head(5)), 400),
    "a stranger's log": (
        request(0, sign_checkpoint(Checkpoint(STRANGER.name, 5, bytes(32)), STRANGER), ()),
        404,
    ),
    "another key of this name": (
        request(0, sign_checkpoint(Checkpoint(LOG.name, 5, bytes(32)), THIEF), ()),
        403,
    ),
    "a bad signature": (request(0, _badly_signed(), ()), 403),
    "a proof from 3 where 2 is stored": (request(3, head(5)), 409),
    "another root of the same size": (request(2, fork(2), ()), 422),
    "a wrong proof": (request(2, head(5), [bytes(32)] * 3), 422),
    "a proof of impossible length": (request(2, head(5), [bytes(32)]), 422),
    "a log with two histories": (request(2, fork(5)), 422),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused_changes_nothing(memory: Path, name: str) -> None:
    """Each refusal has the status of the specification, and the last checkpoint stays."""
    body, status = REFUSALS[name]
    with witness(memory) as server:
        _ask(server, 0, head(2))
        before = server.send(PAGE).body
        reply = server.send(post(ADD, body))
        assert reply.status == status
        if status == 409:
            assert reply.body == b"2\n"
            assert "Content-Type: text/x.tlog.size\r\n" in reply.head
        else:
            assert reply.body == b""
        assert server.send(PAGE).body == before
        last = json.loads(server.journal.getvalue().splitlines()[-2])
        assert last["status"] == status
        assert last["reason"]


def test_a_proof_for_the_first_checkpoint_is_refused(memory: Path) -> None:
    """Nothing is extended, so there is nothing to prove."""
    with witness(memory) as server:
        body = request(0, head(5), [bytes(32)])
        assert server.send(post(ADD, body)).status == 422


def test_what_contradicts_is_kept_beside_what_was_cosigned(memory: Path) -> None:
    """Two roots of one size, both signed by the log, prove that it has two histories."""
    with witness(memory) as server:
        _ask(server, 0, head(5))
        assert server.send(post(ADD, request(0, fork(5)))).status == 409
        assert server.send(post(ADD, request(5, fork(5), ()))).status == 422
        server.send(post(ADD, request(5, fork(9))))
    database = WitnessDatabase(memory)
    first, second = database.load_contradictions()
    database.close()
    assert (first.is_proof, first.refused) == (True, encode_checkpoint(fork(5)))
    assert first.cosigned == encode_checkpoint(head(5))
    assert (second.is_proof, second.refused) == (False, encode_checkpoint(fork(9)))


def test_the_last_cosigned_checkpoint_is_shown_to_everybody(memory: Path) -> None:
    """Whoever reads a log can compare what it was shown with what the witness was shown."""
    with witness(memory) as server:
        assert server.send(PAGE).status == 404
        cosigned = _ask(server, 0, head(7)).body
        shown = server.send(PAGE)
    assert shown.status == 200
    assert shown.body == encode_checkpoint(head(7)) + cosigned
    signed = decode_checkpoint(shown.body, "page")
    assert collect_cosignatures(signed, [CosignerKey(WITNESS.vkey)], "page")


def test_a_restarted_witness_remembers(memory: Path) -> None:
    """To forget would be to cosign a second history."""
    with witness(memory) as server:
        assert _ask(server, 0, head(300)).status == 200
    with witness(memory) as server:
        assert _ask(server, 0, head(600)).body == b"300\n"
        assert server.send(post(ADD, request(300, fork(300), ()))).status == 422
        assert _ask(server, 300, head(600)).status == 200


def test_of_two_histories_at_once_one_is_cosigned(memory: Path) -> None:
    """Comparing and storing is one step, whoever comes first."""
    bodies = [request(0, head(5)), request(0, fork(5))]
    with witness(memory) as server:
        for _ in range(5):
            replies: list[Reply] = []
            gate = threading.Barrier(8)

            def race(body: bytes, gate: threading.Barrier, replies: list[Reply]) -> None:
                gate.wait()
                replies.append(server.send(post(ADD, body)))

            threads = [
                threading.Thread(target=race, args=(bodies[n % 2], gate, replies)) for n in range(8)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted({reply.status for reply in replies}) in ([200, 409], [409])
        shown = decode_checkpoint(server.send(PAGE).body, "page").checkpoint
    journal = [json.loads(line) for line in server.journal.getvalue().splitlines()]
    assert sum(line["status"] == 200 and line["method"] == "POST" for line in journal) == 1
    assert shown in {head(5).checkpoint, fork(5).checkpoint}


def test_two_processes_on_one_memory_are_one_witness(memory: Path) -> None:
    """A second process, started by mistake, must not make a second history possible."""
    with witness(memory) as one, witness(memory) as other:
        assert _ask(one, 0, head(5)).status == 200
        assert other.send(post(ADD, request(0, fork(5)))).status == 409
        assert _ask(other, 5, head(9)).status == 200
        assert _ask(one, 5, head(9)).body == b"9\n"


def test_a_prefix_begins_every_path(memory: Path) -> None:
    """Several services can stand behind one address."""
    with witness(memory, prefix="/party/") as server:
        assert server.send(post(f"/party{ADD}", request(0, head(5)))).status == 200
        assert server.send(post(ADD, request(5, head(5)))).status == 404
        assert server.send(b"GET /party/health HTTP/1.1\r\n\r\n").body == b"ok\n"


@pytest.mark.parametrize(
    ("line", "status", "allow"),
    [
        ("GET /add-checkpoint", 405, "POST"),
        ("POST /health", 405, "GET"),
        ("GET /nothing", 404, ""),
        ("GET /", 404, ""),
        ("GET //add-checkpoint", 404, ""),
        ("GET /../health", 404, ""),
        ("GET /%68ealth", 404, ""),
        ("GET /health?x=y", 200, ""),
        ("HEAD /health", 200, ""),
        (f"GET /{hash_origin('other')}/checkpoint", 404, ""),
    ],
)
def test_other_paths_and_methods(memory: Path, line: str, status: int, allow: str) -> None:
    """What is not one of the three addresses is nothing."""
    with witness(memory) as server:
        reply = server.send(f"{line} HTTP/1.1\r\nContent-Length: 0\r\n\r\n".encode())
    assert reply.status == status
    assert (f"Allow: {allow}" in reply.head) == bool(allow)
    assert bool(reply.body) == (status == 200 and line.startswith("GET"))


def test_a_witness_whose_memory_fails_signs_nothing(memory: Path) -> None:
    """Another process holds the memory for longer than we wait."""
    with witness(memory, wait_s=0.1) as server:
        _ask(server, 0, head(5))
        other = sqlite3.connect(memory, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        reply = _ask(server, 5, head(9))
        assert (reply.status, reply.body) == (503, b"")
        other.execute("ROLLBACK")
        other.close()
        assert _ask(server, 5, head(9)).status == 200


def test_a_witness_with_a_damaged_memory_signs_nothing(memory: Path) -> None:
    """What was cosigned cannot be read any more; going on would be forgetting."""
    with witness(memory) as server:
        _ask(server, 0, head(5))
        other = sqlite3.connect(memory)
        other.execute("UPDATE cosigned SET checkpoint = ?", (b"rubbish",))
        other.commit()
        other.close()
        assert _ask(server, 5, head(9)).status == 500
        assert "Traceback" not in server.journal.getvalue()


def test_the_journal_names_no_client_and_no_secret(memory: Path) -> None:
    """Whoever reads it learns which log came when, and nothing else."""
    with witness(memory) as server:
        _ask(server, 0, head(5))
        server.send(post("/x\x1b[31m", b""))
        server.send(post(ADD, b"old 0\x1b[2J\n\n"))
    text = server.journal.getvalue()
    assert "127.0.0.1" not in text
    assert "\x1b" not in text
    assert WITNESS.key.seed.hex() not in text
    first = json.loads(text.splitlines()[0])
    assert (first["origin"], first["size"], first["status"]) == (LOG.name, 5, 200)
