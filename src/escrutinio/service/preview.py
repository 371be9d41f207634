"""A record as a web server gives it out, for its owner to look at before it goes elsewhere.

    GET <path>      a file of the record
    GET <folder>/   its ``index.html``

Files that never change once they are published are immutable to caches; all others are asked for
again each time, and sent only when they changed. What no file of a record is called has 404: so no
name leads out of the folder, and nothing hidden is shown.

A page gets the policy that stands in its own head, as a header too. Pages of another preview on
this machine may read the files, to compare two copies; pages from elsewhere may not, because a
preview may be of what is not published yet.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Protocol

from escrutinio.errors import AdapterError, MalformedError
from escrutinio.service.http_server import HttpAnswer, HttpRequest
from escrutinio.verification.record_files import MAX_FILE_BYTES
from escrutinio.verification.remembering import is_immutable

__all__ = ["PreviewFiles", "RecordPreview"]

_INDEX = "index.html"
_IMMUTABLE = "public, max-age=31536000, immutable"
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_BINARY = "application/octet-stream"
#: By the ending of a name; a name without one is a text, or a tile or scan.
_TYPES = {
    "": _TEXT,
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".html": _HTML,
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": _TEXT,
    ".txt": _TEXT,
    ".xml": "application/xml; charset=utf-8",
    ".zip": "application/zip",
}
#: Scans have no ending. By how their bytes begin:
_SCANS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF": "application/pdf",
}
#: What a page says of itself, in the first bytes of it.
_OWN_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([ !#-~]+)">')
_HEAD_BYTES = 2_048
#: A page of this very machine.
_THIS_MACHINE = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?")


class PreviewFiles(Protocol):
    """The files of a record, with the time of each."""

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file, or None when there is no such file.

        Raises:
            MalformedError: a larger file, or no path of a record.
            AdapterError: it cannot be read, such as a folder.
        """

    def find_modified_s(self, path: str) -> int | None:
        """Give when a file was written last, in seconds since 1970; None when there is none."""


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """The preview, as a function of requests.

    Attributes:
        files: the record.
        policy: what pages may load that do not say it themselves.
        not_found: page for what is not there.
    """

    files: PreviewFiles
    policy: str
    not_found: bytes

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Answer a request; another method than GET and HEAD has 405."""
        if request.method != "GET":
            return HttpAnswer(HTTPStatus.METHOD_NOT_ALLOWED, allow="GET, HEAD")
        path = request.path.removeprefix("/")
        if not path or path.endswith("/"):
            path += _INDEX
        data = self._load(path)
        if data is not None:
            return self._give(path, data, request.headers)
        if self._load(f"{path}/{_INDEX}") is not None:
            # Links of a page are relative to its folder, which ends with a stroke.
            headers = {"Location": f"/{path}/", "Cache-Control": "no-cache"}
            return HttpAnswer(HTTPStatus.MOVED_PERMANENTLY, headers=headers)
        headers = {"Content-Security-Policy": self.policy, **_shared_with(request.headers)}
        return HttpAnswer(HTTPStatus.NOT_FOUND, self.not_found, _HTML, headers=headers)

    def _load(self, path: str) -> bytes | None:
        try:
            return self.files.load(path, MAX_FILE_BYTES)
        except (MalformedError, AdapterError):
            # No name of a record, or a folder.
            return None

    def _give(self, path: str, data: bytes, asked: Mapping[str, str]) -> HttpAnswer:
        tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        modified_s = self.files.find_modified_s(path) or 0
        content_type = _type_of(path, data)
        headers = {
            "Cache-Control": _IMMUTABLE if is_immutable(path) else "no-cache",
            "ETag": tag,
            "Last-Modified": formatdate(modified_s, usegmt=True),
        }
        if content_type in {_HTML, _TYPES[".svg"]}:
            headers["Content-Security-Policy"] = _policy_of(data) or self.policy
        headers |= _shared_with(asked)
        if _is_known(tag, modified_s, asked):
            return HttpAnswer(HTTPStatus.NOT_MODIFIED, headers=headers)
        return HttpAnswer(HTTPStatus.OK, data, content_type, headers=headers)


def _shared_with(asked: Mapping[str, str]) -> Mapping[str, str]:
    """Let a page of this machine read the answer."""
    origin = asked.get("origin", "")
    if not _THIS_MACHINE.fullmatch(origin):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _policy_of(page: bytes) -> str | None:
    found = _OWN_POLICY.search(page, 0, _HEAD_BYTES)
    return None if found is None else html.unescape(found[1].decode("ascii"))


def _type_of(path: str, data: bytes) -> str:
    if path.startswith("scans/"):
        return next((kind for begin, kind in _SCANS.items() if data.startswith(begin)), _BINARY)
    if path.startswith("tile/"):
        return _BINARY
    return _TYPES.get(PurePosixPath(path).suffix, _BINARY)


def _is_known(tag: str, modified_s: int, asked: Mapping[str, str]) -> bool:
    """Say whether the client has these bytes (RFC 9110, section 13.2.2)."""
    tags = asked.get("if-none-match")
    if tags is not None:
        known = {item.strip().removeprefix("W/") for item in tags.split(",")}
        return tag in known or "*" in known
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
        return modified_s <= since.timestamp()
    except (ValueError, OverflowError):
        return False
