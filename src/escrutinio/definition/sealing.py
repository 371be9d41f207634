"""From what an author writes by hand to the files of a definition."""

from __future__ import annotations

import codecs

from escrutinio.definition._reading import read_definition
from escrutinio.definition.encoding import encode_definition
from escrutinio.definition.files import DEFINITION_NAME, DefinitionFiles
from escrutinio.errors import MalformedError

__all__ = ["seal_definition"]


def seal_definition(
    draft_json: bytes,
    divisions: bytes,
    stations: bytes | None,
    signers: bytes | None = None,
    *,
    document_name: str = DEFINITION_NAME,
) -> DefinitionFiles:
    """Write a definition in its one spelling.

    Mends what leaves no doubt: spaces and order of keys, digests and numbers of rows, byte order
    marks, CR LF, order of rows, needless quotation marks, text that is not in normalization form
    C, shares that are not in lowest terms. Sealing what is sealed changes nothing.

    Args:
        draft_json: the document in any spelling of JSON; what it says of the tables may be missing
            or stale.
        divisions: ``divisions.csv``.
        stations: ``stations.csv``, or None when the list is not known.
        signers: ``signers.csv``, or None when the definition has no trust.
        document_name: what the author calls the document, for its faults.

    Returns:
        The files; decoding them gives a definition.

    Raises:
        MalformedError: something is wrong that only the author can mend; the error carries every
            such fault.
    """
    draft = DefinitionFiles(
        draft_json.removeprefix(codecs.BOM_UTF8),
        divisions,
        stations,
        signers,
    )
    # An author has few definitions and much time: the keys are checked as points too.
    reading = read_definition(draft, document_name, checks_points=True)
    if reading.definition is None or reading.meaning:
        raise MalformedError.of(*reading.meaning)
    return encode_definition(reading.definition)
