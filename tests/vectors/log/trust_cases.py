"""Cases of trust policies and of a witness's decisions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from escrutinio.log import (
    Checkpoint,
    compute_consistency_path,
    encode_checkpoint,
    nodes_of_leaves,
    sign_checkpoint,
)
from escrutinio.primitives.spelling import encode_base64
from tests.vectors.log.cases import (
    LEAVES,
    LOG,
    MALFORMED,
    OTHER_LOG,
    OTHER_WITNESS,
    RENAMED_LOG,
    UNKNOWN,
    WITNESS,
    Case,
    text,
    vkey,
)

A, B, KEY = vkey(WITNESS), vkey(OTHER_WITNESS), vkey(LOG)
BASE = f"log {KEY}\nwitness a {A}\nwitness b {B} https://b.example/w\n"


def trust_cases() -> Iterator[Case]:
    """Give every case of trust."""
    yield from _policies()
    yield from _witness()


def _policies() -> Iterator[Case]:
    one, both, none = text(10, WITNESS), text(10, WITNESS, OTHER_WITNESS), text()
    asked: dict[str, tuple[str, str, bool]] = {
        "good-none": (f"{BASE}quorum none\n", none, True),
        "good-one": (f"{BASE}quorum a\n", one, True),
        "good-other": (f"{BASE}quorum b\n", one, False),
        "good-any": (f"{BASE}group g any a b\nquorum g\n", one, True),
        "good-all": (f"{BASE}group g all a b\nquorum g\n", one, False),
        "good-all-of-both": (f"{BASE}group g all a b\nquorum g\n", both, True),
        "good-threshold": (f"{BASE}group g 2 a b\nquorum g\n", one, False),
        "good-nested": (f"{BASE}group g any a\ngroup h all g b\nquorum h\n", both, True),
        "good-nested-lacking": (f"{BASE}group g any a\ngroup h all g b\nquorum h\n", one, False),
        "good-comments-and-tabs": (f"# ours\n\n{BASE}\tquorum \t none \n", none, True),
        "good-name-with-other-letters": (
            f"log {KEY}\nwitness Testigo-Ñandú {A}\nquorum Testigo-Ñandú\n",
            one,
            True,
        ),
    }
    for name, (policy, data, is_satisfied) in asked.items():
        inputs = {"policy": policy, "checkpoint": data}
        why = "How many witnesses are asked for, and who cosigned."
        yield Case(f"policy-{name}", "policy", why, inputs, {"is_satisfied": is_satisfied})
    for name, (policy, expected) in _refused_policies().items():
        inputs = {"policy": policy, "checkpoint": none}
        yield Case(f"policy-{name}", "policy", "Refused, or no log it knows.", inputs, expected)


def _refused_policies() -> dict[str, tuple[str, dict[str, str]]]:
    return {
        "no-quorum": (BASE, MALFORMED),
        "two-quorums": (f"{BASE}quorum a\nquorum b\n", MALFORMED),
        "quorum-below": (f"quorum a\n{BASE}", MALFORMED),
        "quorum-undefined": (f"{BASE}quorum c\n", MALFORMED),
        "group-of-itself": (f"{BASE}group g any g\nquorum g\n", MALFORMED),
        "group-empty": (f"{BASE}group g any\nquorum g\n", MALFORMED),
        "threshold-0": (f"{BASE}group g 0 a b\nquorum g\n", MALFORMED),
        "threshold-3-of-2": (f"{BASE}group g 3 a b\nquorum g\n", MALFORMED),
        "threshold-leading-zero": (f"{BASE}group g 02 a b\nquorum g\n", MALFORMED),
        "member-twice": (f"{BASE}group g 2 a a\nquorum g\n", MALFORMED),
        "member-of-two-groups": (f"{BASE}group g any a\ngroup h any a b\nquorum h\n", MALFORMED),
        "member-none": (f"{BASE}group g any none\nquorum g\n", MALFORMED),
        "name-twice": (f"{BASE}group a any b\nquorum a\n", MALFORMED),
        "name-none": (f"log {KEY}\nwitness none {A}\nquorum none\n", MALFORMED),
        "witness-key-twice": (f"{BASE}witness c {A}\nquorum a\n", MALFORMED),
        "log-key-twice": (f"log {KEY}\n{BASE}quorum a\n", MALFORMED),
        "log-key-as-witness": (f"log {KEY}\nwitness a {KEY}\nquorum a\n", MALFORMED),
        "witness-key-as-log": (f"log {A}\nquorum none\n", MALFORMED),
        "unknown-word": (f"{BASE}mirror m {A}\nquorum a\n", MALFORMED),
        "crlf": (f"{BASE}quorum a\n".replace("\n", "\r\n"), MALFORMED),
        "other-space": (f"{BASE}quorum\u00a0a\n", MALFORMED),
        "no-last-line-feed": (f"{BASE}quorum a", MALFORMED),
        "three-items-of-log": (f"log {KEY} https://a b\nquorum none\n", MALFORMED),
        "other-log": (f"log {vkey(RENAMED_LOG)}\nquorum none\n", UNKNOWN),
        "other-key-of-the-log": (f"log {vkey(OTHER_LOG)}\nquorum none\n", UNKNOWN),
    }


def _request(old: int, size: int, signed: str | None = None) -> str:
    path = compute_consistency_path(old, size, nodes_of_leaves(LEAVES[:size]))
    hashes = "".join(f"{encode_base64(item)}\n" for item in path)
    return f"old {old}\n{hashes}\n{text(size) if signed is None else signed}"


def _fork(size: int) -> str:
    head = Checkpoint(LOG.name, size, LEAVES[0])
    return encode_checkpoint(sign_checkpoint(head, LOG)).decode()


def _witness() -> Iterator[Case]:
    for name, (body, size, status, refusal) in _witness_rows().items():
        inputs: dict[str, Any] = {
            "body": body,
            "stored": None if size is None else text(size) if size < 11 else None,
            "logs": [KEY],
            "witness_seed": "02" * 32,
            "witness_vkey": A,
            "time": 1_700_000_000,
        }
        expected: dict[str, Any] = {"status": status}
        if status == 200:
            checkpoint = body[body.index("\n\n") + 2 :].split("\n\n")[0]
            count = int(checkpoint.split("\n")[1])
            expected["body"] = text(count, WITNESS).split("\n")[-2] + "\n"
            expected["stored"] = text(count)
        else:
            expected["body"] = refusal
        why = f"The witness cosigned {'nothing' if size is None else size} before."
        yield Case(f"witness-{name}", "witness", why, inputs, expected)
    inputs = {
        "body": _request(10, 10, _fork(10)),
        "stored": text(),
        "logs": [KEY],
        "witness_seed": "02" * 32,
        "witness_vkey": A,
        "time": 1_700_000_000,
        "rules": "TAG_1_0_0",
    }
    expected = {"status": 409, "body": "10\n"}
    why = "By tag 1.0.0 of the specification."
    yield Case("witness-same-size-other-root-tag", "witness", why, inputs, expected)


def _witness_rows() -> dict[str, tuple[str, int | None, int, str]]:
    good = _request(6, 10)
    first_hash = good.split("\n")[1]
    log_line = text().split("\n\n")[1]
    bad_line = log_line[:-20] + ("A" if log_line[-20] != "A" else "B") + log_line[-19:]
    stranger = text(10, signer=RENAMED_LOG).split("\n\n")[1]
    return {
        # name: request, size cosigned before, status, body of a refusal
        "good": (good, 6, 200, ""),
        "good-first": (_request(0, 10), None, 200, ""),
        "good-first-empty": (_request(0, 0), None, 200, ""),
        "good-after-empty": (_request(0, 10), 0, 200, ""),
        "good-same": (_request(10, 10), 10, 200, ""),
        "good-other-signatures": (good + stranger, 6, 200, ""),
        "unknown-log": (_request(6, 10, text(10, signer=RENAMED_LOG)), 6, 404, ""),
        "no-trusted-signature": (_request(6, 10, text(10, signer=OTHER_LOG)), 6, 403, ""),
        "bad-signature": (good.replace(log_line, bad_line), 6, 403, ""),
        "bad-signature-beside-good": (good + bad_line, 6, 403, ""),
        "old-above-size": ("old 11\n\n" + text(), 11, 400, ""),
        "old-leading-zero": (good.replace("old 6", "old 06"), 6, 400, ""),
        "old-missing": (good.removeprefix("old 6\n"), 6, 400, ""),
        "crlf": (good.replace("\n", "\r\n"), 6, 400, ""),
        "hash-short": (good.replace(first_hash, "AAAA"), 6, 400, ""),
        "64-hashes": ("old 6\n" + f"{first_hash}\n" * 64 + "\n" + text(), 6, 400, ""),
        "empty": ("", 6, 400, ""),
        "no-checkpoint": (good.split("\n\n")[0] + "\n\n", 6, 400, ""),
        "old-behind": (good, 7, 409, "7\n"),
        "old-ahead": (good, None, 409, "0\n"),
        "old-0-known-log": (_request(0, 10), 6, 409, "6\n"),
        "replay-of-smaller": (_request(0, 5), 10, 409, "10\n"),
        "proof-missing": (good.replace(f"{first_hash}\n", ""), 6, 422, ""),
        "proof-with-old-0": (good.replace("old 6", "old 0"), None, 422, ""),
        "proof-with-same": (good.replace("old 6", "old 10"), 10, 422, ""),
        "proof-other": (good.replace(first_hash, text().split("\n")[2]), 6, 422, ""),
        "fork": (_request(6, 10, _fork(10)), 6, 422, ""),
        "same-size-other-root": (_request(10, 10, _fork(10)), 10, 422, ""),
        "empty-log-other-root": (_request(0, 0, _fork(0)), None, 422, ""),
    }
