"""Tally sheets signed, decoded and verified, per second and core.

python benchmarks/bench_signed_sheet.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

from escrutinio.definition import StationId
from escrutinio.primitives.base45 import decode_base45, encode_base45
from escrutinio.primitives.cbor import decode_cbor
from escrutinio.primitives.cose import decode_message
from escrutinio.primitives.keys import SigningKey, verify_signature
from escrutinio.sheet.signed import (
    decode_sheet,
    decode_signed_sheet,
    encode_sheet,
    find_sheet_signer,
    sign_sheet,
)
from escrutinio.sheet.tally_sheet import FormFigure, Seal, TallySheet

COUNT = 3_000
#: Three candidates of 38 get nearly all the votes.
MAIN_LINES = 3


def main() -> None:
    """Print one line per operation, in CPU time of one core."""
    key = SigningKey(bytes(range(32)))
    public = key.public
    sheets = [_sheet(number) for number in range(COUNT)]
    signed = [sign_sheet(sheet, key) for sheet in sheets]
    payloads = [encode_sheet(sheet) for sheet in sheets]
    decoded = [decode_signed_sheet(data, "sheet") for data in signed]
    texts = [encode_base45(data) for data in signed]
    signature = key.sign(payloads[0])
    print(f"one sheet: {len(signed[0])} bytes, of them payload {len(payloads[0])}")
    _print("Ed25519 alone", lambda _: verify_signature(public, payloads[0], signature, "x"))
    _print("decode CBOR of the payload", lambda n: decode_cbor(payloads[n], "payload"))
    _print("decode the message", lambda n: decode_message(signed[n], "sheet"))
    _print("decode what the sheet says", lambda n: decode_sheet(payloads[n], "sheet"))
    _print("encode what the sheet says", lambda n: encode_sheet(sheets[n]))
    _print("sign", lambda n: sign_sheet(sheets[n], key))
    _print("decode", lambda n: decode_signed_sheet(signed[n], "sheet"))
    _print("verify", lambda n: find_sheet_signer(decoded[n], [public], "sheet"))
    _print(
        "decode and verify",
        lambda n: find_sheet_signer(decode_signed_sheet(signed[n], "sheet"), [public], "sheet"),
    )
    _print("read base45", lambda n: decode_base45(texts[n], "sheet"))


def _sheet(number: int) -> TallySheet:
    votes = tuple(
        (number * 37 + line * 101) % (900 if line < MAIN_LINES else 40) for line in range(38)
    )
    figures = {FormFigure.REGISTERED: 3000, FormFigure.ADMITTED: 2100, FormFigure.BALLOTS: 2100}
    return TallySheet(
        election=bytes(16),
        station=StationId(f"1301010{number:05}.1"),
        contest=0,
        version=1,
        closed_at_s=1_722_218_400,
        figures=figures,
        votes=votes,
        categories=(number % 50,),
        follows=Seal(number.to_bytes(32, "big")),
    )


def _print(what: str, action: Callable[[int], object]) -> None:
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        for number in range(COUNT):
            action(number)
        best = max(best, COUNT / (time.process_time() - start))
    print(f"{what:28} {best:9,.0f} /s {1e6 / best:7.1f} us")


if __name__ == "__main__":
    main()
