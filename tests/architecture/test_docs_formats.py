"""Pages about files: the examples on them are such files, and the schema fits real reports."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from escrutinio.adapters import read_table
from escrutinio.claims import CLAIM_TESTS, EvidenceClass, Verdict, decode_claims
from escrutinio.definition import Definition, decode_definition, seal_definition
from escrutinio.operations import (
    CheckReport,
    ReceivedFile,
    check_evidence,
    check_sheet_files,
    collect_evidence,
    encode_report,
)
from escrutinio.operations.report_json import MAX_LISTED
from escrutinio.primitives import sha256_hex
from escrutinio.sheet import decode_profile
from escrutinio.site import load_language
from escrutinio.tabulation import (
    FileRole,
    OutcomeStatus,
    SourceFile,
    decode_evidence,
    encode_evidence,
)
from tests.architecture.tree import ROOT

DOCS = ROOT / "docs"
EXAMPLE = ROOT / "examples" / "ve-2024"
SCHEMA: dict[str, Any] = json.loads(
    (DOCS / "reference" / "report.schema.json").read_text(encoding="utf-8")
)
HERE_DOCUMENT = re.compile(r"^cat > (\S+) <<'END'\n(.*?\n)END$", re.MULTILINE | re.DOTALL)


def _files_of(page: str) -> dict[str, bytes]:
    """Give the files that a page has its reader make."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return {name: content.encode() for name, content in HERE_DOCUMENT.findall(text)}


def _received(name: str, data: bytes) -> ReceivedFile:
    return ReceivedFile(name, data, sha256_hex(data), len(data))


def _definition(draft: bytes, divisions: bytes, stations: bytes | None = None) -> Definition:
    return decode_definition(seal_definition(draft, divisions, stations))


@cache
def _tutorial(*, with_claims: bool = True) -> CheckReport:
    files = _files_of("tutorial/check-a-result.md")
    definition = _definition(
        files["valle/definition.draft.json"],
        files["valle/divisions.csv"],
        files["valle/stations.csv"],
    )
    claims = decode_claims(files["claims.toml"], definition.contests, "claims.toml")
    profile = files["profile.toml"]
    source = SourceFile("profile.toml", sha256_hex(profile), len(profile), None, FileRole.PROFILE)
    return check_sheet_files(
        [_received("sheets.csv", files["sheets.csv"])],
        definition,
        decode_profile(profile, "profile.toml", definition),
        claims=claims if with_claims else None,
        settings=[source],
    )


def test_the_example_of_evidence_is_that_of_the_tutorial() -> None:
    """A reader can make the file on the page; so it is what the program writes, to the byte."""
    page = (DOCS / "formats" / "evidence.md").read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert found is not None
    written = encode_evidence(collect_evidence(_tutorial()))
    assert json.loads(found[1]) == json.loads(written)
    decode_evidence(written, "evidence.json", _tutorial().definition)


def _check(
    rule: str, sheets: str, *, caps: str = "null", stations: bytes | None = None, more: str = ""
) -> CheckReport:
    """Check sheets of an invented election with two candidacies, one of two party lines."""
    listed = "" if stations else '"stations": null, '
    draft = f"""{{"format": "escrutinio-definition/1", "record_kind": "transcription",
      "phase": "official", "names": {{"en": "Ejemplia"}}, "date": "2030-06-02",
      "time_zone": "America/Caracas", {listed}"sources": [],
      "levels": [{{"code": "town", "names": {{"en": "town"}}}}],
      "contests": [{{"code": "c", "names": {{"en": "Contest"}}, "division": "T",
        "votes_allowed": 1, "candidacies": [{{"code": "a", "names": {{"en": "A"}}}},
          {{"code": "b", "names": {{"en": "B"}}}}],
        "options": [{{"code": "a1", "candidacy": "a", "names": {{"en": "A1"}}}},
          {{"code": "a2", "candidacy": "a", "names": {{"en": "A2"}}}},
          {{"code": "b1", "candidacy": "b", "names": {{"en": "B1"}}}}],
        "categories": [{{"code": "null", "names": {{"en": "null"}}, "in_ballots": true,
          "in_valid": false}}],
        "max_ballots_per_station": {caps}, "register_totals": [], "rule": {rule}}}],
      "check_profile": {{"limits": {{}}, "severities": {{}}}}}}"""
    divisions = b"division,parent,level,name,stations,registered\nT,,town,Town,4,\n"
    definition = _definition(draft.encode(), divisions, stations)
    profile = f"""format = "escrutinio-profile/1"
source = "s"
names = "sheets"
sheet_type = "handwritten"
station = {{ parts = [{{ column = "station" }}] }}
special = {{ "x" = "illegible" }}
status = {{ column = "status", values = {{ "ok" = "sheet", "off" = "annulled", "?" = "lost" }} }}
[contest.c.columns]
"option.a1" = "a1"
"option.a2" = "a2"
"option.b1" = "b1"
{more}"""
    return check_sheet_files(
        [_received("sheets.csv", f"station,status,a1,a2,b1,n\n{sheets}".encode())],
        definition,
        decode_profile(profile.encode(), "profile.toml", definition),
    )


PLURALITY = '{"kind": "winner", "clauses": [{"conditions": []}], "runoff": 0, "tie": "lots"}'
SEATS = '{"kind": "seats", "method": "dhondt", "seats": 5, "threshold": null, "tie": "lots"}'
HELD = "1,ok,90,10,80,1\n2,off,0,0,0,0\n3,?,5,5,5,0\n4,ok,x,x,x,0\n9,ok,1,1,1,0\n"
STATIONS = b"station,division,kind,polling_place,registered,max_ballots\n" + b"".join(
    b"%d,T,paper,,200,200\n" % number for number in (1, 2, 3, 4)
)


def _example(*, with_claims: bool) -> CheckReport:
    definition = _definition_in(EXAMPLE)
    evidence = (EXAMPLE / "evidence-v2.json").read_bytes()
    data = (EXAMPLE / "claims.toml").read_bytes()
    claims = decode_claims(data, definition.contests, "claims.toml") if with_claims else None
    decoded = decode_evidence(evidence, "evidence-v2.json", definition)
    return check_evidence(decoded, definition, claims=claims)


def _definition_in(folder: Path) -> Definition:
    """Read the sealed definition of an example that lists no stations."""
    return _definition(
        (folder / "definition.json").read_bytes(), (folder / "divisions.csv").read_bytes()
    )


REPORTS: Mapping[str, Callable[[], CheckReport]] = {
    "evidence with claims": lambda: _example(with_claims=True),
    "evidence without claims": lambda: _example(with_claims=False),
    "sheets with claims": lambda: _tutorial(with_claims=True),
    "sheets without claims": lambda: _tutorial(with_claims=False),
    "seats with a cap": lambda: _check(SEATS, "1,ok,40,20,30,1\n2,ok,30,0,50,2\n", caps="100"),
    "seats without a bound": lambda: _check(SEATS, "1,ok,40,20,30,1\n"),
    "held, annulled and unknown stations": lambda: _check(PLURALITY, HELD, stations=STATIONS),
    "every station counted": lambda: _check(
        PLURALITY, "".join(f"{n},ok,30,20,10,1\n" for n in (1, 2, 3, 4)), stations=STATIONS
    ),
    "more stations than expected": lambda: _check(
        PLURALITY, "".join(f"{number},ok,3,2,1,0\n" for number in range(6)), caps="100"
    ),
    "no votes at all": lambda: _check(
        PLURALITY, "1,ok,0,0,0,0\n", caps="10", more='"category.null" = "n"'
    ),
}


def _misfits(report: CheckReport, language: str) -> tuple[object, list[str]]:
    document = json.loads(encode_report(report, load_language(language)))
    errors = [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in Draft202012Validator(SCHEMA).iter_errors(document)
    ]
    return document, errors[:10]


def _parts(value: object) -> Iterator[object]:
    """Give a JSON value and everything inside it."""
    yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _parts(item)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", REPORTS)
def test_a_real_report_fits_the_schema(name: str, language: str) -> None:
    """Other programs read the report by its schema; every kind of report must fit it."""
    document, errors = _misfits(REPORTS[name](), language)
    assert not errors, "\n".join(errors)
    # A phrase without words is shown as its key in brackets.
    texts = [part for part in _parts(document) if isinstance(part, str)]
    assert not [text for text in texts if re.match(r"\[[a-z]+\.[a-z_.]+\]", text)]


@pytest.mark.data
def test_the_report_of_a_country_fits_the_schema(shared_data: Path) -> None:
    """24,532 sheets bring figures that no invented election has."""
    definition = _definition_in(EXAMPLE)
    path = shared_data / "ve-2024" / "resultados_mesa_v1.csv.gz"
    table = read_table(str(path))
    profile = decode_profile((EXAMPLE / "profiles/v1.toml").read_bytes(), "v1.toml", definition)
    report = check_sheet_files(
        [ReceivedFile(path.name, table.data, table.sha256, table.size_bytes)], definition, profile
    )
    _, errors = _misfits(report, "es")
    assert not errors, "\n".join(errors)


def test_the_reports_reach_the_corners_of_the_schema() -> None:
    """Reports that are all alike would prove little."""
    documents = [
        json.loads(encode_report(make(), load_language("en")))["contests"][0]
        for make in REPORTS.values()
    ]
    statuses = {row["status"] for item in documents for row in item["outcome"]["scenarios"]}
    assert statuses == {status.value for status in OutcomeStatus}
    assert {row["verdict"] for item in documents for row in item["claims"]} == set(Verdict)
    assert any(not item["bounds"] for item in documents)
    assert any(item["coverage"][0]["held"] for item in documents)
    assert any(item["coverage"][0]["out_of_catalogue"] for item in documents)
    assert any(item["coverage"][0]["surplus"] for item in documents)
    assert any(item["totals"]["divisions"][0]["options"] for item in documents)


def test_the_schema_is_strict() -> None:
    """A key that the schema does not know is a change of the format, not an extra."""
    Draft202012Validator.check_schema(SCHEMA)
    for item in _parts(SCHEMA):
        if not isinstance(item, dict) or item.get("type") != "object":
            continue
        assert "additionalProperties" in item
        if "properties" in item:
            assert item["additionalProperties"] is False
            assert set(item["required"]) == set(item["properties"])


def test_the_schema_knows_the_words_of_the_code() -> None:
    """An enumeration of the schema and one of the code must not drift apart."""
    parts = SCHEMA["$defs"]
    statement = parts["statement"]["properties"]
    assert set(statement["verdict"]["enum"]) == set(Verdict)
    assert set(statement["class"]["enum"]) == set(EvidenceClass)
    assert set(parts["outcome"]["properties"]["status"]["enum"]) == set(OutcomeStatus)
    assert parts["findings"]["properties"]["listed"]["maxItems"] == MAX_LISTED
    assert all(re.match(statement["code"]["pattern"], test.code) for test in CLAIM_TESTS)
