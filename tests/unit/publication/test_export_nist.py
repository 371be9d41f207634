"""The NIST documents: valid, whole, with the numbers of the tally and no more than is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from escrutinio.log.entries import CandidacyWithdrawn, WithdrawnVotes
from escrutinio.publication import export_files
from escrutinio.publication.exports.nist_selections import shows_lines
from tests.builders import contest, definition, sheets, tally_of
from tests.unit.publication.exported import DAYS, exports_of, last_bulletin
from tests.vectors.bulletin.cases import three_candidacies
from tests.vectors.bulletin.day import Day, DayBulletin
from tests.vectors.definition.documents import assemble_with_trust

SCHEMA = "NIST_V2_election_results_reporting.json"


@pytest.fixture(scope="module")
def validator(shared_data: Path) -> Draft4Validator:
    path = shared_data.parent / "specs" / "nist" / SCHEMA
    if not path.is_file():
        pytest.skip(f"the schema {SCHEMA} is not here")
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


@cache
def _report(name: str) -> Any:  # noqa: ANN401  # JSON of any shape
    return json.loads(exports_of(name)["nist.json"])


def _parts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value:  # type: ignore[attr-defined]  # a list
        if isinstance(item, dict | list):
            yield from _parts(item)


@pytest.mark.data
@pytest.mark.parametrize("name", DAYS)
def test_the_report_is_valid(name: str, validator: Draft4Validator) -> None:
    errors = [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in validator.iter_errors(_report(name))
    ]
    assert not errors, "\n".join(errors[:10])


@pytest.mark.data
def test_a_report_with_an_unknown_key_is_not_valid(validator: Draft4Validator) -> None:
    """The validation must be able to fail."""
    report = {**_report("full"), "Winner": "nobody"}
    assert not validator.is_valid(report)


@pytest.mark.parametrize("name", DAYS)
def test_every_id_that_is_used_is_there_once(name: str) -> None:
    report = _report(name)
    ids = [part["@id"] for part in _parts(report) if "@id" in part]
    used = {
        item
        for part in _parts(report)
        for key, value in part.items()
        if key.endswith(("Id", "Ids")) and key != "VendorApplicationId"
        for item in (value if isinstance(value, list) else [value])
    }
    assert len(ids) == len(set(ids))
    assert used <= set(ids)


@pytest.mark.parametrize("name", DAYS)
def test_the_votes_of_a_candidate_are_the_sum_of_the_selections_that_name_it(name: str) -> None:
    report = _report(name)
    contests = report["Election"][0]["Contest"]
    for item, race in zip(last_bulletin(name).cut.contests, contests, strict=True):
        sums: dict[tuple[str, str], int] = {}
        for selection in race["ContestSelection"]:
            owner = (selection.get("CandidateIds") or selection["PartyIds"])[0].split("/")[-1]
            for count in selection["VoteCounts"]:
                key = owner, count["GpUnitId"].removeprefix("division/")
                sums[key] = sums.get(key, 0) + count["Count"]
        assert sums == {
            (candidacy, row.division): votes
            for row in item.tally.divisions
            for candidacy, votes in row.candidacies.items()
        }


def test_the_divisions_form_the_tree_of_the_definition() -> None:
    units = {item["@id"]: item for item in _report("full")["GpUnit"]}
    assert units["division/N"]["ComposingGpUnitIds"] == ["division/N1", "division/N2"]
    assert units["division/N"]["Type"] == "state"
    assert units["division/N1"]["TotalSubUnits"] == 3
    assert units["division/N1"]["SubUnitsReported"] == 2


def test_only_what_is_known_is_said_of_the_status() -> None:
    """Certified is what an authority proclaims; that is a later entry of the log."""
    assert _report("full")["Status"] == "unofficial-partial"
    day = Day(assemble_with_trust(three_candidacies()))
    for station in ("N1.1", "N1.2", "N2.1", "S1.1", "S1.2"):
        signer = "device-N1.1" if station == "N1.1" else "centre-1"
        sheet = day.report(station, signer, (9, 8, 7, 6), registered=100)
        if signer == "centre-1":
            day.confirm(sheet, "centre-2")
    report = _nist(day.compose())
    assert report["Status"] == "unofficial-complete"
    assert report["Election"][0]["Contest"][0]["CountStatus"][0]["Status"] == "completed"


def _nist(item: DayBulletin) -> Any:  # noqa: ANN401  # JSON of any shape
    files = export_files(item.cut, item.composed, item.findings)
    return json.loads(next(file.data for file in files if file.name == "nist.json"))


def test_the_only_time_is_that_of_the_bulletin() -> None:
    assert _report("full")["GeneratedDate"] == "2030-02-28T23:00:00Z"
    assert _report("full")["SequenceStart"] == 3
    assert _report("full")["Issuer"] == "log.ejemplia.example/2030"


def test_an_odd_policy_does_not_stop_the_exports() -> None:
    """An amendment can say what it likes of the log; the count is published all the same."""
    item = last_bulletin("full")
    for policy, issuer in (
        ("", item.cut.definition.identity),
        ("log\nwitness\n", item.cut.definition.identity),
        ("# none\nlog a.example/log+00\nlog b.example+01\n", "a.example/log"),
    ):
        report = _nist(replace(item, cut=replace(item.cut, policy=policy)))
        assert report["Issuer"] == issuer


def test_blank_ballots_are_undervotes_and_null_ones_rejected() -> None:
    election = _report("full")["Election"][0]
    blank = {item["GpUnitId"]: item["Undervotes"] for item in election["Contest"][0]["OtherCounts"]}
    ballots = {item["GpUnitId"]: item for item in election["BallotCounts"]}
    whole = last_bulletin("full").cut.contests[0].tally.total
    assert blank["division/EJ"] == whole.categories["blank"]  # type: ignore[index]  # a code
    assert ballots["division/EJ"]["BallotsRejected"] == whole.categories["null"]  # type: ignore[index]  # a code
    assert ballots["division/EJ"]["BallotsCast"] == whole.cast
    assert b"Overvotes" not in exports_of("full")["nist.json"]


def test_ballots_of_several_contests_name_their_contest() -> None:
    counts = _report("governor")["Election"][0]["BallotCounts"]
    assert {(item["Type"], item["OtherType"]) for item in counts} == {
        ("other", "contest/president"),
        ("other", "contest/governor"),
    }


def test_rules_have_the_words_of_the_standard() -> None:
    president, governor = _report("governor")["Election"][0]["Contest"]
    assert (president["VoteVariation"], president["NumberRunoff"]) == ("majority", 2)
    assert (governor["VoteVariation"], "NumberRunoff" in governor) == ("plurality", False)
    (seats,) = _report("seats")["Election"][0]["Contest"]
    assert seats["@type"] == "ElectionResults.PartyContest"
    assert seats["VoteVariation"] == "proportional"


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("a1 a2 b1", "10 5 7", True),
        ("A a1 a2 b1", "15 10 5 7", True),
        ("A a1 a2 b1", "16 10 5 7", False),
        ("A a1 b1", "15 10 7", False),
        ("A B", "15 7", False),
    ],
)
def test_lines_are_selections_only_where_they_add_up(
    columns: str, cells: str, *, expected: bool
) -> None:
    """A vote that is in no line would be missing from a report that counts lines."""
    race = contest("A B", lines={"A": "a1 a2", "B": "b1"}, cap=100)
    election = definition(race, severities={"SHEET-213": "warn"})
    table = sheets(race, f"station {columns} null\n1 {cells} 0")
    tally = tally_of(table, election)
    assert tally.total.counters.counted == 1
    assert shows_lines(race, tally) is expected


def test_the_line_of_a_void_candidacy_is_no_selection() -> None:
    """With the votes of a withdrawn candidacy void, its line counts for nobody."""
    day = Day(assemble_with_trust(three_candidacies()))
    day.report("N1.1", "device-N1.1", (1, 2, 3, 4), registered=500)
    day.amend(CandidacyWithdrawn(0, "vega", WithdrawnVotes.VOID, None))
    election = _nist(day.compose())["Election"][0]
    lines = [item["@id"] for item in election["Contest"][0]["ContestSelection"]]
    assert lines == [f"line/president/{code}" for code in ("blue", "green", "red")]
    gone = next(item for item in election["Candidate"] if item["@id"].endswith("/vega"))
    assert gone["PostElectionStatus"] == "withdrawn"
    assert election["BallotCounts"][0]["BallotsRejected"] == 4


def test_the_side_file_tells_under_the_same_ids_what_the_standard_cannot() -> None:
    side = json.loads(exports_of("full")["nist-side.json"])
    (race,) = side["contests"]
    selections = _report("full")["Election"][0]["Contest"][0]["ContestSelection"]
    assert [item["id"] for item in race["selections"]] == [item["@id"] for item in selections]
    stations = race["stations"]
    row = stations["id"].index("station/S1.1")
    assert stations["reason"][row] == "release:recount"
    assert stations["treatment"][stations["id"].index("station/S1.2")] == "closed"
    assert stations["states"][stations["id"].index("station/N1.2")] == "option.green:illegible"
    body = last_bulletin("full").composed.entry.body.hex()
    assert (side["body"], side["record_kind"]) == (body, "official")
    copies = json.loads(exports_of("transcription")["nist-side.json"])["contests"][0]["stations"]
    assert all(len(digest) == 64 for digest in copies["copy"])
