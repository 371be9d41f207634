"""What strangers can send to the server: all of it is bounded, and none of it ends the server."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from escrutinio.errors import AdapterError
from escrutinio.service import HttpAnswer, HttpRequest, HttpServer
from escrutinio.service.http_server import MAX_HEAD_BYTES
from tests.unit.service.servers import PATIENCE_S, Running, post, read_reply, running

MOST = 1000


def _echo(request: HttpRequest) -> HttpAnswer:
    if request.path == "/bug":
        raise ZeroDivisionError("secret text")
    return HttpAnswer(200, f"{request.method} {request.path} ".encode() + request.body)


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Running]:
    with running(_echo, MOST) as server:
        yield server


def test_a_request_arrives_as_it_was_sent(server: Running) -> None:
    """Path and body, whole, and the connection is closed behind the answer."""
    reply = server.send(post("/a/b?c=d", b"x" * MOST))
    assert (reply.status, reply.body) == (200, b"POST /a/b " + b"x" * MOST)
    assert "Connection: close" in reply.head
    assert server.send(b"GET /a HTTP/1.0\r\n\r\n").body == b"GET /a "
    assert server.send(b"GET /a HTTP/1.1\n\n").body == b"GET /a "


BAD = {
    "no HTTP": (b"hello\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", 400),
    "no path": (b"GET example HTTP/1.1\r\n\r\n", 400),
    "control characters in the path": (b"GET /\x01 HTTP/1.1\r\n\r\n", 400),
    "a long path": (b"GET /" + b"x" * 3000 + b" HTTP/1.1\r\n\r\n", 400),
    "another method": (b"BREW / HTTP/1.1\r\n\r\n", 501),
    "a header without a colon": (b"GET / HTTP/1.1\r\nrubbish\r\nContent-Length: 0\r\n\r\n", 400),
    "many headers": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", 431),
    "a head without end": (b"GET / HTTP/1.1\r\n" + b"A: " + b"x" * MAX_HEAD_BYTES, 431),
    "no length": (b"POST / HTTP/1.1\r\n\r\n", 411),
    "chunks": (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        411,
    ),
    "chunks and a length": (
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        411,
    ),
    "two lengths": (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    "the same length twice": (b"POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc", 400),
    "a negative length": (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    "digits that are not ASCII": ("POST / HTTP/1.1\r\nContent-Length: ٣\r\n\r\nabc".encode(), 400),
    "a large body": (post("/", b"x" * (MOST + 1)), 413),
    "a huge length": (b"POST / HTTP/1.1\r\nContent-Length: 999999999999999999\r\n\r\n", 413),
    "a body that ends early": (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", 400),
    "a head that ends early": (b"POST / HTTP/1.1\r\n", 400),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_has_its_status_and_no_body(server: Running, name: str) -> None:
    """No service ever sees it, and nothing of it comes back."""
    data, status = BAD[name]
    reply = server.send(data, ends=True)
    assert (reply.status, reply.body) == (status, b"")


def test_a_client_that_waits_is_told_to_go_on(server: Running) -> None:
    """Some clients send a body only after the server has agreed to it."""
    with server.connect() as connection:
        head, body = post("/w", b"abc", "Expect: 100-continue\r\n").split(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert read_reply(connection).body == b"POST /w abc"


def test_a_fault_of_the_program_is_answered_without_its_text(server: Running) -> None:
    """Neither the client nor the journal sees what the error was about."""
    assert server.send(b"GET /bug HTTP/1.1\r\n\r\n").status == 500
    last = json.loads(server.journal.getvalue().splitlines()[-1])
    assert last["error"] == "ZeroDivisionError"
    assert "secret text" not in server.journal.getvalue()


def test_an_empty_connection_leaves_no_trace(server: Running) -> None:
    """Programs that look whether a port is open are not news."""
    before = server.journal.getvalue()
    with server.connect() as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b""
    assert server.journal.getvalue() == before


def test_a_slow_client_is_cut_off_at_its_time() -> None:
    """One byte now and then would reset a timeout that begins with each byte."""
    with running(_echo, MOST, connection_s=0.5) as server, server.connect() as connection:
        begin_s = time.monotonic()
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 900\r\n\r\n")
        dripping = threading.Thread(target=_drip, args=(connection,))
        dripping.start()
        reply = read_reply(connection)
        dripping.join(PATIENCE_S)
        assert reply.status == 408
        assert 0.4 < time.monotonic() - begin_s < 5


def _drip(connection: socket.socket) -> None:
    try:
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)
    except OSError:
        return


def test_connections_beyond_the_limit_are_refused_at_once() -> None:
    """Those that were accepted are served all the same."""
    with running(_echo, MOST, max_connections=2) as server:
        idle = [server.connect() for _ in range(2)]
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            with server.connect() as connection:
                answer = connection.recv(100)
            if answer.startswith(b"HTTP/1.1 503 "):
                break
        else:
            pytest.fail("never refused")
        for connection in idle:
            connection.sendall(b"GET /x HTTP/1.1\r\n\r\n")
            assert read_reply(connection).body == b"GET /x "
            connection.close()


def test_what_was_accepted_is_answered_before_the_server_ends() -> None:
    """A witness that is stopped while it decides must still give its answer."""
    gate = threading.Event()

    def wait(request: HttpRequest) -> HttpAnswer:
        gate.wait(PATIENCE_S)
        return _echo(request)

    with running(wait, MOST) as server:
        connection = server.connect()
        connection.sendall(b"GET /late HTTP/1.1\r\n\r\n")
        time.sleep(0.1)
        threading.Timer(0.2, gate.set).start()
    assert read_reply(connection).body == b"GET /late "
    connection.close()


def test_an_address_that_is_taken_is_the_operators_matter(server: Running) -> None:
    """The error names the address."""
    for port in (server.port, 70_000):
        with pytest.raises(AdapterError, match=f"127.0.0.1:{port}"):
            HttpServer(("127.0.0.1", port), _echo, MOST, server.journal)
