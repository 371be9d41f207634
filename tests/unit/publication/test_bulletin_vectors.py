"""The published vector of bulletins: made again from the day, and recomputed from its entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from escrutinio.definition import DefinitionFiles, decode_definition
from escrutinio.log.entries import Entry, decode_entry
from escrutinio.log.merkle import compute_root, hash_leaf
from escrutinio.primitives import encode_canonical, sha256_hex
from escrutinio.publication import compose_bulletin, decode_rows, take_cut
from escrutinio.tabulation.ledger import Ledger
from tests.vectors.bulletin.cases import full_day
from tests.vectors.bulletin.generate import PATH, render_day

VECTOR: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def test_the_vector_is_what_the_day_gives() -> None:
    """A vector nobody can make again is a number without a source."""
    assert render_day(full_day()) == PATH.read_text(encoding="utf-8")


def _ledger_at(size: int) -> Ledger:
    """Read the entries of the vector before a place, as a stranger would."""
    files = {name: text.encode() for name, text in VECTOR["definition"].items()}
    definition = decode_definition(DefinitionFiles(*files.values()))
    ledger = Ledger.begin(definition)
    for index, digits in enumerate(VECTOR["entries"][:size]):
        received = decode_entry(bytes.fromhex(digits), index, f"entry {index}")
        (key,) = ledger.keys_by_id()[received.message.kid]
        ledger.apply(Entry(index, received.digest, key, received.content))
    return ledger


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_bulletin_follows_from_the_entries_before_its_place(number: int) -> None:
    """This is the promise: whoever has the log recomputes every byte of a bulletin."""
    expected = VECTOR["bulletins"][number - 1]
    size = expected["size"]
    ledger = _ledger_at(size)
    leaves = [hash_leaf(bytes.fromhex(digits)) for digits in VECTOR["entries"][:size]]
    rows = None
    if number > 1:
        rows = decode_rows(VECTOR["bulletins"][number - 2]["rows"].encode(), "rows.csv")
    composed = compose_bulletin(
        take_cut(ledger),
        number,
        expected["time_s"],
        compute_root(leaves),
        previous=ledger.bulletins[-1].digest if ledger.bulletins else None,
        previous_rows=rows,
    )
    assert composed.entry.root.hex() == expected["root"]
    assert composed.body.decode() == expected["body"]
    assert composed.rows_csv.decode() == expected["rows"]
    assert composed.entry.body.hex() == expected["body_sha256"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_body_is_canonical_and_names_its_rows(number: int) -> None:
    """The body is written by a fast encoder; it must be the canonical form of the format."""
    bulletin = VECTOR["bulletins"][number - 1]
    document = json.loads(bulletin["body"])
    assert encode_canonical(document).decode() == bulletin["body"]
    assert document["rows"]["sha256"] == sha256_hex(bulletin["rows"].encode())
    assert document["rows"]["rows"] == bulletin["rows"].count("\n") - 1
    assert document["checkpoint"] == {"size": bulletin["size"], "root": bulletin["root"]}
