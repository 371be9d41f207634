"""Asking witnesses over HTTP: honest ones, and every kind of answer that is none."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from escrutinio.adapters.witness_client import HttpWitnessAsker
from escrutinio.errors import UnverifiableError, VerificationError
from escrutinio.log import (
    Asked,
    AskStatus,
    CosignerKey,
    LogWriter,
    Policy,
    PolicyWitness,
    SignedCheckpoint,
    add_cosignatures,
    collect_cosignatures,
    create_log,
    sign_cosignature,
)
from escrutinio.log.asking import MAX_ANSWER_BYTES
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.note import NoteSignature, encode_signature_lines
from escrutinio.primitives.vkey import NoteSigner, SignatureType
from tests.unit.log.worlds import LOG, WITNESS, MemoryStore, make_entries
from tests.unit.service.servers import head, scripted, witness

OTHER = NoteSigner("other.example/w", SigningKey(b"\x03" * 32), SignatureType.COSIGNATURE)
#: For witnesses that never end; everything else is far quicker.
SHORT_S = 0.6


def _log(size: int) -> tuple[MemoryStore, LogWriter]:
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(size))
    return store, writer


def _policy(*urls: str | None, signer: NoteSigner = WITNESS) -> Policy:
    witnesses = [
        PolicyWitness(f"w{number}", (signer, OTHER)[number > 0].vkey, url)
        for number, url in enumerate(urls)
    ]
    return Policy((), tuple(witnesses), (), None)


def _ask(url: str | None, size: int = 9) -> Asked:
    store, writer = _log(size)
    return HttpWitnessAsker(_policy(url), deadline_s=SHORT_S).ask(writer.signed, store)


def test_an_honest_witness_cosigns_a_growing_log(tmp_path: Path) -> None:
    """First asked without knowing what it has, then from what it cosigned last."""
    store, writer = _log(5)
    with witness(tmp_path / "w.sqlite3", prefix="/w") as server:
        asker = HttpWitnessAsker(_policy(f"{server.url}/w/"))
        for more in (0, 300, 300):
            writer.append(make_entries(more, writer.size))
            asked = asker.ask(writer.signed, store)
            assert (asked.cosigned, len(asked.outcomes)) == (1, 1)
            published = writer.publish(asked.lines, asker.cosigners)
            assert len(collect_cosignatures(published, asker.cosigners, "published")) == 1
        # Another publisher of the same log, which remembers nothing.
        writer.append(make_entries(3))
        assert HttpWitnessAsker(_policy(f"{server.url}/w")).ask(writer.signed, store).cosigned == 1
    statuses = [json.loads(line)["status"] for line in server.journal.getvalue().splitlines()]
    assert statuses == [200, 200, 200, 409, 200]


def test_a_witness_that_has_cosigned_is_not_asked_again(tmp_path: Path) -> None:
    """Each witness once per checkpoint: its cosignature is there already."""
    store, writer = _log(5)
    with witness(tmp_path / "w.sqlite3") as server:
        asker = HttpWitnessAsker(_policy(server.url))
        signed = writer.publish(asker.ask(writer.signed, store).lines, asker.cosigners)
        asked = asker.ask(signed, store)
    # A server that has ended has written everything.
    assert server.journal.getvalue().count("\n") == 1
    assert asked.cosigned == 1
    assert asked.lines == signed.note.signatures[1:]


def test_a_log_with_two_histories_is_told_so(tmp_path: Path) -> None:
    """The publisher was put back to an older copy, or somebody else has its key."""
    with witness(tmp_path / "w.sqlite3") as server:
        store, writer = _log(5)
        HttpWitnessAsker(_policy(server.url)).ask(writer.signed, store)
        for size in (5, 9):
            fork = MemoryStore()
            forked = create_log(fork, LOG)
            forked.append([b"other"] * size)
            (outcome,) = HttpWitnessAsker(_policy(server.url)).ask(forked.signed, fork).outcomes
            assert outcome.status is AskStatus.CONTRADICTED
        short, shorter = _log(3)
        (outcome,) = HttpWitnessAsker(_policy(server.url)).ask(shorter.signed, short).outcomes
        assert outcome.status is AskStatus.REFUSED
        assert "cosigned 5 entries already" in outcome.reason


def test_damaged_tiles_of_our_own_are_not_blamed_on_a_witness(tmp_path: Path) -> None:
    """A proof that leads nowhere is found here, before anybody is asked."""
    store, writer = _log(300)
    with witness(tmp_path / "w.sqlite3") as server:
        asker = HttpWitnessAsker(_policy(server.url))
        asker.ask(writer.signed, store)
        writer.append(make_entries(5))
        tile = f"tile/0/001.p/{305 - 256}"
        store.files[tile] = bytes(32) + store.files[tile][32:]
        with pytest.raises(VerificationError):
            asker.ask(writer.signed, store)
        del store.files[tile]
        with pytest.raises(UnverifiableError):
            asker.ask(writer.signed, store)


def _http(status: str, body: bytes = b"", headers: str = "") -> bytes:
    top = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
    return top.encode() + body


def _size(text: str) -> bytes:
    return _http("409 Conflict", text.encode(), "Content-Type: text/x.tlog.size\r\n")


def _lines(signed: SignedCheckpoint, signer: NoteSigner = WITNESS) -> bytes:
    return _http("200 OK", encode_signature_lines([sign_cosignature(signed, signer, 7)]))


BAD_LINE = NoteSignature(WITNESS.name, WITNESS.vkey.key_id, bytes(72))
SHORT_LINE = NoteSignature(WITNESS.name, WITNESS.vkey.key_id, bytes(64))
ANSWERS = {
    "a bad signature": (_http("200 OK", encode_signature_lines([BAD_LINE])), "bad_answer"),
    "a short signature": (_http("200 OK", encode_signature_lines([SHORT_LINE])), "bad_answer"),
    "another checkpoint": (_lines(head(8)), "bad_answer"),
    "another witness": (_lines(head(9), OTHER), "bad_answer"),
    "a page": (_http("200 OK", b"<html>Welcome!</html>"), "bad_answer"),
    "nothing": (_http("200 OK"), "bad_answer"),
    "no text": (_http("200 OK", b"\xff\xfe\x00"), "bad_answer"),
    "201": (_http("201 Created", b"x"), "bad_answer"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "bad_answer"),
    "a cut answer": (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc", "bad_answer"),
    "bad chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "bad_answer"),
    "many headers": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "bad_answer"),
    "a large answer": (_http("200 OK", b"x" * (MAX_ANSWER_BYTES + 1)), "bad_answer"),
    "a redirect": (_http("307 Temporary Redirect", b"", "Location: /add\r\n"), "bad_answer"),
    "409 without a size": (_http("409 Conflict", b"5\n"), "bad_answer"),
    "409 with the same size": (_size("0\n"), "bad_answer"),
    "409 with no number": (_size("007\n"), "bad_answer"),
    "409 with a larger size": (_size("10\n"), "refused"),
    "409 for ever": (_size("5\n"), "bad_answer"),
    "400": (_http("400 Bad Request"), "refused"),
    "403": (_http("403 Forbidden"), "refused"),
    "404": (_http("404 Not Found"), "refused"),
    "422": (_http("422 Unprocessable Entity"), "contradicted"),
    "429": (_http("429 Too Many Requests"), "unreachable"),
    "503": (_http("503 Service Unavailable"), "unreachable"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_no_cosignature_is_an_outcome(name: str) -> None:
    """Whatever a witness answers, the publisher goes on and says what happened."""
    answer, status = ANSWERS[name]
    with scripted(answer) as url:
        asked = _ask(url)
    (outcome,) = asked.outcomes
    assert outcome.status.value == status
    assert outcome.reason
    assert (asked.cosigned, asked.lines) == (0, ())


def test_lines_of_others_beside_a_good_one_are_ignored() -> None:
    """A witness may answer cosignatures of keys that we do not know."""
    stranger = NoteSigner("x.example", SigningKey(b"\x09" * 32), SignatureType.COSIGNATURE)
    lines = [sign_cosignature(head(9), signer, 7) for signer in (stranger, WITNESS)]
    with scripted(_http("200 OK", encode_signature_lines(lines))) as url:
        asked = _ask(url)
    assert asked.lines == (lines[1],)


def _play_next(answers: Iterator[bytes], connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(next(answers))


def test_another_root_is_recognised_by_both_states_of_the_specification() -> None:
    """Tag 1.0.0 says 409 with the size that was sent, the head says 422."""
    for answer in (_size("9\n"), _http("409 Conflict"), _http("422 Unprocessable Entity")):
        with scripted(partial(_play_next, iter([_size("9\n"), answer]))) as url:
            (outcome,) = _ask(url).outcomes
        assert outcome.status is AskStatus.CONTRADICTED


def test_a_witness_that_names_a_new_size_each_time_is_left() -> None:
    """Asking is bounded, however often the size changes."""
    sizes = iter("2345678")
    with scripted(partial(_play_next, map(_size, sizes))) as url:
        (outcome,) = _ask(url).outcomes
    assert outcome.status is AskStatus.REFUSED
    assert next(sizes) == "5"


def _drip(connection: socket.socket, piece: bytes, first: bytes = b"") -> None:
    connection.recv(65536)
    connection.sendall(first)
    with contextlib.suppress(OSError):
        for _ in range(400):
            connection.sendall(piece)
            time.sleep(0.02)


SLOW: dict[str, Callable[[socket.socket], None]] = {
    "silent": lambda connection: _drip(connection, b""),
    "a dripping head": lambda connection: _drip(connection, b"H"),
    "a dripping header": lambda connection: _drip(connection, b"A", b"HTTP/1.1 200 OK\r\nX: "),
    "a dripping body": lambda connection: _drip(
        connection, b"x", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"
    ),
    "dripping chunks": lambda connection: _drip(
        connection, b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    ),
    "continue for ever": lambda connection: _drip(connection, b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a witness that reads nothing": lambda _: time.sleep(3 * SHORT_S),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_witness_delays_nobody_beyond_the_deadline(name: str) -> None:
    """The deadline is for the whole, not from one byte to the next."""
    with scripted(SLOW[name]) as url:
        begin_s = time.monotonic()
        (outcome,) = _ask(url).outcomes
        took_s = time.monotonic() - begin_s
    assert outcome.status in {AskStatus.SLOW, AskStatus.BAD_ANSWER}
    assert took_s < SHORT_S + 2


def test_an_endless_answer_is_read_up_to_a_limit() -> None:
    """Neither the length it announces nor the bytes it sends take memory."""
    sent = []

    def play(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                sent.append(connection.send(b"x" * 65536))

    with scripted(play) as url:
        (outcome,) = _ask(url).outcomes
    assert outcome.status is AskStatus.BAD_ANSWER
    assert "more than" in outcome.reason
    assert sum(sent) < 100 * MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    "url",
    [
        None,
        "http://127.0.0.1:1",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        "http://user:secret@127.0.0.1/",
        "http://127.0.0.1/?x=y",
        "http://name.invalid/",
        "http://[::1",
        "http://127.0.0.1:1/\udcff",
        "nothing",
    ],
)
def test_an_address_that_leads_nowhere_is_an_outcome(url: str | None) -> None:
    """A policy may name anything; nothing but http and https is ever opened."""
    (outcome,) = _ask(url).outcomes
    assert outcome.status in {AskStatus.UNREACHABLE, AskStatus.SLOW}
    assert outcome.reason
    assert "secret" not in outcome.reason


def test_a_connection_that_is_closed_is_an_outcome() -> None:
    """A proxy without a witness behind it."""
    with scripted(lambda connection: connection.close()) as url:
        (outcome,) = _ask(url).outcomes
    assert outcome.status is AskStatus.UNREACHABLE


def test_plain_http_behind_an_https_address_is_an_outcome() -> None:
    """TLS that does not come about is no connection."""
    with scripted(_http("200 OK")) as url:
        (outcome,) = _ask(url.replace("http:", "https:")).outcomes
    assert outcome.status is AskStatus.UNREACHABLE


def test_witnesses_are_asked_at_once_and_a_good_one_counts_beside_a_slow_one(
    tmp_path: Path,
) -> None:
    """What has come in by the deadline is what is published."""
    store, writer = _log(9)
    with (
        witness(tmp_path / "w.sqlite3") as server,
        scripted(SLOW["silent"]) as slow,
    ):
        asker = HttpWitnessAsker(_policy(server.url, slow), deadline_s=SHORT_S)
        asked = asker.ask(writer.signed, store)
    assert [item.status for item in asked.outcomes] == [AskStatus.COSIGNED, AskStatus.SLOW]
    assert (asked.cosigned, len(asked.outcomes)) == (1, 2)
    assert writer.publish(asked.lines, asker.cosigners).note.signatures[1:] == asked.lines


def test_two_keys_at_one_address_are_one_request(tmp_path: Path) -> None:
    """A witness answers with all its keys; asking twice would only cost."""
    store, writer = _log(9)
    with witness(tmp_path / "w.sqlite3", signers=(WITNESS, OTHER)) as server:
        asked = HttpWitnessAsker(_policy(server.url, server.url)).ask(writer.signed, store)
    assert asked.cosigned == 2
    assert server.journal.getvalue().count("\n") == 1


def test_a_bad_cosignature_on_the_checkpoint_is_our_own_fault() -> None:
    """It would make every reader refuse the checkpoint; nobody is asked before it is gone."""
    store, writer = _log(9)
    note = type(writer.signed.note)(writer.signed.note.text, (BAD_LINE,))
    with pytest.raises(VerificationError):
        HttpWitnessAsker(_policy(None)).ask(SignedCheckpoint(writer.signed.checkpoint, note), store)


def test_a_program_that_has_asked_can_end_at_once() -> None:
    """Threads that still wait are left behind and leave no open file."""
    store, writer = _log(9)
    before = _count_files()
    with scripted(SLOW["silent"]) as url:
        HttpWitnessAsker(_policy(url), deadline_s=SHORT_S).ask(writer.signed, store)
        assert all(thread.daemon for thread in threading.enumerate() if "_run" in thread.name)
    deadline_s = time.monotonic() + 10
    while _count_files() > before and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert _count_files() <= before


def _count_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_late_line_is_added_beside_what_is_there() -> None:
    """The order of answers never changes what was published."""
    lines = [sign_cosignature(head(9), signer, 7) for signer in (WITNESS, OTHER)]
    keys = [CosignerKey(WITNESS.vkey), CosignerKey(OTHER.vkey)]
    first = add_cosignatures(head(9), lines[:1], keys)
    assert add_cosignatures(first, lines, keys).note.signatures[1:] == tuple(lines)
