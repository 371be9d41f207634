"""A small HTTP server for strangers: everything they can send or hold is bounded.

    connections at once     ``MAX_CONNECTIONS``; the next one is answered 503 at once
    time of a connection    ``MAX_CONNECTION_S`` from accepting to the last byte of the answer
    head of a request       ``MAX_HEAD_BYTES`` with at most 100 header lines
    body of a request       what the service says; one ``Content-Length``, nothing chunked

A connection carries one request and is closed: a client that comes every few seconds loses nothing
by it, and there is no state in which a second request could hide. No address of a client is kept
or written anywhere. TLS, and limits per client, belong to a proxy in front of this server.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import re
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TextIO

from escrutinio.adapters.deadline_socket import DeadlineSocket
from escrutinio.errors import AdapterError, Fault

__all__ = ["HttpAnswer", "HttpRequest", "HttpServer"]

#: Connections served at once; each has a thread.
MAX_CONNECTIONS = 64
#: Seconds that one connection may take in all.
MAX_CONNECTION_S = 10.0
#: Bytes of a request before its body.
MAX_HEAD_BYTES = 16 * 1024
#: Characters of a path that the journal shows.
MAX_SHOWN_PATH = 200

_DRAIN_S = 1.0
_METHODS = frozenset({"GET", "HEAD", "POST"})
_REQUEST_LINE = re.compile(rb"([A-Z]{1,20}) (/[!-~]{0,2000}) HTTP/1\.[01]\r?\n")
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A whole request.

    Attributes:
        method: ``GET`` or ``POST``; ``HEAD`` is answered like ``GET``, without the body.
        path: as sent, without what follows a ``?``.
        body: empty unless one was sent.
        headers: by name in small letters; of several with one name the first.
    """

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What a service answers.

    Attributes:
        status: HTTP status.
        body: HTTP body.
        content_type: of the body.
        allow: the methods that would be right, with status 405.
        headers: others, ASCII; ``Cache-Control`` is ``no-store`` unless it is among them.
        notes: what else the journal says of this request; no secrets, no personal data.
    """

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    allow: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str | int] = field(default_factory=dict)


class HttpServer(socketserver.ThreadingTCPServer):
    """Serves one function of requests; ``server_address`` tells where, when the port was 0."""

    allow_reuse_address = True
    # On closing, connections that were accepted are finished; each ends within its time.
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        answer: Callable[[HttpRequest], HttpAnswer],
        max_body_bytes: int,
        journal: TextIO,
        connection_s: float = MAX_CONNECTION_S,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        """Listen; ``serve_forever`` serves, ``shutdown`` and ``server_close`` end it.

        Args:
            address: host and port.
            answer: the service; called in several threads at once.
            max_body_bytes: largest body that is read.
            journal: gets one line of JSON per request.
            connection_s: seconds that one connection may take.
            max_connections: connections served at once.

        Raises:
            AdapterError: the address cannot be listened on.
        """
        self.answer = answer
        self.max_body_bytes = max_body_bytes
        self.journal = journal
        self.connection_s = connection_s
        self._journal_lock = threading.Lock()
        self._free = threading.BoundedSemaphore(max_connections)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        try:
            super().__init__(address, _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            fault = Fault(f"{address[0]}:{address[1]}", "an address to listen on", reason)
            raise AdapterError.of(fault) from None

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as socketserver has them
        """Give a connection its thread, or refuse it when all are taken."""
        if not self._free.acquire(blocking=False):
            with contextlib.suppress(OSError):
                request.settimeout(0)
                request.sendall(_encode_head(HttpAnswer(HTTPStatus.SERVICE_UNAVAILABLE)))
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._free.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  # as above
        """Serve a connection in its thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say the kind of an error that nobody expected, and none of its values."""
        del request, client_address
        error = sys.exc_info()[0]
        self.write_line(error="unknown" if error is None else error.__name__)

    def write_line(self, **values: str | int) -> None:
        """Write one line of the journal."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # ASCII only: nothing that a client sends can act on a terminal or begin a line.
        line = json.dumps({"time": now, **values})
        # A full disk or a closed pipe must not keep a witness from answering.
        with self._journal_lock, contextlib.suppress(OSError, ValueError):
            self.journal.write(f"{line}\n")
            self.journal.flush()


class _BadRequestError(Exception):
    """A request that is refused before any service sees it."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class _Handler(socketserver.BaseRequestHandler):
    """One connection with one request."""

    server: HttpServer

    def handle(self) -> None:
        """Read the request, answer it, and write a line of the journal."""
        begin_s = time.monotonic()
        connection = DeadlineSocket(self.request, begin_s + self.server.connection_s)
        self.method = self.path = ""
        is_read = False
        try:
            request = self._read(connection)
            is_read = True
            answer = self._answer(request)
        except _BadRequestError as error:
            answer = HttpAnswer(error.status)
        except TimeoutError:
            answer = HttpAnswer(HTTPStatus.REQUEST_TIMEOUT)
        except OSError:
            return  # The client is gone.
        try:
            self._send(connection, answer)
            if not is_read:
                self._drain(connection)
        except OSError:
            answer = HttpAnswer(answer.status, notes={**answer.notes, "error": "not delivered"})
        self.server.write_line(
            method=self.method,
            path=self.path[:MAX_SHOWN_PATH],
            status=int(answer.status),
            ms=round((time.monotonic() - begin_s) * 1000),
            **answer.notes,
        )

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        try:
            return self.server.answer(request)
        except Exception as error:  # noqa: BLE001  # the client gets an answer, the journal the kind
            notes = {"error": type(error).__name__}
            return HttpAnswer(HTTPStatus.INTERNAL_SERVER_ERROR, notes=notes)

    def _read(self, connection: DeadlineSocket) -> HttpRequest:
        stream = connection.makefile()
        head = _read_head(stream)
        line, _, rest = head.partition(b"\n")
        found = _REQUEST_LINE.fullmatch(line + b"\n")
        if found is None:
            raise _BadRequestError(HTTPStatus.BAD_REQUEST)
        self.method, target = found[1].decode(), found[2].decode()
        self.path = target.partition("?")[0]
        if self.method not in _METHODS:
            raise _BadRequestError(HTTPStatus.NOT_IMPLEMENTED)
        headers = _parse_headers(rest)
        length = self._find_length(headers, connection)
        body = stream.read(length)
        if len(body) < length:
            raise _BadRequestError(HTTPStatus.BAD_REQUEST)
        method = "GET" if self.method == "HEAD" else self.method
        first = {name.lower(): value for name, value in reversed(headers.items())}
        return HttpRequest(method, self.path, body, first)

    def _find_length(self, headers: http.client.HTTPMessage, connection: DeadlineSocket) -> int:
        """Give the length of the body, after telling a client that waits to send it."""
        lengths = headers.get_all("Content-Length", [])
        if headers.get_all("Transfer-Encoding") or (self.method == "POST" and not lengths):
            raise _BadRequestError(HTTPStatus.LENGTH_REQUIRED)
        if headers.defects or len(lengths) > 1:
            raise _BadRequestError(HTTPStatus.BAD_REQUEST)
        text = lengths[0].strip() if lengths else "0"
        if _LENGTH.fullmatch(text) is None:
            raise _BadRequestError(HTTPStatus.BAD_REQUEST)
        if int(text) > self.server.max_body_bytes:
            raise _BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if headers.get("Expect", "").lower() == "100-continue":
            connection.sendall(_CONTINUE)
        return int(text)

    def _send(self, connection: DeadlineSocket, answer: HttpAnswer) -> None:
        if answer.status == HTTPStatus.REQUEST_TIMEOUT:
            # Its time is up; what fits into the buffers of the system is all there is left.
            connection = DeadlineSocket(connection.connection, time.monotonic() + _DRAIN_S)
        body = b"" if self.method == "HEAD" else answer.body
        connection.sendall(_encode_head(answer) + body)

    def _drain(self, connection: DeadlineSocket) -> None:
        """Read what is still coming: closing before would take the answer back from the client."""
        short = DeadlineSocket(connection.connection, time.monotonic() + _DRAIN_S)
        with contextlib.suppress(OSError):
            connection.connection.shutdown(socket.SHUT_WR)
            short.makefile().read(self.server.max_body_bytes)


def _read_head(stream: io.BufferedReader) -> bytes:
    """Read up to the first blank line."""
    head = b""
    while True:
        line = stream.readline(MAX_HEAD_BYTES - len(head) + 1)
        head += line
        if len(head) > MAX_HEAD_BYTES:
            raise _BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if not line.endswith(b"\n"):
            # The client has ended; of an empty connection there is nothing to say.
            raise _BadRequestError(HTTPStatus.BAD_REQUEST) if head else ConnectionError
        if line in {b"\n", b"\r\n"}:
            return head


def _parse_headers(head: bytes) -> http.client.HTTPMessage:
    try:
        return http.client.parse_headers(io.BytesIO(head))
    except http.client.HTTPException:
        raise _BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None


def _encode_head(answer: HttpAnswer) -> bytes:
    lines = [f"HTTP/1.1 {int(answer.status)} {HTTPStatus(answer.status).phrase}"]
    if answer.status != HTTPStatus.NOT_MODIFIED:
        lines += [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
        **({"Allow": answer.allow} if answer.allow else {}),
        **answer.headers,
    }
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii")
