"""A record of readings of copies, altered by an outsider and by an insider.

Nothing in it is official: sources sign what they read, nobody opens or seals a station, and a
source corrects itself. All else is as in an official record, and is rejected by the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import msgspec
import pytest

from escrutinio.log import encode_bundle
from escrutinio.log.entries import Bulletin
from escrutinio.polling import StationOpening
from escrutinio.primitives import JsonValue, encode_canonical
from escrutinio.primitives.cbor import CborValue, decode_cbor, encode_cbor
from escrutinio.primitives.cose import decode_message, sign_message
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.verification import Answer, StepStatus
from tests.mutations import (
    Path,
    collapse,
    find_passes,
    find_unnamed,
    fix_body,
    leaves_of,
    place_of,
    relog,
    step_of_file,
    step_of_value,
    verify_files,
    with_leaf,
)
from tests.other_records import transcription_record

RECORD = transcription_record()
SIZE = len(RECORD.entries)
BUNDLE = f"tile/entries/000.p/{SIZE}"
BODY = "bulletins/000002/bulletin.json"
ROWS = "bulletins/000002/rows.csv"
READINGS = [n for n in range(SIZE) if isinstance(RECORD.content(n), TranscribedSheet)]
#: The reading that corrects another, and the one that it corrects.
CORRECTION = max(n for n in READINGS if RECORD.signers[n] == "source-1")
FIRST_BULLETIN = min(n for n in range(SIZE) if isinstance(RECORD.content(n), Bulletin))
#: Verification names at most so many differences of one file.
_BATCH = 50
_UNLISTED = ("MANIFEST", "checkpoint")
#: Files on which no other step depends.
_ALONE = [
    path
    for path in sorted(RECORD.files)
    if path.startswith("data/") or path.endswith((".zip", ".txt"))
]


# --- files -----------------------------------------------------------------------------------


def _swapped(path: str) -> str:
    """Name the same file of the other bulletin or size; else any other one."""
    for one, other in (("000001", "000002"), (f"/{SIZE}", f"/{SIZE - 2}")):
        for before, after in ((one, other), (other, one)):
            if (like := path.replace(before, after)) != path and like in RECORD.files:
                return like
    return "README.txt" if path != "README.txt" else "definition.json"


def _broken(mutation: str, path: str) -> bytes | None:
    """Give the other bytes of a file; None when it is gone."""
    data = RECORD.files[path]
    middle = len(data) // 2
    match mutation:
        case "cut":
            return data[:middle]
        case "changed":
            return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        case "exchanged":
            return RECORD.files[_swapped(path)]
        case _:
            return None


def _files_with(broken: Mapping[str, bytes | None]) -> dict[str, bytes]:
    files = {**RECORD.files, **broken}
    return {path: data for path, data in files.items() if data is not None}


_MUTATIONS = ("cut", "changed", "exchanged", "deleted")


@pytest.mark.parametrize("mutation", _MUTATIONS)
@pytest.mark.parametrize("path", [path for path in sorted(RECORD.files) if path not in _ALONE])
def test_a_file_that_others_rest_on_is_contradicted_by_its_step(path: str, mutation: str) -> None:
    verified = verify_files(_files_with({path: _broken(mutation, path)}), RECORD.anchor)
    step = step_of_file(RECORD, path)
    status = {item.code.value: item.status for item in verified.steps}
    if path == "checkpoint" and mutation == "changed":
        step = "V04"  # The middle of a checkpoint is the cosignature of a witness.
    assert status[step] in {StepStatus.FAILED, StepStatus.NOT_CHECKED}
    assert status[step] is StepStatus.FAILED or mutation == "deleted"
    if path not in _UNLISTED:
        assert not list(find_passes(verified, mutation, ("V19",), path))


@pytest.mark.parametrize("mutation", _MUTATIONS)
def test_every_file_that_nothing_rests_on_is_named_by_its_step(mutation: str) -> None:
    """All of them at once: exports, their zips, README.txt."""
    broken = {
        path: other for path in _ALONE if (other := _broken(mutation, path)) != RECORD.files[path]
    }
    assert len(broken) > len(_ALONE) // 2
    verified = verify_files(_files_with(broken), RECORD.anchor)
    passes: list[str] = []
    for path in broken:
        steps = {"V19", step_of_file(RECORD, path)}
        # What is around the content of a zip or a Parquet file does not follow from the log.
        if mutation == "changed" and path.endswith((".zip", ".parquet")):
            steps = {"V19"}
        passes += find_passes(verified, mutation, steps, path)
    assert not passes


def _definition_leaves() -> Iterator[Path]:
    document: JsonValue = msgspec.json.decode(RECORD.files["definition.json"])
    yield from (leaf for leaf in leaves_of(document) if leaf[0] in {"record_kind", "trust"})


@pytest.mark.parametrize("leaf", list(_definition_leaves()), ids=str)
def test_what_makes_it_a_record_of_readings_is_bound_by_the_anchor(leaf: Path) -> None:
    document: JsonValue = msgspec.json.decode(RECORD.files["definition.json"])
    data = encode_canonical(with_leaf(document, leaf))
    verified = verify_files({**RECORD.files, "definition.json": data}, RECORD.anchor)
    assert not list(find_passes(verified, collapse(leaf), ("V01",)))


def test_a_record_of_readings_never_passes_as_an_official_one() -> None:
    data = RECORD.files["definition.json"].replace(b'"transcription"', b'"official"')
    verified = verify_files({**RECORD.files, "definition.json": data}, RECORD.anchor)
    assert not list(find_passes(verified, "official", ("V01",), "definition.json"))
    assert verify_files({**RECORD.files, "definition.json": data}, None).answer is not (
        Answer.VERIFIED
    )


def test_a_look_alike_of_readings_is_never_verified() -> None:
    other = transcription_record(2)
    assert verify_files(other.files, other.anchor).answer is Answer.VERIFIED
    verified = verify_files(other.files, RECORD.anchor)
    assert not list(find_passes(verified, "look-alike", ("V01", "V03")))


# --- entries, by an outsider -----------------------------------------------------------------


@pytest.mark.parametrize("part", range(18))
def test_every_reading_with_another_byte_is_named_by_the_tree(part: int) -> None:
    """A byte in each eighteenth of an entry: header, figures, signature."""
    entries = list(RECORD.entries)
    for place in range(SIZE):
        altered = bytearray(entries[place])
        altered[part * (len(altered) - 1) // 17] ^= 1
        entries[place] = bytes(altered)
    verified = verify_files({**RECORD.files, BUNDLE: encode_bundle(entries)}, RECORD.anchor)
    places = [("V05", f"{BUNDLE}: entry {place}") for place in range(SIZE)]
    assert not find_unnamed(verified, [*places, ("V19", BUNDLE)])


def test_readings_of_two_stations_exchanged_are_named() -> None:
    """In the log, and in the rows of a bulletin."""
    entries = list(RECORD.entries)
    entries[2], entries[5] = entries[5], entries[2]
    verified = verify_files({**RECORD.files, BUNDLE: encode_bundle(entries)}, RECORD.anchor)
    expected = [("V05", f"{BUNDLE}: entry 2"), ("V05", f"{BUNDLE}: entry 5")]
    assert not find_unnamed(verified, expected)
    lines = RECORD.files[ROWS].split(b"\n")
    first, second = (lines[number].split(b",", 3) for number in (1, 4))
    lines[1] = b",".join([*first[:3], second[3]])
    lines[4] = b",".join([*second[:3], first[3]])
    verified = verify_files({**RECORD.files, ROWS: b"\n".join(lines)}, RECORD.anchor)
    assert not find_unnamed(verified, [("V15", f"{ROWS}: line 2"), ("V15", f"{ROWS}: line 5")])


# --- entries, by whoever holds every key -----------------------------------------------------


def _signed_again(place: int, change: Callable[[dict[Any, CborValue]], object]) -> bytes:
    message = decode_message(RECORD.entries[place], f"entry {place}")
    payload = decode_cbor(message.payload, f"entry {place}")
    assert isinstance(payload, dict)
    change(payload)
    key = RECORD.election.keys.signer(RECORD.signers[place])
    return sign_message(key, message.content_type, encode_cbor(payload))


def _put(key: int, value: Any, payload: dict[Any, CborValue]) -> None:  # noqa: ANN401  # any CBOR
    payload[key] = value


#: Key of a reading to what no reading has there.
_MALFORMED: Mapping[int, tuple[object, ...]] = {
    3: ("", "a b", 1, None),
    4: (-1, "president", None),
    5: (0, -1, 2**32, "1"),
    6: (-1, 9, None),
    7: ("", "a b", 1),
    8: (bytes(31), "0" * 64, 1),
    9: ({"option.ambar-1": -9}, {"OPTION": 1}, {"option.ambar-1": 10_000_001}, [1], {1: 1}, None),
    10: (["b", "a"], ["a", "a"], ["A"], [f"m{number:03}" for number in range(65)], "a"),
    11: ("", 1),
    12: (["phase", "contest"], ["contest", "contest"], ["station"]),
    14: (bytes(32), bytes(31), None),
    15: (1, 99, None),
    16: (0,),
}


@pytest.mark.parametrize("key", sorted(_MALFORMED))
def test_a_malformed_reading_under_a_good_signature_is_named(key: int) -> None:
    """Each in an entry of its own; keys 14 and 15 are of corrections alone."""
    entries, named = list(RECORD.entries), []
    for place, value in zip(READINGS, _MALFORMED[key], strict=False):
        entries[place] = _signed_again(place, partial(_put, key, value))
        named.append(("V07", place))
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    missed = [
        place
        for step, place in named
        if list(find_passes(verified, f"{key}", (step,), f"entry {place}"))
    ]
    assert not missed


@pytest.mark.parametrize("key", [*range(3, 13), 14, 15])
def test_a_field_altered_under_a_good_signature_contradicts_the_bulletins(key: int) -> None:
    """The bulletins name the root of the log before."""
    others: dict[int, Any] = {
        3: "190101001.01",
        4: 1,
        5: 3,
        6: 1,
        7: "EJ-01-01-01",
        8: bytes(32),
        9: {"option.ambar-1": 400},
        10: ["other"],
        11: "190101001.01",
        12: ["contest"],
        14: bytes(32),
        15: 2,
    }
    other = _signed_again(CORRECTION, lambda payload: payload.update({key: others[key]}))
    entries = [*RECORD.entries[:CORRECTION], other, *RECORD.entries[CORRECTION + 1 :]]
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, f"{key}", ("V16",)))


@pytest.mark.parametrize(
    ("step", "change"),
    [
        pytest.param("V10", {14: bytes(32)}, id="follows what is not there"),
        pytest.param("V10", {3: "190101001.01"}, id="follows a reading of another station"),
        pytest.param("V10", {3: "no-station"}, id="of a station that there is not"),
        pytest.param("V07", {4: 1}, id="of a contest that there is not"),
    ],
)
def test_a_correction_that_cannot_be_is_named(step: str, change: dict[Any, Any]) -> None:
    other = _signed_again(CORRECTION, lambda payload: payload.update(change))
    entries = [*RECORD.entries[:CORRECTION], other, *RECORD.entries[CORRECTION + 1 :]]
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, f"{change}", (step,), f"entry {CORRECTION}"))


@pytest.mark.parametrize("signer", ["nobody", "operator", "authority-1", "auditor-1"])
def test_every_reading_under_another_key_is_named(signer: str) -> None:
    entries = list(RECORD.entries)
    for place in READINGS:
        entries[place] = RECORD.sign(RECORD.content(place), signer)
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    missed = [
        place
        for place in READINGS
        if list(find_passes(verified, signer, ("V08",), f"entry {place}"))
    ]
    assert not missed


def test_a_reading_corrected_by_another_source_is_named() -> None:
    entries = list(RECORD.entries)
    entries[CORRECTION] = RECORD.sign(RECORD.content(CORRECTION), "source-2")
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, "another source", ("V10",), f"entry {CORRECTION}"))


@pytest.mark.parametrize("signer", ["source-1", "authority-1", "operator"])
def test_an_official_entry_in_a_record_of_readings_is_named(signer: str) -> None:
    """Nobody opens a station of which there are only copies."""
    entries = list(RECORD.entries)
    opening = StationOpening("010101001.01", 100, 0)
    entries[FIRST_BULLETIN - 1] = RECORD.sign(opening, signer)
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, signer, ("V08",), f"entry {FIRST_BULLETIN - 1}"))


@pytest.mark.parametrize("place", range(1, SIZE - 4, 5))
def test_a_rewritten_history_of_readings_contradicts_the_bulletins(place: int) -> None:
    entries = list(RECORD.entries)
    verified = verify_files(relog(RECORD, [*entries[:place], *entries[place + 1 :]]), RECORD.anchor)
    assert not list(find_passes(verified, f"{place} dropped", ("V16",)))


# --- what is published about them ------------------------------------------------------------


def _body_batches() -> list[list[Path]]:
    """Give the first value of each class of the body, in runs that can each be named whole."""
    document: JsonValue = msgspec.json.decode(RECORD.files[BODY])
    firsts: dict[str, Path] = {}
    for leaf in leaves_of(document):
        firsts.setdefault(collapse(leaf), leaf)
    leaves = [leaf for leaf in firsts.values() if leaf not in _HEAD]
    return [leaves[begin : begin + _BATCH] for begin in range(0, len(leaves), _BATCH)]


#: Where a body belongs; without it nothing is compared.
_HEAD = {("number",), ("time_s",), ("checkpoint", "size"), ("format",)}


@pytest.mark.parametrize("leaves", _body_batches(), ids=lambda leaves: collapse(leaves[0]))
def test_every_altered_value_of_a_body_is_named(leaves: list[Path]) -> None:
    """Under every key, with the digest in the log fitting."""
    document: JsonValue = msgspec.json.decode(RECORD.files[BODY])
    altered = document
    for leaf in leaves:
        altered = with_leaf(altered, leaf)
    body = encode_canonical(altered)
    verified = verify_files(relog(RECORD, fix_body(RECORD, body), {BODY: body}), RECORD.anchor)
    expected = [(step_of_value(leaf), f"{BODY}: {place_of(document, leaf)}") for leaf in leaves]
    assert not find_unnamed(verified, expected)


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ("V15", ROWS),
        ("V18", "data/000002/divisions-president.csv"),
        ("V18", "data/000002/sheets-president.csv"),
        ("V11", "data/000002/findings.csv"),
    ],
)
def test_every_altered_line_of_a_table_is_named(step: str, path: str) -> None:
    lines = RECORD.files[path].split(b"\n")[:-1][:_BATCH]
    rest = RECORD.files[path].split(b"\n")[len(lines) :]
    altered = [line[:-1] + bytes([line[-1] ^ 1]) for line in lines]
    files = relog(RECORD, RECORD.entries, {path: b"\n".join([*altered, *rest])})
    expected = [(step, f"{path}: line {number}") for number in range(1, len(lines) + 1)]
    assert not find_unnamed(verify_files(files, RECORD.anchor), expected)
