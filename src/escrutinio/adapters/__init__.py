"""The outside world: files read within limits and written whole or not at all."""

from escrutinio.adapters.atomic_writing import require_outputs, store_files
from escrutinio.adapters.bounded_reading import (
    MAX_LINE_BYTES,
    MAX_TABLE_BYTES,
    TableBytes,
    read_bounded,
    read_table,
)
from escrutinio.adapters.definition_files import (
    load_definition,
    load_definition_files,
    store_definition_files,
)

__all__ = [
    "MAX_LINE_BYTES",
    "MAX_TABLE_BYTES",
    "TableBytes",
    "load_definition",
    "load_definition_files",
    "read_bounded",
    "read_table",
    "require_outputs",
    "store_definition_files",
    "store_files",
]
