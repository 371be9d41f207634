"""Treatment and tabulation, literally: one record, one station, one division at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from escrutinio.definition import CandidacyCode, CategoryCode, DivisionId, OptionCode
from escrutinio.tabulation.model import ContestTally, Counters, DivisionTally, Histogram
from tests.reference.slow_checks import SlowSheet, SlowTable, slow_findings
from tests.strategies import World

__all__ = ["slow_tally", "slow_treatments"]

_BEST_FIRST = ("counted", "repeated", "held", "closed", "missing", "out_of_catalogue")


def slow_treatments(world: World) -> list[str]:
    """Say what becomes of each record, first rule that fits."""
    stopped = {item.at for item in slow_findings(world) if item.severity in {"block", "hold"}}
    treatments: list[str] = []
    counted: set[str] = set()
    for sheet in SlowTable(world).sheets:
        if not sheet.known:
            treatments.append("out_of_catalogue")
        elif sheet.status.is_missing:
            treatments.append("missing")
        elif sheet.status.is_closed:
            treatments.append("closed")
        elif sheet.status.is_held or sheet.index in stopped:
            treatments.append("held")
        elif sheet.station in counted:
            treatments.append("repeated")
        else:
            treatments.append("counted")
            counted.add(sheet.station)
    return treatments


def slow_tally(world: World) -> ContestTally:
    """Add up the counted records of a world."""
    table = SlowTable(world)
    treated = list(zip(table.sheets, slow_treatments(world), strict=True))
    counted = [sheet for sheet, treatment in treated if treatment == "counted"]
    definition, contest = world.definition, world.contest
    inside = [item for item in definition.divisions if item.division in table.inside]
    inside.sort(key=lambda item: item.division != contest.division)
    readable = [sheet for sheet in counted if _is_complete(sheet)]
    leaders = [_leaders(sheet) for sheet in readable]
    codes = [item.code for item in contest.candidacies]
    divisions = [_division_tally(table, treated, item.division, item.stations) for item in inside]
    return ContestTally(
        contest=contest.code,
        source="test",
        sheet_type=world.sheet_type,
        divisions=tuple(divisions),
        votes_per_sheet={
            code: _histogram(sheet.known_votes_of(code) for sheet in readable) for code in codes
        },
        others_per_sheet={
            code: _histogram(_valid(sheet) - sheet.known_votes_of(code) for sheet in readable)
            for code in codes
        },
        valid_per_sheet=_histogram(_valid(sheet) for sheet in readable),
        first_places={code: leaders.count([code]) for code in codes},
        ties=sum(len(first) > 1 for first in leaders),
    )


def _leaders(sheet: SlowSheet) -> list[CandidacyCode]:
    votes = {item.code: sheet.votes_of(item.code) for item in sheet.table.contest.candidacies}
    best = max(figure for figure in votes.values() if figure is not None)
    return [code for code, figure in votes.items() if figure == best]


def _histogram(figures: Iterable[int]) -> Histogram:
    counted = sorted(Counter(figures).items(), reverse=True)
    return Histogram(tuple(value for value, _ in counted), tuple(n for _, n in counted))


def _unknown(sheet: SlowSheet) -> list[CandidacyCode]:
    codes = [item.code for item in sheet.table.contest.candidacies]
    return [code for code in codes if sheet.votes_of(code) is None]


def _shown_categories(table: SlowTable, *, valid: bool) -> list[str]:
    return [
        f"category.{item.code}"
        for item in table.contest.categories
        if (item.in_valid if valid else item.in_ballots) and f"category.{item.code}" in table.fields
    ]


def _is_complete(sheet: SlowSheet) -> bool:
    valid = _shown_categories(sheet.table, valid=True)
    return not _unknown(sheet) and all(sheet[field] is not None for field in valid)


def _is_open(sheet: SlowSheet) -> bool:
    ballots = _shown_categories(sheet.table, valid=False)
    return bool(_unknown(sheet)) or any(sheet[field] is None for field in ballots)


def _valid(sheet: SlowSheet) -> int:
    votes = sum(sheet.known_votes_of(item.code) for item in sheet.table.contest.candidacies)
    return votes + sheet.known_sum(_shown_categories(sheet.table, valid=True))


def _ballots(sheet: SlowSheet) -> int:
    contest = sheet.table.contest
    if contest.votes_allowed > 1:
        exact = sheet.exact_cast()
        return sheet.known_ballots() if exact is None else exact
    votes = sum(sheet.known_votes_of(item.code) for item in contest.candidacies)
    return votes + sheet.known_sum(_shown_categories(sheet.table, valid=False))


def _used(sheet: SlowSheet) -> int:
    """The least part of a register the sheet needs."""
    if _is_open(sheet):
        return _ballots(sheet) if sheet.table.contest.votes_allowed == 1 else 0
    return max(sheet.roll() or 0, _ballots(sheet))


def _room(sheet: SlowSheet) -> int | None:
    """The most ballots the unreadable figures of a sheet can stand for."""
    if not _is_open(sheet):
        return 0
    return None if sheet.cap is None else max(sheet.cap, _ballots(sheet)) - _used(sheet)


def _division_tally(
    table: SlowTable,
    treated: Sequence[tuple[SlowSheet, str]],
    division: DivisionId,
    expected: int | None,
) -> DivisionTally:
    contest = table.contest
    here = [
        sheet
        for sheet, treatment in treated
        if treatment == "counted" and _is_in(sheet, division, table)
    ]
    with_roll = [sheet for sheet in here if sheet.roll()]
    categories = {item.code: f"category.{item.code}" for item in contest.categories}
    lines = {item.code: f"option.{item.code}" for item in contest.options}
    options = {
        code: sum(sheet[field] or 0 for sheet in here)
        for code, field in lines.items()
        if field in table.fields
    }
    return DivisionTally(
        division=division,
        counters=_counters(table, treated, division, expected),
        candidacies={
            item.code: sum(sheet.known_votes_of(item.code) for sheet in here)
            for item in contest.candidacies
        },
        options={OptionCode(code): total for code, total in options.items()} or None,
        categories={
            CategoryCode(code): sum(sheet[field] or 0 for sheet in here)
            if field in table.fields
            else None
            for code, field in categories.items()
        },
        unknown={
            item.code: sum(item.code in _unknown(sheet) for sheet in here)
            for item in contest.candidacies
        },
        valid=sum(_valid(sheet) for sheet in here),
        cast=sum(_ballots(sheet) for sheet in here) if _shows_cast(table) else None,
        registered=sum(sheet.roll() or 0 for sheet in with_roll),
        registered_stations=len(with_roll),
        cast_where_registered=sum(_ballots(sheet) for sheet in with_roll),
        register_used=sum(_used(sheet) for sheet in here),
        outstanding_cap=_outstanding_cap(table, treated, division, here),
        unreadable=sum(_is_open(sheet) for sheet in here),
    )


def _shows_cast(table: SlowTable) -> bool:
    shows_all = all(field in table.fields for field in table.ballot_categories())
    if table.contest.votes_allowed == 1:
        return shows_all
    states = any(field.split(".part")[0].startswith("stated.cast") for field in table.fields)
    return states or (shows_all and "stated.valid" in table.fields)


def _is_in(sheet: SlowSheet, division: DivisionId, table: SlowTable) -> bool:
    own = sheet.division if sheet.division in table.inside else table.contest.division
    return division in table.world.definition.path_of(DivisionId(str(own)))


def _best_rows(
    treated: Sequence[tuple[SlowSheet, str]],
) -> dict[str, tuple[SlowSheet, str]]:
    """Give the row that says what became of each station."""
    best: dict[str, tuple[SlowSheet, str]] = {}
    for sheet, treatment in sorted(
        treated,
        key=lambda item: (
            _BEST_FIRST.index(item[1]),
            item[0].division is None,
            item[0].division or "",
        ),
    ):
        best.setdefault(sheet.station, (sheet, treatment))
    return best


def _counters(
    table: SlowTable,
    treated: Sequence[tuple[SlowSheet, str]],
    division: DivisionId,
    expected: int | None,
) -> Counters:
    best = {
        station: treatment
        for station, (sheet, treatment) in _best_rows(treated).items()
        if _is_in(sheet, division, table)
    }
    fates = Counter(best.values())
    arrived = {
        sheet.station
        for sheet, _ in treated
        if sheet.status.value not in {"not_delivered", "not_read", "not_installed", "merged"}
    }
    return Counters(
        expected=expected,
        counted=fates["counted"],
        held=fates["held"],
        closed=fates["closed"],
        received=sum(
            station in arrived and fate != "out_of_catalogue" for station, fate in best.items()
        ),
        out_of_catalogue=fates["out_of_catalogue"],
    )


def _outstanding_cap(
    table: SlowTable,
    treated: Sequence[tuple[SlowSheet, str]],
    division: DivisionId,
    here: Sequence[SlowSheet],
) -> int | None:
    """Add the most that every outstanding station and every unreadable figure can hold."""
    most: list[int | None] = [_room(sheet) for sheet in here]
    fates = {
        station: (sheet, treatment)
        for station, (sheet, treatment) in _best_rows(treated).items()
        if _is_in(sheet, division, table)
    }
    for station, (sheet, treatment) in fates.items():
        if treatment == "held":
            versions = [item.known_ballots() for item, _ in treated if item.station == station]
            most.append(None if sheet.cap is None else max(sheet.cap, *versions))
    settled = [s for s, (_, fate) in fates.items() if fate in {"counted", "held", "closed"}]
    most += _caps_of_missing(table, division, settled, treated)
    known = [cap for cap in most if cap is not None]
    return sum(known) if len(known) == len(most) else None


def _caps_of_missing(
    table: SlowTable,
    division: DivisionId,
    settled: Sequence[str],
    treated: Sequence[tuple[SlowSheet, str]],
) -> list[int | None]:
    """Give the cap of every station of a division that is not settled; None is unknown."""
    definition, contest = table.world.definition, table.contest
    if definition.stations is not None:
        listed = [s for s in definition.stations if division in definition.path_of(s.division)]
        caps = {
            s.station: s.max_ballots.get(contest.code, contest.max_ballots_per_station)
            for s in listed
        }
        return [cap for station, cap in caps.items() if station not in settled]
    below = [item for item in definition.divisions if division in definition.path_of(item.division)]
    for item in below:
        counters = _counters(table, treated, item.division, item.stations)
        if counters.surplus:
            return [None]
    expected = definition.division_by_id[division].stations
    if expected is None:
        return [None]
    return [contest.max_ballots_per_station] * (expected - len(settled))
