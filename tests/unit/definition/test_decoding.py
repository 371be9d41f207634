"""Reading a definition: every fault in one run, none that only follows from another."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from escrutinio.definition import (
    Base,
    CandidacyCode,
    Clause,
    Comparison,
    Contest,
    ContestCode,
    DefinitionFiles,
    Lead,
    RecordKind,
    Rule,
    SeatsRule,
    Severity,
    Share,
    SheetType,
    Spread,
    StationKind,
    TieRule,
    WinnerRule,
    check_definition,
    decode_definition,
)
from escrutinio.definition.limits import MAX_FAULTS, MAX_TABLE_ROWS
from escrutinio.errors import MalformedError
from escrutinio.primitives import encode_canonical
from tests.vectors.definition.documents import (
    DIVISIONS,
    REAL_RULES,
    STATIONS,
    STATIONS_WITH_PAIR,
    assemble,
    contest,
    document,
    refer,
    with_governor,
    with_rule,
)

MORE_THAN_HALF = Share(Base.VALID, Comparison.MORE_THAN, Fraction(1, 2))

READ_RULES: dict[str, Rule] = {
    "plurality": WinnerRule((Clause(()),), 0, TieRule.NEW_ELECTION),
    "more-than-half-or-runoff": WinnerRule((Clause((MORE_THAN_HALF,)),), 2, TieRule.RUNOFF),
    "forty-percent-and-ten-points": WinnerRule(
        (
            Clause((MORE_THAN_HALF,)),
            Clause(
                (
                    Share(Base.VALID, Comparison.AT_LEAST, Fraction(2, 5)),
                    Lead(Base.VALID, Comparison.AT_LEAST, Fraction(1, 10)),
                )
            ),
        ),
        2,
        TieRule.NEW_ELECTION,
    ),
    "half-and-a-quarter-in-24-counties": WinnerRule(
        (
            Clause(
                (
                    MORE_THAN_HALF,
                    Spread(Base.VALID, Comparison.AT_LEAST, Fraction(1, 4), "county", 24),
                )
            ),
        ),
        2,
        TieRule.RUNOFF,
    ),
    "dhondt-with-threshold": SeatsRule(
        52, Share(Base.VALID, Comparison.AT_LEAST, Fraction(3, 100)), TieRule.LOTS
    ),
}


def _places(files: DefinitionFiles) -> list[str]:
    return [fault.where for fault in check_definition(files)]


def _only_contest(files: DefinitionFiles) -> Contest:
    (only,) = decode_definition(files).contests
    return only


@pytest.mark.parametrize("name", REAL_RULES)
def test_the_rules_of_real_elections_are_read(name: str) -> None:
    """The format must be able to say what real laws say, exactly: 2/5 is not 0.4."""
    assert _only_contest(with_rule(REAL_RULES[name])).rule == READ_RULES[name]


def test_a_definition_is_read_whole() -> None:
    """What stands in the files stands in the object."""
    definition = decode_definition(assemble())
    assert definition.record_kind is RecordKind.TRANSCRIPTION
    assert definition.names.in_language("es") == "Ejemplia 2030"
    assert [level.code for level in definition.levels] == ["country", "state", "municipality"]
    assert definition.root.name == "Ejemplia"
    assert definition.division_by_id[definition.divisions[2].division].name == 'Sur, isla "La Peña"'
    assert definition.stations is not None
    assert definition.stations[2].kind is StationKind.MOBILE
    assert definition.stations[2].polling_place == ""
    assert definition.check_profile.limits == {"turnout_high_percent": 99}
    assert definition.check_profile.severities["SHEET-001"][SheetType.MACHINE] is Severity.HOLD
    assert definition.sources == ("Electoral law of Ejemplia, article 12",)
    president = definition.contests[0]
    lines = [option.code for option in president.options_of(CandidacyCode("rios"))]
    assert lines == ["blue", "green"]


def test_an_unknown_number_is_absent_and_not_zero() -> None:
    """Zero ballots is a statement about a station; an empty cell is none."""
    stations = decode_definition(assemble()).stations
    assert stations is not None
    assert stations[2].registered == {"president": 400}
    assert stations[2].max_ballots == {}


def test_a_contest_reaches_only_the_stations_of_its_area() -> None:
    """A voter of Sur does not vote for the governor of Norte, so no roll of hers is his."""
    files = assemble(with_governor(), stations=STATIONS_WITH_PAIR)
    stations = decode_definition(files).stations
    assert stations is not None
    assert stations[0].registered == {"president": 500, "governor": 520}
    assert stations[0].max_ballots == {"president": 512, "governor": 532}
    assert stations[2].registered == {"president": 400}
    assert stations[3].registered == {"president": 300}


def test_contests_share_the_base_columns_where_nothing_differs() -> None:
    """One roll for several contests, the common case, needs no columns of its own."""
    stations = decode_definition(assemble(with_governor())).stations
    assert stations is not None
    assert stations[0].registered == {"president": 500, "governor": 500}
    assert stations[4].registered == {"president": 500}


def test_the_list_of_stations_may_be_unknown() -> None:
    """Where the authority publishes no list, the numbers of the divisions still stand."""
    definition = decode_definition(assemble(stations=None))
    assert definition.stations is None
    assert definition.root.stations == 5


def test_one_run_names_every_fault() -> None:
    """An author mends a file once instead of once per fault."""
    doc = document()
    doc["date"] = "28/2/2030"
    doc["contests"][0]["options"][1]["candidacy"] = "paz"
    doc["contests"][0]["surprise"] = None
    divisions = DIVISIONS.replace("N2,N", "N2,X").replace("2,900", "2,9e2")
    stations = STATIONS.replace("paper", "papel").replace(",400,\n", ",-400,\n")
    assert _places(assemble(doc, divisions, stations)) == [
        "definition.json: date",
        "definition.json: contests[0].surprise",
        "definition.json: contests[0].options[1].candidacy",
        "divisions.csv: row 5, column registered",
        "divisions.csv: row 6, column parent",
        "stations.csv: row 3, column kind",
        "stations.csv: row 4, column registered",
    ]


def test_an_unreadable_document_does_not_hide_the_rows() -> None:
    """The tables are looked at even when the document is no JSON at all."""
    files = assemble(divisions=DIVISIONS.replace("2,900", "2,9e2"))
    files = replace(files, definition=b"{", stations=STATIONS.replace("paper", "papel").encode())
    assert _places(files) == [
        "definition.json",
        "divisions.csv: row 5, column registered",
        "stations.csv: row 3, column kind",
    ]


def test_a_fault_that_only_follows_is_left_out() -> None:
    """An unreadable code is one fault, not one more at each place that names it."""
    doc = document()
    doc["contests"][0]["candidacies"][0]["code"] = "señor"
    doc["levels"][1]["code"] = "a state"
    assert _places(assemble(doc)) == [
        "definition.json: levels[1].code",
        "definition.json: contests[0].candidacies[0].code",
    ]


def test_a_wrong_sum_is_named_where_it_arises() -> None:
    """A slip in one municipality is not reported again for its state and country."""
    files = assemble(stations=STATIONS.replace("500,512", "499,512"))
    assert _places(files) == ["divisions.csv: row 5, column registered"]


def test_a_fault_says_what_was_expected_and_found() -> None:
    """The message alone must be enough to mend the file."""
    (fault,) = check_definition(assemble(stations=STATIONS.replace("400,412", "400,399")))
    assert str(fault) == (
        "stations.csv: row 3, column max_ballots: expected at least 400, the registered voters, "
        "found 399"
    )


def test_the_catalogue_of_checks_may_be_given() -> None:
    """Whether a limit or a check exists is known to a later stage, which passes its names."""
    files = assemble()
    assert not check_definition(
        files, known_limits={"turnout_high_percent"}, known_checks=["SHEET-001"]
    )
    faults = check_definition(files, known_limits=(), known_checks=())
    assert [fault.where for fault in faults] == [
        "definition.json: check_profile.limits.turnout_high_percent",
        "definition.json: check_profile.severities.SHEET-001",
    ]


def test_options_may_be_unknown() -> None:
    """Some sheets give a number per candidacy and know no party lines."""
    doc = document()
    doc["contests"][0]["options"] = []
    assert _only_contest(assemble(doc)).options == ()


def test_a_share_of_valid_and_blank_needs_blank_votes() -> None:
    """A base that no sheet counts would silently be another base."""
    doc = document()
    rule = {**REAL_RULES["dhondt-with-threshold"]}
    rule["threshold"] = {**rule["threshold"], "of": "valid_and_blank"}
    doc["contests"][0]["rule"] = rule
    assert not check_definition(assemble(doc))
    del doc["contests"][0]["categories"][0]
    assert _places(assemble(doc)) == ["definition.json: contests[0].rule.threshold.of"]


def test_a_station_may_vote_in_no_contest() -> None:
    """A definition of one state's election may still list the whole country; it has no numbers."""
    doc = document()
    doc["contests"] = [contest("governor", "N")]
    divisions = DIVISIONS.replace(",2100", ",").replace("2,800", "2,")
    stations = STATIONS.replace("300,1000", ",").replace("500,500", ",")
    definition = decode_definition(assemble(doc, divisions, stations))
    assert definition.stations is not None
    assert definition.stations[4].registered == {}
    spare = STATIONS.replace("300,1000", ",")
    assert _places(assemble(doc, divisions, spare)) == ["stations.csv: row 6, column registered"]


HOSTILE_TABLES = {
    "a cell of 10 MB": DIVISIONS.replace("Alto", "x" * 10_000_000),
    "a quoted cell of 10 MB": DIVISIONS.replace("Alto", '"' + '""' * 5_000_000 + '"'),
    "one line of commas": "," * 5_000_000,
    "nothing but line feeds": "\n" * (MAX_TABLE_ROWS + 2),
    "a NUL in an id": DIVISIONS.replace("N2,N", "N2\0,N"),
    "a circle of a thousand": "division,parent,level,name,stations,registered\nEJ,,country,E,,\n"
    + "".join(f"A{n},A{(n + 1) % 1000},state,x,,\n" for n in range(1000)),
}


@pytest.mark.parametrize("name", HOSTILE_TABLES)
def test_a_hostile_table_is_refused(name: str) -> None:
    """Whoever sends a table must not be able to do more than have it refused."""
    faults = check_definition(assemble(divisions=HOSTILE_TABLES[name], stations=None))
    assert faults
    assert all(len(str(fault)) < 500 for fault in faults)


def test_a_row_of_commas_is_no_row() -> None:
    """A quotation mark or comma too many moves every later cell; the row is refused whole."""
    files = assemble(divisions=DIVISIONS.replace("Alto", "Alto,Bajo"), stations=None)
    assert _places(files) == ["divisions.csv: row 5"]


def test_very_many_faults_are_counted_instead_of_listed() -> None:
    """A hostile file cannot make the answer larger than itself."""
    rows = "".join(f"S{n:05d},??,device,,,\n" for n in range(MAX_FAULTS + 500))
    stations = "station,division,kind,polling_place,registered,max_ballots\n" + rows
    faults = check_definition(assemble(stations=stations))
    assert len(faults) == MAX_FAULTS + 1
    assert str(faults[-1]).endswith("found 500 more that are not listed")


def test_a_table_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is looked at before the bytes are; it is lowered here to keep the test small."""
    files = assemble()
    monkeypatch.setattr("escrutinio.definition._tables.MAX_TABLE_BYTES", len(STATIONS) - 1)
    monkeypatch.setattr("escrutinio.definition._tables.MAX_TABLE_ROWS", 5)
    places = _places(files)
    assert "stations.csv" in places
    with pytest.raises(MalformedError):
        decode_definition(files)


def test_the_identity_is_the_digest_of_the_document() -> None:
    """The identity covers the tables too, because the document holds their digests."""
    one = decode_definition(assemble())
    other = decode_definition(assemble(stations=STATIONS.replace("512", "513")))
    assert one.identity != other.identity
    assert one.contest("president") == other.contest(ContestCode("president"))


def test_the_path_of_a_division_leads_from_the_root() -> None:
    """Pages and totals walk the territory from the whole to the part."""
    definition = decode_definition(assemble())
    smallest = definition.divisions[-1].division
    assert definition.path_of(smallest) == ("EJ", "S", "S1")
    assert definition.contests[0].name_of(CandidacyCode("soto")).in_language("qu") == "Luis Soto"


def test_a_reference_to_another_file_is_refused() -> None:
    """The folder has one file of each kind, under one name."""
    files = assemble()
    other = files.definition.replace(b'"file":"divisions.csv"', b'"file":"areas.csv"')
    assert _places(replace(files, definition=other)) == ["definition.json: divisions.file"]


def test_a_reference_that_is_no_object_is_one_fault() -> None:
    """What follows from it, such as a digest that cannot be compared, is not named as well."""
    whole = {**refer(document(), DIVISIONS, STATIONS), "stations": 5}
    files = replace(assemble(), definition=encode_canonical(whole))
    assert _places(files) == ["definition.json: stations"]


def test_a_profile_names_a_bounded_number_of_limits() -> None:
    """The catalogue has a few dozen; a thousand is a mistake or an attack."""
    doc = document()
    doc["check_profile"]["limits"] = {f"l{n}": 1 for n in range(1001)}
    assert _places(assemble(doc)) == ["definition.json: check_profile.limits"]
