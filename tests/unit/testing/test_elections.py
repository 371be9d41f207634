"""Simulated elections: shaped like a real one, the same every time, and whole at every size."""

from __future__ import annotations

import pytest

from escrutinio.definition import Role, StationKind
from escrutinio.log.entries import LoggedSheet
from escrutinio.testing import Case, make_day, make_election
from escrutinio.testing.day import bulletin_after, bulletin_time


def test_full_election_has_the_shape_of_a_real_one() -> None:
    """Figures of the election it is shaped like: facts on Venezuela's of 28 July 2024."""
    definition = make_election(30_026, 1).definition
    levels = [item.level for item in definition.divisions]
    contest = definition.contests[0]
    assert definition.root.registered == 21_300_000
    assert definition.root.stations == 30_026
    assert [levels.count(name) for name in ("state", "municipality", "parish")] == [24, 335, 1134]
    assert (len(contest.options), len(contest.candidacies)) == (38, 10)


@pytest.mark.parametrize("stations", [1, 2, 19, 20, 21, 24, 25, 99, 100, 337])
def test_divisions_add_up_at_every_size(stations: int) -> None:
    definition = make_election(stations, 3).definition
    root = definition.root
    for level in ("state", "municipality", "parish"):
        here = [item for item in definition.divisions if item.level == level]
        assert sum(item.stations or 0 for item in here) == root.stations == stations
        assert sum(item.registered or 0 for item in here) == root.registered


def test_same_seed_gives_the_same_entries() -> None:
    """Whoever publishes a rehearsal can be checked by anybody who repeats it."""
    first, second = (make_day(make_election(30, 5)) for _ in range(2))
    assert [event.data for event in first.arrivals()] == [event.data for event in second.arrivals()]


def test_another_seed_gives_other_keys_and_other_votes() -> None:
    first, second = (make_day(make_election(30, seed)) for seed in (5, 6))
    keys = [
        {item.key for item in day.election.definition.trust.signers}  # type: ignore[union-attr]  # it has
        for day in (first, second)
    ]
    assert keys[0].isdisjoint(keys[1])
    votes = [
        [item.content.votes for item in day.events if isinstance(item.content, LoggedSheet)]
        for day in (first, second)
    ]
    assert votes[0] != votes[1]


@pytest.mark.parametrize("seed", range(3))
def test_every_case_has_a_station_of_its_own_from_twenty_on(seed: int) -> None:
    """Mistakes that a rehearsal leaves out at some sizes would be met on the day."""
    assert set(make_day(make_election(20, seed)).cases.values()) == set(Case) - {Case.MISSING}
    assert sorted(make_day(make_election(100, seed)).cases.values()) == sorted(Case)


def test_nothing_goes_wrong_in_a_very_small_election() -> None:
    assert not make_day(make_election(19, 1)).cases


def test_every_kind_of_station_is_there() -> None:
    kinds = {item.kind for item in make_election(600, 1).definition.stations or ()}
    assert kinds == set(StationKind)


def test_machines_sign_for_themselves_and_people_in_pairs() -> None:
    election = make_election(40, 2)
    trust = election.definition.trust
    assert trust is not None
    devices = {item.scope for item in trust.signers if item.role is Role.DEVICE}
    stations = election.definition.stations or ()
    assert devices == {item.station for item in stations if item.kind is StationKind.DEVICE}
    assert trust.required[Role.CENTRE] == trust.required[Role.BOARD] == 2


def test_sheets_add_up_but_for_the_case_of_a_wrong_sum() -> None:
    day = make_day(make_election(60, 4))
    wrong = set()
    for event in day.events:
        sheet = event.content
        if isinstance(sheet, LoggedSheet) and None not in sheet.votes:
            ballots = sum(vote or 0 for vote in (*sheet.votes, *sheet.categories))
            if ballots != sheet.figures[2]:
                wrong.add(day.cases[sheet.station])
    assert wrong == {Case.CORRECTED}


def test_bulletin_after_a_time_is_due_later_than_it() -> None:
    for time_s in (bulletin_time(1) - 1, bulletin_time(1), bulletin_time(4) + 7):
        number = bulletin_after(time_s)
        assert bulletin_time(number - 1) <= time_s < bulletin_time(number)
