"""Reading the QR codes of tally sheets from photos, scans and PDF files.

Pictures come from anybody, so their size is known before they are unpacked and bounded by name.
A page is tried as it is first. Where no code, or only part of the codes, can be read, it is tried
again smoothed, enlarged, sharpened, reduced, evened and turned; a code that any try reads
counts, for its bytes are signed and a wrong reading cannot pass.

What is given back is text that begins like a sheet's. Whether it is one, and who signed it, is
for others to say.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps

from escrutinio.errors import Fault, MalformedError
from escrutinio.sheet.qr_text import QR_PREFIX

__all__ = ["MAX_IMAGE_FILE_BYTES", "FoundCode", "read_sheet_codes"]

#: Largest file with a picture or pages.
MAX_IMAGE_FILE_BYTES = 64 * 1024 * 1024
#: Most pixels of one picture; phones have 12 to 50 million.
MAX_IMAGE_PIXELS = 64_000_000
#: Most pages of one PDF file.
MAX_PDF_PAGES = 500
#: Most pixels of a page as drawn; larger pages are drawn at a lower resolution.
MAX_PAGE_PIXELS = 16_000_000
#: Most pixels a picture has when it is enlarged, and those beyond are reduced for further tries.
MAX_RETRY_PIXELS = 16_000_000
#: Longest side of a picture, in pixels.
MAX_IMAGE_SIDE = 32_768

_PDF_MAGIC = b"%PDF-"
_PAGE_DPI = 200
_POINTS_PER_INCH = 72
#: How deep a page's pictures are looked for in its nested forms.
_MAX_NESTING = 15
_SHOWN_CHARS = 40
_REMEDY = (
    "Take it again: closer, so that the code fills a third of the picture; from straight above, "
    "with the paper flat; in even light, without shadow or reflection; and in focus."
)


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A QR code that holds what may be a tally sheet.

    Attributes:
        where: file, page and number of the code, for errors.
        text: exactly what it holds.
    """

    where: str
    text: str


def read_sheet_codes(data: bytes, name: str) -> tuple[FoundCode, ...]:
    """Read the codes of sheets in a picture or on the pages of a PDF file, each text once.

    Args:
        data: PNG, JPEG or PDF.
        name: of the file, for the error.

    Returns:
        At least one code, in the order of the pages.

    Raises:
        MalformedError: no such file, larger than the limits, damaged, or without a code of a
            tally sheet that can be read.
    """
    if len(data) > MAX_IMAGE_FILE_BYTES:
        expected = f"at most {MAX_IMAGE_FILE_BYTES} bytes"
        raise MalformedError.of(Fault(name, expected, f"{len(data)} bytes"))
    pages = _draw_pages if data.startswith(_PDF_MAGIC) else _open_picture
    found: dict[str, FoundCode] = {}
    others: dict[str, None] = {}
    for place, page in pages(data, name):
        texts = _read_page(page)
        sheets = [text for text in texts if text.startswith(QR_PREFIX)]
        others.update(dict.fromkeys(text for text in texts if text not in sheets))
        for number, text in enumerate(sheets, start=1):
            where = place if len(sheets) == 1 else f"{place}: code {number}"
            found.setdefault(text, FoundCode(where, text))
    if not found:
        raise MalformedError.of(_nothing_found(name, tuple(others)))
    return tuple(found.values())


def _nothing_found(name: str, others: tuple[str, ...]) -> Fault:
    expected = "a QR code of a signed tally sheet"
    if not others:
        return Fault(name, expected, "no code that can be read", _REMEDY)
    shown = ", ".join(ascii(text[:_SHOWN_CHARS]) for text in others[:3])
    return Fault(name, f"{expected}, which begins with {QR_PREFIX}", f"codes that say {shown}")


def _open_picture(data: bytes, name: str) -> Iterator[tuple[str, Image.Image]]:
    try:
        with warnings.catch_warnings():
            # The library warns of sizes that we refuse ourselves, and of harmless metadata.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            _refuse_size(image.size, name)
            grey = image.convert("L")
    except (MalformedError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  # decoders raise whatever they like on damaged files
        reason = str(error).splitlines()[0][:_SHOWN_CHARS] if str(error) else type(error).__name__
        raise MalformedError.of(Fault(name, "a whole PNG or JPEG picture", reason)) from None
    yield name, grey


def _refuse_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_IMAGE_PIXELS or max(size) > MAX_IMAGE_SIDE:
        expected = f"at most {MAX_IMAGE_PIXELS} pixels and {MAX_IMAGE_SIDE} on a side"
        raise MalformedError.of(Fault(name, expected, f"{width} x {height} pixels"))


def _draw_pages(data: bytes, name: str) -> Iterator[tuple[str, Image.Image]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = str(error)[:_SHOWN_CHARS]
        raise MalformedError.of(Fault(name, "a whole PDF without a password", reason)) from None
    try:
        count = len(document)
        if count > MAX_PDF_PAGES:
            found = f"{count} pages"
            raise MalformedError.of(Fault(name, f"at most {MAX_PDF_PAGES} pages", found))
        for index in range(count):
            where = name if count == 1 else f"{name}: page {index + 1}"
            yield where, _draw_page(document, index, where)
    finally:
        document.close()


def _draw_page(document: pypdfium2.PdfDocument, index: int, where: str) -> Image.Image:
    try:
        page = document[index]
        # The size of a picture on a page is known before it is unpacked, as elsewhere.
        for picture in page.get_objects((pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), _MAX_NESTING):
            _refuse_size(picture.get_px_size(), where)
        width, height = page.get_size()
        scale = _PAGE_DPI / _POINTS_PER_INCH
        area = width * height * scale * scale
        if area > MAX_PAGE_PIXELS:
            scale *= (MAX_PAGE_PIXELS / area) ** 0.5
        _refuse_size((int(width * scale) + 1, int(height * scale) + 1), where)
        drawn: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
        return drawn.convert("L")
    except (pypdfium2.PdfiumError, ValueError, OverflowError) as error:
        reason = str(error)[:_SHOWN_CHARS]
        raise MalformedError.of(Fault(where, "a page that can be drawn", reason)) from None


def _read_page(page: Image.Image) -> tuple[str, ...]:
    """Give the texts of all codes on a page, trying harder while some cannot be read."""
    texts: dict[str, None] = {}
    kinds = zxingcpp.barcode_formats_from_str("QRCode")
    for change, binarizer in _TRIES:
        image = change(page)
        if image is None:
            continue
        read = zxingcpp.read_barcodes(
            image,
            formats=kinds,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizer,
            return_errors=True,
        )
        texts.update(dict.fromkeys(code.text for code in read if code.valid))
        # A damaged code beside a good one may be another sheet.
        if texts and all(code.valid for code in read):
            break
    return tuple(texts)


def _as_it_is(page: Image.Image) -> Image.Image:
    return page


def _sharpened(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.UnsharpMask(radius=2, percent=200, threshold=2))


def _softened(page: Image.Image) -> Image.Image:
    return page.filter(ImageFilter.GaussianBlur(1))


def _fitted(page: Image.Image) -> Image.Image:
    """Reduce a picture to what can be worked on further."""
    pixels = page.width * page.height
    if pixels <= MAX_RETRY_PIXELS:
        return page
    return _scaled(page, (MAX_RETRY_PIXELS / pixels) ** 0.5)


def _scaled(page: Image.Image, factor: float) -> Image.Image:
    size = (max(1, int(page.width * factor)), max(1, int(page.height * factor)))
    return page.resize(size, Image.Resampling.LANCZOS)


def _enlarged(page: Image.Image, factor: float) -> Image.Image | None:
    is_small = factor * factor * page.width * page.height <= MAX_RETRY_PIXELS
    return _scaled(page, factor) if is_small else None


def _half_larger(page: Image.Image) -> Image.Image | None:
    return _enlarged(page, 1.5)


def _refined(page: Image.Image) -> Image.Image | None:
    """Smooth the noise of a coarse picture, then draw its edges anew at twice the size."""
    larger = _enlarged(page.filter(ImageFilter.GaussianBlur(0.7)), 2)
    return None if larger is None else _sharpened(larger)


def _halved(page: Image.Image) -> Image.Image:
    return _scaled(_fitted(page), 0.5)


def _even_light(page: Image.Image) -> Image.Image:
    """Take away shadows: what is darker than its surroundings becomes black."""
    small = _softened(_fitted(page))
    around = small.filter(ImageFilter.BoxBlur(max(small.size) // 60 + 8))
    return ImageOps.autocontrast(ImageChops.subtract(small, around, 1, 128), cutoff=1)


def _turned(page: Image.Image) -> Image.Image:
    return _fitted(page).rotate(30, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


#: What is tried, in this order: what is done to the picture, and how black is told from white.
_TRIES: tuple[tuple[Callable[[Image.Image], Image.Image | None], zxingcpp.Binarizer], ...] = (
    (_as_it_is, zxingcpp.Binarizer.LocalAverage),
    (_softened, zxingcpp.Binarizer.LocalAverage),
    (_half_larger, zxingcpp.Binarizer.LocalAverage),
    (_refined, zxingcpp.Binarizer.LocalAverage),
    (_sharpened, zxingcpp.Binarizer.LocalAverage),
    (_halved, zxingcpp.Binarizer.LocalAverage),
    (_even_light, zxingcpp.Binarizer.LocalAverage),
    (_even_light, zxingcpp.Binarizer.GlobalHistogram),
    (_turned, zxingcpp.Binarizer.LocalAverage),
)
