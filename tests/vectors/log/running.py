"""Plays a vector of the log: gives its input to the reader of its kind."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from escrutinio.log import (
    EMPTY_EDGE,
    AddCheckpoint,
    Checkpoint,
    CosignerKey,
    EntryBundle,
    HashTile,
    LogKey,
    WitnessAnswer,
    WitnessRules,
    add_cosignatures,
    answer_add_checkpoint,
    append_entries,
    collect_cosignatures,
    compute_consistency_path,
    compute_inclusion_path,
    compute_root,
    decode_add_checkpoint,
    decode_bundle,
    decode_checkpoint,
    decode_cosigner_key,
    decode_log_key,
    decode_path,
    decode_policy,
    decode_proof,
    encode_add_checkpoint,
    encode_bundle,
    encode_checkpoint,
    encode_policy,
    encode_proof,
    evaluate_policy,
    hash_leaves,
    nodes_of_leaves,
    sign_checkpoint,
    sign_cosignature,
    tiles_of,
    verify_checkpoint,
    verify_consistency,
    verify_inclusion,
    verify_proof,
)
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.note import (
    Note,
    TextKey,
    collect_signatures,
    decode_note,
    encode_note,
    sign_note,
    verify_note,
)
from escrutinio.primitives.vkey import (
    NoteSigner,
    SignatureType,
    decode_signer_key,
    decode_vkey,
    encode_signer_key,
    encode_vkey,
)

Fields = dict[str, Any]


def play_vector(vector: Fields) -> Fields:
    """Give what came of a vector's input; errors are raised."""
    return PLAYERS[vector["kind"]](vector["input"])


def _vkey(given: Fields) -> Fields:
    key = decode_vkey(given["vkey"], "vkey")
    assert encode_vkey(key) == given["vkey"]
    return {"type": int(key.kind)}


def _note(given: Fields) -> Fields:
    data = given["note"].encode()
    note = decode_note(data, "note")
    assert encode_note(note) == data
    keys = [TextKey(decode_vkey(vkey, "vkey")) for vkey in given["vkeys"]]
    verify_note(note, keys, "note")
    if "skey" in given:
        signer = decode_signer_key(given["skey"])
        assert encode_signer_key(signer) == given["skey"]
        assert encode_note(Note(note.text, (sign_note(note.text, signer),))) == data
    return {"verified": len(collect_signatures(note, keys, "note"))}


def _checkpoint(given: Fields) -> Fields:
    data = given["checkpoint"].encode()
    vkey = decode_vkey(given["vkey"], "vkey")
    log = LogKey.of(vkey)
    if "origin" in given:
        log = LogKey.with_other_name(vkey, given["origin"])
    signed = decode_checkpoint(data, "checkpoint")
    assert encode_checkpoint(signed) == data
    verify_checkpoint(signed, log, "checkpoint")
    if "skey" in given:
        again = sign_checkpoint(signed.checkpoint, decode_signer_key(given["skey"]))
        assert encode_checkpoint(again) == data
    return {"size": signed.checkpoint.size}


def _cosignature(given: Fields) -> Fields:
    signed = decode_checkpoint(given["checkpoint"].encode(), "checkpoint")
    keys = [decode_cosigner_key(vkey, "witness") for vkey in given["witnesses"]]
    return {"times": [item.time for item in collect_cosignatures(signed, keys, "checkpoint")]}


def _tree(given: Fields) -> Fields:
    """Give figures of every kind that a tree can have; the test looks at those expected."""
    if "entries" in given:
        entries = [bytes.fromhex(entry) for entry in given["entries"]]
    else:
        entries = [str(number).encode() for number in range(given["decimal_entries"])]
    leaves = hash_leaves(entries)
    whole = append_entries(EMPTY_EDGE, (), entries)
    assert whole.edge.compute_root() == compute_root(leaves)
    three = append_entries(EMPTY_EDGE, (), entries[:3])
    nodes, size = nodes_of_leaves(leaves), len(leaves)
    found: Fields = {
        "roots_base64": _Roots(leaves, lambda root: base64.b64encode(root).decode()),
        "roots_hex": _Roots(leaves, bytes.hex),
        "files_sha256": {file.path: hashlib.sha256(file.data).hexdigest() for file in whole.files},
        "files_at_3_hex": {file.path: file.data.hex() for file in three.files},
        "hash_tiles": len(list(tiles_of(size))),
        "inclusion_lengths": _Lengths(lambda at: compute_inclusion_path(at, size, nodes)),
        "consistency_lengths": _Lengths(lambda at: compute_consistency_path(at, size, nodes)),
    }
    if "log_seed" in given:
        found |= _sign_tree(given, size, whole.edge.compute_root())
    return found


class _Roots(dict[str, str]):
    """Roots by size, computed when they are asked for."""

    def __init__(self, leaves: list[bytes], show: Callable[[bytes], str]) -> None:
        super().__init__()
        self.leaves, self.show = leaves, show

    def __missing__(self, size: str) -> str:
        return self.show(compute_root(self.leaves[: int(size)]))


class _Lengths(dict[str, int]):
    """Lengths of proofs by index or older size, computed when they are asked for."""

    def __init__(self, compute: Callable[[int], tuple[bytes, ...]]) -> None:
        super().__init__()
        self.compute = compute

    def __missing__(self, at: str) -> int:
        return len(self.compute(int(at)))


def _sign_tree(given: Fields, size: int, root: bytes) -> Fields:
    log = NoteSigner("actas.example/2024", SigningKey(bytes.fromhex(given["log_seed"])))
    seed = SigningKey(bytes.fromhex(given["witness_seed"]))
    witness = NoteSigner("party-a.example/w", seed, SignatureType.COSIGNATURE)
    signed = sign_checkpoint(Checkpoint(log.name, size, root), log)
    line = sign_cosignature(signed, witness, given["time"])
    signed = add_cosignatures(signed, [line], [CosignerKey(witness.vkey)])
    return {
        "checkpoint": encode_checkpoint(signed).decode(),
        "vkeys": [encode_vkey(log.vkey), encode_vkey(witness.vkey)],
    }


def _path(given: Fields) -> Fields:
    place = decode_path(given["path"])
    assert isinstance(place, HashTile | EntryBundle)
    return {"path": place.path}


def _bundle(given: Fields) -> Fields:
    data = bytes.fromhex(given["bundle"])
    entries = decode_bundle(data, given["width"], "bundle")
    assert encode_bundle(entries) == data
    return {"entries": [entry.hex() for entry in entries]}


def _inclusion(given: Fields) -> Fields:
    proof = [bytes.fromhex(item) for item in given["proof"]]
    leaf, root = bytes.fromhex(given["leaf"]), bytes.fromhex(given["root"])
    verify_inclusion(leaf, given["index"], given["size"], proof, root)
    return {"verified": True}


def _consistency(given: Fields) -> Fields:
    proof = [bytes.fromhex(item) for item in given["proof"]]
    old_root, root = bytes.fromhex(given["old_root"]), bytes.fromhex(given["root"])
    verify_consistency(given["old"], old_root, given["size"], root, proof)
    return {"verified": True}


def _receipt(given: Fields) -> Fields:
    data = given["proof"].encode()
    proof = decode_proof(data, "receipt")
    assert encode_proof(proof) == data
    log = decode_log_key(given["vkey"], "vkey")
    verify_proof(proof, bytes.fromhex(given["entry"]), log, "receipt")
    extra = {} if proof.extra is None else {"extra": proof.extra.hex()}
    return {"index": proof.index, **extra}


def _policy(given: Fields) -> Fields:
    policy = decode_policy(given["policy"].encode(), "policy")
    assert decode_policy(encode_policy(policy), "policy") == policy
    signed = decode_checkpoint(given["checkpoint"].encode(), "checkpoint")
    return {"is_satisfied": evaluate_policy(policy, signed, "checkpoint").is_satisfied}


class MemoryOfWitness:
    """A ``WitnessStore`` of one log, in memory."""

    def __init__(self, stored: bytes | None = None) -> None:
        """Begin with what was stored before."""
        self.stored = stored

    def update(
        self,
        origin: str,  # noqa: ARG002  # one log only
        decide: Callable[[bytes | None], tuple[WitnessAnswer, bytes | None]],
    ) -> WitnessAnswer:
        """Decide and store."""
        answer, new = decide(self.stored)
        if new is not None:
            self.stored = new
        return answer


def _witness(given: Fields) -> Fields:
    keys = [decode_log_key(vkey, "log") for vkey in given["logs"]]
    seed = SigningKey(bytes.fromhex(given["witness_seed"]))
    name = given["witness_vkey"].split("+")[0]
    signer = NoteSigner(name, seed, SignatureType.COSIGNATURE)
    assert encode_vkey(signer.vkey) == given["witness_vkey"]
    stored = None if given["stored"] is None else given["stored"].encode()
    memory = MemoryOfWitness(stored)
    logs = {key.origin: [key] for key in keys}
    rules = WitnessRules[given.get("rules", "HEAD")]
    body = given["body"].encode()
    answer = answer_add_checkpoint(body, logs, memory, [signer], given["time"], rules)
    found: Fields = {"status": answer.status, "body": answer.body.decode()}
    if answer.status == 200:
        request = decode_add_checkpoint(body)
        assert isinstance(request, AddCheckpoint)
        assert encode_add_checkpoint(request) == body
        assert memory.stored is not None
        found["stored"] = memory.stored.decode()
    else:
        # A refusal changes nothing, and says why to the witness alone.
        assert memory.stored == stored
        assert answer.reason
    return found


PLAYERS: dict[str, Callable[[Fields], Fields]] = {
    "vkey": _vkey,
    "note": _note,
    "checkpoint": _checkpoint,
    "cosignature": _cosignature,
    "tree": _tree,
    "path": _path,
    "bundle": _bundle,
    "inclusion": _inclusion,
    "consistency": _consistency,
    "receipt": _receipt,
    "policy": _policy,
    "witness": _witness,
}
