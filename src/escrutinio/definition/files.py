"""The files of a definition, as bytes."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "DEFINITION_NAME",
    "DIVISIONS_NAME",
    "DRAFT_NAME",
    "FORMAT",
    "FORMAT_WITH_TRUST",
    "SIGNERS_NAME",
    "STATIONS_NAME",
    "DefinitionFiles",
]

#: Name and version of the format, the first thing a reader looks at.
FORMAT = "escrutinio-definition/1"
#: The version whose definitions can open a log: the same keys, and ``trust``.
FORMAT_WITH_TRUST = "escrutinio-definition/2"
#: The sealed definition.
DEFINITION_NAME = "definition.json"
#: What its author writes by hand, in any spelling; no part of the published definition.
DRAFT_NAME = "definition.draft.json"
#: The areas of the territory.
DIVISIONS_NAME = "divisions.csv"
#: The polling stations, where their list is known.
STATIONS_NAME = "stations.csv"
#: The enrolled keys, where the definition can open a log.
SIGNERS_NAME = "signers.csv"


@dataclass(frozen=True, slots=True)
class DefinitionFiles:
    """The bytes of a definition.

    Attributes:
        definition: bytes of ``definition.json``.
        divisions: bytes of ``divisions.csv``.
        stations: bytes of ``stations.csv``, or None when there is no such file.
        signers: bytes of ``signers.csv``, or None when there is no such file.
    """

    definition: bytes = field(repr=False)
    divisions: bytes = field(repr=False)
    stations: bytes | None = field(repr=False)
    signers: bytes | None = field(default=None, repr=False)
