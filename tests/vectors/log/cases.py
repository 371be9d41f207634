"""One case per format and way to break it; each is written to a file of its own.

A case is a dictionary: ``kind`` says which reader it is for, ``input`` what that reader gets, and
``expected`` what must come of it: ``{"error": class}``, or figures. ``running.py`` plays a case.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from escrutinio.log import (
    Checkpoint,
    CosignerKey,
    add_cosignatures,
    append_entries,
    encode_checkpoint,
    hash_leaves,
    sign_checkpoint,
    sign_cosignature,
)
from escrutinio.log.appending import EMPTY_EDGE
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, SignatureType, encode_vkey
from tests.vectors.log import borrowed

LOG = NoteSigner("actas.example/2024", SigningKey(b"\x01" * 32))
WITNESS = NoteSigner("party-a.example/w", SigningKey(b"\x02" * 32), SignatureType.COSIGNATURE)
OTHER_WITNESS = NoteSigner("party-b.example/w", SigningKey(b"\x03" * 32), SignatureType.COSIGNATURE)
OTHER_LOG = NoteSigner("actas.example/2024", SigningKey(b"\x04" * 32))
RENAMED_LOG = NoteSigner("other.example/2024", SigningKey(b"\x01" * 32))
TIME = 1_700_000_000

ENTRIES = tuple(f"entry {number}".encode() for number in range(10))
LEAVES = hash_leaves(ENTRIES)


@dataclass(frozen=True)
class Case:
    """A vector: name of its file, and what is in it."""

    name: str
    kind: str
    description: str
    input: dict[str, Any]
    expected: dict[str, Any]
    origin: str = "tests.vectors.log.generate"


#: Cases by name: what is given, why, what is expected, in an order of their own.
Rows = dict[str, tuple[Any, ...]]

MALFORMED = {"error": "MalformedError"}
CONTRADICTED = {"error": "VerificationError"}
UNKNOWN = {"error": "UnverifiableError"}


def root(size: int) -> bytes:
    """Give the root of the first entries."""
    return append_entries(EMPTY_EDGE, (), ENTRIES[:size]).edge.compute_root()


def checkpoint(size: int = 10, signer: NoteSigner = LOG) -> Any:  # noqa: ANN401  # brevity
    """Sign a checkpoint of the first entries."""
    return sign_checkpoint(Checkpoint(signer.name, size, root(size)), signer)


def text(size: int = 10, *witnesses: NoteSigner, signer: NoteSigner = LOG) -> str:
    """Give a checkpoint of the first entries, cosigned."""
    signed = checkpoint(size, signer)
    lines = [sign_cosignature(signed, witness, TIME) for witness in witnesses]
    keys = [CosignerKey(witness.vkey) for witness in witnesses]
    return encode_checkpoint(add_cosignatures(signed, lines, keys)).decode()


def vkey(signer: NoteSigner) -> str:
    """Give the vkey of a signer."""
    return encode_vkey(signer.vkey)


def note_cases() -> Iterator[Case]:
    """Give every case of keys, notes, checkpoints and cosignatures."""
    yield from _vkeys()
    yield from _notes()
    yield from _checkpoints()
    yield from _cosignatures()


def _vkeys() -> Iterator[Case]:
    good = borrowed.SIGNED_NOTE_VKEY
    name, key_id, key = good.split("+", 2)
    lines: Rows = {
        "good": (good, "The vkey of the specification's example.", {"type": 1}),
        "good-cosigner": (borrowed.SUNLIGHT_WITNESS, "A witness's vkey.", {"type": 4}),
        "good-plus-in-base64": (
            borrowed.SUM_VKEY,
            "The base64 holds a '+': the text is split at the first two only.",
            {"type": 1},
        ),
        "key-id-other": (f"{name}+530d903b+{key}", "The key ID is not of this key.", MALFORMED),
        "key-id-upper-case": (f"{name}+530D903A+{key}", "Hex digits are lower case.", MALFORMED),
        "name-other": (f"example.com/bar+{key_id}+{key}", "The ID binds the name.", MALFORMED),
        "name-empty": (f"+{key_id}+{key}", "A name has a character.", MALFORMED),
        "name-with-space": (f"a\u3000b+{key_id}+{key}", "No Unicode spaces.", MALFORMED),
        "two-parts": (f"{name}+{key_id}", "Name, ID and key.", MALFORMED),
        "base64-no-padding": (
            borrowed.SUNLIGHT_WITNESS[:-1],
            "The key lost its last character.",
            MALFORMED,
        ),
        "key-short": ("a+a0e4d9b5+AQ==", "A key of type 0x01 has 32 bytes.", MALFORMED),
        "key-of-small-order": (
            _raw_vkey("a", 1, bytes([1]) + bytes(31)),
            "The neutral point signs everything; libsodium refuses it.",
            MALFORMED,
        ),
        "type-unknown": (
            _raw_vkey("a", 2, bytes(91)),
            "A type this version does not know could not be checked.",
            UNKNOWN,
        ),
        "good-ml-dsa-44": (
            _raw_vkey("a", 6, bytes(1312)),
            "Type 0x06 is read and kept; its signatures are not verified.",
            {"type": 6},
        ),
    }
    for case, (line, why, expected) in lines.items():
        yield Case(f"vkey-{case}", "vkey", why, {"vkey": line}, expected)


def _raw_vkey(name: str, kind: int, key: bytes) -> str:
    data = bytes([kind]) + key
    key_id = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(data).decode()}"


def _notes() -> Iterator[Case]:
    note, key = borrowed.SIGNED_NOTE, borrowed.SIGNED_NOTE_VKEY
    yield Case(
        "note-good",
        "note",
        "The example of the specification.",
        {"note": note, "vkeys": [key]},
        {"verified": 1},
        "C2SP signed-note",
    )
    yield Case(
        "note-good-go",
        "note",
        "A note of Go's documentation; its signing key writes the same bytes.",
        {"note": borrowed.GO_NOTE, "vkeys": [borrowed.GO_VKEY], "skey": borrowed.GO_SKEY},
        {"verified": 1},
        "golang.org/x/mod/sumdb/note",
    )
    for case, (changed, why, expected) in _note_changes(note).items():
        answer = {"verified": expected} if isinstance(expected, int) else expected
        yield Case(f"note-{case}", "note", why, {"note": changed, "vkeys": [key]}, answer)


def _note_changes(note: str) -> Rows:
    body, line = note.split("\n\n")
    stranger = line.replace("example.com/foo", "example.com/bar")
    return {
        "good-unknown-line": (f"{note}{stranger}", "A stranger's line is ignored.", 1),
        "good-unknown-line-first": (
            f"{body}\n\n{stranger}{line}",
            "All lines are searched, not only the first.",
            1,
        ),
        "only-unknown": (f"{body}\n\n{stranger}", "Nobody we know signed.", UNKNOWN),
        "text-changed": (note.replace("example m", "Example m"), "One letter.", CONTRADICTED),
        "known-bad-beside-good": (
            note + line.replace("Uw2QOkn8", "Uw2QOkn9"),
            "One bad line of a known key rejects the note.",
            CONTRADICTED,
        ),
        "extra-blank-line": (
            f"{body}\n\n\n{line}",
            "The text is all before the last blank line, so one more is another text.",
            CONTRADICTED,
        ),
        "blank-line-after-text": (f"{note}\n", "No signature after the last blank.", MALFORMED),
        "no-blank-line": (f"{body}\n{line}", "A blank line separates.", MALFORMED),
        "crlf": (note.replace("\n", "\r\n"), "Lines end in a line feed alone.", MALFORMED),
        "tab": (note.replace("an example", "an\texample"), "No control characters.", MALFORMED),
        "no-last-line-feed": (note[:-1], "The last line ends too.", MALFORMED),
        "hyphen": (note.replace("—", "-"), "The dash is U+2014.", MALFORMED),
        "two-spaces": (note.replace("foo Uw", "foo  Uw"), "One space.", MALFORMED),
        "base64-spare-bits": (note.replace("yaQM=", "yaQN="), "One spelling.", MALFORMED),
        "base64-no-padding": (note.replace("yaQM=", "yaQM"), "One spelling.", MALFORMED),
        "base64-url": (note.replace("Uw2QOkn8", "Uw2QOk-8"), "Another alphabet.", MALFORMED),
        "key-id-alone": (f"{body}\n\n— example.com/foo Uw2QOg==\n", "No signature.", MALFORMED),
        "signature-short": (
            f"{body}\n\n— example.com/foo Uw2QOkn8srU=\n",
            "A known key's signature has 64 bytes.",
            MALFORMED,
        ),
        "many-signatures": (
            f"{body}\n\n{stranger * 101}",
            "At most 100 signatures.",
            MALFORMED,
        ),
        "empty": ("", "No bytes.", MALFORMED),
    }


def _checkpoints() -> Iterator[Case]:
    key = vkey(LOG)
    for case, (data, line, why, expected) in _checkpoint_changes(key).items():
        description = why or "A line is missing."
        inputs = {"checkpoint": data, "vkey": line}
        yield Case(f"checkpoint-{case}", "checkpoint", description, inputs, expected)
    wrong = sign_checkpoint(Checkpoint(LOG.name, 0, LEAVES[0]), LOG)
    yield Case(
        "checkpoint-empty-with-other-root",
        "checkpoint",
        "A log without entries has one root.",
        {"checkpoint": encode_checkpoint(wrong).decode(), "vkey": key},
        CONTRADICTED,
    )
    for size, data in zip((0, 15), borrowed.TESSERA_CHECKPOINTS, strict=True):
        yield Case(
            f"checkpoint-good-tessera-{size}",
            "checkpoint",
            "A log written by Go; its signing key writes the same bytes.",
            {
                "checkpoint": data,
                "vkey": borrowed.TESSERA_VKEY,
                "skey": borrowed.TESSERA_SKEY,
            },
            {"size": size},
            "transparency-dev/tessera test data",
        )
    go = {"checkpoint": borrowed.SUM_CHECKPOINT, "vkey": borrowed.SUM_VKEY}
    yield Case(
        "checkpoint-good-origin-exception",
        "checkpoint",
        "A real log whose origin is not the name of its key: accepted only when told so.",
        {**go, "origin": borrowed.SUM_ORIGIN},
        {"size": 35225469},
        "sum.golang.org",
    )
    yield Case(
        "checkpoint-origin-not-key-name",
        "checkpoint",
        "The same log without being told.",
        go,
        CONTRADICTED,
        "sum.golang.org",
    )


def _checkpoint_changes(key: str) -> Rows:
    good = text()
    return {
        "good": (good, key, "Ten entries.", {"size": 10}),
        "origin-other": (
            good.replace("actas.example/2024\n10", "actas.example/2025\n10"),
            key,
            "A checkpoint of another log.",
            CONTRADICTED,
        ),
        "key-name-other": (
            text(signer=RENAMED_LOG).replace("— other.example/2024", "— actas.example/2024"),
            key,
            "The same key under another name has another key ID.",
            CONTRADICTED,
        ),
        "key-other": (text(signer=OTHER_LOG), key, "The name is right, the ID is not.", UNKNOWN),
        "key-of-a-witness": (
            good,
            vkey(NoteSigner(LOG.name, LOG.key, SignatureType.COSIGNATURE)),
            "A 0x04 key is no log key, whatever its name.",
            MALFORMED,
        ),
        "size-changed": (good.replace("\n10\n", "\n11\n"), key, "Another size.", CONTRADICTED),
        "size-leading-zero": (good.replace("\n10\n", "\n010\n"), key, "One spelling.", MALFORMED),
        "size-sign": (good.replace("\n10\n", "\n+10\n"), key, "One spelling.", MALFORMED),
        "size-digits": (
            good.replace("\n10\n", "\n\uff11\uff10\n"),
            key,
            "ASCII digits.",
            MALFORMED,
        ),
        "size-large": (good.replace("\n10\n", f"\n{2**63}\n"), key, "Below 2^63.", MALFORMED),
        "root-short": (_with_root(good, "AAAA"), key, "A root has 32 bytes.", MALFORMED),
        "root-spare-bits": (
            _with_root(good, good.split("\n")[2][:-2] + "1="),
            key,
            "Base64 in its one spelling.",
            MALFORMED,
        ),
        "two-lines": ("actas.example/2024\n10\n\n" + good.split("\n\n")[1], key, "", MALFORMED),
        "empty-line-in-text": (good.replace("\n10\n", "\n\n10\n"), key, "No empty.", MALFORMED),
        "empty-origin": ("\n10" + good.removeprefix("actas.example/2024\n10"), key, "", MALFORMED),
        "crlf": (good.replace("\n", "\r\n"), key, "Lines end in a line feed alone.", MALFORMED),
    }


def _with_root(data: str, line: str) -> str:
    lines = data.split("\n")
    lines[2] = line
    return "\n".join(lines)


def _cosignatures() -> Iterator[Case]:
    for case, (data, vkeys, why, expected) in _cosignature_changes().items():
        inputs = {"checkpoint": data, "witnesses": vkeys}
        yield Case(f"cosignature-{case}", "cosignature", why, inputs, expected)
    yield Case(
        "cosignature-good-sunlight",
        "cosignature",
        "A witness written in Go, beside a log signature of a type we do not know.",
        {
            "checkpoint": borrowed.SUNLIGHT_CHECKPOINT,
            "witnesses": [borrowed.SUNLIGHT_WITNESS],
        },
        {"times": [borrowed.SUNLIGHT_TIME]},
        "FiloSottile/sunlight test data",
    )


def _cosignature_changes() -> Rows:
    both = text(10, WITNESS, OTHER_WITNESS)
    keys = [vkey(WITNESS), vkey(OTHER_WITNESS)]
    later = encode_checkpoint(
        type(checkpoint())(
            checkpoint().checkpoint,
            type(checkpoint().note)(
                checkpoint().note.text,
                (
                    *checkpoint().note.signatures,
                    sign_cosignature(checkpoint(), WITNESS, TIME),
                    sign_cosignature(checkpoint(), WITNESS, TIME + 60),
                ),
            ),
        )
    ).decode()
    renamed = NoteSigner("party-c.example/w", WITNESS.key, SignatureType.COSIGNATURE)
    log_as_witness = vkey(NoteSigner(WITNESS.name, WITNESS.key))
    one = text(10, WITNESS)
    line = one.splitlines()[-1]
    return {
        "good-two": (both, keys, "Two witnesses.", {"times": [TIME, TIME]}),
        "good-one-of-two": (one, keys, "One of two.", {"times": [TIME]}),
        "none": (text(), keys, "Nobody.", {"times": []}),
        "one-witness-twice": (
            later,
            keys,
            "Two lines, one key, its newest.",
            {"times": [TIME + 60]},
        ),
        "one-key-two-names": (
            text(10, WITNESS) + text(10, renamed).split("\n")[-2] + "\n",
            [keys[0], vkey(renamed)],
            "The signed bytes do not hold the name: one key is one witness.",
            {"times": [TIME]},
        ),
        "same-line-twice": (f"{one}{line}\n", keys, "Lines are not counted.", {"times": [TIME]}),
        "key-of-type-1": (one, [log_as_witness], "A 0x01 key is no witness.", MALFORMED),
        "text-changed": (one.replace("\n10\n", "\n11\n"), keys, "Another size.", CONTRADICTED),
        "time-changed": (
            one.replace("23b42QAAAABl", "23b42QAAAABm"),
            keys,
            "The time is signed.",
            CONTRADICTED,
        ),
        "time-large": (
            one.replace("23b42QAAAABl", "23b42YAAAABl"),
            keys,
            "A time is below 2^63.",
            MALFORMED,
        ),
        "signature-short": (
            one.replace(line.split(" ")[2], "23b42QAAAABlU/EA"),
            keys,
            "A time and 64 bytes.",
            MALFORMED,
        ),
    }
