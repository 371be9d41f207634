"""``escrutinio verify`` against web servers that mean harm, or are simply the wrong address.

How each is refused stands in ``tests/unit/adapters/test_record_http.py``; here is what a person
sees who types the address: one clear line, exit code 3, no waiting without end.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from escrutinio.adapters.record_http import HttpLimits, RecordSite
from escrutinio.errors import AdapterError
from escrutinio.publication import encode_anchor
from escrutinio.verification import Answer, InOneProcess, ReaderInputs, verify_record
from tests.mutations import NOW_S, small_record

#: What a server does with a request.
Serve = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def _serving(serve: Serve) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            try:
                serve(self)
            except ConnectionError:
                self.close_connection = True  # The reader has had enough.

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002  # its signature
            del format

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def _answer(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def _page(handler: BaseHTTPRequestHandler) -> None:
    _answer(handler, 200, Content_Type="text/html")
    handler.wfile.write(b"<!doctype html><title>Results</title>")


def _redirect_loop(handler: BaseHTTPRequestHandler) -> None:
    _answer(handler, 302, Location=f"{handler.path}x", Content_Length="0")


def _redirect_elsewhere(handler: BaseHTTPRequestHandler) -> None:
    _answer(handler, 302, Location="http://127.0.0.2/checkpoint", Content_Length="0")


def _endless(handler: BaseHTTPRequestHandler) -> None:
    _answer(handler, 200)
    while True:
        handler.wfile.write(b"x" * 65_536)


def _bomb(handler: BaseHTTPRequestHandler) -> None:
    _answer(handler, 200, Content_Encoding="gzip")
    handler.wfile.write(gzip.compress(bytes(64 << 20)))


def _other_encoding(handler: BaseHTTPRequestHandler) -> None:
    _answer(handler, 200, Content_Encoding="br")


@pytest.mark.parametrize(
    ("serve", "codes"),
    [
        (_page, {3}),
        (_redirect_loop, {3}),
        (_redirect_elsewhere, {3}),
        (_other_encoding, {3}),
        # A checkpoint of any size that makes no sense is contradicted, step by step.
        (_endless, {1, 3}),
        (_bomb, {1, 3}),
    ],
)
def test_a_hostile_server_is_an_exit_code_and_no_traceback(
    serve: Serve, codes: set[int], tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor.toml"
    anchor.write_bytes(encode_anchor(small_record().anchor))
    code = "from escrutinio.cli.main import main; main(prog_name='escrutinio')"
    with _serving(serve) as url:
        answer = subprocess.run(
            [sys.executable, "-c", code, "verify", url, "--anchor", str(anchor)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert answer.returncode in codes
    assert "Traceback" not in answer.stderr
    assert answer.stderr.startswith("escrutinio: ") or "V03" in answer.stdout


def test_bytes_that_drip_in_end_at_the_deadline() -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        _answer(handler, 200, Content_Length="1000")
        while not stop.wait(0.05):
            handler.wfile.write(b"x")

    limits = HttpLimits(connect_s=1.0, file_s=0.4, pauses_s=())
    with _serving(drip) as url, RecordSite(url, limits) as site:
        try:
            with pytest.raises(AdapterError, match="in time"):
                verify_record(site, _inputs(), InOneProcess(), lambda *_: None)
        finally:
            stop.set()


def test_a_record_is_verified_over_http_and_a_changed_one_is_not() -> None:
    files = dict(small_record().files)

    def serve(handler: BaseHTTPRequestHandler) -> None:
        data = files.get(handler.path[1:])
        _answer(handler, 404 if data is None else 200, Content_Length=str(len(data or b"")))
        handler.wfile.write(data or b"")

    with _serving(serve) as url:
        with RecordSite(url) as site:
            verified = verify_record(site, _inputs(), InOneProcess(), lambda *_: None)
        assert verified.answer is Answer.VERIFIED
        files["README.txt"] += b" "
        with RecordSite(url) as site:
            verified = verify_record(site, _inputs(), InOneProcess(), lambda *_: None)
        assert verified.answer is Answer.CONTRADICTED


def _inputs() -> ReaderInputs:
    return ReaderInputs(now_s=NOW_S, anchor=small_record().anchor)
