"""The fast tree against the literal one, for every size up to 300."""

from __future__ import annotations

import pytest

from escrutinio.log import (
    EMPTY_EDGE,
    append_entries,
    compute_consistency_path,
    compute_inclusion_path,
    compute_root,
    hash_leaves,
    nodes_of_leaves,
    verify_consistency,
    verify_inclusion,
)
from tests.reference.slow_merkle import SlowTree

MOST = 300
ENTRIES = [f"entry {number}".encode() for number in range(MOST)]
LEAVES = hash_leaves(ENTRIES)
EMPTY_TAIL: tuple[bytes, ...] = ()
SLOW = SlowTree(ENTRIES)


def test_every_root() -> None:
    """Three ways to one root: literal, level by level, and from the edge that grows."""
    edge, tail = EMPTY_EDGE, EMPTY_TAIL
    for size in range(MOST):
        assert SLOW.mth(0, size) == compute_root(LEAVES[:size]) == edge.compute_root()
        appended = append_entries(edge, tail, [ENTRIES[size]])
        edge, tail = appended.edge, appended.tail


@pytest.mark.parametrize("part", range(4))
def test_every_inclusion_proof(part: int) -> None:
    """Each entry of each size has the literal's proof, and it verifies."""
    for size in range(part + 1, MOST + 1, 4):
        root, nodes = SLOW.mth(0, size), nodes_of_leaves(LEAVES[:size])
        for index in range(size):
            proof = compute_inclusion_path(index, size, nodes)
            assert list(proof) == SLOW.path(index, 0, size)
            verify_inclusion(LEAVES[index], index, size, proof, root)


@pytest.mark.parametrize("part", range(4))
def test_every_consistency_proof(part: int) -> None:
    """Each pair of sizes has the literal's proof, and it verifies."""
    for size in range(part, MOST + 1, 4):
        root, nodes = SLOW.mth(0, size), nodes_of_leaves(LEAVES[:size])
        for old in range(size + 1):
            proof = compute_consistency_path(old, size, nodes)
            assert list(proof) == (SLOW.proof(old, size) if old else [])
            verify_consistency(old, SLOW.mth(0, old), size, root, proof)
