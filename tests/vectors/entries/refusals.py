"""The bad cases behind the vectors of entries, each with a good signature but the last ones.

Of every kind one case lacks all of its keys, one has keys too many, and one names a later version
of the format; the others change single values of a good payload.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from escrutinio.log.entries import ContentType, encode_content, sign_entry
from escrutinio.primitives.cbor import CborKey, CborValue, decode_cbor, encode_cbor
from escrutinio.primitives.cose import sign_message
from tests.vectors.entries.contents import DIGEST, ELECTION, GOOD
from tests.vectors.sheet.cases import KEY, LOW_ORDER_KEY, OTHER_KEY, Case

__all__ = ["bad_entries", "unsigned_entries"]

#: The good content of each kind that the bad ones are made of.
_KINDS = (
    "genesis",
    "opening",
    "seal",
    "transcribed",
    "confirmation",
    "hold",
    "decision",
    "amendment",
    "approval",
    "bulletin",
    "closing-audit",
    "custody",
    "incident",
    "audit-record",
    "proclamation",
)
_FIGURES = [4, 1, 1, 1, 1, 400, 412, [101, 99, 200]]

#: Good content: name of the case, why, and what is changed; "-" takes a key away.
_WRONG: dict[str, dict[str, tuple[str, dict[CborKey, Any]]]] = {
    "genesis": {
        "identity-half": ("16 bytes", {3: DIGEST[:16]}),
        "size-zero": ("an empty definition", {4: 0}),
        "election-text": ("as hexadecimal text", {2: ELECTION.hex()}),
        "election-long": ("the whole identity", {2: ELECTION * 2}),
        "format-zero": ("there is no format 0", {1: 0}),
        "format-true": ("true is not 1", {1: True}),
        "three-faults": ("all of them are named", {1: 0, 3: None, 4: -1}),
    },
    "opening": {
        "station-space": ("an id has no spaces", {3: "N1 1"}),
        "station-long": ("65 characters", {3: "N" * 65}),
        "time-negative": ("before 1970", {4: -1}),
        "time-beyond": ("after 2106", {4: 2**32}),
        "counters-negative": ("fewer than none", {5: -1}),
        "counters-true": ("true is no figure", {5: True}),
        "counters-beyond": ("more than ten million", {5: 10_000_001}),
    },
    "seal": {
        "contest-beyond": ("the 10,001st contest", {4: 10_000}),
        "contest-null": ("of no contest", {4: None}),
        "follows-null": ("it must follow an opening", {14: None}),
        "admitted-text": ("a figure in words", {5: "412"}),
    },
    "transcribed": {
        "version-zero": ("the first version is 1", {5: 0}),
        "status-beyond": ("a status that is not in the list", {6: 9}),
        "copy-short": ("20 bytes", {8: DIGEST[:20]}),
        "figure-below": ("not on the source is not said", {9: {"registered": -4}}),
        "figure-beyond": ("more than ten million", {9: {"registered": 10_000_001}}),
        "figure-null": ("illegible is -3 here", {9: {"registered": None}}),
        "field-number": ("a field has a name", {9: {7: 500}}),
        "field-space": ("a name has no spaces", {9: {"candidacy.A B": 1}}),
        "figures-array": ("a map belongs there", {9: [1]}),
        "marks-order": ("in ascending order", {10: ["b", "a"]}),
        "marks-twice": ("each once", {10: ["a", "a"]}),
        "mark-capital": ("small letters", {10: ["Poor"]}),
        "wrong-other": ("contest or phase", {12: ["station"]}),
        "reason-on-first": ("a first version corrects nothing", {14: DIGEST, 15: 1}),
        "no-reason-on-second": ("a later version says what and why", {5: 2}),
        "reason-unknown": ("a reason that is not in the list", {5: 2, 14: DIGEST, 15: 6}),
    },
    "confirmation": {"scan-text": ("as hexadecimal text", {4: DIGEST.hex()})},
    "hold": {
        "no-codes": ("a hold says why", {4: []}),
        "codes-order": ("in ascending order", {4: ["SHEET-201", "CHAIN-003"]}),
        "codes-twice": ("each once", {4: ["SHEET-201", "SHEET-201"]}),
        "code-other": ("no code of a check", {4: ["SHEET-1"]}),
        "codes-many": ("65 codes", {4: [f"SHEET-{at:03}" for at in range(65)]}),
    },
    "decision": {
        "kind-unknown": ("a kind that is not in the list", {3: 6}),
        "reason-unknown": ("a reason that is not in the list", {7: 9}),
        "release-without-sheet": ("a release names a sheet", {6: None}),
        "release-with-closure": ("only a closure has one", {8: 1}),
        "close-with-sheet": ("a closure names no sheet", {3: 3, 8: 1}),
        "close-without-closure": ("a closure says why", {3: 3, 6: None}),
        "closure-unknown": ("not in the list", {3: 3, 6: None, 8: 3}),
    },
    "amendment": {
        "kind-unknown": ("a change that is not in the list", {3: 6}),
        "key-short": ("31 bytes", {5: DIGEST[:31]}),
        "key-low-order": ("a point of order 1", {5: LOW_ORDER_KEY}),
        "key-no-point": ("32 bytes that are no point", {5: b"\x02" + bytes(31)}),
    },
    "amendment-signer": {
        "key-null": ("a new signer has a key", {5: None}),
        "role-unknown": ("a role that is not in the list", {6: "witness"}),
        "scope-empty": ("enrolled nowhere", {7: ""}),
    },
    "amendment-station": {
        "keys-of-another-kind": ("the key of a signer", {4: "device-1"}),
        "polling-place-null": ("empty is not null", {10: None}),
    },
    "amendment-void": {
        "heir-of-void": ("void votes go to nobody", {14: "A"}),
        "votes-unknown": ("a way that is not in the list", {13: 3}),
    },
    "amendment-transfer": {
        "no-heir": ("somebody gets the votes", {14: "-"}),
        "own-heir": ("not the candidacy that withdraws", {14: "B"}),
        "candidacy-long": ("41 characters", {12: "B" * 41}),
    },
    "amendment-policy": {"policy-empty": ("no text", {15: ""})},
    "bulletin": {
        "number-zero": ("the first is 1", {3: 0}),
        "size-zero": ("the genesis is always before", {5: 0}),
        "previous-of-first": ("there is none", {7: DIGEST}),
        "no-previous-of-second": ("there is one", {3: 2}),
        "body-empty": ("a body has a size", {9: 0}),
        "no-contests": ("at least one", {10: []}),
        "figures-short": ("a figure is not there", {10: [_FIGURES[1:]]}),
        "figures-negative": ("fewer than no stations", {10: [[4, -1, *_FIGURES[2:]]]}),
        "figures-beyond": ("2^53 votes", {10: [[*_FIGURES[:5], 2**53, *_FIGURES[6:]]]}),
        "counted-null": ("what is counted is known", {10: [[4, None, *_FIGURES[2:]]]}),
        "missing-alone": (
            "known, of an unknown number of stations",
            {10: [[None, *_FIGURES[1:]]]},
        ),
        "no-votes": ("of no candidacy", {10: [[*_FIGURES[:7], []]]}),
        "votes-true": ("true is no number", {10: [[*_FIGURES[:7], [True]]]}),
    },
    "closing-audit": {
        "no-votes": ("nothing was counted", {6: []}),
        "vote-negative": ("fewer than none", {6: [-1]}),
        "sheet-null": ("an audit is of a sheet", {5: None}),
    },
    "custody": {
        "event-unknown": ("an event that is not in the list", {4: 7}),
        "event-zero": ("an event that is not in the list", {4: 0}),
        "seals-text": ("as hexadecimal text", {5: DIGEST.hex()}),
    },
    "incident": {
        "kind-unknown": ("a kind that is not in the list", {4: 9}),
        "place-empty": ("it happened somewhere", {3: ""}),
    },
    "audit-record": {"kind-unknown": ("a kind that is not in the list", {3: 5})},
    "proclamation": {"number-million": ("the highest is 999,999", {4: 1_000_000})},
    "sheet": {
        "votes-none": ("no options", {10: []}),
        "vote-true": ("true is not 1", {10: [True, 99, 200]}),
        "vote-text": ("a figure in words", {10: ["101", 99, 200]}),
        "votes-bytes": ("bytes are no array", {10: bytes((1, 2, 3))}),
        "contest-beyond": ("the 10,001st contest", {4: 10_000}),
        "reason-on-first": ("a first version corrects nothing", {15: 1}),
        "stated-ballots-alone": ("13 without 9", {9: "-", 13: 412}),
        "later-format": ("a format to come: it cannot be checked", {1: 2}),
        "unknown-key": ("a key that means nothing", {16: 0}),
    },
}


def bad_entries() -> Iterator[Case]:
    """Give entries that are refused when they are decoded."""
    for name in _KINDS:
        fields = _fields(name)
        yield _case(f"{name}-no-keys", "the map is empty", name, {})
        foreign = {**fields, 99: 1, "note": "x"}
        yield _case(f"{name}-foreign", "two keys that mean nothing", name, foreign)
        yield _case(f"{name}-later", "a format to come: it cannot be checked", name, {1: 2})
    for name, cases in _WRONG.items():
        for what, (why, changes) in cases.items():
            changed = {**_fields(name), **changes}
            kept = {key: value for key, value in changed.items() if value != "-"}
            yield _case(f"{name}-{what}", why, name, kept)
    yield from _other_payloads()
    yield from _other_types()


def _other_payloads() -> Iterator[Case]:
    payload = encode_content(GOOD["opening"].content, ELECTION)[1]
    for what, why, data in (
        ("array", "no map", encode_cbor([1, 2])),
        ("empty", "nothing signed", b""),
        ("trailing", "a byte after the map", payload + b"\0"),
        ("long-time", "a time in nine bytes", _longer(payload)),
        ("order", "two keys exchanged", _exchanged(payload)),
    ):
        yield Case(f"payload-{what}", why, sign_message(KEY, ContentType.OPENING.value, data))


def _longer(payload: bytes) -> bytes:
    at = payload.index(b"\x04\x1a") + 1
    return payload[:at] + b"\x1b\0\0\0\0" + payload[at + 1 :]


def _exchanged(payload: bytes) -> bytes:
    at = payload.index(b"\x04\x1a")
    return payload[:at] + payload[at + 6 :] + payload[at : at + 6]


def _other_types() -> Iterator[Case]:
    payload = encode_cbor({1: 1, 2: ELECTION})
    for number in (0, 255, 64_999, 65_016, 65_099, 65_500):
        yield Case(f"type-{number}", "no kind of entry", sign_message(KEY, number, payload))
    unknown: dict[str, tuple[str, dict[CborKey, CborValue]]] = {
        "later": ("a format to come: it cannot be checked", {1: 2, 2: ELECTION}),
        "no-election": ("every entry names its election", {1: 1}),
        "no-format": ("every entry names its format", {2: ELECTION}),
    }
    for what, (why, fields) in unknown.items():
        yield Case(f"unknown-{what}", why, sign_message(KEY, 65_100, encode_cbor(fields)))


def unsigned_entries() -> Iterator[Case]:
    """Give well-formed entries whose signature does not verify under the one enrolled key."""
    content = GOOD["seal"].content
    good = sign_entry(content, ELECTION, KEY)
    forged = sign_entry(content, ELECTION, OTHER_KEY)
    yield Case("unsigned-unknown-kid", "a key that is not enrolled", forged)
    yield Case("unsigned-forged", "another key under our kid", good[:-64] + forged[-64:])
    yield Case("unsigned-altered", "another station", good.replace(b"N1.1", b"N1.2"))


def _fields(name: str) -> dict[CborKey, CborValue]:
    fields = decode_cbor(encode_content(GOOD[name].content, ELECTION)[1], name)
    assert isinstance(fields, dict)
    return fields


def _case(name: str, why: str, of: str, fields: dict[CborKey, CborValue]) -> Case:
    content_type, _ = encode_content(GOOD[of].content, ELECTION)
    return Case(name, why, sign_message(KEY, content_type, encode_cbor(fields)))
