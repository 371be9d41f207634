"""The cases behind the vectors of the signed sheet; see ``generate.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from escrutinio.definition import StationId
from escrutinio.primitives.cbor import CborKey, CborValue, decode_cbor, encode_cbor
from escrutinio.primitives.cose import sign_message
from escrutinio.sheet.signed import SHEET_CONTENT_TYPE, encode_sheet
from escrutinio.sheet.tally_sheet import (
    Correction,
    CorrectionReason,
    FormFigure,
    Seal,
    TallySheet,
)
from tests.vectors.sheet.cases import KEY, Case

__all__ = ["EXAMPLE", "bad_sheets", "good_sheets", "worst_sheet"]

#: The station N1.1 of the example in docs/formats/definition.md: three party lines.
EXAMPLE = TallySheet(
    election=bytes.fromhex("00112233445566778899aabbccddeeff"),
    station=StationId("N1.1"),
    contest=0,
    version=1,
    closed_at_s=1_898_550_000,
    figures={
        FormFigure.REGISTERED: 500,
        FormFigure.ADMITTED: 412,
        FormFigure.BALLOTS: 412,
    },
    votes=(101, 99, 200),
    categories=(5, 7),
    follows=Seal(bytes(range(32))),
)


def worst_sheet(lines: int = 38) -> TallySheet:
    """Give the sheet for which 340 bytes are promised: every figure of three bytes."""
    return TallySheet(
        election=b"\xff" * 16,
        station=StationId("S" * 24),
        contest=255,
        version=255,
        closed_at_s=2**32 - 1,
        figures=dict.fromkeys(FormFigure, 65_535),
        votes=(65_535,) * lines,
        categories=(65_535,) * 3,
        follows=Correction(b"\xff" * 32, CorrectionReason.RULING),
    )


@dataclass(frozen=True)
class GoodSheet:
    """A sheet that is read."""

    name: str
    why: str
    sheet: TallySheet


def good_sheets() -> Iterator[GoodSheet]:
    """Give sheets that are read, and encoded to the same bytes."""
    yield GoodSheet("good", "the example of docs/formats/sheet.md", EXAMPLE)
    yield GoodSheet(
        "good-bare-form", "a form with no figure beyond the votes", replace(EXAMPLE, figures={})
    )
    yield GoodSheet(
        "good-unreadable",
        "figures that nobody can read: null, which is not absent",
        replace(
            EXAMPLE,
            figures={FormFigure.ADMITTED: None},
            votes=(101, None, 200),
            categories=(None, 7),
        ),
    )
    yield GoodSheet(
        "good-stated-totals",
        "a form that adds up, wrongly: no fault of the format",
        replace(
            EXAMPLE,
            figures={**EXAMPLE.figures, FormFigure.STATED_VALID: 1, FormFigure.STATED_CAST: 2},
        ),
    )
    yield GoodSheet(
        "good-correction",
        "a later version, with its reason",
        replace(EXAMPLE, version=2, follows=Correction(b"\xaa" * 32, CorrectionReason.RECOUNT)),
    )
    yield GoodSheet(
        "good-no-categories", "a contest without tally categories", replace(EXAMPLE, categories=())
    )
    yield GoodSheet(
        "good-largest-figure", "ten million", replace(EXAMPLE, votes=(10_000_000, 0, 0))
    )
    yield GoodSheet("good-worst-case", "38 lines, every figure of three bytes", worst_sheet())


def bad_sheets() -> Iterator[Case]:
    """Give signed sheets that are refused, each with a good signature."""
    fields = _fields()
    for key in sorted(key for key in fields if isinstance(key, int) and key not in {7, 8, 9}):
        rest = {name: value for name, value in fields.items() if name != key}
        yield _case(f"no-{key:02}", f"the key {key} is not there", rest)
    wrong: dict[str, tuple[str, dict[CborKey, CborValue]]] = {
        "later-format": ("a format to come: it cannot be checked", {1: 2}),
        "format-zero": ("there is no format 0", {1: 0}),
        "format-true": ("true is not 1", {1: True}),
        "election-short": ("half of it", {2: bytes(8)}),
        "election-text": ("as hexadecimal text", {2: "00" * 16}),
        "station-number": ("an id is a text", {3: 11}),
        "station-empty": ("an id of no characters", {3: ""}),
        "station-space": ("an id has no spaces", {3: "N1 1"}),
        "station-long": ("65 characters", {3: "N" * 65}),
        "contest-negative": ("the first contest is 0", {4: -1}),
        "contest-true": ("true is not 1", {4: True}),
        "version-zero": ("the first version is 1", {5: 0}),
        "version-beyond": ("65536 versions", {5: 65_536, 15: 1}),
        "time-negative": ("before 1970", {6: -1}),
        "time-milliseconds": ("not in seconds", {6: 1_898_550_000_000}),
        "figure-negative": ("fewer than no voters", {7: -1}),
        "figure-beyond": ("more than ten million", {8: 10_000_001}),
        "figure-true": ("true is no figure", {9: True}),
        "figure-text": ("a figure in words", {9: "four"}),
        "vote-negative": ("fewer than no votes", {10: [101, -1, 200]}),
        "vote-false": ("false is not 0", {10: [101, False, 200]}),
        "vote-array": ("an array among the votes", {10: [101, [], 200]}),
        "votes-none": ("no options", {10: []}),
        "votes-map": ("votes by number", {10: {0: 101}}),
        "category-beyond": ("more than ten million", {11: [5, 10_000_001]}),
        "stated-ballots-alone": ("the form's only number of ballots has the key 9", {13: 412}),
        "seal-short": ("20 bytes", {14: bytes(20)}),
        "reason-on-first": ("a first version corrects nothing", {15: 1}),
        "no-reason-on-second": ("a later version says why", {5: 2}),
        "reason-unknown": ("a reason that is not in the list", {5: 2, 15: 6}),
        "reason-zero": ("a reason that is not in the list", {5: 2, 15: 0}),
        "unknown-key": ("a key that means nothing", {16: 0}),
        "text-key": ("a key with a name", {"note": "x"}),
    }
    for name, (why, changes) in wrong.items():
        changed = {**fields, **changes}
        if name == "stated-ballots-alone":
            del changed[9]
        yield _case(name, why, changed)
    yield Case(
        "payload-array", "no map", sign_message(KEY, SHEET_CONTENT_TYPE, encode_cbor([1, 2]))
    )
    yield Case("payload-empty", "nothing signed", sign_message(KEY, SHEET_CONTENT_TYPE, b""))
    yield Case(
        "payload-trailing",
        "a byte after the map",
        sign_message(KEY, SHEET_CONTENT_TYPE, encode_sheet(EXAMPLE) + b"\0"),
    )
    yield Case(
        "wrong-content-type",
        "a good sheet that is called something else",
        sign_message(KEY, SHEET_CONTENT_TYPE + 1, encode_sheet(EXAMPLE)),
    )


def _fields() -> dict[CborKey, CborValue]:
    fields = decode_cbor(encode_sheet(EXAMPLE), "example")
    assert isinstance(fields, dict)
    return fields


def _case(name: str, why: str, fields: dict[CborKey, CborValue]) -> Case:
    return Case(name, why, sign_message(KEY, SHEET_CONTENT_TYPE, encode_cbor(fields)))
