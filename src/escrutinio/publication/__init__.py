"""The public record: its layout, its signed manifest, the reader's anchor, bulletins, exports."""

from escrutinio.publication.anchor import Anchor, decode_anchor, encode_anchor, find_log_key
from escrutinio.publication.bulletin_body import (
    BODY_FORMAT,
    MAX_BODY_BYTES,
    ComposedBulletin,
    compose_bulletin,
)
from escrutinio.publication.cut import ContestCut, Cut, find_all_findings, take_cut
from escrutinio.publication.exports import ExportFile, export_files, iter_exports, pack_exports
from escrutinio.publication.layout import (
    RecordReader,
    find_strays,
    is_page,
    require_record_path,
)
from escrutinio.publication.manifest import (
    Manifest,
    ManifestFile,
    PagesBefore,
    SignedManifest,
    decode_manifest,
    encode_manifest,
    finish_manifest,
    sign_manifest,
    verify_manifest,
)
from escrutinio.publication.rows_csv import MAX_ROWS_BYTES, decode_rows, encode_rows

__all__ = [
    "BODY_FORMAT",
    "MAX_BODY_BYTES",
    "MAX_ROWS_BYTES",
    "Anchor",
    "ComposedBulletin",
    "ContestCut",
    "Cut",
    "ExportFile",
    "Manifest",
    "ManifestFile",
    "PagesBefore",
    "RecordReader",
    "SignedManifest",
    "compose_bulletin",
    "decode_anchor",
    "decode_manifest",
    "decode_rows",
    "encode_anchor",
    "encode_manifest",
    "encode_rows",
    "export_files",
    "find_all_findings",
    "find_log_key",
    "find_strays",
    "finish_manifest",
    "is_page",
    "iter_exports",
    "pack_exports",
    "require_record_path",
    "sign_manifest",
    "take_cut",
    "verify_manifest",
]
