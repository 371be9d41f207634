"""What ``definition.json`` says of a table: its name, its digest, its number of rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from escrutinio.definition._fields import ObjectReader
from escrutinio.definition._words import ANYTHING
from escrutinio.definition.limits import MAX_TABLE_ROWS

__all__ = ["TableReference", "read_reference"]

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TableReference:
    """What ``definition.json`` says of a table.

    Attributes:
        place: where it says so.
        sha256: digest of its bytes; empty when it could not be read.
        rows: how many rows it has, the header not counted; None when it could not be read.
    """

    place: str
    sha256: str
    rows: int | None


def read_reference(reader: ObjectReader, key: str, file: str) -> TableReference | None:
    """Read the digest of a table.

    Whatever is wrong here is a fault of spelling, because sealing computes the digest anew.
    """
    faults = reader.faults.as_spelling()
    place = reader.place(key)
    if not reader.is_object:
        return None
    if not reader.has(key):
        faults.add(place, "an object", "nothing")
        return None
    item = ObjectReader(reader.take(key), place, faults)
    if not item.is_object:
        return TableReference(place, "", None)
    if (name := item.read_word("file", ANYTHING, file)) != file and item.is_readable("file"):
        item.refuse("file", file, name)
    sha256 = item.read_word("sha256", _DIGEST, "64 lower-case hexadecimal digits")
    rows = item.read_integer("rows", 0, MAX_TABLE_ROWS)
    item.close()
    return TableReference(place, sha256, rows if item.is_readable("rows") else None)
