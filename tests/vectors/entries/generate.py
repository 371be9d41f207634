"""Write the vectors of entries.

Run ``python -m tests.vectors.entries.generate``. One file per case: ``description``; ``input``, the
entry in hexadecimal digits; ``key``, the only enrolled key; ``expected``, what the entry says or
the name and the places of the error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgspec

from escrutinio.errors import ElectionRecordError
from escrutinio.log.entries import (
    Content,
    Entry,
    ReceivedEntry,
    decode_entry,
    sign_entry,
    verify_entry,
)
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.primitives.cose import sign_message
from escrutinio.primitives.keys import PublicKey
from tests.vectors.entries.contents import ELECTION, good_contents
from tests.vectors.entries.refusals import bad_entries, unsigned_entries
from tests.vectors.sheet.cases import KEY, Case
from tests.vectors.writing import render_vector, write_vectors

__all__ = ["FOLDER", "answer_to", "good_entries", "read_entry", "render_vectors", "words_of"]

FOLDER = Path(__file__).resolve().parent


def good_entries() -> Iterator[Case]:
    """Give entries that are read, of every kind and of unknown ones."""
    for good in good_contents():
        yield Case(f"good-{good.name}", good.why, sign_entry(good.content, ELECTION, KEY))
    fields = encode_cbor({1: 1, 2: ELECTION, 3: [None, True, {"x": b""}], "note": "x"})
    for number, why in ((65_100, "kept and shown"), (65_499, "what depends on it is not checked")):
        yield Case(f"good-unknown-{number}", why, sign_message(KEY, number, fields))


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    cases = [*good_entries(), *bad_entries(), *unsigned_entries()]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names)
    return {
        f"{case.name}.json": render_vector(
            {
                "description": case.why,
                "input": case.data.hex(),
                "key": KEY.public.raw.hex(),
                "expected": answer_to(case.data, KEY.public),
            }
        )
        for case in cases
    }


def read_entry(data: bytes, key: PublicKey) -> tuple[ReceivedEntry, Entry]:
    """Decode and verify an entry as a verifier does who enrolled this one key."""
    received = decode_entry(data, 0, "entry")
    return received, verify_entry(received, [key], "entry")


def answer_to(data: bytes, key: PublicKey) -> dict[str, Any]:
    """Give what an entry says, or the name and the places of the error."""
    try:
        received, entry = read_entry(data, key)
    except ElectionRecordError as error:
        where = [fault.where for fault in error.faults]
        return {"refused": type(error).__name__, "where": where}
    return {
        "content_type": received.message.content_type,
        "election": received.election.hex(),
        "content": words_of(entry.content),
        "entry_sha256": hashlib.sha256(data).hexdigest(),
    }


def words_of(content: Content) -> dict[str, Any]:
    """Write a content as JSON: attributes by name, bytes in hexadecimal digits."""
    return {name: _plain(value) for name, value in msgspec.structs.asdict(content).items()}


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, IntEnum):
        return int(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, msgspec.Struct):
        return {
            "kind": type(value).__name__,
            **{name: _plain(item) for name, item in msgspec.structs.asdict(value).items()},
        }
    return value


def main() -> None:
    """Write the files."""
    write_vectors(FOLDER, render_vectors())


if __name__ == "__main__":
    main()
