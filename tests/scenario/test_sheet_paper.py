"""A sheet is printed, photographed badly, and read back to the byte."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escrutinio.adapters.sheet_images import read_sheet_codes
from escrutinio.adapters.sheet_pdf import render_sheet_pdf
from escrutinio.sheet.printed import Paper
from escrutinio.sheet.qr_text import decode_qr_text, encode_qr_text
from escrutinio.sheet.tally_sheet import election_of
from tests.builders import contest, definition
from tests.paper import ENTRY, Camera, draw_pages, print_entry, signed, word_entry
from tests.vectors.sheet.sheets import worst_sheet

if TYPE_CHECKING:
    from PIL import Image

#: What is done to the page; none of them may keep a sheet from being read.
CAMERAS = {
    "clean": Camera(1),
    "tilted": Camera(2, tilt=0.05),
    "turned": Camera(3, turn=37),
    "upside down": Camera(4, turn=180),
    "blurred": Camera(5, blur=1.6),
    "noisy": Camera(6, noise=40),
    "in shadow": Camera(7, shadow=True, noise=10),
    "by a careless person": Camera(8, tilt=0.03, turn=-12, blur=1.0, noise=20, shadow=True),
    "at night": Camera(9, tilt=0.02, turn=95, blur=0.7, noise=35),
}


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("paper", Paper)
def test_a_photographed_sheet_is_read_back(paper: Paper, language: str, camera: Camera) -> None:
    """At 150 dpi, what an ordinary scanner or a phone at arm's length sees."""
    (page,) = draw_pages(print_entry(paper=paper, language=language), 150)
    (code,) = read_sheet_codes(_png(camera.photograph(page)), "photo.png")
    assert decode_qr_text(code.text, code.where) == ENTRY


@pytest.mark.parametrize("paper", Paper)
def test_the_largest_sheet_is_read_back_from_a_bad_photo(paper: Paper) -> None:
    """38 lines, every figure of three bytes: 334 bytes."""
    lines = " ".join(f"line{number}" for number in range(38))
    election = definition(contest(lines, categories="blank null spoiled"))
    sheet = replace(worst_sheet(), election=election_of(election.identity), contest=0)
    entry = signed(sheet)
    text = encode_qr_text(entry)
    pdf = render_sheet_pdf(word_entry(entry, election), text, paper)
    photo = CAMERAS["by a careless person"].photograph(draw_pages(pdf, 150)[0])
    (code,) = read_sheet_codes(_png(photo), "photo.png")
    assert code.text == text


def test_a_photo_as_jpeg_is_read_back() -> None:
    """Phones compress."""
    (page,) = draw_pages(print_entry(), 150)
    stream = io.BytesIO()
    CAMERAS["by a careless person"].photograph(page).save(stream, "JPEG", quality=60)
    (code,) = read_sheet_codes(stream.getvalue(), "photo.jpg")
    assert decode_qr_text(code.text, code.where) == ENTRY


@pytest.mark.parametrize("paper", Paper)
def test_another_reader_reads_the_same(paper: Paper, tmp_path: Path) -> None:
    """zbar shares no code with ours."""
    program = shutil.which("zbarimg")
    if program is None:
        pytest.skip("no second QR reader. Install it: apt-get install zbar-tools")
    (page,) = draw_pages(print_entry(paper=paper), 150)
    page.save(tmp_path / "page.png")
    answer = subprocess.run(
        [program, "--raw", "-q", "--nodbus", str(tmp_path / "page.png")],
        capture_output=True,
        check=True,
    )
    assert answer.stdout == encode_qr_text(ENTRY).encode() + b"\n"
