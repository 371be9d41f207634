"""The figures of one contest in one division: stations, totals, what is outstanding, last change.

Put together from prepared text as ``contest_tables.py`` is: a bulletin changes the pages of nearly
all divisions at once, and has to be out within seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from escrutinio.primitives import Percent, Value, say
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.contest_tables import MAX_PLACES, ContestTables
from escrutinio.site.results.contest_view import KINDS, ContestSection
from escrutinio.site.results.figure_cells import FigureCells
from escrutinio.site.results.history import LastChange
from escrutinio.site.results.links import Links
from escrutinio.site.results.pictures import Pictures
from escrutinio.site.results.reason_words import say_reason
from escrutinio.site.results.reasons import BY_THE_SOURCE
from escrutinio.tabulation import ScenarioKind

__all__ = ["ContestText"]

#: Most changed stations that a page lists one by one.
MAX_ITEMS = 40


class ContestText:
    """Writes contests in one language, for the pages of one folder."""

    def __init__(self, words: PageWords, to: Links, pictures: Pictures) -> None:
        """Take the language, the links and the pictures."""
        self._words = words
        self._to = to
        self._pictures = pictures
        self._cells = FigureCells(words)
        self._tables = ContestTables(words, to, self._cells)
        self._reasons: dict[str, str] = {}
        self._times: dict[tuple[int, int], str] = {}
        self._counters = {
            kind: (
                f"<tr><th scope=row>{self._say(f'page.counter.{kind}')}"
                f'<span class="means">{self._say(means)}</span>'
            )
            for kind, means in _COUNTERS.items()
        }
        names = {kind: f"page.counter.{kind}" for kind in KINDS} | {"valid": "page.totals.valid"}
        self._compared = {
            kind: f"<tr><th scope=row>{self._say(key)}" for kind, key in names.items()
        }

    def write(self, section: ContestSection, *, has_maps: bool) -> Markup:
        """Write a contest.

        Args:
            section: what is shown.
            has_maps: whether maps of the divisions inside are shown.
        """
        pieces = [
            *self._part(section, "stations", "site.division.stations", self._stations(section)),
            *self._part(section, "totals", "page.totals.title", self._totals(section)),
            *self._part(
                section, "outstanding", "site.division.outstanding", self._outstanding(section)
            ),
        ]
        if has_maps and len(section.children) > 1:
            maps = iter([str(self._pictures.maps(section))])
            pieces += self._part(section, "maps", "site.division.maps", maps)
        if section.change is not None:
            lines = self._change(section, section.change)
            pieces += self._part(section, "change", "site.division.change", lines)
        return Markup("".join(pieces))  # noqa: S704 -- made of words, numbers and isolated names

    def reason(self, word: str) -> str:
        """Say why stations are held or closed."""
        found = self._reasons.get(word)
        if found is None:
            if word == BY_THE_SOURCE:
                found = self._say("site.division.reason_source")
            else:
                found = str(self._words.text(say_reason(word)[0]))
            self._reasons[word] = found
        return found

    def _part(
        self, section: ContestSection, name: str, title: str, lines: Iterator[str]
    ) -> Iterator[str]:
        anchor = f"{section.prefix}-{name}"
        yield f'<section aria-labelledby="{anchor}">\n<h3 id="{anchor}">{self._say(title)}</h3>\n'
        yield from lines
        yield "</section>\n"

    def _stations(self, section: ContestSection) -> Iterator[str]:
        say_it, row = self._say, section.row
        if row.expected is None:
            figures: dict[str, Value] = {kind: getattr(row, kind) for kind in _KNOWN}
            yield f"<p>{say_it('page.coverage.unknown', **figures)}</p>\n"
        else:
            figures = {"expected": row.expected} | {kind: getattr(row, kind) for kind in KINDS}
            yield f"<p>{say_it('page.coverage.sum', **figures)}</p>\n"
        if row.surplus:
            surplus = say_it("page.coverage.surplus", surplus=row.surplus)
            yield f'<p class="note strong">{surplus}</p>\n'
        yield self._pictures.counters(section)
        yield (
            f'<table class="figures counters" id="{section.prefix}-counters">\n'
            f'<caption class="hidden">{say_it("page.coverage.caption")}</caption>\n<tbody>\n'
            f"<tr class=sum><th scope=row>{say_it('page.counter.expected')}"
            f"{self._cells.count(row.expected)}\n"
        )
        for kind, head in self._counters.items():
            why = self._why(section, kind)
            yield f"{head}{why}{self._cells.count(getattr(row, kind))}\n"
        yield "</tbody>\n</table>\n"
        if section.reasons:
            yield f'<p class="note">{say_it("site.division.reasons_note")}</p>\n'

    def _why(self, section: ContestSection, kind: str) -> str:
        """List the reasons of held and closed stations."""
        why = "".join(
            f"<li>{self.reason(word)} <b>{self._words.number(stations)}</b></li>\n"
            for word, stations in section.reasons.get(kind, ())
        )
        return f'\n<ul class="why">\n{why}</ul>\n' if why else ""

    def _totals(self, section: ContestSection) -> Iterator[str]:
        row, contest = section.row, section.contest
        if row.unreadable:
            unread = self._say("report.unreadable", sheets=row.unreadable)
            yield f'<p class="note strong">{unread}</p>\n'
        # A picture of its own shows what can still change; elsewhere bars in the table do.
        if section.is_whole:
            yield self._pictures.results(section)
        yield self._tables.votes(section, has_bars=not section.is_whole)
        if section.has_lines:
            yield self._folded("page.totals.lines", self._tables.lines(section))
        if section.turnout is None:
            turnout = self._say("page.totals.no_turnout")
        else:
            turnout = self._say(
                "page.totals.turnout",
                turnout=Percent(section.turnout),
                ballots=row.cast_where_registered,
                registered=row.registered,
                stations=row.registered_stations,
            )
        yield f'<p id="{section.prefix}-turnout">{turnout}</p>\n'
        if contest.votes_allowed > 1:
            allowed = self._say("page.totals.votes_allowed", number=contest.votes_allowed)
            yield f'<p class="note">{allowed}</p>\n'

    def _folded(self, title: str, inside: str) -> str:
        return f"<details>\n<summary>{self._say(title)}</summary>\n{inside}</details>\n"

    def _outstanding(self, section: ContestSection) -> Iterator[str]:
        yield f"<p>{' '.join(self._say_outstanding(section))}</p>\n"
        if section.children:
            yield self._pictures.outstanding(section)
            yield self._tables.children(section)
            if section.has_columns:
                yield self._folded("page.totals.by_division", self._tables.by_division(section))
        is_listed = self._to.view.definition.stations is not None
        if section.row.missing and not section.children and not is_listed:
            yield f'<p class="note">{self._say("site.division.missing_unnamed")}</p>\n'
        if any(line.place.is_building for line in section.places):
            yield self._tables.places(section)
        elif section.places:
            yield self._tables.stations(section)
        if len(section.places) > MAX_PLACES:
            more = self._say("site.division.places_more", number=len(section.places) - MAX_PLACES)
            yield f'<p class="note">{more}</p>\n'

    def _say_outstanding(self, section: ContestSection) -> Iterator[str]:
        row = section.row
        if row.outstanding is None:
            yield self._say("site.division.outstanding_unknown")
        elif not row.outstanding:
            yield self._say("site.division.outstanding_none")
        else:
            yield self._say(
                "site.division.outstanding_stations",
                stations=row.outstanding,
                held=row.held,
                missing=row.missing or 0,
            )
            if row.registered_outstanding is not None:
                yield self._say(
                    "site.division.outstanding_registered",
                    registered=row.registered_outstanding,
                    stations=row.registered_outstanding_stations or 0,
                )
            yield self._say_most(section)

    def _say_most(self, section: ContestSection) -> str:
        """Say how many ballots can still be added, by the caps or else by the largest register."""
        cap = section.row.outstanding_cap
        if cap is not None:
            return self._say("site.division.outstanding_cap", votes=cap)
        scenario = None
        if section.is_whole:
            scenario = self._to.view.outcomes[section.position].main.outcome.scenario
        if scenario is None or scenario.kind is not ScenarioKind.REGISTER:
            return self._say("site.division.outstanding_no_cap")
        return self._say("site.division.outstanding_register", votes=scenario.outstanding)

    def _change(self, section: ContestSection, change: LastChange) -> Iterator[str]:
        when = self._when(change.number, change.time_s)
        new = change.now.new
        arrived = "" if not new else self._say("site.division.change_new", stations=new)
        yield f"<p>{when} {arrived}</p>\n"
        if change.before is None:
            yield f'<p class="note">{self._say("site.division.change_first")}</p>\n'
        else:
            yield self._before_and_now(section, change)
        if change.items:
            yield f"<p>{self._say('site.division.change_items')}</p>\n"
            items = "".join(
                f'<li><a href="{self._to.station(item.station)}">'
                f"{self._words.isolate(item.station)}</a>: "
                f"{self._treated(item.before, item.from_why)} → "
                f"{self._treated(item.to, item.why)}</li>\n"
                for item in change.items[:MAX_ITEMS]
            )
            yield f'<ul class="lines changes">\n{items}</ul>\n'
        if len(change.items) > MAX_ITEMS:
            more = self._say("site.division.change_more", number=len(change.items) - MAX_ITEMS)
            yield f'<p class="note">{more}</p>\n'

    def _when(self, number: int, time_s: int) -> str:
        """Say which bulletin brought a change; there are few of them."""
        found = self._times.get((number, time_s))
        if found is None:
            time = self._to.view.moments.say(time_s)
            found = self._say("site.division.change_when", number=number, time=time)
            self._times[number, time_s] = found
        return found

    def _before_and_now(self, section: ContestSection, change: LastChange) -> str:
        count = self._cells.count
        rows = "".join(
            f"{head}{count(getattr(change.before, kind))}{count(getattr(change.now, kind))}\n"
            for kind, head in self._compared.items()
        )
        return (
            f'<table class="figures" id="{section.prefix}-changes">\n'
            f'<caption class="hidden">{self._say("site.division.change")}</caption>\n'
            f'<thead><tr><td></td><th scope="col" class="n">{self._say("site.division.before")}'
            f'</th><th scope="col" class="n">{self._say("site.division.since")}</th></tr></thead>\n'
            f"<tbody>\n{rows}</tbody>\n</table>\n"
        )

    def _treated(self, treatment: str | None, why: str | None) -> str:
        """Say what became of a station, and why."""
        what = say(f"site.division.treatment.{treatment or 'none'}")
        if not why:
            return str(self._words.text(what))
        return self._say("site.division.treated", treatment=what, reasons=say_reason(why))

    def _say(self, key: str, **values: Value) -> str:
        return self._words.say(key, **values)


#: Counters that have a row, with the words that say what they mean.
_COUNTERS = {
    **{kind: f"page.counter_means.{kind}" for kind in KINDS},
    "received": "site.division.received_means",
    "out_of_catalogue": "site.division.out_means",
}
#: Counters that are known where the number of stations is not.
_KNOWN = ("counted", "held", "closed")
