"""Printed sheets for tests, and what happens to paper before a camera sees it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
from PIL import Image, ImageChops, ImageFilter

from escrutinio.adapters.sheet_pdf import render_sheet_pdf
from escrutinio.adapters.time_zones import local_time
from escrutinio.definition import Definition, decode_definition
from escrutinio.sheet.labelled import label_sheet
from escrutinio.sheet.printed import Paper, PrintedSheet
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.sheet.short_digest import short_digest
from escrutinio.sheet.signed import decode_signed_sheet, sign_sheet
from escrutinio.sheet.tally_sheet import FormFigure, TallySheet, election_of
from escrutinio.site import load_language
from escrutinio.site.sheet_words import word_sheet
from tests.vectors.definition.documents import assemble, key_of
from tests.vectors.sheet.sheets import EXAMPLE

__all__ = [
    "DEFINITION",
    "ENTRY",
    "SHEET",
    "Camera",
    "draw_pages",
    "print_entry",
    "signed",
    "text_of",
    "word_entry",
]

POINTS_PER_INCH = 72

#: The election Ejemplia and a sheet of its station N1.1.
DEFINITION = decode_definition(assemble())
SHEET = replace(
    EXAMPLE,
    election=election_of(DEFINITION.identity),
    figures={**EXAMPLE.figures, FormFigure.STATED_VALID: None},
)


def signed(sheet: TallySheet) -> bytes:
    """Sign a sheet with the device of station N1.1."""
    return sign_sheet(sheet, key_of("device-N1.1"))


ENTRY = signed(SHEET)


def word_entry(
    entry: bytes, definition: Definition = DEFINITION, language: str = "en"
) -> PrintedSheet:
    """Put a signed sheet into words."""
    decoded = decode_signed_sheet(entry, "sheet")
    labelled = label_sheet(decoded.sheet, definition, "sheet")
    closed_at = local_time(decoded.sheet.closed_at_s, definition.time_zone)
    words = load_language(language)
    return word_sheet(labelled, decoded.message, short_digest(entry), closed_at, words)


def print_entry(entry: bytes = ENTRY, paper: Paper = Paper.A4, language: str = "en") -> bytes:
    """Print a signed sheet as PDF."""
    return render_sheet_pdf(word_entry(entry, language=language), encode_qr_text(entry), paper)


def draw_pages(pdf: bytes, dpi: int = 150) -> list[Image.Image]:
    """Draw the pages of a PDF in grey."""
    document = pypdfium2.PdfDocument(pdf)
    scale = dpi / POINTS_PER_INCH
    pages = [page.render(scale=scale, grayscale=True).to_pil() for page in document]
    document.close()
    return pages


def text_of(pdf: bytes) -> str:
    """Give the text of all pages, as a program that reads aloud finds it."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


@dataclass(frozen=True)
class Camera:
    """How badly a sheet was photographed; everything follows from the seed.

    Attributes:
        tilt: how far each corner moves, as a share of the picture.
        turn: degrees.
        blur: radius in pixels.
        noise: standard deviation, of 255.
        shadow: whether one side is dark.
    """

    seed: int
    tilt: float = 0.0
    turn: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    shadow: bool = False

    def photograph(self, page: Image.Image) -> Image.Image:
        """Give the photo of a page."""
        rng = random.Random(self.seed)  # noqa: S311  # a photo in a test is no secret
        width, height = page.size
        corners = [(0, 0), (0, height), (width, height), (width, 0)]
        moved = [
            place + rng.uniform(-self.tilt, self.tilt) * size
            for corner in corners
            for place, size in zip(corner, page.size, strict=True)
        ]
        photo = page.transform(
            page.size, Image.Transform.QUAD, moved, Image.Resampling.BICUBIC, fillcolor=200
        )
        photo = photo.rotate(self.turn, Image.Resampling.BICUBIC, expand=True, fillcolor=180)
        photo = photo.filter(ImageFilter.GaussianBlur(self.blur))
        grain = Image.frombytes("L", photo.size, rng.randbytes(photo.width * photo.height))
        # Evenly spread over 256 values is a standard deviation of 74.
        grain = grain.point([int(128 + (value - 127.5) * self.noise / 74) for value in range(256)])
        photo = ImageChops.add(photo, grain, 1, -128)
        if self.shadow:
            light = (
                Image.linear_gradient("L").resize(photo.size).point(lambda v: 90 + v * 165 / 255)
            )
            photo = ImageChops.multiply(photo, light)
        return photo
