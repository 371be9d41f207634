"""A synthetic national election: territory, stations, contest, signers.

At 30,026 stations it has the shape of a real one: Venezuela's presidential election of July 2024,
with 24 states, 335 municipalities, 1,134 parishes, 38 party lines of 10 candidacies, 13 of them of
one, and 21.3 million registered voters. All names are invented.

The same number of stations and the same seed give the same election on every machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from escrutinio.definition import (
    BulletinSchedule,
    Candidacy,
    CandidacyCode,
    Category,
    CategoryCode,
    CheckProfile,
    Clause,
    Contest,
    ContestCode,
    Definition,
    DefinitionFiles,
    Division,
    DivisionId,
    Level,
    Option,
    OptionCode,
    Phase,
    RecordKind,
    Role,
    Signer,
    SignerId,
    Station,
    StationId,
    StationKind,
    TieRule,
    Trust,
    WinnerRule,
    decode_definition,
    encode_definition,
)
from escrutinio.primitives import Names, Sha256Hex
from escrutinio.testing.keys import SimulatedKeys

__all__ = ["BULLETIN_EVERY_S", "CLOSING_S", "CONTEST", "ROOT", "SimulatedElection", "make_election"]

ROOT = DivisionId("EJ")
CONTEST = ContestCode("president")
#: When polling stations close: 28 July 2030, 18:00 at UTC-4.
CLOSING_S = 1_911_506_400
#: Distance between two bulletins.
BULLETIN_EVERY_S = 3_600

_FULL_STATIONS = 30_026
_FULL_REGISTERED = 21_300_000
_FULL_AREAS = {"state": 24, "municipality": 335, "parish": 1134}
_MAX_STATIONS_PER_PLACE = 6
#: Party lines of each candidacy, in ballot order; together 38.
_LINES = {
    "ambar": 13,
    "cobalto": 5,
    "esmeralda": 4,
    "indigo": 4,
    "jade": 3,
    "marfil": 3,
    "ocre": 2,
    "perla": 2,
    "rubi": 1,
    "topacio": 1,
}
_CANDIDACY_NAMES = {
    "ambar": "Lista Ámbar",
    "cobalto": "Lista Cobalto",
    "esmeralda": "Lista Esmeralda",
    "indigo": "Lista Índigo",
    "jade": "Lista Jade",
    "marfil": "Lista Marfil",
    "ocre": "Lista Ocre",
    "perla": "Lista Perla",
    "rubi": "Lista Rubí",
    "topacio": "Lista Topacio",
}
_SYLLABLES = ("al", "bre", "ca", "do", "en", "fla", "gui", "lo", "ma", "ni", "o", "pe", "ro", "ta")


@dataclass(frozen=True)
class SimulatedElection:
    """An election and everybody's keys.

    Attributes:
        seed: what it was made from.
        files: the definition as it is published.
        definition: the same, decoded.
        keys: of everybody who signs.
    """

    seed: int
    files: DefinitionFiles = field(repr=False)
    definition: Definition = field(repr=False)
    keys: SimulatedKeys = field(repr=False)


def make_election(stations: int, seed: int, keys: SimulatedKeys | None = None) -> SimulatedElection:
    """Make an election.

    Args:
        stations: number of polling stations, at least 1.
        seed: another one gives other rolls, other names and other keys.
        keys: other keys for the same election, as somebody has them who imitates it.
    """
    rng = random.Random(f"election {stations} {seed}")  # noqa: S311  # a rehearsal, no secret
    keys = keys or SimulatedKeys(f"{stations} {seed}")
    areas = _make_areas(stations, rng)
    roster = tuple(_make_stations(stations, areas["parish"], rng))
    divisions = _add_up(areas, roster)
    draft = Definition(
        identity=Sha256Hex("0" * 64),
        record_kind=RecordKind.OFFICIAL,
        phase=Phase.OFFICIAL,
        names=Names({"en": f"Simulated election {seed}", "es": f"Elección simulada {seed}"}),
        date="2030-07-28",
        time_zone="America/Caracas",
        levels=_levels(),
        divisions=divisions,
        stations=roster,
        contests=(_contest(),),
        check_profile=CheckProfile(),
        sources=("Invented by escrutinio simulate; no real election",),
        trust=Trust(
            required={Role.AUTHORITY: 2, Role.BOARD: 2, Role.CENTRE: 2},
            policy=keys.policy,
            bulletins=BulletinSchedule(CLOSING_S + BULLETIN_EVERY_S, BULLETIN_EVERY_S),
            publish_not_before_s=CLOSING_S,
            signers=tuple(
                sorted(_signers(roster, areas["state"], keys), key=lambda item: item.signer)
            ),
        ),
    )
    files = encode_definition(draft)
    return SimulatedElection(seed, files, decode_definition(files), keys)


def _make_areas(stations: int, rng: random.Random) -> dict[str, list[Division]]:
    """Make the tree, without numbers yet; every area has a part, the smallest have stations."""
    areas = {"country": [Division(ROOT, None, "country", "Ejemplia", None, None)]}
    above = "country"
    for level, full in _FULL_AREAS.items():
        # A small election has few areas, and never more than stations.
        count = max(len(areas[above]), min(full, -(-full * stations // _FULL_STATIONS)))
        if level == "state":
            count = min(full, stations)
        count = min(max(count, len(areas[above])), stations)
        areas[level] = list(_split(areas[above], level, count, rng))
        above = level
    return areas


def _split(
    parents: Sequence[Division], level: str, count: int, rng: random.Random
) -> Iterator[Division]:
    for number, parent in enumerate(parents):
        # The parts are dealt out evenly, so that no parent goes without.
        parts = (number + 1) * count // len(parents) - number * count // len(parents)
        for part in range(1, parts + 1):
            name = "".join(rng.choice(_SYLLABLES) for _ in range(3)).capitalize()
            yield Division(
                DivisionId(f"{parent.division}-{part:02}"), parent.division, level, name, None, None
            )


def _make_stations(
    count: int, parishes: Sequence[Division], rng: random.Random
) -> Iterator[Station]:
    rolls = _make_rolls(count, rng)
    made = 0
    for number, parish in enumerate(parishes):
        here = (number + 1) * count // len(parishes) - number * count // len(parishes)
        place = table = 0
        room = 0
        for _ in range(here):
            if table >= room:
                place, table = place + 1, 0
                room = 1 + int(rng.random() * _MAX_STATIONS_PER_PLACE)
            table += 1
            digits = parish.division.removeprefix(f"{ROOT}-").replace("-", "")
            building = f"{digits}{place:03}"
            roll = rolls[made]
            yield Station(
                StationId(f"{building}.{table:02}"),
                parish.division,
                _kind_of(made),
                building,
                {CONTEST: roll},
                {CONTEST: roll + 12},
            )
            made += 1


def _make_rolls(count: int, rng: random.Random) -> list[int]:
    """Give rolls that add up to the country's, in proportion to the number of stations."""
    total = _FULL_REGISTERED * count // _FULL_STATIONS
    weights = [0.4 + rng.random() + rng.random() * 0.2 for _ in range(count)]
    scale = total / sum(weights)
    rolls = [int(weight * scale) for weight in weights]
    rolls[-1] += total - sum(rolls)
    return rolls


def _kind_of(number: int) -> StationKind:
    """Make most stations machines, some paper, a few abroad, mobile or special."""
    if number % 200 == 17:  # noqa: PLR2004  # a handful
        return (StationKind.ABROAD, StationKind.MOBILE, StationKind.SPECIAL)[number // 200 % 3]
    return StationKind.PAPER if number % 25 == 7 else StationKind.DEVICE  # noqa: PLR2004  # some


def _add_up(areas: dict[str, list[Division]], roster: Sequence[Station]) -> tuple[Division, ...]:
    """State the stations and registered voters of every division."""
    stations: dict[str, int] = {}
    registered: dict[str, int] = {}
    parent = {item.division: item.parent for level in areas.values() for item in level}
    for station in roster:
        area: DivisionId | None = station.division
        while area is not None:
            stations[area] = stations.get(area, 0) + 1
            registered[area] = registered.get(area, 0) + station.registered[CONTEST]
            area = parent[area]
    return tuple(
        Division(
            item.division,
            item.parent,
            item.level,
            item.name,
            stations[item.division],
            registered[item.division],
        )
        for level in areas.values()
        for item in level
    )


def _levels() -> tuple[Level, ...]:
    names = {
        "country": ("country", "país"),
        "state": ("state", "estado"),
        "municipality": ("municipality", "municipio"),
        "parish": ("parish", "parroquia"),
    }
    return tuple(Level(code, Names({"en": en, "es": es})) for code, (en, es) in names.items())


def _contest() -> Contest:
    options = [
        Option(
            OptionCode(f"{code}-{line}"),
            CandidacyCode(code),
            Names({"es": f"{_CANDIDACY_NAMES[code]} {line}"}),
        )
        for code, lines in _LINES.items()
        for line in range(1, lines + 1)
    ]
    return Contest(
        code=CONTEST,
        names=Names({"en": "President of Ejemplia", "es": "Presidencia de Ejemplia"}),
        division=ROOT,
        votes_allowed=1,
        candidacies=tuple(
            Candidacy(CandidacyCode(code), Names({"es": _CANDIDACY_NAMES[code]})) for code in _LINES
        ),
        options=tuple(options),
        categories=(
            Category(
                CategoryCode("blank"),
                Names({"en": "blank", "es": "en blanco"}),
                in_ballots=True,
                in_valid=False,
            ),
            Category(
                CategoryCode("null"),
                Names({"en": "null", "es": "nulos"}),
                in_ballots=True,
                in_valid=False,
            ),
        ),
        max_ballots_per_station=None,
        register_totals=(),
        rule=WinnerRule(clauses=(Clause(conditions=()),), runoff=0, tie=TieRule.NEW_ELECTION),
    )


def _signers(
    roster: Sequence[Station], states: Sequence[Division], keys: SimulatedKeys
) -> Iterator[Signer]:
    named: list[tuple[str, Role, str]] = [
        *[(f"authority-{number}", Role.AUTHORITY, ROOT) for number in (1, 2, 3)],
        *[(f"board-{number}", Role.BOARD, ROOT) for number in (1, 2, 3)],
        ("auditor-1", Role.AUDITOR, ROOT),
        ("operator", Role.OPERATOR, ROOT),
    ]
    for state in states:
        named += [
            (f"centre-{state.division}-{number}", Role.CENTRE, state.division) for number in (1, 2)
        ]
    named += [
        (f"device-{station.station}", Role.DEVICE, station.station)
        for station in roster
        if station.kind is StationKind.DEVICE
    ]
    for name, role, scope in named:
        yield Signer(SignerId(name), role, scope, keys.signer(name).public.raw)
