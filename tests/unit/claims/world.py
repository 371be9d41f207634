"""A small election in which claims are made: two lines of TOML and a few sheets say it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from escrutinio.claims import Claim, ClaimsFile, Statement, check_claims, decode_claims
from escrutinio.definition import (
    Candidacy,
    CandidacyCode,
    Category,
    CategoryCode,
    CheckProfile,
    Clause,
    Contest,
    ContestCode,
    Definition,
    Division,
    DivisionId,
    Level,
    Phase,
    RecordKind,
    RegisterTotal,
    Rule,
    SheetType,
    TieRule,
    WinnerRule,
)
from escrutinio.primitives import Names, Sha256Hex, ceil_fraction
from escrutinio.tabulation import (
    ContestTally,
    Counters,
    DivisionTally,
    Histogram,
    compute_bounds,
    compute_scenarios,
)

ROOT = DivisionId("X")
PLURALITY = WinnerRule((Clause(()),), 0, TieRule.LOTS)
NULL = Category(CategoryCode("null"), Names({"en": "null"}), in_ballots=True, in_valid=False)

#: What every claim of a test has when the test says nothing else.
_HEAD = {
    "id": '"c1"',
    "kind": '"bulletin"',
    "date": '"2024-07-29"',
    "source": '"a paper"',
    "speaker": '"a council"',
    "title": '"a bulletin"',
}


@dataclass(frozen=True)
class Sheet:
    """One counted sheet: votes by candidacy, null votes, registered voters."""

    votes: Mapping[str, int]
    null: int = 0
    roll: int = 1_000

    @property
    def valid(self) -> int:
        """All votes of all candidacies."""
        return sum(self.votes.values())


@dataclass(frozen=True)
class Rolls:
    """The slow, literal form of ``RegisteredVotes``: a fractional knapsack over the sheets."""

    sheets: Sequence[Sheet]

    def most_votes_among(self, candidacy: CandidacyCode, registered: int) -> int:
        """Fill the registered voters with the sheets of most votes per voter."""
        return self._most(
            [(sheet.votes[candidacy], sheet.roll) for sheet in self.sheets], registered
        )

    def most_other_votes_among(self, candidacy: CandidacyCode, registered: int) -> int:
        """Do the same with the valid votes of the others."""
        others = [(sheet.valid - sheet.votes[candidacy], sheet.roll) for sheet in self.sheets]
        return self._most(others, registered)

    @staticmethod
    def _most(pairs: list[tuple[int, int]], registered: int) -> int:
        left, total = registered, Fraction(0)
        for votes, roll in sorted(pairs, key=lambda pair: Fraction(pair[0], pair[1]), reverse=True):
            taken = min(left, roll)
            total += Fraction(votes * taken, roll)
            left -= taken
        return ceil_fraction(total)


@dataclass(frozen=True)
class World:
    """An election, its sheets and what is claimed about it."""

    codes: tuple[str, ...] = ("A", "B", "C")
    categories: tuple[Category, ...] = (NULL,)
    stations: int | None = 10
    registers: Mapping[str, int] = field(default_factory=dict)
    rule: Rule = PLURALITY
    sheets: Sequence[Sheet] | None = None
    source: str = "copies"
    has_rolls: bool = False

    @property
    def contest(self) -> Contest:
        """The only contest."""
        return Contest(
            code=ContestCode("president"),
            names=Names({"en": "President"}),
            division=ROOT,
            votes_allowed=1,
            candidacies=tuple(
                Candidacy(CandidacyCode(code), Names({"en": f"Candidate {code}"}))
                for code in self.codes
            ),
            options=(),
            categories=self.categories,
            max_ballots_per_station=None,
            register_totals=tuple(
                RegisterTotal(name, number, Names({"en": name}), "")
                for name, number in self.registers.items()
            ),
            rule=self.rule,
        )

    @property
    def definition(self) -> Definition:
        """The election."""
        return Definition(
            identity=Sha256Hex("0" * 64),
            record_kind=RecordKind.TRANSCRIPTION,
            phase=Phase.OFFICIAL,
            names=Names({"en": "An election"}),
            date="2024-07-28",
            time_zone="UTC",
            levels=(Level("country", Names({"en": "country"})),),
            divisions=(Division(ROOT, None, "country", "X", self.stations, None),),
            stations=None,
            contests=(self.contest,),
            check_profile=CheckProfile(),
        )

    @property
    def tally(self) -> ContestTally | None:
        """The sheets, added the slow way."""
        if self.sheets is None:
            return None
        sheets, codes = self.sheets, [CandidacyCode(code) for code in self.codes]
        valid, null = sum(item.valid for item in sheets), sum(item.null for item in sheets)
        registered = sum(item.roll for item in sheets)
        total = DivisionTally(
            division=ROOT,
            counters=Counters(self.stations, len(sheets), 0, 0, len(sheets), 0),
            candidacies={code: sum(item.votes[code] for item in sheets) for code in codes},
            options=None,
            categories={CategoryCode("null"): null},
            unknown={},
            valid=valid,
            cast=valid + null,
            registered=registered,
            registered_stations=len(sheets),
            cast_where_registered=valid + null,
            register_used=registered,
            outstanding_cap=None,
        )
        return ContestTally(
            contest=ContestCode("president"),
            source=self.source,
            sheet_type=SheetType.MACHINE,
            divisions=(total,),
            votes_per_sheet={
                code: histogram(item.votes[code] for item in sheets) for code in codes
            },
            others_per_sheet={
                code: histogram(item.valid - item.votes[code] for item in sheets) for code in codes
            },
            valid_per_sheet=histogram(item.valid for item in sheets),
            first_places={},
            ties=0,
            registered_votes=Rolls(sheets) if self.has_rolls else None,
        )

    def read(self, *claims: str, turnouts: str = "") -> ClaimsFile:
        """Decode claims; each is TOML without the keys that no test cares about."""
        text = 'format = "escrutinio-claims/1"\n' + (f"turnouts = {turnouts}\n" if turnouts else "")
        return decode_claims(
            (text + "".join(_whole(claim) for claim in claims)).encode(), [self.contest], "c.toml"
        )

    def read_one(self, claim: str) -> Claim:
        """Decode one claim."""
        return self.read(claim).claims[0]

    def check(self, *claims: str, turnouts: str = "") -> tuple[Statement, ...]:
        """Check claims against each other and against the sheets."""
        return self.check_file(self.read(*claims, turnouts=turnouts))

    def check_file(self, claims: ClaimsFile) -> tuple[Statement, ...]:
        """Check a claims file against itself and against the sheets."""
        tally, contest = self.tally, self.contest
        scenarios = (
            compute_scenarios(self.definition, contest, tally, claims.turnouts) if tally else ()
        )
        bounds = {
            item.id: compute_bounds(contest, tally, item) for item in scenarios if tally is not None
        }
        return check_claims(claims, self.definition, contest, tally, scenarios, bounds)

    def check_code(self, code: str, *claims: str, turnouts: str = "") -> tuple[Statement, ...]:
        """Check claims and give the statements of one test about the claims, not the sheets."""
        return tuple(
            statement
            for statement in self.check(*claims, turnouts=turnouts)
            if statement.code == code and not statement.claims[0].startswith("sheets:")
        )

    def with_sheets(self, *sheets: Sheet) -> World:
        """Give the same election with other sheets."""
        return replace(self, sheets=sheets)


def histogram(values: Iterable[int]) -> Histogram:
    """Count how many sheets show each figure."""
    counted = Counter(values)
    falling = sorted(counted, reverse=True)
    return Histogram(tuple(falling), tuple(counted[value] for value in falling))


def _whole(claim: str) -> str:
    """Add the keys that every claim must have; a table ends the keys of the claim itself."""
    lines = [line.strip() for line in claim.strip().splitlines()]
    keys = {line.partition("=")[0].strip() for line in lines if not line.startswith("[")}
    head = [f"{key} = {value}" for key, value in _HEAD.items() if key not in keys]
    return "\n".join(["[[claim]]", *head, *lines, ""])
