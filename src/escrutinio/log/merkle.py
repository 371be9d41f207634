"""The Merkle tree of a log: hashes and roots.

    leaf  = SHA-256(0x00 || entry)
    node  = SHA-256(0x01 || left || right)
    root of no entries = SHA-256("")

A tree of n leaves splits at the largest power of two below n. Pairing the hashes of a level from
the left, and lifting a last one that has no partner as it is, gives the same root level by level.

Reference: RFC 6962, section 2.1; RFC 9162, section 2.1.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from escrutinio.errors import Fault, MalformedError

__all__ = [
    "DIGEST_BYTES",
    "EMPTY_ROOT",
    "MAX_SIZE",
    "Digest",
    "compute_root",
    "hash_leaf",
    "hash_leaves",
    "hash_level",
    "hash_node",
    "join_subtrees",
    "require_digests",
]

#: A SHA-256 hash, 32 bytes.
Digest: TypeAlias = bytes

DIGEST_BYTES = 32
#: Number of entries a log can have at most: one less than 2^63.
MAX_SIZE = 2**63 - 1
EMPTY_ROOT: Digest = hashlib.sha256(b"").digest()


def hash_leaf(entry: bytes) -> Digest:
    """Hash one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def hash_leaves(entries: Iterable[bytes]) -> list[Digest]:
    """Hash many entries; half of the work of reading a log is this line."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def hash_node(left: Digest, right: Digest) -> Digest:
    """Hash two neighbours into the node above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def hash_level(hashes: Sequence[Digest]) -> list[Digest]:
    """Hash neighbours in pairs from the left; a last one without a partner is left out."""
    sha256 = hashlib.sha256
    pairs = zip(hashes[::2], hashes[1::2], strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]


def compute_root(leaves: Sequence[Digest]) -> Digest:
    """Compute the root over leaf hashes, or over the roots of equal, full subtrees.

    Args:
        leaves: leaf hashes in the order of the log, shape (size,), 32 bytes each.
    """
    if not leaves:
        return EMPTY_ROOT
    level = leaves
    while len(level) > 1:
        above = hash_level(level)
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def join_subtrees(roots: Sequence[Digest]) -> Digest:
    """Compute the root over full subtrees of falling sizes, the largest first.

    Args:
        roots: one root per bit of the size, from its highest bit down; none for an empty tree.
    """
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = hash_node(left, root)
    return root


def require_digests(hashes: Iterable[bytes], where: str) -> None:
    """Refuse hashes of another length, before any of them is hashed with others.

    Raises:
        MalformedError: one of them has not 32 bytes.
    """
    for number, digest in enumerate(hashes, start=1):
        if len(digest) != DIGEST_BYTES:
            found = f"{len(digest)} bytes"
            raise MalformedError.of(Fault(f"{where}: hash {number}", "32 bytes", found))
