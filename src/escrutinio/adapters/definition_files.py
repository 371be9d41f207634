"""The folder of a definition on disk."""

from __future__ import annotations

from pathlib import Path

from escrutinio.adapters.atomic_writing import require_writable, store_files
from escrutinio.adapters.bounded_reading import read_bounded
from escrutinio.definition import (
    DEFINITION_NAME,
    DIVISIONS_NAME,
    DRAFT_NAME,
    SIGNERS_NAME,
    STATIONS_NAME,
    Definition,
    DefinitionFiles,
    decode_definition,
)
from escrutinio.definition.limits import MAX_TABLE_BYTES
from escrutinio.errors import AdapterError, Fault
from escrutinio.primitives import MAX_JSON_BYTES

__all__ = [
    "find_document",
    "load_definition",
    "load_definition_files",
    "store_definition_files",
]

#: The tables that a definition may be without, and what it then does not have.
_OPTIONAL = {STATIONS_NAME: "list of stations", SIGNERS_NAME: "list of signers"}


def load_definition(folder: Path) -> Definition:
    """Read the definition in a folder.

    Raises:
        AdapterError: the folder or a file of it is missing or cannot be read.
        MalformedError: the files are no definition, or larger than the format allows.
    """
    return decode_definition(load_definition_files(folder))


def load_definition_files(folder: Path, *, document_name: str = DEFINITION_NAME) -> DefinitionFiles:
    """Read the files of a definition without looking into them.

    Args:
        folder: where they are; symbolic links are followed.
        document_name: name of the JSON document, for drafts.

    Raises:
        AdapterError: the folder, the document or ``divisions.csv`` is missing or cannot be read,
            or ``stations.csv`` or ``signers.csv`` is there and cannot be read.
        MalformedError: a file is larger than the format allows.
    """
    _require_folder(folder)
    _require_files(folder, document_name)
    return DefinitionFiles(
        read_bounded(folder / document_name, MAX_JSON_BYTES),
        read_bounded(folder / DIVISIONS_NAME, MAX_TABLE_BYTES),
        *(_read_optional(folder / name) for name in _OPTIONAL),
    )


def _read_optional(path: Path) -> bytes | None:
    return read_bounded(path, MAX_TABLE_BYTES) if _is_there(path) else None


def find_document(folder: Path) -> str:
    """Give the name of the document an author writes in a folder: the draft, if there is one."""
    return DRAFT_NAME if _is_there(folder / DRAFT_NAME) else DEFINITION_NAME


def store_definition_files(folder: Path, files: DefinitionFiles) -> None:
    """Write the files of a definition, all or none of them.

    The tables come first and the document last: a crash between two of them leaves a document
    whose digests do not fit, which every reader refuses, and never one that fits wrong tables.

    Raises:
        AdapterError: the folder is missing or not writable, the disk is full, or there is a
            ``stations.csv`` or ``signers.csv`` that the definition does not have.
    """
    _require_folder(folder)
    tables = {folder / DIVISIONS_NAME: files.divisions}
    faults = []
    for name, table in zip(_OPTIONAL, (files.stations, files.signers), strict=True):
        path = folder / name
        if table is not None:
            tables[path] = table
        elif _is_there(path):
            expected = f"no such file, as the definition has no {_OPTIONAL[name]}"
            faults.append(Fault(str(path), expected, "a file", "Remove it."))
    if faults:
        raise AdapterError.of(*faults)
    document = folder / DEFINITION_NAME
    require_writable(document)
    store_files({**tables, document: files.definition})


def _is_there(path: Path) -> bool:
    # A broken symbolic link is there: reading it must fail instead of passing for no file.
    return path.exists() or path.is_symlink()


def _require_folder(folder: Path) -> None:
    expected = f"a folder with {DEFINITION_NAME} and {DIVISIONS_NAME}"
    if not folder.exists():
        raise AdapterError.of(Fault(str(folder), expected, "nothing there"))
    if not folder.is_dir():
        raise AdapterError.of(Fault(str(folder), expected, "a file", "Name its folder."))


def _require_files(folder: Path, document_name: str) -> None:
    """Name every file that is missing at once, and refuse what would block when it is read."""
    faults = []
    for name in (document_name, DIVISIONS_NAME, *_OPTIONAL):
        path = folder / name
        if name not in _OPTIONAL and not _is_there(path):
            faults.append(Fault(str(path), "a file", "nothing there"))
        elif path.exists() and not path.is_file():
            faults.append(Fault(str(path), "a file", "a folder or a device"))
    if faults:
        raise AdapterError.of(*faults)
