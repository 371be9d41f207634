"""A printed tally sheet as PDF: A4, or a thermal roll 80 mm wide.

The same sheet gives the same bytes: no date, no random name, and only the fonts inside the
typesetter. Everything that comes from files goes in as text and is never read as markup.

A character those fonts do not have is printed as its number, such as [U+4E2D], and so is one that
would change the order of the letters around it: nothing on a sheet is left out or turned unseen.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict
from functools import cache
from pathlib import Path

import typst

from escrutinio.adapters.qr_image import draw_qr
from escrutinio.sheet.printed import Paper, PrintedSheet

__all__ = ["render_sheet_pdf"]

#: Widest QR code on each paper, in millimetres.
_WIDEST_CODE_MM = {Paper.A4: 120, Paper.ROLL: 72}

_TEMPLATE = Path(__file__).parent / "templates" / "sheet.typ"
#: Letters and signs of the fonts, first and last; tests print each of them.
_PRINTABLE = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin
    (0x0300, 0x036F),  # marks on letters
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x04FF),  # Cyrillic
    (0x05D0, 0x05EA),  # Hebrew
    (0x0621, 0x063A),  # Arabic
    (0x0640, 0x0652),
    (0x1E00, 0x1EFF),  # Latin with two marks
    (0x2010, 0x2027),  # dashes and quotation marks
    (0x2030, 0x203A),
    (0x20A0, 0x20BF),  # currencies
    (0x2116, 0x2116),  # numero sign
    (0x2190, 0x2193),  # arrows
    (0x2212, 0x2212),  # minus
)


def render_sheet_pdf(sheet: PrintedSheet, qr_text: str, paper: Paper) -> bytes:
    """Give a printed sheet; the same input gives the same bytes.

    Args:
        sheet: its text.
        qr_text: what its QR code holds.
        paper: what it is printed on.

    Raises:
        RefusedError: its QR code does not fit onto this paper.
    """
    code = draw_qr(qr_text, _WIDEST_CODE_MM[paper])
    content = _printable(asdict(sheet)) | {
        "paper": paper.value,
        "code": code.svg,
        "code_mm": code.width_mm,
    }
    pdf = _compiler().compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"sheet": json.dumps(content)},
        timestamp=0,
    )
    if not isinstance(pdf, bytes):  # pragma: no cover -- a PDF is one file
        raise TypeError(type(pdf))
    return pdf


@cache
def _compiler() -> typst.Compiler:
    # Fonts of the machine would make the bytes depend on it.
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(root=_TEMPLATE.parent, font_paths=fonts)


def _printable(value: object) -> dict[str, object]:
    shown = _shown(value)
    return shown if isinstance(shown, dict) else {}


def _shown(value: object) -> object:
    if isinstance(value, str):
        return "".join(map(_letter, unicodedata.normalize("NFC", value)))
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    return value


def _letter(letter: str) -> str:
    number = ord(letter)
    is_there = any(first <= number <= last for first, last in _PRINTABLE)
    if is_there and unicodedata.category(letter) not in {"Cc", "Cf", "Cn", "Cs"}:
        return letter
    return f"[U+{number:04X}]"
