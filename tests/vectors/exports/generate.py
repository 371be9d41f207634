"""Write the vectors of exports: ``python -m tests.vectors.exports.generate``.

A folder per day of ``tests/vectors/bulletin``, with the exports of its last bulletin as files,
byte by byte as a publisher writes them. Parquet is left out, because its bytes depend on the
library: its cells are those of the CSV beside it. ``zip.json`` lists what the zip of the bulletin
holds. The examples on the page about exports are
written too: the first lines of three tables, and the keys of the NIST report.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from escrutinio.publication import ComposedBulletin, ExportFile, export_files, pack_exports
from escrutinio.publication.exports import _nist_types
from tests.vectors.bulletin.generate import DAYS
from tests.vectors.writing import with_block, write_page

__all__ = ["FOLDER", "PAGE", "ZIP_NAME", "render_exports", "render_page", "render_vectors"]

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[2] / "docs" / "formats" / "exports.md"
ZIP_NAME = "zip.json"
#: Tables of the day on the page: file, and how many of its lines.
_SHOWN = (("sheets-president.csv", 3), ("divisions-president.csv", 2), ("findings.csv", 4))
_METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}


def render_vectors() -> dict[str, bytes]:
    """Give every file by its path in the folder."""
    vectors: dict[str, bytes] = {}
    for name, (make, _) in DAYS.items():
        item = make().bulletins[-1]
        files = export_files(item.cut, item.composed, item.findings)
        rendered = render_exports(item.composed, files)
        vectors |= {f"{name}/{path}": data for path, data in rendered.items()}
    return vectors


def render_exports(composed: ComposedBulletin, files: Sequence[ExportFile]) -> Mapping[str, bytes]:
    """Give the files of a folder by name."""
    shown = {file.name: file.data for file in files if not file.name.endswith(".parquet")}
    shown[ZIP_NAME] = _contents(pack_exports(composed, files))
    return shown


def _contents(packed: bytes) -> bytes:
    """List a zip: no digest where the bytes of a file depend on the library that wrote it."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = [
            {
                "name": info.filename,
                "method": _METHODS[info.compress_type],
                "date": list(info.date_time),
                "mode": f"{info.external_attr >> 16:o}",
                "sha256": None
                if info.filename.endswith(".parquet")
                else hashlib.sha256(archive.read(info)).hexdigest(),
            }
            for info in archive.infolist()
        ]
    return json.dumps({"entries": entries}, indent=1).encode() + b"\n"


def render_page(page: str, vectors: Mapping[str, bytes]) -> str:
    """Give the page about exports with its examples."""
    for place, (name, lines) in enumerate(_SHOWN):
        shown = vectors[f"day/{name}"].decode().splitlines(keepends=True)[:lines]
        page = with_block(page, "text", place, "".join(shown))
    return with_block(page, "text", len(_SHOWN), _nist_keys())


def _nist_keys() -> str:
    """List the keys of every class of the NIST report in their order, optional ones with ``?``."""
    lines = []
    for name in _nist_types.__all__:
        fields = msgspec.structs.fields(getattr(_nist_types, name))
        keys = (item.encode_name + ("" if item.required else "?") for item in fields)
        lines.append(f"{name}: {', '.join(keys)}\n")
    return "".join(lines)


def main() -> None:
    """Write the files and the examples of the page, and remove what is gone."""
    vectors = render_vectors()
    for path in FOLDER.glob("*/*"):
        if path.is_file() and path.relative_to(FOLDER).as_posix() not in vectors:
            path.unlink()
    for name, data in vectors.items():
        path = FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    write_page(PAGE, lambda page: render_page(page, vectors))


if __name__ == "__main__":
    main()
