"""Laws of the log: any chunks give one log, any altered byte is refused, coding is invertible."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.errors import ElectionRecordError
from escrutinio.log import (
    EMPTY_EDGE,
    Checkpoint,
    EntryBundle,
    HashTile,
    LogKey,
    append_entries,
    compute_root,
    create_log,
    decode_bundle,
    decode_checkpoint,
    decode_path,
    decode_policy,
    decode_proof,
    encode_bundle,
    encode_checkpoint,
    encode_policy,
    encode_proof,
    hash_leaves,
    prove_consistency,
    prove_entry,
    sign_checkpoint,
    tiles_of,
    verify_consistency,
    verify_proof,
)
from escrutinio.log.tiles import bundles_of
from escrutinio.log.witnessing import (
    AddCheckpoint,
    decode_add_checkpoint,
    encode_add_checkpoint,
)
from escrutinio.primitives.note import decode_note, encode_note
from escrutinio.primitives.spelling import decode_base64, decode_decimal, encode_base64
from escrutinio.primitives.vkey import decode_signer_key, decode_vkey
from tests.unit.log.worlds import LOG, MemoryStore, make_entries
from tests.vectors.log.trust_cases import BASE, A, B

SIZES = st.one_of(st.integers(0, 300), st.integers(500, 1100))


@given(chunks=st.lists(st.integers(0, 400), max_size=6))
def test_any_chunks_give_the_same_log(chunks: list[int]) -> None:
    """Whoever appends in one go and whoever appends one by one publish the same files."""
    entries = make_entries(sum(chunks))
    edge = EMPTY_EDGE
    tail: tuple[bytes, ...] = ()
    files: dict[str, bytes] = {}
    for count in chunks:
        appended = append_entries(edge, tail, entries[edge.size : edge.size + count])
        edge, tail = appended.edge, appended.tail
        # No file is ever written again with other bytes.
        assert all(files.get(file.path, file.data) == file.data for file in appended.files)
        files |= {file.path: file.data for file in appended.files}
    whole = append_entries(EMPTY_EDGE, (), entries)
    assert (whole.edge, whole.tail) == (edge, tail)
    assert edge.compute_root() == compute_root(hash_leaves(entries))
    size = len(entries)
    places = {tile.path for tile in tiles_of(size)} | {item.path for item in bundles_of(size)}
    assert {file.path for file in whole.files} == places
    assert all(files[file.path] == file.data for file in whole.files)


@given(old=SIZES, more=st.integers(1, 300), data=st.data())
def test_proofs_from_tiles_verify(old: int, more: int, data: st.DataObject) -> None:
    """A published log alone is enough to prove any entry and any older size."""
    store = MemoryStore()
    writer = create_log(store, LOG)
    first = writer.append(make_entries(old)).checkpoint
    signed = writer.append(make_entries(more, old))
    index = data.draw(st.integers(0, old + more - 1))
    proof = prove_entry(store, signed, index)
    assert decode_proof(encode_proof(proof), "receipt") == proof
    entry = make_entries(old + more)[index]
    verify_proof(proof, entry, LogKey.of(LOG.vkey), "receipt")
    path = prove_consistency(store, first, signed.checkpoint)
    new = signed.checkpoint
    verify_consistency(first.size, first.root, new.size, new.root, path)


def _receipt() -> bytes:
    store = MemoryStore()
    signed = create_log(store, LOG).append(make_entries(300))
    return encode_proof(prove_entry(store, signed, 123))


RECEIPT = _receipt()
ENTRY = make_entries(300)[123]


@given(place=st.integers(0, len(RECEIPT) - 1), flip=st.integers(1, 255))
def test_a_receipt_with_any_altered_byte_is_refused(place: int, flip: int) -> None:
    """There is one receipt of an entry in a checkpoint, and every byte of it counts."""
    altered = bytearray(RECEIPT)
    altered[place] ^= flip
    with pytest.raises(ElectionRecordError):
        verify_proof(decode_proof(bytes(altered), "r"), ENTRY, LogKey.of(LOG.vkey), "r")


@given(end=st.integers(0, len(RECEIPT) - 1))
def test_a_truncated_receipt_is_refused(end: int) -> None:
    """Half a receipt is none."""
    with pytest.raises(ElectionRecordError):
        verify_proof(decode_proof(RECEIPT[:end], "r"), ENTRY, LogKey.of(LOG.vkey), "r")


@given(st.binary(max_size=100))
def test_base64_has_one_spelling(data: bytes) -> None:
    """encode and decode are inverses."""
    assert decode_base64(encode_base64(data), "here") == data


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_come_back(entries: list[bytes]) -> None:
    """encode and decode are inverses."""
    assert decode_bundle(encode_bundle(entries), len(entries), "bundle") == entries


@given(
    st.builds(HashTile, st.integers(0, 63), st.integers(0, (2**63 - 1) // 256), st.integers(1, 256))
    | st.builds(EntryBundle, st.integers(0, (2**63 - 1) // 256), st.integers(1, 256))
)
def test_paths_come_back(place: HashTile | EntryBundle) -> None:
    """encode and decode are inverses."""
    assert decode_path(place.path) == place


LINES = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=9)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_checkpoints_come_back(size: int, root: bytes, extensions: list[str]) -> None:
    """encode and decode are inverses, extension lines of any letters included."""
    head = Checkpoint(LOG.name, size, root, tuple(extensions))
    signed = sign_checkpoint(head, LOG)
    assert decode_checkpoint(encode_checkpoint(signed), "checkpoint") == signed
    request = AddCheckpoint(size, (root,), signed)
    assert decode_add_checkpoint(encode_add_checkpoint(request)) == request


GRAMMAR = st.sampled_from(
    (
        *("\n", "\n\n", "— ", "a ", "AAAAAAA=", "AAAAAAAAAAA=", "+", "0", "10", "old 1", "log "),
        *("c2sp.org/tlog-proof@v1\n", "index 0\n", "quorum none\n", "group ", A, B, BASE),
        *("tile/0/000", "PRIVATE+KEY+", "\u2028", "\r", "extra "),
        encode_base64(bytes(32)) + "\n",
    )
)


@given(st.lists(GRAMMAR, max_size=12).map("".join) | st.text(max_size=60))
def test_decoders_refuse_or_give_the_one_spelling(text: str) -> None:
    """Whatever arrives, an answer comes back or one of our errors; never two spellings."""
    data = text.encode()
    refused = contextlib.suppress(ElectionRecordError)
    with refused:
        assert encode_note(decode_note(data, "note")) == data
    with refused:
        assert encode_checkpoint(decode_checkpoint(data, "checkpoint")) == data
    with refused:
        assert encode_proof(decode_proof(data, "receipt")) == data
    with refused:
        assert encode_add_checkpoint(decode_add_checkpoint(data)) == data
    with refused:
        policy = decode_policy(data, "policy")
        assert decode_policy(encode_policy(policy), "policy") == policy
    with refused:
        assert str(decode_vkey(text, "vkey")) == text
    with refused:
        decode_signer_key(text)
    with refused:
        assert str(decode_decimal(text, "number")) == text
    with refused:
        assert decode_path(text).path == text


@given(st.binary(max_size=80), st.integers(1, 256))
def test_decoders_of_bytes_never_fail_otherwise(data: bytes, width: int) -> None:
    """Bytes that are not even text, too."""
    refused = contextlib.suppress(ElectionRecordError)
    with refused:
        assert encode_bundle(decode_bundle(data, width, "bundle")) == data
    for decode in (decode_note, decode_checkpoint, decode_proof, decode_policy):
        with refused:
            decode(data, "bytes")
    with refused:
        decode_add_checkpoint(data)
