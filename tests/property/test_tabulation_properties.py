"""Laws of adding up sheets, and of the evidence that holds the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any, TypeAlias, TypeVar

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from escrutinio.definition import CandidacyCode, CheckProfile, OptionCode, Severity
from escrutinio.errors import MalformedError
from escrutinio.primitives import decode_canonical, encode_canonical, sha256_hex
from escrutinio.sheet import Roster
from escrutinio.tabulation.evidence import (
    ContestEvidence,
    Evidence,
    FindingCount,
    SourceFile,
    decode_evidence,
    encode_evidence,
)
from escrutinio.tabulation.model import ContestTally, DivisionTally
from escrutinio.tabulation.treatment import treat_sheets
from tests.builders import findings_of, names, tally_of
from tests.strategies import World, worlds

V = TypeVar("V")

#: Keys and indexes from the top of a JSON document down to a value.
Place: TypeAlias = tuple[str | int, ...]


def _tally(world: World) -> ContestTally:
    return tally_of(world.table, world.definition, world.roll_frame)


def _with_differing_sheets_held(world: World) -> World:
    """Keep SHEET-002 as it is in the catalogue; a profile that demotes it lets the first count."""
    frozen = world.definition.check_profile
    severities = {code: item for code, item in frozen.severities.items() if code != "SHEET-002"}
    profile = CheckProfile(frozen.limits, severities)
    return replace(world, definition=replace(world.definition, check_profile=profile))


def _treatments(world: World) -> Counter[tuple[object, ...]]:
    roster = Roster.of(world.definition, world.contest, world.roll_frame)
    findings = findings_of(world.table, world.definition, roll=world.roll_frame)
    treated = treat_sheets(world.table, findings, roster)
    return Counter(treated.select("station", "treatment").iter_rows())


@given(world=worlds(), random=st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_of_records_changes_nothing(world: World, random: Random) -> None:
    """Sheets arrive in any order; the sums and the fate of each station must not know it."""
    here = _with_differing_sheets_held(world)
    rows = list(here.rows)
    random.shuffle(rows)
    there = replace(here, rows=tuple(rows))
    assert _tally(there) == _tally(here)
    assert _treatments(there) == _treatments(here)


def _figures(tally: ContestTally) -> Iterator[tuple[str, int]]:
    for item in tally.divisions:
        figures = {
            **{f"votes of {code}": votes for code, votes in item.candidacies.items()},
            **{f"line {code}": votes for code, votes in (item.options or {}).items()},
            **{f"category {code}": count or 0 for code, count in item.categories.items()},
            "valid": item.valid,
            "cast": item.cast or 0,
            "registered": item.registered,
            "used": item.register_used,
            "counted": item.counters.counted,
            "received": item.counters.received,
        }
        for name, figure in figures.items():
            yield f"{item.division}, {name}", figure


@given(world=worlds(), data=st.data())
@settings(max_examples=60)
def test_a_sheet_of_a_new_station_lowers_no_total(world: World, data: st.DataObject) -> None:
    """More evidence can only add votes; a total that falls has lost a sheet."""
    pattern = data.draw(st.sampled_from(world.rows))
    # An image that two stations share holds the sheets of both.
    added = pattern | {"station": "new", "image": None}
    after = dict(_figures(_tally(replace(world, rows=(*world.rows, added)))))
    for name, figure in _figures(_tally(world)):
        assert after[name] >= figure, name


@given(world=worlds())
@settings(max_examples=60)
def test_divisions_are_the_sums_of_their_parts_and_counters_add_up(world: World) -> None:
    """Every station is somewhere, and nowhere twice."""
    tally = _tally(world)
    stations = {row["station"] for row in world.rows}
    treatments = _treatments(world)
    fates = {
        station: {fate for name, fate in treatments if name == station} for station in stations
    }
    # A row of a place that is not in the contest says nothing of its station beside another one.
    missing = {name for name, found in fates.items() if found - {"out_of_catalogue"} == {"missing"}}
    counters = tally.total.counters
    assert counters.accounted + counters.out_of_catalogue + len(missing) == len(stations)
    children: dict[str, list[DivisionTally]] = {}
    for item in tally.divisions[1:]:
        parent = world.definition.division_by_id[item.division].parent
        children.setdefault(str(parent), []).append(item)
    for item in tally.divisions:
        for code in item.candidacies:
            parts = sum(part.candidacies[code] for part in children.get(item.division, []))
            assert parts <= item.candidacies[code]


def _relabelled(world: World) -> World:
    """Give every candidacy and line another code, and show candidacies in another order."""
    contest = replace(
        world.contest,
        candidacies=tuple(
            replace(item, code=CandidacyCode(f"z{item.code}"))
            for item in reversed(world.contest.candidacies)
        ),
        options=tuple(
            replace(
                item,
                code=OptionCode(f"z{item.code}"),
                candidacy=CandidacyCode(f"z{item.candidacy}"),
            )
            for item in world.contest.options
        ),
    )

    def field(name: str) -> str:
        for kind in ("candidacy.", "option."):
            name = name.replace(kind, f"{kind}z")
        return name

    return replace(
        world,
        definition=replace(world.definition, contests=(contest,)),
        contest=contest,
        fields=tuple(field(name) for name in world.fields),
        rows=tuple({field(name): cell for name, cell in row.items()} for row in world.rows),
    )


def _renamed(figures: Mapping[Any, V]) -> dict[str, V]:
    return {f"z{code}": figure for code, figure in figures.items()}


@given(world=worlds())
@settings(max_examples=60)
def test_relabelling_candidacies_relabels_everything(world: World) -> None:
    """The sums do not know who anybody is."""
    here, there = _tally(world), _tally(_relabelled(world))
    assert there.votes_per_sheet == _renamed(here.votes_per_sheet)
    assert there.others_per_sheet == _renamed(here.others_per_sheet)
    assert there.first_places == _renamed(here.first_places)
    assert (there.valid_per_sheet, there.ties) == (here.valid_per_sheet, here.ties)
    for new, old in zip(there.divisions, here.divisions, strict=True):
        plain = replace(new, candidacies=old.candidacies, options=old.options, unknown=old.unknown)
        assert plain == old
        assert new.candidacies == _renamed(old.candidacies)
        assert new.unknown == _renamed(old.unknown)
        assert (new.options or {}) == _renamed(old.options or {})


def _evidence(world: World) -> Evidence:
    return Evidence(
        definition=world.definition.identity,
        source="test",
        names=names("test"),
        files=(SourceFile("a.csv", sha256_hex(b"a"), 100, len(world.rows)),),
        contests=(
            ContestEvidence(
                _tally(world), (FindingCount("SHEET-001", Severity.HOLD, number=1, ballots=20),)
            ),
        ),
    )


@given(world=worlds())
@settings(max_examples=60)
def test_evidence_is_read_as_it_was_written(world: World) -> None:
    """Whoever has no sheets must have every figure of them, and every byte one reading."""
    evidence = _evidence(world)
    data = encode_evidence(evidence)
    read = decode_evidence(data, "evidence.json", world.definition)
    assert read == evidence
    assert encode_evidence(read) == data


@given(world=worlds(), data=st.data())
@settings(max_examples=60)
def test_a_changed_figure_that_breaks_a_total_is_refused(world: World, data: st.DataObject) -> None:
    """A file that contradicts itself must not become evidence against anybody."""
    document = decode_canonical(encode_evidence(_evidence(world))[:-1], "evidence.json")
    places = list(_numbers(document, ()))
    place, figure = data.draw(st.sampled_from([item for item in places if _is_held_fast(item[0])]))
    changed = figure + data.draw(st.sampled_from([-1, 1, 1000]))
    assume(changed >= 0)
    # Ballots cast, unlike votes, are stated and not added up where a ballot carries several.
    assume(world.contest.votes_allowed == 1 or "cast" not in place)
    _put(document, place, changed)
    with pytest.raises(MalformedError):
        decode_evidence(encode_canonical(document) + b"\n", "evidence.json", world.definition)


def _numbers(value: object, place: Place) -> Iterator[tuple[Place, int]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _numbers(item, (*place, index))
    elif isinstance(value, int):
        yield place, value


def _is_held_fast(place: Place) -> bool:
    """Say whether other figures of the file always fix this one."""
    fixed = {"candidacies", "valid", "cast", "expected", "votes_per_sheet", "others_per_sheet"}
    return bool({*fixed, "valid_per_sheet", "first_places", "ties"} & set(place))


def _put(document: object, place: Place, value: int) -> None:
    *outer, last = place
    inner: Any = document
    for key in outer:
        inner = inner[key]
    inner[last] = value
