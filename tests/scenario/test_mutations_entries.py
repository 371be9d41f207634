"""Entries of the log: altered by an outsider, or altered and signed again by an insider.

An outsider's change of one byte is V05's, and names the entry. An insider builds another tree and
has it signed and cosigned; then the entry itself must be wrong (V07, V08), or what the published
bulletins say of the log before them (V16).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from escrutinio.log import encode_bundle
from escrutinio.log.entries import Bulletin, Proclamation, UnknownContent
from escrutinio.primitives.cbor import CborValue, decode_cbor, encode_cbor
from escrutinio.primitives.cose import decode_message, sign_message
from escrutinio.verification import Answer
from tests.mutations import (
    BULLETINS,
    find_passes,
    find_unnamed,
    relog,
    small_record,
    verify_files,
)

RECORD = small_record()
SIZE = len(RECORD.entries)
BUNDLE = f"tile/entries/000.p/{SIZE}"
TILE = f"tile/0/000.p/{SIZE}"
#: Places of the first entry of each kind.
KINDS = {type(RECORD.content(place)).__name__: place for place in reversed(range(SIZE))}
LAST_BULLETIN = max(place for place in range(SIZE) if isinstance(RECORD.content(place), Bulletin))


def _parts(data: bytes) -> dict[str, tuple[int, int]]:
    """Give where the parts of a message stand: begin and end."""
    message = decode_message(data, "entry")
    payload = data.index(message.payload)
    return {
        "tag": (0, 1),
        "array": (1, 2),
        "length of the header": (2, 3),
        "map of the header": (3, 4),
        "algorithm": (5, 6),
        "content type": (7, 9),
        "kid": (11, 19),
        "unprotected header": (20, 21),
        "length of the payload": (21, payload),
        "payload, its map": (payload, payload + 1),
        "payload, format": (payload + 1, payload + 3),
        "payload, election": (payload + 3, payload + 21),
        "payload, first field": (payload + 21, payload + 23),
        "payload, middle": (payload + len(message.payload) // 2, payload + len(message.payload)),
        "payload, last byte": (payload + len(message.payload) - 1, payload + len(message.payload)),
        "length of the signature": (len(data) - 66, len(data) - 64),
        "signature, R": (len(data) - 64, len(data) - 32),
        "signature, S": (len(data) - 32, len(data)),
    }


@pytest.mark.parametrize("part", list(_parts(RECORD.entries[0])))
@pytest.mark.parametrize("bit", [1, 128])
def test_every_entry_with_another_byte_is_named_by_the_tree(part: str, bit: int) -> None:
    entries = []
    for data in RECORD.entries:
        altered = bytearray(data)
        begin, end = _parts(data)[part]
        altered[(begin + end) // 2] ^= bit
        entries.append(bytes(altered))
    verified = verify_files({**RECORD.files, BUNDLE: encode_bundle(entries)}, RECORD.anchor)
    places = [("V05", f"{BUNDLE}: entry {place}") for place in range(SIZE)]
    assert not find_unnamed(verified, [*places, ("V19", BUNDLE)])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_entry_with_another_byte_is_contradicted_alone(kind: str) -> None:
    place = KINDS[kind]
    altered = bytearray(RECORD.files[BUNDLE])
    altered[altered.index(RECORD.entries[place]) + 40] ^= 1
    verified = verify_files({**RECORD.files, BUNDLE: bytes(altered)}, RECORD.anchor)
    assert not list(find_passes(verified, kind, ("V05",), f"entry {place}"))


@pytest.mark.parametrize("byte", [0, 15, 31])
def test_every_altered_hash_of_a_tile_is_named(byte: int) -> None:
    tile = bytearray(RECORD.files[TILE])
    for place in range(SIZE):
        tile[32 * place + byte] ^= 1
    verified = verify_files({**RECORD.files, TILE: bytes(tile)}, RECORD.anchor)
    assert not find_unnamed(verified, [("V05", f"{TILE}: entry {n}") for n in range(SIZE)])


@pytest.mark.parametrize("place", range(0, SIZE - 1, 9))
def test_the_structure_of_a_bundle_is_bound(place: int) -> None:
    """Lengths, order, a doubled and a missing entry; two stations exchanged."""
    entries = list(RECORD.entries)
    begin = RECORD.files[BUNDLE].index(entries[place]) - 2
    longer, shorter = (bytearray(RECORD.files[BUNDLE]) for _ in range(2))
    longer[begin + 1] ^= 1
    shorter[begin] ^= 0x80
    swapped = [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]
    doubled = [*entries[:place], entries[place], *entries[place : SIZE - 1]]
    without = [*entries[:place], *entries[place + 1 :]]
    cases = (bytes(longer), bytes(shorter), *map(encode_bundle, (swapped, doubled, without)))
    for number, bundle in enumerate(cases):
        verified = verify_files({**RECORD.files, BUNDLE: bundle}, RECORD.anchor)
        assert not list(find_passes(verified, f"case {number}", ("V05", "V19"), BUNDLE))


# --- whoever holds the log's key -------------------------------------------------------------


def _sign_again(place: int, change: Callable[[dict[Any, CborValue]], object]) -> bytes:
    """Change a payload and sign it under the key that signed the entry."""
    message = decode_message(RECORD.entries[place], f"entry {place}")
    payload = decode_cbor(message.payload, f"entry {place}")
    assert isinstance(payload, dict)
    change(payload)
    key = RECORD.election.keys.signer(RECORD.signers[place])
    return sign_message(key, message.content_type, encode_cbor(payload))


_PAYLOADS: dict[str, Callable[[dict[Any, CborValue]], object]] = {
    "another format": lambda payload: payload.update({1: -1}),
    "another election": lambda payload: payload.update({2: bytes(16)}),
    "a short election": lambda payload: payload.update({2: bytes(15)}),
    "no election": lambda payload: payload.pop(2),
    "no format": lambda payload: payload.pop(1),
    "a first field of another kind": lambda payload: payload.update({3: {"x": True}}),
    "no first field": lambda payload: payload.pop(3),
    "a field too many": lambda payload: payload.update({99: 0}),
    "a key that is text": lambda payload: payload.update({"1": 0}),
}
#: An entry of a kind that this version does not know has fields that nobody knows.
_KNOWN = [n for n in range(SIZE) if not isinstance(RECORD.content(n), UnknownContent)]


@pytest.mark.parametrize("case", list(_PAYLOADS))
def test_every_malformed_entry_under_a_good_signature_is_named(case: str) -> None:
    entries = list(RECORD.entries)
    for place in _KNOWN:
        entries[place] = _sign_again(place, _PAYLOADS[case])
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    missed = [
        place for place in _KNOWN if list(find_passes(verified, case, ("V07",), f"entry {place}"))
    ]
    assert not missed


@pytest.mark.parametrize(
    "signer", ["nobody", "operator", "auditor-1", "authority-2", "device-010101001.01"]
)
def test_every_entry_under_another_key_is_named(signer: str) -> None:
    """A key that nobody enrolled, and keys enrolled for something else."""
    entries = list(RECORD.entries)
    forged = [
        place
        for place in _KNOWN
        if RECORD.signers[place] != signer
        # Any authority may propose and approve; an auditor may report what a machine reports.
        and not _may_sign(signer, place)
    ]
    for place in forged:
        entries[place] = RECORD.sign(RECORD.content(place), signer)
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    missed = [
        place for place in forged if list(find_passes(verified, signer, ("V08",), f"entry {place}"))
    ]
    assert not missed


def _may_sign(signer: str, place: int) -> bool:
    content = RECORD.content(place)
    role = signer.partition("-")[0]
    kind = type(content).__name__
    allowed = {
        "authority": {"Decision", "Amendment", "Approval", "Proclamation"},
        "auditor": {"ClosingAudit", "Custody", "Incident", "AuditRecord"},
        "operator": {"Genesis", "Hold", "Bulletin"},
        "device": set(),
        "nobody": set(),
    }[role]
    station = getattr(content, "station", getattr(content, "place", None))
    own = role == "device" and station == signer.removeprefix("device-")
    return kind in allowed or own


def _fields() -> list[tuple[str, int, int]]:
    """Give every key of the payload of every kind of entry, with the place of one of that kind."""
    fields = []
    for kind, place in sorted(KINDS.items()):
        message = decode_message(RECORD.entries[place], f"entry {place}")
        payload = decode_cbor(message.payload, f"entry {place}")
        assert isinstance(payload, dict)
        fields += [(kind, place, key) for key in payload if isinstance(key, int) and key > 2]
    return fields


@pytest.mark.parametrize(
    ("place", "key"), [pytest.param(n, key, id=f"{kind} {key}") for kind, n, key in _fields()]
)
def test_a_field_altered_under_a_good_signature_contradicts_the_bulletins(
    place: int, key: int
) -> None:
    """A rewritten log under every key that there is: the bulletins name the root of the first."""
    other = _sign_again(place, lambda payload: payload.update({key: _another(payload[key])}))
    entries = [*RECORD.entries[:place], other, *RECORD.entries[place + 1 :]]
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    passes = {
        step: list(find_passes(verified, f"{place}: {key}", (step,)))
        for step in ("V07", "V15", "V16", "V20")
    }
    content = RECORD.content(place)
    if isinstance(content, Proclamation):
        # Nothing in a record says when it was proclaimed but the proclamation itself.
        assert key == 5 or [] in (passes["V20"], passes["V07"]), passes
    elif isinstance(content, Bulletin):
        assert [] in (passes["V15"], passes["V16"]), passes
    else:
        assert [] in (passes["V16"], passes["V07"]), passes


def _another(value: CborValue) -> CborValue:
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, list | tuple):
        return [_another(value[0]), *value[1:]] if value else [1]
    if isinstance(value, str):
        return value[:-1] + ("1" if value[-1:] == "0" else "0")
    if isinstance(value, bool) or value is None:
        return bytes(32)
    return value + 1 if isinstance(value, int) else None


@pytest.mark.parametrize("place", range(1, LAST_BULLETIN - 1, 13))
def test_a_rewritten_history_contradicts_the_bulletins(place: int) -> None:
    """Dropped, exchanged with the next, logged twice; all tiles and signatures made anew."""
    entries = list(RECORD.entries)
    cases = {
        "dropped": [*entries[:place], *entries[place + 1 :]],
        "exchanged": [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]],
        "twice": [*entries[: place + 1], *entries[place:]],
    }
    for name, others in cases.items():
        verified = verify_files(relog(RECORD, others), RECORD.anchor)
        assert not list(find_passes(verified, name, ("V16",)))


@pytest.mark.parametrize("size", range(1, SIZE, 12))
def test_a_log_cut_off_contradicts_its_bulletins(size: int) -> None:
    """An old backup, signed again; the bodies of later bulletins have no entry."""
    verified = verify_files(relog(RECORD, RECORD.entries[:size]), RECORD.anchor)
    assert size > LAST_BULLETIN or verified.answer is not Answer.VERIFIED


def test_the_small_record_has_every_kind_of_an_official_record() -> None:
    """But a change of the policy, of which only an amendment can tell more."""
    assert len(KINDS) == 16
    bulletins = [n for n in range(SIZE) if isinstance(RECORD.content(n), Bulletin)]
    assert len(bulletins) == BULLETINS
    assert all(first < second for first, second in pairwise(bulletins))
