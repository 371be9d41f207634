"""Real sheets as a public record: what a source read from copies is logged, published, verified.

A bulletin of such a record says exactly what ``escrutinio check`` says of the same file: two ways
to the same figures, one of which anybody can verify entry by entry.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from escrutinio.adapters import load_definition
from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.key_files import load_signing_key, store_signing_key
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.cli.main import main
from escrutinio.definition import (
    DEFINITION_NAME,
    DIVISIONS_NAME,
    Definition,
    Role,
    Signer,
    SignerId,
    Trust,
    encode_definition,
)
from escrutinio.definition.files import SIGNERS_NAME
from escrutinio.operations import open_election, publish_record
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import SignatureType, VerifierKey, encode_vkey
from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.results.place_page import PlacePages
from escrutinio.site.results.site_maker import SiteMaker, page_groups
from tests.unit.site.reading import Element, number_in
from tests.unit.site.results.sites import read_site_page

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "ve-2024"
PROFILE = EXAMPLE / "profiles" / "v2.toml"
ORIGIN = "actas.example/ve-2024"
AT = "2024-08-05T12:00:00-04:00"
#: Keys for the test alone, from their names.
KEYS = {
    name: SigningKey(hashlib.sha256(name.encode()).digest())
    for name in ("log", "authority-1", "authority-2", "operator-1", "source-1")
}
HEADER = (
    "COD_EDO,EDO,COD_MUN,MUN,COD_PAR,PAR,CENTRO,MESA,VOTOS_VALIDOS,VOTOS_NULOS,"
    "EG,NM,LM,JABE,JOBR,AE,CF,DC,EM,BERA,URL\n"
)
ROLLS_HEADER = HEADER.replace("MESA,", "MESA,RE,")
#: Stations of Venezuela 2024 by what became of them.
COVERAGE = {"expected": 30_026, "counted": 25_073, "held": 0, "missing": 4_953, "closed": 0}


@dataclass(frozen=True, slots=True)
class Way:
    """What came out at the end of both ways.

    Attributes:
        body: the body of the record's bulletin.
        checked: the contest of the report of ``check``.
        steps: each step of ``verify`` with its status.
        record: its folder.
    """

    body: Mapping[str, Any]
    checked: Mapping[str, Any]
    steps: Mapping[str, str]
    record: Path


def _run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, [str(item) for item in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def _with_trust(definition: Definition) -> Definition:
    """Give the example what a log needs, under keys of the test."""
    root = str(definition.root.division)
    roles = {
        "authority-1": Role.AUTHORITY,
        "authority-2": Role.AUTHORITY,
        "operator-1": Role.OPERATOR,
        "source-1": Role.SOURCE,
    }
    log = VerifierKey(ORIGIN, SignatureType.ED25519, KEYS["log"].public.raw)
    trust = Trust(
        required={Role.AUTHORITY: 2, Role.BOARD: 2, Role.CENTRE: 2},
        policy=f"log {encode_vkey(log)}\nquorum none\n",
        bulletins=None,
        publish_not_before_s=None,
        signers=tuple(
            Signer(SignerId(name), role, root, KEYS[name].public.raw)
            for name, role in roles.items()
        ),
    )
    return replace(definition, trust=trust)


def _go(folder: Path, sheets: Path, *publish: str, rolls: Path | None = None) -> Way:
    """Log, publish and verify a file; check the same file.

    Args:
        folder: where everything is written.
        sheets: the file.
        publish: further options of ``publish``.
        rolls: registered voters of the same source, or None.
    """
    definition = folder / "definition"
    definition.mkdir()
    files = encode_definition(_with_trust(load_definition(EXAMPLE)))
    assert files.signers is not None
    (definition / DEFINITION_NAME).write_bytes(files.definition)
    (definition / DIVISIONS_NAME).write_bytes(files.divisions)
    (definition / SIGNERS_NAME).write_bytes(files.signers)
    keys = {name: folder / f"{name}.key" for name in KEYS}
    for name, path in keys.items():
        store_signing_key(path, KEYS[name])
    election, record = folder / "election", folder / "record"
    log_key, operator = ("--log-key", keys["log"]), ("--operator-key", keys["operator-1"])
    _run("log", "create", election, "--definition", definition, *log_key, *operator)
    reading = ("--profile", PROFILE, *(("--rolls", rolls) if rolls else ()))
    source = ("--source-key", keys["source-1"], *log_key)
    _run("log", "transcribe", election, sheets, *reading, *source)
    _run("publish", election, record, *log_key, *operator, "--at", AT, *publish)
    _run("log", "anchor", election, folder / "anchor.toml")
    report = folder / "verified.json"
    _run("verify", record, "--anchor", folder / "anchor.toml", "--json", report)
    checked = folder / "checked.json"
    _run("check", sheets, "--definition", definition, *reading, "--json", checked)
    (contest,) = json.loads(checked.read_text(encoding="utf-8"))["contests"]
    body = record / "bulletins" / "000001" / "bulletin.json"
    steps = json.loads(report.read_text(encoding="utf-8"))["steps"]
    return Way(
        json.loads(body.read_text(encoding="utf-8")),
        contest,
        {item["code"]: item["status"] for item in steps},
        record,
    )


def _assert_same(way: Way) -> None:
    """Hold the bulletin against the report, division by division and scenario by scenario."""
    (contest,) = way.body["contests"]
    codes = contest["candidacies"]
    assert codes == [item["code"] for item in way.checked["candidacies"]]
    rows = {row["division"]: row for row in contest["divisions"]}
    for coverage in way.checked["coverage"]:
        row = rows[coverage["division"]]
        for name in ("expected", "counted", "held", "missing", "closed", "received"):
            assert row[name] == coverage[name], (coverage["division"], name)
        assert row["out_of_catalogue"] == coverage["out_of_catalogue"]
    for totals in way.checked["totals"]["divisions"]:
        row = rows.pop(totals["division"])
        for name in ("candidacies", "unknown", "categories"):
            assert row[name] == list(totals[name].values()), (totals["division"], name)
        for name in ("valid", "cast", "register_used", "unreadable"):
            assert row[name] == totals[name], (totals["division"], name)
    assert not rows
    outcomes = {item["scenario"]["id"]: item for item in contest["outcomes"] if item["scenario"]}
    assert [item["scenario"] for item in way.checked["bounds"]] == list(outcomes)
    for bounds in way.checked["bounds"]:
        assert outcomes[bounds["scenario"]]["bounds"] == [
            _bounds(item) for item in bounds["candidacies"]
        ]
    for told in way.checked["outcome"]["scenarios"]:
        found = outcomes[told["scenario"]]
        assert found["status"] == told["status"]
        for name in ("leader", "runner_up", "lead", "outstanding", "spare", "settled_below"):
            assert found["standing"][name] == told[name], (told["scenario"], name)


def _bounds(told: Mapping[str, Any]) -> Mapping[str, Any]:
    shares = ("least_share", "most_share")
    exact = {name: Fraction(told[name]["exact"]) for name in shares if told[name]}
    found = {name: [exact[name].numerator, exact[name].denominator] for name in exact}
    return {**told, **dict.fromkeys(shares), **found}


@pytest.mark.data
@pytest.mark.slow
def test_the_published_sheets_of_an_election_become_a_record(
    shared_data: Path, tmp_path: Path
) -> None:
    """25,073 sheets of Venezuela 2024: the bulletin equals what is known of the file.

    The rolls are those of the source's first release; without them nothing would limit by less
    than ten million what the missing stations can add.
    """
    folder = shared_data / "ve-2024"
    sheets, rolls = (folder / f"resultados_mesa_{name}.csv.gz" for name in ("v2", "v1"))
    way = _go(tmp_path, sheets, "--no-site", rolls=rolls)
    assert way.steps["V09"] == "not_applicable"
    _assert_same(way)
    (contest,) = way.body["contests"]
    country = next(row for row in contest["divisions"] if row["division"] == "VE")
    votes = dict(zip(contest["candidacies"], country["candidacies"], strict=True))
    assert (country["counted"], country["missing"]) == (25_073, 4_953)
    assert (votes["EG"], votes["NM"]) == (7_303_480, 3_316_142)
    _add_pages(tmp_path)
    for language in LANGUAGES:
        _assert_real_pages(way.record, language)


def _add_pages(folder: Path) -> None:
    """Add every page but those of the 25,073 stations, which take longer than all of the rest."""
    groups = [group for group in page_groups() if not isinstance(group, PlacePages)]
    with writing_workspace(folder / "election") as workspace:
        opened = open_election(workspace, load_signing_key(folder / "log.key"))
        operator = load_signing_key(folder / "operator-1.key")
        record = RecordFolder(folder / "record")
        publish_record(opened, record, operator, None, None, SiteMaker(groups=groups))


def _assert_real_pages(record: Path, language: str) -> None:
    """Read figures back that are known from elsewhere."""
    words = load_language(language)
    page = read_site_page((record / language / "index.html").read_bytes())
    assert words.word("page.coverage.sum", **COVERAGE) in page.text
    table = {
        next(row.all("th")).text: next(row.all("td")).text
        for row in page.by_id("c1-votes").all("tr")
        if any(row.all("td"))
    }
    assert number_in(table["Edmundo González"], language) == 7_303_480
    assert number_in(table["Nicolás Maduro"], language) == 3_316_142
    assert number_in(table["Benjamín Rausseo"], language) == 38_620
    # The arithmetic of the outcome, from the largest register and the rolls.
    for figure in (21_620_705, 17_972_512, 3_648_193, 3_987_338, 339_145):
        assert words.count(figure) in page.text
    states = page.by_id("c1-children")
    assert len(list(states.all("a"))) == 24
    capital = next(row for row in states.all("tr") if "Distrito Capital" in row.text)
    assert words.word("page.coverage.of", counted=1_685, expected=2_260) in capital.text
    figures = [number_in(cell.text, language) for cell in list(capital.all("td"))[1:5]]
    assert figures == [0, 575, 0, 789_877]


def test_a_few_sheets_become_a_site(tmp_path: Path) -> None:
    """What a newsroom publishes from its own table: pages that say what they are made of."""
    sheets, rolls = tmp_path / "sheets.csv", tmp_path / "rolls.csv"
    rows = [_row(1, 1, 200, 100), _row(1, 1, 210, 100), _row(2, 1, 90, 80)]
    sheets.write_text(HEADER + "".join(rows), encoding="latin-1")
    rolls.write_text("\ufeff" + ROLLS_HEADER + _row(2, 1, 90, 80, registered=400), encoding="utf-8")
    way = _go(tmp_path, sheets, rolls=rolls)
    _assert_same(way)
    for language in LANGUAGES:
        words = load_language(language)

        def page_of(name: str, language: str = language) -> Element:
            return read_site_page((way.record / language / name).read_bytes())

        country = page_of("index.html").text
        assert words.word("site.country.standing.transcription") in country
        sources = words.word("site.frame.transcription", sources=("source-1",))
        assert sources in country
        station = page_of("p/010101001.01.html").text
        assert station.count(words.word("site.place.reading", version=1)) == 2
        with_roll = page_of("p/020101001.01.html")
        assert "400" in [cell.text for cell in with_roll.all("td")]
        assert words.word("sheet.figure.registered") in with_roll.text
        assert "010101001.01" in page_of("sheets.html").text
        # Of three registers the largest, here as on the first page.
        outcomes = way.body["contests"][0]["outcomes"]
        widest = max(item["scenario"]["outstanding"] for item in outcomes)
        assert words.word("outcome.open.can_change", outstanding=widest) in (
            page_of("bulletins.html").text
        )
        assert words.count(widest) in country
        assert "010101001.01" in page_of("d/01.html").by_id("c1-places").text
    _assert_nothing_else_is_published(way.record)


def _assert_nothing_else_is_published(record: Path) -> None:
    """Columns that the profile does not take are in no file, nor are the names of images."""
    for path in record.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for text in (b"PARISH", b"copies.example", b".jpg"):
                assert text not in data, path


def test_a_few_sheets_become_a_record(tmp_path: Path) -> None:
    """The same without the data: with a doubtful sheet, and two readings of one station."""
    sheets = tmp_path / "sheets.csv"
    rows = [_row(state, 1, 200 + state, 100 - state) for state in range(1, 25)]
    rows += [_row(1, 2, 5, 200), _row(1, 2, 7, 200), _row(2, 2, 9_000, 40)]
    sheets.write_text(HEADER + "".join(rows), encoding="latin-1")
    way = _go(tmp_path, sheets)
    assert way.steps["V10"] == way.steps["V15"] == "passed"
    _assert_same(way)
    country = way.body["contests"][0]["divisions"][0]
    assert country["held"] > 0
    assert country["counted"] >= 24


def _row(state: int, table: int, winner: int, second: int, *, registered: int | None = None) -> str:
    others = (3, 1, 0, 1, 1, 2, 0, 4)
    valid = winner + second + sum(others)
    figures = ",".join(str(item) for item in (valid, 2, winner, second, *others))
    roll = "" if registered is None else f",{registered}"
    place = f"{state},STATE,1,TOWN,1,PARISH,{state:02}0101001,{table}{roll}"
    return f"{place},{figures},https://copies.example/{state}-{table}-{winner}.jpg\n"


def test_a_record_of_readings_says_so_and_is_rejected_when_one_is_altered(tmp_path: Path) -> None:
    """One figure of one reading changed in the published log breaks its root."""
    sheets = tmp_path / "sheets.csv"
    sheets.write_text(HEADER + _row(1, 1, 200, 100), encoding="latin-1")
    way = _go(tmp_path, sheets)
    (bundle,) = (way.record / "tile" / "entries").rglob("*.p/*")
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    report = tmp_path / "again.json"
    anchor = tmp_path / "anchor.toml"
    _run("verify", way.record, "--anchor", anchor, "--json", report, code=1)
    steps = json.loads(report.read_text(encoding="utf-8"))["steps"]
    assert next(item for item in steps if item["code"] == "V05")["status"] == "failed"


def test_a_source_corrects_what_it_read(tmp_path: Path) -> None:
    """Refused without a reason; with one it counts from the next bulletin on, and all verifies."""
    sheets = tmp_path / "sheets.csv"
    sheets.write_text(HEADER + _row(1, 1, 200, 100) + _row(2, 1, 90, 80), encoding="latin-1")
    way = _go(tmp_path, sheets)
    first = (way.record / "bulletins" / "000001" / "bulletin.json").read_bytes()
    # The same copy, read again: the image keeps its name.
    read_again = _row(1, 1, 200, 100).replace(",312,", ",322,").replace(",200,", ",210,")
    sheets.write_text(HEADER + read_again + _row(2, 1, 90, 80), encoding="latin-1")
    keys = ("--log-key", tmp_path / "log.key")
    source = ("--profile", PROFILE, "--source-key", tmp_path / "source-1.key", *keys)
    election, report = tmp_path / "election", tmp_path / "again.json"
    refused = _run("log", "transcribe", election, sheets, *source, code=3)
    assert "210 instead of 200" in refused
    assert "0 appended, 1 there already, 1 refused." in refused
    correct = ("--correct", "copying", "--receipts", tmp_path / "receipts")
    told = _run("log", "transcribe", election, sheets, *source, *correct)
    assert "1 of the entries appended now correct an earlier reading." in told
    assert "1 appended, 1 there already, 0 refused." in told
    assert _run("log", "transcribe", election, sheets, *source) == (
        "0 appended, 2 there already, 0 refused.\n"
    )
    operator = ("--operator-key", tmp_path / "operator-1.key")
    later = AT.replace("T12", "T13")
    _run("publish", election, way.record, *keys, *operator, "--at", later)
    held = [item for path in (tmp_path / "receipts").iterdir() for item in ("--receipts", path)]
    anchor = ("--anchor", tmp_path / "anchor.toml")
    _run("verify", way.record, *anchor, *held, "--json", report)
    steps = json.loads(report.read_text(encoding="utf-8"))["steps"]
    assert {item["code"]: item["status"] for item in steps}["V10"] == "passed"
    assert (way.record / "bulletins" / "000001" / "bulletin.json").read_bytes() == first
    assert _votes(way.record, 1) == [290, 180]
    assert _votes(way.record, 2) == [300, 180]
    rows = (way.record / "bulletins" / "000002" / "rows.csv").read_text(encoding="utf-8")
    assert "counted,4,2," in rows


def _votes(record: Path, number: int) -> list[int]:
    """Give the votes of the first two candidacies in a bulletin."""
    path = record / "bulletins" / f"{number:06}" / "bulletin.json"
    (contest,) = json.loads(path.read_text(encoding="utf-8"))["contests"]
    codes = contest["candidacies"]
    votes = dict(zip(codes, contest["divisions"][0]["candidacies"], strict=True))
    return [votes["EG"], votes["NM"]]
