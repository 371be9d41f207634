"""Tally sheets printed, and QR codes read from pages of 150 dpi, per second and core.

python benchmarks/bench_sheet_paper.py
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import zxingcpp
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from escrutinio.adapters.sheet_images import read_sheet_codes
from escrutinio.adapters.sheet_pdf import render_sheet_pdf
from escrutinio.definition import Definition
from escrutinio.sheet.printed import Paper, PrintedSheet
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.sheet.signed import sign_sheet
from escrutinio.sheet.tally_sheet import election_of
from tests.builders import contest, definition
from tests.paper import Camera, draw_pages, word_entry
from tests.vectors.definition.documents import key_of
from tests.vectors.sheet.sheets import EXAMPLE

COUNT = 20
#: Pages that a person photographed in a hurry: tilted, turned, blurred and noisy.
PHOTOS = [Camera(seed, 0.03, 7 * seed, 0.9, 15, seed % 2 == 0) for seed in range(COUNT)]


def main() -> None:
    """Print one line per operation, in CPU time of one core, and the ratio to the floor."""
    entry, pdf, text = _page()
    page = draw_pages(pdf, 150)[0]
    clean = _png(page)
    photos = [_png(camera.photograph(page)) for camera in PHOTOS]
    print(f"one sheet: {len(entry)} bytes, {len(text)} characters; {page.width} x {page.height}")

    def floor(_: int) -> None:
        image = Image.open(io.BytesIO(clean)).convert("L")
        zxingcpp.read_barcodes(image, formats=zxingcpp.barcode_formats_from_str("QRCode"))

    least = _print("floor: unpack a page, look once", floor, None)
    _print("read a clean page, 150 dpi", lambda _: read_sheet_codes(clean, "page"), least)
    _print("read a bad photo, 150 dpi", lambda n: read_sheet_codes(photos[n], "page"), least)
    _print("read a page of a PDF", lambda _: read_sheet_codes(pdf, "page"), least)
    printed = word_entry(entry, _election())
    for paper in Paper:
        _print(f"print, {paper.value}", partial(_print_sheet, printed, text, paper), least)


def _print_sheet(printed: PrintedSheet, text: str, paper: Paper, _: int) -> bytes:
    return render_sheet_pdf(printed, text, paper)


def _election() -> Definition:
    lines = " ".join(f"line{number}" for number in range(38))
    return definition(contest(lines, categories="blank null"))


def _page() -> tuple[bytes, bytes, str]:
    election = _election()
    votes = tuple(number * 37 % 400 for number in range(38))
    sheet = replace(EXAMPLE, election=election_of(election.identity), votes=votes)
    entry = sign_sheet(sheet, key_of("device"))
    text = encode_qr_text(entry)
    return entry, render_sheet_pdf(word_entry(entry, election), text, Paper.A4), text


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _print(what: str, action: Callable[[int], object], floor_s: float | None) -> float:
    """Print the best of three rounds, and give its seconds for one."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for number in range(COUNT):
            action(number)
        best = min(best, (time.process_time() - start) / COUNT)
    ratio = "" if floor_s is None else f"{best / floor_s:8.2f} x"
    print(f"{what:34} {1 / best:9.1f} /s {1e3 * best:8.1f} ms{ratio}")
    return best


if __name__ == "__main__":
    main()
