"""Entries: what is refused, what is signed, and what many at once are read as."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from escrutinio.errors import MalformedError, RefusedError, UnverifiableError
from escrutinio.log.entries import (
    Amendment,
    Content,
    ContentType,
    Decision,
    DecisionKind,
    DecisionReason,
    Entry,
    Hold,
    LoggedSheet,
    PolicyReplaced,
    UnknownContent,
    Unread,
    decode_content,
    decode_entry,
    encode_content,
    logged_sheet,
    read_entries,
    sign_entry,
    tally_sheet,
    verify_entry,
)
from escrutinio.log.policy import decode_policy
from escrutinio.log.tiles import MAX_ENTRY_BYTES
from escrutinio.polling import StationOpening
from escrutinio.primitives.cose import key_id, sign_message
from escrutinio.primitives.keys import PublicKey
from escrutinio.sheet.signed import sign_sheet
from tests.vectors.entries.contents import DIGEST, ELECTION, GOOD
from tests.vectors.entries.generate import (
    FOLDER,
    answer_to,
    good_entries,
    read_entry,
    render_vectors,
)
from tests.vectors.sheet.cases import KEY, OTHER_KEY
from tests.vectors.sheet.sheets import EXAMPLE, good_sheets

VECTORS = sorted(FOLDER.glob("*.json"))
KEYS = {key_id(KEY.public): [KEY.public.raw]}
PAGES = {
    "entries.md": ("genesis", "approval", "confirmation"),
    "station-records.md": ("opening", "seal", "closing-audit", "custody", "incident"),
    "transcribed-sheet.md": ("transcribed",),
    "decisions.md": ("hold", "decision"),
    "amendments.md": ("amendment",),
    "bulletin.md": ("bulletin",),
    "proclamation.md": ("proclamation", "audit-record"),
}


def _vector(path: Path) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return vector


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_a_vector_gives_what_it_says(path: Path) -> None:
    """A good one says what is stated; a bad one has the stated error at the stated places."""
    vector = _vector(path)
    key = PublicKey(bytes.fromhex(vector["key"]))
    assert answer_to(bytes.fromhex(vector["input"]), key) == vector["expected"]


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_many_at_once_are_read_as_one_by_one(path: Path) -> None:
    """The fast reader must refuse what the exact one refuses, for the same reason."""
    vector = _vector(path)
    data = bytes.fromhex(vector["input"])
    entries, unread = read_entries([data], 0, KEYS, ELECTION)
    if "refused" not in vector["expected"]:
        assert entries == [read_entry(data, KEY.public)[1]]
        return
    assert not entries
    error = UnverifiableError if unread[0].is_unverifiable else MalformedError
    if unread[0].step == "V07":
        assert vector["expected"]["refused"] == error.__name__
    where = [fault.where.replace("entry 0", "entry") for fault in unread[0].faults]
    assert where == vector["expected"]["where"]


def test_the_vectors_are_those_the_cases_give() -> None:
    """A vector that no case explains, or a case without a vector, would prove nothing."""
    written = {path.name: path.read_text(encoding="utf-8") for path in VECTORS}
    assert written == render_vectors(), "run: python -m tests.vectors.entries.generate"


def test_there_is_a_good_vector_of_every_kind() -> None:
    """A kind that is only refused would be a kind that nobody can write."""
    shown = {vector["expected"].get("content_type") for vector in map(_vector, VECTORS)}
    assert shown >= {int(item) for item in ContentType}
    bad = [path for path in VECTORS if "refused" in _vector(path)["expected"]]
    assert len(bad) >= 140


@pytest.mark.parametrize("name", GOOD)
def test_a_content_has_one_encoding(name: str) -> None:
    """What is decoded is encoded to the same bytes again."""
    content_type, payload = encode_content(GOOD[name].content, ELECTION)
    assert decode_content(content_type, payload, "payload") == (ELECTION, GOOD[name].content)
    data = sign_entry(GOOD[name].content, ELECTION, KEY)
    assert data == sign_entry(decode_entry(data, 0, "entry").content, ELECTION, KEY)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_vectors_it_explains(page: str, repository: Path) -> None:
    """A reader who types an example in gets what the page says."""
    text = (repository / "docs/formats" / page).read_text(encoding="utf-8")
    for name in PAGES[page]:
        assert _vector(FOLDER / f"good-{name}.json")["input"] in text, name


def test_all_faults_of_one_entry_are_named() -> None:
    """Who has to mend it gets the whole list at once; nothing is signed meanwhile."""
    bad = Decision(DecisionKind.CLOSE, "N 1", 10_000, DIGEST, DecisionReason.PAPER, None)
    with pytest.raises(MalformedError) as caught:
        sign_entry(bad, b"short", KEY)
    assert [fault.where for fault in caught.value.faults] == [
        "content: 2, election",
        "content: 4, station",
        "content: 5, contest",
        "content: 6, sheet",
        "content: 8, closure",
    ]


@pytest.mark.parametrize(
    "content",
    [
        Decision("release", "S1", 0, DIGEST, DecisionReason.PAPER, None),  # type: ignore[arg-type]  # on purpose
        Decision(None, "S1", 0, DIGEST, DecisionReason.PAPER, None),  # type: ignore[arg-type]  # on purpose
        Hold(DIGEST, ["SHEET-201", 7]),  # type: ignore[arg-type]  # on purpose
        Hold(DIGEST, None),  # type: ignore[arg-type]  # on purpose
        StationOpening("S1", 1.5, 0),  # type: ignore[arg-type]  # on purpose
        Amendment(PolicyReplaced("half of a pair: \ud800")),
        Amendment(PolicyReplaced("x" * 65_500)),
    ],
    ids=repr,
)
def test_what_no_entry_can_say_is_not_encoded(content: Content) -> None:
    """Whatever a program puts into an object, the answer is an error of ours."""
    with pytest.raises(MalformedError):
        sign_entry(content, ELECTION, KEY)


def test_an_entry_is_as_large_as_a_bundle_can_hold_and_no_larger() -> None:
    """The length of an entry has two bytes in a bundle; a message could have one byte more."""
    small = len(sign_entry(Amendment(PolicyReplaced("x" * 60_000)), ELECTION, KEY))
    most = 60_000 + MAX_ENTRY_BYTES - small
    largest = sign_entry(Amendment(PolicyReplaced("x" * most)), ELECTION, KEY)
    assert len(largest) == MAX_ENTRY_BYTES
    decode_entry(largest, 0, "entry")
    larger = Amendment(PolicyReplaced("x" * (most + 1)))
    with pytest.raises(MalformedError, match="65535"):
        sign_entry(larger, ELECTION, KEY)
    too_large = sign_message(KEY, *encode_content(larger, ELECTION))
    with pytest.raises(MalformedError, match="65535"):
        decode_entry(too_large, 0, "entry")
    assert not read_entries([too_large], 0, KEYS, ELECTION)[0]


def test_what_this_version_does_not_know_it_does_not_write() -> None:
    """Its keys were not kept, so nobody could write them again."""
    with pytest.raises(MalformedError, match="UnknownContent"):
        encode_content(UnknownContent(65_100, is_critical=False), ELECTION)


def test_a_tally_sheet_is_the_entry_that_it_always_was() -> None:
    """One sheet, one encoding, whether a device signs it or the log reads it."""
    for good in good_sheets():
        sheet = replace(good.sheet, election=ELECTION)
        data = sign_entry(sheet, ELECTION, KEY)
        assert data == sign_sheet(sheet, KEY)
        assert decode_entry(data, 0, "entry").content == logged_sheet(sheet)
        assert tally_sheet(logged_sheet(sheet), ELECTION) == sheet


def test_a_sheet_of_another_election_is_not_signed_for_this_one() -> None:
    """The election is not silently replaced."""
    with pytest.raises(RefusedError, match="2, election"):
        sign_entry(EXAMPLE, bytes(16), KEY)


@pytest.mark.parametrize(
    ("changed", "place"), [({"reason": 6}, "15"), ({"figures": (1,)}, "figures")]
)
def test_a_logged_sheet_outside_the_format_is_no_tally_sheet(
    changed: dict[str, Any], place: str
) -> None:
    """An object that was put together elsewhere is not trusted."""
    sheet = msgspec.structs.replace(logged_sheet(EXAMPLE), **changed)
    assert isinstance(sheet, LoggedSheet)
    with pytest.raises(MalformedError, match=place):
        encode_content(sheet, ELECTION)


def test_an_entry_is_verified_under_every_key_with_its_kid() -> None:
    """Another key under the same kid must not hide the right one."""
    data = sign_entry(GOOD["seal"].content, ELECTION, KEY)
    received = decode_entry(data, 7, "entry 7")
    entry = verify_entry(received, [OTHER_KEY.public, KEY.public], "entry 7")
    assert (entry.index, entry.key, entry.content) == (7, KEY.public.raw, GOOD["seal"].content)
    keys = {key_id(KEY.public): [OTHER_KEY.public.raw, KEY.public.raw]}
    assert read_entries([data], 7, keys, ELECTION) == ([entry], [])


def test_what_cannot_be_read_leaves_the_others_readable() -> None:
    """Each place of a bundle is answered, and an unknown kid keeps its bytes for a later try."""
    good = sign_entry(GOOD["seal"].content, ELECTION, KEY)
    stranger = sign_entry(GOOD["seal"].content, ELECTION, OTHER_KEY)
    foreign = sign_entry(GOOD["seal"].content, bytes(16), KEY)
    forged = good[:-1] + bytes((good[-1] ^ 1,))
    entries, unread = read_entries([good, b"", foreign, forged, stranger, good], 40, KEYS, ELECTION)
    assert [entry.index for entry in entries] == [40, 45]
    assert [(item.index, item.step, item.is_unverifiable) for item in unread] == [
        (41, "V07", False),
        (42, "V07", False),
        (43, "V08", False),
        (44, "V08", True),
    ]
    assert [item.data for item in unread] == [None, None, None, stranger]
    assert unread[1].faults[0].where == "entry 42: payload: 2, election"


def test_entries_travel_between_processes() -> None:
    """Workers send what they read; every kind must come back as it was."""
    bundle = [*(case.data for case in good_entries()), b"no entry"]
    entries, unread = read_entries(bundle, 0, KEYS, ELECTION)
    assert len(entries) == len(bundle) - 1
    sent = msgspec.msgpack.encode((entries, unread))
    assert msgspec.msgpack.decode(sent, type=tuple[list[Entry], list[Unread]]) == (entries, unread)


def test_the_policy_of_the_example_is_a_policy() -> None:
    """The page shows it, so it must be one that clients read."""
    content = GOOD["amendment-policy"].content
    assert isinstance(content, Amendment)
    assert isinstance(content.change, PolicyReplaced)
    assert decode_policy(content.change.policy.encode(), "policy").logs


def test_a_process_that_reads_entries_does_not_load_the_data_frame_engine() -> None:
    """There is one on every core, and loading it takes as long as a thousand signatures."""
    code = "import sys, escrutinio.log.entries.tasks; sys.exit('polars' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
