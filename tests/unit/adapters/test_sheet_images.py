"""Pictures from anybody: bounded, and refused with what to do."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from escrutinio.adapters import sheet_images
from escrutinio.adapters.sheet_images import (
    MAX_IMAGE_FILE_BYTES,
    MAX_IMAGE_PIXELS,
    MAX_PDF_PAGES,
    read_sheet_codes,
)
from escrutinio.errors import ElectionRecordError, MalformedError
from escrutinio.sheet.qr_text import decode_qr_text, encode_qr_text
from tests.paper import ENTRY, SHEET, draw_pages, print_entry, signed
from tests.vectors.sheet.sheets import EXAMPLE

TEXT = encode_qr_text(ENTRY)
OTHER = encode_qr_text(signed(EXAMPLE))


def _code(text: str, scale: int = 4) -> Image.Image:
    drawn = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level="Q").to_image(scale=scale)
    pixels = bytes(memoryview(drawn))  # type: ignore[arg-type]  # it is a buffer
    return Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), pixels)


def _bytes(image: Image.Image, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def _png(width: int, height: int, data: bytes = b"") -> bytes:
    """Give a PNG that claims any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "L"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "1"),
        ("PNG", "P"),
        ("JPEG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
    ],
)
def test_a_picture_of_any_colour_is_read(kind: str, mode: str) -> None:
    """Phones, scanners and fax machines write different ones."""
    (code,) = read_sheet_codes(_bytes(_code(TEXT).convert(mode), kind), "photo")
    assert (code.text, code.where) == (TEXT, "photo")


def test_several_codes_on_one_picture_are_all_read() -> None:
    """Two sheets on one scanner glass; the same sheet twice counts once."""
    one, other = _code(TEXT), _code(OTHER)
    page = Image.new("L", (one.width * 3, one.height), 255)
    for place, code in enumerate((one, other, one)):
        page.paste(code, (place * one.width, 0))
    codes = read_sheet_codes(_bytes(page), "scan.png")
    assert {code.text for code in codes} == {TEXT, OTHER}
    assert {code.where for code in codes} <= {f"scan.png: code {n}" for n in (1, 2, 3)}


def test_a_damaged_code_beside_a_good_one_is_tried_again() -> None:
    """It may be another sheet, and it must not be forgotten because one was read."""
    one, other = _code(TEXT, 6), _code(OTHER, 6)
    small = other.resize((other.width // 5, other.height // 5), Image.Resampling.BOX)
    page = Image.new("L", (one.width + small.width + 40, one.height), 255)
    page.paste(one, (0, 0))
    page.paste(small, (one.width + 20, 40))
    codes = read_sheet_codes(_bytes(page), "scan.png")
    assert {code.text for code in codes} == {TEXT, OTHER}


def test_every_page_of_a_scan_is_read() -> None:
    """Codes are named by their page; pages without a code are no fault."""
    pages = [_code(TEXT), Image.new("L", (400, 400), 255), _code(OTHER)]
    stream = io.BytesIO()
    pages[0].save(stream, "PDF", save_all=True, append_images=pages[1:], resolution=72)
    codes = read_sheet_codes(stream.getvalue(), "scan.pdf")
    assert [(code.where, code.text) for code in codes] == [
        ("scan.pdf: page 1", TEXT),
        ("scan.pdf: page 3", OTHER),
    ]


def test_a_picture_without_a_code_says_how_to_take_it_again() -> None:
    """The person with the phone can do something about it."""
    with pytest.raises(MalformedError, match=r"no code that can be read.*closer") as caught:
        read_sheet_codes(_bytes(Image.new("L", (300, 300), 200)), "photo.png")
    assert "photo.png" in str(caught.value)


def test_another_code_is_named() -> None:
    """An advertisement beside the sheet is not the sheet."""
    page = Image.new("L", (900, 500), 255)
    page.paste(_code("https://example.org/\x1b[2J"), (0, 0))
    with pytest.raises(MalformedError, match=r"codes that say 'https://example.org/\\x1b\[2J'"):
        read_sheet_codes(_bytes(page), "photo.png")


@pytest.mark.parametrize(
    "size", [(8_001, 8_000), (2**31 - 1, 2**31 - 1), (40_000, 1), (1, 40_000), (20_000, 20_000)]
)
def test_a_picture_too_large_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    """A decompression bomb: a few bytes that claim to be gigabytes."""
    bomb = _png(*size, zlib.compress(bytes(1_000_000)))
    with pytest.raises(MalformedError, match=f"at most {MAX_IMAGE_PIXELS} pixels|whole PNG"):
        read_sheet_codes(bomb, "bomb.png")


def test_a_compressed_comment_is_no_bomb() -> None:
    """Text inside a PNG is compressed too, and nobody reads it."""
    comment = b"zTXt" + b"a\0\0" + zlib.compress(bytes(80_000_000))
    chunk = struct.pack(">I", len(comment) - 4) + comment + struct.pack(">I", zlib.crc32(comment))
    good = _bytes(_code(TEXT))
    with pytest.raises(MalformedError, match="too large"):
        read_sheet_codes(good[:33] + chunk + good[33:], "photo.png")


def test_a_picture_too_large_inside_a_page_is_refused() -> None:
    """The same bomb in a PDF file: 1.6 GB of nothing in 1.5 MB."""
    packed = zlib.compress(bytes(1_000))
    body = (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 28>>stream\nq 500 0 0 500 0 0 cm /I Do Q\nendstream endobj\n"
        b"5 0 obj<</Type/XObject/Subtype/Image/Width 40000/Height 40000/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray/Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n"
    ) % (len(packed), packed)
    with pytest.raises(MalformedError, match="40000 x 40000 pixels"):
        read_sheet_codes(body, "bomb.pdf")


def test_a_page_of_any_size_is_drawn_within_the_limit() -> None:
    """A page may claim to be five metres wide."""
    image = _code(TEXT)
    stream = io.BytesIO()
    image.save(stream, "PDF", resolution=image.width / 200)
    (code,) = read_sheet_codes(stream.getvalue(), "poster.pdf")
    assert code.text == TEXT


def test_a_file_of_too_many_pages_is_refused() -> None:
    """Each page costs seconds when there is no code on it."""
    kids = " ".join(["3 0 R"] * (MAX_PDF_PAGES + 1))
    body = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        f"2 0 obj<</Type/Pages/Count {MAX_PDF_PAGES + 1}/Kids[{kids}]>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>endobj\n"
        "trailer<</Root 1 0 R>>\n"
    )
    with pytest.raises(MalformedError, match=f"at most {MAX_PDF_PAGES} pages"):
        read_sheet_codes(body.encode(), "long.pdf")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"%PDF-1.7",
        b"%PDF-1.4\ntrailer<</Root 1 0 R>>",
        b"GIF89a" + bytes(100),
        b"<svg/>",
        _bytes(_code(TEXT))[:-200],
        _bytes(_code(TEXT), "JPEG")[:400],
        print_entry()[:3000],
        _png(100, 100, b"not compressed"),
        _png(0, 0),
    ],
    ids=lambda data: f"{len(data)} bytes, {data[:5]!r}",
)
def test_a_damaged_file_is_refused(data: bytes) -> None:
    """Wrong type, cut short, or nothing in it: an error that names the file, no traceback."""
    with pytest.raises(MalformedError, match="photo"):
        read_sheet_codes(data, "photo")


def test_a_file_too_large_is_refused_unread() -> None:
    """Whatever it is."""
    with pytest.raises(MalformedError, match="at most"):
        read_sheet_codes(b"\x89PNG\r\n\x1a\n" + bytes(MAX_IMAGE_FILE_BYTES), "photo")


_GOOD = (_bytes(_code(TEXT, 2)), _bytes(_code(TEXT, 2), "JPEG"), print_entry())


@settings(max_examples=60)
@given(st.sampled_from(_GOOD), st.data())
def test_a_changed_byte_never_gives_another_sheet(good: bytes, data: st.DataObject) -> None:
    """It is read as it was, or refused; a wrong reading cannot carry a good signature."""
    at = data.draw(st.integers(0, len(good) - 1))
    changed = good[:at] + bytes((data.draw(st.integers(0, 255)),)) + good[at + 1 :]
    try:
        codes = read_sheet_codes(changed, "photo")
    except ElectionRecordError:
        return
    for code in codes:
        assert decode_qr_text(code.text, code.where) == ENTRY


def test_every_try_keeps_a_good_picture_readable() -> None:
    """None of them is worse than nothing; a try that never reads would only cost time."""
    (page,) = draw_pages(print_entry(signed(SHEET)), 150)
    for change, binarizer in sheet_images._TRIES:  # noqa: SLF001  # the table itself is tested
        image = change(page)
        assert image is not None
        read = zxingcpp.read_barcodes(image, binarizer=binarizer)
        assert [code.text for code in read] == [TEXT], change
