"""Reading a record from a web server that is nobody's friend."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from escrutinio.adapters.record_http import HttpLimits, RecordSite
from escrutinio.errors import AdapterError, MalformedError, UsageError

Answer = Callable[[BaseHTTPRequestHandler], None]
LIMITS = HttpLimits(connect_s=2, file_s=1.0, pauses_s=(0.0, 0.0))


def _send(handler: BaseHTTPRequestHandler, data: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if "Content_Length" not in headers:
        handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def _site(answer: Answer, limits: HttpLimits = LIMITS) -> Iterator[RecordSite]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the name http.server asks for
            answer(self)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/record"
        with RecordSite(url, limits, lambda _: None) as site:
            yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_is_loaded_and_an_absent_one_is_none() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        is_there = handler.path == "/record/tile/0/000"
        _send(handler, b"hashes" if is_there else b"gone", 200 if is_there else 404)

    with _site(answer) as site:
        assert site.load("tile/0/000", 100) == b"hashes"
        assert site.load("tile/0/001", 100) is None
        assert site.list_paths() is None


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain"])
def test_a_web_page_is_named_as_such(content_type: str) -> None:
    """The commonest mistake: the address of a page about the record."""
    with (
        _site(
            lambda handler: _send(handler, b"<!DOCTYPE html>", Content_Type=content_type)
        ) as site,
        pytest.raises(AdapterError, match="web page"),
    ):
        site.load("checkpoint", 1000)


def test_what_fails_for_a_while_is_tried_again() -> None:
    calls: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        calls.append(handler.path)
        _send(handler, b"ok" if len(calls) > 2 else b"", 200 if len(calls) > 2 else 503)

    with _site(answer) as site:
        assert site.load("checkpoint", 10) == b"ok"
    assert len(calls) == 3


def test_what_fails_for_good_is_an_error() -> None:
    with (
        _site(lambda handler: _send(handler, b"", 500)) as site,
        pytest.raises(AdapterError, match="status 500"),
    ):
        site.load("checkpoint", 10)


def test_a_redirect_loop_ends() -> None:
    with (
        _site(lambda handler: _send(handler, b"", 302, Location=handler.path)) as site,
        pytest.raises(AdapterError, match="redirects"),
    ):
        site.load("checkpoint", 10)


@pytest.mark.parametrize(
    "target", ["http://192.0.2.1/checkpoint", "//192.0.2.1/x", "ftp://127.0.0.1/x", ""]
)
def test_a_redirect_elsewhere_is_not_followed(target: str) -> None:
    """A record must not be able to send its readers to another machine."""
    with (
        _site(lambda handler: _send(handler, b"", 301, Location=target)) as site,
        pytest.raises(AdapterError, match="same host"),
    ):
        site.load("checkpoint", 10)


def test_a_redirect_on_the_same_host_is_followed() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/record/checkpoint":
            _send(handler, b"", 308, Location="/elsewhere/checkpoint")
        else:
            _send(handler, b"here")

    with _site(answer) as site:
        assert site.load("checkpoint", 10) == b"here"


def test_a_bomb_is_not_unpacked() -> None:
    packed = gzip.compress(bytes(50_000_000))
    with (
        _site(lambda handler: _send(handler, packed, Content_Encoding="gzip")) as site,
        pytest.raises(MalformedError, match="at most 8192 bytes"),
    ):
        site.load("tile/0/000", 8192)


def test_packed_files_are_unpacked() -> None:
    with _site(
        lambda handler: _send(handler, gzip.compress(b"entries"), Content_Encoding="gzip")
    ) as site:
        assert site.load("tile/entries/000", 100) == b"entries"


def test_a_larger_file_than_makes_sense_is_refused() -> None:
    with (
        _site(lambda handler: _send(handler, bytes(200_000))) as site,
        pytest.raises(MalformedError, match="at most 8192 bytes"),
    ):
        site.load("tile/0/000", 8192)


def test_a_file_that_ends_early_is_an_error() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        _send(handler, b"half", Content_Length="8", Connection="close")
        handler.close_connection = True

    with _site(answer) as site, pytest.raises(AdapterError):
        site.load("checkpoint", 100)


def test_bytes_that_drip_in_meet_the_deadline() -> None:
    """A timeout that begins again with each byte would never end."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        try:
            for _ in range(200):
                handler.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            handler.close_connection = True

    limits = HttpLimits(connect_s=2, file_s=0.4, pauses_s=())
    begin = time.monotonic()
    with _site(answer, limits) as site, pytest.raises(AdapterError, match="in time"):
        site.load("checkpoint", 2000)
    assert time.monotonic() - begin < 5


def test_files_are_fetched_ahead_and_each_once() -> None:
    seen: list[str] = []
    lock = threading.Lock()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            seen.append(handler.path)
        _send(handler, handler.path.encode())

    paths = [f"tile/0/{number:03d}" for number in range(60)]
    with _site(answer) as site:
        site.expect((path, 100) for path in paths)
        assert [site.load(path, 100) for path in paths] == [
            f"/record/{path}".encode() for path in paths
        ]
    assert sorted(seen) == sorted(f"/record/{path}" for path in paths)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", "", "a b", "%2e%2e/x"])
def test_a_path_that_leaves_the_record_is_refused(path: str) -> None:
    with (
        _site(lambda handler: _send(handler, b"x")) as site,
        pytest.raises(MalformedError),
    ):
        site.load(path, 10)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/r", "http://", "http://example.org/?a=b", "http://u@example.org/"]
)
def test_only_a_plain_address_is_taken(url: str) -> None:
    with pytest.raises(UsageError):
        RecordSite(url)


def test_a_server_that_is_not_there_is_an_error() -> None:
    with (
        RecordSite("http://127.0.0.1:9/", LIMITS, lambda _: None) as site,
        pytest.raises(AdapterError),
    ):
        site.load("checkpoint", 10)
