"""The public record as a folder: what stands where, and what may be read from it.

    definition.json  divisions.csv  stations.csv  signers.csv     the genesis definition
    tlog-policy                    the log's key and its witnesses
    tile/...                       the log
    bulletins/000001/bulletin.json, rows.csv      one bulletin, never changed
    bulletins/000001.zip           its exports, packed
    data/000001/...                the same unpacked, of the newest bulletin and the one before
    scans/<sha256>                 optional
    README.txt                     how to verify this folder
    index.html  assets/  en/  es/  the site: pages, replaced in place when their figures change
    MANIFEST                       every file but itself and the checkpoint
    checkpoint                     replaced last

Format page: docs/formats/record.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from escrutinio.definition import DEFINITION_NAME, DIVISIONS_NAME, STATIONS_NAME
from escrutinio.definition.files import SIGNERS_NAME
from escrutinio.errors import ElectionRecordError, Fault, MalformedError
from escrutinio.log import CHECKPOINT_PATH, decode_path

__all__ = [
    "BODY_NAME",
    "DEFINITION_FILES",
    "FIRST_PAGE_NAME",
    "MANIFEST_NAME",
    "MAX_BULLETIN_NUMBER",
    "MAX_PATH_CHARS",
    "POLICY_NAME",
    "README_NAME",
    "ROWS_NAME",
    "RecordReader",
    "body_path",
    "bulletin_of",
    "export_path",
    "find_strays",
    "is_page",
    "require_record_path",
    "rows_path",
    "scan_path",
    "zip_path",
]

MANIFEST_NAME = "MANIFEST"
POLICY_NAME = "tlog-policy"
README_NAME = "README.txt"
BODY_NAME = "bulletin.json"
ROWS_NAME = "rows.csv"
FIRST_PAGE_NAME = "index.html"
#: The files of the genesis definition; ``stations.csv`` is there when stations are listed.
DEFINITION_FILES = (DEFINITION_NAME, DIVISIONS_NAME, STATIONS_NAME, SIGNERS_NAME)
#: Six digits in the names of folders.
MAX_BULLETIN_NUMBER = 999_999
#: Longest path of a file; below what every file system and web server takes.
MAX_PATH_CHARS = 200

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
_BULLETIN = re.compile(r"(bulletins|data(?!/[0-9]+\.zip))/([0-9]{6})(?:\.zip|/.+)", re.ASCII)
_SCAN = re.compile(r"scans/[0-9a-f]{64}", re.ASCII)
# A language has two or three letters, and perhaps a script or a region: no other folder does.
_PAGE = re.compile(r"index\.html|(?:assets|[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)/.+", re.ASCII)
_PART = re.compile(r"(?:[^/]+/)*\.[^/]+\.part")


class RecordReader(Protocol):
    """Where the files of a record come from: a folder, a web server, memory."""

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the bytes of a file, or None when there is no such file.

        Each file is read whole, as it was at one moment; two files may be of different moments.

        Args:
            path: below the record's folder; ``require_record_path`` holds for it.
            most_bytes: the largest size that makes sense.

        Raises:
            MalformedError: a larger file, or no path of a record.
            AdapterError: it could not be found out whether there is one; never for absence.
        """

    def list_paths(self) -> Sequence[str] | None:
        """Name every file there is, in order; None where nobody can list, as over HTTP.

        A name may be one that no record has: it is reported as it is found.
        """


def require_record_path(path: str, where: str) -> None:
    """Refuse a path that no file of a record has; what is left cannot lead out of its folder.

    Raises:
        MalformedError: empty, too long, a part that does not begin with a letter or digit (so no
            ``..``, no hidden file, no absolute path), or another character than letters, digits,
            ``.``, ``_`` and ``-``.
    """
    if len(path) > MAX_PATH_CHARS or _PATH.fullmatch(path) is None:
        expected = f"a path of letters, digits, '.', '_', '-' and '/', at most {MAX_PATH_CHARS}"
        raise MalformedError.of(Fault(where, expected, ascii(path[:80])))


def body_path(number: int) -> str:
    """Give the path of a bulletin's body."""
    return f"bulletins/{_digits(number)}/{BODY_NAME}"


def rows_path(number: int) -> str:
    """Give the path of the rows of a bulletin, one per contest and station."""
    return f"bulletins/{_digits(number)}/{ROWS_NAME}"


def zip_path(number: int) -> str:
    """Give the path of the packed exports of a bulletin."""
    return f"bulletins/{_digits(number)}.zip"


def export_path(number: int, name: str) -> str:
    """Give the path of an unpacked export of a bulletin."""
    return f"data/{_digits(number)}/{name}"


def scan_path(digest: bytes) -> str:
    """Give the path of a scan by its SHA-256."""
    return f"scans/{digest.hex()}"


def _digits(number: int) -> str:
    if not 1 <= number <= MAX_BULLETIN_NUMBER:
        expected = f"a number from 1 to {MAX_BULLETIN_NUMBER}"
        raise MalformedError.of(Fault("bulletin", expected, f"{number}"))
    return f"{number:06d}"


def bulletin_of(path: str) -> tuple[str, int] | None:
    """Give the folder (``bulletins`` or ``data``) and the number a path belongs to, if any."""
    found = _BULLETIN.fullmatch(path)
    return None if found is None else (found[1], int(found[2]))


def is_page(path: str) -> bool:
    """Say whether a path belongs to the site: a page, or what pages need.

    Every other file of a record follows from the log alone. Pages prove nothing.
    """
    return _PAGE.fullmatch(path) is not None


def find_strays(present: Iterable[str], listed: Collection[str]) -> list[str]:
    """Name the files that stand in a record's folder and have no business there.

    A publisher that died has stored files of the next publication, or has not yet removed old
    ones; nobody reads them, and the next publication mends the folder. So these are no strays,
    although the manifest does not list them:

    - half-written files, ``.<name>.part``;
    - tiles and bundles, of any size of the log;
    - ``bulletins`` and ``data`` of the number after the newest listed one;
    - ``data`` of an older number of which nothing is listed;
    - scans: their name is their digest.

    A page that nothing lists is always a stray: pages are listed before they are written.

    Args:
        present: the files that are there.
        listed: the paths of the manifest, with those of pages that are going to be removed.
    """
    known = {MANIFEST_NAME, CHECKPOINT_PATH, *listed}
    places = {place for path in listed if (place := bulletin_of(path)) is not None}
    newest = max((number for folder, number in places if folder == "bulletins"), default=0)

    def is_leftover(path: str) -> bool:
        if _PART.fullmatch(path) or _SCAN.fullmatch(path) or _is_tile(path):
            return True
        if (place := bulletin_of(path)) is None:
            return False
        folder, number = place
        is_next = number == newest + 1
        return is_next or (folder == "data" and number <= newest and place not in places)

    return [path for path in present if path not in known and not is_leftover(path)]


def _is_tile(path: str) -> bool:
    try:
        decode_path(path)
    except ElectionRecordError:
        return False
    return True
