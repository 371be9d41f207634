"""Every check of the catalogue, literally, one sheet at a time.

Slow and obvious on purpose: plain lists, integers and fractions, no columns. A figure that is
unknown is None, and whatever is reckoned from it is None too (``add``). The names of the rules
are the codes of the catalogue; ``docs/reference/checks.md`` says why each exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from escrutinio.sheet import CATALOGUE, CellState, SheetStatus
from escrutinio.sheet.catalogue import limit_of, severity_of
from tests.strategies import World

__all__ = ["Finding", "SlowSheet", "SlowTable", "add", "slow_findings"]


class Finding(NamedTuple):
    """One finding, at a record counted from 0; None is the whole table."""

    at: int | None
    code: str
    severity: str
    fields: str
    expected: int | None
    found: int | None


def add(*figures: int | None) -> int | None:
    """Add; one unknown figure makes the sum unknown."""
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def first_known(*figures: int | None) -> int | None:
    """Give the first figure that is known."""
    return next((figure for figure in figures if figure is not None), None)


class SlowTable:
    """The sheets of a world, and what the definition says of their stations."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.contest = world.contest
        self.fields = world.fields
        self.inside = {
            item.division
            for item in world.definition.divisions
            if world.contest.division in world.definition.path_of(item.division)
        }
        nowhere = all(row["division"] is None for row in world.rows)
        self.sheets = [
            SlowSheet(self, index, row, names_no_division=nowhere)
            for index, row in enumerate(world.rows)
        ]

    def limit(self, name: str) -> int:
        return limit_of(name, self.world.definition.check_profile)

    def lines_of(self, code: str) -> list[str]:
        return [f"option.{item.code}" for item in self.contest.options if item.candidacy == code]

    def shows_lines_of(self, code: str) -> bool:
        lines = self.lines_of(code)
        return bool(lines) and all(line in self.fields for line in lines)

    def vote_fields(self) -> list[str]:
        """All lines of a candidacy, else its own figure, else the lines there are."""
        chosen = []
        for item in self.contest.candidacies:
            own, lines = f"candidacy.{item.code}", self.lines_of(item.code)
            if self.shows_lines_of(item.code):
                chosen += lines
            elif own in self.fields:
                chosen.append(own)
            else:
                chosen += [line for line in lines if line in self.fields]
        order = [f"option.{item.code}" for item in self.contest.options]
        return sorted(chosen, key=lambda name: order.index(name) if name in order else len(order))

    def ballot_categories(self) -> list[str]:
        return [f"category.{c.code}" for c in self.contest.categories if c.in_ballots]


class SlowSheet:
    """One record."""

    def __init__(
        self, table: SlowTable, index: int, row: dict[str, object], *, names_no_division: bool
    ) -> None:
        self.table, self.index, self.row = table, index, row
        self.station = str(row["station"])
        self.status = SheetStatus(str(row["status"]))
        self.is_sheet = self.status is SheetStatus.SHEET
        definition, contest = table.world.definition, table.contest
        named = row["division"]
        if definition.stations is None and names_no_division:
            named = contest.division
        self.named_division = None if named is None else str(named)
        listed = [item for item in definition.stations or () if item.station == self.station]
        listed = [item for item in listed if item.division in table.inside]
        self.listed = listed[0] if listed else None
        if definition.stations is None:
            self.known = self.named_division in table.inside
        else:
            self.known = self.listed is not None
        self.division = self.listed.division if self.listed else self.named_division
        roll = self.listed.registered.get(contest.code) if self.listed else None
        self.published_roll = first_known(roll, (table.world.roll or {}).get(self.station))
        cap = self.listed.max_ballots.get(contest.code) if self.listed else None
        self.cap = first_known(cap, contest.max_ballots_per_station)

    def __getitem__(self, field: str) -> int | None:
        """Give a figure; None when unknown or not shown."""
        cell = self.row.get(field)
        return cell if isinstance(cell, int) and not isinstance(cell, CellState) else None

    def state(self, field: str) -> CellState:
        cell = self.row.get(field, CellState.NOT_ON_SOURCE)
        return cell if isinstance(cell, CellState) else CellState.NUMBER

    def known_sum(self, fields: Sequence[str]) -> int:
        return sum(self[field] or 0 for field in fields)

    def whole(self, field: str) -> int | None:
        """Give a figure, or the sum of its parts where only those are shown."""
        if field in self.table.fields:
            return self[field]
        parts = [name for name in self.table.fields if name.startswith(field + ".")]
        return add(*(self[part] for part in parts)) if parts else None

    def votes_of(self, code: str) -> int | None:
        """Own figure, else all lines."""
        own = self[f"candidacy.{code}"]
        if own is None and self.table.shows_lines_of(code):
            return add(*(self[line] for line in self.table.lines_of(code)))
        return own

    def known_votes_of(self, code: str) -> int:
        exact = self.votes_of(code)
        return self.known_sum(self.table.lines_of(code)) if exact is None else exact

    def options_sum(self) -> int | None:
        """Sum over the figures of the ballot; None unless every candidacy is shown."""
        for item in self.table.contest.candidacies:
            own = f"candidacy.{item.code}" in self.table.fields
            if not own and not self.table.shows_lines_of(item.code):
                return None
        return add(*(self[field] for field in self.table.vote_fields()))

    def valid(self) -> int | None:
        contest = self.table.contest
        counted = [f"category.{item.code}" for item in contest.categories if item.in_valid]
        return add(self.options_sum(), *(self[field] for field in counted))

    def cast(self) -> int | None:
        contest = self.table.contest
        if contest.votes_allowed == 1:
            ballots = self.table.ballot_categories()
            return add(self.options_sum(), *(self[field] for field in ballots))
        rest = [c for c in contest.categories if c.in_ballots and not c.in_valid]
        return add(self["stated.valid"], *(self[f"category.{c.code}"] for c in rest))

    def exact_cast(self) -> int | None:
        return first_known(self.cast(), self.whole("stated.cast"))

    def shown_cast(self) -> int | None:
        if self.table.contest.votes_allowed > 1:
            return self.exact_cast()
        shown = [f for f in self.table.ballot_categories() if f in self.table.fields]
        fields = [*self.table.vote_fields(), *shown]
        return first_known(self.exact_cast(), add(*(self[field] for field in fields)))

    def known_ballots(self) -> int:
        votes = Fraction(self.known_sum(self.table.vote_fields()), self.table.contest.votes_allowed)
        return -(-votes.numerator // votes.denominator) + self.known_sum(
            self.table.ballot_categories()
        )

    def least_cast(self) -> int:
        cast = self.cast()
        if cast is not None:
            return cast
        return max(self.known_ballots(), self.whole("stated.cast") or 0)

    def roll(self) -> int | None:
        return first_known(self.published_roll, self["registered"])


#: (code, fields or "" for the catalogue's, expected, found)
Hit = tuple[str, str, int | None, int | None]


def slow_findings(world: World) -> list[Finding]:
    """Run every check over every record."""
    table = SlowTable(world)
    found = [
        _finding(sheet.index, hit, world)
        for sheet in table.sheets
        for family in _FAMILIES
        for hit in family(sheet)
    ]
    return found + [_finding(None, hit, world) for hit in _about_the_table(table)]


def _finding(index: int | None, hit: Hit, world: World) -> Finding:
    code, fields, expected, found = hit
    severity = severity_of(code, world.sheet_type, world.definition.check_profile)
    return Finding(index, code, severity.value, fields or CATALOGUE[code].fields, expected, found)


def _differs(code: str, expected: int | None, found: int | None, fields: str = "") -> Iterator[Hit]:
    if expected is not None and found is not None and expected != found:
        yield code, fields, expected, found


def _above(code: str, most: int | None, found: int | None) -> Iterator[Hit]:
    if most is not None and found is not None and found > most:
        yield code, "", most, found


def _structure(sheet: SlowSheet) -> Iterator[Hit]:
    row, table = sheet.row, sheet.table
    if not sheet.known:
        yield "SHEET-001", "", None, None
    yield from _repeats(sheet)
    if row.get("wrong:contest"):
        yield "SHEET-003", "", None, None
    if row.get("wrong:phase"):
        yield "SHEET-008", "", None, None
    other = row.get("also_station")
    if sheet.is_sheet and other is not None and other != sheet.station:
        yield "SHEET-005", "", None, None
    image = row.get("image")
    sharing = {item.station for item in table.sheets if item.row.get("image") == image}
    if sheet.is_sheet and image is not None and len(sharing) > 1:
        yield "SHEET-009", "", None, None
    if sheet.listed is not None and sheet.named_division is not None:
        path = table.world.definition.path_of(sheet.listed.division)
        if sheet.named_division not in path:
            yield "SHEET-011", "", None, None
    for mark, code in (
        ("incomplete_parts", "SHEET-006"),
        ("document_kind", "SHEET-007"),
        ("unsigned", "SHEET-106"),
        ("poor_image", "SHEET-109"),
        ("difference_unexplained", "SHEET-208"),
    ):
        if row.get(f"mark:{mark}"):
            yield code, "", None, None


def _is_ours(sheet: SlowSheet) -> bool:
    wrong = sheet.row.get("wrong:contest") or sheet.row.get("wrong:phase")
    return not sheet.status.is_missing and not wrong


def _version(sheet: SlowSheet) -> tuple[object, ...]:
    figures = [sheet[field] for field in sheet.table.fields]
    return (*figures, sheet.status, sheet.division)


def _repeats(sheet: SlowSheet) -> Iterator[Hit]:
    copies = [
        item for item in sheet.table.sheets if item.station == sheet.station and _is_ours(item)
    ]
    if not _is_ours(sheet) or not any(item.is_sheet for item in copies) or len(copies) == 1:
        return
    differ = any(_version(item) != _version(sheet) for item in copies)
    yield "SHEET-002" if differ else "SHEET-010", "", None, len(copies)


def _legibility(sheet: SlowSheet) -> Iterator[Hit]:
    table = sheet.table
    for code, is_so in (
        ("SHEET-104", sheet.status.is_missing),
        ("SHEET-107", sheet.status.is_held),
        ("SHEET-110", sheet.status is SheetStatus.ANNULLED),
        ("SHEET-111", sheet.status in {SheetStatus.NOT_INSTALLED, SheetStatus.MERGED}),
    ):
        if is_so:
            yield code, "", None, None
    if not sheet.is_sheet:
        return
    shown = [name for name in table.fields if name.startswith("category.")]
    states = [sheet.state(field) for field in [*table.vote_fields(), *shown]]
    votes = [name for name in table.fields if name.startswith(("candidacy.", "option."))]
    if all(sheet[field] is None for field in votes):
        yield "SHEET-103", "", None, None
    else:
        illegible = states.count(CellState.ILLEGIBLE)
        empty = states.count(CellState.EMPTY) + states.count(CellState.DASH)
        if illegible:
            yield "SHEET-101", "", None, illegible
        if empty:
            yield "SHEET-102", "", None, empty
    for field, parts, total in (
        ("stated.valid", sheet.known_sum(table.vote_fields()), sheet.valid()),
        ("stated.cast", sheet.known_ballots(), sheet.cast()),
    ):
        if sheet.state(field) in {CellState.EMPTY, CellState.DASH} and parts > 0:
            yield "SHEET-108", field, total, None


def _arithmetic(sheet: SlowSheet) -> Iterator[Hit]:
    if not sheet.is_sheet:
        return
    fields, contest = sheet.table.fields, sheet.table.contest
    if contest.votes_allowed == 1:
        yield from _differs("SHEET-201", sheet.valid(), sheet["stated.valid"])
    elif (stated := sheet["stated.valid"]) is not None:
        votes = sheet.known_sum(sheet.table.vote_fields())
        yield from _above("SHEET-201", stated * contest.votes_allowed, votes)
    yield from _differs("SHEET-202", sheet.cast(), sheet["stated.cast"])
    if "stated.cast" not in fields:
        whole = sheet.whole("stated.cast")
        yield from _differs("SHEET-202", sheet.cast(), whole, "stated.cast")
    yield from _parts(sheet)
    for field in fields:
        plain = field.removeprefix("twin.")
        if plain != field:
            code = "SHEET-204" if plain.startswith("stated.") else "SHEET-205"
            yield from _differs(code, sheet[field], sheet[plain], plain)
    for item in contest.candidacies:
        if sheet.table.shows_lines_of(item.code):
            total = add(*(sheet[line] for line in sheet.table.lines_of(item.code)))
            own = f"candidacy.{item.code}"
            yield from _differs("SHEET-213", total, sheet[own], own)
    both = add(sheet["list_votes"], sheet["nominal_votes"])
    yield from _differs("SHEET-211", both, sheet["stated.valid"])
    yield from _difference(sheet)
    yield from _accounting(sheet)


def _parts(sheet: SlowSheet) -> Iterator[Hit]:
    for name in ("admitted", "stated.cast", "ballots_used"):
        parts = [field for field in sheet.table.fields if field.startswith(name + ".")]
        if parts:
            total = add(*(sheet[part] for part in parts))
            yield from _differs("SHEET-203", total, sheet[name], name)


def _difference(sheet: SlowSheet) -> Iterator[Hit]:
    cast, admitted = sheet.exact_cast(), sheet.whole("admitted")
    excess = None if cast is None or admitted is None else cast - admitted
    if excess is not None:
        yield from _differs("SHEET-207", max(excess, 0), sheet["surplus"], "surplus")
        yield from _differs("SHEET-207", max(-excess, 0), sheet["deficit"], "deficit")
    shows = any(name == "admitted" or name.startswith("admitted.") for name in sheet.table.fields)
    ticks: dict[str, Callable[[int], bool]] = {
        "mark:ticked_equal": lambda more: more == 0,
        "mark:ticked_more": lambda more: more > 0,
        "mark:ticked_fewer": lambda more: more < 0,
    }
    ticked = [name for name in ticks if sheet.row.get(name)]
    wrong = excess is not None and any(not ticks[name](excess) for name in ticked)
    if shows and (wrong or len(ticked) > 1):
        yield "SHEET-206", "", admitted, cast


def _accounting(sheet: SlowSheet) -> Iterator[Hit]:
    came = add(sheet.whole("admitted"), sheet["absent"])
    yield from _differs("SHEET-209", came, sheet["registered"])
    parts = ("ballots_unused", "ballots_spoiled", "ballots_lost")
    shown = [sheet[name] for name in parts if name in sheet.table.fields]
    total = add(sheet.whole("ballots_used"), *shown)
    if total is not None and "ballots_unaccounted" in sheet.table.fields:
        unaccounted = sheet["ballots_unaccounted"]
        total = None if unaccounted is None else total - unaccounted
    yield from _differs("SHEET-210", total, sheet["ballots_received"])


def _bounds(sheet: SlowSheet) -> Iterator[Hit]:
    if not sheet.is_sheet:
        return
    table, roll, least = sheet.table, sheet.roll(), sheet.least_cast()
    if roll is not None and roll > 0:
        yield from _above("SHEET-301", roll + table.limit("extra_voters_allowed"), least)
    shows = any(name.split(".")[0] == "admitted" for name in table.fields)
    voters = sheet.whole("admitted") if shows else sheet.whole("stated.cast")
    largest = max(sheet.known_votes_of(item.code) for item in table.contest.candidacies)
    yield from _above("SHEET-302", voters, largest)
    yield from _above("SHEET-303", sheet.whole("admitted"), least)
    yield from _above("SHEET-304", sheet["check_ins"], sheet.whole("admitted"))
    yield from _differs("SHEET-305", sheet.published_roll, sheet["registered"])
    yield from _above("SHEET-306", sheet.cap, least)
    any_roll = any(item.published_roll is not None for item in table.sheets)
    if (any_roll or "registered" in table.fields) and not roll:
        yield "SHEET-307", "", None, None


def _plausibility(sheet: SlowSheet) -> Iterator[Hit]:
    if not sheet.is_sheet:
        return
    table = sheet.table
    shown, exact, admitted = sheet.shown_cast(), sheet.exact_cast(), sheet.whole("admitted")
    for code in ("blank", "null"):
        ballots = sheet[f"category.{code}"]
        least = table.limit(f"{code}_percent") * (shown or 0)
        if ballots and shown is not None and 100 * ballots >= least:
            yield "SHEET-401", f"category.{code}", None, ballots
    if exact is not None and admitted is not None and exact != admitted:
        far = abs(exact - admitted)
        is_large = far >= table.limit("difference_votes")
        if is_large or 100 * far >= table.limit("difference_percent") * exact:
            yield "SHEET-402", "", admitted, exact
    if shown == 0:
        yield "SHEET-403", "", None, None
    roll, least = sheet.roll(), sheet.least_cast()
    if roll is not None and roll >= table.limit("turnout_min_registered"):
        low = shown is not None and 100 * shown < table.limit("turnout_low_percent") * roll
        if low or 100 * least > table.limit("turnout_high_percent") * roll:
            yield "SHEET-404", "", roll, first_known(shown, least)
    yield from _one_sided(sheet)
    yield from _whole_vectors(sheet)
    yield from _shifts(sheet)


def _one_sided(sheet: SlowSheet) -> Iterator[Hit]:
    table, total = sheet.table, sheet.options_sum()
    codes = [item.code for item in table.contest.candidacies]
    if len(codes) < 2 or total is None or total < table.limit("unanimous_min_valid"):
        return
    votes = {code: sheet.votes_of(code) for code in codes}
    known = {
        code: sum(item.known_votes_of(code) for item in table.sheets if item.is_sheet)
        for code in codes
    }
    all_votes = sum(known.values())
    main = [c for c in codes if 100 * known[c] >= table.limit("main_share_percent") * all_votes]
    largest = max(figure for figure in votes.values() if figure is not None)
    if largest == total or (all_votes and any(votes[code] == 0 for code in main)):
        yield "SHEET-405", "", total, largest


def _whole_vectors(sheet: SlowSheet) -> Iterator[Hit]:
    table = sheet.table
    fields = table.vote_fields()
    vector = [sheet[field] for field in fields]
    total = add(*vector)
    filled = sum(1 for figure in vector if figure)
    sheets = [item for item in table.sheets if item.is_sheet]
    same = {item.station for item in sheets if [item[field] for field in fields] == vector}
    is_large = total is not None and total >= table.limit("repeat_min_valid")
    if is_large and filled >= table.limit("repeat_min_options") and len(same) > 1:
        yield "SHEET-406", "", None, len(same)


def _shifts(sheet: SlowSheet) -> Iterator[Hit]:
    table = sheet.table
    fields = table.vote_fields()
    vector = [sheet[field] for field in fields]
    total = add(*vector)
    if len(fields) < 2 or total is None or sheet.named_division is None:
        return
    near = [item for item in table.sheets if item.named_division == sheet.named_division]
    area = [sum(item[field] or 0 for item in near if item.is_sheet) for field in fields]
    if total < table.limit("shift_min_valid") or not total:
        return

    def distance(figures: Sequence[int]) -> Fraction:
        parts = zip(figures, area, strict=True)
        return sum(abs(Fraction(v, total) - Fraction(a, sum(area))) for v, a in parts) / Fraction(2)

    figures = [figure or 0 for figure in vector]
    swapped = [
        [*figures[:i], figures[i + 1], figures[i], *figures[i + 2 :]]
        for i in range(len(figures) - 1)
    ]
    is_far = 100 * distance(figures) >= table.limit("shift_far_percent")
    closest = min(distance(other) for other in swapped)
    if is_far and 100 * closest <= table.limit("shift_near_percent"):
        yield "SHEET-407", "", None, None


def _about_the_table(table: SlowTable) -> Iterator[Hit]:
    for item in table.contest.candidacies:
        own, lines = f"candidacy.{item.code}", table.lines_of(item.code)
        shown = [line for line in lines if line in table.fields]
        if own in table.fields or table.shows_lines_of(item.code):
            continue
        for name in lines if shown else [own]:
            if name not in shown:
                yield "SHEET-004", name, None, None
    for field in table.fields:
        figures = [sheet[field] for sheet in table.sheets if sheet.is_sheet and sheet[field]]
        if len(figures) < table.limit("residue_min_rows") or len(set(figures)) < 3:
            continue
        factors = [m for m in range(2, 13) if all((figure or 0) % m == 0 for figure in figures)]
        if factors:
            yield "SHEET-408", f"{field} (x{max(factors)})", None, len(figures)


_FAMILIES = (_structure, _legibility, _arithmetic, _bounds, _plausibility)
