"""Write the vectors of manifests: ``python -m tests.vectors.manifest.generate``.

One file per case: ``description``; ``input``, the text of the file; ``log``, the key that the
reader trusts; ``checkpoint``, the verified one beside it; ``expected``: what the manifest says, or
under ``refused`` the name of the error with the places it names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from escrutinio.log import Checkpoint, decode_log_key
from escrutinio.primitives.vkey import encode_vkey
from escrutinio.publication import (
    Manifest,
    SignedManifest,
    decode_manifest,
    verify_manifest,
)
from tests.vectors.manifest.cases import EXAMPLE, LOG, manifest_cases
from tests.vectors.writing import (
    answer_or_refusal,
    render_vector,
    with_block,
    write_page,
    write_vectors,
)

__all__ = [
    "FOLDER",
    "PAGE",
    "checkpoint_of",
    "read_manifest",
    "render_page",
    "render_vectors",
    "words_of",
]

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[2] / "docs" / "formats" / "manifest.md"


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors = {}
    for case in manifest_cases():
        checkpoint = case.checkpoint
        vector: dict[str, Any] = {
            "description": case.why,
            "input": case.text,
            "log": encode_vkey(LOG.vkey),
            "checkpoint": {
                "origin": checkpoint.origin,
                "size": checkpoint.size,
                "root": checkpoint.root.hex(),
            },
        }
        vector["expected"] = answer_or_refusal(
            lambda given: words_of(read_manifest(given), given), vector
        )
        vectors[f"{case.name}.json"] = render_vector(vector)
    return vectors


def read_manifest(vector: dict[str, Any]) -> SignedManifest:
    """Decode and verify a manifest as a reader of a record does."""
    checkpoint = checkpoint_of(vector)
    signed = decode_manifest(vector["input"].encode())
    verify_manifest(signed, decode_log_key(vector["log"], "log"), checkpoint)
    return signed


def checkpoint_of(vector: dict[str, Any]) -> Checkpoint:
    """Give the checkpoint beside a manifest."""
    given = vector["checkpoint"]
    return Checkpoint(given["origin"], given["size"], bytes.fromhex(given["root"]))


def words_of(signed: SignedManifest, vector: dict[str, Any]) -> dict[str, Any]:
    """Write what a manifest says as JSON, and whether its older pages count here."""
    checkpoint = checkpoint_of(vector)
    manifest: Manifest = signed.manifest
    words: dict[str, Any] = {
        "origin": manifest.origin,
        "size": manifest.size,
        "root": manifest.root.hex(),
        "files": [
            {"path": file.path, "size_bytes": file.size_bytes, "sha256": file.sha256.hex()}
            for file in manifest.files
        ],
    }
    if manifest.before is not None:
        words["before"] = {
            "size": manifest.before.size,
            "files": [
                {"path": path, "size_bytes": file.size_bytes, "sha256": file.sha256.hex()}
                if file is not None
                else {"path": path, "size_bytes": 0, "sha256": None}
                for path, file in manifest.before.files.items()
            ],
            "counts": bool(manifest.pages_before(checkpoint)),
        }
    return words


def render_page(page: str) -> str:
    """Give the page about manifests with the first vector as its example."""
    return with_block(page, "text", 0, EXAMPLE)


def main() -> None:
    """Write the files, and the example of the page."""
    write_vectors(FOLDER, render_vectors())
    write_page(PAGE, render_page)


if __name__ == "__main__":
    main()
