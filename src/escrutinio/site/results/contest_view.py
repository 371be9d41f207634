"""What a page shows of one contest in one division, without a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from escrutinio.definition import Contest, Division
from escrutinio.primitives import Names, round_half_up
from escrutinio.site.charts import Segment, stack
from escrutinio.site.results.bodies import DivisionRow
from escrutinio.site.results.history import LastChange
from escrutinio.site.results.reasons import ReasonCounts
from escrutinio.site.results.view import Place, SiteView

__all__ = [
    "HUNDREDTHS",
    "KINDS",
    "CandidacyLine",
    "ChildLine",
    "ContestSection",
    "counter_segments",
    "share_of",
    "view_contest",
]

#: What becomes of the expected stations, in the order of the bars.
KINDS = ("counted", "held", "missing", "closed")
#: Most candidacies for which votes by division are one table; with more, the table is unreadable.
MAX_COLUMNS = 16
#: Fewest party lines of a candidacy that are shown one by one.
MIN_LINES = 2
#: What shares in tables are counted in: so many make all of it.
HUNDREDTHS = 10_000


@dataclass(frozen=True, slots=True)
class CandidacyLine:
    """Votes of one candidacy.

    Attributes:
        names: what it is called.
        votes: on the counted sheets.
        share: of the valid votes, in hundredths of a percent; None where there is nothing to take
            it of.
        unread: counted sheets on which its votes cannot be read in full.
        lines: votes and share of its party lines in their order, None where the source does not
            show them; empty where it has a single line, or the source shows none.
    """

    names: Names
    votes: int
    share: int | None
    unread: int
    lines: tuple[tuple[int | None, int | None], ...]


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """Ballots of one tally category; None where the source does not show it."""

    names: Names
    ballots: int | None
    in_valid: bool


@dataclass(frozen=True, slots=True)
class ChildLine:
    """A division right inside, as its row of the table shows it."""

    division: Division
    row: DivisionRow
    segments: tuple[Segment, ...]
    turnout: Fraction | None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A polling place as its row of the table shows it: stations by what became of their sheet."""

    place: Place
    stations: int
    by_treatment: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ContestSection:
    """One contest in one division.

    Attributes:
        prefix: start of every anchor of its part of the page.
        position: of the contest in the definition.
        contest: as amended.
        is_whole: whether the division is the contest's own area.
        row: counters and totals.
        segments: of the bar of its counters.
        candidacies: in ballot order.
        base: valid votes, of which shares are taken; 0 where there is nothing to take them of.
        categories: tally categories in the order of the definition.
        has_unread: whether some figure of votes cannot be read.
        has_lines: whether some candidacy has several party lines that are shown.
        turnout: ballots of registered voters at the counted stations whose roll is known.
        reasons: of held and closed stations: words and numbers of stations.
        children: divisions right inside, in the order of the definition.
        has_columns: whether votes by division fit one table.
        places: polling places right inside it, with what became of their stations.
        change: the last change; None before the first bulletin.
    """

    prefix: str
    position: int
    contest: Contest
    is_whole: bool
    row: DivisionRow
    segments: tuple[Segment, ...]
    candidacies: tuple[CandidacyLine, ...]
    base: int
    categories: tuple[CategoryLine, ...]
    has_unread: bool
    has_lines: bool
    turnout: Fraction | None
    reasons: Mapping[str, Sequence[tuple[str, int]]]
    children: tuple[ChildLine, ...]
    has_columns: bool
    places: tuple[PlaceLine, ...]
    change: LastChange | None

    def share(self, votes: int) -> Fraction | None:
        """Give the share of the valid votes; None where there is nothing to take it of."""
        return share_of(votes, self.base)


def share_of(part: int, whole: int) -> Fraction | None:
    """Give a share, or None where there is nothing to take it of."""
    return Fraction(part, whole) if whole else None


def counter_segments(row: DivisionRow) -> tuple[Segment, ...]:
    """Give the parts of the bar of a division's counters."""
    return stack([(kind, int(getattr(row, kind) or 0)) for kind in KINDS])


def view_contest(
    view: SiteView,
    position: int,
    division: str,
    reasons: ReasonCounts,
    change: LastChange | None,
) -> ContestSection:
    """Gather what a page shows of a contest in a division.

    Args:
        view: of the site.
        position: of the contest.
        division: one that votes in it.
        reasons: of the contest, from ``count_reasons``.
        change: of this division.
    """
    contest = view.cut.contests[position].contest
    rows = view.division_rows[position]
    row = rows[division]
    # No shares while the source hides a candidacy: they would be shares of something else.
    is_whole_vote = not row.counted or all(unread < row.counted for unread in row.unknown)
    base = row.valid if is_whole_vote else 0
    candidacies = _candidacies(contest, row, base, view.party_lines[position])
    children = tuple(
        ChildLine(
            child,
            rows[child.division],
            counter_segments(rows[child.division]),
            _turnout(rows[child.division]),
        )
        for child in view.children.get(division, ())
        if child.division in rows
    )
    return ContestSection(
        prefix=f"c{position + 1}",
        position=position,
        contest=contest,
        is_whole=contest.division == division,
        row=row,
        segments=counter_segments(row),
        candidacies=candidacies,
        base=base,
        categories=tuple(
            CategoryLine(item.names, ballots, item.in_valid)
            for item, ballots in zip(contest.categories, row.categories, strict=True)
        ),
        has_unread=any(row.unknown),
        has_lines=any(item.lines for item in candidacies),
        turnout=_turnout(row),
        reasons=reasons.get(division, {}),
        children=children,
        has_columns=bool(children) and len(contest.candidacies) <= MAX_COLUMNS,
        places=tuple(_places(view, position, division)),
        change=change,
    )


def _candidacies(
    contest: Contest, row: DivisionRow, base: int, party_lines: Sequence[Sequence[int]]
) -> tuple[CandidacyLine, ...]:
    lines: Sequence[tuple[int | None, int | None]] = [
        (votes, _hundredths(votes, base)) for votes in row.options or ()
    ]
    return tuple(
        CandidacyLine(
            item.names,
            votes,
            _hundredths(votes, base),
            unread,
            tuple([lines[at] for at in own]) if lines and len(own) >= MIN_LINES else (),
        )
        for item, votes, unread, own in zip(
            contest.candidacies, row.candidacies, row.unknown, party_lines, strict=True
        )
    )


def _hundredths(part: int | None, whole: int) -> int | None:
    """Give a share in hundredths of a percent, halves upwards as everywhere."""
    return None if part is None or not whole else round_half_up(part * HUNDREDTHS, whole)


def _places(view: SiteView, position: int, division: str) -> Iterator[PlaceLine]:
    rows = view.station_rows[position]
    for place in view.places_in.get(division, ()):
        found = [
            row.treatment
            for station in place.stations
            if (row := rows.get(station)) is not None and (row.division or division) == division
        ]
        if found:
            yield PlaceLine(place, len(found), Counter(found))


def _turnout(row: DivisionRow) -> Fraction | None:
    return share_of(row.cast_where_registered, row.registered)
