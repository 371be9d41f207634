"""The exports of a bulletin: tables, NIST documents, a data dictionary, and all of it packed."""

from escrutinio.publication.exports.files import export_files, iter_exports, pack_exports
from escrutinio.publication.exports.packing import ExportFile

__all__ = ["ExportFile", "export_files", "iter_exports", "pack_exports"]
