"""A log gets another key: by k of n of the authority, and in no other way.

Who holds the old key from a poster and who holds the new one verify the same record.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from escrutinio.adapters.election_folder import open_workspace, writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import RefusedError
from escrutinio.log import decode_checkpoint
from escrutinio.log.entries import Amendment, Approval, KeyReplaced
from escrutinio.operations import (
    Submission,
    begin_election,
    open_election,
    publish_record,
    submit_entries,
    view_election,
)
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, encode_vkey
from escrutinio.publication import Anchor
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S
from escrutinio.verification import Answer, NamedCheckpoint, StepStatus, Verified, decode_paper
from tests.unit.operations.handover import (
    DAY,
    NEW,
    NEW_POLICY,
    OLD,
    OLD_POLICY,
    anchor_with,
    approve,
    records,
    sign_again,
    verify,
)

OLD_READER = anchor_with(OLD_POLICY)
NEW_READER = anchor_with(NEW_POLICY.partition("\n")[0] + "\nquorum none\n")
THIRD = NoteSigner(OLD.name, SigningKey(b"\x33" * 32))


def _status(verified: Verified) -> dict[str, StepStatus]:
    return {step.code.value: step.status for step in verified.steps}


def _failed(verified: Verified) -> set[str]:
    return {code for code, status in _status(verified).items() if status is StepStatus.FAILED}


@pytest.mark.parametrize("anchor", [OLD_READER, NEW_READER], ids=["old", "new"])
def test_both_anchors_verify_a_record_that_was_handed_over(anchor: Anchor) -> None:
    """The authority of the election that the reader named vouches for the new key."""
    verified = verify(records().handed_over, anchor)
    assert verified.answer is Answer.VERIFIED, _failed(verified)
    notes = [str(note) for step in verified.steps[2:3] for note in step.notes]
    assert any("log_key_replaced" in note for note in notes) is (anchor is OLD_READER)


def test_the_anchor_that_is_given_out_has_the_new_key() -> None:
    """And the witnesses in force with it."""
    assert records().anchor_now == anchor_with(NEW_POLICY)
    view = view_election(open_workspace(records().working_folder))
    assert view.published is not None


def test_papers_and_checkpoints_of_the_old_key_stay_good() -> None:
    """What it signed before it was replaced is what the log had then."""
    older = decode_checkpoint((records().before / "checkpoint").read_bytes(), "kept")
    for anchor in (OLD_READER, NEW_READER):
        verified = verify(
            records().handed_over,
            anchor,
            older=(NamedCheckpoint("kept", older),),
            papers=(decode_paper(records().receipt, "receipt"),),
        )
        assert _status(verified)["V06"] is StepStatus.PASSED
        assert _status(verified)["V21"] is StepStatus.PASSED


def test_a_reader_who_verified_before_goes_on_after_the_handover() -> None:
    """From what they remembered under the old key."""
    state = verify(records().before, OLD_READER).state
    assert state is not None
    verified = verify(records().handed_over, OLD_READER, verified=state)
    assert verified.answer is Answer.VERIFIED
    assert verified.since > 0


def test_a_record_of_the_old_key_is_not_that_of_who_holds_the_new_one() -> None:
    """It may be an old copy, or what a thief of the old key made of it."""
    assert "V03" in _failed(verify(records().before, NEW_READER))
    assert verify(records().before, OLD_READER).answer is Answer.VERIFIED


@pytest.mark.parametrize("policy", [OLD_POLICY, NEW_POLICY], ids=["old policy", "new policy"])
@pytest.mark.parametrize("anchor", [OLD_READER, NEW_READER], ids=["old", "new"])
def test_a_key_that_was_not_approved_signs_nothing(
    anchor: Anchor, policy: str, tmp_path: Path
) -> None:
    """One of the authority is not k of n, whatever the folder calls its policy."""
    record = shutil.copytree(records().unapproved, tmp_path / "record")
    sign_again(record, NEW, policy=policy)
    assert "V03" in _failed(verify(record, anchor))


@pytest.mark.parametrize("anchor", [OLD_READER, NEW_READER], ids=["old", "new"])
@pytest.mark.parametrize("signer", [OLD, THIRD], ids=["replaced", "never named"])
def test_only_the_key_in_force_goes_on(anchor: Anchor, signer: NoteSigner, tmp_path: Path) -> None:
    """A thief of the old key cannot go on with the log beyond its replacement."""
    record = shutil.copytree(records().handed_over, tmp_path / "record")
    sign_again(record, signer)
    assert {"V03", "V19"} <= _failed(verify(record, anchor))


def test_both_keys_may_sign_the_checkpoint(tmp_path: Path) -> None:
    """So that clients that know the old policy alone can follow; the manifest has one signer."""
    record = shutil.copytree(records().handed_over, tmp_path / "record")
    sign_again(record, NEW, OLD)
    for anchor in (OLD_READER, NEW_READER):
        assert verify(record, anchor).answer is Answer.VERIFIED
    sign_again(record, OLD, NEW)
    for anchor in (OLD_READER, NEW_READER):
        assert _failed(verify(record, anchor)) == {"V19"}


def test_a_manifest_of_another_key_is_found_where_the_checkpoint_is_good(tmp_path: Path) -> None:
    """Though the folder's own policy names that key."""
    record = shutil.copytree(records().before, tmp_path / "record")
    checkpoint = (record / "checkpoint").read_bytes()
    sign_again(
        record, THIRD, policy=NEW_POLICY.replace(encode_vkey(NEW.vkey), encode_vkey(THIRD.vkey))
    )
    (record / "checkpoint").write_bytes(checkpoint)
    failed = _failed(verify(record, OLD_READER))
    assert {"V18", "V19"} <= failed
    assert "V03" not in failed


def test_another_key_is_not_judged_without_every_entry(tmp_path: Path) -> None:
    """Its amendment may stand in what is missing. Nothing is said that more files would undo."""
    record = shutil.copytree(records().handed_over, tmp_path / "record")
    for bundle in (record / "tile" / "entries").rglob("*"):
        if bundle.is_file():
            bundle.unlink()
    verified = verify(record, OLD_READER)
    assert _status(verified)["V03"] is StepStatus.NOT_CHECKED
    assert verified.answer is not Answer.VERIFIED
    assert _status(verify(record, NEW_READER))["V03"] is StepStatus.PASSED


@pytest.mark.parametrize("is_policy_stored", [False, True])
def test_a_publication_that_died_in_the_handover_contradicts_nothing(
    tmp_path: Path,
    is_policy_stored: bool,  # noqa: FBT001  # a case of the test
) -> None:
    """New files and the manifest of the new key, and still the checkpoint of the old one."""
    record = shutil.copytree(records().handed_over, tmp_path / "record")
    shutil.copytree(records().before, record, dirs_exist_ok=True)
    names = ("MANIFEST", "tlog-policy") if is_policy_stored else ("MANIFEST",)
    for name in names:
        shutil.copy(records().handed_over / name, record / name)
    status = _status(verify(record, OLD_READER))
    assert StepStatus.FAILED not in status.values()
    assert status["V03"] is StepStatus.PASSED
    assert status["V19"] is StepStatus.NOT_CHECKED
    election = shutil.copytree(records().working_folder, tmp_path / "election")
    with writing_workspace(election) as workspace:
        publish_record(open_election(workspace, NEW.key), RecordFolder(record), DAY.operator, None)
    assert verify(record, OLD_READER).answer is Answer.VERIFIED


def _submissions(*entries: bytes) -> list[Submission]:
    return [Submission("file", data) for data in entries]


def test_the_publisher_signs_with_the_key_in_force(tmp_path: Path) -> None:
    """The old key cannot log what replaces it, and the new one nothing before; neither publishes.

    Each time nothing is appended, and the same call with the right key goes on.
    """
    with writing_workspace(tmp_path / "election") as workspace:
        log = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
        with pytest.raises(RefusedError, match="key of the log"):
            submit_entries(log, _submissions(*approve(NEW_POLICY)))
        assert log.writer.size == log.ledger.size == 1
        submit_entries(log, _submissions(*DAY.reports(0, 1)))
        log = open_election(workspace, NEW.key)
        with pytest.raises(RefusedError, match="key of the log"):
            submit_entries(log, _submissions(*DAY.reports(1, 2)))
        with pytest.raises(RefusedError, match="key of the log"):
            publish_record(log, RecordFolder(tmp_path / "record"), DAY.operator, None)
        submit_entries(log, _submissions(*approve(NEW_POLICY), *DAY.reports(1, 2)))
        log = open_election(workspace, DAY.log_key)
        with pytest.raises(RefusedError, match="key of the log"):
            publish_record(log, RecordFolder(tmp_path / "record"), DAY.operator, None)
        log = open_election(workspace, NEW.key)
        assert submit_entries(log, _submissions(*DAY.reports(2, 3)))[0].is_new
        publish_record(log, RecordFolder(tmp_path / "record"), DAY.operator, None)
    assert verify(tmp_path / "record", OLD_READER).answer is Answer.VERIFIED


def test_an_operator_publishes_under_the_key_that_an_amendment_gave(tmp_path: Path) -> None:
    """And no longer under the one it had."""
    new = SigningKey(b"\x22" * 32)
    amendment = DAY.sign(Amendment(KeyReplaced("operator", new.public.raw)), "authority-1")
    approval = DAY.sign(Approval(hashlib.sha256(amendment).digest()), "authority-2")
    record = RecordFolder(tmp_path / "record")
    with writing_workspace(tmp_path / "election") as workspace:
        log = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
        submit_entries(log, _submissions(amendment, approval, *DAY.report(DAY.stations[0])))
        with pytest.raises(RefusedError, match="enrolled as operator"):
            publish_record(log, record, DAY.operator, None)
        publish_record(log, record, new, CLOSING_S + BULLETIN_EVERY_S)
        assert not [item for item in log.ledger.departures if item.step == "V08"]
