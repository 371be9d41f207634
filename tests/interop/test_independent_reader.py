"""Two readers that share no code agree: `escrutinio verify` and ``tools/verify_record.py``.

The second one was written from the pages of docs/formats. Where the two disagree, one of them is
wrong or a page leaves something unsaid.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from escrutinio.definition import DefinitionFiles, decode_definition
from escrutinio.definition.encoding import encode_definition
from escrutinio.errors import MalformedError
from escrutinio.log.entries import Content, Entry, Genesis, sign_entry
from escrutinio.operations import make_anchor
from escrutinio.primitives.keys import SigningKey
from escrutinio.publication import compose_bulletin, encode_anchor, take_cut
from escrutinio.sheet.tally_sheet import election_of
from escrutinio.tabulation.ledger import Ledger
from escrutinio.testing import ATTACKS, Attack, FilesInMemory, Rehearsal, make_election
from escrutinio.testing.attacks import files as file_attacks
from escrutinio.verification import StepStatus
from tests.ledger_world import SIGNERS, key_of
from tests.reference.random_logs import random_log
from tests.unit.testing.reading import SEED, STATIONS, finished, new_rehearsal, read_record
from tools import verify_record as reader

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "verify_record.py"
DAY = ROOT / "tests" / "vectors" / "bulletin" / "day.json"
#: The election of the examples on the pages about entries.
EXAMPLE_ELECTION = bytes.fromhex("00112233445566778899aabbccddeeff")
#: Attacks that a step of the reader must catch, and a few that none of its steps may.
OF_THE_READER = [item for item in ATTACKS if {item.step, *item.also} & reader.STEPS.keys()]
OF_OTHERS = [item for item in ATTACKS if item not in OF_THE_READER and not item.held][::6]
#: Steps in which single entries depart from the rules, in both readers.
STEPS_OF_ENTRIES = ("V01", "V02", "V07", "V08", "V10")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _on_disk(
    rehearsal: Rehearsal, folder: Path, seed: int = SEED, stations: int = STATIONS
) -> None:
    """Write a record and the anchor that a reader of the honest election holds."""
    record = rehearsal.record
    assert isinstance(record, FilesInMemory)
    _write(folder / "record", record.files)
    definition = make_election(stations, seed).definition
    _write(folder, {"anchor.toml": encode_anchor(make_anchor(definition))})


def _read(folder: Path) -> reader.Report:
    return reader.verify(folder / "record", reader.read_anchor(folder / "anchor.toml"))


def test_the_reader_shares_no_code_with_the_program() -> None:
    """What both would import, both would get wrong."""
    imported = set()
    for node in ast.walk(ast.parse(TOOL.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module or "")
    tops = {name.partition(".")[0] for name in imported}
    assert tops - sys.stdlib_module_names == {"nacl"}


@pytest.mark.parametrize(("stations", "seed"), [(1, 1), (45, 3)])
def test_an_honest_record_passes_in_both(stations: int, seed: int, tmp_path: Path) -> None:
    rehearsal = new_rehearsal(stations, seed)
    rehearsal.run()
    _on_disk(rehearsal, tmp_path, seed, stations)
    report = _read(tmp_path)
    assert report.exit_code() == 0, (report.failed, report.unchecked)
    theirs = {step.code.value: step.status for step in read_record(rehearsal).steps}
    assert {theirs[step] for step in reader.STEPS} == {StepStatus.PASSED}


def _attacked(attack: Attack, folder: Path) -> tuple[Rehearsal, reader.Report]:
    # Whoever alters files finds the day published; the others take part in it.
    rehearsal = finished() if attack in file_attacks.ATTACKS else new_rehearsal()
    attack.run(rehearsal)
    _on_disk(rehearsal, folder)
    return rehearsal, _read(folder)


def _failed(report: reader.Report) -> set[str]:
    return {step for step in reader.STEPS if report.state(step) == reader.FAILED}


@pytest.mark.parametrize("attack", OF_THE_READER + OF_OTHERS, ids=lambda attack: attack.name)
def test_an_attack_is_caught_by_the_step_of_the_catalogue(attack: Attack, tmp_path: Path) -> None:
    """The catalogue is what the program answers, as ``tests/unit/testing`` holds it to.

    The reader accuses nobody beyond it.
    """
    _, report = _attacked(attack, tmp_path)
    failed, answers = _failed(report), {attack.step, *attack.also}
    assert failed <= answers
    if attack in OF_OTHERS:
        assert report.exit_code() == 0
    elif attack.is_unchecked:
        assert report.state(attack.step) == reader.UNCHECKED
        assert report.exit_code() == 3
    else:
        assert attack.step in failed or attack.step not in reader.STEPS
        assert report.exit_code() == 1


@pytest.mark.parametrize(
    "step", [step for step in reader.STEPS if step in {item.step for item in ATTACKS}]
)
def test_an_attack_of_each_step_gets_the_same_answer_from_both(step: str, tmp_path: Path) -> None:
    """Read by both; what only the program sees failed, the reader says it could not check."""
    attack = next(item for item in ATTACKS if item.step == step)
    rehearsal, report = _attacked(attack, tmp_path)
    verified = read_record(rehearsal, make_election(STATIONS, SEED))
    theirs = {item.code.value for item in verified.steps if item.status is StepStatus.FAILED}
    failed = _failed(report)
    assert step in failed & theirs
    assert failed <= theirs
    missed = (theirs & reader.STEPS.keys()) - failed
    assert {report.state(item) for item in missed} <= {reader.UNCHECKED}


def test_the_commands_of_both_answer_alike(tmp_path: Path) -> None:
    """As somebody would run them: with an anchor, without one, and on a changed record."""
    _on_disk(finished(), tmp_path)
    record, anchor = str(tmp_path / "record"), ["--anchor", str(tmp_path / "anchor.toml")]
    ours = [str(Path(sys.executable).with_name("escrutinio")), "verify"]
    other = [sys.executable, str(TOOL)]
    assert [_run([*command, record, *anchor]).returncode for command in (ours, other)] == [0, 0]
    assert [_run([*command, record]).returncode for command in (ours, other)] == [3, 3]
    path = tmp_path / "record" / "bulletins" / "000002" / "rows.csv"
    path.write_bytes(path.read_bytes().replace(b",counted,", b",held,", 1))
    answers = [_run([*command, record, *anchor]) for command in (ours, other)]
    assert [answer.returncode for answer in answers] == [1, 1]
    assert all("v15  failed" in answer.stdout.lower() for answer in answers)
    told = json.loads(_run([*other, record, *anchor, "--json"]).stdout)
    assert told["exit_code"] == 1
    assert told["steps"]["V15"]["failed"][0].startswith("body: bulletins/000002")
    wrong = [_run([*other, record, "--anchor", record]), _run([*other, str(tmp_path / "none")])]
    assert [answer.returncode for answer in wrong] == [2, 2]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _all_but_manifest(folder: Path, files: DefinitionFiles) -> None:
    tables = {"divisions.csv": files.divisions, "signers.csv": files.signers or b""}
    _write(folder, {"definition.json": files.definition, "stations.csv": files.stations or b""})
    _write(folder, tables)


@pytest.mark.parametrize("folder", ["entries", "sheet"])
def test_the_vectors_of_messages_are_read_alike(folder: str) -> None:
    """Every way to break an entry or a sheet, each with the class of answer that the page gives."""
    read = 0
    for path in sorted((ROOT / "tests" / "vectors" / folder).glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if path.stem == "good-worst-case":
            continue  # of another election
        answer = _answer(bytes.fromhex(case["input"]), bytes.fromhex(case["key"]))
        assert answer == case["expected"].get("refused"), path.name
        read += 1
    assert read > 40


def _answer(data: bytes, key: bytes) -> str | None:
    """Say what a reader answers that knows one key, in the words of the vectors."""
    try:
        message = reader.read_message(0, data, EXAMPLE_ELECTION)
    except reader.LaterVersionError:
        return "UnverifiableError"
    except reader.BAD_FORM:
        return "MalformedError"
    if message.kid != hashlib.sha256(key).digest()[: reader.KID_BYTES]:
        return "UnverifiableError"
    if not reader.is_signed(key, message.signed, message.signature):
        return "VerificationError"
    return None


def test_the_vector_of_bulletins_is_read_alike(tmp_path: Path) -> None:
    """The published day: definition, entries, three bulletins."""
    day = json.loads(DAY.read_text(encoding="utf-8"))
    _write(tmp_path, {name: text.encode() for name, text in day["definition"].items()})
    for item in day["bulletins"]:
        folder = tmp_path / "bulletins" / f"{item['number']:06}"
        _write(folder, {"bulletin.json": item["body"].encode(), "rows.csv": item["rows"].encode()})
    identity = hashlib.sha256(day["definition"]["definition.json"].encode()).hexdigest()
    report = reader.Report()
    definition = reader.read_definition(tmp_path, identity, report)
    assert definition is not None
    entries = [bytes.fromhex(text) for text in day["entries"]]
    reader.check_ledger(tmp_path, definition, entries, report)
    assert report.exit_code() == 0, report.failed
    del entries[3]
    reader.check_ledger(tmp_path, definition, entries, report)
    assert report.state("V15") == reader.FAILED


# --- random logs: what no honest day and no attack has --------------------------------------------


def _rename(value: Any, digests: Mapping[bytes, bytes]) -> Any:  # noqa: ANN401  # content
    """Put the digests of signed entries in the place of those that were drawn."""
    if isinstance(value, bytes):
        return digests.get(value, value)
    if isinstance(value, msgspec.Struct):
        fields = value.__struct_fields__
        changes = {name: _rename(getattr(value, name), digests) for name in fields}
        return msgspec.structs.replace(value, **changes)
    return value


def _signed(seed: int, files: DefinitionFiles) -> Iterator[tuple[bytes, Entry]]:
    """Sign the entries of a random log; those that no entry can say are left out."""
    log = random_log(seed, is_official=True)
    definition = decode_definition(files)
    names = (*SIGNERS, "new1", "new2", "stranger")
    keys = {key_of(name): SigningKey(hashlib.sha256(name.encode()).digest()) for name in names}
    identity = bytes.fromhex(definition.identity)
    digests = {bytes.fromhex(log.definition.identity): identity}
    place = 0
    for drawn in log.entries:
        content: Content = _rename(drawn.content, digests)
        if isinstance(content, Genesis):
            content = msgspec.structs.replace(content, size_bytes=len(files.definition))
        try:
            data = sign_entry(content, election_of(definition.identity), keys[drawn.key])
        except (MalformedError, TypeError):
            continue
        digests[drawn.digest] = hashlib.sha256(data).digest()
        yield data, Entry(place, digests[drawn.digest], drawn.key, content)
        place += 1


@pytest.mark.parametrize("seed", range(40))
def test_a_random_log_says_the_same_to_both(seed: int, tmp_path: Path) -> None:
    """Which entries depart from the rules, every row and every total of a bulletin."""
    files = encode_definition(random_log(seed, is_official=True).definition)
    definition, report = decode_definition(files), reader.Report()
    _all_but_manifest(tmp_path, files)
    read = reader.read_definition(tmp_path, definition.identity, report)
    assert read is not None
    identity = bytes.fromhex(definition.identity)
    theirs, mine = Ledger.begin(definition), reader.Ledger(read, identity, report)
    for data, entry in _signed(seed, files):
        theirs.apply(entry)
        mine.add(reader.read_message(entry.index, data, election_of(definition.identity)))
    found = {
        (step, int(text.partition(":")[0].removeprefix("entry ")))
        for step in STEPS_OF_ENTRIES
        for text in report.failed[step]
    }
    # A log that does not begin with its genesis is refused before its entries are read in order.
    beginning = ("V01", 0)
    known = {(item.step, item.index) for item in theirs.departures if item.step in STEPS_OF_ENTRIES}
    assert found - {beginning} == known - {beginning}
    composed = compose_bulletin(
        take_cut(theirs), 1, 5, bytes(32), previous=None, previous_rows=None
    )
    cuts = reader.cut(mine)
    rows = [reader.ROW_HEADER, *(row.cells for one in cuts for row in one.rows)]
    assert reader.read_csv(composed.rows_csv) == rows
    expected = {"contests": [one.body() for one in cuts]}
    assert not list(reader.differences("body", json.loads(composed.body), expected))
