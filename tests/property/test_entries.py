"""Laws of entries: one spelling, one answer however they are read, and no surprise on any input."""

from __future__ import annotations

from typing import Any

import cbor2
import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from escrutinio.errors import ElectionRecordError
from escrutinio.log.entries import (
    Amendment,
    Content,
    ContentType,
    Entry,
    LoggedSheet,
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
from escrutinio.log.entries._sheets import compose_again, decode_logged_sheet
from escrutinio.log.entries._stations import read_opening, read_seal
from escrutinio.log.entries.signing import split_message
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.polling.coding import OPENING_KIND, SEAL_KIND
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.primitives.cose import decode_message, key_id, sign_message
from escrutinio.sheet import CellState
from escrutinio.sheet.payload import decode_fields, election_in
from escrutinio.sheet.signed import decode_sheet, encode_sheet
from escrutinio.sheet.tally_sheet import TallySheet
from escrutinio.sheet.transcribed_table import transcribe_table, transcribed_table
from tests.builders import findings_of, tally_of
from tests.property.test_signed_sheets import CBOR, tally_sheets
from tests.strategies import World, worlds
from tests.vectors.entries.contents import ELECTION, GOOD
from tests.vectors.sheet.cases import BAD_CBOR, KEY, OTHER_KEY
from tests.vectors.sheet.sheets import EXAMPLE, good_sheets

KEYS = {key_id(KEY.public): [KEY.public.raw]}
#: Values that are good under some key of some kind, and values near them.
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-4, 12)
    | st.sampled_from([400, 65_535, 10_000_000, 10_000_001, 2**32, 2**53])
    | st.sampled_from(["", "N1.1", "N", "A", "B", "board", "SHEET-201", "poor_image", "n 1"])
    | st.sampled_from([b"", bytes(16), bytes(32), OTHER_KEY.public.raw])
)
NESTED = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=9) | st.dictionaries(st.sampled_from(["A", "a.b", 1]), inner)
    ),
    max_leaves=12,
)
MESSAGES = [sign_entry(item.content, ELECTION, KEY) for item in GOOD.values()]


def _mutants(data: bytes) -> st.SearchStrategy[bytes]:
    """Give bytes near a good entry; random ones seldom get past the first byte."""
    edit = st.tuples(st.integers(0, len(data)), st.integers(0, 4), st.binary(max_size=4))
    return st.lists(edit, max_size=3).map(lambda edits: _edited(data, edits))


def _edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for at, cut, piece in edits:
        data = data[:at] + piece + data[at + cut :]
    return data


@st.composite
def signed_payloads(draw: st.DrawFn) -> bytes:
    """Draw an entry with a good signature and a payload near a good one."""
    content = draw(st.sampled_from(list(GOOD.values()))).content
    content_type, payload = encode_content(content, ELECTION)
    fields = cbor2.loads(payload)
    changes = draw(st.dictionaries(st.integers(1, 16), NESTED | st.just("-"), max_size=2))
    changed = {key: value for key, value in (fields | changes).items() if value != "-"}
    content_type = draw(st.just(content_type) | st.integers(65_000, 65_016))
    payload = draw(
        st.just(encode_cbor(changed)) | _mutants(payload) | st.just(cbor2.dumps(changed))
    )
    return sign_message(KEY, content_type, payload)


ENTRIES = st.sampled_from(MESSAGES).flatmap(_mutants) | signed_payloads() | st.binary(max_size=200)


@settings(max_examples=500)
@given(st.lists(ENTRIES, max_size=3))
def test_many_at_once_are_read_as_one_by_one(bundle: list[bytes]) -> None:
    """The fast reader refuses exactly what the exact one refuses, whatever the bytes."""
    entries, unread = read_entries(bundle, 5, KEYS, ELECTION)
    expected = [_read(data, 5 + at) for at, data in enumerate(bundle)]
    assert entries == [item for item in expected if isinstance(item, Entry)]
    found = {item.index: _faults_of(item) for item in unread}
    assert found == {
        5 + at: str(item) for at, item in enumerate(expected) if not isinstance(item, Entry)
    }


def _read(data: bytes, index: int) -> Entry | str:
    where = f"entry {index}"
    try:
        received = decode_entry(data, index, where)
        if received.election != ELECTION:
            return f"{where}: another election"
        return verify_entry(received, [KEY.public], where)
    except ElectionRecordError as error:
        return str(error)


def _faults_of(unread: Unread) -> str:
    if unread.faults[0].expected.startswith("the election"):
        return f"entry {unread.index}: another election"
    return "\n".join(map(str, unread.faults))


@settings(max_examples=500)
@given(ENTRIES)
def test_what_is_read_has_one_spelling(data: bytes) -> None:
    """Whoever decodes an entry and signs it again has the same payload."""
    try:
        received = decode_entry(data, 0, "entry")
    except ElectionRecordError:
        return
    again = encode_content(received.content, received.election)
    assert again == (received.message.content_type, received.message.payload)


@settings(max_examples=500)
@given(
    ENTRIES | st.builds(sign_message, st.just(KEY), st.integers(0, 65_535), st.binary(max_size=300))
)
def test_a_frame_is_split_as_the_message_is_decoded(data: bytes) -> None:
    """The short cut gives what the reader of messages gives, or leaves it to that."""
    message = split_message(data)
    if message is not None:
        assert message == decode_message(data, "message")


@pytest.mark.parametrize("name", GOOD)
def test_the_short_cut_is_taken(name: str) -> None:
    """Else the law above would hold of nothing, and reading would be slow."""
    data = sign_entry(GOOD[name].content, ELECTION, KEY)
    assert split_message(data) == decode_message(data, "message")


@given(tally_sheets())
def test_every_good_sheet_is_read_on_the_short_way(sheet: TallySheet) -> None:
    """As the slow way reads it; and what the log keeps is the whole sheet."""
    payload = encode_sheet(sheet)
    assert compose_again(cbor2.loads(payload)) == payload
    assert decode_logged_sheet(payload, "x") == (sheet.election, logged_sheet(sheet))
    assert tally_sheet(logged_sheet(sheet), sheet.election) == sheet


@settings(max_examples=500)
@given(
    tally_sheets().map(encode_sheet).flatmap(_mutants)
    | st.tuples(tally_sheets(), st.dictionaries(st.integers(1, 16), NESTED, max_size=2)).map(
        lambda pair: cbor2.dumps(cbor2.loads(encode_sheet(pair[0])) | pair[1])
    )
    | CBOR.map(cbor2.dumps)
)
def test_the_short_way_accepts_no_sheet_that_the_slow_way_refuses(payload: bytes) -> None:
    """Two readers that disagree about one sheet are worse than one that is slow."""
    assert _answer(decode_logged_sheet, payload) == _answer(_slowly, payload)


#: What stands where something else belongs, also what no payload of ours holds.
_STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 2, 5, 6, 16, 23, 24, 255, 256, 4_095, 4_096, 9_999, 10_000, -1),
    *(65_535, 65_536, 10_000_000, 10_000_001, 2**32 - 1, 2**32, 2**64 - 1, 2**64, 0.0, 1.0, 1.5),
    *("", "1", "N1.1", "n 1", b"", b"1", bytes(16), bytes(32), [], [1], [None], [True], [1.0]),
    *([-1], [4_096], [10_000_001], [2**64], [[]], {}, {1: 1}, {"a": 1}, cbor2.undefined),
    *(cbor2.CBORSimpleValue(1), cbor2.CBORTag(1, 0), cbor2.CBORTag(258, [1])),
)


@pytest.mark.parametrize("key", range(18))
@pytest.mark.parametrize("good", list(good_sheets()), ids=lambda good: good.name)
def test_whatever_stands_under_a_key_of_a_sheet_both_ways_agree(good: Any, key: int) -> None:  # noqa: ANN401  # a case of the vectors
    """Each key with each strange value, in place and as the last of the map."""
    payload = encode_sheet(good.sheet)
    fields = cbor2.loads(payload)
    for value in _STRANGE:
        rest = {name: item for name, item in fields.items() if name != key}
        for changed in (dict(sorted({**rest, key: value}.items())), {**rest, key: value}, rest):
            data = cbor2.dumps(changed)
            assert _answer(decode_logged_sheet, data) == _answer(_slowly, data), (key, value)


@pytest.mark.parametrize("digits", [digits for _, digits in BAD_CBOR.values()])
def test_no_trap_of_cbor_is_laid_for_the_short_way(digits: str) -> None:
    """As payload, and in the place of the votes and of the closing time."""
    trap = bytes.fromhex(digits)
    payload = encode_sheet(EXAMPLE)
    votes = payload.index(b"\x0a\x83")
    for data in (
        trap,
        payload[: votes + 1] + trap + payload[votes + 6 :],
        payload.replace(b"\x06\x1a", b"\x06" + trap),
    ):
        assert _answer(decode_logged_sheet, data) == _answer(_slowly, data)


def _slowly(payload: bytes, where: str) -> object:
    sheet = decode_sheet(payload, where)
    return sheet.election, logged_sheet(sheet)


def _answer(decode: Any, payload: bytes) -> object:  # noqa: ANN401  # either way
    try:
        return decode(payload, "sheet")
    except ElectionRecordError as error:
        return type(error), str(error)


IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", fullmatch=True)
TIMES = st.integers(1 << 16, 2**32 - 1)
FIGURES = st.none() | st.integers(0, 300) | st.integers(0, 65_535)
OPENINGS = st.builds(StationOpening, IDS, TIMES, FIGURES)
SEALS = st.builds(
    AdmittedSeal, IDS, st.integers(0, 23), FIGURES, TIMES, st.binary(min_size=32, max_size=32)
)


@given(OPENINGS, SEALS)
def test_openings_and_seals_are_read_on_the_short_way(
    opening: StationOpening, seal: AdmittedSeal
) -> None:
    assert read_opening(OPENING_KIND.encode(opening, ELECTION)) == (ELECTION, opening)
    assert read_seal(SEAL_KIND.encode(seal, ELECTION)) == (ELECTION, seal)


@settings(max_examples=500)
@given(
    (OPENINGS.map(lambda item: OPENING_KIND.encode(item, ELECTION)).flatmap(_mutants))
    | (SEALS.map(lambda item: SEAL_KIND.encode(item, ELECTION)).flatmap(_mutants))
)
def test_the_short_way_takes_no_opening_and_no_seal_that_the_general_one_refuses(
    payload: bytes,
) -> None:
    for read, kind in ((read_opening, OPENING_KIND), (read_seal, SEAL_KIND)):
        if (known := read(payload)) is not None:
            fields = decode_fields(payload, "payload")
            assert known == (election_in(fields, "payload"), kind.decode(fields, "payload"))


@settings(max_examples=500)
@given(
    st.sampled_from([item for item in GOOD.values() if not isinstance(item.content, LoggedSheet)]),
    st.data(),
)
def test_whatever_stands_in_an_object_is_encoded_exactly_or_refused(
    good: Any,  # noqa: ANN401  # a case of the vectors
    data: st.DataObject,
) -> None:
    """No value of a program gives an entry that reads as something else."""
    content: Any = good.content
    is_amendment = isinstance(content, Amendment)
    inner = content.change if is_amendment else content
    name = data.draw(st.sampled_from(inner.__struct_fields__))
    inner = msgspec.structs.replace(inner, **{name: data.draw(NESTED)})
    changed: Content = Amendment(inner) if is_amendment else inner
    try:
        content_type, payload = encode_content(changed, ELECTION)
    except ElectionRecordError:
        return
    assert encode_content(decode_content(content_type, payload, "x")[1], ELECTION)[1] == payload
    assert content_type in list(ContentType)


@settings(max_examples=50)
@given(worlds())
def test_a_table_of_readings_is_found_and_added_up_as_before(world: World) -> None:
    """What goes through the log as transcribed sheets is the same evidence."""
    table = world.table
    # A column in which no cell is on the source is no column of the source.
    for field in table.fields:
        on_source = table.state(field) != int(CellState.NOT_ON_SOURCE)
        assume(table.frame.select(on_source.any()).item())
    readings = list(transcribe_table(table, world.definition))
    back = transcribed_table(
        readings, world.definition, world.contest, table.source, sheet_type=world.sheet_type
    )
    found, before = (
        findings_of(each, world.definition, roll=world.roll_frame).drop("file")
        for each in (back, table)
    )
    assert found.equals(before)
    assert tally_of(back, world.definition, world.roll_frame) == tally_of(
        table, world.definition, world.roll_frame
    )
