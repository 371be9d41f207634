"""A web server for records: static files under a sub-path, as a host or a mirror has them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path

from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.verify_page import render_verify_page

__all__ = ["FolderFiles", "RecordServer", "page_files", "serve_records"]

#: Where records lie: a host of many things, not the root of a server.
SUB_PATH = "/elections/2030/"
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css"}


def page_files() -> dict[str, bytes]:
    """Give the page of the verifier in every language, with its script and style."""
    assets = resources.files("escrutinio.site").joinpath("assets")
    names = ("verify.js", "verify.css", "palette.css", "site.css")
    files = {f"assets/{name}": assets.joinpath(name).read_bytes() for name in names}
    for code in LANGUAGES:
        files[f"{code}/verify.html"] = render_verify_page(load_language(code))
    return files


class FolderFiles(Mapping[str, bytes]):
    """The files of a folder by their paths, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except OSError as error:
            raise KeyError(path) from error

    def __iter__(self) -> Iterator[str]:
        paths = (path for path in self._folder.rglob("*") if path.is_file())
        return (path.relative_to(self._folder).as_posix() for path in paths)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class RecordServer:
    """Serves records by name, each with the page beside it.

    Attributes:
        asked: paths that were asked for, without the name of the record.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.files: dict[str, Mapping[str, bytes]] = {}
        self.asked: list[str] = []
        self.statuses: dict[str, int] = {}
        self._pages = page_files()

    def put(self, name: str, files: Mapping[str, bytes]) -> str:
        """Serve a record; give the address of its folder."""
        self.files[name] = files
        return f"http://127.0.0.1:{self.port}{SUB_PATH}{name}/"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Give status, content type and body of a request."""
        name, _, file = path.removeprefix(SUB_PATH).partition("/")
        self.asked.append(file)
        status = self.statuses.get(file, 200)
        files = self.files.get(name)
        body = None if files is None else files.get(file, self._pages.get(file))
        if body is None or status != 200:
            return (404 if status == 200 else status), "text/plain", b"not here\n"
        suffix = file[file.rfind(".") :] if "." in file else ""
        return 200, _TYPES.get(suffix, "application/octet-stream"), body


@contextmanager
def serve_records() -> Iterator[RecordServer]:
    """Run the server on the loopback address while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, kind, body = records.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as in the base
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        records = RecordServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield records
        server.shutdown()
        thread.join()
