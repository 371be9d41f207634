"""Write the vectors of trust anchors: ``python -m tests.vectors.anchor.generate``.

One file per case: ``description``; ``input``, the text of the file; ``expected``: what the anchor
says, or under ``refused`` the name of the error with the places it names. ``is_written`` says
whether these are the very bytes that a writer of the anchor writes; people may spell it otherwise.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from escrutinio.primitives.spelling import encode_base64
from escrutinio.primitives.vkey import NoteSigner, SignatureType, encode_vkey
from escrutinio.publication import Anchor, decode_anchor, encode_anchor
from tests.vectors.definition.documents import POLICY, assemble_with_trust, key_of
from tests.vectors.writing import (
    answer_or_refusal,
    render_vector,
    with_block,
    write_page,
    write_vectors,
)

__all__ = ["FOLDER", "PAGE", "read_anchor", "render_page", "render_vectors"]

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[2] / "docs" / "formats" / "anchor.md"

IDENTITY = hashlib.sha256(assemble_with_trust().definition).hexdigest()
EXAMPLE = encode_anchor(Anchor.of(IDENTITY, POLICY)).decode()
#: The first lines of the policy: the log, and a witness.
LOG_LINE, WITNESS_LINE = POLICY.splitlines(keepends=True)[:2]


def _vkey(name: str, kind: SignatureType = SignatureType.ED25519) -> str:
    return encode_vkey(NoteSigner(name, key_of(name), kind).vkey)


def _vkey_of_type(kind: int, key: bytes, name: str = "log.ejemplia.example/2030") -> str:
    """Write a vkey that the program itself could not."""
    data = bytes([kind]) + key
    key_id = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    return f"{name}+{key_id}+{encode_base64(data)}"


def _replace(before: str, after: str) -> str:
    assert EXAMPLE.count(before) == 1, before
    return EXAMPLE.replace(before, after)


def _good() -> dict[str, tuple[str, str]]:
    escaped = json.dumps(POLICY)
    by_hand = (
        "# from the newspaper\n"
        f"policy = {escaped}\n"
        f"identity = '{IDENTITY}'   # 64 digits\n"
        'format = "escrutinio-anchor/1"\n'
    )
    spaced = _replace("log log", "# the log\n\nlog \tlog").replace("\n", "\r\n")
    one_log = f"{LOG_LINE}quorum none\n"
    ml_dsa = f"witness lattice {_vkey_of_type(6, bytes(1312), 'lattice.example')}\nquorum none\n"
    return {
        "good": ("the anchor of Ejemplia", EXAMPLE),
        "good-by-hand": ("another order, comments, another spelling of the texts", by_hand),
        "good-no-witnesses": (
            "a reader who asks for no witness",
            _replace(POLICY, one_log),
        ),
        "good-fewer-witnesses": (
            "a reader who trusts one of the witnesses that the record names",
            _replace(POLICY, f"{LOG_LINE}{WITNESS_LINE}quorum press\n"),
        ),
        "good-ml-dsa-witness": (
            "a witness whose lines not every reader can count",
            _replace(POLICY, LOG_LINE + ml_dsa),
        ),
        "good-carriage-returns": (
            "line ends inside the text are read as line feeds; the policy has a comment",
            spaced,
        ),
    }


def _fields() -> dict[str, tuple[str, str]]:
    head, lines = EXAMPLE[: EXAMPLE.index("policy")], json.dumps(POLICY.splitlines())
    return {
        "empty": ("all three keys are required, and all are named", ""),
        "not-toml": ("a policy is no anchor", POLICY),
        "format-later": ("another version", _replace("anchor/1", "anchor/2")),
        "format-missing": ("it says what it is", _replace('format = "escrutinio-anchor/1"\n', "")),
        "format-number": ("a text", _replace('"escrutinio-anchor/1"', "1")),
        "identity-missing": ("whose election", _replace(f'identity = "{IDENTITY}"\n', "")),
        "identity-short": ("64 digits", _replace(IDENTITY, IDENTITY[:-1])),
        "identity-long": ("64 digits", _replace(IDENTITY, f"{IDENTITY}0")),
        "identity-upper-case": ("lower case", _replace(IDENTITY, IDENTITY.upper())),
        "identity-not-hexadecimal": ("digits", _replace(IDENTITY, f"{IDENTITY[:-1]}g")),
        "identity-space": ("nothing around it", _replace(IDENTITY, f" {IDENTITY}")),
        "identity-number": ("a text", _replace(f'"{IDENTITY}"', "12")),
        "identity-twice": (
            "TOML has every key once",
            f'{EXAMPLE}identity = "{IDENTITY}"\n',
        ),
        "policy-missing": ("whom to trust", head),
        "policy-list": ("one text, and no list of lines", f"{head}policy = {lines}\n"),
        "policy-empty": (
            "a policy has a quorum",
            EXAMPLE[: EXAMPLE.index("policy")] + "policy = ''\n",
        ),
        "unknown-key": (
            "a key that is mistyped must not be passed over",
            f'{EXAMPLE}quorum = "a"\n',
        ),
        "unknown-table": ("nor a table", f"{EXAMPLE}[witness]\n"),
        "two-faults": (
            "both are named",
            _replace("anchor/1", "anchor/2").replace("identity", "identidad", 1),
        ),
    }


def _policies() -> dict[str, tuple[str, str]]:
    second = _vkey("log.ejemplia.example/2031")
    cosigner = _vkey("log.ejemplia.example/2030", SignatureType.COSIGNATURE)
    witness = _vkey("witness.press.example")
    raw = key_of("log.ejemplia.example/2030").public.raw
    return {
        "policy-no-quorum": ("a policy has one", _replace("quorum independent\n", "")),
        "policy-no-log": ("exactly one log", _replace(LOG_LINE, "")),
        "policy-two-logs": ("exactly one log", _replace(LOG_LINE, f"{LOG_LINE}log {second}\n")),
        "policy-log-key-of-a-witness": (
            "type 0x04 is a witness's",
            _replace(LOG_LINE, f"log {cosigner}\n"),
        ),
        "policy-log-key-ml-dsa": (
            "a log of type 0x06 alone: no checkpoint of it is one of ours",
            _replace(LOG_LINE, f"log {_vkey_of_type(6, bytes(1312))}\n"),
        ),
        "policy-witness-key-of-a-log": (
            "type 0x01 is a log's",
            _replace(WITNESS_LINE, f"witness press {witness}\n"),
        ),
        "policy-key-type-unknown": (
            "a type of which nothing is known could not be checked",
            _replace(LOG_LINE, f"log {_vkey_of_type(2, raw)}\n"),
        ),
        "policy-key-id-other": (
            "the key ID is of name and key",
            _replace(LOG_LINE.split("+")[1], "00000000"),
        ),
        "policy-key-of-small-order": (
            "the neutral point signs everything",
            _replace(LOG_LINE, f"log {_vkey_of_type(1, bytes([1]) + bytes(31))}\n"),
        ),
        "policy-quorum-undefined": (
            "it names what stands above",
            _replace("quorum ind", "quorum d"),
        ),
        "policy-no-last-line-feed": (
            "its last line ends in a line feed",
            _replace("quorum independent\n", "quorum independent"),
        ),
    }


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors = {}
    for name, (why, text) in {**_good(), **_fields(), **_policies()}.items():
        vector: dict[str, Any] = {"description": why, "input": text}
        vector["expected"] = answer_or_refusal(read_anchor, vector)
        vectors[f"{name}.json"] = render_vector(vector)
    return vectors


def read_anchor(vector: dict[str, Any]) -> dict[str, Any]:
    """Decode an anchor as a reader does who brings it, and write what it says as JSON."""
    anchor = decode_anchor(vector["input"].encode(), "anchor.toml")
    return {
        "identity": anchor.identity,
        "policy": anchor.policy_text,
        "log": encode_vkey(anchor.log_key.text_key.vkey),
        "witnesses": [item.name for item in anchor.policy.witnesses],
        "quorum": anchor.policy.quorum,
        "is_written": encode_anchor(anchor).decode() == vector["input"],
    }


def render_page(page: str) -> str:
    """Give the page about anchors with the first vector as its example."""
    return with_block(page, "toml", 0, EXAMPLE)


def main() -> None:
    """Write the files, and the example of the page."""
    write_vectors(FOLDER, render_vectors())
    write_page(PAGE, render_page)


if __name__ == "__main__":
    main()
