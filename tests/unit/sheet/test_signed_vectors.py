"""Every vector of CBOR, base45, messages, draws and sheets, read as another program would."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from escrutinio.primitives.base45 import decode_base45, encode_base45
from escrutinio.primitives.cbor import decode_cbor, encode_cbor
from escrutinio.primitives.draws import draw_numbers, draw_sample, draw_tickets
from escrutinio.primitives.keys import PublicKey
from escrutinio.sheet.qr_text import decode_qr_text, encode_qr_text
from escrutinio.sheet.signed import (
    decode_signed_sheet,
    encode_sheet,
    find_sheet_signer,
    sign_sheet,
)
from tests.vectors.sheet.cases import KEY
from tests.vectors.sheet.generate import (
    FOLDER,
    FOLDERS,
    fields_of,
    plain,
    read_message,
    render_vectors,
    words_of,
)
from tests.vectors.writing import refusal

VECTORS = sorted(path for folder in FOLDERS for path in (FOLDER / folder).glob("*.json"))
#: Fewest good and bad vectors of each folder; an empty folder would pass every other test.
LEAST = {"base45": (9, 10), "cbor": (25, 40), "cose": (3, 45), "draws": (5, 0), "sheet": (8, 40)}


def _read_cbor(vector: dict[str, Any]) -> dict[str, Any]:
    data = bytes.fromhex(vector["input"])
    value = decode_cbor(data, "item")
    assert encode_cbor(value) == data
    return {"value": plain(value)}


def _read_base45(vector: dict[str, Any]) -> dict[str, Any]:
    data = decode_base45(vector["input"], "text")
    assert encode_base45(data) == vector["input"]
    return {"bytes": data.hex()}


def _read_cose(vector: dict[str, Any]) -> dict[str, Any]:
    message = read_message(bytes.fromhex(vector["input"]), bytes.fromhex(vector["key"]))
    return fields_of(message)


def _read_draw(vector: dict[str, Any]) -> dict[str, Any]:
    asked = vector["input"]
    seed, size, count = asked["seed"], asked["size"], asked["count"]
    return {
        "first_ticket": f"{next(draw_tickets(seed)):064x}",
        "numbers": list(islice(draw_numbers(seed, size), count)),
        "sample": list(draw_sample(seed, size, count)),
    }


def _read_sheet(vector: dict[str, Any]) -> dict[str, Any]:
    data = bytes.fromhex(vector["input"])
    signed = decode_signed_sheet(data, "sheet")
    find_sheet_signer(signed, [PublicKey(bytes.fromhex(vector["key"]))], "sheet")
    assert encode_sheet(signed.sheet) == signed.message.payload
    assert sign_sheet(signed.sheet, KEY) == data
    text = encode_qr_text(data)
    assert decode_qr_text(text, "code") == data
    digest = hashlib.sha256(data).hexdigest()
    return {"sheet": words_of(signed.sheet), "qr_text": text, "entry_sha256": digest}


READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "base45": _read_base45,
    "cbor": _read_cbor,
    "cose": _read_cose,
    "draws": _read_draw,
    "sheet": _read_sheet,
}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_vector_gives_what_it_says(path: Path) -> None:
    """A good one has the stated value both ways; a bad one the stated error at the stated place."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    read = READERS[path.parent.name]
    expected = vector["expected"]
    found = refusal(read, vector) if "refused" in expected else read(vector)
    assert found == expected


def test_the_vectors_are_those_the_cases_give() -> None:
    """A vector that no case explains, or a case without a vector, would prove nothing."""
    written = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in VECTORS
    }
    assert written == render_vectors(), "run: python -m tests.vectors.sheet.generate"


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_are_good_vectors_and_bad_ones(folder: str) -> None:
    """Only both together hold a reader between too strict and too lax."""
    texts = [path.read_text(encoding="utf-8") for path in (FOLDER / folder).glob("*.json")]
    bad = sum('"refused"' in text for text in texts)
    least_good, least_bad = LEAST[folder]
    assert len(texts) - bad >= least_good
    assert bad >= least_bad


def test_the_page_shows_the_first_vector() -> None:
    """A reader who types the example in gets what the page says."""
    page = (FOLDER.parents[1] / "docs/formats/sheet.md").read_text(encoding="utf-8")
    vector = json.loads((FOLDER / "sheet/good.json").read_text(encoding="utf-8"))
    for shown in (vector["input"], vector["key"], vector["expected"]["qr_text"]):
        assert shown in page
