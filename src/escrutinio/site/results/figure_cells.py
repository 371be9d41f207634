"""Cells with figures: the same few thousand stand in all tables, each made once.

End tags that HTML does not need are left out: there are millions of these cells.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from escrutinio.site.page_words import PageWords
from escrutinio.site.results.contest_view import HUNDREDTHS

__all__ = ["FigureCells"]

#: Larger counts are written anew each time: few of them repeat.
_REMEMBERED_COUNTS = 10_000


class FigureCells:
    """Writes cells of tables in one language.

    Attributes:
        count: writes a count, or a dash where it is not known.
        share: writes a share in hundredths of a percent, or a dash where there is none.
        bar: writes a share with a bar below it, whose whole width is all there is.
    """

    count: Callable[[int | None], str]
    share: Callable[[int | None], str]
    bar: Callable[[int | None], str]

    def __init__(self, words: PageWords) -> None:
        """Take the language."""
        self._words = words
        # A dictionary answers without a call of Python where a cell was made before.
        self.count = _Cells(self._write_count).__getitem__
        self.share = _Cells(self._write_share).__getitem__
        self.bar = _Cells(self._write_bar).__getitem__

    def _write_count(self, value: int | None) -> str:
        return f"<td class=n>{self._words.number(value)}"

    def _write_share(self, hundredths: int | None) -> str:
        share = None if hundredths is None else Fraction(hundredths, HUNDREDTHS)
        return f"<td class=n>{self._words.share(share)}"

    def _write_bar(self, hundredths: int | None) -> str:
        whole, rest = divmod(hundredths or 0, 100)
        return (
            f"{self._write_share(hundredths)}<svg class=bar aria-hidden=true>"
            f'<rect class=chart-solid width="{whole}.{rest:02d}%" height="100%"/></svg>'
        )


class _Cells(dict[int | None, str]):
    """Cells, made when they are asked for."""

    def __init__(self, write: Callable[[int | None], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, figure: int | None) -> str:
        cell = self._write(figure)
        if figure is None or figure <= _REMEMBERED_COUNTS:
            self[figure] = cell
        return cell
