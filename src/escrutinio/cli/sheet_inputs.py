"""Signed sheets as people have them: a file, the text of a QR code, a photo, a scan, a PDF file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from escrutinio.adapters import read_bounded
from escrutinio.errors import Fault, MalformedError, UsageError
from escrutinio.sheet.qr_text import QR_PREFIX, decode_qr_text

__all__ = ["ReceivedSheet", "paper_packages", "receive_sheets"]

#: Largest file read for sheets: a photo or a PDF file.
MAX_SHEET_FILE_BYTES = 64 * 1024 * 1024
#: Most QR texts in one file, one to a line.
MAX_QR_TEXTS = 10_000

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-")
#: First byte of a signed message.
_ENTRY = b"\xd2"
#: Modules that the extra brings, to the package that has them.
_PAPER = frozenset({"PIL", "pypdfium2", "typst", "zxingcpp"})
_KINDS = (
    "a signed sheet: its file, the text of its QR code, or a PNG, JPEG or PDF with the code on it"
)


@dataclass(frozen=True, slots=True)
class ReceivedSheet:
    """The bytes of what may be a signed sheet.

    Attributes:
        where: file, page and code, for errors.
        entry: the bytes.
    """

    where: str
    entry: bytes


def receive_sheets(argument: str) -> list[ReceivedSheet]:
    """Get the sheets behind an argument: a file name, ``-``, or the text of a QR code itself.

    Raises:
        AdapterError: no such file, or unreadable.
        MalformedError: larger than the limits, or nothing that holds a signed sheet.
        UsageError: it is a picture and the packages that read pictures are not installed.
    """
    if argument.startswith(QR_PREFIX):
        return [ReceivedSheet("QR text", decode_qr_text(argument, "QR text"))]
    name, data = _read(argument)
    if data.startswith(_ENTRY):
        return [ReceivedSheet(name, data)]
    if data.startswith(_PICTURES):
        with paper_packages():
            from escrutinio.adapters.sheet_images import read_sheet_codes

            codes = read_sheet_codes(data, name)
        return [ReceivedSheet(code.where, decode_qr_text(code.text, code.where)) for code in codes]
    if data.startswith(QR_PREFIX.encode("ascii")):
        return list(_read_lines(data, name))
    raise MalformedError.of(Fault(name, _KINDS, "something else"))


def _read(argument: str) -> tuple[str, bytes]:
    if argument != "-":
        return argument, read_bounded(Path(argument), MAX_SHEET_FILE_BYTES)
    data = sys.stdin.buffer.read(MAX_SHEET_FILE_BYTES + 1)
    if len(data) > MAX_SHEET_FILE_BYTES:
        expected = f"at most {MAX_SHEET_FILE_BYTES} bytes"
        raise MalformedError.of(Fault("standard input", expected, "more"))
    return "standard input", data


def _read_lines(data: bytes, name: str) -> Iterator[ReceivedSheet]:
    # Only line ends are taken off: a blank may be the last character of a text.
    lines = data.decode("ascii", errors="replace").replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > MAX_QR_TEXTS:
        raise MalformedError.of(Fault(name, f"at most {MAX_QR_TEXTS} lines", str(len(lines))))
    faults: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        where = name if len(lines) == 1 else f"{name}: line {number}"
        try:
            yield ReceivedSheet(where, decode_qr_text(line, where))
        except MalformedError as error:
            faults += error.faults
    if faults:
        raise MalformedError.of(*faults)


@contextmanager
def paper_packages() -> Iterator[None]:
    """Say what to install where the packages for paper are missing.

    Raises:
        UsageError: one of them is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _PAPER:
            raise
        raise UsageError.of(
            Fault(
                "this installation",
                "the packages that print and read paper",
                f"no package '{package}'",
                "Install them: pip install 'escrutinio[paper]'.",
            )
        ) from None
