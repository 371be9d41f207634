"""The preview of a record: what it gives, what browsers keep of it, and what it never shows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from escrutinio.adapters.record_reading import open_folder
from escrutinio.log import LogFile
from escrutinio.service import RecordPreview
from escrutinio.site import load_language
from escrutinio.site.not_found_page import render_not_found
from escrutinio.site.results.frame import CONTENT_POLICY
from tests.unit.service.servers import Reply, Running, post, running

PAGE = b"<!doctype html><title>Results</title>"
OWN_POLICY = "default-src 'none'; connect-src 'self' https:"
OTHER_PAGE = (
    b'<!doctype html><meta http-equiv="Content-Security-Policy" content="'
    + OWN_POLICY.replace("'", "&#39;").encode()
    + b'">'
)
SCAN = b"\xff\xd8\xff an image"
FILES = {
    "index.html": PAGE,
    "en/index.html": PAGE,
    "en/compare.html": OTHER_PAGE,
    "assets/site.css": b"a{}",
    "assets/site.js": b"0",
    "checkpoint": b"log\n",
    "MANIFEST": b"list\n",
    "bulletins/000001/bulletin.json": b"{}",
    "bulletins/000001.zip": b"PK",
    "data/000001/sheets.csv": b"a,b\n",
    "tile/0/000.p/3": b"\x00" * 96,
    "tile/entries/000": b"\x00\x00",
    f"scans/{hashlib.sha256(SCAN).hexdigest()}": SCAN,
    "other.bin": b"?",
}
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside") / "record"
    folder.mkdir()
    open_folder(folder).store([LogFile(path, data) for path, data in FILES.items()])
    (folder / ".index.html.x.part").write_bytes(b"half")
    (folder.parent / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(folder.parent / "secret")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture(name="server", scope="module")
def _server(folder: Path) -> Iterator[Running]:
    not_found = render_not_found(load_language("en"))
    with running(RecordPreview(open_folder(folder), CONTENT_POLICY, not_found).answer) as server:
        yield server


def _get(server: Running, path: str, *headers: str, method: str = "GET") -> Reply:
    lines = [f"{method} {path} HTTP/1.1", *headers, "", ""]
    return server.send("\r\n".join(lines).encode())


def _header(reply: Reply, name: str) -> str | None:
    """Give a header; None when there is none, and an error when there are two."""
    found = [line for line in reply.head.split("\r\n")[1:] if line.startswith(f"{name}: ")]
    assert len(found) < 2
    return found[0].partition(": ")[2] if found else None


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/site.css", "text/css; charset=utf-8"),
        ("assets/site.js", "text/javascript; charset=utf-8"),
        ("checkpoint", "text/plain; charset=utf-8"),
        ("MANIFEST", "text/plain; charset=utf-8"),
        ("bulletins/000001/bulletin.json", "application/json"),
        ("bulletins/000001.zip", "application/zip"),
        ("data/000001/sheets.csv", "text/csv; charset=utf-8"),
        ("tile/entries/000", "application/octet-stream"),
        (f"scans/{hashlib.sha256(SCAN).hexdigest()}", "image/jpeg"),
        ("other.bin", "application/octet-stream"),
    ],
)
def test_a_file_is_given_whole_with_its_type(server: Running, path: str, content_type: str) -> None:
    """Browsers are told not to guess, so the type must be right."""
    reply = _get(server, f"/{path}")
    assert (reply.status, reply.body) == (200, FILES[path])
    assert _header(reply, "Content-Type") == content_type
    assert _header(reply, "X-Content-Type-Options") == "nosniff"


def test_a_folder_gives_its_first_page(server: Running) -> None:
    """Its links are relative, so the address must end with a stroke."""
    assert _get(server, "/").body == PAGE
    assert _get(server, "/en/").body == PAGE
    assert _get(server, "/en/?a=b").body == PAGE
    reply = _get(server, "/en")
    assert (reply.status, _header(reply, "Location")) == (301, "/en/")


def test_a_page_may_load_what_it_says_itself(server: Running) -> None:
    """The same policy as in its head; other files need none."""
    assert _header(_get(server, "/"), "Content-Security-Policy") == CONTENT_POLICY
    assert _header(_get(server, "/en/compare.html"), "Content-Security-Policy") == OWN_POLICY
    assert _header(_get(server, "/assets/site.js"), "Content-Security-Policy") is None


@pytest.mark.parametrize("path", ["/checkpoint", "/nothing"])
def test_only_pages_of_this_machine_may_read_a_preview(server: Running, path: str) -> None:
    """It may be of what is not published yet, and any page of the web can ask for it."""
    allowed = "Access-Control-Allow-Origin"
    for origin in ("http://127.0.0.1:8081", "http://localhost"):
        assert _header(_get(server, path, f"Origin: {origin}"), allowed) == origin
    for origin in ("https://example.org", "http://127.0.0.1.example.org", "null"):
        assert _header(_get(server, path, f"Origin: {origin}"), allowed) is None
    assert _header(_get(server, path), allowed) is None


def test_what_never_changes_is_never_asked_for_again(server: Running) -> None:
    """Everything else is, each time: a page may be replaced at any moment."""
    for path in FILES:
        is_fixed = path.startswith(("bulletins/", "data/", "tile/", "scans/"))
        expected = IMMUTABLE if is_fixed else "no-cache"
        assert _header(_get(server, f"/{path}"), "Cache-Control") == expected


def test_what_a_browser_has_is_not_sent_again(server: Running) -> None:
    """By its tag, or by its time where that is all the browser knows."""
    first = _get(server, "/index.html")
    tag, time = _header(first, "ETag"), _header(first, "Last-Modified")
    known = [
        f"If-None-Match: {tag}",
        f'If-None-Match: "other", W/{tag}',
        "If-None-Match: *",
        f"If-Modified-Since: {time}",
        "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
    ]
    for header in known:
        reply = _get(server, "/index.html", header)
        assert (reply.status, reply.body) == (304, b"")
        assert (_header(reply, "ETag"), _header(reply, "Content-Type")) == (tag, None)


@pytest.mark.parametrize(
    "headers",
    [
        ('If-None-Match: "other"',),
        ('If-None-Match: "other"', "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"),
        ("If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",),
        ("If-Modified-Since: yesterday",),
        ("If-Modified-Since: Fri, 99 Jan 2100 00:00:00 GMT",),
    ],
)
def test_what_a_browser_does_not_have_is_sent(server: Running, headers: tuple[str, ...]) -> None:
    """A tag that differs counts, whatever the time says."""
    reply = _get(server, "/index.html", *headers)
    assert (reply.status, reply.body) == (200, PAGE)


def test_a_replaced_page_has_another_tag(tmp_path: Path) -> None:
    """Even within one second."""
    record = open_folder(tmp_path)
    with running(RecordPreview(record, CONTENT_POLICY, b"").answer) as server:
        record.store([LogFile("index.html", b"old")])
        tag = _header(_get(server, "/"), "ETag")
        record.store([LogFile("index.html", b"new")])
        assert _get(server, "/", f"If-None-Match: {tag}").body == b"new"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret",
        "/en/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "//secret",
        "/link",
        "/pipe",
        "/.index.html.x.part",
        "/assets",
        "/assets/",
        "/en/nothing.html",
        "/index.html/",
        "/" + "a" * 1000,
        "//example.org/..",
    ],
)
def test_nothing_else_is_there(server: Running, path: str) -> None:
    """No name leads out of the folder; nothing hidden is shown, no folder listed."""
    reply = _get(server, path)
    assert reply.status == 404
    assert b"There is no such page" in reply.body
    assert b"secret" not in reply.body
    assert _header(reply, "Content-Security-Policy") == CONTENT_POLICY


def test_head_has_the_same_head_and_no_body(server: Running) -> None:
    """Mirrors ask so."""
    reply = _get(server, "/index.html", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.head == _get(server, "/index.html").head


def test_nothing_can_be_sent_to_it(server: Running) -> None:
    """Reading is all there is."""
    reply = server.send(post("/index.html", b"x"))
    assert (reply.status, _header(reply, "Allow")) == (405, "GET, HEAD")
    assert _get(server, "/index.html", method="DELETE").status == 501
