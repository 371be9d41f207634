"""Files that somebody changed: each is found, and named by the step that must find it."""

from __future__ import annotations

from pathlib import Path

import pytest

from escrutinio.log import EntryBundle
from escrutinio.verification import Answer, StepStatus, decode_verified, encode_verified
from tests.unit.verification.records import failed, head_of, sign_again, small_record, verify


def _flip(path: Path, at: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_an_honest_record_with_rogue_stations_verifies() -> None:
    """What a station did wrong, found and held, is no fault of the record."""
    published = small_record()
    verified = verify(published.folder, published.anchor)
    assert {step.code.value for step in verified.steps if step.is_asked} >= {"V01", "V20"}
    assert not failed(verified)
    assert verified.answer is Answer.VERIFIED


def test_without_an_anchor_a_record_is_at_best_consistent_with_itself() -> None:
    """A folder cannot vouch for itself."""
    verified = verify(small_record().folder, None)
    left = {step.code.value for step in verified.steps if step.status is StepStatus.NOT_CHECKED}
    assert {"V01", "V03", "V04"} <= left
    assert verified.answer is Answer.UNCHECKED


def test_a_look_alike_under_other_keys_never_verifies() -> None:
    """Complete, consistent, and of somebody else."""
    verified = verify(small_record(seed=2).folder, small_record().anchor)
    assert {"V01", "V03"} <= failed(verified).keys()
    assert verified.answer is Answer.CONTRADICTED


#: Name of the case: file, and every step that must fail.
CHANGED = {
    "definition": ("definition.json", {"V01", "V19"}),
    "stations": ("stations.csv", {"V02", "V19"}),
    "divisions": ("divisions.csv", {"V02", "V19"}),
    "signers": ("signers.csv", {"V02", "V19"}),
    "body": ("bulletins/000003/bulletin.json", {"V15", "V19"}),
    "rows": ("bulletins/000003/rows.csv", {"V15", "V19"}),
    "findings": ("data/000006/findings.csv", {"V11", "V19"}),
    "export": ("data/000006/sheets-president.csv", {"V18", "V19"}),
    "older export": ("data/000005/sheets-president.csv", {"V19"}),
    "zip": ("bulletins/000002.zip", {"V18", "V19"}),
    "policy": ("tlog-policy", {"V18", "V19"}),
    "readme": ("README.txt", {"V19"}),
    "manifest": ("MANIFEST", {"V19"}),
    "checkpoint": ("checkpoint", {"V04"}),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_changed_file_is_found_by_its_step(case: str, tmp_path: Path) -> None:
    """Mirrors and disks change bytes; so do people."""
    name, steps = CHANGED[case]
    published = small_record()
    folder = published.copy(tmp_path)
    path = folder / name
    _flip(path, path.stat().st_size // 2 if case not in {"manifest", "checkpoint"} else -40)
    found = failed(verify(folder, published.anchor))
    assert steps <= found.keys()
    if "V19" in steps:
        assert any(name in place.where for place in found["V19"].places)


def test_a_changed_entry_is_named_with_its_file(tmp_path: Path) -> None:
    """One altered byte in the log is one place, and it is the bundle that is named."""
    published = small_record()
    folder = published.copy(tmp_path)
    path = EntryBundle(0, head_of(folder).size).path
    _flip(folder / path, 3000)
    verified = verify(folder, published.anchor)
    (place,) = failed(verified)["V05"].places
    assert place.where.startswith(f"{path}: entry ")
    left = {step.code.value for step in verified.steps if step.status is StepStatus.NOT_CHECKED}
    assert {"V08", "V15", "V17"} <= left, "what needs every entry is not guessed at"


def test_a_changed_tile_is_named_and_not_the_bundle(tmp_path: Path) -> None:
    """The manifest tells which of the two is the altered one."""
    published = small_record()
    folder = published.copy(tmp_path)
    path = f"tile/0/000.p/{head_of(folder).size}"
    _flip(folder / path, 64)
    (place,) = failed(verify(folder, published.anchor))["V05"].places
    assert place.where == f"{path}: entry 2"


@pytest.mark.parametrize(
    "name",
    ["definition.json", "MANIFEST", "checkpoint", "bulletins/000004/bulletin.json", "tile/entries"],
)
def test_a_missing_file_never_verifies(name: str, tmp_path: Path) -> None:
    """Absence is not a pass."""
    published = small_record()
    folder = published.copy(tmp_path)
    path = folder / name
    if name == "tile/entries":
        path = folder / EntryBundle(0, head_of(folder).size).path
    path.unlink()
    assert verify(folder, published.anchor).answer is not Answer.VERIFIED


def test_a_file_that_the_manifest_does_not_list_is_found(tmp_path: Path) -> None:
    """A second set of results beside the real one would be read by somebody."""
    published = small_record()
    folder = published.copy(tmp_path)
    (folder / "data" / "000006" / "results.csv").write_text("a,b\n", encoding="utf-8")
    places = failed(verify(folder, published.anchor))["V19"].places
    assert [place.where for place in places] == ["data/000006/results.csv"]


def test_whoever_holds_the_key_of_the_log_cannot_change_an_export(tmp_path: Path) -> None:
    """With the manifest signed anew, only computing again shows it."""
    published = small_record()
    folder = published.copy(tmp_path)
    path = folder / "data" / "000006" / "divisions-president.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:5], lines[5].replace("1", "2"), *lines[6:]]), encoding="utf-8")
    sign_again(folder, published.election)
    found = failed(verify(folder, published.anchor))
    assert found.keys() == {"V18"}
    assert found["V18"].places[0].where == "data/000006/divisions-president.csv: line 6"


def test_whoever_holds_the_key_of_the_log_cannot_change_a_body(tmp_path: Path) -> None:
    """The digest of the body is in the log, and its figures follow from the log."""
    published = small_record()
    folder = published.copy(tmp_path)
    path = folder / "bulletins" / "000005" / "bulletin.json"
    path.write_bytes(path.read_bytes().replace(b'"held":', b'"held":1', 1))
    sign_again(folder, published.election)
    found = failed(verify(folder, published.anchor))
    assert found.keys() == {"V14", "V15"}
    assert "divisions[" in found["V14"].places[0].where


def test_a_verified_state_reads_only_what_is_new(tmp_path: Path) -> None:
    """What was verified is not looked into; that it is there, is."""
    published = small_record()
    state = verify(published.folder, published.anchor).state
    assert state is not None
    again = decode_verified(encode_verified(state), "state")
    folder = published.copy(tmp_path)
    (folder / "bulletins" / "000001.zip").write_bytes(b"")
    verified = verify(folder, published.anchor, verified=again)
    assert verified.answer is Answer.VERIFIED
    assert verified.since == head_of(folder).size
