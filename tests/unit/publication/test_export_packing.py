"""The packed exports: everything inside, the same bytes every time, read by others."""

from __future__ import annotations

import io
import zipfile

import pytest

from escrutinio.publication import ExportFile, export_files, pack_exports
from escrutinio.publication.exports.packing import pack_files
from escrutinio.publication.layout import export_path, require_record_path
from tests.unit.publication.exported import DAYS, exports_of, last_bulletin
from tests.vectors.bulletin.cases import full_day


def _packed(name: str) -> bytes:
    files = [ExportFile(file, data) for file, data in exports_of(name).items()]
    return pack_exports(last_bulletin(name).composed, files)


@pytest.mark.parametrize("name", DAYS)
def test_the_zip_holds_the_bulletin_and_every_export(name: str) -> None:
    composed = last_bulletin(name).composed
    with zipfile.ZipFile(io.BytesIO(_packed(name))) as archive:
        assert archive.testzip() is None
        inside = {info.filename: archive.read(info) for info in archive.infolist()}
    own = {"bulletin.json": composed.body, "rows.csv": composed.rows_csv}
    assert inside == own | exports_of(name)


def test_the_same_day_gives_the_same_bytes() -> None:
    """Whoever makes the exports again can compare them with what was published."""
    item = full_day().bulletins[-1]
    files = export_files(item.cut, item.composed, item.findings)
    assert {file.name: file.data for file in files} == exports_of("full")
    assert pack_exports(item.composed, files) == _packed("full")


def test_no_date_and_no_machine_stands_in_the_zip() -> None:
    with zipfile.ZipFile(io.BytesIO(pack_files([ExportFile("a.csv", b"x")]))) as archive:
        (info,) = archive.infolist()
    assert info.date_time == (1980, 1, 1, 0, 0, 0)
    assert (info.create_system, info.external_attr >> 16) == (3, 0o100644)


def test_the_files_stand_in_the_order_of_the_format() -> None:
    item = last_bulletin("full")
    names = [file.name for file in export_files(item.cut, item.composed, item.findings)]
    assert [*names[: names.index("dictionary.md")]] == [
        "sheets-president.csv",
        "sheets-president.parquet",
        "divisions-president.csv",
        "findings.csv",
        "nist.json",
        "nist-side.json",
    ]


@pytest.mark.parametrize("name", DAYS)
def test_every_name_is_one_a_record_may_have(name: str) -> None:
    for file in exports_of(name):
        require_record_path(export_path(1, file), file)
