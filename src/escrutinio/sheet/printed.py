"""A printed tally sheet as plain text, in one language: what to print, not where it stands.

Whoever knows the words fills it in; the paper and the terminal show the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Paper", "PrintedFact", "PrintedGroup", "PrintedRow", "PrintedSheet"]


class Paper(StrEnum):
    """What a sheet is printed on."""

    A4 = "a4"
    """Sheets of 210 by 297 mm."""
    ROLL = "roll"
    """A thermal roll, 80 mm wide, of which printers reach 72 mm."""


@dataclass(frozen=True, slots=True)
class PrintedFact:
    """Something about the sheet, such as its station."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One figure.

    Attributes:
        code: of the option or category; empty for a figure of the form.
        name: what it is called.
        figure: in digits, or a word where nobody can read it.
    """

    code: str
    name: str
    figure: str


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """Figures that belong together."""

    title: str
    rows: tuple[PrintedRow, ...]


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """All text of a printed sheet.

    Attributes:
        language: code of the language it is in.
        title: what the paper is.
        election: what the election is called.
        contest: what was voted on.
        notice: stands out on top when the sheet is of a rehearsal; else empty.
        facts: station, divisions, closing time, version, signer.
        groups: votes, tally categories, figures of the form.
        code_caption: what the QR code is.
        words_caption: what the words are for.
        words: the short digest in words.
        digits: the same in groups of hexadecimal digits.
        signatures_title: what to sign.
        signatures: one label per line for a pen.
        continued: stands on further pages, with the station.
    """

    language: str
    title: str
    election: str
    contest: str
    notice: str
    facts: tuple[PrintedFact, ...]
    groups: tuple[PrintedGroup, ...]
    code_caption: str
    words_caption: str
    words: tuple[str, ...]
    digits: str
    signatures_title: str
    signatures: tuple[str, ...]
    continued: str
