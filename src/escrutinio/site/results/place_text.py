"""Pieces of the pages of places that are the same on thousands of them, made once per language.

Whatever comes from outside is escaped here. A name alone in a cell or a heading needs no element
that isolates it from its neighbours: the cell does that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

from markupsafe import escape

from escrutinio.definition import Contest
from escrutinio.primitives import Message, Names, Value, say
from escrutinio.sheet import CATALOGUE
from escrutinio.sheet.tally_sheet import FormFigure
from escrutinio.site.language import HOLE
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.reason_words import say_reason
from escrutinio.site.results.station_view import AtLeast, Cell, SheetFigures
from escrutinio.site.results.view import FindingRow, SiteView

__all__ = ["PlaceText"]

_REMEMBERED_NAMES = 1_000


class PlaceText:
    """Prepared text of one language."""

    def __init__(self, view: SiteView, words: PageWords) -> None:
        """Take the site and the language."""
        self.words = words
        self._clock = view.moments
        self.around = self.say("site.division.around")
        self.stations = self.say("site.place.stations")
        self.eyebrow_place = f'<p class="eyebrow">{self.say("site.place.eyebrow_place")}</p>\n'
        self.eyebrow_station = f'<p class="eyebrow">{self.say("site.place.eyebrow_station")}</p>\n'
        self._said: dict[str, str] = {}
        self._sentences: dict[str, str] = {}
        # Writes a name or an id that somebody else wrote; that of a station stands in many places.
        self.name: Callable[[str], str] = lru_cache(_REMEMBERED_NAMES)(self._write_name)
        self._reasons: dict[str, str] = {}
        self._findings: dict[tuple[str, str], str] = {}
        # Writes a figure, or what stands in its place, without a call where it did so before.
        self.cell: Callable[[Cell], str] = _Cells(words).__getitem__
        self._forms = [_FormText(self, item.form) for item in view.cut.contests]

    def say(self, key: str, **values: Value) -> str:
        """Give a sentence."""
        return str(self.words.say(key, **values))

    def said(self, key: str) -> str:
        """Give a sentence without values, looked up once."""
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = self.say(key)
        return found

    def fill(self, key: str, **values: str) -> str:
        """Give a sentence whose values are written already."""
        sentence = self._sentences.get(key)
        if sentence is None:
            gaps = HOLE.sub(r"%(\1)s", self.words.words[key].replace("%", "%%"))
            sentence = self._sentences[key] = gaps
        return sentence % values

    def text(self, message: Message) -> str:
        """Put a message into words."""
        return str(self.words.text(message))

    def _write_name(self, name: str) -> str:
        return str(escape(self.words.clean(name)))

    def moment(self, time_s: int) -> str:
        """Write a time."""
        return str(self._clock.show(self.words, time_s))

    def reasons(self, reason: str) -> str:
        """Say why a row is what it is, as items of a list."""
        found = self._reasons.get(reason)
        if found is None:
            found = "".join(f"<li>{self.text(item)}" for item in say_reason(reason))
            self._reasons[reason] = found
        return found

    def finding(self, item: FindingRow) -> str:
        """Write a finding as an item of a list."""
        key = (item.code, item.severity)
        head = self._findings.get(key)
        if head is None:
            title = self.text(say("site.reason.check", title=_title(item.code), code=item.code))
            severity = self.say(f"page.severity.{item.severity}")
            head = f'<li class="f-{item.severity}">{title} <span class="note">{severity}</span>'
            self._findings[key] = head
        if item.found is None:
            return head
        if item.expected is None:
            return f"{head} {self.say('site.place.figure_found', found=item.found)}"
        figures = self.say("site.place.figure", expected=item.expected, found=item.found)
        return f"{head} {figures}"

    def figures(self, position: int, figures: SheetFigures) -> str:
        """Write the figures of a sheet as tables."""
        return self._forms[position].write(figures)


class _Cells(dict[Cell, str]):
    """Figures as a sheet's table shows them, made when they are asked for."""

    def __init__(self, words: PageWords) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, cell: Cell) -> str:
        words = self._words
        if isinstance(cell, int):
            shown = words.count(cell)
        elif isinstance(cell, AtLeast):
            shown = words.say("site.place.at_least", votes=cell.votes)
        elif cell is None:
            shown = words.say("page.none")
        else:
            shown = f"<i>{words.say(f'site.place.cell.{cell}')}</i>"
        self[cell] = shown
        return shown


def _title(code: str) -> Value:
    return CATALOGUE[code].title if code in CATALOGUE else code


class _FormText:
    """The tables of a contest's form, with gaps for the figures."""

    def __init__(self, text: PlaceText, form: Contest) -> None:
        self._text = text
        self._candidacies = self._rows([item.names for item in form.candidacies])
        self._categories = self._rows([item.names for item in form.categories])
        self._has_lines = len(form.options) > len(form.candidacies)
        self._lines = self._rows([item.names for item in form.options])

    @cached_property
    def _form(self) -> Mapping[FormFigure, str]:
        return {key: _row(self._text.say(f"sheet.figure.{key.name.lower()}")) for key in FormFigure}

    def write(self, figures: SheetFigures) -> str:
        """Put figures into the gaps."""
        text = self._text
        cell = text.cell
        votes = self._candidacies % tuple(map(cell, figures.votes))
        categories = self._categories % tuple(map(cell, figures.categories))
        rows = [f"{self._form[key]}{cell(figure)}" for key, figure in figures.form.items()]
        rows += [
            f"{_row(f'<code>{text.name(field)}</code>')}{cell(figure)}"
            for field, figure in figures.other.items()
        ]
        table = (
            f'<table class="sheet"><caption>{text.said("site.place.figures")}</caption>'
            f"<tbody>{votes}<tbody>{categories}<tbody>{''.join(rows)}</table>\n"
        )
        if not self._has_lines or all(figure is None for figure in figures.lines):
            return table
        lines = self._lines % tuple(map(cell, figures.lines))
        title = text.said("site.place.lines")
        return (
            f"{table}<details><summary>{title}</summary>"
            f'<table class="sheet"><caption class="hidden">{title}</caption>'
            f"<tbody>{lines}</table></details>\n"
        )

    def _rows(self, names: Sequence[Names]) -> str:
        """Begin a row for each name, with a gap for its figure."""
        text = self._text
        heads = [_row(text.name(text.words.name(item))).replace("%", "%%") for item in names]
        return "".join(f"{head}%s" for head in heads)


def _row(name: str) -> str:
    # End tags that HTML does not need are left out: there are millions of these rows.
    return f"<tr><th scope=row>{name}<td>"
