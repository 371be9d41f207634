"""Evidence files: one spelling, of one election, and whole in themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from escrutinio.definition import Severity
from escrutinio.errors import MalformedError
from escrutinio.primitives import decode_canonical, encode_canonical, sha256_hex
from escrutinio.tabulation.evidence import (
    ContestEvidence,
    Evidence,
    FindingCount,
    SourceFile,
    decode_evidence,
    encode_evidence,
)
from tests.builders import contest, definition, names, sheets, tally_of

LINED = contest(lines={"A": "a1 a2", "B": "b1"}, categories="blank:valid null")
ELECTION = definition(LINED, expected={"R": 6, "N": 3, "S": 3})
_TABLE = sheets(
    LINED,
    "station division a1 a2 b1 blank null registered\n"
    "1 N 5 5 7 0 0 40\n2 N 1 1 1 0 0 40\n3 S 2 2 ? 0 0 40\n4 S ? ? ? 0 0 40",
)
EVIDENCE = Evidence(
    definition=ELECTION.identity,
    source="test",
    names=names("test"),
    files=(SourceFile("a.csv", sha256_hex(b"a"), 100, 4),),
    contests=(
        ContestEvidence(
            tally_of(_TABLE, ELECTION),
            (FindingCount("SHEET-103", Severity.HOLD, number=1, ballots=0),),
        ),
    ),
)


def _refused(data: bytes) -> str:
    with pytest.raises(MalformedError) as caught:
        decode_evidence(data, "evidence.json", ELECTION)
    return str(caught.value)


def test_evidence_is_read_as_it_was_written() -> None:
    """Later stages cannot tell the sums of a file from the sums of the sheets."""
    assert decode_evidence(encode_evidence(EVIDENCE), "evidence.json", ELECTION) == EVIDENCE


def test_evidence_has_one_spelling() -> None:
    """Its digest is what people compare."""
    data = encode_evidence(EVIDENCE)
    assert "line break" in _refused(data[:-1])
    assert "canonical" in _refused(b" " + data)
    assert "canonical" in _refused(data + b"\n")


def test_evidence_of_another_definition_is_refused() -> None:
    """The same codes can mean other people in another election."""
    other = replace(ELECTION, identity=sha256_hex(b"other"))
    with pytest.raises(MalformedError, match="Name the definition"):
        decode_evidence(encode_evidence(EVIDENCE), "evidence.json", other)


def _set(*place: str | int, to: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:  # noqa: ANN401 - a JSON document
        *outer, last = place
        for key in outer:
            document = document[key]
        document[last] = to

    return change


def _twice(document: Any) -> None:  # noqa: ANN401 - a JSON document
    document["contests"] *= 2


def _reversed(document: Any) -> None:  # noqa: ANN401 - a JSON document
    document["contests"][0]["divisions"].reverse()


def _without_a_division(document: Any) -> None:  # noqa: ANN401 - a JSON document
    document["contests"][0]["divisions"].pop()


_TOTAL = ("contests", 0, "divisions", 0)
_NORTH = ("contests", 0, "divisions", 1)
#: What is changed, how, and what the refusal says.
WRONG = {
    "format": (_set("format", to="escrutinio-evidence/2"), "escrutinio-evidence/1"),
    "no names": (_set("names", to={}), "escrutinio-evidence/1"),
    "a digest of another length": (_set("files", 0, "sha256", to="ab"), "escrutinio-evidence/1"),
    "a negative count": (_set(*_TOTAL, "held", to=-1), "escrutinio-evidence/1"),
    "a truth value": (_set(*_TOTAL, "held", to=True), "escrutinio-evidence/1"),
    "an unknown key": (_set(*_TOTAL, "winner", to="A"), "escrutinio-evidence/1"),
    "another contest": (_set("contests", 0, "contest", to="mayor"), "one of the definition"),
    "a contest twice": (_twice, "each contest once"),
    "a foreign candidacy": (_set(*_TOTAL, "candidacies", to={"A": 14, "Z": 8}), "candidacies"),
    "a foreign line": (_set(*_TOTAL, "options", to={"z9": 1}), "party lines"),
    "a foreign category": (_set(*_TOTAL, "categories", to={"lost": 1}), "tally categories"),
    "divisions in another order": (_reversed, "its own area first"),
    "a division left out": (_without_a_division, "each division of the contest"),
    "another number of stations": (_set(*_TOTAL, "expected", to=7), "definition expects"),
    "an unknown finding": (_set("contests", 0, "findings", 0, "code", to="SHEET-999"), "catalogue"),
    "votes that are not the valid ones": (_set(*_TOTAL, "candidacies", "A", to=17), "R, valid"),
    "a part above its whole": (_set(*_NORTH, "registered", to=500), "R, registered"),
    "more counted than received": (_set(*_TOTAL, "received", to=2), "received"),
    "a category beyond the ballots": (_set(*_TOTAL, "categories", "null", to=5), "R, cast"),
    "a register below the ballots": (_set(*_TOTAL, "register_used", to=3), "register_used"),
    "a lead more": (_set("contests", 0, "first_places", "A", to=3), "first_places and ties"),
    "more unreadable sheets than counted": (_set(*_TOTAL, "unreadable", to=9), "unreadable"),
    "fewer unreadable sheets than unknown figures": (_set(*_TOTAL, "unreadable", to=0), "unknown"),
    "a tie more": (_set("contests", 0, "ties", to=1), "first_places and ties"),
    "a sheet more in a histogram": (
        _set("contests", 0, "votes_per_sheet", "A", 0, 1, to=2),
        "votes_per_sheet, A, sheets",
    ),
    "another figure in a histogram": (
        _set("contests", 0, "votes_per_sheet", "A", 0, 0, to=11),
        "others_per_sheet, A, sum",
    ),
    "a histogram that rises": (
        _set("contests", 0, "votes_per_sheet", "A", to=[[2, 1], [10, 1]]),
        "falling figures",
    ),
    "a figure on no sheet": (
        _set("contests", 0, "votes_per_sheet", "A", to=[[10, 2], [2, 0]]),
        "falling figures",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_evidence_that_contradicts_itself_or_the_definition_is_refused(name: str) -> None:
    """It would become evidence against somebody, and nobody has the sheets to see it."""
    change, said = WRONG[name]
    document = decode_canonical(encode_evidence(EVIDENCE)[:-1], "evidence.json")
    change(document)
    assert said in _refused(encode_canonical(document) + b"\n")


def test_too_large_a_file_is_refused_unread() -> None:
    """A file of another kind is named before it fills the memory."""
    assert "at most" in _refused(b" " * (64 * 1024 * 1024 + 1))
