"""The QR code of a signed sheet, drawn for paper.

A module is a whole number of dots of a thermal printer (8 dots/mm), at least four of them, and the
code without its quiet zone is at least 40 mm wide: a scan at 150 dpi then has 2.9 pixels or more
for each module, and readers want 2.3. The error level is Q, which survives a fold or a stamp over a
quarter of the code; M and L are taken only where Q does not fit onto the paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import zxingcpp

from escrutinio.errors import Fault, RefusedError

__all__ = ["QrImage", "draw_qr"]

#: Least width of a printed code without its quiet zone, in millimetres.
LEAST_CODE_MM = 40

_DOTS_PER_MM = 8
_LEAST_MODULE_DOTS = 4
_QUIET_MODULES = 4
_LEVELS = ("Q", "M", "L")


@dataclass(frozen=True, slots=True)
class QrImage:
    """A QR code as a picture.

    Attributes:
        svg: the picture, quiet zone included.
        level: error level, ``Q``, ``M`` or ``L``.
        modules: modules on each side, quiet zone included.
        module_mm: width of a module.
    """

    svg: str
    level: str
    modules: int
    module_mm: float

    @property
    def width_mm(self) -> float:
        """Width of the picture."""
        return self.modules * self.module_mm


def draw_qr(text: str, most_mm: int) -> QrImage:
    """Draw a QR code at the highest error level that fits.

    Args:
        text: in the alphabet of the alphanumeric mode.
        most_mm: the width there is on the paper.

    Raises:
        RefusedError: the text does not fit at any level.
    """
    for level in _LEVELS:
        try:
            code = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level=level)
        except ValueError:
            continue  # More text than the largest code of this level holds.
        inner = code.to_image(add_quiet_zones=False).shape[0]
        dots = max(_LEAST_MODULE_DOTS, -(-LEAST_CODE_MM * _DOTS_PER_MM // inner))
        modules = inner + 2 * _QUIET_MODULES
        if modules * dots <= most_mm * _DOTS_PER_MM:
            return QrImage(code.to_svg(add_quiet_zones=True), level, modules, dots / _DOTS_PER_MM)
    raise RefusedError.of(
        Fault(
            "signed sheet",
            f"a text that fits into a QR code of {most_mm} mm",
            f"{len(text)} characters",
            "Print it on wider paper, or keep the file.",
        )
    )
