"""V01 and V02: the definition that the record is about."""

from __future__ import annotations

from collections.abc import Sequence

from escrutinio.definition import (
    DEFINITION_NAME,
    DIVISIONS_NAME,
    FORMAT_WITH_TRUST,
    SIGNERS_NAME,
    STATIONS_NAME,
    Definition,
    DefinitionFiles,
    decode_definition,
)
from escrutinio.definition.limits import MAX_TABLE_BYTES
from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives import MAX_JSON_BYTES, say, sha256_hex
from escrutinio.publication import Anchor
from escrutinio.sheet import verify_profile_names
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["check_genesis"]

_REQUIRED = (DEFINITION_NAME, DIVISIONS_NAME)


def check_genesis(files: RecordFiles, anchor: Anchor | None, book: StepBook) -> Definition | None:
    """Read the genesis definition of a record; None when there is none to go on with.

    Notes V01 and V02; that amendments follow the rules is noted where they are read.
    """
    found = {
        DEFINITION_NAME: _load(files, DEFINITION_NAME, MAX_JSON_BYTES, book),
        **{
            name: _load(files, name, MAX_TABLE_BYTES, book)
            for name in (DIVISIONS_NAME, STATIONS_NAME, SIGNERS_NAME)
        },
    }
    document, divisions = found[DEFINITION_NAME], found[DIVISIONS_NAME]
    _check_identity(document, anchor, book)
    for name in _REQUIRED:
        if found[name] is None:
            fault = Fault(name, "a file of the definition", "nothing there")
            book.leave(_step_of(name), say("verification.reason.file_missing"), fault)
    if document is None or divisions is None:
        return None
    try:
        definition = decode_definition(
            DefinitionFiles(document, divisions, found[STATIONS_NAME], found[SIGNERS_NAME])
        )
        verify_profile_names(definition.check_profile)
    except MalformedError as error:
        _fail_by_file(error.faults, book)
        return None
    if definition.trust is None:
        expected = f"{FORMAT_WITH_TRUST}, which names who may sign"
        book.fail(StepCode.V01, Fault(f"{DEFINITION_NAME}: format", expected, "a version before"))
        return None
    book.finish(StepCode.V01, StepCode.V02)
    return definition


def _load(files: RecordFiles, name: str, most_bytes: int, book: StepBook) -> bytes | None:
    try:
        return files.load(name, most_bytes)
    except MalformedError as error:
        book.fail(_step_of(name), *error.faults)
        return None


def _check_identity(document: bytes | None, anchor: Anchor | None, book: StepBook) -> None:
    if anchor is None:
        book.leave(StepCode.V01, say("verification.reason.no_anchor"))
    elif document is not None and (found := sha256_hex(document)) != anchor.identity:
        expected = f"the SHA-256 {anchor.identity} of the trust anchor"
        book.fail(StepCode.V01, Fault(DEFINITION_NAME, expected, found))


def _fail_by_file(faults: Sequence[Fault], book: StepBook) -> None:
    for fault in faults:
        book.fail(_step_of(fault.where.partition(":")[0]), fault)


def _step_of(name: str) -> StepCode:
    return StepCode.V01 if name == DEFINITION_NAME else StepCode.V02
