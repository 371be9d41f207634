"""Write the vectors of CBOR, COSE, base45, draws and sheets.

Run ``python -m tests.vectors.sheet.generate``. One file per case: ``description``; ``input``, as
hexadecimal digits or as text; ``expected``, the value or the name and place of the error.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path
from typing import Any

from escrutinio.primitives.base45 import decode_base45
from escrutinio.primitives.cbor import CborValue, decode_cbor
from escrutinio.primitives.cose import SignedMessage, decode_message, find_signer
from escrutinio.primitives.draws import draw_numbers, draw_sample
from escrutinio.primitives.keys import PublicKey
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.sheet.signed import decode_signed_sheet, sign_sheet
from escrutinio.sheet.tally_sheet import Correction, TallySheet
from tests.vectors.sheet import cases, sheets
from tests.vectors.writing import refusal, render_vector, write_vectors

FOLDER = Path(__file__).resolve().parents[1]
FOLDERS = ("base45", "cbor", "cose", "draws", "sheet")
_DRAWS = (
    ("38104715526093", 6, 6),
    ("38104715526093", 30_026, 12),
    ("38104715526093 stations", 30_026, 12),
    ("a", 1, 1),
    ("half of all tickets are thrown away", 2**255 + 1, 3),
)


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by folder and file name."""
    vectors: dict[str, Any] = {}
    for name, digits in cases.GOOD_CBOR.items():
        value = decode_cbor(bytes.fromhex(digits), name)
        vectors[f"cbor/good-{name}"] = _vector(name, digits, {"value": plain(value)})
    for name, (why, digits) in cases.BAD_CBOR.items():
        data = bytes.fromhex(digits)
        vectors[f"cbor/{name}"] = _vector(why, digits, refusal(decode_cbor, data, "item"))
    for name, (data, text) in cases.GOOD_BASE45.items():
        vectors[f"base45/good-{name}"] = _vector(name, text, {"bytes": data.hex()})
    for name, (why, text) in cases.BAD_BASE45.items():
        vectors[f"base45/{name}"] = _vector(why, text, refusal(decode_base45, text, "text"))
    for number, (seed, size, count) in enumerate(_DRAWS, start=1):
        vectors[f"draws/draw-{number}"] = _draw(seed, size, count)
    vectors |= _messages() | _sheets()
    return {f"{name}.json": render_vector(vector) for name, vector in vectors.items()}


def _messages() -> dict[str, Any]:
    key = cases.KEY.public.raw.hex()
    vectors: dict[str, Any] = {}
    for case in cases.good_messages():
        message = decode_message(case.data, case.name)
        vectors[f"cose/{case.name}"] = _vector(
            case.why, case.data.hex(), fields_of(message), key=key
        )
    for case in cases.bad_messages():
        answer = refusal(decode_message, case.data, "message")
        vectors[f"cose/{case.name}"] = _vector(case.why, case.data.hex(), answer, key=key)
    for case, raw in cases.unverified_messages():
        answer = refusal(read_message, case.data, raw)
        vectors[f"cose/{case.name}"] = _vector(case.why, case.data.hex(), answer, key=raw.hex())
    return vectors


def _sheets() -> dict[str, Any]:
    key = cases.KEY.public.raw.hex()
    vectors: dict[str, Any] = {}
    for good in sheets.good_sheets():
        data = sign_sheet(good.sheet, cases.KEY)
        answer = {
            "sheet": words_of(good.sheet),
            "qr_text": encode_qr_text(data),
            "entry_sha256": hashlib.sha256(data).hexdigest(),
        }
        vectors[f"sheet/{good.name}"] = _vector(good.why, data.hex(), answer, key=key)
    for case in sheets.bad_sheets():
        answer = refusal(decode_signed_sheet, case.data, "sheet")
        vectors[f"sheet/{case.name}"] = _vector(case.why, case.data.hex(), answer, key=key)
    return vectors


def read_message(data: bytes, key: bytes) -> SignedMessage:
    """Decode and verify a message as a verifier does who enrolled this one key."""
    message = decode_message(data, "message")
    find_signer(message, [PublicKey(key)], "message")
    return message


def plain(value: CborValue) -> Any:  # noqa: ANN401  # JSON of any shape
    """Write a CBOR value as JSON: bytes and maps as objects of one key."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {"map": [[key, plain(item)] for key, item in value.items()]}
    return value


def fields_of(message: SignedMessage) -> dict[str, Any]:
    """Write a message as JSON."""
    return {
        "algorithm": int(message.algorithm),
        "content_type": message.content_type,
        "kid": message.kid.hex(),
        "payload": message.payload.hex(),
    }


def words_of(sheet: TallySheet) -> dict[str, Any]:
    """Write what a sheet says as JSON."""
    words: dict[str, Any] = {
        "election": sheet.election.hex(),
        "station": sheet.station,
        "contest": sheet.contest,
        "version": sheet.version,
        "closed_at_s": sheet.closed_at_s,
        **{key.name.lower(): figure for key, figure in sheet.figures.items()},
        "votes": list(sheet.votes),
        "categories": list(sheet.categories),
        "follows": sheet.follows.digest.hex(),
    }
    if isinstance(sheet.follows, Correction):
        words["reason"] = sheet.follows.reason.name.lower()
    return words


def _draw(seed: str, size: int, count: int) -> dict[str, Any]:
    first = hashlib.sha256(f"{seed},1".encode()).hexdigest()
    return {
        "description": "the first ticket by sha256sum, the first numbers, and a sample",
        "input": {"seed": seed, "size": size, "count": count},
        "expected": {
            "first_ticket": first,
            "numbers": list(islice(draw_numbers(seed, size), count)),
            "sample": list(draw_sample(seed, size, count)),
        },
    }


def _vector(why: str, data: str, expected: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"description": why, "input": data, **more, "expected": expected}


def main() -> None:
    """Write the files."""
    vectors = render_vectors()
    for folder in FOLDERS:
        start = f"{folder}/"
        inside = {name: text for name, text in vectors.items() if name.startswith(start)}
        write_vectors(
            FOLDER / folder, {name.removeprefix(start): text for name, text in inside.items()}
        )


if __name__ == "__main__":
    main()
