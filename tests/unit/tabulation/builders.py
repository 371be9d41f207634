"""Small elections for the tests of bounds and outcomes, written down by their totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from escrutinio.definition import (
    Base,
    Candidacy,
    CandidacyCode,
    Category,
    CategoryCode,
    CheckProfile,
    Clause,
    Comparison,
    Contest,
    ContestCode,
    Definition,
    Division,
    DivisionId,
    Lead,
    Level,
    Phase,
    RecordKind,
    RegisterTotal,
    Rule,
    SeatsRule,
    Share,
    SheetType,
    Spread,
    TieRule,
    WinnerRule,
)
from escrutinio.primitives import Names, Sha256Hex
from escrutinio.tabulation import (
    ContestTally,
    Counters,
    DivisionTally,
    Histogram,
    Scenario,
    ScenarioKind,
)

ROOT = DivisionId("country")
CONTEST = ContestCode("president")


def names(text: str) -> Names:
    return Names({"en": text})


def code(text: str) -> CandidacyCode:
    return CandidacyCode(text)


def share(
    value: Fraction, comparison: Comparison = Comparison.MORE_THAN, of: Base = Base.VALID
) -> Share:
    return Share(of, comparison, value)


PLURALITY = WinnerRule((Clause(()),), 0, TieRule.LOTS)
MORE_THAN_HALF = WinnerRule((Clause((share(Fraction(1, 2)),)),), 2, TieRule.LOTS)
#: Bolivia: more than half, or 40 % and 10 points.
FORTY_AND_TEN = WinnerRule(
    (
        Clause((share(Fraction(1, 2)),)),
        Clause(
            (
                share(Fraction(2, 5), Comparison.AT_LEAST),
                Lead(Base.VALID, Comparison.AT_LEAST, Fraction(1, 10)),
            )
        ),
    ),
    2,
    TieRule.LOTS,
)


def half_and_spread(counties: int) -> WinnerRule:
    """Kenya: more than half, and a quarter in so many counties."""
    spread = Spread(Base.VALID, Comparison.AT_LEAST, Fraction(1, 4), "county", counties)
    return WinnerRule((Clause((share(Fraction(1, 2)), spread)),), 2, TieRule.LOTS)


def dhondt(seats: int, threshold: Share | None = None) -> SeatsRule:
    return SeatsRule(seats, threshold, TieRule.LOTS)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted in one area.

    Attributes:
        votes: by candidacy, in the order of the candidacies.
        blank: blank ballots, or None when the source does not show them.
        null: null ballots.
        limit: the most ballots that can still come from there, or None.
        registered: voters registered there, or None.
        register_used: registered voters the counted sheets need.
        stations: expected, counted.
        unknown: sheets on which a candidacy's figure cannot be read.
        cast: ballots cast; None adds the votes, blank and null ballots.
    """

    votes: tuple[int, ...]
    blank: int | None = 0
    null: int = 0
    limit: int | None = None
    registered: int | None = None
    register_used: int = 0
    stations: tuple[int | None, int] = (None, 0)
    unknown: Mapping[CandidacyCode, int] = field(default_factory=dict)
    cast: int | None = None


@dataclass(frozen=True, slots=True)
class Election:
    definition: Definition
    contest: Contest
    tally: ContestTally


def election(
    rule: Rule,
    whole: Counted,
    counties: Mapping[str, Counted] | None = None,
    codes: Sequence[str] = "abcdefghij",
    votes_allowed: int = 1,
    registers: Mapping[str, int] | None = None,
) -> Election:
    """Write down an election by its totals; the first codes are used, one per figure."""
    contest = Contest(
        code=CONTEST,
        names=names("president"),
        division=ROOT,
        votes_allowed=votes_allowed,
        candidacies=tuple(
            Candidacy(code(item), names(item)) for item in list(codes)[: len(whole.votes)]
        ),
        options=(),
        categories=(
            Category(CategoryCode("blank"), names("blank"), in_ballots=True, in_valid=False),
            Category(CategoryCode("null"), names("null"), in_ballots=True, in_valid=False),
        ),
        max_ballots_per_station=None,
        register_totals=tuple(
            RegisterTotal(item, registered, names(item), "")
            for item, registered in (registers or {}).items()
        ),
        rule=rule,
    )
    areas = {str(ROOT): whole, **(counties or {})}
    definition = Definition(
        identity=Sha256Hex("0" * 64),
        record_kind=RecordKind.TRANSCRIPTION,
        phase=Phase.TEST,
        names=names("election"),
        date="2024-07-28",
        time_zone="America/Caracas",
        levels=(Level("country", names("country")), Level("county", names("county"))),
        divisions=tuple(_division(item, area) for item, area in areas.items()),
        stations=None,
        contests=(contest,),
        check_profile=CheckProfile(),
    )
    return Election(definition, contest, _tally(contest, areas))


def outstanding(ballots: int, limits: Mapping[str, int] | None = None) -> Scenario:
    """Allow so many ballots more, without an assumption."""
    by_division = {DivisionId(item): limit for item, limit in (limits or {}).items()}
    return Scenario("caps", ScenarioKind.CAPS, ballots, by_division, None, None, None, None)


def _division(item: str, area: Counted) -> Division:
    is_root = item == ROOT
    return Division(
        division=DivisionId(item),
        parent=None if is_root else ROOT,
        level="country" if is_root else "county",
        name=item,
        stations=area.stations[0],
        registered=area.registered,
    )


def _tally(contest: Contest, areas: Mapping[str, Counted]) -> ContestTally:
    nothing = Histogram((), ())
    return ContestTally(
        contest=contest.code,
        source="test",
        sheet_type=SheetType.MACHINE,
        divisions=tuple(_division_tally(contest, item, area) for item, area in areas.items()),
        votes_per_sheet={},
        others_per_sheet={},
        valid_per_sheet=nothing,
        first_places={},
        ties=0,
    )


def _division_tally(contest: Contest, item: str, area: Counted) -> DivisionTally:
    expected, counted = area.stations
    valid = sum(area.votes)
    added = None if area.blank is None else valid + area.blank + area.null
    codes = [candidacy.code for candidacy in contest.candidacies]
    return DivisionTally(
        division=DivisionId(item),
        counters=Counters(expected, counted, 0, 0, counted, 0),
        candidacies=dict(zip(codes, area.votes, strict=True)),
        options=None,
        categories={CategoryCode("blank"): area.blank, CategoryCode("null"): area.null},
        unknown=area.unknown,
        valid=valid,
        cast=added if area.cast is None else area.cast,
        registered=0,
        registered_stations=0,
        cast_where_registered=0,
        register_used=area.register_used,
        outstanding_cap=area.limit,
    )
