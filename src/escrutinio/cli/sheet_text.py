"""A tally sheet on a terminal: the words of its paper, in lines of at most eighty columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from escrutinio.sheet import CATALOGUE
from escrutinio.sheet.printed import PrintedSheet
from escrutinio.site import Language

if TYPE_CHECKING:
    import polars as pl

__all__ = ["digest_lines", "finding_lines", "sheet_lines", "wrapped_lines"]

WIDTH = 79
_LABEL_CHARS = 20
_FIGURE_CHARS = 12


def sheet_lines(sheet: PrintedSheet) -> Iterator[str]:
    """Give everything that stands on a sheet except its lines for pens."""
    if sheet.notice:
        yield f"*** {sheet.notice} ***"
    yield from textwrap.wrap(f"{sheet.election} · {sheet.contest}", WIDTH)
    for fact in sheet.facts:
        yield f"  {fact.label + ':':<{_LABEL_CHARS}} {fact.value}"
    for group in sheet.groups:
        yield f"{group.title}:"
        for row in group.rows:
            name = f"{row.name} [{row.code}]" if row.code else row.name
            lines = textwrap.wrap(name, WIDTH - _FIGURE_CHARS - 4) or [""]
            for line in lines[:-1]:
                yield f"  {line}"
            room = WIDTH - _FIGURE_CHARS - 3
            yield f"  {lines[-1]:<{room}} {row.figure:>{_FIGURE_CHARS}}"
    yield from digest_lines(sheet.words, sheet.digits)


def digest_lines(words: tuple[str, ...], digits: str) -> Iterator[str]:
    """Give the short digest in words, and in digits below."""
    yield f"  {' '.join(words)}"
    yield f"  {digits}"


def wrapped_lines(sentences: Sequence[str]) -> Iterator[str]:
    """Give sentences, each from the beginning of a line."""
    for sentence in sentences:
        yield from textwrap.wrap(sentence, WIDTH)


def finding_lines(findings: pl.DataFrame, language: Language) -> Iterator[str]:
    """Give one entry per finding, with the figures where the check compares some."""
    if findings.is_empty():
        yield language.word("sheet.no_findings")
        return
    yield f"{language.word('sheet.findings')}:"
    for row in findings.iter_rows(named=True):
        severity = language.word(f"severity.{row['severity']}")
        text = language.name(CATALOGUE[row["code"]].title)
        if row["expected"] is not None and row["found"] is not None:
            figures = language.word("sheet.finding", expected=row["expected"], found=row["found"])
            text = f"{text} ({row['fields']}: {figures})"
        else:
            text = f"{text} ({row['fields']})"
        head = f"  {severity:<10} {row['code']}  "
        yield from textwrap.wrap(
            text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
        )
