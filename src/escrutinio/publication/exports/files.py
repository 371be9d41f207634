"""All exports of one bulletin.

=================================  ==============================================================
``sheets-<contest>.csv``           a row per station with every figure of its sheet
``sheets-<contest>.parquet``       the same
``divisions-<contest>.csv``        totals of every division
``findings.csv``                   every finding
``nist.json``                      the totals as NIST SP 1500-100 version 2
``nist-side.json``                 what that standard has no place for, under the same ids
``dictionary.md``                  what every file, column and code means; ``diccionario.md`` too
=================================  ==============================================================

Format page: docs/formats/exports.md.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from escrutinio.publication.bulletin_body import ComposedBulletin
from escrutinio.publication.cut import Cut
from escrutinio.publication.exports.dictionary import DICTIONARY_NAMES, encode_dictionary
from escrutinio.publication.exports.divisions import division_rows
from escrutinio.publication.exports.findings import finding_rows
from escrutinio.publication.exports.nist import encode_nist
from escrutinio.publication.exports.nist_side import encode_nist_side
from escrutinio.publication.exports.packing import ExportFile, pack_files
from escrutinio.publication.exports.sheets import sheet_rows
from escrutinio.publication.layout import BODY_NAME, ROWS_NAME

if TYPE_CHECKING:
    import polars as pl

__all__ = ["export_files", "iter_exports", "pack_exports"]

_ROWS_AT_ONCE = 1 << 15


def export_files(
    cut: Cut,
    composed: ComposedBulletin,
    findings: Sequence[pl.DataFrame],
) -> tuple[ExportFile, ...]:
    """Write every export of a bulletin.

    Args:
        cut: the count that the bulletin is about.
        composed: the bulletin.
        findings: of each contest, from ``find_findings`` at the same place.
    """
    return tuple(iter_exports(cut, composed, findings))


def pack_exports(composed: ComposedBulletin, files: Sequence[ExportFile]) -> bytes:
    """Pack a bulletin with its exports into one zip."""
    bulletin = (ExportFile(BODY_NAME, composed.body), ExportFile(ROWS_NAME, composed.rows_csv))
    return pack_files([*bulletin, *files])


def iter_exports(
    cut: Cut,
    composed: ComposedBulletin,
    findings: Sequence[pl.DataFrame],
) -> Iterator[ExportFile]:
    """Write one export after the other, as ``export_files`` does.

    All of them take as much memory as everything else that is known of a large election, so who
    can do with one at a time does not keep them.
    """
    sheets = [sheet_rows(cut.definition, item) for item in cut.contests]
    divisions = [division_rows(cut.definition, item) for item in cut.contests]
    found = finding_rows(cut.contests, findings)
    for item, rows, totals in zip(cut.contests, sheets, divisions, strict=True):
        code = item.contest.code
        yield ExportFile(f"sheets-{code}.csv", _csv(rows))
        yield ExportFile(f"sheets-{code}.parquet", _parquet(rows))
        yield ExportFile(f"divisions-{code}.csv", _csv(totals))
    yield ExportFile("findings.csv", _csv(found))
    entry = composed.entry
    issuer = _origin_of(cut)
    yield ExportFile("nist.json", encode_nist(cut, entry.number, entry.time_s, issuer))
    yield ExportFile("nist-side.json", encode_nist_side(cut, composed.entry, sheets))
    for language, name in DICTIONARY_NAMES.items():
        text = encode_dictionary(cut, sheets, divisions, found, language)
        yield ExportFile(name, text)


def _origin_of(cut: Cut) -> str:
    """Give the origin of the log, or the election's identity where the policy names no log.

    Exports never fail for what an amendment says; whether the policy is one that a reader of
    policies takes shows elsewhere.
    """
    lines = (line.split() for line in cut.policy.splitlines())
    keys = (words[1] for words in lines if words[:1] == ["log"] and len(words) > 1)
    return next(keys, cut.definition.identity).partition("+")[0]


def _csv(rows: pl.DataFrame) -> bytes:
    # No table holds empty text: the engine would write it as a pair of quotation marks.
    # Piece by piece: the engine keeps what it is told to write until it has written it.
    data = io.BytesIO()
    for begin in range(0, max(rows.height, 1), _ROWS_AT_ONCE):
        piece = rows.slice(begin, _ROWS_AT_ONCE)
        piece.write_csv(data, include_header=begin == 0)
    return data.getvalue()


def _parquet(rows: pl.DataFrame) -> bytes:
    data = io.BytesIO()
    rows.write_parquet(data, compression="zstd", compression_level=1)
    return data.getvalue()
