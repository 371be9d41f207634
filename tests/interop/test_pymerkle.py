"""Roots by an independent implementation of RFC 6962 are ours."""

from __future__ import annotations

import pymerkle  # type: ignore[import-untyped]  # ships no annotations
import pytest

from escrutinio.log import compute_root, hash_leaves


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 1000])
def test_pymerkle_computes_our_root(size: int) -> None:
    """pymerkle shares no code with us; it calls its tree RFC 9162."""
    entries = [f"entry {number}".encode() for number in range(size)]
    tree = pymerkle.InmemoryTree.init_from_entries(entries, algorithm="sha256")
    assert tree.get_root() == compute_root(hash_leaves(entries))
