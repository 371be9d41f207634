"""Witnesses on loopback: real ones, and ones that answer whatever a test wants."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from escrutinio.adapters.witness_database import WitnessDatabase, create_witness_database
from escrutinio.log import (
    AddCheckpoint,
    Checkpoint,
    LogKey,
    MlDsaSigner,
    SignedCheckpoint,
    compute_consistency_path,
    compute_root,
    encode_add_checkpoint,
    hash_leaves,
    nodes_of_leaves,
    sign_checkpoint,
)
from escrutinio.log.witnessing import MAX_REQUEST_BYTES
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.service import HttpAnswer, HttpRequest, HttpServer, WitnessService
from tests.unit.log.worlds import LOG, WITNESS, make_entries

#: The witness's clock.
NOW = 1_767_139_200
#: Longer than any test of this folder may take.
PATIENCE_S = 20.0
_LEAVES = hash_leaves(make_entries(600))


def head(size: int) -> SignedCheckpoint:
    """Sign the checkpoint of the first entries of ``make_entries``."""
    return sign_checkpoint(Checkpoint(LOG.name, size, compute_root(_LEAVES[:size])), LOG)


def fork(size: int) -> SignedCheckpoint:
    """Sign another root for a size, as a log with two histories does."""
    return sign_checkpoint(Checkpoint(LOG.name, size, b"\x0f" * 32), LOG)


def request(old: int, signed: SignedCheckpoint, proof: Sequence[bytes] | None = None) -> bytes:
    """Write the body of a request; with an honest proof unless another one is given."""
    if proof is None:
        size = signed.checkpoint.size
        proof = compute_consistency_path(old, size, nodes_of_leaves(_LEAVES[:size]))
    return encode_add_checkpoint(AddCheckpoint(old, tuple(proof), signed))


def post(path: str, body: bytes, headers: str = "") -> bytes:
    """Write a whole HTTP request."""
    lines = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return lines.encode() + body


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer as received."""

    status: int
    head: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs.

    Attributes:
        port: on 127.0.0.1.
        journal: what it has written so far.
    """

    port: int
    journal: io.StringIO

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def send(self, data: bytes, *, ends: bool = False) -> Reply:
        """Send bytes as they are and read the answer to its end."""
        with self.connect() as connection:
            connection.sendall(data)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return read_reply(connection)

    def connect(self) -> socket.socket:
        """Connect."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)


def read_reply(connection: socket.socket) -> Reply:
    """Read an answer to its end."""
    received = b""
    while piece := connection.recv(65536):
        received += piece
    top, blank, body = received.partition(b"\r\n\r\n")
    assert blank, received
    return Reply(int(top.split()[1]), top.decode(), body)


@contextlib.contextmanager
def running(
    answer: Callable[[HttpRequest], HttpAnswer],
    max_body_bytes: int = MAX_REQUEST_BYTES,
    connection_s: float = PATIENCE_S,
    max_connections: int = 64,
) -> Iterator[Running]:
    """Run a service."""
    journal = io.StringIO()
    address = ("127.0.0.1", 0)
    with HttpServer(
        address, answer, max_body_bytes, journal, connection_s, max_connections
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Running(int(server.server_address[1]), journal)
        finally:
            server.shutdown()
            thread.join(PATIENCE_S)


@contextlib.contextmanager
def witness(
    path: Path,
    signers: Sequence[NoteSigner | MlDsaSigner] = (WITNESS,),
    prefix: str = "/",
    wait_s: float = PATIENCE_S,
) -> Iterator[Running]:
    """Run a witness of the log of these tests; a second one on the same file goes on with it."""
    if not path.exists():
        create_witness_database(path, WITNESS.vkey)
    memory = WitnessDatabase(path, wait_s)
    logs = {LOG.name: [LogKey.of(LOG.vkey)]}
    service = WitnessService(logs, memory, signers, lambda: NOW, prefix)
    try:
        with running(service.answer) as server:
            yield server
    finally:
        memory.close()


@contextlib.contextmanager
def scripted(play: bytes | Callable[[socket.socket], None]) -> Iterator[str]:
    """Run what answers every connection with these bytes, or does this with it; give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)
        is_over = threading.Event()

        def play_one(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(PATIENCE_S)
                if isinstance(play, bytes):
                    connection.recv(65536)
                    connection.sendall(play)
                else:
                    play(connection)

        def serve() -> None:
            while not is_over.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _ = listener.accept()
                    threading.Thread(target=play_one, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            is_over.set()
            thread.join(PATIENCE_S)
