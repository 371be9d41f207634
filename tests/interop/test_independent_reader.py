"""Two readers that share no code agree: `escrutinio verify` and ``tools/verify_record.py``.

The second one was written from the pages of docs/formats. Where the two disagree, one of them is
wrong or a page leaves something unsaid.
"""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.definition import DefinitionFiles, decode_definition
from escrutinio.definition.encoding import encode_definition
from escrutinio.errors import MalformedError
from escrutinio.log.entries import Content, Entry, Genesis, sign_entry
from escrutinio.operations import begin_election, make_anchor, publish_record, submit_readings
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.publication import Anchor, compose_bulletin, encode_anchor, take_cut
from escrutinio.sheet.tally_sheet import election_of
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.tabulation.ledger import Ledger
from escrutinio.testing import ATTACKS, Attack, FilesInMemory, Rehearsal, make_election
from escrutinio.testing.attacks import files as file_attacks
from escrutinio.verification import StepStatus
from tests.ledger_world import SIGNERS, key_of, transcription
from tests.reference.random_logs import random_log
from tests.unit.operations.handover import (
    NEW,
    NEW_POLICY,
    OLD,
    OLD_POLICY,
    anchor_with,
    records,
    sign_again,
    verify,
)
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


@cache
def _attacked_day(attack: Attack) -> Rehearsal:
    # Whoever alters files finds the day published; the others take part in it.
    rehearsal = finished() if attack in file_attacks.ATTACKS else new_rehearsal()
    attack.run(rehearsal)
    return rehearsal


def _attacked(attack: Attack, folder: Path) -> tuple[Rehearsal, reader.Report]:
    rehearsal = _attacked_day(attack)
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


def test_both_say_the_same_behind_an_entry_that_they_do_not_understand(tmp_path: Path) -> None:
    """Of a critical kind, which may change who signs: who signed what is in force is not said."""
    attack = next(item for item in ATTACKS if item.name == "entry-critical")
    rehearsal, report = _attacked(attack, tmp_path)
    verified = read_record(rehearsal, make_election(STATIONS, SEED))
    theirs = {item.code.value: item.status.value.replace("_", " ") for item in verified.steps}
    mine = {step: report.state(step) for step in reader.STEPS}
    assert mine == {step: theirs[step] for step in reader.STEPS}
    unchecked = {step for step, state in mine.items() if state == reader.UNCHECKED}
    assert unchecked == {"V02", "V08", "V10", "V14", "V15"}


# --- records of transcriptions --------------------------------------------------------------------


@pytest.mark.parametrize("follows", ["own", "of another source", "of another station"])
def test_a_record_of_transcriptions_gets_the_same_answer_from_both(
    follows: str, tmp_path: Path
) -> None:
    """All but the totals, with a reading and its correction; one of something else is no good."""
    with writing_workspace(tmp_path / "election") as workspace:
        files = encode_definition(transcription())
        log = begin_election(workspace, files, _named("log"), _named("op"))
        rows = [_reading("1", {"option.A1": 5}), _reading("2", {"candidacy.B": 7})]
        submit_readings(log, rows, _named("s1"))
        named = log.ledger.chains(0)["2" if follows == "of another station" else "1"].sheets[0]
        correction = msgspec.structs.replace(
            rows[0], version=2, follows=named.digest, reason=1, figures={"option.A1": 6}
        )
        key = _named("s2" if follows == "of another source" else "s1")
        data = sign_entry(correction, log.election, key)
        # Whoever holds the key of the log can log what no honest publisher would.
        log.ledger.skip()
        log.append([data])
        log.reload()
        folder = tmp_path / "record"
        folder.mkdir()
        publish_record(log, RecordFolder(folder), _named("op"), 1_900_000_000)
        anchor = make_anchor(log.definition)
    _write(tmp_path, {"anchor.toml": encode_anchor(anchor)})
    report = _read(tmp_path)
    theirs = {item.code.value: item.status for item in verify(folder, anchor).steps}
    failed = {step for step, status in theirs.items() if status is StepStatus.FAILED}
    assert failed == (set() if follows == "own" else {"V10"}) == _failed(report)
    passed = {step for step in reader.STEPS if report.state(step) == reader.PASSED}
    assert passed == reader.STEPS.keys() - {"V15"} - failed
    assert report.exit_code() == (3 if follows == "own" else 1)


def _named(name: str) -> SigningKey:
    return SigningKey(hashlib.sha256(name.encode()).digest())


def _reading(station: str, figures: Mapping[str, int]) -> TranscribedSheet:
    return TranscribedSheet(station, 0, 1, 0, None, None, dict(figures), (), None, (), None, None)


# --- the key of the log ---------------------------------------------------------------------------


def _both(record: Path, anchor: Anchor, folder: Path) -> tuple[str, str]:
    """Give what becomes of V03 in the program and in the reader."""
    _write(folder, {"anchor.toml": encode_anchor(anchor)})
    ours = next(step for step in verify(record, anchor).steps if step.code == "V03")
    report = reader.verify(record, reader.read_anchor(folder / "anchor.toml"))
    return ours.status.value.replace("_", " "), report.state("V03")


@pytest.mark.parametrize("policy", [OLD_POLICY, NEW_POLICY], ids=["old anchor", "new anchor"])
@pytest.mark.parametrize(
    ("name", "signers"),
    [
        ("handed_over", None),
        ("before", None),
        ("unapproved", None),
        ("unapproved", (NEW,)),
        ("handed_over", (OLD,)),
        ("handed_over", (NEW, OLD)),
        ("handed_over", (OLD, NEW)),
    ],
    ids=[
        "handed over",
        "before",
        "proposed",
        "new key without approval",
        "old key after its end",
        "both keys",
        "both keys, the manifest by the old one",
    ],
)
def test_both_say_the_same_of_the_key_of_the_log(
    name: str, signers: tuple[NoteSigner, ...] | None, policy: str, tmp_path: Path
) -> None:
    """Who may sign the log the definition and k of n of the authority say, and nobody else."""
    record = tmp_path / "record"
    shutil.copytree(getattr(records(), name), record)
    if signers:
        sign_again(record, *signers)
    good = name == "handed_over" and signers != (OLD,)
    good |= policy == OLD_POLICY and signers is None
    expected = reader.PASSED if good else reader.FAILED
    assert _both(record, anchor_with(policy), tmp_path) == (expected, expected)


def test_both_leave_a_key_open_whose_amendment_they_cannot_see(tmp_path: Path) -> None:
    """The entries are not there; a record that names the reader's own key still has it."""
    record = tmp_path / "record"
    shutil.copytree(records().handed_over, record)
    shutil.rmtree(record / "tile" / "entries")
    unchecked, passed = (reader.UNCHECKED,) * 2, (reader.PASSED,) * 2
    assert _both(record, anchor_with(OLD_POLICY), tmp_path) == unchecked
    assert _both(record, anchor_with(NEW_POLICY), tmp_path) == passed


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


def _signed(
    seed: int, files: DefinitionFiles, *, is_official: bool
) -> Iterator[tuple[bytes, Entry]]:
    """Sign the entries of a random log; those that no entry can say are left out."""
    log = random_log(seed, is_official=is_official)
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


def _read_random(seed: int, folder: Path, *, is_official: bool) -> tuple[Ledger, reader.Ledger]:
    """Read a random log by both: the same entries depart from the rules."""
    files = encode_definition(random_log(seed, is_official=is_official).definition)
    definition, report = decode_definition(files), reader.Report()
    _all_but_manifest(folder, files)
    read = reader.read_definition(folder, definition.identity, report)
    assert read is not None
    identity = bytes.fromhex(definition.identity)
    theirs, mine = Ledger.begin(definition), reader.Ledger(read, identity, report)
    for data, entry in _signed(seed, files, is_official=is_official):
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
    return theirs, mine


@pytest.mark.parametrize("seed", range(20))
def test_a_random_log_of_transcriptions_says_the_same_to_both(seed: int, tmp_path: Path) -> None:
    """Who may sign, what is known of a contest, and what a reading may correct."""
    _read_random(seed, tmp_path, is_official=False)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_log_says_the_same_to_both(seed: int, tmp_path: Path) -> None:
    """Which entries depart from the rules, every row and every total of a bulletin."""
    theirs, mine = _read_random(seed, tmp_path, is_official=True)
    composed = compose_bulletin(
        take_cut(theirs), 1, 5, bytes(32), previous=None, previous_rows=None
    )
    cuts = reader.cut(mine)
    rows = [reader.ROW_HEADER, *(row.cells for one in cuts for row in one.rows)]
    assert reader.read_csv(composed.rows_csv) == rows
    expected = {"contests": [one.body() for one in cuts]}
    assert not list(reader.differences("body", json.loads(composed.body), expected))
