"""From keys to a public record through the command line, as a publisher would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from escrutinio.adapters import store_definition_files
from escrutinio.adapters.key_files import store_signing_key
from escrutinio.cli.main import main
from escrutinio.definition import seal_definition
from escrutinio.log.entries import ContentType
from escrutinio.primitives import sha256_hex
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, encode_vkey
from escrutinio.publication import decode_anchor
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.site import load_language
from tests.unit.operations.days import small_day
from tests.unit.operations.readers import read_record

Json = dict[str, Any]
DAY = small_day()
NEW_KEY = SigningKey(b"\x07" * 32).public.raw.hex()
CLOSE = ("decide", "close", "--reason", "merged", "--closure", "merged")


def _run(*arguments: str | Path, code: int = 0) -> str:
    """Run a command and give what it printed on both streams."""
    result = CliRunner().invoke(main, [str(item) for item in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


class Publisher:
    """A folder with the keys of an election and its working folder."""

    def __init__(self, folder: Path) -> None:
        """Begin the election."""
        self.folder = folder
        self.election, self.record = folder / "election", folder / "record"
        (folder / "definition").mkdir()
        store_definition_files(folder / "definition", DAY.world.files)
        for name in ("operator", "authority-1", "authority-2"):
            store_signing_key(folder / f"{name}.key", DAY.world.keys.signer(name))
        store_signing_key(folder / "log.key", DAY.log_key)
        self.keys = ("--log-key", folder / "log.key", "--operator-key", folder / "operator.key")
        _run("log", "create", self.election, "--definition", folder / "definition", *self.keys)

    def append(self, entries: Sequence[bytes], *options: str, code: int = 0) -> str:
        """Append entries from files of their own."""
        paths = []
        for number, data in enumerate(entries):
            paths.append(self.folder / f"{number:03}.cbor")
            paths[-1].write_bytes(data)
        return _run("log", "append", self.election, *paths, *self.keys[:2], *options, code=code)

    def publish(self, time: str, *options: str, code: int = 0) -> str:
        """Publish."""
        at = ("--at", f"2030-07-28T{time}-04:00")
        return _run("publish", self.election, self.record, *self.keys, *at, *options, code=code)

    def sign(self, *arguments: str, name: str = "authority-1", code: int = 0) -> str:
        """Sign a proposal or an approval into ``name.cbor``."""
        paths = ("--key", self.folder / f"{name}.key", "--out", self.folder / f"{name}.cbor")
        definition = ("--definition", self.folder / "definition")
        return _run("log", *arguments, *definition, *paths, code=code).strip()


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """Give a publisher whose log has begun."""
    return Publisher(tmp_path)


def test_a_night_from_the_first_sheet_to_the_proclamation(publisher: Publisher) -> None:
    """Sheets, a hold, its release by two signers, and the proclamation of the last bulletin."""
    report = DAY.report(DAY.stations[0], surplus=3)
    publisher.append([*report, *DAY.reports(1, 4)])
    output = publisher.publish("18:30:00")
    assert "Bulletin 1 is published; the log has 15 entries." in output
    assert "held by the check profile: 1" in output
    assert "0 of 3 witnesses" in output
    release = ("decide", "release", "--contest", "president", "--reason", "paper")
    place = ("--station", DAY.stations[0].station, "--sheet", sha256_hex(report[-1]))
    _sign_by_two(publisher, *release, *place)
    publisher.publish("19:00:00")
    shown = _run("log", "show", publisher.election)
    digest = next(line for line in shown.splitlines() if "Last bulletin: 2" in line).split()[-1]
    _sign_by_two(publisher, "proclaim", "--bulletin", digest, "--number", "2")
    assert "bulletins: 2" in shown
    assert "asientos" in publisher.publish("19:30:00", "--no-bulletin", "--lang", "es")
    assert len(read_record(publisher.record, DAY) or []) == 20


def _sign_by_two(publisher: Publisher, *arguments: str) -> None:
    digest = publisher.sign(*arguments)
    publisher.sign("approve", digest, name="authority-2")
    names = ("authority-1.cbor", "authority-2.cbor")
    publisher.append([(publisher.folder / name).read_bytes() for name in names])


@pytest.mark.parametrize(
    "arguments",
    [
        ("amend", "key", "operator"),
        ("amend", "signer", "x", "--role", "auditor", "--scope", "EJ", "--public-key", NEW_KEY),
        ("amend", "station", DAY.stations[0].station, "--division", DAY.stations[-1].division),
        ("amend", "candidacy", "president", "rubi"),
        ("amend", "candidacy", "president", "rubi", "--heir", "jade"),
        (*CLOSE, "--station", DAY.stations[1].station, "--contest", "president"),
    ],
    ids=" ".join,
)
def test_every_proposal_can_be_signed_and_is_taken(
    publisher: Publisher, arguments: tuple[str, ...]
) -> None:
    """In force after the second signer; nothing waits any more then."""
    _sign_by_two(publisher, *arguments)
    shown = _run("log", "show", publisher.election)
    assert "Waits" not in shown
    assert "approvals: 1" in shown


def test_qr_texts_are_taken_as_they_were_scanned(publisher: Publisher) -> None:
    """One line per code, with whatever line ends the scanner writes."""
    texts = publisher.folder / "scanned.txt"
    lines = [f"{encode_qr_text(data)}\r\n" for data in DAY.report(DAY.stations[0])]
    texts.write_bytes("".join(lines).encode())
    output = _run("log", "append", publisher.election, texts, *publisher.keys[:2])
    assert "3 appended" in output
    assert "3 there already" in publisher.append(DAY.report(DAY.stations[0]))


def test_refused_entries_are_named_and_nothing_is_appended(publisher: Publisher) -> None:
    """Unless the others are asked for."""
    entries = [*DAY.report(DAY.stations[0]), b"no entry"]
    output = publisher.append(entries, code=3)
    assert "refused:" in output
    assert "003.cbor" in output
    assert "0 appended, 0 there already, 1 refused" in output
    assert "3 appended, 0 there already, 1 refused" in publisher.append(
        entries, "--skip-refused", code=3
    )


def test_receipts_are_written_when_asked_for(publisher: Publisher) -> None:
    """One per entry, named by its digest."""
    folder = publisher.folder / "receipts"
    entries = DAY.report(DAY.stations[0])
    publisher.append(entries, "--receipts", str(folder))
    assert {path.stem for path in folder.iterdir()} == {sha256_hex(data) for data in entries}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("log", "show", "nowhere"), 3, "escrutinio log create"),
        (("log", "append", "nowhere", "missing", "--log-key", "missing"), 2, "missing"),
        (("publish", "nowhere", "r", "--log-key", "x", "--operator-key", "x"), 2, "x"),
        (
            ("publish", "e", "r", "--log-key", "x", "--operator-key", "x", "--at", "18:30"),
            2,
            "zone",
        ),
        (("keys", "new", "a b", "file.key"), 3, "key name"),
    ],
)
def test_wrong_arguments_are_explained(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """A line that says what was expected, and an exit code; nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    assert said in _run(*arguments, code=code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["signer", "log"])
def test_a_new_key_is_never_shown_and_never_replaced(tmp_path: Path, kind: str) -> None:
    """What is printed is public."""
    path = tmp_path / "a.key"
    printed = _run("keys", "new", "example.org/a", path, "--kind", kind)
    secret = path.read_text().splitlines()[1]
    assert secret not in printed
    assert path.stat().st_mode & 0o777 == 0o600
    _run("keys", "new", "example.org/a", path, "--kind", kind, code=2)
    assert path.read_text().splitlines()[1] == secret


def test_the_anchor_is_what_a_reader_needs(publisher: Publisher) -> None:
    """Identity, key of the log, witnesses."""
    path = publisher.folder / "anchor.toml"
    _run("log", "anchor", publisher.election, path)
    anchor = decode_anchor(path.read_bytes(), "anchor.toml")
    assert anchor.identity == DAY.world.definition.identity
    assert anchor.policy_text == DAY.world.keys.policy


def test_every_kind_of_entry_has_its_words() -> None:
    """``log show`` names what it counts, in both languages."""
    for language in map(load_language, ("en", "es")):
        assert not [kind for kind in ContentType if f"log.entry.{kind}" not in language.words]


# --- the real example as a record --------------------------------------------------------------


@pytest.mark.data
def test_the_real_sheets_become_a_record_whose_bulletin_equals_the_check(
    repository: Path, shared_data: Path, tmp_path: Path
) -> None:
    """25,073 published sheets as entries of a named source: the same totals in every division."""
    example = repository / "examples" / "ve-2024"
    sheets = shared_data / "ve-2024" / "resultados_mesa_v2.csv.gz"
    profile = ("--profile", example / "profiles" / "v2.toml")
    report = tmp_path / "report.json"
    _run("check", sheets, "--definition", example, *profile, "--json", report)
    _seal_as_record(example, tmp_path)
    keys = ("--log-key", tmp_path / "log.key")
    operator = ("--operator-key", tmp_path / "operator.key")
    source = ("--source-key", tmp_path / "source.key")
    election = tmp_path / "election"
    _run("log", "create", election, "--definition", tmp_path / "definition", *keys, *operator)
    printed = _run("log", "transcribe", election, sheets, *profile, *source, *keys)
    assert printed == "25,073 appended, 0 there already, 0 refused.\n"
    record = tmp_path / "record"
    _run("publish", election, record, *keys, *operator, "--at", "2024-08-05T00:00:00Z")
    checked: Json = json.loads(report.read_bytes())["contests"][0]
    body: Json = json.loads((record / "bulletins/000001/bulletin.json").read_bytes())["contests"][0]
    assert _totals(checked["totals"]["divisions"]) == _body_totals(body)
    for name in ("expected", "counted", "held", "missing", "closed"):
        assert body["divisions"][0][name] == checked["coverage"][0][name]
    _run("log", "anchor", election, tmp_path / "anchor.toml")
    _run("verify", record, "--anchor", tmp_path / "anchor.toml")


def _totals(divisions: list[Json]) -> dict[str, Json]:
    return {row["division"]: {"valid": row["valid"], **row["candidacies"]} for row in divisions}


def _body_totals(body: Json) -> dict[str, Json]:
    return {
        row["division"]: {
            "valid": row["valid"],
            **dict(zip(body["candidacies"], row["candidacies"], strict=True)),
        }
        for row in body["divisions"]
    }


def _seal_as_record(example: Path, folder: Path) -> None:
    """Give the example's definition signers and a log, with keys of a test."""
    signers = {
        "authority": ("authority", SigningKey(b"\x01" * 32)),
        "operator": ("operator", SigningKey(b"\x02" * 32)),
        "source": ("source", SigningKey(b"\x03" * 32)),
    }
    log = NoteSigner("example.org/ve-2024", SigningKey(b"\x04" * 32))
    draft: Json = json.loads((example / "definition.draft.json").read_bytes())
    root = next(line for line in (example / "divisions.csv").read_text().splitlines()[1:])
    scope = root.split(",")[0]
    draft |= {
        "format": "escrutinio-definition/2",
        "trust": {
            "required": {"authority": 1, "board": 1, "centre": 1},
            "policy": f"log {encode_vkey(log.vkey)}\nquorum none\n",
            "bulletins": None,
            "publish_not_before_s": None,
            "sheets": "machine",
        },
    }
    rows = [
        f"{name},{role},{scope},{key.public.raw.hex()}" for name, (role, key) in signers.items()
    ]
    table = "\n".join(["signer,role,scope,key", *rows, ""])
    (folder / "definition").mkdir()
    store_definition_files(
        folder / "definition",
        seal_definition(
            json.dumps(draft).encode(),
            (example / "divisions.csv").read_bytes(),
            None,
            table.encode(),
        ),
    )
    for name, (_, key) in signers.items():
        store_signing_key(folder / f"{name}.key", key)
    store_signing_key(folder / "log.key", log.key)
