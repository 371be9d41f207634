"""Cases of trees, tile paths, bundles, proofs and receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from escrutinio.log import (
    LogProof,
    compute_consistency_path,
    compute_inclusion_path,
    encode_proof,
    nodes_of_leaves,
)
from tests.vectors.log import borrowed
from tests.vectors.log.cases import (
    CONTRADICTED,
    ENTRIES,
    LEAVES,
    LOG,
    MALFORMED,
    RENAMED_LOG,
    Case,
    checkpoint,
    root,
    text,
    vkey,
)

_Rows = dict[str, tuple[Any, ...]]


def tree_cases() -> Iterator[Case]:
    """Give every case of a tree and what is proved about it."""
    yield from _trees()
    yield from _paths()
    yield from _bundles()
    yield from _inclusion()
    yield from _consistency()
    yield from _receipts()


def _trees() -> Iterator[Case]:
    yield Case(
        "tree-tessera",
        "tree",
        "A log of 15 entries written by Go.",
        {"entries": [word.encode().hex() for word in borrowed.TESSERA_ENTRIES]},
        {
            "roots_base64": borrowed.TESSERA_ROOTS,
            "files_at_3_hex": {"tile/entries/000.p/3": borrowed.TESSERA_BUNDLE_OF_3},
        },
        "transparency-dev/tessera test data",
    )
    yield Case(
        "tree-reference",
        "tree",
        "The leaves every implementation of RFC 6962 is tested with.",
        {"entries": list(borrowed.REFERENCE_LEAVES)},
        {"roots_hex": borrowed.REFERENCE_ROOTS},
        "transparency-dev/merkle",
    )
    yield Case(
        "tree-large",
        "tree",
        "Entry i is the decimal i in ASCII; the log's seed is 32 times 0x01, the witness's 0x02.",
        {
            "decimal_entries": borrowed.LARGE_SIZE,
            "log_seed": "01" * 32,
            "witness_seed": "02" * 32,
            "time": borrowed.LARGE_TIME,
        },
        {
            "roots_base64": borrowed.LARGE_ROOTS,
            "files_sha256": borrowed.LARGE_FILES,
            "hash_tiles": 277,
            "checkpoint": borrowed.LARGE_CHECKPOINT,
            "vkeys": [borrowed.LARGE_LOG_VKEY, borrowed.LARGE_WITNESS_VKEY],
            "inclusion_lengths": borrowed.LARGE_INCLUSION_LENGTHS,
            "consistency_lengths": borrowed.LARGE_CONSISTENCY_LENGTHS,
        },
        "a client in another language accepted it",
    )


def _paths() -> Iterator[Case]:
    good = {
        "leaf": "tile/0/000",
        "partial": "tile/0/273.p/112",
        "groups": "tile/0/x001/x234/067",
        "entries": "tile/entries/x001/000.p/1",
        "level": "tile/63/000",
    }
    bad = {
        "traversal": "tile/0/../../etc/passwd",
        "traversal-at-end": "tile/0/000/..",
        "absolute": "/tile/0/000",
        "level-64": "tile/64/000",
        "level-leading-zero": "tile/00/000",
        "level-missing": "tile/000",
        "group-short": "tile/0/67",
        "group-long": "tile/0/0067",
        "group-without-x": "tile/0/001/067",
        "last-group-with-x": "tile/0/x067",
        "leading-zero-group": "tile/0/x000/067",
        "width-0": "tile/0/000.p/0",
        "width-256": "tile/0/000.p/256",
        "width-leading-zero": "tile/0/000.p/01",
        "digits": "tile/0/\uff10\uff10\uff10",
        "line-feed": "tile/0/000\n",
        "data": "tile/data/000",
        "go-height": "tile/8/0/000",
        "index-large": "tile/0/x999/x999/x999/x999/x999/x999/999",
        "nul": "tile/0/000\x00",
        "empty": "",
    }
    for name, path in good.items():
        inputs = {"path": path}
        yield Case(f"path-good-{name}", "path", "A path of a tile.", inputs, {"path": path})
    for name, path in bad.items():
        yield Case(f"path-{name}", "path", "No path of a tile.", {"path": path}, MALFORMED)


def _bundles() -> Iterator[Case]:
    good = borrowed.TESSERA_BUNDLE_OF_3
    cases: _Rows = {
        "good": (good, 3, {"entries": ["6f6e65", "74776f", "7468726565"]}),
        "good-empty-entry": ("0000", 1, {"entries": [""]}),
        "one-too-few": (good, 4, MALFORMED),
        "one-too-many": (good, 2, MALFORMED),
        "cut": (good[:-2], 3, MALFORMED),
        "cut-in-length": (good + "00", 4, MALFORMED),
        "byte-after": (good + "00", 3, MALFORMED),
    }
    for name, (data, width, expected) in cases.items():
        inputs = {"bundle": data, "width": width}
        yield Case(f"bundle-{name}", "bundle", "Entries with their lengths.", inputs, expected)


def _inclusion() -> Iterator[Case]:
    path = [item.hex() for item in compute_inclusion_path(5, 10, nodes_of_leaves(LEAVES))]
    good = {
        "leaf": LEAVES[5].hex(),
        "index": 5,
        "size": 10,
        "proof": path,
        "root": root(10).hex(),
    }
    changes: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "good": ({}, {"verified": True}),
        "index-other": ({"index": 4}, CONTRADICTED),
        "index-is-size": ({"index": 10}, MALFORMED),
        "index-negative": ({"index": -1}, MALFORMED),
        "size-0": ({"size": 0}, MALFORMED),
        # A root does not bind the size: take both from one signed checkpoint.
        "good-size-not-bound": ({"size": 12}, {"verified": True}),
        "size-with-other-length": ({"size": 8}, MALFORMED),
        "leaf-other": ({"leaf": LEAVES[4].hex()}, CONTRADICTED),
        "root-other": ({"root": root(9).hex()}, CONTRADICTED),
        "root-short": ({"root": root(10).hex()[:-2]}, MALFORMED),
        "proof-cut": ({"proof": path[:-1]}, MALFORMED),
        "proof-cut-at-begin": ({"proof": path[1:]}, MALFORMED),
        "proof-longer": ({"proof": [*path, path[0]]}, MALFORMED),
        "proof-empty": ({"proof": []}, MALFORMED),
        "proof-swapped": ({"proof": [path[1], path[0], *path[2:]]}, CONTRADICTED),
        "proof-hash-short": ({"proof": [path[0][:-2], *path[1:]]}, MALFORMED),
        "proof-root-as-leaf": ({"leaf": root(10).hex(), "proof": []}, MALFORMED),
    }
    for name, (change, expected) in changes.items():
        inputs = {**good, **change}
        description = "Entry 5 of 10."
        if name == "good-size-not-bound":
            description += " The same proof fits 12: take size and root from one checkpoint."
        yield Case(f"inclusion-{name}", "inclusion", description, inputs, expected)


def _consistency() -> Iterator[Case]:
    path = [item.hex() for item in compute_consistency_path(6, 10, nodes_of_leaves(LEAVES))]
    power = [item.hex() for item in compute_consistency_path(8, 10, nodes_of_leaves(LEAVES))]
    good = {
        "old": 6,
        "old_root": root(6).hex(),
        "size": 10,
        "root": root(10).hex(),
        "proof": path,
    }
    eight = {**good, "old": 8, "old_root": root(8).hex(), "proof": power}
    changes: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "good": (good, {"verified": True}),
        "good-power-of-two": (eight, {"verified": True}),
        "good-same": (
            {**good, "old": 10, "old_root": good["root"], "proof": []},
            {"verified": True},
        ),
        "good-from-0": (
            {**good, "old": 0, "old_root": root(0).hex(), "proof": []},
            {"verified": True},
        ),
        "old-root-other": ({**good, "old_root": root(5).hex()}, CONTRADICTED),
        "root-other": ({**good, "root": root(9).hex()}, CONTRADICTED),
        "old-larger": ({**good, "old": 11}, MALFORMED),
        "same-size-other-root": ({**good, "old": 10, "proof": []}, CONTRADICTED),
        "same-size-with-proof": ({**good, "old": 10, "old_root": good["root"]}, MALFORMED),
        "from-0-with-proof": ({**good, "old": 0, "old_root": root(0).hex()}, MALFORMED),
        "from-0-other-root": ({**good, "old": 0, "proof": []}, CONTRADICTED),
        "proof-cut": ({**good, "proof": path[:-1]}, MALFORMED),
        "proof-longer": ({**good, "proof": [*path, path[0]]}, MALFORMED),
        "proof-empty": ({**good, "proof": []}, MALFORMED),
        "proof-swapped": ({**good, "proof": [path[1], path[0], *path[2:]]}, CONTRADICTED),
        "proof-hash-short": ({**good, "proof": [path[0][:-2], *path[1:]]}, MALFORMED),
        "power-of-two-with-old-root": (
            {**eight, "proof": [root(8).hex(), *power]},
            MALFORMED,
        ),
    }
    for name, (inputs, expected) in changes.items():
        description = "A log of 6 or 8 entries became one of 10."
        yield Case(f"consistency-{name}", "consistency", description, inputs, expected)


def _receipts() -> Iterator[Case]:
    path = compute_inclusion_path(5, 10, nodes_of_leaves(LEAVES))
    good = encode_proof(LogProof(5, path, checkpoint())).decode()
    extra = encode_proof(LogProof(5, path, checkpoint(), b"hello")).decode()
    single = encode_proof(LogProof(0, (), checkpoint(1))).decode()
    first_hash = good.split("\n")[2]
    changes: _Rows = {
        "good": (good, 5, {"index": 5}),
        "good-extra": (extra, 5, {"index": 5, "extra": "68656c6c6f"}),
        "good-single-entry": (single, 0, {"index": 0}),
        "entry-other": (good, 4, CONTRADICTED),
        "index-other": (good.replace("index 5", "index 4"), 5, CONTRADICTED),
        "index-is-size": (good.replace("index 5", "index 10"), 5, MALFORMED),
        "index-leading-zero": (good.replace("index 5", "index 05"), 5, MALFORMED),
        "index-missing": (good.replace("index 5\n", ""), 5, MALFORMED),
        "hash-missing": (good.replace(f"{first_hash}\n", ""), 5, MALFORMED),
        "hash-spare-bits": (good.replace(first_hash, first_hash[:-2] + "1="), 5, MALFORMED),
        "hash-short": (good.replace(first_hash, "AAAA"), 5, MALFORMED),
        "extra-empty": (good.replace("index", "extra \nindex"), 5, MALFORMED),
        "extra-after-index": (good.replace("index 5\n", "index 5\nextra aGk=\n"), 5, MALFORMED),
        "version-other": (good.replace("@v1", "@v2"), 5, MALFORMED),
        "crlf": (good.replace("\n", "\r\n"), 5, MALFORMED),
        "no-checkpoint": (good.split("\n\n")[0] + "\n\n", 5, MALFORMED),
        "cut-before-blank-line": (good.split("\n\n")[0], 5, MALFORMED),
        "blank-line-twice": (good.replace("\n\n", "\n\n\n", 1), 5, MALFORMED),
        "checkpoint-of-another-size": (
            good.replace(text(), text(9)),
            5,
            {"error": "VerificationError"},
        ),
        "checkpoint-of-another-log": (
            good.replace(text(), text(signer=RENAMED_LOG)),
            5,
            CONTRADICTED,
        ),
    }
    for name, (data, entry, expected) in changes.items():
        inputs = {"proof": data, "entry": ENTRIES[entry].hex(), "vkey": vkey(LOG)}
        yield Case(f"receipt-{name}", "receipt", "Entry 5 of 10.", inputs, expected)
