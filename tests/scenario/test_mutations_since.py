"""Runs that go on from an earlier one, over records that were broken since.

An insider gains nothing by what a reader remembers: whatever they publish under their own manifest,
a run since then fails where a whole run fails. An outsider can change what is not read again, and
that is all they can: which files those are is tested here file by file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec
import pytest

from escrutinio.errors import MalformedError
from escrutinio.log import encode_bundle
from escrutinio.publication import decode_manifest
from escrutinio.verification import (
    Answer,
    StepStatus,
    Verified,
    VerifiedState,
    decode_verified,
    encode_verified,
)
from tests.mutations import find_passes, relog, sign_files, sign_lines, small_record, verify_files
from tests.other_records import grown_record

GROWN = grown_record()
RECORD, STATE = GROWN.record, GROWN.state
#: Replaced last, and not listed in the manifest.
_UNLISTED = ("MANIFEST", "checkpoint")
#: The record as it is now, and as it was when it was remembered.
_RECORDS: Mapping[str, Mapping[str, bytes]] = {"grown": RECORD.files, "as it was": GROWN.before}
#: One of each class of files that are not read again.
_CLASSES = (
    "tile/0/000",
    "tile/entries/000",
    "bulletins/000001.zip",
    "bulletins/000001/bulletin.json",
    "bulletins/000001/rows.csv",
    "data/000001/sheets-president.csv",
)


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def _without(files: Mapping[str, bytes], path: str) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != path}


def _failed(verified: Verified) -> set[str]:
    return {item.code.value for item in verified.steps if item.status is StepStatus.FAILED}


def _not_read_again(files: Mapping[str, bytes]) -> set[str]:
    """Give the files that a run since then promises not to look into."""
    listed = {file.path: file for file in decode_manifest(files["MANIFEST"]).manifest.files}
    return {path for path, file in STATE.known_files().items() if listed.get(path) == file}


def test_an_honest_record_is_read_from_where_it_was() -> None:
    verified = verify_files(RECORD.files, RECORD.anchor, STATE)
    assert verified.answer is Answer.VERIFIED
    assert 256 < verified.since == STATE.signed().checkpoint.size < len(RECORD.entries)


def test_what_is_not_read_again_is_tiles_and_bulletins_of_then() -> None:
    folders = {path.partition("/")[0].partition(".")[0] for path in STATE.known_files()}
    assert folders == {"tile", "bulletins", "data"}
    assert _not_read_again(GROWN.before) == set(STATE.known_files())
    gone = set(STATE.known_files()) - _not_read_again(RECORD.files)
    assert all("/000.p/" in path or "/001.p/" in path for path in gone)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (name, path)
        for name, files in _RECORDS.items()
        for path in sorted(files)
        # What is in both is looked at as it was, which is sooner done, and once of each class.
        if name == "as it was" or path not in GROWN.before or path in _CLASSES
    ],
)
def test_an_outsider_can_change_nothing_but_what_is_not_read_again(name: str, path: str) -> None:
    files = {**_RECORDS[name], path: _flipped(_RECORDS[name][path])}
    since = verify_files(files, RECORD.anchor, STATE)
    assert since.answer is not Answer.VERIFIED or path in _not_read_again(_RECORDS[name])
    if since.answer is not Answer.VERIFIED and path not in _UNLISTED:
        # What is needed to go on is read all the same, and then it is named.
        assert not list(find_passes(since, path, ("V19",), path))


@pytest.mark.parametrize("path", sorted(GROWN.before))
def test_a_file_that_is_gone_is_missed(path: str) -> None:
    """Where files can be listed, this needs no reading."""
    since = verify_files(_without(GROWN.before, path), RECORD.anchor, STATE)
    if path in _UNLISTED:
        assert since.answer is Answer.UNCHECKED
    else:
        assert not list(find_passes(since, f"{path} deleted", ("V19",), path))


def _fails_as_a_whole_run(files: Mapping[str, bytes]) -> bool:
    signed = sign_files(RECORD, files)
    whole = verify_files(signed, RECORD.anchor)
    since = verify_files(signed, RECORD.anchor, STATE)
    assert since.answer is whole.answer
    return bool(since.answer is not Answer.VERIFIED) and _failed(since) == _failed(whole)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(STATE.known_files())
        if not path.startswith("data/") or path.endswith((".csv", ".parquet"))
    ],
)
def test_what_an_insider_changes_fails_as_in_a_whole_run(path: str) -> None:
    """Another file, and a manifest that says so: nothing that was remembered counts."""
    assert _fails_as_a_whole_run({**GROWN.before, path: _flipped(GROWN.before[path])})


@pytest.mark.parametrize("path", _CLASSES)
def test_what_an_insider_leaves_out_fails_as_in_a_whole_run(path: str) -> None:
    assert _fails_as_a_whole_run(_without(GROWN.before, path))


@pytest.mark.parametrize("path", _CLASSES[:3])
def test_what_an_insider_changes_of_a_record_that_grew_fails_as_in_a_whole_run(path: str) -> None:
    assert _fails_as_a_whole_run({**RECORD.files, path: _flipped(RECORD.files[path])})


def test_a_manifest_that_says_something_else_of_a_known_file_names_it() -> None:
    """Digest and size of every line at once; the files are as they were."""
    for changed in (
        sign_lines(RECORD, lambda line: replace(line, sha256=bytes(32))),
        sign_lines(RECORD, lambda line: replace(line, size_bytes=line.size_bytes + 1)),
    ):
        verified = verify_files({**RECORD.files, "MANIFEST": changed}, RECORD.anchor, STATE)
        paths = _not_read_again(RECORD.files)
        assert not [path for path in paths if list(find_passes(verified, path, ("V19",), path))]


# --- another log -----------------------------------------------------------------------------


def _other_logs() -> Iterator[tuple[str, list[bytes]]]:
    entries, begin = RECORD.entries, STATE.signed().checkpoint.size
    place = begin // 2
    yield "dropped", [*entries[:place], *entries[place + 1 :]]
    yield "exchanged", [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]
    yield "twice, of the partial bundle", [*entries[: begin - 1], *entries[begin - 2 :]]
    yield "cut off before", list(entries[: begin - 1])
    yield "cut off at the place", list(entries[:begin])
    yield "one dropped since", [*entries[: begin + 1], *entries[begin + 2 :]]


@pytest.mark.parametrize("entries", [pytest.param(item[1], id=item[0]) for item in _other_logs()])
def test_another_history_under_every_key_is_no_better_than_in_a_whole_run(
    entries: list[bytes],
) -> None:
    files = relog(RECORD, entries)
    since = verify_files(files, RECORD.anchor, STATE)
    whole = verify_files(files, RECORD.anchor)
    assert since.answer is not Answer.VERIFIED
    assert since.answer is Answer.CONTRADICTED or whole.answer is not Answer.CONTRADICTED


@pytest.mark.parametrize("part", ["known entry", "new entry", "known hash", "new hash"])
def test_a_byte_of_a_bundle_that_both_runs_share_is_named(part: str) -> None:
    """The partial bundle of now begins with entries of then."""
    size = len(RECORD.entries)
    index = 256 if part.startswith("known") else size - 1
    if part.endswith("entry"):
        path = f"tile/entries/001.p/{size % 256}"
        entries = list(RECORD.entries[256:])
        entries[index - 256] = _flipped(entries[index - 256])
        data = encode_bundle(entries)
    else:
        path = f"tile/0/001.p/{size % 256}"
        altered = bytearray(RECORD.files[path])
        altered[32 * (index - 256)] ^= 1
        data = bytes(altered)
    verified = verify_files({**RECORD.files, path: data}, RECORD.anchor, STATE)
    assert not list(find_passes(verified, part, ("V05",), f"entry {index}"))


def test_a_look_alike_is_not_verified_from_what_was_remembered() -> None:
    other = small_record(2)
    assert verify_files(other.files, RECORD.anchor, STATE).answer is Answer.CONTRADICTED
    assert verify_files(other.files, other.anchor, STATE).answer is not Answer.CONTRADICTED


# --- the state itself ------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 1, 22, 23, 100, -1])
def test_a_state_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(MalformedError):
        decode_verified(encode_verified(STATE)[:cut], "verified")


def test_a_state_with_another_byte_never_ends_in_a_traceback() -> None:
    """It is the reader's own, and read strictly all the same."""
    data = encode_verified(STATE)
    for place in range(len(data) - 1, 0, -len(data) // 60):
        for bit in (1, 128):
            altered = bytearray(data)
            altered[place] ^= bit
            try:
                state = decode_verified(bytes(altered), "verified")
                verify_files(GROWN.before, RECORD.anchor, state)
            except MalformedError:
                continue


@pytest.mark.parametrize("holds", [-1, 2**31])
def test_a_state_with_a_number_that_cannot_be_is_refused(holds: int) -> None:
    state = msgspec.structs.replace(STATE, holds=holds)
    with pytest.raises(MalformedError):
        verify_files(GROWN.before, RECORD.anchor, state)


def test_a_state_of_a_record_that_was_contradicted_is_never_written() -> None:
    for path in _CLASSES:
        files = {**GROWN.before, path: _flipped(GROWN.before[path])}
        assert verify_files(files, RECORD.anchor).state is None


def test_a_state_goes_on_from_state_to_state() -> None:
    """The second run remembers what the first one read, and what it read itself."""
    second = verify_files(RECORD.files, RECORD.anchor, STATE).state
    whole = verify_files(RECORD.files, RECORD.anchor).state
    assert isinstance(second, VerifiedState)
    assert second == whole
