"""Sealing: what leaves no doubt is mended, everything else stays the author's to mend."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from escrutinio.definition import (
    DefinitionFiles,
    check_definition,
    compute_identity,
    decode_definition,
    seal_definition,
)
from escrutinio.errors import MalformedError
from tests.vectors.definition.documents import (
    DIVISIONS,
    SIGNERS,
    STATIONS,
    STATIONS_WITH_PAIR,
    assemble,
    assemble_with_trust,
    document,
    document_with_trust,
    refer,
    with_governor,
)

SEALED = assemble()


def _draft(doc: dict[str, Any] | None = None) -> bytes:
    text = json.dumps(document() if doc is None else doc, indent=2, ensure_ascii=True)
    return text.encode()


def _seal(divisions: str = DIVISIONS, stations: str | None = STATIONS) -> DefinitionFiles:
    return seal_definition(
        _draft(), divisions.encode(), None if stations is None else stations.encode()
    )


def test_a_draft_needs_no_digests() -> None:
    """Nobody computes a digest by hand."""
    assert _seal() == SEALED


def test_stale_digests_are_replaced() -> None:
    """An author who changes a row seals again."""
    stale = refer(document(), b"old", b"older")
    assert seal_definition(_draft(stale), SEALED.divisions, SEALED.stations) == SEALED


def test_a_draft_without_stations_is_sealed_with_null() -> None:
    """No file means that the list is not known, and the sealed document says so."""
    assert _seal(stations=None) == assemble(stations=None)


def test_sealing_again_changes_nothing() -> None:
    """The identity of a sealed definition is final."""
    again = seal_definition(SEALED.definition, SEALED.divisions, SEALED.stations)
    assert again == SEALED


def _shuffled(table: str) -> str:
    header, *rows = table.splitlines(keepends=True)
    return header + "".join(reversed(rows))


MENDED: dict[str, Callable[[str], str]] = {
    "byte order mark": lambda table: "\ufeff" + table,
    "CR LF": lambda table: table.replace("\n", "\r\n"),
    "no last line feed": lambda table: table[:-1],
    "empty lines": lambda table: table.replace("\n", "\n\n"),
    "order of rows": _shuffled,
    "needless quotation marks": lambda table: table.replace("N2,", '"N2",'),
    "decomposed letters": lambda table: unicodedata.normalize("NFD", table),
}


@pytest.mark.parametrize("name", MENDED)
def test_spelling_is_mended(name: str) -> None:
    """Spreadsheets write tables in many ways; the sealed bytes do not depend on which."""
    mend = MENDED[name]
    assert _seal(mend(DIVISIONS), mend(STATIONS)) == SEALED


def test_a_document_with_a_byte_order_mark_is_read() -> None:
    """Some editors put one before every text."""
    draft = b"\xef\xbb\xbf" + _draft()
    assert seal_definition(draft, SEALED.divisions, SEALED.stations) == SEALED


def test_shares_are_reduced() -> None:
    """50/100 leaves no doubt, and has one spelling once sealed."""
    doc = document()
    share = {"kind": "share", "of": "valid", "comparison": ">", "value": [50, 100]}
    doc["contests"][0]["rule"]["clauses"] = [{"conditions": [share]}]
    sealed = seal_definition(_draft(doc), SEALED.divisions, SEALED.stations)
    assert b'"value":[1,2]' in sealed.definition


def test_columns_that_say_nothing_new_are_dropped() -> None:
    """A contest's own columns are kept only where it differs from the base columns."""
    stations = STATIONS_WITH_PAIR.replace("520,532", "500,512").replace("400,,,", "400,,400,")
    sealed = seal_definition(_draft(with_governor()), SEALED.divisions, stations.encode())
    assert sealed == assemble(with_governor())


def test_what_the_author_must_mend_is_named_at_once() -> None:
    """Spelling faults are not listed among them: sealing mends those by itself."""
    doc = document()
    doc["date"] = "soon"
    divisions = "\ufeff" + DIVISIONS.replace("2,900", "2,9e2").replace("N2,N", "N2,X")
    with pytest.raises(MalformedError) as caught:
        seal_definition(
            _draft(doc), divisions.encode(), SEALED.stations, document_name="definition.draft.json"
        )
    assert [fault.where for fault in caught.value.faults] == [
        "definition.draft.json: date",
        "divisions.csv: row 5, column registered",
        "divisions.csv: row 6, column parent",
    ]


def test_a_repeated_key_is_not_mended() -> None:
    """Which of the two the author means is not for a program to say."""
    draft = _draft().replace(b'"phase"', b'"phase": "test", "phase"', 1)
    with pytest.raises(MalformedError, match="phase: expected each key once"):
        seal_definition(draft, SEALED.divisions, SEALED.stations)


def test_a_list_that_the_draft_denies_is_not_guessed() -> None:
    """Either the null or the file is a mistake."""
    doc = {**document(), "stations": None}
    with pytest.raises(MalformedError, match=r"stations\.csv: expected no such file"):
        seal_definition(_draft(doc), SEALED.divisions, SEALED.stations)


def test_a_number_in_the_base_columns_is_never_dropped_silently() -> None:
    """Where a contest's own columns win over the base columns, both must say the same."""
    stations = STATIONS_WITH_PAIR.replace("governor", "president")
    with pytest.raises(MalformedError, match="as in the base columns"):
        seal_definition(_draft(), SEALED.divisions, stations.encode())


def test_what_is_sealed_is_a_definition() -> None:
    """The sealed files pass every check, and their identity can be computed from the object."""
    sealed = _seal(_shuffled(DIVISIONS), _shuffled(STATIONS))
    assert not check_definition(sealed)
    definition = decode_definition(sealed)
    assert compute_identity(definition) == definition.identity


WITH_TRUST = assemble_with_trust()


def _seal_signers(signers: str | None, doc: dict[str, Any] | None = None) -> DefinitionFiles:
    return seal_definition(
        _draft(document_with_trust() if doc is None else doc),
        WITH_TRUST.divisions,
        WITH_TRUST.stations,
        None if signers is None else signers.encode(),
    )


def test_a_draft_with_trust_needs_no_digest_of_the_signers() -> None:
    """Nobody computes a digest by hand; rows may come in any order."""
    assert _seal_signers(_shuffled(SIGNERS)) == WITH_TRUST


def test_sealing_trust_again_changes_nothing() -> None:
    """The identity of a sealed definition is final."""
    again = seal_definition(
        WITH_TRUST.definition, WITH_TRUST.divisions, WITH_TRUST.stations, WITH_TRUST.signers
    )
    assert again == WITH_TRUST


def test_a_policy_is_sealed_as_it_is_written() -> None:
    """Its bytes are a file of the record; a space more is another file."""
    doc = document_with_trust()
    doc["trust"]["policy"] = "# año\n\n" + doc["trust"]["policy"].replace("\n", " \t\n")
    trust = decode_definition(_seal_signers(SIGNERS, doc)).trust
    assert trust is not None
    assert trust.policy == doc["trust"]["policy"]


SIGNERS_THAT_ONLY_AN_AUTHOR_MENDS = {
    "no file": (None, ["signers.csv"]),
    "a key in capitals": (SIGNERS[:-65] + "A" * 64 + "\n", ["signers.csv: row 11, column key"]),
    "a key that is no point": (
        SIGNERS[:-65] + "0" * 64 + "\n",
        ["signers.csv: row 11, column key"],
    ),
    "an unknown role": (
        SIGNERS.replace(",auditor,", ",Auditor,"),
        ["signers.csv: row 2, column role"],
    ),
}


@pytest.mark.parametrize("name", SIGNERS_THAT_ONLY_AN_AUTHOR_MENDS)
def test_sealing_mends_no_key(name: str) -> None:
    """A key is copied from whoever holds it; a machine that mends one enrols another."""
    signers, places = SIGNERS_THAT_ONLY_AN_AUTHOR_MENDS[name]
    with pytest.raises(MalformedError) as caught:
        _seal_signers(signers)
    assert [fault.where for fault in caught.value.faults] == places
