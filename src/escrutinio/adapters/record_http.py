"""A public record on any static web server: whole files, several at a time, within limits.

The server is nobody's friend. Every file has a largest size, unpacked too, and a deadline that
bytes dripping in do not move; what fails for a while is tried again, with pauses; a redirect
stays on the same host and never leaves TLS; a web page in the place of a file is named as such.
Nothing asks for ranges, and nothing can list a folder.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from escrutinio.adapters.deadline_socket import DeadlineSocket
from escrutinio.errors import AdapterError, Fault, MalformedError, UsageError
from escrutinio.publication import require_record_path

__all__ = ["HttpLimits", "RecordSite"]

#: Connections at a time.
CONNECTIONS = 8
#: Files fetched and not asked for yet.
FILES_AHEAD = 16
MAX_REDIRECTS = 5
_PIECE_BYTES = 64 * 1024
_PORTS = {"http": 80, "https": 443}
_ABSENT = frozenset({403, 404, 410})  # Object stores answer 403 where nothing is.
_MOVED = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_OK = 200
_GZIP_BITS = 16 + zlib.MAX_WBITS
_PAGE_BEGINS = (b"<!doctype html", b"<html")


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """How patient a reader is.

    Attributes:
        connect_s: seconds for a connection to be made.
        file_s: seconds for one file, however slowly it comes.
        pauses_s: seconds to wait before each further attempt; as many attempts as pauses, and one.
    """

    connect_s: float = 10.0
    file_s: float = 120.0
    pauses_s: tuple[float, ...] = (0.5, 2.0, 5.0)


class RecordSite:
    """A record below a web address; a context manager that closes its connections."""

    def __init__(
        self,
        url: str,
        limits: HttpLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name the address of the record's folder.

        Raises:
            UsageError: no plain http or https address.
        """
        address = urlsplit(url)
        is_plain = not (address.query or address.fragment or address.username)
        if address.scheme not in _PORTS or not address.hostname or not is_plain:
            expected = "an http or https address without a query"
            raise UsageError.of(Fault(url, expected, "another one"))
        self.url = urlunsplit(address._replace(path=address.path.rstrip("/") + "/"))
        self._limits = limits or HttpLimits()
        self._sleep = sleep
        self._own = threading.local()
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="record")
        self._connections: list[_Connection] = []
        self._is_closed = False
        self._coming: Iterator[tuple[str, int]] = iter(())
        self._ahead: deque[tuple[str, Future[bytes | None]]] = deque()

    def __enter__(self) -> Self:
        """Begin without a connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self.close()

    def close(self) -> None:
        """Close every connection, also those still loading."""
        self._is_closed = True
        self._coming = iter(())
        self._threads.shutdown(wait=False, cancel_futures=True)
        for connection in list(self._connections):
            connection.close()

    def list_paths(self) -> Sequence[str] | None:
        """Give None: a web server lists nothing."""
        return None

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Fetch these files ahead, in this order, a bounded number at a time."""
        for _, future in self._ahead:
            future.cancel()
        self._ahead.clear()
        self._coming = iter(paths)
        self._look_ahead()

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file, or None when there is no such file.

        Raises:
            MalformedError: a larger file, packed or unpacked, or a path that no record has.
            AdapterError: the server cannot be reached, answers with an error, a redirect to
                elsewhere or a web page, or is too slow; all attempts failed.
        """
        require_record_path(path, self.url)
        data = self._take(path, most_bytes).result()
        self._look_ahead()
        if data is not None and len(data) > most_bytes:
            raise _too_large(self._place(path), most_bytes)
        return data

    def _take(self, path: str, most_bytes: int) -> Future[bytes | None]:
        if any(path == other for other, _ in self._ahead):
            while True:
                # What was expected before this one and never asked for is not wanted any more.
                other, future = self._ahead.popleft()
                if other == path:
                    return future
                future.cancel()
        return self._threads.submit(self._fetch, path, most_bytes)

    def _look_ahead(self) -> None:
        while len(self._ahead) < FILES_AHEAD:
            if (following := next(self._coming, None)) is None:
                return
            path, most_bytes = following
            self._ahead.append((path, self._threads.submit(self._fetch, path, most_bytes)))

    def _place(self, path: str) -> str:
        return urljoin(self.url, path)

    def _fetch(self, path: str, most_bytes: int) -> bytes | None:
        """Load one file, with all its attempts and redirects."""
        pauses = iter(self._limits.pauses_s)
        while True:
            try:
                return self._follow(self._place(path), most_bytes)
            except AdapterError as error:
                pause_s = next(pauses, None)
                if not error.retryable or pause_s is None or self._is_closed:
                    raise
                self._sleep(pause_s)

    def _follow(self, url: str, most_bytes: int) -> bytes | None:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._request(url, most_bytes)
            if not isinstance(answer, _Moved):
                return answer
            url = _next_address(url, answer.to)
        raise _failed(url, f"at most {MAX_REDIRECTS} redirects", "more of them")

    def _request(self, url: str, most_bytes: int) -> bytes | _Moved | None:
        address = urlsplit(url)
        try:
            connection = self._connect(address)
            headers = {"Accept-Encoding": "gzip", "User-Agent": "escrutinio"}
            connection.request("GET", address.path or "/", headers=headers)
            response = connection.getresponse()
            answer = _read_answer(response, url, most_bytes)
            if not response.isclosed():
                connection.close()  # The rest of an answer nobody wants is not waited for.
        except TimeoutError:
            self._forget()
            raise _failed(url, "the file in time", "none", retryable=True) from None
        except (OSError, http.client.HTTPException) as error:
            self._forget()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise _failed(url, "an answer", ascii(reason)[1:-1], retryable=True) from None
        except (AdapterError, MalformedError):
            self._forget()
            raise
        return answer

    def _connect(self, address: SplitResult) -> _Connection:
        """Give this thread's connection to a host, with a new deadline."""
        known: _Connection | None = getattr(self._own, "connection", None)
        if known is None or known.origin != (address.scheme, address.netloc):
            self._forget()
            known = _Connection(address, self._limits)
            self._own.connection = known
            self._connections.append(known)
        known.start()
        return known

    def _forget(self) -> None:
        known: _Connection | None = getattr(self._own, "connection", None)
        if known is not None:
            known.close()
            self._connections.remove(known)
            self._own.connection = None


@dataclass(frozen=True, slots=True)
class _Moved:
    to: str


class _Connection(http.client.HTTPConnection):
    """A connection that is kept, with a deadline for each file."""

    def __init__(self, address: SplitResult, limits: HttpLimits) -> None:
        super().__init__(address.hostname or "", address.port or _PORTS[address.scheme])
        self.origin = (address.scheme, address.netloc)
        self.limits = limits
        self.deadline_s = 0.0

    def start(self) -> None:
        """Begin the time of a new file."""
        self.deadline_s = time.monotonic() + self.limits.file_s
        if isinstance(self.sock, DeadlineSocket):
            self.sock.deadline_s = self.deadline_s

    def connect(self) -> None:
        """Connect, and put the deadline around the socket."""
        plain = socket.create_connection((self.host, self.port), self.limits.connect_s)
        try:
            is_tls = self.origin[0] == "https"
            context = ssl.create_default_context() if is_tls else None
            connected = context.wrap_socket(plain, server_hostname=self.host) if context else plain
        except BaseException:
            plain.close()
            raise
        self.sock = DeadlineSocket(connected, self.deadline_s)


def _read_answer(
    response: http.client.HTTPResponse, url: str, most_bytes: int
) -> bytes | _Moved | None:
    status = response.status
    if status in _ABSENT:
        return None
    if status in _MOVED:
        return _Moved(response.getheader("Location", ""))
    if status != _OK:
        is_passing = status in _TRY_AGAIN
        raise _failed(url, "status 200", f"status {status}", retryable=is_passing)
    if response.getheader("Content-Type", "").lower().startswith("text/html"):
        raise _page(url)
    data = b"".join(_unpacked(response, url, most_bytes))
    if data[: len(_PAGE_BEGINS[0])].lower().startswith(_PAGE_BEGINS):
        raise _page(url)
    return data


def _unpacked(response: http.client.HTTPResponse, url: str, most_bytes: int) -> Iterator[bytes]:
    """Give the body piece by piece, never more of it than allowed."""
    encoding = response.getheader("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise _failed(url, "a file that is plain or gzip", f"encoding {encoding[:40]!a}")
    unpacker = None if encoding == "identity" else zlib.decompressobj(_GZIP_BITS)
    stated = response.length
    total = received = 0
    while piece := response.read1(_PIECE_BYTES):
        received += len(piece)
        try:
            # One byte more than allowed shows that there is more; a bomb is not unpacked further.
            shown = unpacker.decompress(piece, most_bytes + 1 - total) if unpacker else piece
        except zlib.error as error:
            raise _failed(url, "whole gzip", str(error), retryable=True) from None
        total += len(shown)
        if total > most_bytes:
            raise _too_large(url, most_bytes)
        yield shown
    if (stated is not None and received != stated) or (unpacker and not unpacker.eof):
        raise _failed(url, "the whole file", f"its first {received} bytes", retryable=True)


def _next_address(url: str, to: str) -> str:
    """Give where a redirect leads, on the same host and not away from TLS."""
    here, there = urlsplit(url), urlsplit(urljoin(url, to))
    is_upgrade = (here.scheme, there.scheme) == ("http", "https")
    same_host = here.hostname == there.hostname
    if not to or not same_host or (here.scheme != there.scheme and not is_upgrade):
        raise _failed(url, "a redirect on the same host", ascii(to[:80]))
    if here.scheme == there.scheme and here.port != there.port:
        raise _failed(url, "a redirect on the same port", ascii(to[:80]))
    return urlunsplit(there._replace(fragment=""))


def _page(url: str) -> AdapterError:
    expected = "a file of a public record"
    remedy = "This address serves a web page; give the one of the folder with the file checkpoint."
    return AdapterError.of(Fault(url, expected, "a web page (HTML)", remedy))


def _failed(url: str, expected: str, found: str, *, retryable: bool = False) -> AdapterError:
    return AdapterError.of(Fault(url, expected, found), retryable=retryable)


def _too_large(url: str, most_bytes: int) -> MalformedError:
    return MalformedError.of(Fault(url, f"at most {most_bytes} bytes", "a larger file"))
