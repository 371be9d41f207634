"""What a bulletin's body says, on a day on which nearly everything happens."""

from __future__ import annotations

import json
from typing import Any

import pytest

from escrutinio.log.entries import CandidacyWithdrawn, StationMoved, WithdrawnVotes
from escrutinio.publication import ComposedBulletin, compose_bulletin, take_cut
from tests.vectors.bulletin.cases import (
    full_day,
    governor_day,
    seats_day,
    three_candidacies,
    transcription_day,
)
from tests.vectors.bulletin.day import Day
from tests.vectors.definition.documents import assemble_with_trust

BODIES = [item.composed for item in full_day().bulletins]
COUNTERS = ("counted", "held", "missing", "closed")


def _contest(composed: ComposedBulletin, position: int = 0) -> Any:  # noqa: ANN401  # JSON of any shape
    return json.loads(composed.body)["contests"][position]


def _division(composed: ComposedBulletin, division: str, position: int = 0) -> Any:  # noqa: ANN401  # JSON of any shape
    rows = _contest(composed, position)["divisions"]
    return next(row for row in rows if row["division"] == division)


def test_every_division_has_an_item_the_contests_own_area_first() -> None:
    rows = [row["division"] for row in _contest(BODIES[0])["divisions"]]
    assert rows == ["EJ", "N", "S", "N1", "N2", "S1"]
    governor = _contest(governor_day().bulletins[0].composed, 1)
    assert [row["division"] for row in governor["divisions"]] == ["N", "N1", "N2"]


@pytest.mark.parametrize("composed", BODIES)
def test_the_counters_of_every_division_add_up(composed: ComposedBulletin) -> None:
    """Expected = counted + held + missing + closed is what readers check first."""
    for row in _contest(composed)["divisions"]:
        assert row["expected"] == sum(row[name] for name in COUNTERS)


@pytest.mark.parametrize("composed", BODIES)
def test_the_entry_holds_the_national_figures_of_the_body(composed: ComposedBulletin) -> None:
    (figures,) = composed.entry.figures
    whole = _division(composed, "EJ")
    for name in ("expected", *COUNTERS, "valid", "cast"):
        assert getattr(figures, name) == whole[name]
    votes = dict(zip(_contest(composed)["candidacies"], whole["candidacies"], strict=True))
    assert figures.votes == tuple(votes.get(code, 0) for code in ("rios", "soto", "vega"))


def test_figures_nobody_can_read_are_counted_and_not_guessed() -> None:
    whole = _division(BODIES[0], "EJ")
    assert whole["unknown"] == [1, 0, 0]
    assert whole["unreadable"] == 1
    assert whole["options"] == [181, 99, 270, 30]


def test_registered_voters_of_outstanding_stations_are_added() -> None:
    """N2.1, S1.1 and S1.2 are outstanding in the first bulletin: 400 + 300 + 500."""
    whole, south = _division(BODIES[0], "EJ"), _division(BODIES[0], "S")
    assert (whole["registered_outstanding"], whole["registered_outstanding_stations"]) == (1200, 3)
    assert (south["registered_outstanding"], south["registered_outstanding_stations"]) == (800, 2)
    after = _division(BODIES[2], "EJ")
    assert (after["registered_outstanding"], after["registered_outstanding_stations"]) == (400, 1)


def test_nothing_is_said_of_rolls_where_no_stations_are_listed() -> None:
    """A record of copies may know how many stations there are, and not which."""
    body = transcription_day().bulletins[0].composed
    whole = _division(body, "EJ")
    assert (whole["expected"], whole["counted"], whole["missing"]) == (5, 2, 3)
    assert whole["registered_outstanding"] is None
    assert whole["registered_outstanding_stations"] is None


def test_a_station_without_a_row_before_only_arrived() -> None:
    """Where no stations are listed, a missing one has no row."""
    body = transcription_day().bulletins[1].composed
    assert _contest(body)["changes"] == []
    assert _division(body, "EJ")["new"] == 1


def test_the_first_bulletin_has_nothing_to_compare_with() -> None:
    assert _contest(BODIES[0])["changes"] is None
    assert _division(BODIES[0], "EJ")["new"] is None
    assert json.loads(BODIES[0].body)["previous"] is None


def test_a_change_names_what_was_and_what_is() -> None:
    changes = {item["station"]: item for item in _contest(BODIES[1])["changes"]}
    assert set(changes) == {"N1.1", "N2.1", "S1.1", "Z9.9"}
    assert changes["N1.1"] == {
        "station": "N1.1",
        "from": "counted",
        "from_division": "N1",
        "from_entry": 3,
        "from_why": None,
        "to": "counted",
        "division": "N1",
        "entry": 16,
        "why": "approve:paper",
    }
    assert (changes["S1.1"]["from"], changes["S1.1"]["to"]) == ("missing", "held")
    assert (changes["Z9.9"]["from"], changes["Z9.9"]["to"]) == (None, "out_of_catalogue")


def test_a_moved_and_a_closed_station_are_changes() -> None:
    changes = {item["station"]: item for item in _contest(BODIES[2])["changes"]}
    assert set(changes) == {"N2.1", "S1.1", "S1.2"}
    assert (changes["N2.1"]["from_division"], changes["N2.1"]["division"]) == ("N2", "N1")
    assert (changes["S1.1"]["from_why"], changes["S1.1"]["why"]) == ("SHEET-303", "release:recount")
    assert (changes["S1.2"]["to"], changes["S1.2"]["why"]) == ("closed", "not_installed:not_opened")


def test_stations_that_only_arrived_are_a_number_per_division() -> None:
    """Thirty thousand arrivals would hide the one sheet that was replaced."""
    day = Day(assemble_with_trust(three_candidacies()))
    day.compose()
    day.report("N1.1", "device-N1.1", (1, 2, 3, 4), registered=500)
    body = day.compose().composed
    assert _contest(body)["changes"] == []
    new = {row["division"]: row["new"] for row in _contest(body)["divisions"]}
    assert new == {"EJ": 1, "N": 1, "S": 0, "N1": 1, "N2": 0, "S1": 0}


def test_a_station_that_moved_and_arrived_is_a_change_too() -> None:
    """Its votes appear in another division than the one that was waiting for them."""
    day = Day(assemble_with_trust(three_candidacies()))
    day.compose()
    day.amend(StationMoved("N1.1", "N2", "N1-school"))
    day.report("N1.1", "device-N1.1", (1, 2, 3, 4), registered=500)
    body = day.compose().composed
    (change,) = _contest(body)["changes"]
    assert (change["from"], change["from_division"]) == ("missing", "N1")
    assert (change["to"], change["division"]) == ("counted", "N2")
    assert (_division(body, "N1")["new"], _division(body, "N2")["new"]) == (0, 1)


def test_a_withdrawn_candidacy_is_named_with_what_became_of_its_votes() -> None:
    before, after = _contest(BODIES[1]), _contest(BODIES[2])
    assert before["withdrawn"] == []
    assert after["withdrawn"] == [{"candidacy": "vega", "votes": "transfer", "heir": "rios"}]
    assert after["candidacies"] == ["rios", "soto"]
    whole = _division(BODIES[2], "EJ")
    assert whole["candidacies"][0] == sum(whole["options"][line] for line in (0, 1, 3))


def test_void_votes_of_a_withdrawn_candidacy_are_a_category_of_their_own() -> None:
    day = Day(assemble_with_trust(three_candidacies()))
    day.report("N1.1", "device-N1.1", (1, 2, 3, 4), registered=500)
    day.amend(CandidacyWithdrawn(0, "vega", WithdrawnVotes.VOID, None))
    body = day.compose().composed
    contest, whole = _contest(body), _division(body, "EJ")
    assert contest["categories"] == ["blank", "null", "withdrawn:vega"]
    assert (whole["categories"], whole["valid"], whole["cast"]) == ([0, 0, 4], 6, 10)
    assert body.entry.figures[0].votes == (3, 3, 0)


def test_a_day_without_sheets_has_a_bulletin() -> None:
    """The row of every expected station stands there from the first minute."""
    body = Day(assemble_with_trust(three_candidacies())).compose().composed
    whole = _division(body, "EJ")
    assert (whole["expected"], whole["missing"], whole["valid"]) == (5, 5, 0)
    assert body.rows_csv.count(b",missing,") == 5


def test_each_contest_has_its_own_rows_and_figures() -> None:
    bulletin = governor_day().bulletins[0].composed
    assert [item.expected for item in bulletin.entry.figures] == [5, 3]
    assert bulletin.rows_csv.count(b"\ngovernor,") == 3
    assert _division(bulletin, "N1", 1)["options"] == [90, 99, 161]


def test_seats_stand_in_the_outcome() -> None:
    contest = _contest(seats_day().bulletins[0].composed)
    assert contest["counted"]["kind"] == "seats"
    assert sum(seats for _, seats in contest["counted"]["seats"]) == 52
    assert {fact["kind"] for fact in contest["outcomes"][0]["facts"]} == {"seats_between"}


def test_a_bulletin_is_about_its_place_whatever_comes_later() -> None:
    """A cut that changed with the log would make one bulletin two."""
    day = Day(assemble_with_trust(three_candidacies()))
    day.report("N1.1", "device-N1.1", (1, 2, 3, 4), registered=500)
    cut = take_cut(day.ledger)
    wanted = compose_bulletin(cut, 1, 5, bytes(32), previous=None, previous_rows=None)
    day.report("N1.2", "centre-1", (9, 9, 9, 9))
    day.amend(CandidacyWithdrawn(0, "vega", WithdrawnVotes.TRANSFER, "rios"))
    assert compose_bulletin(cut, 1, 5, bytes(32), previous=None, previous_rows=None) == wanted
