"""Pieces of the pages of places that are the same on thousands of them, made once per language.

Whatever comes from outside is escaped here. A name alone in a cell or a heading needs no element
that isolates it from its neighbours: the cell does that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from markupsafe import escape

from escrutinio.definition import Contest
from escrutinio.primitives import Message, Value, say
from escrutinio.sheet import CATALOGUE
from escrutinio.sheet.tally_sheet import FormFigure
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.moments import show_moment
from escrutinio.site.results.reason_words import say_reason
from escrutinio.site.results.station_view import Cell, SheetFigures
from escrutinio.site.results.view import FindingRow, SiteView

__all__ = ["PlaceText"]


class PlaceText:
    """Prepared text of one language."""

    def __init__(self, view: SiteView, words: PageWords) -> None:
        """Take the site and the language."""
        self.words = words
        self.around = self.say("site.division.around")
        self.stations = self.say("site.place.stations")
        self.eyebrow_place = f'<p class="eyebrow">{self.say("site.place.eyebrow_place")}</p>\n'
        self.eyebrow_station = f'<p class="eyebrow">{self.say("site.place.eyebrow_station")}</p>\n'
        self._forms = [_FormText(self, item.form) for item in view.cut.contests]
        self._said: dict[str, str] = {}
        self._moments: dict[int, str] = {}
        self._reasons: dict[str, str] = {}
        self._findings: dict[tuple[str, str], str] = {}
        self._cells: dict[Cell, str] = {
            None: self.say("page.none"),
            **{key: f"<i>{self.say(f'site.place.cell.{key}')}</i>" for key in _STATES},
        }

    def say(self, key: str, **values: Value) -> str:
        """Give a sentence."""
        return str(self.words.say(key, **values))

    def said(self, key: str) -> str:
        """Give a sentence without values, looked up once."""
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = self.say(key)
        return found

    def text(self, message: Message) -> str:
        """Put a message into words."""
        return str(self.words.text(message))

    def name(self, name: str) -> str:
        """Write a name or an id that somebody else wrote."""
        return str(escape(self.words.clean(name)))

    def moment(self, time_s: int) -> str:
        """Write a time; many stations close at the same minute."""
        found = self._moments.get(time_s)
        if found is None:
            found = self._moments[time_s] = str(show_moment(self.words, time_s))
        return found

    def cell(self, cell: Cell) -> str:
        """Write a figure, or what stands in its place."""
        found = self._cells.get(cell)
        if found is None:
            found = self._cells[cell] = self.words.count(int(cell or 0))
        return found

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


#: What can stand in the place of a figure.
_STATES = ("illegible", "empty", "dash")


def _title(code: str) -> Value:
    return CATALOGUE[code].title if code in CATALOGUE else code


class _FormText:
    """The rows of a contest's form, without their figures."""

    def __init__(self, text: PlaceText, form: Contest) -> None:
        self._text = text
        name = text.words.name
        self._candidacies = [_row(text.name(name(item.names))) for item in form.candidacies]
        self._categories = [_row(text.name(name(item.names))) for item in form.categories]
        self._has_lines = len(form.options) > len(form.candidacies)
        self._lines = [_row(text.name(name(item.names))) for item in form.options]
        self._parts: Sequence[Sequence[int]] = [
            [at for at, option in enumerate(form.options) if option.candidacy == item.code]
            for item in form.candidacies
        ]

    @cached_property
    def _form(self) -> Mapping[FormFigure, str]:
        return {key: _row(self._text.say(f"sheet.figure.{key.name.lower()}")) for key in FormFigure}

    def write(self, figures: SheetFigures) -> str:
        """Put figures into the rows."""
        text = self._text
        cell = text.cell
        rows = [f"{head}{self._votes(at, figures)}" for at, head in enumerate(self._candidacies)]
        rows.append("<tbody>")
        rows += [
            f"{head}{cell(figure)}"
            for head, figure in zip(self._categories, figures.categories, strict=True)
        ]
        rows.append("<tbody>")
        rows += [f"{self._form[key]}{cell(figure)}" for key, figure in figures.form.items()]
        rows += [
            f"{_row(f'<code>{text.name(field)}</code>')}{cell(figure)}"
            for field, figure in figures.other.items()
        ]
        table = (
            f'<table class="sheet"><caption>{text.said("site.place.figures")}</caption>'
            f"<tbody>{''.join(rows)}</table>\n"
        )
        if not self._has_lines:
            return table
        lines = "".join(
            f"{head}{cell(figure)}" for head, figure in zip(self._lines, figures.lines, strict=True)
        )
        title = text.said("site.place.lines")
        return (
            f"{table}<details><summary>{title}</summary>"
            f'<table class="sheet"><caption class="hidden">{title}</caption>'
            f"<tbody>{lines}</table></details>\n"
        )

    def _votes(self, at: int, figures: SheetFigures) -> str:
        """Write the votes of a candidacy: its own figure, else the sum of its lines."""
        own = figures.own[at]
        if own is not None or not self._parts[at]:
            return self._text.cell(own)
        lines = [figures.lines[line] for line in self._parts[at]]
        known = [figure for figure in lines if isinstance(figure, int)]
        if len(known) == len(lines):
            return self._text.cell(sum(known))
        if not known:
            return self._text.cell(lines[0])
        return self._text.say("site.place.at_least", votes=sum(known))


def _row(name: str) -> str:
    # End tags that HTML does not need are left out: there are millions of these rows.
    return f"<tr><th scope=row>{name}<td>"
