"""Inclusion and consistency proofs: computed from the nodes of a tree, and verified.

A proof is a list of roots of parts of the log. The part ``[begin, end)`` has a root of its own;
it is put together from full subtrees, the nodes: node (height h, position p) is the root over the
``2^h`` entries from ``p * 2^h`` on.

The length of a proof follows from sizes and index alone. A proof of another length is malformed,
so that no shorter or longer one can lead to the same root.

Reference: RFC 6962, sections 2.1.1 and 2.1.2; RFC 9162, sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from escrutinio.errors import Fault, MalformedError, VerificationError
from escrutinio.log.merkle import (
    MAX_SIZE,
    Digest,
    compute_root,
    hash_level,
    hash_node,
    join_subtrees,
    require_digests,
)

__all__ = [
    "MAX_PATH",
    "NodeSource",
    "compute_consistency_path",
    "compute_inclusion_path",
    "nodes_of_leaves",
    "verify_consistency",
    "verify_inclusion",
]

#: Longest proof there is: one hash per level of a tree below 2^63 entries.
MAX_PATH = 63

#: Gives the root of a full subtree by height and position.
NodeSource: TypeAlias = Callable[[int, int], Digest]
_Part: TypeAlias = tuple[int, int]


def nodes_of_leaves(leaves: Sequence[Digest]) -> NodeSource:
    """Hold every full subtree of a log that fits in memory.

    Args:
        leaves: leaf hashes, shape (size,).
    """
    levels: list[Sequence[Digest]] = [leaves]
    while len(levels[-1]) > 1:
        levels.append(hash_level(levels[-1]))
    return lambda height, position: levels[height][position]


def compute_inclusion_path(index: int, size: int, nodes: NodeSource) -> tuple[Digest, ...]:
    """Compute the proof that an entry is in a tree.

    Args:
        index: zero-based position of the entry.
        size: number of entries of the tree; index < size.
        nodes: full subtrees of that tree.

    Returns:
        Sibling hashes from the leaf up.

    Raises:
        MalformedError: the index is not in the tree.
    """
    _require_index(index, size)
    parts: list[_Part] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((begin, middle))
            begin = middle
    return tuple(_part_root(part, nodes) for part in reversed(parts))


def compute_consistency_path(old: int, size: int, nodes: NodeSource) -> tuple[Digest, ...]:
    """Compute the proof that a tree begins with an older one.

    Args:
        old: size of the older tree; old <= size.
        size: size of the newer tree.
        nodes: full subtrees of the newer tree.

    Returns:
        Hashes in the order of RFC 6962; none when old is 0 or size.

    Raises:
        MalformedError: the older tree is larger than the newer.
    """
    _require_sizes(old, size)
    if old in {0, size}:
        return ()
    parts: list[_Part] = []
    begin, end, is_whole = 0, size, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((begin, middle))
            begin, is_whole = middle, False
    # The older tree itself is known to whoever verifies, a right part of it is not.
    if not is_whole:
        parts.append((begin, end))
    return tuple(_part_root(part, nodes) for part in reversed(parts))


def _split(count: int) -> int:
    """Give the largest power of two below a number above 1."""
    return 1 << (count - 1).bit_length() - 1


def _part_root(part: _Part, nodes: NodeSource) -> Digest:
    begin, end = part
    roots = []
    while begin < end:
        # A part begins at a multiple of the largest power of two in its length.
        height = (end - begin).bit_length() - 1
        roots.append(nodes(height, begin >> height))
        begin += 1 << height
    return join_subtrees(roots)


def verify_inclusion(
    leaf: Digest, index: int, size: int, proof: Sequence[Digest], root: Digest
) -> None:
    """Check that an entry is in the tree a checkpoint commits to.

    **Size and root come from one signed checkpoint**; a root alone does not bind the size.

    Args:
        leaf: leaf hash of the entry, 32 bytes.
        index: zero-based position, 0 <= index < size.
        size: number of entries in the checkpoint.
        proof: sibling hashes from the leaf up, 32 bytes each.
        root: root hash of the checkpoint, 32 bytes.

    Raises:
        MalformedError: the index is not in the tree, or the proof has another length than the one
            of this index and size.
        VerificationError: the proof leads to another root; the error carries both.

    Reference: RFC 9162, section 2.1.3.2. Vectors: tests/vectors/log.
    """
    where = f"inclusion proof of entry {index} in {size}"
    _require_index(index, size)
    require_digests((leaf, *proof, root), where)
    inner = (index ^ (size - 1)).bit_length()
    _require_length(proof, inner + (index >> inner).bit_count(), where)
    found = _climb(leaf, index, proof[:inner])
    for left in proof[inner:]:
        found = hash_node(left, found)
    _require_root(found, root, where)


def verify_consistency(
    old: int, old_root: Digest, size: int, root: Digest, proof: Sequence[Digest]
) -> None:
    """Check that a tree begins with an older one.

    Args:
        old: size of the older tree, 0 <= old <= size; an empty one is the beginning of any.
        old_root: its root, from its own signed checkpoint.
        size: size of the newer tree.
        root: its root, from its signed checkpoint.
        proof: hashes in the order of RFC 6962, none when old is 0 or size.

    Raises:
        MalformedError: old > size, or a proof of another length than the one of these sizes.
        VerificationError: the proof leads to another root, older or newer.

    Reference: RFC 9162, section 2.1.4.2. Vectors: tests/vectors/log.
    """
    where = f"consistency proof from {old} to {size}"
    _require_sizes(old, size)
    require_digests((old_root, root, *proof), where)
    if old == 0:
        _require_length(proof, 0, where)
        _require_root(compute_root(()), old_root, f"{where}: older root")
        return
    if old == size:
        _require_length(proof, 0, where)
        _require_root(old_root, root, where)
        return
    # The last full subtree of the older tree: 2^shift entries that end at `old`.
    shift = (old & -old).bit_length() - 1
    index = (old - 1) >> shift
    inner = (index ^ ((size - 1) >> shift)).bit_length()
    is_power = old == 1 << shift
    length = inner + (index >> inner).bit_count() + (0 if is_power else 1)
    _require_length(proof, length, where)
    seed, path = (old_root, proof) if is_power else (proof[0], proof[1:])
    older = _climb_left(seed, index, path[:inner])
    newer = _climb(seed, index, path[:inner])
    for left in path[inner:]:
        older, newer = hash_node(left, older), hash_node(left, newer)
    _require_root(older, old_root, f"{where}: older root")
    _require_root(newer, root, f"{where}: newer root")


def _climb(digest: Digest, index: int, path: Sequence[Digest]) -> Digest:
    """Hash upwards while the index still has neighbours on both sides."""
    for height, sibling in enumerate(path):
        is_right = index >> height & 1
        digest = hash_node(sibling, digest) if is_right else hash_node(digest, sibling)
    return digest


def _climb_left(digest: Digest, index: int, path: Sequence[Digest]) -> Digest:
    """Hash upwards with the left neighbours only: the right ones are younger than the old tree."""
    for height, sibling in enumerate(path):
        if index >> height & 1:
            digest = hash_node(sibling, digest)
    return digest


def _require_index(index: int, size: int) -> None:
    if not 0 <= index < size <= MAX_SIZE:
        where = f"entry {index}"
        raise MalformedError.of(Fault(where, "an index below the size", f"size {size}"))


def _require_sizes(old: int, size: int) -> None:
    if not 0 <= old <= size <= MAX_SIZE:
        expected = f"0 <= older size <= newer size <= {MAX_SIZE}"
        raise MalformedError.of(Fault("consistency proof", expected, f"{old} and {size}"))


def _require_length(proof: Sequence[Digest], length: int, where: str) -> None:
    if len(proof) != length:
        raise MalformedError.of(Fault(where, f"{length} hashes", f"{len(proof)}"))


def _require_root(found: Digest, root: Digest, where: str) -> None:
    if found != root:
        raise VerificationError.of(Fault(where, f"the root {root.hex()}", found.hex()))
